// Where the elements of an array lie in a buffer.

/// How an array's elements are laid out in memory, counted in elements.
public struct Layout: Hashable, Sendable {
  /// The size of each axis.
  public var shape: [Int]
  /// The distance between neighbours along each axis; 0 repeats an element, negative runs backwards.
  public var strides: [Int]
  /// The place of the first element.
  public var offset: Int

  /// Makes a layout; row-major from the start of the buffer unless said otherwise.
  public init(_ shape: [Int], strides: [Int]? = nil, offset: Int = 0) {
    self.shape = shape
    self.strides = strides ?? shape.rowMajorStrides
    self.offset = offset
  }

  /// Whether the elements lie densely in row-major order.
  public var isContiguous: Bool {
    var step = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if shape[axis] == 0 { return true }
      if strides[axis] != step { return false }
      step *= shape[axis]
    }
    return true
  }

  /// `counts[i]` of the elements along axis `i`, from `starts[i]` on, `steps[i]` apart.
  func sliced(from starts: [Int], _ counts: [Int], by steps: [Int]) -> Layout {
    var layout = self
    layout.shape = counts
    for axis in counts.indices {
      layout.offset += counts[axis] > 0 ? starts[axis] * strides[axis] : 0
      layout.strides[axis] *= steps[axis]
    }
    return layout
  }

  /// The same elements with some axes backwards; none of them may be empty.
  func reversed(_ axes: Range<Int>) -> Layout {
    var layout = self
    for axis in axes where shape[axis] > 1 {
      layout.offset += (shape[axis] - 1) * strides[axis]
      layout.strides[axis] = -strides[axis]
    }
    return layout
  }

  /// Neighbouring axes merged where one stride serves both, and axes of size 1 dropped.
  ///
  /// The row-major order of the elements is unchanged.
  func collapsed() -> (sizes: [Int], strides: [Int]) {
    var sizes: [Int] = []
    var steps: [Int] = []
    for axis in shape.indices where shape[axis] != 1 {
      if let last = sizes.last, let step = steps.last, step == strides[axis] * shape[axis] {
        sizes[sizes.count - 1] = last * shape[axis]
        steps[steps.count - 1] = strides[axis]
      } else {
        sizes.append(shape[axis])
        steps.append(strides[axis])
      }
    }
    return (sizes, steps)
  }

  /// The same elements without some axes, each of one element.
  func dropping(_ axes: [Int]) -> Layout {
    if axes.isEmpty { return self }
    let kept = shape.indices.filter { !axes.contains($0) }
    return Layout(kept.map { shape[$0] }, strides: kept.map { strides[$0] }, offset: offset)
  }

  /// The same elements in row-major order under another shape, or `nil` where that needs a copy.
  func reshaped(_ target: [Int]) -> Layout? {
    if isContiguous { return Layout(target, offset: offset) }
    if target.contains(0) { return Layout(target, offset: offset) }
    let (sizes, steps) = collapsed()
    var strides = [Int](repeating: 0, count: target.count)
    var group = sizes.count - 1
    var left = group >= 0 ? sizes[group] : 1
    var step = group >= 0 ? steps[group] : 1
    for axis in target.indices.reversed() {
      let size = target[axis]
      if size == 1 {
        strides[axis] = step
        continue
      }
      while left == 1, group > 0 {
        group -= 1
        left = sizes[group]
        step = steps[group]
      }
      guard left % size == 0 else { return nil }
      strides[axis] = step
      step *= size
      left /= size
    }
    return Layout(target, strides: strides, offset: offset)
  }
}
