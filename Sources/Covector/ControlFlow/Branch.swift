// The primitive beneath cond and branch: one of several programs, chosen by a number that is known only when
// it is computed. Under vmap each example may choose another; see Lanes.

/// One of several programs with results of the same types.
///
/// The inputs are the number of the branch, `int64`, and the operands, of which each branch reads some.
struct Branch: Primitive {
  /// A branch, and the numbers of the operands that are its inputs.
  struct Arm: Hashable, Sendable, Codable {
    let program: ClosedProgram
    let operands: [Int]
  }

  let name: String
  let arms: [Arm]
  /// Where each example of a batch chooses for itself.
  let lanes: Lanes?

  var resultCount: Int { arms[0].program.outputTypes.count }

  func accepts(_ x: [NDArray]) -> Bool {
    guard let first = arms.first, let index = x.first, index.dtype == .int64 else { return false }
    guard index.shape == (lanes.map { [$0.count] } ?? []) else { return false }
    let operands = x.dropFirst()
    guard lanes == nil || lanes?.mapped.count == operands.count else { return false }
    return arms.allSatisfy { arm in
      guard arm.operands.allSatisfy({ (0..<operands.count).contains($0) }) else { return false }
      let chosen = arm.operands.map { operands[$0 + 1] }
      let types = arm.program.inputTypes
      let fits =
        lanes.map { lanes in
          Lanes(count: lanes.count, mapped: arm.operands.map { lanes.mapped[$0] })
            .fit(chosen, types)
        } ?? (chosen.map(\.type) == types)
      return fits && arm.program.outputTypes == first.program.outputTypes
    }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    arms[0].program.outputTypes.map { type in
      ArrayType((lanes.map { [$0.count] } ?? []) + type.shape, type.dtype)
    }
  }

  /// The same choice between other programs.
  private func with(_ arms: [Arm], addingOperands mapped: [Bool] = []) -> Branch {
    Branch(
      name: name, arms: arms,
      lanes: lanes.map { Lanes(count: $0.count, mapped: $0.mapped + mapped) }
    )
  }

  // MARK: Derivatives

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let operandTangents = tangents.dropFirst()
    let given = operandTangents.indices.filter { tangents[$0] != nil }.map { $0 - 1 }
    if given.isEmpty { return y.map { _ in nil } }
    let places = Dictionary(uniqueKeysWithValues: given.enumerated().map { ($1, x.count - 1 + $0) })
    var results = y.map { _ in false }
    for arm in arms {
      let reached = arm.program.reached(
        from: arm.operands.map { places[$0] != nil }, differentiably: true)
      results = zip(results, reached).map { $0 || $1 }
    }
    guard results.contains(true) else { return y.map { _ in nil } }
    let tangentArms = arms.map { arm in
      let moving = arm.operands.map { places[$0] != nil }
      return Arm(
        program: arm.program.tangents(given: moving, results: results),
        operands: arm.operands + arm.operands.compactMap { places[$0] })
    }
    let branch = with(tangentArms, addingOperands: given.map { lanes?.mapped[$0] ?? false })
    var answers = NDArray.apply(branch, x + given.compactMap { tangents[$0 + 1] })[...]
    return results.map { $0 ? answers.popFirst() : nil }
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    let operands = x.indices.dropFirst().map { $0 - 1 }
    let wantedOperands = operands.filter { wanted[$0 + 1] && x[$0 + 1].dtype.isInexact }
    let given = y.indices.filter { cotangents[$0] != nil && y[$0].dtype.isInexact }
    guard !wantedOperands.isEmpty, !given.isEmpty else { return x.map { _ in nil } }
    let pullingArms = arms.map { arm in
      Arm(
        program: arm.program.pullback(
          of: given, to: wantedOperands.map { arm.operands.firstIndex(of: $0) },
          types: wantedOperands.map { exampleType(of: $0, x[$0 + 1]) }),
        operands: arm.operands + given.indices.map { operands.count + $0 })
    }
    let branch = with(pullingArms, addingOperands: given.map { _ in lanes != nil })
    let pulled = NDArray.apply(branch, x + given.compactMap { cotangents[$0] })
    var answers = [NDArray?](repeating: nil, count: x.count)
    for (operand, answer) in zip(wantedOperands, pulled) {
      // What all lanes share gets the sum of what they pull back.
      let isShared = lanes.map { !$0.mapped[operand] } ?? false
      answers[operand + 1] = isShared ? answer.sum(axis: 0) : answer
    }
    return answers
  }

  /// The type an operand has in one example.
  private func exampleType(of operand: Int, _ x: NDArray) -> ArrayType {
    let isMapped = lanes?.mapped[operand] ?? false
    return isMapped ? ArrayType(Array(x.shape.dropFirst()), x.dtype) : x.type
  }

  // MARK: Batching

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    if axes[0] == nil { return batchOfPrograms(x, axes, size: size) }
    let operands = zip(x, axes).dropFirst()
    if let lanes {
      let flat = operands.enumerated().map { number, operand in
        operand.0.lanes(outer: (operand.1, size), inner: (lanes.mapped[number], lanes.count))
      }
      let index = x[0].lanes(outer: (axes[0], size), inner: (true, lanes.count))
      let wide = Branch(
        name: name, arms: arms,
        lanes: Lanes(count: size * lanes.count, mapped: flat.map { _ in true }))
      let results = NDArray.apply(wide, [index] + flat)
      return (
        results.map { $0.reshaped([size, lanes.count] + $0.shape.dropFirst()) },
        results.map { _ in 0 }
      )
    }
    let mapped = operands.map { $0.1 != nil }
    let branch = Branch(name: name, arms: arms, lanes: Lanes(count: size, mapped: mapped))
    let front = zip(x, axes).map { array, axis in
      axis.map { array.movingAxis($0, to: 0) } ?? array
    }
    let results = NDArray.apply(branch, front)
    return (results, results.map { _ in 0 })
  }

  /// All examples go the same way, or have lanes that do: each program is run on a batch.
  private func batchOfPrograms(
    _ x: [NDArray], _ axes: [Int?], size: Int
  ) -> ([NDArray], [Int?]) {
    let mapped = axes.dropFirst().map { $0 != nil }
    var results = [Bool](repeating: false, count: resultCount)
    for arm in arms {
      let reached = arm.program.reached(from: arm.operands.map { mapped[$0] })
      results = zip(results, reached).map { $0 || $1 }
    }
    let batchedArms = arms.map { arm in
      Arm(
        program: arm.program.batched(
          arm.operands.map { mapped[$0] }, size: size, results: results),
        operands: arm.operands)
    }
    // Behind the lanes, where there are any.
    let moved = x.indices.map { index in
      guard let axis = axes[index] else { return x[index] }
      let hasLanes = lanes.map { $0.mapped[index - 1] } ?? false
      return x[index].movingAxis(axis, to: hasLanes ? 1 : 0)
    }
    let place = lanes == nil ? 0 : 1
    return (NDArray.apply(with(batchedArms), moved), results.map { $0 ? place : nil })
  }

  // MARK: Evaluation

  var evaluation: Evaluation {
    .programs(
      ProgramsEvaluation { (values: [ArrayValue]) throws(ArrayError) in try run(values) })
  }

  private func run(_ values: [ArrayValue]) throws(ArrayError) -> [ArrayValue] {
    let choices = values[0].elements(of: Int64.self).map { Int($0) }
    for choice in choices where !arms.indices.contains(choice) {
      throw ArrayError(
        name, "there is no branch \(choice); the index must lie in 0..<\(arms.count)")
    }
    let operands = Array(values.dropFirst())
    guard let lanes else {
      let arm = arms[choices[0]]
      return try arm.program.run(arm.operands.map { operands[$0] })
    }
    let device = Device.current
    let types = arms[0].program.outputTypes
    let results = try types.map { type throws(ArrayError) in
      try ArrayValue.undefined(ArrayType([lanes.count] + type.shape, type.dtype), on: device)
    }
    for (number, arm) in arms.enumerated() {
      let chosen = choices.indices.filter { choices[$0] == number }
      if chosen.isEmpty { continue }
      let rows = Lanes.padded(chosen, within: lanes.count)
      let dtypes = arm.program.inputTypes.map(\.dtype)
      let inputs = try zip(arm.operands, dtypes).map { operand, dtype throws(ArrayError) in
        lanes.mapped[operand]
          ? try operands[operand].rows(rows, dtype, on: device) : operands[operand]
      }
      let program = arm.program.onLanes(
        arm.operands.map { lanes.mapped[$0] }, size: rows.count)
      let answers = try program.run(inputs)
      for (result, (answer, type)) in zip(results, zip(answers, types)) {
        try result.setRows(chosen, to: answer, type.dtype, on: device)
      }
    }
    return results
  }
}

// MARK: - Derivatives of a program

extension ClosedProgram {
  /// The tangents of some results, from the inputs and then the tangents of some of them.
  func tangents(given: [Bool], results: [Bool]) -> ClosedProgram {
    let types = inputTypes
    let moving = types.indices.filter { given[$0] }
    return ClosedProgram.derive("jvp", types + moving.map { types[$0] }) { inputs in
      let (outputs, tangents) = Differentiate.jvp(
        callAsFunction, Array(inputs[..<types.count]),
        inputs[types.count...].spread(over: given))
      return results.indices.filter { results[$0] }.map {
        tangents[$0] ?? outputs[$0].zerosLike()
      }
    }
  }

  /// The cotangents of some inputs, from the inputs and then the cotangents of some results.
  ///
  /// - Parameters:
  ///   - wanted: The numbers of the inputs; zeros of the type beside it stand for an absent one.
  func pullback(of given: [Int], to wanted: [Int?], types: [ArrayType]) -> ClosedProgram {
    let (inputTypes, outputTypes) = (inputTypes, outputTypes)
    let places = wanted.compactMap { $0 }
    return ClosedProgram.derive("vjp", inputTypes + given.map { outputTypes[$0] }) { inputs in
      let answers = pulledBack(
        Array(inputs[..<inputTypes.count]), to: places, given: given,
        Array(inputs[inputTypes.count...]))
      var next = answers[...]
      return zip(wanted, types).map { place, type in
        let answer = place == nil ? nil : next.popFirst() ?? nil
        return answer ?? NDArray.zeros(type)
      }
    }
  }

  /// The cotangents of the inputs at some places, given those of some results.
  func pulledBack(
    _ inputs: [NDArray], to places: [Int], given: [Int], _ cotangents: [NDArray]
  ) -> [NDArray?] {
    let (outputs, pullback) = Differentiate.vjp(
      { chosen in
        var all = inputs
        for (place, input) in zip(places, chosen) { all[place] = input }
        return self(all)
      }, places.map { inputs[$0] })
    var filled = [NDArray?](repeating: nil, count: outputs.count)
    for (place, cotangent) in zip(given, cotangents) { filled[place] = cotangent }
    return pullback(filled)
  }
}

extension Collection {
  /// The elements at the places where `mask` is true; `nil` elsewhere.
  func spread(over mask: [Bool]) -> [Element?] {
    var next = makeIterator()
    return mask.map { $0 ? next.next() : nil }
  }
}
