// Counting and picking by value: distinct elements, places of elements, counts of integers and
// histograms. Results whose size depends on values are read when they are made.

/// The distinct elements of an array, with where they are.
public struct UniqueElements: Sendable {
  /// The distinct elements in increasing order.
  public let values: NDArray
  /// For each of them, the first place in the array, in row-major order, as `int32`.
  public let indices: NDArray
  /// For each element of the array, which of the distinct ones it is: `values.take(inverse)` is the array.
  public let inverse: NDArray
  /// For each distinct element, how often it occurs, as `int32`.
  public let counts: NDArray
}

extension NDArray {
  /// Reports that a result has a size that is not known inside a transform.
  private func requireKnown(_ operation: String, _ what: String, _ advice: String)
    throws(ArrayError)
  {
    if let transform = unknownInside() {
      throw ArrayError(
        operation, "\(what) is not known inside \(transform), where values are not; \(advice)")
    }
  }

  /// The distinct elements in increasing order.
  ///
  /// All not-a-number elements count as one, which comes last. The array is computed now, as the size of
  /// the result depends on it. The derivative goes to the first of equal elements.
  public func unique() -> NDArray { uniqueElements().values }

  /// The distinct elements in increasing order, where they come first, which of them each element of the
  /// array is, and how often each occurs.
  ///
  /// All not-a-number elements count as one, which comes last. The array is computed now, as the size of
  /// the result depends on it. The derivative of the values goes to the first of equal elements.
  public func uniqueElements() -> UniqueElements {
    let parts = NDArray.reportingAll(count: 4, like: self) { () throws(ArrayError) in
      try requireKnown(
        "unique", "the number of distinct elements", "compute them before the function is mapped")
      let flat = reshaped([count])
      let order = flat.argSort(axis: 0)
      let sorted = flat.take(order, axis: 0)
      var starts: [Int64] = []
      var groups: [Int32] = []
      if count > 0 {
        let (next, last) = (sorted[1...], sorted[..<(count - 1)])
        let isNew = (next .!= last) .& ((next .== next) .| (last .== last))
        starts = [0]
        groups = [0]
        for (place, isNew) in isNew.array(of: Bool.self).enumerated() {
          if isNew { starts.append(Int64(place + 1)) }
          groups.append(Int32(truncatingIfNeeded: starts.count - 1))
        }
      }
      let ends = starts.dropFirst() + [Int64(count)]
      let counts = zip(starts, ends).map { Int32(truncatingIfNeeded: $1 - $0) }
      // The order is stable: the first of equal elements comes first in it.
      let indices = order.take(NDArray(starts), axis: 0)
      let inverse = NDArray.zeros([count], dtype: .int32)
        .putAlongAxis(NDArray(groups), at: order, axis: 0)
      return [flat.take(indices, axis: 0), indices, inverse.reshaped(shape), NDArray(counts)]
    }
    return UniqueElements(
      values: parts[0], indices: parts[1], inverse: parts[2], counts: parts[3])
  }

  /// The distinct elements in increasing order, cut short or filled up to a number of them.
  ///
  /// As the size is known, this runs inside every transform. The derivative goes to the first of equal
  /// elements; what fills up has none.
  /// - Parameters:
  ///   - count: The size of the result.
  ///   - fill: What stands behind the last element; the smallest element by default.
  public func unique(count: Int, fill: NDArray? = nil) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let size = self.count
      guard count >= 0, size > 0 else {
        throw ArrayError(
          "unique",
          "\(count) distinct elements of shape \(shape) were asked for; the array must not be "
            + "empty, and the number 0 or more")
      }
      let sorted = reshaped([size]).sorted()
      let (next, last) = (sorted[1...], sorted[..<(size - 1)])
      let isChange = (next .!= last) .& ((next .== next) .| (last .== last))
      let isNew = concatenated([NDArray([true]), isChange])
      let number = isNew.cumulativeSum() - 1
      // What is not new, or too much, goes to a place behind the last, which is cut off.
      let place = which(isNew, minimum(number, NDArray(Int32(count))), NDArray(Int32(count)))
      let filling = (fill ?? stopGradient(sorted[0])).promoted(to: dtype)
      return filling.broadcast(to: [count + 1]).at[place].setting(to: sorted)[..<count]
    }
  }

  /// For each axis, the places along it of the elements that are not zero, in row-major order.
  ///
  /// The array is computed now, as the size of the result depends on it. `x[x.nonzero()...]`-style
  /// selection is what `x[mask]` does.
  public func nonzero() -> [NDArray] {
    NDArray.reportingAll(count: rank, like: self) { () throws(ArrayError) in
      guard rank > 0 else {
        throw ArrayError("nonzero", "a scalar has no places; reshape it to [1] first")
      }
      try requireKnown(
        "nonzero", "the number of elements that are not zero", "use which(mask, x, 0)")
      return promoted(to: .bool).placesOfTrue()
    }
  }
}

/// Returns how often each number from 0 on occurs among integers, or the sum of their weights.
///
/// Counts are `int32`; sums have the dtype of the weights, by which they are differentiable. A number
/// that is negative, or not below `count`, is an error when the result is computed.
/// - Parameters:
///   - x: Integers of any shape.
///   - weights: What each integer counts, of the same shape; 1 by default.
///   - count: The number of results. By default one more than the largest integer, which is computed now.
public func bincount(_ x: NDArray, weights: NDArray? = nil, count: Int? = nil) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard x.dtype.isInteger || x.dtype == .bool else {
      throw ArrayError("bincount", "not defined for \(x.dtype); integers or bool are needed")
    }
    if let weights, weights.shape != x.shape {
      throw ArrayError(
        "bincount",
        "weights of shape \(weights.shape) do not fit integers of shape \(x.shape); the shapes must "
          + "be equal")
    }
    var bins = count ?? 0
    if count == nil {
      if let transform = x.unknownInside() {
        throw ArrayError(
          "bincount",
          "the largest integer is not known inside \(transform); give the number of results as count"
        )
      }
      bins = x.count == 0 ? 0 : Swift.max(x.max().item(Int.self) + 1, 0)
    }
    let places = x.promoted(to: .int64).reshaped([x.count])
    // Negative numbers would count from the end.
    let outside = NDArray(Int64(bins))
    let checked = which(places .< 0, outside, places)
    let weights = (weights ?? NDArray(Int32(1)).broadcast(to: x.shape)).widenedForSum
    let zeros = NDArray.zeros([bins], dtype: weights.dtype)
    return zeros.at[checked].adding(weights.reshaped([x.count]))
  }
}

/// Returns how many elements lie in each of equally wide bins, and the edges of the bins.
///
/// A bin contains its lower edge, the last one also its upper edge; elements outside are not counted.
/// Counts are `int32`, or sums of the weights.
/// - Parameters:
///   - x: Real numbers of any shape; integers become `float32`.
///   - bins: The number of bins, at least 1.
///   - range: The outermost edges; those of the elements by default, a half to both sides where all are
///     equal.
///   - weights: What each element counts, of the same shape; 1 by default.
public func histogram(
  _ x: NDArray, bins: Int = 10, range: ClosedRange<Double>? = nil, weights: NDArray? = nil
) -> (counts: NDArray, edges: NDArray) {
  let parts = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    guard bins > 0 else {
      throw ArrayError("histogram", "\(bins) bins were asked for; at least 1 is needed")
    }
    let x = x.inexact.strong
    _ = try requireFloating([x], "histogram")
    let dtype = x.dtype.compute
    var (low, high): (NDArray, NDArray)
    if let range {
      (low, high) = (.scalar(range.lowerBound, dtype), .scalar(range.upperBound, dtype))
    } else if x.count == 0 {
      (low, high) = (.scalar(0, dtype), .scalar(1, dtype))
    } else {
      (low, high) = (x.wide.min(), x.wide.max())
    }
    let half = which(low .== high, NDArray.scalar(0.5, dtype), NDArray.scalar(0, dtype))
    (low, high) = (low - half, high + half)
    let steps = NDArray(Iota(size: bins + 1, dtype: .int32))
    let inner = low + steps.asType(dtype) * ((high - low) / Double(bins))
    let edges = which(steps .== NDArray(Int32(bins)), high, inner)
    return [try counts(x.wide, edges, weights), edges]
  }
  return (parts[0], parts[1])
}

/// Returns how many elements lie between neighbouring edges, as `histogram(_:bins:range:weights:)`.
///
/// - Parameters:
///   - x: Real numbers of any shape; integers become `float32`.
///   - edges: One-dimensional, in increasing order, at least two.
///   - weights: What each element counts, of the same shape; 1 by default.
public func histogram(_ x: NDArray, edges: NDArray, weights: NDArray? = nil) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard edges.rank == 1, edges.count > 1 else {
      throw ArrayError(
        "histogram",
        "edges of shape \(edges.shape) bound no bins; one axis of size 2 or more is needed")
    }
    let dtype = promotedDType([x.inexact.strong, edges.strong]).compute
    _ = try requireFloating([NDArray.scalar(0, dtype)], "histogram")
    return try counts(x.promoted(to: dtype), edges.promoted(to: dtype), weights)
  }
}

/// The weights of the elements in each bin.
private func counts(
  _ x: NDArray, _ edges: NDArray, _ weights: NDArray?
) throws(ArrayError) -> NDArray {
  if let weights, weights.shape != x.shape {
    throw ArrayError(
      "histogram",
      "weights of shape \(weights.shape) do not fit elements of shape \(x.shape); the shapes must be "
        + "equal")
  }
  let bins = edges.count - 1
  let flat = x.reshaped([x.count])
  let weights = (weights ?? NDArray(Int32(1)).broadcast(to: x.shape)).widenedForSum
    .reshaped([x.count])
  let place = searchSorted(edges, flat, right: true) - 1
  let isInside = (flat .>= edges[0]) .& (flat .<= edges[bins])
  let bin = clip(place, min: 0, max: NDArray(Int32(bins - 1)))
  let counted = which(isInside, weights, weights.zeroScalar)
  return NDArray.zeros([bins], dtype: weights.dtype).at[bin].adding(counted)
}
