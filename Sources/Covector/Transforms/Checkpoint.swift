// The primitive beneath checkpoint: a function whose intermediate values are computed again for its derivative
// instead of kept. Its operations are planned in its place, and run as if it were not there.

/// A function as one operation, with results and the values that are kept for its derivative.
struct Checkpoint: Primitive {
  /// Its outputs are the results, then the values that are kept.
  let program: ClosedProgram
  let outputCount: Int

  var name: String { "checkpoint" }
  var resultCount: Int { program.program.outputs.count }
  var evaluation: Evaluation { .operations(OperationsEvaluation(program: program)) }

  func accepts(_ x: [NDArray]) -> Bool {
    x.map(\.type) == program.inputTypes && (0...program.outputTypes.count).contains(outputCount)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { program.outputTypes }

  /// The tangents are those of a function with a checkpoint again, so that reverse mode over this one keeps
  /// as little.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let given = x.indices.filter { tangents[$0] != nil }
    var isMoving: [Bool] = []
    let closure = ClosedProgram.trace(name, (x + given.compactMap { tangents[$0] }).map(\.type)) {
      inputs in
      var filled = x.map { _ -> NDArray? in nil }
      for (place, tangent) in zip(given, inputs[x.count...]) { filled[place] = tangent }
      let replayed = program.at(Array(inputs[..<x.count]))
      let pushed = Differentiate.pushForward(replayed, filled, at: program.inputNumbers)
      isMoving = pushed.map { $0 != nil }
      return pushed.compactMap { $0 }
    }
    let derivative = Checkpoint(
      program: closure.program, outputCount: closure.program.outputTypes.count)
    if derivative.outputCount == 0 { return y.map { _ in nil } }
    let inputs = x + given.compactMap { tangents[$0] } + closure.captured
    var answers = NDArray.apply(derivative, inputs)[...]
    return isMoving.map { $0 ? answers.popFirst() : nil }
  }

  /// Runs the function again up to the values that were kept, once the cotangents are there.
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    let given = cotangents.compactMap { $0 }
    let kept = zip(program.program.outputs, y).dropFirst(outputCount)
    let replayed = program.at(
      x.map { $0.after(given) }, keeping: kept.map { ($0, $1.after(given)) })
    let places = x.indices.filter { wanted[$0] }
    let pulled = Differentiate.pullBack(
      replayed, cotangents, to: places.map { program.inputNumbers[$0] })
    var answers = x.map { _ -> NDArray? in nil }
    // All answers come before any is used: a chain is pulled back link by link, and what a link computed again
    // is done with before the next one.
    let all = pulled.compactMap { $0 }
    for (place, answer) in zip(places, pulled) { answers[place] = answer?.after(all) }
    return answers
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    var resultAxes: [Int?] = []
    let closure = ClosedProgram.trace(name, x.map(\.type)) { inputs in
      let results = program.batched(inputs, axes: axes, size: size)
      resultAxes = results.map(\.axis)
      return results.map(\.array)
    }
    let batched = Checkpoint(program: closure.program, outputCount: outputCount)
    return (NDArray.apply(batched, x + closure.captured), resultAxes)
  }
}

extension ClosedProgram {
  /// The program with its values computed from inputs, other than those that were kept.
  func at(_ inputs: [NDArray], keeping kept: [(Int, NDArray)] = []) -> Program {
    program.replaying(zip(inputNumbers, inputs) + kept)
  }
}

// MARK: - Names and policies

/// The same array, with a name by which a checkpoint may keep it.
struct Named: IdentityPrimitive {
  let label: String

  var name: String { "named" }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

extension NDArray {
  /// The same array, with a name by which a checkpoint may keep it: see `CheckpointPolicy.names(_:)`.
  public func named(_ name: String) -> NDArray { NDArray(Named(label: name), strong) }
}

/// Which intermediate values of a function under `checkpoint` are kept for the derivative.
///
/// All others are computed again when the derivative is.
public struct CheckpointPolicy: Sendable {
  /// An intermediate value.
  public struct Candidate: Sendable {
    /// The name of the primitive that computes it, such as `contract` or `exp`.
    public let operation: String
    /// Its shape and dtype.
    public let type: ArrayType
    /// The name `named(_:)` gave it.
    public let name: String?
  }

  let keeps: @Sendable (Candidate) -> Bool

  /// Keeps nothing but the arguments.
  public static let nothing = CheckpointPolicy { _ in false }

  /// Keeps the values with these names, given by `named(_:)`.
  public static func names(_ names: String...) -> CheckpointPolicy {
    CheckpointPolicy { candidate in candidate.name.map(names.contains) ?? false }
  }

  /// Keeps the values for which the predicate is true.
  public static func matching(
    _ predicate: @escaping @Sendable (Candidate) -> Bool
  ) -> CheckpointPolicy {
    CheckpointPolicy(keeps: predicate)
  }
}

extension Checkpoint {
  /// Calls a function as one operation, and keeps of it what the policy says.
  static func call<Arguments: ArrayTree, Results: ArrayTree>(
    _ arguments: Arguments, _ policy: CheckpointPolicy, _ function: (Arguments) -> Results
  ) -> Results {
    // Outside of all transforms, and forwards, nothing is kept for a derivative.
    guard Trace.mayBePulledBack else { return function(arguments) }
    let leaves = arguments.leaves.map(\.strong)
    var called: Results?
    let closure = ClosedProgram.trace("checkpoint", leaves.map(\.type), known: leaves) { inputs in
      let results = function(arguments.replacingLeaves(with: inputs))
      called = results
      return results.leaves
    }
    // The function has been called by now; the second call only satisfies the compiler.
    let results = called ?? function(arguments)
    if closure.program.isPoisoned || leaves.contains(where: \.isPoisoned) {
      return results.poisonedTree()
    }
    let count = closure.program.outputTypes.count
    if count == 0 { return results }
    let checkpoint = Checkpoint(program: closure.program.keeping(policy), outputCount: count)
    let values = NDArray.apply(checkpoint, leaves + closure.captured)
    return results.replacingLeaves(with: Array(values[..<count]))
  }
}

extension ClosedProgram {
  /// The program with the values that a policy keeps as further outputs.
  fileprivate func keeping(_ policy: CheckpointPolicy) -> ClosedProgram {
    let kept = program.operations.flatMap { operation -> [Int] in
      let primitive = operation.node.primitive
      let label = (primitive as? Named)?.label
      return (0..<operation.node.resultCount).filter { result in
        policy.keeps(
          CheckpointPolicy.Candidate(
            operation: primitive.name, type: operation.node.type(of: result), name: label))
      }.map { operation.result + $0 }
    }
    return kept.isEmpty ? self : adding(outputs: kept)
  }
}
