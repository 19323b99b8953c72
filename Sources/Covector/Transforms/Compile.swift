// compile: a function traced once for each kind of arguments, and run as a plan. The public functions are in
// Surface.generated.swift.

import Synchronization

/// What decides about one array of the arguments whether a trace serves.
struct CompiledInput: Equatable {
  let type: ArrayType
  let isWeak: Bool
  // A literal is checked against the dtype it meets, so its value is known to the trace.
  let literal: Constant?

  init(_ array: NDArray) {
    type = array.storedType
    isWeak = array.isWeak
    literal = isWeak && type.dtype == .int64 ? array.node.constant : nil
  }

  /// Of one example along an axis of the array, if it has one.
  init(_ array: NDArray, without axis: Int?) {
    let isMapped = axis != nil
    let stored = isMapped ? array.type : array.storedType
    type = ArrayType(axis.map { stored.shape.removing(at: $0) } ?? stored.shape, stored.dtype)
    isWeak = array.isWeak && !isMapped
    literal = isWeak ? CompiledInput(array).literal : nil
  }

  func matches(_ array: NDArray) -> Bool {
    array.storedType == type && array.isWeak == isWeak
      && (!isWeak || CompiledInput(array).literal == literal)
  }
}

/// The traces of one compiled function.
final class Compiled<Arguments: ArrayTree, Results: ArrayTree>: Sendable {
  // The trees serve as patterns: they are compared and copied, and never changed.
  @safe fileprivate final class Traced: @unchecked Sendable {
    let arguments: Arguments
    let inputs: [CompiledInput]
    let plan: CompiledPlan
    let results: Results
    /// The type of each result, as a node takes it, and whether it is weak.
    let outputs: [(types: [ArrayType], flags: Node.Flags)]

    init(
      arguments: Arguments, inputs: [CompiledInput], plan: CompiledPlan, results: Results,
      outputs: [NDArray]
    ) {
      (self.arguments, self.inputs, self.plan, self.results) = (arguments, inputs, plan, results)
      self.outputs = outputs.map { ([$0.storedType], $0.isWeak ? .weak : []) }
    }
  }

  private let traces = Mutex<[Traced]>([])
  /// The oldest of more traces than these is forgotten.
  private let limit = 64
  private let place: String

  init(_ file: StaticString, _ line: UInt) { place = "\(file):\(line)" }

  /// The results of the function.
  func call(_ arguments: Arguments, _ function: (Arguments) -> Results) -> Results {
    let leaves = arguments.leaves
    let outermost = Trace.current?.outermost ?? .max
    // What records lines or looks at results needs the operations one by one.
    if Recording.isLooking { return function(arguments) }
    if leaves.contains(where: { $0.node.serial >= outermost || $0.isPoisoned }) {
      return function(arguments)
    }
    let known = traces.withLock { $0 }
    var found = known.first { $0.serves(arguments, leaves) }
    do throws(ArrayError) {
      if found == nil {
        switch try trace(arguments, leaves, outermost, function) {
        case .traced(let traced):
          log(known.first, arguments, leaves)
          remember(traced)
          found = traced
        case .failed(let results): return results
        case .inline: break
        }
      }
      guard let found else { return function(arguments) }
      return try found.run(leaves)
    } catch {
      ArrayError.report(error)
      return found.map { $0.poisoned() } ?? function(arguments.poisonedTree()).poisonedTree()
    }
  }

  private func remember(_ traced: Traced) {
    let forgotten = traces.withLock { traces in
      traces.insert(traced, at: 0)
      return traces.count > limit ? traces.popLast() : nil
    }
    // Released outside the lock.
    _ = forgotten
  }

  private enum Outcome {
    case traced(Traced)
    /// There was a mistake, which has been reported.
    case failed(Results)
    /// The function captures what depends on an enclosing transform.
    case inline
  }

  private func trace(
    _ arguments: Arguments, _ leaves: [NDArray], _ outermost: UInt64,
    _ function: (Arguments) -> Results
  ) throws(ArrayError) -> Outcome {
    let inputs = leaves.map(CompiledInput.init)
    let (tracers, results, program) = Trace.run("compile", keepsProgram: true) { trace in
      let tracers = zip(inputs, leaves).map { input, leaf in
        input.literal == nil
          ? trace.placeholder(input.type, for: "compile", weak: input.isWeak) : leaf
      }
      let results = function(arguments.replacingLeaves(with: tracers))
      return (tracers, results, Program(from: tracers, to: results.leaves, since: trace.serial))
    }
    if results.leaves.contains(where: \.isPoisoned) { return .failed(results.poisonedTree()) }
    let depends = program.captures.contains { program.values[$0].node.serial >= outermost }
    if depends { return .inline }
    // Patterns keep no tracers alive.
    let empty = NDArray.weak(Constant(0))
    return .traced(
      Traced(
        arguments: arguments.replacingLeaves(with: tracers.map { _ in empty }), inputs: inputs,
        plan: try CompiledPlan(program),
        results: results.replacingLeaves(with: results.leaves.map { _ in empty }),
        outputs: results.leaves))
  }

  private func log(_ last: Traced?, _ arguments: Arguments, _ leaves: [NDArray]) {
    guard let log = CompileLog.current?.write else { return }
    let types = leaves.map { "\($0.type)" }.joined(separator: ", ")
    let reason = last.map { "traced again, as " + $0.difference(from: arguments, leaves) }
    log("compile at \(place): \(reason ?? "traced") for (\(types))")
  }
}

extension Compiled.Traced {
  func serves(_ other: Arguments, _ leaves: [NDArray]) -> Bool {
    guard leaves.count == inputs.count else { return false }
    for (input, leaf) in zip(inputs, leaves) where !input.matches(leaf) { return false }
    return arguments.isStructured(like: other)
  }

  func run(_ leaves: [NDArray]) throws(ArrayError) -> Results {
    var values: [ArrayValue] = []
    values.reserveCapacity(leaves.count)
    for leaf in leaves {
      guard let value = leaf.node.value(of: leaf.result) else { break }
      values.append(value)
    }
    if values.count < leaves.count {
      try evaluate(leaves)
      values = leaves.compactMap { $0.node.value(of: $0.result) }
    }
    values = try plan.run(values)
    var arrays: [NDArray] = []
    arrays.reserveCapacity(outputs.count)
    for (number, output) in outputs.enumerated() {
      // The list of one value is the one that its node is to have.
      let own = values.count == 1 ? values : [values[number]]
      arrays.append(
        NDArray(
          node: Node(
            Leaf(), [], types: output.types, flags: output.flags, serial: 0, values: own)))
    }
    return results.replacingLeaves(with: arrays)
  }

  func poisoned() -> Results {
    results.replacingLeaves(with: outputs.map { NDArray.poison(like: $0.types[0])[0] })
  }

  /// What of other arguments this trace does not serve.
  func difference(from other: Arguments, _ leaves: [NDArray]) -> String {
    let paths = other.leafPaths
    guard leaves.count == inputs.count else {
      return "there are \(leaves.count) arrays in the arguments, \(inputs.count) before"
    }
    for (number, input) in inputs.enumerated() where !input.matches(leaves[number]) {
      let name = paths[number].described(as: .arguments)
      let leaf = CompiledInput(leaves[number])
      if leaf.type != input.type {
        return "\(name) has type \(leaf.type), \(input.type) before"
      }
      return leaf.isWeak == input.isWeak
        ? "\(name) is another literal"
        : "\(name) has \(leaf.isWeak ? "no dtype of its own" : "a dtype of its own"), unlike before"
    }
    return "what is not an array in the arguments differs"
  }
}

/// Where compiled functions say that they are traced, and why.
///
///     CompileLog.$current.withValue(CompileLog { print($0) }) { trainingLoop() }
///
/// A line for every call of a compiled function is the sign of an argument that changes each time.
public struct CompileLog: Sendable {
  // A value of its own: a task-local that is itself a function is pushed wrongly by the optimiser of
  // Swift 6.3.
  let write: @Sendable (String) -> Void

  /// Makes a log.
  /// - Parameter write: Receives one line for each trace.
  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  /// The log of this task; nothing is said where it is `nil`.
  @TaskLocal public static var current: CompileLog?
}
