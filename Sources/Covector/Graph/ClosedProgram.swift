// A traced function that depends on nothing but its inputs: the body of a loop, a branch, a custom rule.
// What the function captured is handed in beside its arguments, so that the primitive that holds the body
// sees it among its inputs and every transform reaches it.

/// A program whose captured arrays are inputs, after the arguments.
///
/// Two are equal when they do the same, whichever arrays they were traced from.
final class ClosedProgram: Sendable {
  let program: Program
  /// The values of the program that the inputs stand for: arguments, then captured arrays.
  let inputNumbers: [Int]
  let argumentCount: Int
  private let hash: Int

  /// Runs `body` once, on arrays of these types whose values are not known.
  ///
  /// - Parameter name: What a message says a value was read inside of.
  /// - Returns: The program, and the captured arrays it is to be given after its arguments.
  static func trace(
    _ name: String, _ types: [ArrayType], _ body: ([NDArray]) -> [NDArray]
  ) -> (program: ClosedProgram, captured: [NDArray]) {
    let program = Trace.run(name) { trace in
      let arguments = types.map { trace.placeholder($0, for: name) }
      return Program(from: arguments, to: body(arguments).map(\.strong), since: trace.serial)
    }
    // A scalar stays in the program, where loops read it as an immediate. A weak one never depends on a
    // tracer, and handed in would lose its weakness.
    let captured = program.captures.filter { number in
      let array = program.values[number]
      return !array.isWeak && array.node.constant == nil
    }
    return (ClosedProgram(program, captured: captured), captured.map { program.values[$0] })
  }

  private init(_ program: Program, captured: [Int]) {
    self.program = program
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
    program.outputs(replacing: zip(inputNumbers, inputs))
  }
}

extension ClosedProgram: Hashable {
  static func == (a: ClosedProgram, b: ClosedProgram) -> Bool {
    if a === b { return true }
    guard a.hash == b.hash, a.inputNumbers == b.inputNumbers,
      a.program.outputs == b.program.outputs, a.program.values.count == b.program.values.count,
      a.program.operations.count == b.program.operations.count
    else { return false }
    let operations = zip(a.program.operations, b.program.operations)
    let sameOperations = operations.allSatisfy { mine, other in
      mine.operands == other.operands && mine.result == other.result
        && mine.node.origin?.isGuarded == other.node.origin?.isGuarded
        && mine.node.primitive.isEqual(to: other.node.primitive)
    }
    return sameOperations
      && zip(a.program.values, b.program.values).allSatisfy { mine, other in
        mine.storedType == other.storedType && mine.node.constant == other.node.constant
      }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

extension Primitive {
  /// Whether the other primitive is of the same type and equal.
  func isEqual(to other: any Primitive) -> Bool { (other as? Self) == self }
}
