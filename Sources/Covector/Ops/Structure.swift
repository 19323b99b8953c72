// The linear primitives that rearrange elements without computing: broadcast, reshape, transpose,
// slice, embed (the adjoint of slice) and concatenate. Everything else that moves elements about is
// composed of these in Shape.swift.

/// Repeats elements along new leading axes and axes of size 1.
struct Broadcast: LinearPrimitive {
  let shape: [Int]

  var name: String { "broadcast" }

  var evaluation: Evaluation {
    .view { [shape] source in
      let missing = shape.count - source.shape.count
      var strides = [Int](repeating: 0, count: shape.count)
      for axis in source.shape.indices where source.shape[axis] == shape[axis + missing] {
        strides[axis + missing] = source.strides[axis]
      }
      return Layout(shape, strides: strides, offset: source.offset)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    guard shape.allSatisfy({ $0 >= 0 }), broadcastShape(x[0].shape, shape) == shape else {
      throw ArrayError(
        name,
        "shape \(x[0].shape) does not broadcast to \(shape); sizes must be equal or 1, counted "
          + "from the last axis")
    }
    return [ArrayType(shape, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.summed(to: inputs[0].shape)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = x[0].movingAxis(axes[0] ?? 0, to: 0)
    let missing = shape.count - (front.rank - 1)
    let padded = [size] + [Int](repeating: 1, count: missing) + front.shape.dropFirst()
    return ([NDArray(Broadcast(shape: [size] + shape), front.reshaped(padded))], [0])
  }
}

/// The same elements in row-major order under another shape.
struct Reshape: LinearPrimitive {
  let shape: [Int]

  var name: String { "reshaped" }
  var evaluation: Evaluation { .view { [shape] in $0.reshaped(shape) } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && shape.canBeCounted }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    guard x[0].count == shape.elementCount else {
      throw ArrayError(
        name,
        "\(x[0].count) elements of shape \(x[0].shape) do not fit shape \(shape), "
          + "which has \(shape.elementCount)")
    }
    return [ArrayType(shape, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.reshaped(inputs[0].shape)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(Reshape(shape: [size] + shape), x[0].movingAxis(axes[0] ?? 0, to: 0))], [0])
  }
}

/// Reorders the axes: axis `i` of the result is axis `order[i]` of the input.
struct Transpose: LinearPrimitive {
  let order: [Int]

  var name: String { "transposed" }

  var evaluation: Evaluation {
    .view { [order] source in
      Layout(
        order.map { source.shape[$0] }, strides: order.map { source.strides[$0] },
        offset: source.offset)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = x[0].shape
    guard order.sorted() == Array(shape.indices) else {
      throw ArrayError(
        name, "axes \(order) are not a permutation of the \(shape.count) axes of shape \(shape)")
    }
    return [ArrayType(order.map { shape[$0] }, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return [NDArray(Transpose(order: inverse), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let mapped = axes[0] ?? 0
    let order = [mapped] + self.order.map { $0 < mapped ? $0 : $0 + 1 }
    return ([NDArray(Transpose(order: order), x[0])], [0])
  }
}

/// Takes `counts[i]` elements along axis `i`, from `starts[i]` on, `steps[i]` apart.
///
/// Steps may be negative. Starts and counts are resolved: no negative indices here.
struct Slice: LinearPrimitive {
  let starts: [Int]
  let counts: [Int]
  let steps: [Int]
  /// The axes, each of one element, that the result does not have; in order.
  let dropped: [Int]

  init(starts: [Int], counts: [Int], steps: [Int], dropping dropped: [Int] = []) {
    (self.starts, self.counts, self.steps, self.dropped) = (starts, counts, steps, dropped)
  }

  var name: String { "slice" }

  var evaluation: Evaluation {
    .view { [starts, counts, steps, dropped] in
      $0.sliced(from: starts, counts, by: steps).dropping(dropped)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && counts.canBeCounted
      && [counts, starts, steps].allSatisfy { $0.count == x[0].rank }
      && zip(counts, x[0].shape).allSatisfy(<=)
      && zip(steps, x[0].shape).allSatisfy { $0.magnitude <= Swift.max($1, 1) }
      && dropped.allSatisfy { counts.indices.contains($0) && counts[$0] == 1 }
      && zip(dropped, dropped.dropFirst()).allSatisfy(<)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = x[0].shape
    guard counts.count == shape.count else {
      throw ArrayError(name, "\(counts.count) ranges do not fit the axes of shape \(shape)")
    }
    for axis in shape.indices where counts[axis] > 0 {
      let last = starts[axis] + (counts[axis] - 1) * steps[axis]
      guard (0..<shape[axis]).contains(starts[axis]), (0..<shape[axis]).contains(last) else {
        throw ArrayError(
          name,
          "indices \(starts[axis])...\(last) leave axis \(axis) of shape \(shape); "
            + "they must lie in 0..<\(shape[axis])")
      }
    }
    return [ArrayType(reducedShape(counts, dropped), x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    let embed = Embed(shape: inputs[0].shape, starts: starts, steps: steps)
    return [NDArray(embed, dropped.isEmpty ? cotangent : cotangent.reshaped(counts))]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let axis = axes[0] ?? 0
    let batched = Slice(
      starts: starts.inserting(0, at: axis), counts: counts.inserting(size, at: axis),
      steps: steps.inserting(1, at: axis), dropping: dropped.map { $0 < axis ? $0 : $0 + 1 })
    return ([NDArray(batched, x[0])], [axis - dropped.count { $0 < axis }])
  }
}

/// Puts inputs into zeros of `shape`, each in a window of its own; no two meet.
///
/// The cotangents of many slices of one array add up to one embedding.
struct Embed: LinearPrimitive {
  /// Element `j` of an input is at `starts[i] + j steps[i]` along axis `i`.
  struct Window: Hashable, Codable, Sendable {
    var starts: [Int]
    var steps: [Int]
  }

  let shape: [Int]
  let windows: [Window]

  /// More inputs than these are embedded in several steps.
  private static let limit = 64

  /// An embedding of one input.
  init(shape: [Int], starts: [Int], steps: [Int]) {
    self.init(shape: shape, windows: [Window(starts: starts, steps: steps)])
  }

  private init(shape: [Int], windows: [Window]) {
    self.shape = shape
    self.windows = windows
  }

  var name: String { "embed" }

  var evaluation: Evaluation {
    .assembly { [windows] result, inputs in
      zip(windows, inputs).map { window, counts in
        result.sliced(from: window.starts, counts, by: window.steps)
      }
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    !x.isEmpty && x.count == windows.count && x.haveOneDType && shape.canBeCounted
      && zip(windows, x).allSatisfy {
        shape.isSelected(by: $1.shape, $0.starts, $0.steps)
      }
      && x.indices.allSatisfy { later in
        (0..<later).allSatisfy {
          windows[$0].isApart(from: windows[later], x[$0].shape, x[later].shape)
        }
      }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(shape, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    inputs.indices.map { place in
      guard wanted[place] else { return nil }
      let window = windows[place]
      return NDArray(
        Slice(starts: window.starts, counts: inputs[place].shape, steps: window.steps), cotangent)
    }
  }

  /// The tangents that are there, embedded.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let given = zip(windows, tangents).filter { $1 != nil }
    return [NDArray(Embed(shape: shape, windows: given.map(\.0)), given.compactMap(\.1))]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    // One axis that is everybody's stays where it is.
    let common = Set(axes).count == 1 ? axes[0] : nil
    let axis = common ?? 0
    let front =
      common == nil ? zip(x, axes).map { $0.mappedInFront($1, size: size) } : x
    let windows = windows.map { window in
      Window(
        starts: window.starts.inserting(0, at: axis), steps: window.steps.inserting(1, at: axis))
    }
    return (
      [NDArray(Embed(shape: shape.inserting(size, at: axis), windows: windows), front)], [axis]
    )
  }

  /// The sum of two embeddings as one, where their windows do not meet.
  static func sum(_ a: NDArray, _ b: NDArray) -> NDArray? {
    guard let first = Embed(of: a), let second = Embed(of: b), first.shape == second.shape,
      a.dtype == b.dtype, first.windows.count + second.windows.count <= limit
    else { return nil }
    let (x, y) = (a.node.inputs, b.node.inputs)
    // Those that have been computed have let go of their inputs.
    guard x.count == first.windows.count, y.count == second.windows.count else { return nil }
    for (window, part) in zip(first.windows, x) {
      for (other, otherPart) in zip(second.windows, y)
      where !window.isApart(from: other, part.shape, otherPart.shape) {
        return nil
      }
    }
    return NDArray(Embed(shape: first.shape, windows: first.windows + second.windows), x + y)
  }

  /// The embedding an array is the result of.
  private init?(of array: NDArray) {
    // Faster than to try a cast, where most are something else.
    guard type(of: array.node.primitive) == Embed.self,
      let embed = array.node.primitive as? Embed
    else { return nil }
    self = embed
  }
}

extension Embed.Window {
  /// Whether it has no element in common with another, given the sizes of both.
  fileprivate func isApart(from other: Self, _ counts: [Int], _ otherCounts: [Int]) -> Bool {
    counts.indices.contains { axis in
      guard counts[axis] > 0, otherCounts[axis] > 0 else { return true }
      let ends = (starts[axis], starts[axis] + (counts[axis] - 1) * steps[axis])
      let others = (
        other.starts[axis], other.starts[axis] + (otherCounts[axis] - 1) * other.steps[axis]
      )
      if max(ends.0, ends.1) < min(others.0, others.1)
        || max(others.0, others.1) < min(ends.0, ends.1)
      {
        return true
      }
      // Two combs of equal teeth, one between those of the other.
      let step = steps[axis]
      return step == other.steps[axis] && step != 0 && (ends.0 - others.0) % step != 0
    }
  }
}

/// Joins arrays along an axis they may differ in.
struct Concatenate: LinearPrimitive {
  let axis: Int

  var name: String { "concatenated" }

  var evaluation: Evaluation {
    .assembly { [axis] result, inputs in
      var start = result.offset
      return inputs.map { shape in
        defer { start += shape[axis] * result.strides[axis] }
        return Layout(shape, strides: result.strides, offset: start)
      }
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.haveOneDType && x.first.map { [axis].areAxes(of: $0) } ?? false
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    guard let first = x.first else {
      throw ArrayError(name, "no arrays were given; at least one is needed")
    }
    var shape = first.shape
    for other in x.dropFirst() {
      var expected = shape
      guard other.rank == shape.count else {
        throw ArrayError(
          name, "shapes \(x.map(\.shape).joinedDescription) differ in their number of axes")
      }
      expected[axis] = other.shape[axis]
      guard other.shape == expected else {
        throw ArrayError(
          name,
          "shapes \(x.map(\.shape).joinedDescription) differ outside axis \(axis); "
            + "all other sizes must be equal")
      }
      shape[axis] += other.shape[axis]
    }
    return [ArrayType(shape, first.dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    var start = 0
    return inputs.indices.map { index in
      let size = inputs[index].shape[axis]
      defer { start += size }
      return wanted[index] ? cotangent.sliced(axis: axis, from: start, count: size) : nil
    }
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, axes).map { array, axis in array.mappedInFront(axis, size: size) }
    return ([NDArray(Concatenate(axis: axis + 1), front)], [0])
  }
}

extension Array {
  /// A copy with one more element, at `place`.
  func inserting(_ element: Element, at place: Int) -> [Element] {
    var copy = self
    copy.insert(element, at: place)
    return copy
  }

  /// A copy without the element at `place`.
  func removing(at place: Int) -> [Element] {
    var copy = self
    copy.remove(at: place)
    return copy
  }
}

extension NDArray {
  /// The array with its mapped axis first; an unmapped array is repeated along it.
  func mappedInFront(_ axis: Int?, size: Int) -> NDArray {
    guard let axis else { return broadcast(to: [size] + shape) }
    return movingAxis(axis, to: 0)
  }

  /// `count` elements along one axis.
  func sliced(axis: Int, from start: Int, count: Int, step: Int = 1) -> NDArray {
    if start == 0, count == shape[axis], step == 1 { return self }
    var starts = [Int](repeating: 0, count: rank)
    var counts = shape
    var steps = [Int](repeating: 1, count: rank)
    starts[axis] = start
    counts[axis] = count
    steps[axis] = step
    return NDArray(Slice(starts: starts, counts: counts, steps: steps), self)
  }

  /// The reshaped array; nothing where the shape is already right.
  func reshaped(_ shape: [Int]) -> NDArray {
    self.shape == shape ? self : NDArray(Reshape(shape: shape), self)
  }

  /// The sum over the axes that broadcasting `shape` to this array's shape would repeat.
  func summed(to shape: [Int]) -> NDArray {
    if self.shape == shape { return self }
    // What stands for nothing may have any shape.
    if isPoisoned { return NDArray.poison(like: ArrayType(shape, dtype))[0] }
    let missing = rank - shape.count
    var axes = Array(0..<missing)
    for axis in shape.indices where shape[axis] == 1 && self.shape[axis + missing] != 1 {
      axes.append(axis + missing)
    }
    let sum = axes.isEmpty ? self : NDArray(Sum(axes: axes), self)
    return sum.reshaped(shape)
  }
}
