// Cumulative sums, products, extrema and log-sum-exps along an axis, and what is composed of
// neighbours: differences and the trapezoidal rule.

import CovectorKernels

/// Running sums along an axis.
struct CumulativeSum: LinearPrimitive {
  let axis: Int
  let reverse: Bool
  let exclusive: Bool

  var name: String { "cumulativeSum" }

  var evaluation: Evaluation {
    .function { [axis, reverse, exclusive] call in
      try call.scan(CV_SCAN_SUM, axis: axis, reverse: reverse, exclusive: exclusive)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && [axis].areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(CumulativeSum(axis: axis, reverse: !reverse, exclusive: exclusive), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let shifted = axisBeside(axes[0], axis)
    let sum = CumulativeSum(axis: shifted, reverse: reverse, exclusive: exclusive)
    return ([NDArray(sum, x[0])], axes)
  }
}

/// Where an axis of one example is in a batch.
func axisBeside(_ mapped: Int?, _ axis: Int) -> Int {
  guard let mapped else { return axis }
  return axis < mapped ? axis : axis + 1
}

/// Running products, or logarithms of running sums of exponentials, along an axis.
///
/// Derivatives go through the same result in a logarithmic number of steps, each a product (or a
/// `logaddexp`) of the array with itself, shifted. That never divides and never overflows, so they
/// hold at zeros and for large exponents, to every order.
struct CumulativeFold: Primitive {
  enum Kind: String, Hashable, Sendable, Codable { case product, logSumExp }
  let kind: Kind
  let axis: Int
  let reverse: Bool
  let exclusive: Bool

  var name: String { kind == .product ? "cumulativeProduct" : "logCumulativeSumExp" }

  var evaluation: Evaluation {
    .function { [kind, axis, reverse, exclusive] call in
      let kernel = kind == .product ? CV_SCAN_PRODUCT : CV_SCAN_LOGSUMEXP
      try call.scan(kernel, axis: axis, reverse: reverse, exclusive: exclusive)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && [axis].areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    if kind == .logSumExp { _ = try requireFloating(x, name) }
    return [x[0].type]
  }

  /// The result by doubling steps.
  ///
  /// W. D. Hillis and G. L. Steele, "Data parallel algorithms", CACM 29 (1986) 1170.
  private func doubling(_ x: NDArray) -> NDArray {
    let count = x.shape[axis]
    if count == 0 { return x }
    var y = x.wide
    if exclusive { y = y.sliced(axis: axis, from: reverse ? 1 : 0, count: count - 1) }
    let width = y.shape[axis]
    var step = 1
    while step < width {
      let near = y.sliced(axis: axis, from: reverse ? 0 : step, count: width - step)
      let far = y.sliced(axis: axis, from: reverse ? step : 0, count: width - step)
      let ends = y.sliced(axis: axis, from: reverse ? width - step : 0, count: step)
      let joined = kind == .product ? near * far : logaddexp(near, far)
      y = concatenated(reverse ? [joined, ends] : [ends, joined], axis: axis)
      step *= 2
    }
    if exclusive {
      var shape = x.shape
      shape[axis] = 1
      let first = NDArray.scalar(kind == .product ? 1 : -.infinity, y.dtype).broadcast(to: shape)
      y = concatenated(reverse ? [y, first] : [first, y], axis: axis)
    }
    return y.promoted(to: x.dtype)
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    Differentiate.jvp({ [self.doubling($0[0])] }, x, tangents).tangents
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    Differentiate.vjp({ [self.doubling($0[0])] }, x).pullback(cotangents)
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let fold = CumulativeFold(
      kind: kind, axis: axisBeside(axes[0], axis), reverse: reverse, exclusive: exclusive)
    return ([NDArray(fold, x[0])], axes)
  }
}

/// The largest or smallest elements so far along an axis.
struct CumulativeExtremum: Primitive {
  let isMaximum: Bool
  let axis: Int
  let reverse: Bool
  let exclusive: Bool

  var name: String { isMaximum ? "cumulativeMax" : "cumulativeMin" }

  var evaluation: Evaluation {
    .function { [isMaximum, axis, reverse, exclusive] call in
      let kernel = isMaximum ? CV_SCAN_MAX : CV_SCAN_MIN
      try call.scan(kernel, axis: axis, reverse: reverse, exclusive: exclusive)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && [axis].areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    _ = try requireOrdered(x, name)
    return [x[0].type]
  }

  // An element that equals the result at its own place starts, or goes on with, a run of that
  // result; the latest of them is where the result comes from, also where it is not-a-number.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil] }
    let count = x[0].shape[axis]
    if count == 0 { return [nil] }
    let whole = CumulativeExtremum(
      isMaximum: isMaximum, axis: axis, reverse: reverse, exclusive: false)
    let result = exclusive ? NDArray(whole, x) : y[0]
    let isSource = (x[0] .== result) .| (x[0] .!= x[0])
    let trailing = [Int](repeating: 1, count: x[0].rank - 1 - axis)
    let numbers = NDArray(Iota(size: count, dtype: .int64)).reshaped([count] + trailing)
    // Counting from the side where the scan begins, places only grow.
    let last = NDArray.scalar(Double(count - 1), .int64)
    let progress = reverse ? last - numbers : numbers
    let counted = which(isSource, progress, progress.zeroScalar)
    let reached = NDArray(
      CumulativeExtremum(isMaximum: true, axis: axis, reverse: reverse, exclusive: false), counted)
    let taken = tangent.takeAlongAxis(reverse ? last - reached : reached, axis: axis)
    guard exclusive else { return [taken] }
    var shape = x[0].shape
    shape[axis] = 1
    let first = tangent.zeroScalar.broadcast(to: shape)
    let rest = taken.sliced(axis: axis, from: reverse ? 1 : 0, count: count - 1)
    return [concatenated(reverse ? [rest, first] : [first, rest], axis: axis)]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] { vjpByTransposingJVP(x, cotangents, y, wanted: wanted) }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let extremum = CumulativeExtremum(
      isMaximum: isMaximum, axis: axisBeside(axes[0], axis), reverse: reverse,
      exclusive: exclusive)
    return ([NDArray(extremum, x[0])], axes)
  }
}

// MARK: - Methods

extension NDArray {
  /// Runs a scan along an axis as users give it; `nil` stands for all elements in row-major order.
  private func scanned(
    _ operation: String, _ axis: Int?, _ body: (NDArray, Int) -> NDArray
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard let axis else { return body(reshaped([count]), 0) }
      return body(self, try normalizedAxis(axis, rank: rank, operation))
    }
  }

  /// The sums of the elements up to each place along an axis.
  ///
  /// `bool` and integers of less than 32 bits are added as `int32` or `uint32`; all other dtypes are
  /// kept. The shape is kept; without an axis it is that of the elements in row-major order.
  /// - Parameters:
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  ///   - reverse: Whether the sums run from the end of the axis to its beginning.
  ///   - exclusive: Whether the element at a place itself is left out, so that the first sum is 0.
  public func cumulativeSum(
    axis: Int? = nil, reverse: Bool = false, exclusive: Bool = false
  ) -> NDArray {
    scanned("cumulativeSum", axis) { x, axis in
      let sum = CumulativeSum(axis: axis, reverse: reverse, exclusive: exclusive)
      return NDArray(sum, x.widenedForSum)
    }
  }

  /// The products of the elements up to each place along an axis.
  ///
  /// `bool` and integers of less than 32 bits are multiplied as `int32` or `uint32`; all other dtypes
  /// are kept. Derivatives are right where elements are 0, to every order.
  /// - Parameters:
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  ///   - reverse: Whether the products run from the end of the axis to its beginning.
  ///   - exclusive: Whether the element at a place itself is left out, so that the first product is 1.
  public func cumulativeProduct(
    axis: Int? = nil, reverse: Bool = false, exclusive: Bool = false
  ) -> NDArray {
    scanned("cumulativeProduct", axis) { x, axis in
      let product = CumulativeFold(
        kind: .product, axis: axis, reverse: reverse, exclusive: exclusive)
      return NDArray(product, x.widenedForSum)
    }
  }

  /// The largest of the elements up to each place along an axis; not-a-number from the first one on.
  ///
  /// The dtype is kept. Where several elements are equally large the derivative goes to the latest of
  /// them.
  /// - Parameters:
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  ///   - reverse: Whether the scan runs from the end of the axis to its beginning.
  ///   - exclusive: Whether the element at a place itself is left out; the first result is then the
  ///     lowest number of the dtype.
  /// - Precondition: The elements are not complex.
  public func cumulativeMax(
    axis: Int? = nil, reverse: Bool = false, exclusive: Bool = false
  ) -> NDArray {
    scanned("cumulativeMax", axis) { x, axis in
      let extremum = CumulativeExtremum(
        isMaximum: true, axis: axis, reverse: reverse, exclusive: exclusive)
      return NDArray(extremum, x)
    }
  }

  /// The smallest of the elements up to each place along an axis; not-a-number from the first one on.
  ///
  /// The dtype is kept. Where several elements are equally small the derivative goes to the latest of
  /// them.
  /// - Parameters:
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  ///   - reverse: Whether the scan runs from the end of the axis to its beginning.
  ///   - exclusive: Whether the element at a place itself is left out; the first result is then the
  ///     highest number of the dtype.
  /// - Precondition: The elements are not complex.
  public func cumulativeMin(
    axis: Int? = nil, reverse: Bool = false, exclusive: Bool = false
  ) -> NDArray {
    scanned("cumulativeMin", axis) { x, axis in
      let extremum = CumulativeExtremum(
        isMaximum: false, axis: axis, reverse: reverse, exclusive: exclusive)
      return NDArray(extremum, x)
    }
  }

  /// The logarithms of the sums of the exponentials of the elements up to each place along an axis.
  ///
  /// Floating-point dtypes are kept; integers become `float32`. No exponential overflows.
  /// - Parameters:
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  ///   - reverse: Whether the sums run from the end of the axis to its beginning.
  ///   - exclusive: Whether the element at a place itself is left out, so that the first result is
  ///     minus infinity.
  /// - Precondition: The elements are not complex.
  public func logCumulativeSumExp(
    axis: Int? = nil, reverse: Bool = false, exclusive: Bool = false
  ) -> NDArray {
    scanned("logCumulativeSumExp", axis) { x, axis in
      let sum = CumulativeFold(
        kind: .logSumExp, axis: axis, reverse: reverse, exclusive: exclusive)
      return NDArray(sum, x.inexact)
    }
  }
}

// MARK: - Neighbours

/// Returns the differences of neighbours along an axis, which becomes shorter by `order`.
///
/// The dtype is kept; of `bool`s the result says where neighbours differ.
/// - Parameters:
///   - x: The array.
///   - order: How often differences are taken, at least 0.
///   - axis: The axis, a negative one counted from the end; the last one by default.
public func diff(_ x: NDArray, order: Int = 1, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: x.rank, "diff")
    guard order >= 0 else {
      throw ArrayError("diff", "order \(order) is negative; it must be at least 0")
    }
    var result = x.strong
    for _ in 0..<Swift.min(order, x.shape[place]) {
      let count = result.shape[place] - 1
      let next = result.sliced(axis: place, from: 1, count: count)
      let previous = result.sliced(axis: place, from: 0, count: count)
      result = x.dtype == .bool ? next .!= previous : next - previous
    }
    return result
  }
}

/// Returns the integral of samples along an axis, which disappears, by the trapezoidal rule.
///
/// Integers become `float32`.
/// - Parameters:
///   - y: The samples.
///   - x: Where they were taken: as many numbers as the axis has, or an array that broadcasts
///     against the samples; evenly spaced by default.
///   - spacing: The distance between samples, where `x` is not given.
///   - axis: The axis, a negative one counted from the end; the last one by default.
public func trapezoid(
  _ y: NDArray, at x: NDArray? = nil, spacing: Double = 1, axis: Int = -1
) -> NDArray {
  NDArray.reporting(like: y) { () throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: y.rank, "trapezoid")
    let dtype = promotedDType([y.strong.inexact] + (x.map { [$0.inexact] } ?? []))
    let y = y.promoted(to: dtype).wide
    let count = y.shape[place]
    if count < 2 { return NDArray.zeros(ArrayType(y.shape.removing(at: place), dtype)) }
    let heights =
      (y.sliced(axis: place, from: 1, count: count - 1)
        + y.sliced(axis: place, from: 0, count: count - 1)) / 2
    guard let x else { return (heights.sum(axis: place) * spacing).promoted(to: dtype) }
    var widths = diff(x.promoted(to: dtype).wide, axis: x.rank == 1 ? 0 : place - y.rank)
    if x.rank == 1 {
      guard x.count == count else {
        throw ArrayError(
          "trapezoid", "\(x.count) places were given for the \(count) samples along axis \(place)")
      }
      widths = widths.reshaped([count - 1] + [Int](repeating: 1, count: y.rank - 1 - place))
    }
    return (heights * widths).sum(axis: place).promoted(to: dtype)
  }
}
