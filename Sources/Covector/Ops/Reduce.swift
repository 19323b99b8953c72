// Sums and what is composed of them: mean, variance, counting; and whether any or all elements
// hold.

/// The sum over axes, which disappear.
struct Sum: LinearPrimitive {
  let axes: [Int]

  var name: String { "sum" }
  var evaluation: Evaluation { .fold(.sum, axes: axes) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && axes.areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(reducedShape(x[0].shape, axes), x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.restoringAxes(axes, of: inputs[0].shape)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (array, folded, place) = foldBesideMapped(x[0], self.axes, axes[0])
    return ([NDArray(Sum(axes: folded), array)], [place])
  }
}

/// As `axesBesideMapped`, for folds whose order matters: a mapped axis behind the folded ones goes to the
/// front where the examples alone are too narrow to be folded as columns, so that their bits stay.
func foldBesideMapped(
  _ array: NDArray, _ axes: [Int], _ mapped: Int?
) -> (array: NDArray, axes: [Int], place: Int) {
  let mapped = mapped ?? 0
  let last = axes.max() ?? -1
  let columns = array.shape.removing(at: mapped)[(last + 1)...].reduce(1, *)
  guard mapped > last, columns < Fold.leastColumns else {
    let (shifted, place) = axesBesideMapped(axes, mapped)
    return (array, shifted, place)
  }
  return (array.movingAxis(mapped, to: 0), axes.map { $0 + 1 }, 0)
}

/// The axes of a reduction beside a mapped axis, and where that axis is in the result.
func axesBesideMapped(_ axes: [Int], _ mapped: Int?) -> (axes: [Int], place: Int) {
  let mapped = mapped ?? 0
  let shifted = axes.map { $0 < mapped ? $0 : $0 + 1 }
  return (shifted, mapped - axes.count(where: { $0 < mapped }))
}

func reducedShape(_ shape: [Int], _ axes: [Int]) -> [Int] {
  shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
}

extension NDArray {
  /// The array with reduced axes put back and repeated to their size in `shape`.
  func restoringAxes(_ axes: [Int], of shape: [Int]) -> NDArray {
    keepingAxes(axes, of: shape).broadcast(to: shape)
  }

  /// The array with reduced axes put back, with size 1.
  func keepingAxes(_ axes: [Int], of shape: [Int]) -> NDArray {
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    return reshaped(kept)
  }

  /// Runs a reduction over axes as users give them; `nil` stands for all.
  func reduced(
    _ operation: String, _ axes: [Int]?, keepDims: Bool,
    _ body: (NDArray, [Int]) throws(ArrayError) -> NDArray
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank, operation)
      let result = try body(self, places)
      return keepDims ? result.keepingAxes(places, of: shape) : result
    }
  }

  /// The array in the dtype sums of it have: `bool` and small integers in 32 bits.
  var widenedForSum: NDArray {
    switch dtype {
    case .bool, .int8, .int16: promoted(to: .int32)
    case .uint8, .uint16: promoted(to: .uint32)
    default: strong
    }
  }

  /// The sum over axes counted from the front.
  func summed(over axes: [Int]) -> NDArray { axes.isEmpty ? self : NDArray(Sum(axes: axes), self) }
}

// MARK: - Sums

extension NDArray {
  /// The sum of the elements along axes, which disappear, or of all elements.
  ///
  /// `bool` and integers of less than 32 bits are added as `int32` or `uint32`, half types in
  /// `float32`; all other dtypes are kept. No elements give 0. The order of addition depends on the
  /// shape alone.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("sum", axes, keepDims: keepDims) { x, axes in x.widenedForSum.summed(over: axes) }
  }

  /// The sum of the elements along an axis; see `sum(axes:keepDims:)`.
  public func sum(axis: Int, keepDims: Bool = false) -> NDArray {
    sum(axes: [axis], keepDims: keepDims)
  }

  /// The mean of the elements along axes, which disappear, or of all elements.
  ///
  /// Floating-point and complex dtypes are kept, half types being added in `float32`; integers
  /// become `float32`. No elements give not-a-number.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("mean", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      return x.wide.mean(over: axes).promoted(to: x.dtype)
    }
  }

  /// The mean of the elements along an axis; see `mean(axes:keepDims:)`.
  public func mean(axis: Int, keepDims: Bool = false) -> NDArray {
    mean(axes: [axis], keepDims: keepDims)
  }

  /// The variance of the elements along axes, which disappear, or of all elements.
  ///
  /// The sum of the squared distances from the mean, divided by the number of elements less
  /// `correction`. Floating-point dtypes are kept; integers become `float32`, complex numbers real.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - correction: 0 for the variance of the elements, 1 for an unbiased estimate from a sample.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func variance(
    axes: [Int]? = nil, correction: Int = 0, keepDims: Bool = false
  ) -> NDArray {
    reduced("variance", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      let variance = x.wide.variance(over: axes, correction: correction)
      return variance.promoted(to: x.dtype.real)
    }
  }

  /// The variance of the elements along an axis; see `variance(axes:correction:keepDims:)`.
  public func variance(axis: Int, correction: Int = 0, keepDims: Bool = false) -> NDArray {
    variance(axes: [axis], correction: correction, keepDims: keepDims)
  }

  /// The square root of the variance of the elements along axes, or of all elements.
  ///
  /// Where the variance is 0 the derivative is not-a-number.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - correction: 0 for the elements themselves, 1 for an estimate from a sample.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func standardDeviation(
    axes: [Int]? = nil, correction: Int = 0, keepDims: Bool = false
  ) -> NDArray {
    reduced("standardDeviation", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      let variance = x.wide.variance(over: axes, correction: correction)
      return sqrt(variance).promoted(to: x.dtype.real)
    }
  }

  /// The square root of the variance of the elements along an axis.
  public func standardDeviation(
    axis: Int, correction: Int = 0, keepDims: Bool = false
  ) -> NDArray {
    standardDeviation(axes: [axis], correction: correction, keepDims: keepDims)
  }

  /// Half types as `float32`, so that sums of them neither overflow nor lose digits.
  var wide: NDArray { promoted(to: dtype.compute) }

  private func mean(over axes: [Int]) -> NDArray {
    let count = axes.reduce(1) { $0 * shape[$1] }
    return summed(over: axes) / Double(count)
  }

  // Two passes: subtracting the mean first is what keeps the digits.
  private func variance(over axes: [Int], correction: Int) -> NDArray {
    let count = axes.reduce(1) { $0 * shape[$1] }
    let centred = self - mean(over: axes).keepingAxes(axes, of: shape)
    let squares =
      isComplex ? square(centred.real) + square(centred.imaginary) : square(centred)
    return squares.summed(over: axes) / Double(Swift.max(count - correction, 0))
  }
}

// MARK: - Truth

/// Whether any, or all, of some `bool`s are true.
struct Holds: LocallyConstantPrimitive {
  let forAll: Bool
  let axes: [Int]

  var name: String { forAll ? "all" : "any" }
  var evaluation: Evaluation { .fold(forAll ? .minimum : .maximum, axes: axes) }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && axes.areAxes(of: x[0]) && x[0].dtype == .bool
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(reducedShape(x[0].shape, axes), .bool)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (folded, place) = axesBesideMapped(self.axes, axes[0])
    return ([NDArray(Holds(forAll: forAll, axes: folded), x[0])], [place])
  }
}

extension NDArray {
  /// Whether any elements along axes are true (not zero), or any at all; `false` of none.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func any(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("any", axes, keepDims: keepDims) { x, axes in x.holds(forAll: false, axes) }
  }

  /// Whether any elements along an axis are true (not zero).
  public func any(axis: Int, keepDims: Bool = false) -> NDArray {
    any(axes: [axis], keepDims: keepDims)
  }

  /// Whether all elements along axes are true (not zero), or all there are; `true` of none.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func all(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("all", axes, keepDims: keepDims) { x, axes in x.holds(forAll: true, axes) }
  }

  /// Whether all elements along an axis are true (not zero).
  public func all(axis: Int, keepDims: Bool = false) -> NDArray {
    all(axes: [axis], keepDims: keepDims)
  }

  private func holds(forAll: Bool, _ axes: [Int]) -> NDArray {
    let truth = promoted(to: .bool)
    return axes.isEmpty ? truth : NDArray(Holds(forAll: forAll, axes: axes), truth)
  }

  /// The number, as `int32`, of elements along axes that are not zero, or of all such elements.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func countNonzero(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("countNonzero", axes, keepDims: keepDims) { x, axes in
      x.promoted(to: .bool).promoted(to: .int32).summed(over: axes)
    }
  }

  /// The number, as `int32`, of elements along an axis that are not zero.
  public func countNonzero(axis: Int, keepDims: Bool = false) -> NDArray {
    countNonzero(axes: [axis], keepDims: keepDims)
  }
}
