// Functions of matrices made of the factorisations: pseudo-inverse, least squares, norms, powers,
// the exponential, rank and condition; and the cross product. Leading axes are batches.

import CovectorKernels

/// Pseudo-inverses, by Moore and Penrose, of matrices.
///
/// The derivative is that among matrices of the same rank: G. Golub and V. Pereyra, "The
/// differentiation of pseudo-inverses and nonlinear least squares problems whose variables
/// separate" (1973).
struct PseudoInverse: MatrixPrimitive {
  /// Singular values up to this part of the largest one count as zero.
  let cutoff: Double

  var factorization: Factorization {
    var call = Factorization(
      "pinv", CV_PSEUDO_INVERSE, ["gesdd", "gemm"], failure: "did not converge")
    call.vectors = .reduced
    call.cutoff = cutoff
    return call
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    var type = x[0].type
    type.shape.swapAt(type.rank - 1, type.rank - 2)
    return [type]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil] }
    let inverse = y[0]
    let moved = tangent.adjoint
    let direct = matmul(matmul(inverse, tangent), inverse)
    // What the tangent adds outside the range of the matrix, and of its adjoint.
    let left = matmul(matmul(inverse, inverse.adjoint), moved)
    let right = matmul(moved, matmul(inverse.adjoint, inverse))
    let outside = left - matmul(left, matmul(x[0], inverse))
    let inside = right - matmul(inverse, matmul(x[0], right))
    return [outside + inside - direct]
  }
}

/// Returns the pseudo-inverses of matrices.
///
/// Singular values up to `cutoff` times the largest one count as zero; the derivative is that among
/// matrices of the same rank.
/// - Parameters:
///   - x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
///   - cutoff: By default ten times the larger size times the precision of the dtype.
public func pinv(_ x: NDArray, cutoff: Double? = nil) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "pinv")
    let larger = x.shape.suffix(2).max() ?? 0
    return NDArray(PseudoInverse(cutoff: cutoff ?? 10 * Double(larger) * x.dtype.precision), x)
  }
}

extension DType {
  /// The distance from 1 to the next number.
  fileprivate var precision: Double { real == .float64 ? 0x1p-52 : 0x1p-23 }
}

/// Returns the solutions of `a x = b` in the sense of least squares: those with the smallest
/// `norm(matmul(a, x) - b)`, and of these the smallest ones.
/// - Parameters:
///   - a: Matrices in the last two axes, of any rank.
///   - b: Matrices whose columns are right sides, or a single vector; leading axes broadcast.
///   - cutoff: Singular values up to this part of the largest one count as zero; see `pinv`.
public func lstsq(_ a: NDArray, _ b: NDArray, cutoff: Double? = nil) -> NDArray {
  NDArray.reporting(like: b) { () throws(ArrayError) in
    let (left, right) = promotedPair(a, b)
    let x = try requireMatrices(left, "lstsq")
    let rows = x.shape[x.rank - 2]
    guard right.rank >= 1, right.shape[right.rank == 1 ? 0 : right.rank - 2] == rows else {
      throw ArrayError(
        "lstsq",
        "a right side of shape \(b.shape) does not fit matrices of shape \(a.shape); it must have "
          + "\(rows) rows")
    }
    return matmul(pinv(x, cutoff: cutoff), right)
  }
}

/// Returns the number of singular values of matrices that are not negligible, as `int32`.
/// - Parameters:
///   - x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
///   - cutoff: Values up to this part of the largest one are negligible; by default the larger size
///     times the precision of the dtype.
public func matrixRank(_ x: NDArray, cutoff: Double? = nil) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "matrixRank")
    if x.shape.suffix(2).contains(0) { return NDArray.zeros(x.shape.dropLast(2), dtype: .int32) }
    let values = NDArray(SingularValues(vectors: .none), x)
    let larger = x.shape.suffix(2).max() ?? 0
    let part = cutoff ?? Double(larger) * x.dtype.precision
    let least = values.max(axis: -1, keepDims: true) * part
    return (values .> least).countNonzero(axis: -1)
  }
}

/// Returns the condition numbers of matrices: the largest singular value divided by the smallest.
/// - Parameter x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func cond(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let matrices = try requireMatrices(x, "cond")
    guard !x.shape.suffix(2).contains(0) else {
      throw ArrayError("cond", "matrices of shape \(x.shape) are empty and have no condition")
    }
    let values = NDArray(SingularValues(vectors: .none), matrices)
    return values.max(axis: -1) / values.min(axis: -1)
  }
}

// MARK: - Norms

/// Which norm is taken of vectors or matrices.
///
/// A number `p` stands for `p(_:)`.
public enum NormOrder: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  /// Of vectors, the `p`-th root of the sum of `p`-th powers of absolute values; 0 counts elements
  /// that are not 0.
  ///
  /// Of matrices, 1 is the largest sum of a column, 2 the largest singular value; negative numbers
  /// give the smallest ones.
  case p(Double)
  /// Of matrices: the root of the sum of squares of absolute values.
  case frobenius
  /// Of matrices: the sum of singular values.
  case nuclear

  /// Of vectors, the largest absolute value; of matrices, the largest sum of a row.
  public static let infinity = NormOrder.p(.infinity)
  /// Of vectors, the smallest absolute value; of matrices, the smallest sum of a row.
  public static let negativeInfinity = NormOrder.p(-.infinity)

  /// The order `p`.
  public init(floatLiteral value: Double) { self = .p(value) }
  /// The order `p`.
  public init(integerLiteral value: Int) { self = .p(Double(value)) }

  /// The number, or the name.
  public var description: String {
    switch self {
    case .p(let p): Int(exactly: p).map(String.init) ?? "\(p)"
    case .frobenius: "frobenius"
    case .nuclear: "nuclear"
    }
  }
}

/// Returns norms of the vectors that lie along one axis, or of the matrices in two.
///
/// Without an order it is the root of the sum of squares of absolute values, over any number of
/// axes; its derivative at 0 is not a number. The result is real; half types are summed in
/// `float32`.
/// - Parameters:
///   - x: An array of a floating-point or complex dtype; no half type where singular values are
///     needed.
///   - order: Which norm is taken.
///   - axes: One axis for vectors, two for matrices: that of the rows, then that of the columns.
///     All by default.
///   - keepDims: Whether the axes stay, with size 1.
public func norm(
  _ x: NDArray, _ order: NormOrder? = nil, axes: [Int]? = nil, keepDims: Bool = false
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    _ = try requireInexact([x], "norm")
    let places =
      try axes.map { axes throws(ArrayError) in
        try axes.mapAxes(rank: x.rank, "norm")
      } ?? Array(0..<x.rank)
    let wide = x.strong.wide
    let result: NDArray
    switch (order, places.count) {
    case (nil, _): result = wide.euclideanNorm(places)
    case (.p(let p)?, 1): result = wide.vectorNorm(p, places)
    case (let order?, 2):
      if [.nuclear, .p(2), .p(-2)].contains(order) { _ = try requireMatrices(x, "norm") }
      result = try wide.matrixNorm(order, places[0], places[1])
    case (let order?, let count):
      throw ArrayError(
        "norm",
        "order \(order) is not defined over \(count) axes; vectors have one axis and numbers as "
          + "orders, matrices have two")
    }
    let narrow = result.promoted(to: x.dtype.real)
    return keepDims ? narrow.keepingAxes(places, of: x.shape) : narrow
  }
}

extension NDArray {
  fileprivate func euclideanNorm(_ axes: [Int]) -> NDArray {
    sqrt((dtype.isComplex ? (self * conjugated).real : square(self)).summed(over: axes.sorted()))
  }

  fileprivate func vectorNorm(_ p: Double, _ axes: [Int]) -> NDArray {
    switch p {
    case 0: (self .!= 0).countNonzero(axes: axes).asType(dtype.real)
    case 1: abs(self).summed(over: axes)
    case 2: euclideanNorm(axes)
    case .infinity: abs(self).max(axes: axes)
    case -.infinity: abs(self).min(axes: axes)
    default: pow(pow(abs(self), p).summed(over: axes), 1 / p)
    }
  }

  fileprivate func matrixNorm(
    _ order: NormOrder, _ rows: Int, _ columns: Int
  ) throws(ArrayError) -> NDArray {
    func sums(over axis: Int, then other: Int, isLargest: Bool) -> NDArray {
      let sums = abs(self).summed(over: [axis])
      let place = other > axis ? other - 1 : other
      return isLargest ? sums.max(axis: place) : sums.min(axis: place)
    }
    func singularValues() throws(ArrayError) -> NDArray {
      let rest = (0..<rank).filter { $0 != rows && $0 != columns }
      let matrices = try requireMatrices(transposed(rest + [rows, columns]), "norm")
      return NDArray(SingularValues(vectors: .none), matrices)
    }
    switch order {
    case .frobenius: return euclideanNorm([rows, columns])
    case .nuclear: return try singularValues().sum(axis: -1)
    case .p(1): return sums(over: rows, then: columns, isLargest: true)
    case .p(-1): return sums(over: rows, then: columns, isLargest: false)
    case .p(.infinity): return sums(over: columns, then: rows, isLargest: true)
    case .p(-.infinity): return sums(over: columns, then: rows, isLargest: false)
    case .p(2): return try singularValues().max(axis: -1)
    case .p(-2): return try singularValues().min(axis: -1)
    case .p:
      throw ArrayError(
        "norm", "order \(order) is not defined for matrices; 1, -1, 2, -2 and infinities are")
    }
  }
}

// MARK: - Powers and the exponential

/// Returns matrices multiplied by themselves, `exponent` times in all.
///
/// Exponent 0 gives the identity; negative ones are powers of the inverse, which only `float32`,
/// `float64` and complex dtypes have.
public func matrixPower(_ x: NDArray, _ exponent: Int) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    _ = try requireNumbers([x], "matrixPower")
    guard x.rank >= 2, x.shape[x.rank - 1] == x.shape[x.rank - 2] else {
      throw ArrayError(
        "matrixPower", "shape \(x.shape) is no square matrix; the last two sizes must be equal")
    }
    if exponent == 0 { return x.strong.identityOfColumns.broadcast(to: x.shape) }
    var square = exponent < 0 ? inverse(x) : x.strong
    var rest = exponent.magnitude
    var product: NDArray?
    while true {
      if rest & 1 == 1 { product = product.map { matmul($0, square) } ?? square }
      rest >>= 1
      guard rest > 0 else { return product ?? square }
      square = matmul(square, square)
    }
  }
}

/// Returns the exponentials of matrices.
///
/// By the Padé approximant of degree 13, with scaling and squaring: N. Higham, "The scaling and
/// squaring method for the matrix exponential revisited" (2005). Each matrix is squared as often as its own norm asks for; one whose 1-norm exceeds 2⁵⁴, so
/// that no digit of a result would be right, gives not-a-numbers.
/// - Parameter x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func expm(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "expm", square: true)
    if x.count == 0 { return x }
    let size = stopGradient(norm(x, 1, axes: [-2, -1], keepDims: true))
    let wanted = maximum(ceil(log2(size / 5.371920351148152)), 0)
    let squarings = minimum(wanted, Double(mostSquarings))
    let power = ldexp(NDArray.scalar(1, x.dtype.real), -squarings.asType(.int32))
    let scale = which(wanted .<= squarings, power, Double.nan.weakArray)
    return NDArray(RepeatedSquaring(), (x * scale).padeExponential, squarings)
  }
}

/// After as many squarings every digit of `float64` is one of rounding.
private let mostSquarings = 52

/// Matrices squared over and over, each as often as the second input, a 1 × 1 matrix, says.
struct RepeatedSquaring: MatrixPrimitive, Parameterless {
  var factorization: Factorization {
    Factorization("expm", CV_REPEATED_SQUARING, ["gemm"])
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 2 && x[0].isSquareMatrix && x[1].dtype == x[0].dtype && x[1].rank == x[0].rank
      && x[1].shape == x[0].shape.dropLast(2) + [1, 1]
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  // A power of [[x, t], [0, x]] has the derivative of the power of x along t above its diagonal
  // (N. Higham, "Functions of Matrices" (2008), 3.6).
  private func derivative(_ x: NDArray, along tangent: NDArray, _ count: NDArray) -> NDArray {
    let size = x.shape[x.rank - 1]
    let above = concatenated([x, tangent], axis: -1)
    let below = concatenated([x.zerosLike(), x], axis: -1)
    let power = NDArray(self, concatenated([above, below], axis: -2), count)
    return power.sliced(axis: x.rank - 2, from: 0, count: size)
      .sliced(axis: x.rank - 1, from: size, count: size)
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[0].map { derivative(x[0], along: $0, x[1]) }]
  }

  // The adjoint of the derivative at x is the derivative at the adjoint of x.
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    [cotangents[0].map { derivative(x[0].adjoint, along: $0, x[1]) }, nil]
  }
}

extension NDArray {
  /// The Padé approximant of degree 13 of the exponential.
  fileprivate var padeExponential: NDArray {
    let b: [Double] = [
      64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600,
      1_187_353_796_428_800, 129_060_195_264_000, 10_559_470_521_600, 670_442_572_800,
      33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
    ]
    let one = identityOfColumns
    let second = matmul(self, self)
    let fourth = matmul(second, second)
    let sixth = matmul(fourth, second)
    func sum(_ first: Int) -> NDArray {
      let high = sixth * b[first + 4] + fourth * b[first + 2] + second * b[first]
      return high
    }
    // Even powers make v; odd ones, with a factor in front, u.
    let evenHigh = matmul(sixth, sum(8))
    let evenLow = sum(2) + one * b[0]
    let oddHigh = matmul(sixth, sum(9))
    let oddLow = sum(3) + one * b[1]
    let even = evenHigh + evenLow
    let odd = matmul(self, oddHigh + oddLow)
    return NDArray(Solve(), even - odd, even + odd)
  }
}

// MARK: - Vectors

/// Returns the cross products of vectors that lie along an axis of both arrays; other axes
/// broadcast.
///
/// Vectors have two or three elements; of two with two elements, only the third element of the
/// product is returned, and the axis disappears.
/// - Parameter axis: Of both arrays, counted from the end where it is negative.
public func cross(_ a: NDArray, _ b: NDArray, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = promotedPair(a, b)
    _ = try requireNumbers([x], "cross")
    let places = (
      try normalizedAxis(axis, rank: x.rank, "cross"),
      try normalizedAxis(axis, rank: y.rank, "cross")
    )
    let (left, right) = (x.movingAxis(places.0, to: -1), y.movingAxis(places.1, to: -1))
    let sizes = (left.shape[left.rank - 1], right.shape[right.rank - 1])
    guard (2...3).contains(sizes.0), (2...3).contains(sizes.1) else {
      throw ArrayError(
        "cross",
        "vectors of \(sizes.0) and \(sizes.1) elements along axis \(axis) of shapes \(a.shape) and "
          + "\(b.shape); 2 or 3 are needed")
    }
    func part(_ vector: NDArray, _ index: Int) -> NDArray? {
      guard index < vector.shape[vector.rank - 1] else { return nil }
      return vector.sliced(axis: vector.rank - 1, from: index, count: 1)
        .reshaped(Array(vector.shape.dropLast()))
    }
    func product(_ i: Int, _ j: Int) -> NDArray? {
      guard let first = part(left, i), let second = part(right, j) else { return nil }
      return first * second
    }
    func difference(_ i: Int, _ j: Int) -> NDArray {
      switch (product(i, j), product(j, i)) {
      case (let first?, let second?): first - second
      case (let first?, nil): first
      case (nil, let second?): -second
      case (nil, nil): x
      }
    }
    let last = difference(0, 1)
    if sizes == (2, 2) { return last }
    let parts = [difference(1, 2), difference(2, 0), last]
    let rank = Swift.max(x.rank, y.rank)
    return stacked(parts, axis: -1).movingAxis(-1, to: places.0 + rank - x.rank)
  }
}
