// What a transform makes of a program, kept for the next program of the same structure. A function that is traced
// for every call has its derivative derived, and is vectorised, once; then each is one operation.

/// A transform of a program, and what it is given.
enum Transformation: Equatable, Sendable {
  /// From cotangents of some outputs to those of values; of the inputs by default.
  case pullback(to: [Int]?, given: [Bool])
  /// From tangents of some values, the inputs by default, to those of the outputs.
  case pushforward(at: [Int]?, given: [Bool])
  /// From batches in place of values to those of the outputs.
  case batched(at: [Int], axes: [Int?], size: Int)

  /// An answer: nothing where it is zero, and its mapped axis.
  typealias Answer = (array: NDArray?, axis: Int?)

  /// Applies the rules of the program's operations.
  fileprivate func applied(to program: Program, _ given: [NDArray]) -> [Answer] {
    func spread(_ isGiven: [Bool]) -> [NDArray?] {
      var rest = given[...]
      return isGiven.map { $0 ? rest.popFirst() : nil }
    }
    switch self {
    case .pullback(let numbers, let isGiven):
      return Differentiate.pullBackByRules(program, spread(isGiven), to: numbers).map { ($0, nil) }
    case .pushforward(let numbers, let isGiven):
      return Differentiate.pushForwardByRules(program, spread(isGiven), at: numbers)
        .map { ($0, nil) }
    case .batched(let numbers, let axes, let size):
      return Vectorize.runByRules(program, given, at: numbers, axes: axes, size: size)
        .map { ($0.array, $0.axis) }
    }
  }

  /// A number for each kind of transform, and each size of a batch.
  private var seed: Int {
    switch self {
    case .pullback: -2
    case .pushforward: -1
    case .batched(_, _, let size): size
    }
  }

  /// The answers for a program, as one operation; `nil` where the rules have to be applied to it.
  func answers(for program: Program, _ given: [NDArray]) -> [Answer]? {
    if Trace.current?.keepsProgram ?? false { return nil }
    guard !program.operations.isEmpty, program.operations.count <= KnownTransform.limit,
      !Recording.isLooking, !program.hasOrigins, given.allSatisfy(\.isPlain)
    else { return nil }
    let known = Device.current.transforms
    let hash = program.structureHash(seed: seed)
    if let found = known.entry(hash, where: { $0.serves(self, program, given) }) {
      return found.answers(for: program, given)
    }
    guard !known.isFull(hash), program.isPure else { return nil }
    let made = KnownTransform(self, of: program, given)
    known.add(made, hash, weight: made.operationCount)
    return made.answers(for: program, given)
  }
}

/// A transform of all programs of one structure, as one operation.
final class KnownTransform: Sendable {
  /// Nothing is kept of programs of more operations, nor what is made of one and has more: few of that size would
  /// drive out all others, and each other in turn.
  static let limit = 2_000
  /// The operations that are kept, of programs and of what was made of them, and at most twice as many: an
  /// operation takes about a kilobyte.
  static let capacity = 20_000

  private let transformation: Transformation
  private let structure: ProgramStructure
  private let givenTypes: [ArrayType]
  /// `nil` where the rules have to be applied to every program.
  private let outcome: Outcome?

  init(_ transformation: Transformation, of program: Program, _ given: [NDArray]) {
    self.transformation = transformation
    structure = ProgramStructure(program)
    givenTypes = given.map(\.storedType)
    let outcome = Outcome(transformation, of: program, structure.scalars, givenTypes)
    self.outcome = outcome.flatMap { $0.operationCount > Self.limit ? nil : $0 }
  }

  /// The operations that are kept for it.
  var operationCount: Int { structure.operationCount + (outcome?.operationCount ?? 0) }

  /// Whether this is the transform of a program.
  func serves(_ other: Transformation, _ program: Program, _ given: [NDArray]) -> Bool {
    guard transformation == other, given.count == givenTypes.count else { return false }
    for index in given.indices where given[index].storedType != givenTypes[index] { return false }
    return structure.isShared(by: program)
  }

  /// The answers for a program that it serves.
  func answers(for program: Program, _ given: [NDArray]) -> [Transformation.Answer]? {
    outcome?.answers(for: program, given)
  }
}

/// What a transform makes of the programs of a structure.
private struct Outcome: Sendable {
  private enum Source: Sendable {
    case zero
    /// A value of the program, or after these one that is given.
    case operand(Int)
    case scalar(NDArray)
    case result(Int)
  }

  private let operation: Derived
  private let resultTypes: [ArrayType]
  /// What the operation reads of the program's values and of what is given, and what it reads besides.
  private let operands: [Int]
  private let captured: [NDArray]
  private var answers: [(source: Source, axis: Int?)] = []

  var operationCount: Int { operation.program.program.operations.count }

  /// Applies the rules to a program without values; `nil` where they need some, or do something besides.
  init?(
    _ transformation: Transformation, of program: Program,
    _ scalars: [(value: Int, constant: Constant?)], _ givenTypes: [ArrayType]
  ) {
    // A mistake is made again, and reported, where the rules are applied to the program itself.
    let mistakes = ErrorScope()
    let (serial, inputs, found, whole) = ErrorScope.$current.withValue(mistakes) {
      Self.trace(transformation, of: program, scalars, givenTypes)
    }
    guard mistakes.first == nil, !whole.operations.contains(where: \.node.primitive.hasEffect)
    else { return nil }
    var numbers = whole.outputs[...]
    var results: [Int] = []
    for (array, axis) in found {
      guard let array, let number = numbers.popFirst() else {
        answers.append((.zero, axis))
        continue
      }
      if number < inputs.count {
        answers.append((.operand(number), axis))
      } else if let constant = array.node.constant {
        let scalar = NDArray(node: Node(constant, flags: array.node.flags, serial: 0))
        answers.append((.scalar(scalar), axis))
      } else if array.isWeak {
        return nil
      } else {
        let known = results.firstIndex(of: number)
        if known == nil { results.append(number) }
        answers.append((.result(known ?? results.count - 1), axis))
      }
    }
    var isRead = [Bool](filled: false, count: whole.values.count)
    for operation in whole.operations {
      for operand in operation.operands { isRead[operand] = true }
    }
    operands = inputs.indices.filter { isRead[$0] }
    let closure = ClosedProgram.close(
      Program(
        from: operands.map { inputs[$0] }, to: results.map { whole.values[$0] }, since: serial))
    operation = Derived(program: closure.program)
    resultTypes = closure.program.outputTypes
    captured = closure.captured
  }

  /// - Returns: The number of the trace; the values of the program and what is given, as arrays without values;
  ///   the answers; and the program from these to those.
  private static func trace(
    _ transformation: Transformation, of program: Program,
    _ scalars: [(value: Int, constant: Constant?)], _ givenTypes: [ArrayType]
  ) -> (serial: UInt64, inputs: [NDArray], answers: [Transformation.Answer], program: Program) {
    Trace.apart("a derivation") { trace in
      var values = program.values.map { trace.placeholder($0.storedType, for: "a derivation") }
      for (value, constant) in scalars {
        if let constant { values[value] = NDArray(constant) }
      }
      let given = givenTypes.map { trace.placeholder($0, for: "a derivation") }
      let answers = transformation.applied(to: program.replacingValues(by: values), given)
      let program = Program(
        from: values + given, to: answers.compactMap(\.array), since: trace.serial)
      return (trace.serial, values + given, answers, program)
    }
  }

  /// The answers for a program of the structure.
  func answers(for program: Program, _ given: [NDArray]) -> [Transformation.Answer] {
    func operand(_ number: Int) -> NDArray {
      number < program.values.count ? program.values[number] : given[number - program.values.count]
    }
    var node: Node?
    if !resultTypes.isEmpty {
      var inputs: [NDArray] = []
      inputs.reserveCapacity(operands.count + captured.count)
      var serial = Trace.branch
      for number in operands {
        inputs.append(operand(number))
        serial = max(serial, inputs[inputs.count - 1].node.serial)
      }
      inputs += captured
      node = Node(operation, inputs, types: resultTypes, serial: serial, origin: Recording.origin)
    }
    return answers.map { source, axis in
      switch source {
      case .zero: return (nil, axis)
      case .operand(let number): return (operand(number), axis)
      case .scalar(let scalar): return (scalar, axis)
      case .result(let number): return (node.map { result(number, of: $0) }, axis)
      }
    }
  }

  // Each of several results has a node of its own: what nobody holds any more need not be computed.
  private func result(_ number: Int, of node: Node) -> NDArray {
    let result = NDArray(node: node, result: number)
    if resultTypes.count == 1 { return result }
    return NDArray(
      node: Node(
        PartOfDerived(), [result], types: [resultTypes[number]], serial: node.serial,
        origin: node.origin))
  }
}

extension Program {
  /// Whether it does nothing besides, and its rules look at no values.
  fileprivate var isPure: Bool {
    operations.allSatisfy { operation in
      let primitive = operation.node.primitive
      return !primitive.hasEffect && primitive.ruleDependence != .values
    }
  }

  /// Whether somebody asked where its operations come from.
  fileprivate var hasOrigins: Bool {
    operations.indices.contains { operations[$0].node.origin?.stack != nil }
  }
}

extension NDArray {
  /// Whether it has a dtype of its own and stands for no mistake.
  fileprivate var isPlain: Bool { node.flags.isDisjoint(with: [.weak, .poisoned]) }
}
