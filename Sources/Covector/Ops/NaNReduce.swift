// Reductions that leave out elements that are not a number.

extension NDArray {
  /// The elements, with `value` for those that are not a number.
  fileprivate func replacingNaN(by value: Double) -> NDArray {
    dtype.isInexact ? which(isNaN(self), NDArray.scalar(value, dtype), strong) : strong
  }

  /// How many elements along axes are numbers, in the dtype sums have.
  fileprivate func countOfNumbers(_ axes: [Int]) -> NDArray {
    (.!isNaN(self)).promoted(to: dtype.real.compute).summed(over: axes)
  }

  /// The sum of the elements along axes, or of all, that are numbers; 0 where none is.
  ///
  /// Otherwise as `sum`.
  public func nanSum(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    replacingNaN(by: 0).sum(axes: axes, keepDims: keepDims)
  }

  /// The product of the elements along axes, or of all, that are numbers; 1 where none is.
  ///
  /// Otherwise as `product`.
  public func nanProduct(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    replacingNaN(by: 1).product(axes: axes, keepDims: keepDims)
  }

  /// The mean of the elements along axes, or of all, that are numbers; not-a-number where none is.
  ///
  /// Otherwise as `mean`.
  public func nanMean(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("nanMean", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      let mean = x.replacingNaN(by: 0).wide.summed(over: axes) / x.countOfNumbers(axes)
      return mean.promoted(to: x.dtype)
    }
  }

  /// The variance of the elements along axes, or of all, that are numbers.
  ///
  /// Otherwise as `variance`.
  public func nanVariance(
    axes: [Int]? = nil, correction: Int = 0, keepDims: Bool = false
  ) -> NDArray {
    reduced("nanVariance", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      return x.nanVariance(over: axes, correction).promoted(to: x.dtype.real)
    }
  }

  /// The square root of the variance of the elements along axes, or of all, that are numbers.
  ///
  /// Otherwise as `standardDeviation`.
  public func nanStandardDeviation(
    axes: [Int]? = nil, correction: Int = 0, keepDims: Bool = false
  ) -> NDArray {
    reduced("nanStandardDeviation", axes, keepDims: keepDims) { x, axes in
      let x = x.inexact.strong
      return sqrt(x.nanVariance(over: axes, correction)).promoted(to: x.dtype.real)
    }
  }

  private func nanVariance(over axes: [Int], _ correction: Int) -> NDArray {
    let count = countOfNumbers(axes)
    let known = replacingNaN(by: 0).wide
    let mean = (known.summed(over: axes) / count).keepingAxes(axes, of: shape)
    let centred = which(isNaN(self), 0, known - mean)
    let squares =
      isComplex ? square(centred.real) + square(centred.imaginary) : square(centred)
    return squares.summed(over: axes) / maximum(count - Double(correction), 0)
  }

  /// The largest of the elements along axes, or of all, that are numbers; not-a-number where none is.
  ///
  /// Otherwise as `max`.
  public func nanMax(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("nanMax", axes, keepDims: keepDims) { x, axes in
      x.extremumOfNumbers(axes, -.infinity) { $0.max(axes: axes) }
    }
  }

  /// The smallest of the elements along axes, or of all, that are numbers; not-a-number where none
  /// is.
  ///
  /// Otherwise as `min`.
  public func nanMin(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("nanMin", axes, keepDims: keepDims) { x, axes in
      x.extremumOfNumbers(axes, .infinity) { $0.min(axes: axes) }
    }
  }

  private func extremumOfNumbers(
    _ axes: [Int], _ least: Double, _ reduction: (NDArray) -> NDArray
  ) -> NDArray {
    let result = reduction(replacingNaN(by: least))
    guard dtype.isFloating else { return result }
    return which(isNaN(self).all(axes: axes), NDArray.scalar(.nan, dtype), result)
  }

  /// The place, as `int32`, of the first largest element along an axis that is a number; 0 where none
  /// is.
  public func nanArgMax(axis: Int, keepDims: Bool = false) -> NDArray {
    replacingNaN(by: -.infinity).argMax(axis: axis, keepDims: keepDims)
  }

  /// The place, as `int32`, of the first smallest element along an axis that is a number; 0 where
  /// none is.
  public func nanArgMin(axis: Int, keepDims: Bool = false) -> NDArray {
    replacingNaN(by: .infinity).argMin(axis: axis, keepDims: keepDims)
  }

  /// The median of the elements along axes, or of all, that are numbers; not-a-number where none is.
  ///
  /// Otherwise as `median`.
  public func nanMedian(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    nanQuantile(
      NDArray.scalar(0.5, dtype == .float64 ? .float64 : .float32), axes: axes,
      keepDims: keepDims)
  }

  /// The numbers below which given shares of the elements along axes lie, of those that are numbers.
  ///
  /// Otherwise as `quantile`; not-a-number where no element is a number.
  public func nanQuantile(
    _ shares: NDArray, axes: [Int]? = nil, keepDims: Bool = false
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank, "nanQuantile")
      let x = inexact.strong
      _ = try requireFloating([x], "nanQuantile")
      let shares = shares.promoted(to: promotedDType([x, shares]).compute)
      let kept = (0..<rank).filter { !places.contains($0) }
      let count = places.reduce(1) { $0 * shape[$1] }
      guard count > 0 else {
        throw ArrayError(
          "nanQuantile",
          "there are no elements along axes \(places) of shape \(shape); at least one is needed")
      }
      // Not-a-number is sorted last: what counts is in front.
      let sorted = x.transposed(kept + places).reshaped(kept.map { shape[$0] } + [count])
        .sorted().wide
      let last = sorted.countOfNumbers([kept.count]) - 1
      let flat = shares.reshaped([shares.count])
      let position = last.reshaped(last.shape + [1]).promoted(to: shares.dtype) * flat
      let whole = stopGradient(maximum(floor(position), 0))
      let lower = whole.asType(.int32)
      let end = maximum(last, 0).asType(.int32)
      let upper = minimum(lower + 1, end.reshaped(end.shape + [1]))
      let a = sorted.takeAlongAxis(lower, axis: -1)
      let b = sorted.takeAlongAxis(upper, axis: -1)
      let value = a + (b - a) * (position - whole)
      let shaped = value.movingAxis(-1, to: 0).promoted(to: x.dtype)
      let rest = shape.indices.compactMap { axis -> Int? in
        if !places.contains(axis) { return shape[axis] }
        return keepDims ? 1 : nil
      }
      return shaped.reshaped(shares.shape + rest)
    }
  }
}
