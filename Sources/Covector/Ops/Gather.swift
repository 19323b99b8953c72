// Reading at computed places: the gather primitive and what is composed of it.
// NDArray+Indexing.swift makes subscripts of it, Scatter.swift is its counterpart.

/// What is said of an index out of range that was computed from something else.
struct IndexMistake: Hashable, Sendable, Codable {
  let operation: String
  let message: String

  var error: ArrayError { ArrayError(operation, message) }
}

/// Takes slices of the first input at the places that the index inputs name.
///
/// Index input `i` selects along `axes[i]`. The index arrays broadcast to one shape, with which the
/// result starts; the axes that are not indexed follow, whole. Negative indices count from the end.
struct Gather: Primitive {
  let axes: [Int]
  /// The axes in errors: those of one example, where the array is a batch.
  let labels: [Int]
  /// What an index out of range means, where it was computed from something else.
  let mistake: IndexMistake?

  init(axes: [Int], labels: [Int]? = nil, mistake: IndexMistake? = nil) {
    self.axes = axes
    self.labels = labels ?? axes
    self.mistake = mistake
  }

  var name: String { "take" }

  var evaluation: Evaluation {
    .function { [axes, labels, name, mistake] call in
      try call.gather(axes: axes, name: name, labels: labels, mistake: mistake?.error)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == axes.count + 1 && x.dropFirst().areIndices(of: x[0], axes, labels)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = try indexShape(x.dropFirst(), name)
    return [ArrayType(shape + reducedShape(x[0].shape, axes), x[0].dtype)]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[0].map { NDArray(self, [$0] + x.dropFirst()) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    var answers = [NDArray?](repeating: nil, count: x.count)
    if wanted[0], let cotangent = cotangents[0] {
      let scatter = Scatter(axes: axes, mode: .add, labels: labels)
      answers[0] = scatter.applied(x[0].zerosLike(), Array(x.dropFirst()), cotangent)
    }
    return answers
  }

  // Where the array alone is mapped, its mapped axis is one more that is taken whole. Where indices
  // are mapped too, example i reads the array of example i: one more index array counts the
  // examples.
  func batch(_ x: [NDArray], _ mapped: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let indices = Array(x.dropFirst())
    let indexAxes = Array(mapped.dropFirst())
    let shifted = axesAfterInserting(mapped[0])
    if let axis = mapped[0], indexAxes.allSatisfy({ $0 == nil }) {
      let rank = indices.map(\.rank).max() ?? 0
      let place = rank + axis - shifted.count(where: { $0 < axis })
      let gather = Gather(axes: shifted, labels: labels, mistake: mistake)
      return ([NDArray(gather, x)], [place])
    }
    let (aligned, place) = alignedForBroadcast(indices, indexAxes)
    guard let axis = mapped[0] else { return ([NDArray(self, [x[0]] + aligned)], [place]) }
    let gather = Gather(axes: shifted + [axis], labels: labels + [axis], mistake: mistake)
    return ([NDArray(gather, [x[0]] + aligned + [laneIndices(aligned, place, size)])], [place])
  }

  private func axesAfterInserting(_ mapped: Int?) -> [Int] {
    guard let mapped else { return axes }
    return axes.map { $0 < mapped ? $0 : $0 + 1 }
  }
}

/// The numbers of the examples, along the axis `place` of the joint shape of index arrays.
func laneIndices(_ indices: [NDArray], _ place: Int, _ size: Int) -> NDArray {
  let rank = indices.map(\.rank).max() ?? 0
  let lanes = NDArray(Iota(size: size, dtype: indices[0].dtype))
  return lanes.reshaped([size] + [Int](repeating: 1, count: rank - 1 - place))
}

/// The shape that index arrays broadcast to; they must be integers of one dtype.
func indexShape(_ indices: ArraySlice<NDArray>, _ operation: String) throws(ArrayError) -> [Int] {
  var shape: [Int] = []
  for index in indices {
    guard index.dtype == .int32 || index.dtype == .int64 else {
      throw ArrayError(operation, "indices of dtype \(index.dtype); int32 or int64 is needed")
    }
    guard let joint = broadcastShape(shape, index.shape) else {
      throw ArrayError(
        operation,
        "index arrays of shapes \(indices.map(\.shape).joinedDescription) do not broadcast; "
          + "sizes must be equal or 1, counted from the last axis")
    }
    shape = joint
  }
  return shape
}

/// Index arrays in the one dtype the kernels take: `int32` where all are, else `int64`.
func preparedIndices(
  _ indices: [NDArray], _ operation: String
) throws(ArrayError) -> [NDArray] {
  for index in indices where !index.dtype.isInteger {
    throw ArrayError(operation, "indices are \(index.dtype); they must be integers")
  }
  let dtype: DType = indices.allSatisfy { $0.dtype == .int32 } ? .int32 : .int64
  return indices.map { $0.promoted(to: dtype) }
}

// MARK: - Public functions

extension NDArray {
  /// The slices at `indices` along an axis, which the axes of `indices` replace.
  ///
  /// Negative indices count from the end; one out of range is an error when the result is computed.
  /// - Parameters:
  ///   - indices: Integers of any shape.
  ///   - axis: The axis to take along; with `nil`, the elements are taken from all of them in
  ///     row-major order.
  public func take(_ indices: NDArray, axis: Int? = nil) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard let axis else { return reshaped([count]).take(indices, axis: 0) }
      let place = try normalizedAxis(axis, rank: rank, "take")
      let indices = try preparedIndices([indices], "take")
      let taken = NDArray(Gather(axes: [place]), [strong] + indices)
      return taken.movingLeadingAxes(indices[0].rank, to: place)
    }
  }

  /// For each position, the element whose place along `axis` stands at that position of `indices`.
  ///
  /// Outside `axis` the shapes broadcast. Undoes `argSort`: `x.takeAlongAxis(order, axis: a)` is
  /// sorted.
  /// - Parameters:
  ///   - indices: Integers with as many axes as this array.
  ///   - axis: The axis to take along; the last one by default.
  /// - Returns: An array of the shape of `indices`, broadcast.
  public func takeAlongAxis(_ indices: NDArray, axis: Int = -1) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let (array, places, axes) = try alongAxis(indices, axis: axis, "takeAlongAxis")
      return NDArray(Gather(axes: axes), [array] + places)
    }
  }

  /// The array with the elements that `takeAlongAxis` would read replaced by `values`.
  ///
  /// Where an index occurs twice, the later one in row-major order counts, for the derivative too.
  /// - Parameters:
  ///   - values: Broadcast to the shape of `indices` and converted to this array's dtype.
  ///   - indices: Integers with as many axes as this array.
  ///   - axis: The axis the indices count along; the last one by default.
  public func putAlongAxis(_ values: NDArray, at indices: NDArray, axis: Int = -1) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let (array, places, axes) = try alongAxis(indices, axis: axis, "putAlongAxis")
      let shape = try indexShape(places[...], "putAlongAxis")
      let updates = try values.asUpdate(of: array, shape: shape, "putAlongAxis")
      let scatter = Scatter(axes: axes, mode: .set)
      guard array.shape == self.shape else {
        throw ArrayError(
          "putAlongAxis",
          "indices of shape \(indices.shape) need more room than shape \(self.shape) has")
      }
      return NDArray(scatter, [array] + places + [updates])
    }
  }

  /// The array and one index array for each axis, where `indices` counts along one axis and the
  /// others run in step with it.
  private func alongAxis(
    _ indices: NDArray, axis: Int, _ operation: String
  ) throws(ArrayError) -> (NDArray, [NDArray], [Int]) {
    let axis = try normalizedAxis(axis, rank: rank, operation)
    guard indices.rank == rank else {
      throw ArrayError(
        operation,
        "indices of shape \(indices.shape) do not fit shape \(shape); "
          + "the number of axes must be equal"
      )
    }
    let index = try preparedIndices([indices], operation)[0]
    // All but `axis` broadcast against the indices.
    var own = shape
    own[axis] = 1
    var other = index.shape
    other[axis] = 1
    guard var wide = broadcastShape(own, other) else {
      throw ArrayError(
        operation,
        "shapes \(shape) and \(indices.shape) do not broadcast outside axis \(axis)")
    }
    wide[axis] = shape[axis]
    // An axis of the indices that is 1 must still run over all of the array.
    var indexShape = wide
    indexShape[axis] = index.shape[axis]
    var places: [NDArray] = []
    for place in 0..<rank {
      if place == axis {
        places.append(index.broadcast(to: indexShape))
      } else {
        let counting = NDArray(Iota(size: wide[place], dtype: index.dtype))
        places.append(
          counting.reshaped([wide[place]] + [Int](repeating: 1, count: rank - 1 - place)))
      }
    }
    return (strong.broadcast(to: wide), places, Array(0..<rank))
  }

  /// The part of the array of the given sizes that begins at starts known only when it is computed.
  ///
  /// A part that leaves the array is an error then; negative starts count from the end. For starts
  /// known now, subscripts with ranges share the array's memory.
  /// - Parameters:
  ///   - starts: Integers of shape `[axes.count]`.
  ///   - axes: The axes the starts are for; the others are taken whole.
  ///   - sizes: The size of the part along each of these axes.
  public func sliced(from starts: NDArray, axes: [Int], sizes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let (order, places) = try window(starts, axes, sizes, "sliced")
      let taken = NDArray(Gather(axes: order), [strong] + places)
      return taken.placingAxes(order + (0..<rank).filter { !order.contains($0) })
    }
  }

  /// The array with the part that begins at starts known only when it is computed replaced by
  /// `values`.
  /// - Parameters:
  ///   - values: An array of as many axes as this one; its sizes along `axes` are those of the
  ///     part.
  ///   - starts: Integers of shape `[axes.count]`, as in `sliced(from:axes:sizes:)`.
  ///   - axes: The axes the starts are for; the values cover the others whole.
  public func updatingSlice(with values: NDArray, from starts: NDArray, axes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let name = "updatingSlice"
      guard values.rank == rank else {
        throw ArrayError(
          name,
          "values of shape \(values.shape) do not fit shape \(shape); "
            + "the number of axes must be equal"
        )
      }
      let places = try axes.mapAxes(rank: rank, name)
      let sizes = places.map { values.shape[$0] }
      let (order, indices) = try window(starts, axes, sizes, name)
      var wide = shape
      for (place, size) in zip(places, sizes) { wide[place] = size }
      let whole = (0..<rank).filter { !order.contains($0) }
      let updates = try values.asUpdate(of: self, shape: wide, name)
      let scatter = Scatter(axes: order, mode: .set)
      return NDArray(scatter, [strong] + indices + [updates.transposed(order + whole)])
    }
  }

  /// The axes of a window, resolved, and an index array for each, which together span the window.
  private func window(
    _ starts: NDArray, _ axes: [Int], _ sizes: [Int], _ operation: String
  ) throws(ArrayError) -> ([Int], [NDArray]) {
    let places = try axes.mapAxes(rank: rank, operation)
    guard !axes.isEmpty, sizes.count == axes.count, starts.shape == [axes.count] else {
      throw ArrayError(
        operation,
        "starts of shape \(starts.shape) and \(sizes.count) sizes do not fit \(axes.count) axes; "
          + "one of each is needed for each axis, and at least one axis")
    }
    let starts = try preparedIndices([starts], operation)[0]
    var indices: [NDArray] = []
    for (number, (place, size)) in zip(places, sizes).enumerated() {
      guard (0...shape[place]).contains(size) else {
        throw ArrayError(
          operation, "a part of size \(size) does not fit axis \(place) of size \(shape[place])")
      }
      let start = starts.sliced(axis: 0, from: number, count: 1)
      // Counted from the front first, so that a window does not run on from the end to the
      // beginning; what is before the beginning stays out of range.
      let axisSize = NDArray(Constant(integer: Int64(shape[place]), dtype: starts.dtype))
      let isFromEnd = (start .< 0) .& (start .>= -axisSize)
      let front = which(isFromEnd, start + axisSize, start)
      let window = front + NDArray(Iota(size: size, dtype: starts.dtype))
      indices.append(
        window.reshaped([size] + [Int](repeating: 1, count: axes.count - 1 - number)))
    }
    return (places, indices)
  }

  /// The first `count` axes moved behind those that come before `place` in the result.
  func movingLeadingAxes(_ count: Int, to place: Int) -> NDArray {
    if place == 0 || count == 0 { return self }
    let order = Array(count..<(count + place)) + Array(0..<count) + Array((count + place)..<rank)
    return NDArray(Transpose(order: order), self)
  }

  /// The array as what is written into `target`: converted to its dtype, broadcast to `shape`.
  func asUpdate(
    of target: NDArray, shape: [Int], _ operation: String
  ) throws(ArrayError) -> NDArray {
    let dtype = target.dtype
    guard self.dtype.generality <= dtype.generality else {
      throw ArrayError(
        operation,
        "\(self.dtype) values do not fit into an array of \(dtype); convert one of them with asType"
      )
    }
    // As in assignment elsewhere, leading axes of size 1 do not count.
    let excess = Swift.max(rank - shape.count, 0)
    guard self.shape.prefix(excess).allSatisfy({ $0 == 1 }),
      broadcastShape(Array(self.shape.dropFirst(excess)), shape) == shape
    else {
      throw ArrayError(
        operation,
        "values of shape \(self.shape) do not broadcast to shape \(shape), which they go to")
    }
    let trimmed = excess == 0 ? self : reshaped(Array(self.shape.dropFirst(excess)))
    return trimmed.promoted(to: dtype).broadcast(to: shape)
  }
}

extension DType {
  /// 0 for `bool`, 1 for integers, 2 for floating-point numbers, 3 for complex ones.
  fileprivate var generality: Int {
    if self == .bool { return 0 }
    if isInteger { return 1 }
    return isFloating ? 2 : 3
  }
}

extension [Int] {
  /// The axes counted from the front, in their order; each must be named once.
  func mapAxes(rank: Int, _ operation: String) throws(ArrayError) -> [Int] {
    _ = try normalizedAxes(self, rank: rank, operation)
    return map { $0 < 0 ? $0 + rank : $0 }
  }
}
