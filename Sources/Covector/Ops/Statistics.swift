// Statistics of samples, and functions on sampled points: averages, covariance, gradients,
// polynomials, bins.

extension NDArray {
  /// The difference of the largest and the smallest of the elements along axes, or of all.
  ///
  /// The dtype is kept. Derivatives are those of `max` and `min`.
  public func peakToPeak(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    max(axes: axes, keepDims: keepDims) - min(axes: axes, keepDims: keepDims)
  }

  /// The mean of the elements along axes, or of all, each counted as often as its weight says.
  ///
  /// Floating-point and complex dtypes are kept; integers become `float32`.
  /// - Parameters:
  ///   - weights: Real numbers of the array's shape, or of a shape that broadcasts to it.
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func average(weights: NDArray, axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    let dtype = promotedDType([self, weights].map { $0.strong.inexact })
    let (x, w) = (promoted(to: dtype).wide, weights.promoted(to: dtype).wide)
    let spread = w.broadcast(to: shape)
    let sum = (x * spread).sum(axes: axes, keepDims: keepDims)
    return (sum / spread.sum(axes: axes, keepDims: keepDims)).promoted(to: dtype)
  }

  /// The numbers below which given percentages of the elements along axes lie, or of all elements.
  ///
  /// `quantile` of a hundredth of them.
  public func percentile(
    _ percentages: NDArray, axes: [Int]? = nil, keepDims: Bool = false
  ) -> NDArray {
    let shares = percentages.promoted(to: promotedDType([inexact.strong, percentages]).compute)
    return quantile(shares / 100, axes: axes, keepDims: keepDims)
  }
}

/// Returns the covariance matrix of variables, one in each row, from observations in columns.
///
/// Floating-point and complex dtypes are kept; integers become `float32`.
/// - Parameters:
///   - x: A matrix, or a vector for a single variable, whose variance is returned as a scalar.
///   - correction: 1 for an unbiased estimate from a sample, 0 for the observations themselves.
public func covariance(_ x: NDArray, correction: Int = 1) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard x.rank == 1 || x.rank == 2 else {
      throw ArrayError(
        "covariance", "shape \(x.shape) is not one of variables in rows; 1 or 2 axes are needed")
    }
    let rows = (x.rank == 1 ? x.reshaped([1, x.count]) : x).strong.inexact
    let centred = rows.wide - rows.wide.mean(axis: 1, keepDims: true)
    let count = Double(Swift.max(x.shape[x.rank - 1] - correction, 0))
    let matrix = (matmul(centred, centred.adjoint) / count).promoted(to: rows.dtype)
    return x.rank == 1 ? matrix.reshaped([]) : matrix
  }
}

/// Returns the correlation coefficients of variables, one in each row, from observations in columns.
///
/// Floating-point and complex dtypes are kept; integers become `float32`. Not-a-number for a variable
/// that does not vary.
/// - Parameter x: A matrix, or a vector for a single variable.
public func correlation(_ x: NDArray) -> NDArray {
  let matrix = covariance(x)
  guard matrix.rank == 2, !matrix.isPoisoned else { return matrix / matrix }
  let deviations = sqrt(matrix.diagonal().real)
  return matrix / deviations.reshaped([deviations.count, 1]) / deviations
}

/// Returns the derivative along an axis of a function given by samples, by differences of second
/// order inside and of first order at the ends.
///
/// Floating-point and complex dtypes are kept; integers become `float32`. The formula for uneven
/// distances is that of A. Quarteroni et al., "Numerical Mathematics" (2007), 10.10.1.
/// - Parameters:
///   - y: The samples, at least two along the axis.
///   - x: Where they were taken, as many numbers as the axis has; evenly spaced by default.
///   - spacing: The distance between samples, where `x` is not given.
///   - axis: The axis, a negative one counted from the end.
public func gradient(
  _ y: NDArray, at x: NDArray? = nil, spacing: Double = 1, axis: Int = -1
) -> NDArray {
  NDArray.reporting(like: y) { () throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: y.rank, "gradient")
    let count = y.shape[place]
    guard count >= 2 else {
      throw ArrayError(
        "gradient", "axis \(place) of shape \(y.shape) has \(count) samples; at least 2 are needed")
    }
    let dtype = promotedDType([y.strong.inexact] + (x.map { [$0.strong.inexact] } ?? []))
    let values = y.promoted(to: dtype).wide.movingAxis(place, to: -1)
    let last = values.rank - 1
    let slopes: NDArray
    if let x {
      guard x.shape == [count] else {
        throw ArrayError(
          "gradient", "\(count) samples need as many places, not an array of shape \(x.shape)")
      }
      slopes = diff(values) / diff(x.promoted(to: dtype).wide)
    } else {
      slopes = diff(values) / spacing
    }
    let first = slopes.sliced(axis: last, from: 0, count: 1)
    let end = slopes.sliced(axis: last, from: count - 2, count: 1)
    guard count > 2 else {
      return concatenated([first, end], axis: -1).movingAxis(-1, to: place).promoted(to: dtype)
    }
    let before = slopes.sliced(axis: last, from: 0, count: count - 2)
    let after = slopes.sliced(axis: last, from: 1, count: count - 2)
    var middle = (before + after) / 2
    if let x {
      let widths = diff(x.promoted(to: dtype).wide)
      let (left, right) = (widths[..<(count - 2)], widths[1...])
      middle = (before * right + after * left) / (left + right)
    }
    return concatenated([first, middle, end], axis: -1).movingAxis(-1, to: place)
      .promoted(to: dtype)
  }
}

/// Returns the value of a polynomial at each element, by Horner's rule.
///
/// Differentiable by coefficients and places; dtypes are promoted.
/// - Parameters:
///   - coefficients: A vector, the highest power first.
///   - x: Where to evaluate, of any shape.
public func polyval(_ coefficients: NDArray, _ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard coefficients.rank == 1 else {
      throw ArrayError(
        "polyval", "coefficients of shape \(coefficients.shape) are no vector; one axis is needed")
    }
    let (c, x) = promotedPair(coefficients.strong, x.strong)
    _ = try requireNumbers([c], "polyval")
    var result = x.zerosLike()
    for power in 0..<c.count { result = result * x + c[power] }
    return result
  }
}

/// Returns the matrix whose columns are powers of a vector.
/// - Parameters:
///   - x: The vector.
///   - columns: The number of columns; that of elements by default.
///   - increasing: Whether the powers rise from 0 to the right; otherwise they fall to 0.
public func vander(_ x: NDArray, columns: Int? = nil, increasing: Bool = false) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard x.rank == 1 else {
      throw ArrayError("vander", "shape \(x.shape) is no vector; one axis is needed")
    }
    _ = try requireNumbers([x], "vander")
    let columns = columns ?? x.count
    guard columns >= 0 else {
      throw ArrayError("vander", "\(columns) columns were asked for; the number must be 0 or more")
    }
    var power = NDArray.scalar(1, x.dtype).broadcast(to: x.shape)
    var powers: [NDArray] = []
    for column in 0..<columns {
      if column > 0 { power = power * x.strong }
      powers.append(power)
    }
    guard columns > 0 else { return NDArray.zeros([x.count, 0], dtype: x.dtype) }
    return stacked(increasing ? powers : powers.reversed(), axis: 1)
  }
}

/// Returns the number, as `int32`, of the bin that each element lies in; the derivative is 0.
///
/// Bin `i` lies between edges `i - 1` and `i`: 0 is below all edges, and as many as there are edges
/// is above all.
/// - Parameters:
///   - x: Real numbers of any shape.
///   - edges: A vector in increasing order.
///   - right: Whether a bin contains its upper edge rather than its lower one.
public func digitize(_ x: NDArray, edges: NDArray, right: Bool = false) -> NDArray {
  searchSorted(edges, x, right: !right)
}

/// Returns whether each element is among the values; the derivative is 0.
/// - Parameters:
///   - x: What to look for, of any shape.
///   - values: Where to look, of any shape. Not-a-number is never found.
public func isIn(_ x: NDArray, _ values: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let (wanted, table) = promotedPair(x.strong, values.strong)
    let count = table.count
    guard count > 0 else { return wanted.bools(false) }
    let sorted = table.reshaped([count]).sorted()
    let place = minimum(searchSorted(sorted, wanted), NDArray(Int32(count - 1)))
    return sorted.take(place.reshaped([wanted.count]), axis: 0).reshaped(wanted.shape) .== wanted
  }
}

/// Returns the elements of the first array whose condition holds, place by place, or a default.
///
/// All arrays broadcast and are promoted to one dtype. The cotangent goes to the array that was
/// chosen.
/// - Parameters:
///   - conditions: Truth values; the first that is true decides.
///   - choices: As many arrays.
///   - otherwise: What stands where no condition holds.
public func select(
  _ conditions: [NDArray], _ choices: [NDArray], otherwise: NDArray = 0
) -> NDArray {
  NDArray.reporting(like: choices.first) { () throws(ArrayError) in
    guard conditions.count == choices.count, let first = choices.first else {
      throw ArrayError(
        "select",
        "\(conditions.count) conditions do not fit \(choices.count) choices; as many are needed, at "
          + "least one")
    }
    let dtype = promotedDType(choices + [otherwise])
    var result = otherwise.promoted(to: dtype)
    for (condition, choice) in zip(conditions, choices).reversed() {
      result = which(condition, choice.promoted(to: dtype), result)
    }
    let shapes = (conditions + choices + [otherwise]).map(\.shape)
    let shape = shapes.reduce(first.shape) { broadcastShape($0, $1) ?? $0 }
    return result.broadcast(to: shape)
  }
}

/// Returns a function that is given by other functions where conditions hold.
///
/// Every function is evaluated everywhere; what it gives elsewhere does not matter, nor do its
/// derivatives as long as they are finite.
/// - Parameters:
///   - x: The argument.
///   - conditions: Truth values; where several hold the last one decides, as in NumPy.
///   - functions: As many functions, and perhaps one more for where no condition holds; 0 otherwise.
public func piecewise(
  _ x: NDArray, _ conditions: [NDArray], _ functions: [(NDArray) -> NDArray]
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard functions.count == conditions.count || functions.count == conditions.count + 1 else {
      throw ArrayError(
        "piecewise",
        "\(conditions.count) conditions do not fit \(functions.count) functions; as many are needed, "
          + "or one more")
    }
    var result = functions.count > conditions.count ? functions[conditions.count](x) : x.zerosLike()
    for (condition, function) in zip(conditions, functions) {
      result = which(condition, function(x), result)
    }
    return result
  }
}
