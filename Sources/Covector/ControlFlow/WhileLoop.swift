// The primitive beneath whileLoop and forLoop: a program run for as long as another says. How it is
// differentiated backwards is in ReverseLoop, how it is run in LoopRun.

/// A program that gives the arrays of the next step, run again and again.
///
/// The inputs are the carried arrays, then what the test captured, then what the body captured. The
/// results are the carried arrays after the last step.
struct WhileLoop: Primitive {
  /// When a loop ends.
  enum Test: Hashable, Sendable, Codable {
    /// After so many steps.
    case count(Int)
    /// When the program, of the carried arrays and what it captured, gives false.
    case program(ClosedProgram)
  }

  let name: String
  let test: Test
  let body: ClosedProgram
  let carryCount: Int
  /// Where each example of a batch has steps of its own; all carried arrays then have the lanes first.
  let lanes: Lanes?

  var testConstantCount: Int {
    switch test {
    case .count: 0
    case .program(let program): program.inputTypes.count - carryCount
    }
  }
  var bodyConstantCount: Int { body.inputTypes.count - carryCount }
  var inputCount: Int { carryCount + testConstantCount + bodyConstantCount }
  var bodyConstants: Range<Int> { (carryCount + testConstantCount)..<inputCount }

  var resultCount: Int { carryCount }

  func accepts(_ x: [NDArray]) -> Bool {
    guard carryCount >= 0, carryCount <= body.inputTypes.count else { return false }
    let carried = Array(body.inputTypes[..<carryCount])
    var types = carried
    switch test {
    case .count(let count): if count < 0 || lanes != nil { return false }
    case .program(let program):
      let tested = program.inputTypes
      guard tested.count >= carryCount, Array(tested[..<carryCount]) == carried,
        program.outputTypes == [ArrayType([], .bool)]
      else { return false }
      types += tested[carryCount...]
    }
    types += body.inputTypes[carryCount...]
    guard body.outputTypes == carried else { return false }
    guard let lanes else { return x.map(\.type) == types }
    return lanes.fit(x, types) && lanes.mapped[..<carryCount].allSatisfy(\.self)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    x[..<carryCount].map(\.type)
  }

  /// What belongs to the inputs of the body, of a list with an element for each input of the loop.
  func ofBody<Element>(_ inputs: [Element]) -> [Element] {
    Array(inputs[..<carryCount]) + inputs[bodyConstants]
  }

  /// The carried arrays that come to depend on some of the inputs.
  func movingCarries(_ inputs: [Bool], differentiably: Bool = false) -> [Bool] {
    body.movingCarries(carryCount, ofBody(inputs), differentiably: differentiably)
  }

  // MARK: Derivatives

  /// The loop that carries tangents beside the arrays they belong to.
  ///
  /// Its inputs are the carried arrays and the tangents of those that move, what the test captured,
  /// what the body captured and the tangents of those that were given some.
  /// - Parameter given: Whether each input of this loop has a tangent.
  func withTangents(_ given: [Bool]) -> (loop: WhileLoop, moving: [Bool]) {
    let moving = movingCarries(given, differentiably: true)
    let (carryCount, body) = (carryCount, body)
    let types = body.inputTypes
    let movingCarries = moving.indices.filter { moving[$0] }
    let movingConstants = bodyConstants.filter { given[$0] }
    let places = movingConstants.map { $0 - testConstantCount }
    let carryTypes = types[..<carryCount] + movingCarries.map { types[$0] }
    let tangentBody = ClosedProgram.derive(
      "jvp", carryTypes + types[carryCount...] + places.map { types[$0] }
    ) { inputs in
      let constants = inputs[carryTypes.count...]
      let primals = Array(inputs[..<carryCount]) + constants.prefix(types.count - carryCount)
      var tangents = [NDArray?](repeating: nil, count: types.count)
      for (place, tangent) in zip(movingCarries, inputs[carryCount...]) {
        tangents[place] = tangent
      }
      for (place, tangent) in zip(places, constants.dropFirst(types.count - carryCount)) {
        tangents[place] = tangent
      }
      let (outputs, pushed) = Differentiate.jvp(body.callAsFunction, primals, tangents)
      return outputs + movingCarries.map { pushed[$0] ?? outputs[$0].zerosLike() }
    }
    let mapped = lanes.map { lanes in
      Lanes(
        count: lanes.count,
        mapped: carryTypes.map { _ in true } + lanes.mapped[carryCount...]
          + movingConstants.map { lanes.mapped[$0] })
    }
    let loop = WhileLoop(
      name: name, test: testIgnoring(Array(carryTypes[carryCount...])), body: tangentBody,
      carryCount: carryTypes.count, lanes: mapped)
    return (loop, moving)
  }

  /// The test of a loop that carries more arrays, behind those of this one.
  private func testIgnoring(_ types: [ArrayType]) -> Test {
    guard case .program(let program) = test else { return test }
    let own = program.inputTypes
    let wider = ClosedProgram.derive(
      "jvp", own[..<carryCount] + types + own[carryCount...]
    ) { inputs in
      program(Array(inputs[..<carryCount]) + inputs[(carryCount + types.count)...])
    }
    return .program(wider)
  }

  /// The inputs of the loop of `withTangents`, from those of this one and the tangents.
  func inputs(_ x: [NDArray], _ tangents: [NDArray?], moving: [Bool]) -> [NDArray] {
    let carriedTangents = moving.indices.filter { moving[$0] }.map {
      tangents[$0] ?? x[$0].zerosLike()
    }
    return x[..<carryCount] + carriedTangents + x[carryCount..<inputCount]
      + tangents[bodyConstants].compactMap { $0 }
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let (loop, moving) = withTangents(tangents.map { $0 != nil })
    guard moving.contains(true) else { return y.map { _ in nil } }
    let results = NDArray.apply(loop, inputs(x, tangents, moving: moving))
    return results[carryCount...].spread(over: moving)
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    let wanted = zip(x, wanted).enumerated().map { number, input in
      input.1 && input.0.dtype.isInexact
        && (number < carryCount || number >= bodyConstants.lowerBound)
    }
    let reverse = ReverseLoop(loop: self, wanted: wanted)
    guard reverse.resultCount > 0 else { return x.map { _ in nil } }
    let starts = reverse.movingCarries.map { cotangents[$0] ?? y[$0].zerosLike() }
    return NDArray.apply(reverse, x + starts).spread(over: wanted)
  }

  // MARK: Batching

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let batched = batched(axes.map { $0 != nil }, size: size)
    let results = NDArray.apply(batched.loop, batched.inputs(x, axes))
    return batched.results(results, batched.mapped[..<carryCount])
  }

  /// The loop for a batch: which inputs have an axis for the examples, and where.
  struct Batched {
    let loop: WhileLoop
    /// Whether each input has a value for each example, once those that must have been repeated.
    let mapped: [Bool]
    let size: Int
    /// The lanes within each example.
    let inner: Lanes?

    /// The inputs of the loop, from those of one with examples along these axes.
    func inputs(_ x: [NDArray], _ axes: [Int?]) -> [NDArray] {
      x.indices.map { place in
        if let inner {
          return x[place].lanes(
            outer: (axes[place], size), inner: (inner.mapped[place], inner.count))
        }
        return mapped[place] ? x[place].mappedInFront(axes[place], size: size) : x[place]
      }
    }

    /// Results with the axis of the examples, and where it is.
    func results(_ results: [NDArray], _ mapped: ArraySlice<Bool>) -> ([NDArray], [Int?]) {
      guard let inner else { return (results, mapped.map { $0 ? 0 : nil }) }
      return (
        results.map { $0.reshaped([size, inner.count] + $0.shape.dropFirst()) },
        results.map { _ in 0 }
      )
    }
  }

  /// The loop for a batch, where some of the inputs have a value for each example.
  ///
  /// Examples that end at different steps become lanes. Otherwise the body is run on the whole batch.
  func batched(_ given: [Bool], size: Int) -> Batched {
    if let lanes {
      let count = size * lanes.count
      let mapped = given.map { _ in true }
      let loop = WhileLoop(
        name: name, test: test, body: body, carryCount: carryCount,
        lanes: Lanes(count: count, mapped: mapped))
      return Batched(loop: loop, mapped: mapped, size: size, inner: lanes)
    }
    let carried = movingCarries(given)
    let mapped = carried + given[carryCount...]
    if case .program(let program) = test,
      program.reached(from: Array(mapped[..<bodyConstants.lowerBound]))[0]
    {
      let mapped = carried.map { _ in true } + given[carryCount...]
      let loop = WhileLoop(
        name: name, test: test, body: body, carryCount: carryCount,
        lanes: Lanes(count: size, mapped: mapped))
      return Batched(loop: loop, mapped: mapped, size: size, inner: nil)
    }
    var test = test
    if case .program(let program) = test {
      let isMapped = Array(mapped[..<bodyConstants.lowerBound])
      test = .program(program.batched(isMapped, size: size, results: [false]))
    }
    let loop = WhileLoop(
      name: name, test: test, body: body.batched(ofBody(mapped), size: size, results: carried),
      carryCount: carryCount, lanes: nil)
    return Batched(loop: loop, mapped: mapped, size: size, inner: nil)
  }

  // MARK: Evaluation

  var evaluation: Evaluation {
    .programs(
      ProgramsEvaluation { (values: [ArrayValue]) throws(ArrayError) in
        var run = LoopRun(self, values)
        return try run.results()
      })
  }
}
