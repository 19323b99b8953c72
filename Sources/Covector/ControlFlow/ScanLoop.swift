// The primitive beneath scan and map: a program run once for each element of sequences, handing a state from
// step to step.

/// A program run for each element along the first axis of sequences.
///
/// The inputs are the carried arrays, the sequences, then what the body captured. The body takes the
/// carried arrays, one element of each sequence, and the captured arrays; it gives the carried arrays
/// of the next step and what is collected of this one. The results are the last carried arrays and the
/// collected ones, stacked.
struct ScanLoop: Primitive {
  let name: String
  let body: ClosedProgram
  let carryCount: Int
  let sequenceCount: Int
  let length: Int
  let isReverse: Bool

  var resultCount: Int { body.outputTypes.count }

  private var carries: Range<Int> { 0..<carryCount }
  private var sequences: Range<Int> { carryCount..<(carryCount + sequenceCount) }
  private var constants: Range<Int> { sequences.upperBound..<body.inputTypes.count }

  func accepts(_ x: [NDArray]) -> Bool {
    let types = body.inputTypes
    guard carryCount >= 0, sequenceCount >= 0, length >= 0, x.count == types.count,
      carryCount <= x.count, sequenceCount <= x.count - carryCount,
      Array(body.outputTypes.prefix(carryCount)) == Array(types[..<carryCount])
    else { return false }
    let sequences = carryCount..<(carryCount + sequenceCount)
    return x.indices.allSatisfy { place in
      let type = types[place]
      return x[place].type
        == (sequences.contains(place) ? ArrayType([length] + type.shape, type.dtype) : type)
    }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    body.outputTypes.enumerated().map { number, type in
      number < carryCount ? type : ArrayType([length] + type.shape, type.dtype)
    }
  }

  /// A loop of as many steps in the same direction, or the other, around another body.
  private func around(
    _ body: ClosedProgram, carryCount: Int, sequenceCount: Int, backwards: Bool = false
  ) -> ScanLoop {
    ScanLoop(
      name: name, body: body, carryCount: carryCount, sequenceCount: sequenceCount,
      length: length, isReverse: isReverse != backwards)
  }

  // MARK: Derivatives

  // The tangents are carried beside the arrays they belong to.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let given = tangents.map { $0 != nil }
    let moving = body.movingCarries(carryCount, given, differentiably: true)
    let movingInputs = moving + given[carryCount...]
    let reached = body.reached(from: movingInputs, differentiably: true)
    let results = moving + reached[carryCount...]
    guard results.contains(true) else { return y.map { _ in nil } }
    let types = body.inputTypes
    let groups = [carries, sequences, constants].map { group in
      (primals: Array(group), moving: group.filter { movingInputs[$0] })
    }
    // Each group of inputs is followed by the tangents of those that move.
    let order = groups.flatMap { $0.primals.map { ($0, false) } + $0.moving.map { ($0, true) } }
    let tangentBody = ClosedProgram.derive("jvp", order.map { types[$0.0] }) { inputs in
      var primals: [NDArray] = []
      var moved = [NDArray?](repeating: nil, count: types.count)
      for (input, (place, isTangent)) in zip(inputs, order) {
        if isTangent { moved[place] = input } else { primals.append(input) }
      }
      let (outputs, pushed) = Differentiate.jvp(body.callAsFunction, primals, moved)
      let answers = results.indices.filter { results[$0] }.map {
        pushed[$0] ?? outputs[$0].zerosLike()
      }
      return outputs[..<carryCount] + answers
    }
    let loop = around(
      tangentBody, carryCount: carryCount + groups[0].moving.count,
      sequenceCount: sequenceCount + groups[1].moving.count)
    let inputs = order.map { place, isTangent in
      isTangent ? tangents[place] ?? x[place].zerosLike() : x[place]
    }
    return NDArray.apply(loop, inputs)[carryCount...].spread(over: results)
  }

  // A first loop records what the steps carried; a second goes the other way, runs each step again and
  // pulls back through it.
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    let types = body.inputTypes
    let wanted = zip(wanted, x).map { $0 && $1.dtype.isInexact }
    let moving = body.movingCarries(carryCount, wanted, differentiably: true)
    let movingCarries = carries.filter { moving[$0] }
    let collected = (carryCount..<y.count).filter {
      cotangents[$0] != nil && y[$0].dtype.isInexact
    }
    let wantedSequences = sequences.filter { wanted[$0] }
    let wantedConstants = constants.filter { wanted[$0] }
    guard wanted.contains(true) else { return x.map { _ in nil } }

    let outputTypes = body.outputTypes
    // Carried: the cotangents of the carried arrays, and sums of those of the captured ones.
    let carried = movingCarries + wantedConstants
    let parts = [
      carried.map { types[$0] }, carries.map { types[$0] }, sequences.map { types[$0] },
      collected.map { outputTypes[$0] }, constants.map { types[$0] },
    ]
    let pulling = ClosedProgram.derive("vjp", parts.flatMap { $0 }) { inputs in
      var rest = inputs[...]
      let groups = parts.map { part -> [NDArray] in
        defer { rest = rest.dropFirst(part.count) }
        return Array(rest.prefix(part.count))
      }
      let cotangents = Array(groups[0][..<movingCarries.count]) + groups[3]
      let places = movingCarries + wantedSequences + wantedConstants
      let primals = groups[1] + groups[2] + groups[4]
      let answers = body.pulledBack(
        primals, to: places, given: movingCarries + collected, cotangents)
      let filled = zip(answers, places).map { $0 ?? primals[$1].zerosLike() }
      let sums = zip(groups[0][movingCarries.count...], filled.suffix(wantedConstants.count))
      return Array(filled[..<movingCarries.count]) + sums.map { $0 + $1 }
        + filled[movingCarries.count..<(movingCarries.count + wantedSequences.count)]
    }
    let loop = around(
      pulling, carryCount: carried.count,
      sequenceCount: carryCount + sequenceCount + collected.count, backwards: true)
    let starts = movingCarries.map { cotangents[$0] ?? y[$0].zerosLike() }
    let zeros = wantedConstants.map { x[$0].zerosLike() }
    // Only what the way back reads is recorded.
    let recorded = carries.filter { pulling.readInputs[carried.count + $0] }
    let inputs =
      starts + zeros + records(of: recorded, x) + sequences.map { x[$0] }
      + collected.compactMap { cotangents[$0] } + constants.map { x[$0] }
    let pulled = NDArray.apply(loop, inputs)
    var answers = [NDArray?](repeating: nil, count: x.count)
    for (place, answer) in zip(carried + wantedSequences, pulled) where wanted[place] {
      answers[place] = answer
    }
    return answers
  }

  /// For each carried array its values before the steps, stacked; zeros where they are not needed.
  private func records(of recorded: [Int], _ x: [NDArray]) -> [NDArray] {
    var stacks = carries.map { number in
      NDArray.zeros(ArrayType([length] + x[number].shape, x[number].dtype))
    }
    if recorded.isEmpty { return stacks }
    let recording = ClosedProgram.derive("vjp", body.inputTypes) { inputs in
      body(inputs)[..<carryCount] + recorded.map { inputs[$0] }
    }
    let loop = around(recording, carryCount: carryCount, sequenceCount: sequenceCount)
    let results = NDArray.apply(loop, x)
    for (place, stack) in zip(recorded, results[carryCount...]) { stacks[place] = stack }
    return stacks
  }

  // MARK: Batching

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let given = axes.map { $0 != nil }
    let mapped = body.movingCarries(carryCount, given) + given[carryCount...]
    let reached = body.reached(from: mapped)
    let results = mapped[..<carryCount] + reached[carryCount...]
    let batched = body.batched(mapped, size: size, results: Array(results))
    let loop = around(batched, carryCount: carryCount, sequenceCount: sequenceCount)
    let inputs = x.indices.map { place -> NDArray in
      guard mapped[place] else { return x[place] }
      // The axis of a sequence comes behind that of the steps.
      if sequences.contains(place) { return x[place].movingAxis(axes[place] ?? 0, to: 1) }
      return x[place].mappedInFront(axes[place], size: size)
    }
    return (
      NDArray.apply(loop, inputs),
      results.enumerated().map { number, isMapped in
        isMapped ? (number < carryCount ? 0 : 1) : nil
      }
    )
  }

  // MARK: Evaluation

  var evaluation: Evaluation {
    .programs(
      ProgramsEvaluation { (values: [ArrayValue]) throws(ArrayError) in try run(values) })
  }

  private func run(_ values: [ArrayValue]) throws(ArrayError) -> [ArrayValue] {
    let device = Device.current
    let collectedTypes = Array(body.outputTypes[carryCount...])
    let stacks = try collectedTypes.map { type throws(ArrayError) in
      try ArrayValue.undefined(ArrayType([length] + type.shape, type.dtype), on: device)
    }
    var carried = Array(values[carries])
    let constants = Array(values[constants])
    for step in 0..<length {
      let place = isReverse ? length - 1 - step : step
      let results = try body.run(carried + values[sequences].map { $0.row(place) } + constants)
      carried = Array(results[..<carryCount])
      for (number, stack) in stacks.enumerated() {
        try stack.setRows(
          [place], to: results[carryCount + number].asRow, collectedTypes[number].dtype, on: device)
      }
    }
    return carried + stacks
  }
}

extension ClosedProgram {
  /// Of the arrays a loop carries, the first inputs and results of its body: those that come to depend on
  /// some of the inputs after any number of steps.
  func movingCarries(
    _ count: Int, _ inputs: [Bool], differentiably: Bool = false
  ) -> [Bool] {
    var inputs = inputs
    while true {
      let reached = reached(from: inputs, differentiably: differentiably)
      let wider = (0..<count).map { inputs[$0] || reached[$0] }
      if wider == Array(inputs[..<count]) { return wider }
      inputs.replaceSubrange(0..<count, with: wider)
    }
  }
}
