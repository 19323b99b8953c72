// A traced function that depends on nothing but its inputs: the body of a loop, a branch, a custom rule.
// What the function captured is handed in beside its arguments, so that the primitive that holds the body
// sees it among its inputs and every transform reaches it.

import Synchronization

/// A closed program, and the captured arrays it is to be given after its arguments.
typealias Closure = (program: ClosedProgram, captured: [NDArray])

/// A program whose captured arrays are inputs, after the arguments.
///
/// Two are equal when they do the same, whichever arrays they were traced from.
final class ClosedProgram: Sendable {
  let program: Program
  /// The values of the program that the inputs stand for: arguments, then captured arrays.
  let inputNumbers: [Int]
  let argumentCount: Int
  /// The values computed from nothing, as `arange` is: every call makes them anew.
  private let sources: [Int]
  private let hash: Int
  private let cache = Mutex(Cache())

  /// What is made of the program when it is first needed.
  private struct Cache {
    var plan: CompiledPlan?
    var derived: [Derivation: ClosedProgram] = [:]
  }

  /// Runs `body` once, on arrays of these types whose values are not known.
  ///
  /// - Parameters:
  ///   - name: What a message says a value was read inside of.
  ///   - known: Arrays the first arguments stand for: their values are known.
  static func trace(
    _ name: String, _ types: [ArrayType], known: [NDArray] = [],
    _ body: ([NDArray]) -> [NDArray]
  ) -> Closure {
    let program = Trace.run(name, keepsProgram: true) { trace in
      let unknown = types.dropFirst(known.count).map { trace.placeholder($0, for: name) }
      let arguments = known.map(trace.alias) + unknown
      let results = body(arguments).map(\.strong)
      return Program(
        from: arguments, to: results, since: trace.serial, effects: trace.takeEffects())
    }
    let closure = close(program)
    if known.isEmpty { return closure }
    // The arguments' values were of use while the body ran: nothing of them stays.
    let kept = closure.program.program.withoutArrays(
      at: closure.program.inputNumbers, for: name)
    return (closure.program.with(kept), closure.captured)
  }

  /// Runs bodies without arguments once; all they compute becomes part of their programs.
  ///
  /// - Parameter unified: Makes the results of all alike.
  static func traceBranches(
    _ name: String, _ count: Int, _ body: (Int) -> [NDArray], unified: ([[NDArray]]) -> [[NDArray]]
  ) -> [Closure] {
    let programs = Trace.run(name, keepsProgram: true) { trace in
      Trace.$branch.withValue(trace.serial) {
        let arms = (0..<count).map { (results: body($0), effects: trace.takeEffects()) }
        return zip(unified(arms.map(\.results)), arms).map { results, arm in
          Program(
            from: [], to: results.map(\.strong), since: trace.serial, effects: arm.effects)
        }
      }
    }
    return programs.map(close)
  }

  /// Runs a body that uses nothing but its arguments; all it computes becomes part of the program.
  static func derive(
    _ name: String, _ types: [ArrayType], _ body: ([NDArray]) -> [NDArray]
  ) -> ClosedProgram {
    let program = Trace.run(name, keepsProgram: true) { trace in
      Trace.$branch.withValue(trace.serial) {
        let arguments = types.map { trace.placeholder($0, for: name) }
        let results = body(arguments).map(\.strong)
        return Program(
          from: arguments, to: results, since: trace.serial, effects: trace.takeEffects())
      }
    }
    return close(program).program
  }

  /// A program that depends on nothing but its inputs, and what these are besides the arguments.
  static func close(_ program: Program) -> Closure {
    let (captured, sources) = parts(of: program)
    return (
      ClosedProgram(program, captured: captured, sources: sources),
      captured.map { program.values[$0] }
    )
  }

  /// The captured arrays that become inputs, and those that every call makes anew.
  private static func parts(of program: Program) -> (captured: [Int], sources: [Int]) {
    var captured: [Int] = []
    var sources: [Int] = []
    for number in program.captures {
      let array = program.values[number]
      // A scalar stays in the program, where loops read it as an immediate. A weak one never depends on
      // a tracer, and handed in would lose its weakness.
      if array.isWeak || array.node.constant != nil { continue }
      if array.node.isSource { sources.append(number) } else { captured.append(number) }
    }
    return (captured, sources)
  }

  private init(_ program: Program, captured: [Int], sources: [Int]) {
    self.program = program
    self.sources = sources
    argumentCount = program.inputCount
    inputNumbers = Array(0..<program.inputCount) + captured
    var hasher = Hasher()
    hasher.combine(argumentCount)
    hasher.combine(program.outputs)
    for operation in program.operations {
      operation.node.primitive.hash(into: &hasher)
      hasher.combine(operation.operands)
    }
    hash = hasher.finalize()
  }

  /// Another program with the same inputs.
  private func with(_ program: Program) -> ClosedProgram {
    ClosedProgram(
      program, captured: Array(inputNumbers.dropFirst(argumentCount)), sources: sources)
  }

  var inputTypes: [ArrayType] { inputNumbers.map { program.values[$0].type } }
  var outputTypes: [ArrayType] { program.outputs.map { program.values[$0].type } }

  /// Whether tracing found a mistake, which has been reported.
  var isPoisoned: Bool { program.outputs.contains { program.values[$0].isPoisoned } }

  /// The program as a plan, for runs on values: arguments, then what was captured.
  func planned() throws(ArrayError) -> CompiledPlan {
    try CompiledPlan(program, inputs: inputNumbers)
  }

  /// The operations applied to other inputs: arguments, then what was captured.
  func callAsFunction(_ inputs: [NDArray]) -> [NDArray] {
    let anew = sources.map { NDArray.apply(program.values[$0].node.primitive, [])[0] }
    return program.outputs(
      replacing: zip(inputNumbers, inputs).map { ($0, $1) } + zip(sources, anew).map { ($0, $1) })
  }
}

extension ClosedProgram {
  /// The program with more of its values as outputs.
  func adding(outputs numbers: [Int]) -> ClosedProgram {
    with(program.adding(outputs: numbers))
  }

  /// The results for each example of a batch, and where their mapped axes are.
  func batched(
    _ inputs: [NDArray], axes: [Int?], size: Int
  ) -> [(array: NDArray, axis: Int?)] {
    Vectorize.run(program, inputs, at: inputNumbers, axes: axes, size: size)
  }
}

extension ClosedProgram: Codable {
  convenience init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? ParameterDecoder,
      case .program(let program, _) = decoder.value.content
    else { throw CodedValue.mismatch("program") }
    let parts = Self.parts(of: program)
    guard parts.captured.isEmpty else {
      throw CodedValue.mismatch("program without arrays of its own")
    }
    self.init(program, captured: [], sources: parts.sources)
  }

  func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? ParameterEncoder else {
      throw ArrayError("ProgramFile", "a program can be kept in a file of programs alone")
    }
    encoder.value.content = .program(program, inputs: inputNumbers)
  }
}

extension ClosedProgram: Hashable {
  static func == (a: ClosedProgram, b: ClosedProgram) -> Bool {
    if a === b { return true }
    guard a.hash == b.hash, a.inputNumbers == b.inputNumbers, a.sources == b.sources,
      a.program.outputs == b.program.outputs, a.program.values.count == b.program.values.count,
      a.program.operations.count == b.program.operations.count
    else { return false }
    let operations = zip(a.program.operations, b.program.operations)
    let sameOperations = operations.allSatisfy { mine, other in
      mine.operands == other.operands && mine.result == other.result
        && mine.node.origin?.isGuarded == other.node.origin?.isGuarded
        && mine.node.primitive.isEqual(to: other.node.primitive)
    }
    let sameSources = a.sources.allSatisfy { number in
      a.program.values[number].node.primitive.isEqual(to: b.program.values[number].node.primitive)
    }
    return sameOperations && sameSources
      && zip(a.program.values, b.program.values).allSatisfy { mine, other in
        mine.storedType == other.storedType && mine.node.constant == other.node.constant
      }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

// MARK: - What the results depend on

extension ClosedProgram {
  /// The results that depend on some of the inputs.
  ///
  /// - Parameter differentiably: Leaves out what has no derivative, such as integers and tests.
  func reached(from inputs: [Bool], differentiably: Bool = false) -> [Bool] {
    var reached = [Bool](repeating: false, count: program.values.count)
    for (number, isFrom) in zip(inputNumbers, inputs) { reached[number] = isFrom }
    for operation in program.operations where operation.operands.contains(where: { reached[$0] }) {
      if differentiably, operation.node.primitive.isLocallyConstant { continue }
      for offset in 0..<operation.node.resultCount {
        let number = operation.result + offset
        reached[number] = !differentiably || program.values[number].dtype.isInexact
      }
    }
    return program.outputs.map { reached[$0] }
  }

  /// Whether each input is read, or is itself a result.
  var readInputs: [Bool] {
    var read = Set(program.outputs)
    for operation in program.operations { read.formUnion(operation.operands) }
    return inputNumbers.map { read.contains($0) }
  }
}

// MARK: - Evaluation

extension ClosedProgram {
  /// A program made of this one, once.
  func derived(_ derivation: Derivation, _ make: () -> ClosedProgram) -> ClosedProgram {
    if let known = cache.withLock({ $0.derived[derivation] }) { return known }
    // Evaluation may be under way inside a trace, to which this does not belong.
    let made = Trace.$current.withValue(nil) { Trace.$branch.withValue(0) { make() } }
    return cache.withLock { cache in
      if let known = cache.derived[derivation] { return known }
      cache.derived[derivation] = made
      return made
    }
  }

  /// The values of the results, computed now.
  func run(_ inputs: [ArrayValue]) throws(ArrayError) -> [ArrayValue] {
    if let plan = cache.withLock({ $0.plan }) { return try plan.run(inputs) }
    let plan = try planned()
    cache.withLock { $0.plan = plan }
    return try plan.run(inputs)
  }
}

/// What can be made of a closed program.
enum Derivation: Hashable {
  /// Applied to a batch of that size, where these inputs are mapped.
  case batched([Bool], size: Int)
  /// The step backwards of a loop, for the batch of that size or for one.
  case pullback(wanted: [Bool], mapped: [Bool], size: Int?)
}

extension Node {
  /// Whether the node is computed from nothing, and has not been yet.
  var isSource: Bool {
    isPendingWithoutInputs && flags.isDisjoint(with: [.valueless, .poisoned])
      && resultCount == 1
  }
}

extension Primitive {
  /// Whether the other primitive is of the same type and equal.
  func isEqual(to other: any Primitive) -> Bool {
    // A type without parameters has one value; finding it in the other costs more than all else here.
    type(of: other) == Self.self && (MemoryLayout<Self>.size == 0 || hasParameters(of: other))
  }

  // Apart, since the runtime looks up the types of its variables on the way in.
  @inline(never)
  private func hasParameters(of other: any Primitive) -> Bool {
    guard let other = other as? Self else { return false }
    return other == self
  }
}
