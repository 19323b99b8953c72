// Backwards through a WhileLoop whose number of steps is known only when it has been run.
//
// Let F be a loop and R(x, c) = J_F(x)ᵀ c what is computed here. Its derivatives are loops of the same two
// kinds. With G(x, t) = (F(x), J_F(x) t), which WhileLoop.withTangents makes,
//   the tangent of R along (t, d) is the x-part of R_G((x, t), (d, c)), and
//   the cotangents of R for u are J_F(x) u for c, and the x-part of R_G((x, u), (0, c)) for x.

/// The cotangents of some inputs of a loop, from its inputs and the cotangents of the carried arrays that
/// move.
struct ReverseLoop: Primitive {
  let loop: WhileLoop
  /// Whether the cotangent of each input of the loop is a result.
  let wanted: [Bool]
  /// The numbers of the carried arrays that depend on inputs that are wanted.
  let movingCarries: [Int]

  init(loop: WhileLoop, wanted: [Bool]) {
    self.loop = loop
    self.wanted = wanted
    let moving = loop.movingCarries(wanted, differentiably: true)
    movingCarries = moving.indices.filter { moving[$0] }
  }

  var name: String { loop.name }
  var resultCount: Int { wanted.count { $0 } }
  var wantedPlaces: [Int] { wanted.indices.filter { wanted[$0] } }

  func accepts(_ x: [NDArray]) -> Bool {
    loop.accepts(Array(x.prefix(loop.inputCount)))
      && self == ReverseLoop(loop: loop, wanted: wanted)
      && x.dropFirst(loop.inputCount).map(\.type) == movingCarries.map { x[$0].type }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    wantedPlaces.map { x[$0].type }
  }

  // MARK: Derivatives

  /// The cotangents of inputs of the loop that carries tangents: the x-part of R_G.
  ///
  /// - Parameters:
  ///   - tangents: For each input of the loop its tangent, or `nil`.
  ///   - carried: The cotangent of each carried array of the loop.
  ///   - pushed: The cotangent of the tangent of each.
  private func second(
    _ x: [NDArray], _ tangents: [NDArray?], carried: [NDArray?], pushed: [NDArray?],
    wanted: [Bool]
  ) -> [NDArray?] {
    let (wider, moving) = loop.withTangents(tangents.map { $0 != nil })
    let movingCount = wider.carryCount - loop.carryCount
    let extra = wider.inputCount - loop.inputCount - movingCount
    let wantedOfWider =
      wanted[..<loop.carryCount] + [Bool](repeating: false, count: movingCount)
      + wanted[loop.carryCount...] + [Bool](repeating: false, count: extra)
    let reverse = ReverseLoop(loop: wider, wanted: Array(wantedOfWider))
    let pushedOfMoving = moving.indices.filter { moving[$0] }.map { pushed[$0] }
    let inputs = loop.inputs(x, tangents, moving: moving)
    let given = carried + pushedOfMoving
    let starts = reverse.movingCarries.map { given[$0] ?? inputs[$0].zerosLike() }
    guard reverse.resultCount > 0 else { return wanted.map { _ in nil } }
    return NDArray.apply(reverse, inputs + starts).spread(over: wanted)
  }

  /// What belongs to the moving carried arrays, at the places of all carried arrays.
  private func atCarries(_ moving: [NDArray?]) -> [NDArray?] {
    var carried = [NDArray?](repeating: nil, count: loop.carryCount)
    for (place, array) in zip(movingCarries, moving) { carried[place] = array }
    return carried
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let (own, starts) = (Array(x[..<loop.inputCount]), Array(x[loop.inputCount...]))
    let ownTangents = Array(tangents[..<loop.inputCount])
    let startTangents = Array(tangents[loop.inputCount...])
    let answers = second(
      own, ownTangents, carried: atCarries(startTangents), pushed: atCarries(starts),
      wanted: wanted)
    return wantedPlaces.map { answers[$0] }
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted asked: [Bool]
  ) -> [NDArray?] {
    let own = Array(x[..<loop.inputCount])
    var directions = [NDArray?](repeating: nil, count: loop.inputCount)
    for (place, cotangent) in zip(wantedPlaces, cotangents) { directions[place] = cotangent }
    let isAsked = zip(own, asked).enumerated().map { number, input in
      input.1 && input.0.dtype.isInexact
        && (number < loop.carryCount || number >= loop.bodyConstants.lowerBound)
    }
    var answers = second(
      own, directions, carried: atCarries([]),
      pushed: atCarries(Array(x[loop.inputCount...])), wanted: isAsked)
    guard asked[loop.inputCount...].contains(true) else {
      return answers + movingCarries.map { _ in nil }
    }
    let (wider, moving) = loop.withTangents(directions.map { $0 != nil })
    let pushed =
      moving.contains(true)
      ? NDArray.apply(wider, loop.inputs(own, directions, moving: moving)) : []
    let tangents = pushed.dropFirst(loop.carryCount).spread(over: moving)
    answers += movingCarries.map { tangents[$0] }
    return answers
  }

  // MARK: Batching

  // Every example wants its own cotangents: what is the same for all is repeated, so that they come
  // back one by one.
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let count = loop.inputCount
    let given = (0..<count).map { axes[$0] != nil || wanted[$0] }
    let batched = loop.batched(given, size: size)
    let reverse = ReverseLoop(loop: batched.loop, wanted: wanted)
    let inner = loop.lanes.map { (isMapped: true, size: $0.count) }
    let starts = (count..<x.count).map { place -> NDArray in
      if let inner { return x[place].lanes(outer: (axes[place], size), inner: inner) }
      return x[place].mappedInFront(axes[place], size: size)
    }
    let results = NDArray.apply(
      reverse, batched.inputs(Array(x[..<count]), Array(axes[..<count])) + starts)
    guard let lanes = loop.lanes else { return (results, results.map { _ in 0 }) }
    // Back to lanes within examples; what the lanes of one example share is summed over them.
    let separate = zip(wantedPlaces, results).map { place, result in
      let apart = result.reshaped([size, lanes.count] + result.shape.dropFirst())
      return lanes.mapped[place] ? apart : apart.sum(axis: 1)
    }
    return (separate, separate.map { _ in 0 })
  }

  // MARK: Evaluation

  var evaluation: Evaluation {
    .programs(
      ProgramsEvaluation { (values: [ArrayValue]) throws(ArrayError) in
        var run = ReverseRun(self, values)
        return try run.results()
      })
  }
}
