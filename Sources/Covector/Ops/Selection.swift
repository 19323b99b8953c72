// What is found by sorting: the median, quantiles, places in sorted arrays, interpolation in tables.

import CovectorKernels

/// Where each element of the second input belongs in the first, row by row; the first is sorted
/// along its last axis, and the axes before it are the same in both.
struct SearchSorted: LocallyConstantPrimitive {
  let right: Bool

  var name: String { "searchSorted" }

  var evaluation: Evaluation { .function { [right] call in call.searchRows(right: right) } }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 2 && x.haveOneDType && x[0].rank > 0 && x[0].rank == x[1].rank
      && x[0].shape.dropLast() == x[1].shape.dropLast()
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let isLong = (x[0].shape.last ?? 0) > Int(Int32.max)
    return [ArrayType(x[1].shape, isLong ? .int64 : .int32)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, axes).map { array, axis in array.mappedInFront(axis, size: size) }
    return ([NDArray(self, front)], [0])
  }
}

// MARK: - Searching

/// Returns where each of the values belongs in a sorted array so that it stays sorted, as `int32`.
///
/// The result is between 0 and the number of sorted elements. The derivative is 0.
/// - Parameters:
///   - sorted: One-dimensional, in increasing order.
///   - values: What to look up, of any shape.
///   - right: Whether a value belongs behind its equals, rather than before them.
public func searchSorted(_ sorted: NDArray, _ values: NDArray, right: Bool = false) -> NDArray {
  NDArray.reporting(like: values) { () throws(ArrayError) in
    guard sorted.rank == 1 else {
      throw ArrayError(
        "searchSorted", "the sorted array has shape \(sorted.shape); it must have one axis")
    }
    let (table, wanted) = promotedPair(sorted.strong, values.strong)
    let places = NDArray(SearchSorted(right: right), table, wanted.reshaped([wanted.count]))
    return places.reshaped(values.shape)
  }
}

/// Returns the values at `x` of the function that is linear between given points.
///
/// Outside the points the function is constant. Integers become `float32`. Differentiable by all
/// three arrays; at a point itself the derivative is that of the piece behind it.
/// - Parameters:
///   - x: Where to evaluate, of any shape.
///   - xs: The places of the points: one-dimensional, in increasing order.
///   - ys: The values at the points: as many.
public func interp(_ x: NDArray, _ xs: NDArray, _ ys: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard xs.rank == 1, xs.shape == ys.shape, xs.count > 0 else {
      throw ArrayError(
        "interp",
        "points of shapes \(xs.shape) and \(ys.shape) do not make a function; two one-dimensional "
          + "arrays of the same size, at least 1, are needed")
    }
    let dtype = promotedDType([x, xs.strong, ys.strong].map(\.inexact))
    guard dtype.isFloating, xs.dtype != .bool else {
      throw ArrayError(
        "interp", "not defined for \([x, xs, ys].map(\.dtype)); real numbers are needed")
    }
    let (x, xs) = (x.promoted(to: dtype).wide, xs.promoted(to: dtype).wide)
    let ys = ys.promoted(to: dtype).wide
    let count = xs.count
    let (first, last) = (ys[0], ys[count - 1])
    guard count > 1 else { return first.promoted(to: dtype).broadcast(to: x.shape) }
    let upper = clip(searchSorted(xs, x, right: true), min: 1, max: NDArray(Int32(count - 1)))
    let lower = upper - 1
    let (x0, x1) = (xs.take(lower), xs.take(upper))
    let (y0, y1) = (ys.take(lower), ys.take(upper))
    let width = x1 - x0
    let isEmpty = width .== 0
    let slope = (y1 - y0) / which(isEmpty, NDArray.scalar(1, width.dtype), width)
    let between = y0 + slope * (x - x0)
    let inside = which(x .> xs[count - 1], last, between)
    return which(x .< xs[0], first, inside).promoted(to: dtype)
  }
}

// MARK: - Quantiles

extension NDArray {
  /// The elements along axes sorted, in one last axis; with whether any of them is not-a-number.
  private func sortedTogether(
    _ axes: [Int], _ operation: String
  ) throws(ArrayError) -> (sorted: NDArray, hasNaN: NDArray) {
    let count = axes.reduce(1) { $0 * shape[$1] }
    guard count > 0 else {
      throw ArrayError(
        operation,
        "there are no elements along axes \(axes) of shape \(shape); at least one is needed")
    }
    let kept = (0..<rank).filter { !axes.contains($0) }
    let row = transposed(kept + axes).reshaped(kept.map { shape[$0] } + [count])
    let sorted = NDArray(Sort(), row)
    // Not-a-number comes last.
    let last = sorted.sliced(axis: kept.count, from: count - 1, count: 1)
    return (sorted, isNaN(last))
  }

  /// The median of the elements along axes, which disappear, or of all elements.
  ///
  /// The mean of the two middle elements where their number is even; each gets half of the
  /// derivative. Not-a-number where one is. Floating-point dtypes are kept; integers become `float32`.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  /// - Precondition: There are elements, and they are not complex.
  public func median(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("median", axes, keepDims: keepDims) { x, axes throws(ArrayError) in
      let x = x.inexact.strong
      _ = try requireFloating([x], "median")
      let (sorted, hasNaN) = try x.sortedTogether(axes, "median")
      let (axis, count) = (sorted.rank - 1, sorted.shape[sorted.rank - 1])
      let upper = sorted.sliced(axis: axis, from: count / 2, count: 1)
      var middle = upper
      if count % 2 == 0 {
        let lower = sorted.sliced(axis: axis, from: count / 2 - 1, count: 1)
        middle = ((lower.wide + upper.wide) / 2).promoted(to: x.dtype)
      }
      let median = which(hasNaN, NDArray.scalar(.nan, x.dtype), middle)
      return median.reshaped(Array(median.shape.dropLast()))
    }
  }

  /// The median of the elements along an axis; see `median(axes:keepDims:)`.
  public func median(axis: Int, keepDims: Bool = false) -> NDArray {
    median(axes: [axis], keepDims: keepDims)
  }

  /// The numbers below which given shares of the elements along axes lie, or of all elements.
  ///
  /// A share of 0.5 gives the median; between two elements the result is interpolated. Not-a-number
  /// where an element is. Floating-point dtypes are kept; integers become `float32`. The axes of
  /// `shares` come first in the result. Differentiable by the shares too.
  /// - Parameters:
  ///   - shares: Numbers between 0 and 1, of any shape.
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  /// - Precondition: There are elements, and they are not complex. A share outside 0...1 is an error when
  ///   the result is computed.
  public func quantile(_ shares: NDArray, axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank, "quantile")
      let x = inexact.strong
      _ = try requireFloating([x], "quantile")
      let shares = shares.promoted(to: promotedDType([x, shares]).compute)
      _ = try requireFloating([shares], "quantile")
      let (sorted, hasNaN) = try x.sortedTogether(places, "quantile")
      let (axis, count) = (sorted.rank - 1, sorted.shape[sorted.rank - 1])
      let flat = shares.reshaped([shares.count])
      let position = flat * NDArray.scalar(Double(count - 1), shares.dtype)
      let whole = floor(position)
      let last = NDArray(Int32(count - 1))
      // A share that is none, not-a-number too, becomes an index out of range.
      let isShare = (flat .>= 0) .& (flat .<= 1)
      let lower = which(isShare, whole.asType(.int32), last + 1)
      let upper = which(lower .== last, lower, lower + 1)
      let mistake = IndexMistake(
        operation: "quantile", message: "a share is not between 0 and 1")
      func taken(_ places: NDArray) -> NDArray {
        let gather = Gather(axes: [axis], mistake: mistake)
        return NDArray(gather, sorted.wide, places).movingLeadingAxes(1, to: axis)
      }
      let (a, b) = (taken(lower), taken(upper))
      let between = a + (b - a) * (position - stopGradient(whole))
      let value = which(hasNaN, NDArray.scalar(.nan, between.dtype), between)
      let shaped = value.movingAxis(axis, to: 0).promoted(to: x.dtype)
      let rest = keepDims ? reducedKeeping(shape, places) : reducedShape(shape, places)
      return shaped.reshaped(shares.shape + rest)
    }
  }

  /// The numbers below which given shares of the elements along an axis lie.
  public func quantile(_ shares: NDArray, axis: Int, keepDims: Bool = false) -> NDArray {
    quantile(shares, axes: [axis], keepDims: keepDims)
  }
}

/// The shape with axes of size 1 in place of the reduced ones.
private func reducedKeeping(_ shape: [Int], _ axes: [Int]) -> [Int] {
  shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
}
