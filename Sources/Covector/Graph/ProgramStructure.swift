// What the rules of transforms can see of a program: its operations and the types of its values, and of
// scalars what the rules of some primitives look at.

/// What programs for which every transform comes out the same have in common.
struct ProgramStructure: Sendable {
  private struct Operation: Sendable {
    let primitive: any Primitive
    let operands: Operands
    let result: Int
    let isGuarded: Bool
  }

  private let operations: [Operation]
  private let inputCount: Int
  private let captures: [Int]
  private let outputs: [Int]
  /// The types of the inputs and of what is captured.
  private let types: [ArrayType]
  /// The values that rules look at, and what they are where they are scalars.
  let scalars: [(value: Int, constant: Constant?)]

  var operationCount: Int { operations.count }

  init(_ program: Program) {
    operations = program.operations.map { operation in
      Operation(
        primitive: operation.node.primitive, operands: operation.operands,
        result: operation.result, isGuarded: operation.node.isGuarded)
    }
    inputCount = program.inputCount
    captures = program.captures
    outputs = program.outputs
    types = (Array(0..<inputCount) + captures).map { program.values[$0].storedType }
    scalars = program.operations.flatMap { operation -> [(value: Int, constant: Constant?)] in
      guard operation.node.primitive.ruleDependence == .scalars else { return [] }
      return operation.operands.map { ($0, program.values[$0].node.constant) }
    }
  }

  /// Whether a program has this structure.
  func isShared(by program: Program) -> Bool {
    guard inputCount == program.inputCount, operations.count == program.operations.count,
      captures == program.captures, outputs == program.outputs
    else { return false }
    // By index: what is large is not copied.
    for index in types.indices {
      let value = index < inputCount ? index : captures[index - inputCount]
      if types[index] != program.values[value].storedType { return false }
    }
    for index in operations.indices {
      let node = program.operations[index].node
      guard operations[index].operands == program.operations[index].operands,
        operations[index].result == program.operations[index].result,
        operations[index].isGuarded == node.isGuarded,
        operations[index].primitive.isEqual(to: node.primitive)
      else { return false }
    }
    return scalars.allSatisfy { program.values[$0.value].node.constant == $0.constant }
  }
}

extension Program {
  /// A number that is equal for programs of one structure.
  ///
  /// Parameters of primitives are no part of it: of programs that differ in them alone few are worth keeping.
  /// - Parameter seed: What else decides.
  func structureHash(seed: Int) -> Int {
    var hash = UInt(bitPattern: seed)
    func mix(_ number: UInt) {
      // The multiplier is 2^64 divided by the golden ratio.
      hash = (hash ^ number) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    func mix(_ type: ArrayType) {
      mix(UInt(type.dtype.rawValue))
      for size in type.shape { mix(UInt(bitPattern: size)) }
    }
    mix(UInt(bitPattern: inputCount))
    for number in 0..<inputCount { mix(values[number].storedType) }
    for number in captures { mix(values[number].storedType) }
    for index in operations.indices {
      mix(UInt(bitPattern: ObjectIdentifier(type(of: operations[index].node.primitive))))
      for operand in operations[index].operands { mix(UInt(bitPattern: operand)) }
    }
    for output in outputs { mix(UInt(bitPattern: output)) }
    return Int(bitPattern: hash)
  }
}

extension Node {
  /// Whether a cotangent of zero gives zeros, though the derivative be infinite.
  var isGuarded: Bool { origin?.isGuarded ?? false }
}
