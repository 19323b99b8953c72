// What a transform made of a program, as one operation of another.

/// What a transform makes of a program; its operations are planned in its place.
///
/// Transforms of a program that has one take its operations in its place first, so that they do the same, in the
/// same order, as if it had never been one. The rules here are for one by itself.
struct Derived: TransientPrimitive {
  let program: ClosedProgram

  var name: String { "derived" }
  var resultCount: Int { program.program.outputs.count }
  var evaluation: Evaluation { .operations(OperationsEvaluation(program: program)) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { program.outputTypes }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    Differentiate.pushForward(program.at(x), tangents, at: program.inputNumbers)
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    Differentiate.pullBack(program.at(x), cotangents, to: program.inputNumbers)
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let results = program.batched(x, axes: axes, size: size)
    return (results.map(\.array), results.map(\.axis))
  }
}

/// One of the results of a `Derived` that has several.
struct PartOfDerived: IdentityPrimitive, Parameterless {
  var name: String { "part" }
}

/// An operation of a derived program, computed again.
///
/// Its results are those of the operation itself, wherever that is on the same operands.
struct Replay: Hashable, Sendable {
  let program: ClosedProgram
  let operation: Int
}

extension Program {
  /// The program with operations in place of those that were derived, in the order it would have been traced in.
  ///
  /// What they compute on the way is computed again.
  /// - Parameter keepingResults: Whether their results are those that are there; otherwise they, and what reads them,
  ///   are computed again too, and depend on no more than they have to.
  func flattened(keepingResults: Bool) -> Program {
    let isFlat = operations.allSatisfy { type(of: $0.node.primitive) != Derived.self }
    if isFlat { return self }
    var flattening = Flattening(self, keepsResults: keepingResults)
    for operation in operations {
      let operands = Operands(operation.operands.map { flattening.numbers[$0] })
      switch operation.node.primitive {
      case let derived as Derived:
        flattening.add(derived.program, operands, results: operation.result)
      case is PartOfDerived:
        flattening.numbers[operation.result] = operands[0]
      default:
        let kept = Operation(node: operation.node, operands: operands, result: operation.result)
        flattening.add(kept)
      }
    }
    return replacing(
      values: flattening.values, operations: flattening.operations,
      outputs: outputs.map { flattening.numbers[$0] })
  }
}

/// A program that is filled with the operations of another and those that derived ones stand for.
private struct Flattening {
  private let keepsResults: Bool
  var values: [NDArray]
  /// For each value of the other program, the number by which its readers know it here.
  var numbers: [Int]
  var operations: [Program.Operation] = []
  /// Values of the other program that were computed again.
  private var anew: Set<Int> = []
  /// The scalars of derived operations, and what they compute from nothing.
  private var sources: [Int] = []
  /// The first results of what derived operations stand for.
  private var known: [Deed: [Int]] = [:]

  private struct Deed: Hashable {
    let replay: Replay
    let operands: Operands
  }

  init(_ program: Program, keepsResults: Bool) {
    self.keepsResults = keepsResults
    values = program.values
    numbers = Array(values.indices)
  }

  /// Adds what a derived program does with operands.
  ///
  /// - Parameter results: The first of its results in the other program.
  mutating func add(_ derived: ClosedProgram, _ operands: Operands, results: Int) {
    let program = derived.program
    var inner = [Int](filled: -1, count: program.values.count)
    for (input, operand) in zip(derived.inputNumbers, operands) { inner[input] = operand }
    for capture in program.captures where inner[capture] < 0 {
      inner[capture] = number(of: program.values[capture])
    }
    var outputs: [Int: Int] = [:]
    for (offset, output) in program.outputs.enumerated() where keepsResults {
      outputs[output] = results + offset
    }
    var replayed: [Deed: Int] = [:]
    for (index, step) in program.operations.enumerated() {
      let operands = Operands(step.operands.map { inner[$0] })
      let origin = step.node.origin?.replay
      let deed = Deed(
        replay: origin ?? Replay(program: derived, operation: index), operands: operands)
      // What is the same twice, because the program had it twice, is twice here.
      let place = replayed[deed, default: 0]
      replayed[deed] = place + 1
      let range = step.result..<(step.result + step.node.resultCount)
      if origin != nil, let places = known[deed], place < places.count {
        for (offset, number) in range.enumerated() { inner[number] = places[place] + offset }
        continue
      }
      let computed = Recording.replaying(deed.replay, of: step.node) {
        NDArray.apply(step.node.primitive, operands.map { values[$0] })
      }
      for (number, result) in zip(range, computed) {
        inner[number] = append(outputs[number].map { values[$0] } ?? result)
      }
      operations.append(
        Program.Operation(node: step.node, operands: operands, result: inner[step.result]))
      known[deed, default: []].append(inner[step.result])
    }
    for (offset, output) in program.outputs.enumerated() {
      numbers[results + offset] = inner[output]
    }
  }

  /// Adds an operation that was not derived.
  mutating func add(_ operation: Program.Operation) {
    operations.append(operation)
    let primitive = operation.node.primitive
    if keepsResults || primitive.hasEffect || operation.operands.allSatisfy({ !isAnew($0) }) {
      return
    }
    let computed = Recording.rule(of: operation.node) {
      NDArray.apply(primitive, operation.operands.map { values[$0] })
    }
    for (offset, result) in computed.enumerated() {
      values[operation.result + offset] = result
      anew.insert(operation.result + offset)
    }
  }

  /// Whether a value was computed again.
  private func isAnew(_ number: Int) -> Bool { number >= numbers.count || anew.contains(number) }

  /// The number of a scalar, or of what is computed from nothing; equal ones share it.
  private mutating func number(of made: NDArray) -> Int {
    let same = sources.first { source in
      made.isWeak == values[source].isWeak
        && made.node.primitive.isEqual(to: values[source].node.primitive)
    }
    if let same { return same }
    let isScalar = made.node.constant != nil
    let number = append(isScalar ? made : NDArray.apply(made.node.primitive, [])[0])
    sources.append(number)
    return number
  }

  private mutating func append(_ array: NDArray) -> Int {
    values.append(array)
    return values.count - 1
  }
}
