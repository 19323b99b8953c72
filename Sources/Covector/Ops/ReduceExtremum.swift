// The largest and smallest elements along axes, and where they are.

import CovectorKernels

/// The largest or smallest element over axes, which disappear.
struct ExtremumReduction: Primitive {
  let isMaximum: Bool
  let axes: [Int]
  /// Whether the result is taken for a constant: a shift that the result does not depend on.
  var isConstant = false

  var name: String { isMaximum ? "max" : "min" }
  var evaluation: Evaluation { .fold(isMaximum ? .maximum : .minimum, axes: axes) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && axes.areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    _ = try requireOrdered(x, name)
    let shape = x[0].shape
    // A shift is subtracted from the elements themselves: where there are none it does not matter.
    for axis in axes where shape[axis] == 0 && !isConstant {
      throw ArrayError(
        name, "axis \(axis) of shape \(shape) is empty; at least one element is needed")
    }
    return [ArrayType(reducedShape(shape, axes), x[0].dtype)]
  }

  /// Where the extremum is, and one divided by how often.
  private func winners(_ x: NDArray, _ y: NDArray) -> (mask: NDArray, share: NDArray) {
    let mask: NDArray = x .== y.keepingAxes(axes, of: x.shape)
    return (mask, reciprocal(mask.promoted(to: x.dtype.compute).summed(over: axes)))
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0], !isConstant else { return [nil] }
    let (mask, share) = winners(x[0], y[0])
    let sum = which(mask, tangent, tangent.zeroScalar).wide.summed(over: axes)
    return [(sum * share).promoted(to: y[0].dtype)]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0], !isConstant else { return [nil] }
    let (mask, share) = winners(x[0], y[0])
    let shared = (cotangent.wide * share).promoted(to: cotangent.dtype)
    return [which(mask, shared.restoringAxes(axes, of: x[0].shape), cotangent.zeroScalar)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (folded, place) = axesBesideMapped(self.axes, axes[0])
    let batched = ExtremumReduction(isMaximum: isMaximum, axes: folded, isConstant: isConstant)
    return ([NDArray(batched, x[0])], [place])
  }
}

/// The place of the first largest or smallest element along an axis, which disappears.
struct ArgExtremum: LocallyConstantPrimitive {
  let isMaximum: Bool
  let axis: Int

  var name: String { isMaximum ? "argMax" : "argMin" }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && [axis].areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    _ = try requireOrdered(x, name)
    let shape = x[0].shape
    guard shape[axis] > 0 else {
      throw ArrayError(
        name, "axis \(axis) of shape \(shape) is empty; at least one element is needed")
    }
    return [ArrayType(shape.removing(at: axis), .int32)]
  }

  var evaluation: Evaluation {
    .function { [axis, isMaximum] call in
      let source = call.inputs[0]
      let output = call.outputs[0]
      let kernels = call.device.kernels
      let layout = source.layout
      let count = layout.shape[axis]
      let rows = Layout(
        layout.shape.removing(at: axis), strides: layout.strides.removing(at: axis))
      let grain = Swift.max(1, 65536 / count)
      call.parallel(output.count, grain: grain) { range, _ in
        let offsets = rows.offsets(range)
        unsafe offsets.withUnsafeBufferPointer { offsets in
          unsafe kernels.table.arg_reduce(
            source.start, source.dtype.rawValue, offsets.baseAddress, Int64(range.lowerBound),
            Int64(range.upperBound), Int64(count), Int64(layout.strides[axis]), isMaximum,
            output.base, DType.uint32.rawValue)
        }
      }
    }
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (folded, place) = axesBesideMapped([axis], axes[0])
    return ([NDArray(ArgExtremum(isMaximum: isMaximum, axis: folded[0]), x[0])], [place])
  }
}

extension Layout {
  /// Where the elements of a range, in row-major order, lie from the first one.
  func offsets(_ range: Range<Int>) -> [Int64] {
    var offsets: [Int64] = []
    offsets.reserveCapacity(range.count)
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    var rest = range.lowerBound
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
      place += index[axis] * strides[axis]
    }
    for _ in range {
      offsets.append(Int64(place))
      for axis in shape.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return offsets
  }
}

// MARK: - Methods

extension NDArray {
  /// The largest of the elements along axes, which disappear, or of all; not-a-number where one is.
  ///
  /// The dtype is kept. The derivative is shared evenly between elements that are equally large.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  /// - Precondition: The axes are not empty, and the elements not complex.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("max", axes, keepDims: keepDims) { x, axes in x.extremum(isMaximum: true, axes) }
  }

  /// The largest of the elements along an axis; see `max(axes:keepDims:)`.
  public func max(axis: Int, keepDims: Bool = false) -> NDArray {
    max(axes: [axis], keepDims: keepDims)
  }

  /// The smallest of the elements along axes, which disappear, or of all; not-a-number where one
  /// is.
  ///
  /// The dtype is kept. The derivative is shared evenly between elements that are equally small.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  /// - Precondition: The axes are not empty, and the elements not complex.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("min", axes, keepDims: keepDims) { x, axes in x.extremum(isMaximum: false, axes) }
  }

  /// The smallest of the elements along an axis; see `min(axes:keepDims:)`.
  public func min(axis: Int, keepDims: Bool = false) -> NDArray {
    min(axes: [axis], keepDims: keepDims)
  }

  /// The smallest and the largest of the elements along axes, or of all; see `min` and `max`.
  public func minMax(axes: [Int]? = nil, keepDims: Bool = false) -> (min: NDArray, max: NDArray) {
    (min(axes: axes, keepDims: keepDims), max(axes: axes, keepDims: keepDims))
  }

  private func extremum(isMaximum: Bool, _ axes: [Int]) -> NDArray {
    NDArray(ExtremumReduction(isMaximum: isMaximum, axes: axes), self)
  }

  /// The place, as `int32`, of the first largest element along an axis; of the first not-a-number,
  /// if any.
  ///
  /// The derivative is 0.
  /// - Precondition: The axis is not empty, and the elements not complex.
  public func argMax(axis: Int, keepDims: Bool = false) -> NDArray {
    reduced("argMax", [axis], keepDims: keepDims) { x, axes in
      NDArray(ArgExtremum(isMaximum: true, axis: axes[0]), x)
    }
  }

  /// The place, as `int32`, of the first largest element in row-major order.
  public func argMax(keepDims: Bool = false) -> NDArray {
    let place = reshaped([count]).argMax(axis: 0)
    return keepDims ? place.keepingAxes(Array(0..<rank), of: shape) : place
  }

  /// The place, as `int32`, of the first smallest element along an axis; of the first not-a-number,
  /// if any.
  ///
  /// The derivative is 0.
  /// - Precondition: The axis is not empty, and the elements not complex.
  public func argMin(axis: Int, keepDims: Bool = false) -> NDArray {
    reduced("argMin", [axis], keepDims: keepDims) { x, axes in
      NDArray(ArgExtremum(isMaximum: false, axis: axes[0]), x)
    }
  }

  /// The place, as `int32`, of the first smallest element in row-major order.
  public func argMin(keepDims: Bool = false) -> NDArray {
    let place = reshaped([count]).argMin(axis: 0)
    return keepDims ? place.keepingAxes(Array(0..<rank), of: shape) : place
  }
}
