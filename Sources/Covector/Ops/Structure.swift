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

  var name: String { "slice" }

  var evaluation: Evaluation {
    .view { [starts, counts, steps] source in
      var layout = source
      layout.shape = counts
      for axis in counts.indices {
        layout.offset += counts[axis] > 0 ? starts[axis] * source.strides[axis] : 0
        layout.strides[axis] *= steps[axis]
      }
      return layout
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && counts.canBeCounted
      && [counts, starts, steps].allSatisfy { $0.count == x[0].rank }
      && zip(counts, x[0].shape).allSatisfy(<=)
      && zip(steps, x[0].shape).allSatisfy { $0.magnitude <= Swift.max($1, 1) }
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
    return [ArrayType(counts, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(Embed(shape: inputs[0].shape, starts: starts, steps: steps), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let axis = axes[0] ?? 0
    let batched = Slice(
      starts: starts.inserting(0, at: axis), counts: counts.inserting(size, at: axis),
      steps: steps.inserting(1, at: axis))
    return ([NDArray(batched, x[0])], [axis])
  }
}

/// Puts the input into zeros of `shape`, at `starts[i] + j steps[i]` along axis `i`.
struct Embed: LinearPrimitive {
  let shape: [Int]
  let starts: [Int]
  let steps: [Int]

  var name: String { "embed" }

  var evaluation: Evaluation {
    .function { [starts, steps] call in
      let output = call.outputs[0]
      call.fillZero(0)
      let source = call.inputs[0]
      guard source.layout.shape.elementCount > 0 else { return }
      var target = Layout(source.layout.shape, strides: output.layout.strides, offset: 0)
      for axis in starts.indices {
        target.offset += starts[axis] * output.layout.strides[axis]
        target.strides[axis] *= steps[axis]
      }
      call.copy(0, to: 0, layout: target)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && shape.canBeCounted && shape.isSelected(by: x[0].shape, starts, steps)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(shape, x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(Slice(starts: starts, counts: inputs[0].shape, steps: steps), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let axis = axes[0] ?? 0
    let batched = Embed(
      shape: shape.inserting(size, at: axis), starts: starts.inserting(0, at: axis),
      steps: steps.inserting(1, at: axis))
    return ([NDArray(batched, x[0])], [axis])
  }
}

/// Joins arrays along an axis they may differ in.
struct Concatenate: LinearPrimitive {
  let axis: Int

  var name: String { "concatenated" }

  var evaluation: Evaluation {
    .function { [axis] call in
      let output = call.outputs[0]
      var target = output.layout
      for index in call.inputs.indices {
        let shape = call.inputs[index].layout.shape
        target.shape = shape
        call.copy(index, to: 0, layout: target)
        target.offset += shape[axis] * output.layout.strides[axis]
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
