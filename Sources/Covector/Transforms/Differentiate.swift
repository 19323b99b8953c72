// jvp and vjp on flat lists of arrays: trace the function on its primals, then push tangents forward or
// pull cotangents back through its program.

enum Differentiate {
  /// A function's outputs and the program between them and its primals.
  ///
  /// - Parameter transform: What errors call it; `nil` where no user asked for it.
  static func trace(
    _ function: ([NDArray]) -> [NDArray], at primals: [NDArray], for transform: String? = nil
  ) -> (outputs: [NDArray], program: Program) {
    Trace.run(transform) { trace in
      let tracers = primals.map(trace.alias)
      let outputs = function(tracers).map(\.strong)
      return (outputs, Program(from: tracers, to: outputs, since: trace.serial))
    }
  }

  /// Pushes tangents forward; `nil` stands for zero.
  ///
  /// - Parameter numbers: The values whose tangents are given; the inputs by default.
  static func pushForward(
    _ program: Program, _ tangents: [NDArray?], at numbers: [Int]? = nil
  ) -> [NDArray?] {
    let transformation = Transformation.pushforward(at: numbers, given: tangents.map { $0 != nil })
    return transformation.answers(for: program, tangents.compactMap(\.self))?.map(\.array)
      ?? pushForwardByRules(program, tangents, at: numbers)
  }

  /// The same, operation by operation.
  static func pushForwardByRules(
    _ program: Program, _ tangents: [NDArray?], at numbers: [Int]?
  ) -> [NDArray?] {
    let program = program.flattened(keepingResults: true)
    var carried = [NDArray?](repeating: nil, count: program.values.count)
    let numbers = numbers ?? Array(0..<program.inputCount)
    for (number, tangent) in zip(numbers, tangents) { carried[number] = tangent }
    for operation in program.operations {
      let tangents = operation.operands.map { carried[$0] }
      if tangents.allSatisfy({ $0 == nil }) { continue }
      let results = Recording.rule(of: operation.node, .tangent) {
        operation.node.primitive.jvp(
          program.operands(of: operation), tangents, program.results(of: operation))
      }
      Recording.inspect(results, of: operation.node, .tangent)
      for (offset, tangent) in results.enumerated() { carried[operation.result + offset] = tangent }
    }
    return program.outputs.map { carried[$0] }
  }

  /// Pulls cotangents of the outputs back to the inputs; `nil` stands for zero.
  ///
  /// - Parameter numbers: The values to pull back to; the inputs by default.
  static func pullBack(
    _ program: Program, _ cotangents: [NDArray?], to numbers: [Int]? = nil
  ) -> [NDArray?] {
    let transformation = Transformation.pullback(to: numbers, given: cotangents.map { $0 != nil })
    return transformation.answers(for: program, cotangents.compactMap(\.self))?.map(\.array)
      ?? pullBackByRules(program, cotangents, to: numbers)
  }

  /// The same, operation by operation.
  static func pullBackByRules(
    _ program: Program, _ cotangents: [NDArray?], to numbers: [Int]?
  ) -> [NDArray?] {
    let program = program.flattened(keepingResults: true)
    let numbers = numbers ?? Array(0..<program.inputCount)
    // Only what depends on an inexact input can have a cotangent that matters.
    var reached = [Bool](filled: false, count: program.values.count)
    for number in numbers { reached[number] = true }
    for operation in program.operations where operation.operands.contains(where: { reached[$0] }) {
      if operation.node.primitive.isLocallyConstant { continue }
      for offset in 0..<operation.node.resultCount {
        reached[operation.result + offset] = operation.node.type(of: offset).dtype.isInexact
      }
    }
    var pulled = [NDArray?](filled: nil, count: program.values.count)
    for (number, cotangent) in zip(program.outputs, cotangents) where reached[number] {
      pulled[number] = sumOfTangents(pulled[number], cotangent)
    }
    for operation in program.operations.reversed() {
      let results = operation.result..<(operation.result + operation.node.resultCount)
      let cotangents = Array(pulled[results])
      if cotangents.allSatisfy({ $0 == nil }) { continue }
      let wanted = operation.operands.map { reached[$0] }
      guard wanted.contains(true) else { continue }
      let answers = Recording.rule(of: operation.node, .cotangent) {
        let primitive = operation.node.primitive
        let (x, y) = (program.operands(of: operation), program.results(of: operation))
        return operation.node.origin?.isGuarded ?? false
          ? primitive.guardedVJP(x, cotangents, y, wanted: wanted)
          : primitive.vjp(x, cotangents, y, wanted: wanted)
      }
      Recording.inspect(answers, of: operation.node, .cotangent)
      for (number, answer) in zip(operation.operands, answers) where reached[number] {
        pulled[number] = sumOfTangents(pulled[number], answer)
      }
      // A cotangent is done with once its operation has used it.
      for number in results { pulled[number] = nil }
    }
    return numbers.map { pulled[$0] }
  }

  /// The outputs, and their tangents along the given ones.
  static func jvp(
    _ function: ([NDArray]) -> [NDArray], _ primals: [NDArray], _ tangents: [NDArray?]
  ) -> (outputs: [NDArray], tangents: [NDArray?]) {
    let (outputs, program) = trace(function, at: primals)
    return (outputs, pushForward(program, tangents))
  }

  /// The outputs, and a function from their cotangents to those of the primals.
  static func vjp(
    _ function: ([NDArray]) -> [NDArray], _ primals: [NDArray]
  ) -> (outputs: [NDArray], pullback: ([NDArray?]) -> [NDArray?]) {
    let (outputs, program) = trace(function, at: primals)
    return (outputs, { pullBack(program, $0) })
  }
}

extension Primitive {
  /// The cotangents of the inputs, from the primitive's jvp rule: that is linear in the tangents, so pulling
  /// back through it transposes it.
  func vjpByTransposingJVP(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    Differentiate.vjpByTransposingJVP(Unspecialized(self), x, cotangents, y, wanted)
  }
}

extension Differentiate {
  fileprivate static func vjpByTransposingJVP(
    _ primitive: Unspecialized<any Primitive>, _ x: [NDArray], _ cotangents: [NDArray?],
    _ y: [NDArray], _ wanted: [Bool]
  ) -> [NDArray?] {
    let chosen = x.indices.filter { wanted[$0] }
    let (_, pullback) = vjp(
      { tangents in
        var filled = [NDArray?](repeating: nil, count: x.count)
        for (place, tangent) in zip(chosen, tangents) { filled[place] = tangent }
        let results = primitive.value.jvp(x, filled, y)
        return zip(results, y).map { $0 ?? $1.zerosLike() }
      }, chosen.map { x[$0].zerosLike() })
    var answers = [NDArray?](repeating: nil, count: x.count)
    for (place, answer) in zip(chosen, pullback(cotangents)) { answers[place] = answer }
    return answers
  }
}
