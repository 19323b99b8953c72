// Systems of linear equations: the primitives for Cholesky factors, triangular and general systems,
// inverses and determinants, which LAPACK computes matrix by matrix. Leading axes are batches.
//
// Derivatives: M. Giles, "Collected matrix derivative results for forward and reverse mode
// algorithmic differentiation" (2008); for Cholesky I. Murray, "Differentiation of the Cholesky
// decomposition" (2016); for complex numbers C. Boeddeker et al., "On the computation
// of complex-valued gradients" (2017).

import CovectorKernels

/// A primitive on the matrices in the last two axes of its inputs, whose other axes are the same.
protocol MatrixPrimitive: Primitive {
  var factorization: Factorization { get }
}

extension MatrixPrimitive {
  var name: String { factorization.name }

  var evaluation: Evaluation {
    .function { [factorization] call in try call.factorize(factorization) }
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    vjpByTransposingJVP(x, cotangents, y, wanted: wanted)
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    batchMatrices(Unspecialized(self), x, axes, size: size)
  }
}

// Leading axes are batches already. What is not mapped is repeated without a copy.
private func batchMatrices(
  _ primitive: Unspecialized<any MatrixPrimitive>, _ x: [NDArray], _ axes: [Int?], size: Int
) -> ([NDArray], [Int?]) {
  let front = zip(x, axes).map { $0.mappedInFront($1, size: size) }
  let results = NDArray.apply(primitive.value, front)
  return (results, results.map { _ in 0 })
}

extension NDArray {
  /// The matrices in the last two axes, transposed.
  var matrixTransposed: NDArray { swappingAxes(-1, -2) }

  /// The matrices in the last two axes, conjugated and transposed.
  package var adjoint: NDArray { conjugated.swappingAxes(-1, -2) }

  /// Half the sum of matrices and their adjoints.
  var hermitianPart: NDArray { (self + adjoint) * 0.5 }

  /// One triangle of the matrices, zeros elsewhere.
  func triangle(upper: Bool, strict: Bool = false) -> NDArray {
    upper ? triu(self, offset: strict ? 1 : 0) : tril(self, offset: strict ? -1 : 0)
  }

  /// The sum over the matrices in the last two axes.
  var summedOverMatrices: NDArray { summed(over: [rank - 2, rank - 1]) }

  /// The identity matrix that a matrix of this array can be multiplied by, from the right.
  var identityOfColumns: NDArray { NDArray.identity(shape[rank - 1], dtype: dtype) }
}

/// Cholesky factors: `l lᴴ = x`, or `uᴴ u = x`, of Hermitian matrices.
///
/// Only one triangle is read; the derivative is that among Hermitian matrices.
struct Cholesky: MatrixPrimitive {
  let upper: Bool

  var factorization: Factorization {
    var call = Factorization(
      "cholesky", CV_CHOLESKY, ["potrf"], failure: "is not positive definite")
    call.upper = upper
    return call
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  // dl = l Φ(l⁻¹ dx l⁻ᴴ), where Φ takes the lower triangle and half the diagonal.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil] }
    let lower = upper ? y[0].adjoint : y[0]
    let solve = TriangularSolve(upper: false, unit: false)
    let half = NDArray(solve, lower, tangent.hermitianPart)
    let inner = NDArray(solve, lower, half.adjoint)
    let phi = tril(inner) - inner * (inner.identityOfColumns * 0.5)
    let product = matmul(lower, phi)
    return [upper ? product.adjoint : product]
  }
}

/// Solutions `x` of `a x = b`, where `a` is triangular; its other triangle is not read.
struct TriangularSolve: MatrixPrimitive {
  let upper: Bool
  let unit: Bool

  var factorization: Factorization {
    var call = Factorization(
      "solveTriangular", CV_TRIANGULAR_SOLVE, ["trsm"],
      failure: "is singular: a zero is on its diagonal")
    call.upper = upper
    call.unit = unit
    return call
  }

  func accepts(_ x: [NDArray]) -> Bool { x.areSystem }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[1].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let moved = tangents[0].map { -matmul($0.triangle(upper: upper, strict: unit), y[0]) }
    return [sumOfTangents(tangents[1], moved).map { NDArray(self, x[0], $0) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return [nil, nil] }
    let second = NDArray(
      TriangularSolve(upper: !upper, unit: unit), x[0].adjoint, cotangent)
    guard wanted[0] else { return [nil, second] }
    let first = -matmul(second, y[0].adjoint).triangle(upper: upper, strict: unit)
    return [first, second]
  }
}

/// Solutions `x` of `a x = b`.
struct Solve: MatrixPrimitive, Parameterless {
  var factorization: Factorization {
    Factorization("solve", CV_SOLVE, ["getrf", "trsm"], failure: "is singular")
  }

  func accepts(_ x: [NDArray]) -> Bool { x.areSystem }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[1].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let moved = tangents[0].map { -matmul($0, y[0]) }
    return [sumOfTangents(tangents[1], moved).map { NDArray(self, x[0], $0) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return [nil, nil] }
    let second = NDArray(self, x[0].adjoint, cotangent)
    return [wanted[0] ? -matmul(second, y[0].adjoint) : nil, second]
  }
}

/// Inverses of matrices.
struct Inverse: MatrixPrimitive, Parameterless {
  var factorization: Factorization {
    Factorization("inverse", CV_INVERSE, ["getrf", "getri"], failure: "is singular")
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[0].map { -matmul(matmul(y[0], $0), y[0]) }]
  }
}

/// Determinants of matrices.
struct Determinant: MatrixPrimitive, Parameterless {
  var factorization: Factorization { Factorization("determinant", CV_DETERMINANT, ["getrf"]) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(Array(x[0].shape.dropLast(2)), x[0].dtype)]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    if isSmall(x[0]) { return Differentiate.jvp({ [polynomial($0[0])] }, x, tangents).tangents }
    return [tangents[0].map { y[0] * traceOfSolution(x[0], $0) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    if isSmall(x[0]) { return Differentiate.vjp({ [polynomial($0[0])] }, x).pullback(cotangents) }
    return vjpByTransposingJVP(x, cotangents, y, wanted: wanted)
  }

  private func isSmall(_ x: NDArray) -> Bool { x.shape[x.rank - 1] <= 3 }

  /// The determinant of matrices up to 3 × 3, whose derivatives hold where it is 0, to every order.
  private func polynomial(_ x: NDArray) -> NDArray {
    let lead = Array(x.shape.dropLast(2))
    func element(_ row: Int, _ column: Int) -> NDArray {
      x.sliced(axis: lead.count, from: row, count: 1)
        .sliced(axis: lead.count + 1, from: column, count: 1).reshaped(lead)
    }
    func minor(_ first: Int, _ second: Int) -> NDArray {
      element(1, first) * element(2, second) - element(1, second) * element(2, first)
    }
    switch x.shape[x.rank - 1] {
    case 1: return element(0, 0)
    case 2: return element(0, 0) * element(1, 1) - element(0, 1) * element(1, 0)
    default:
      let last = element(0, 2) * minor(0, 1)
      return element(0, 0) * minor(1, 2) - element(0, 1) * minor(0, 2) + last
    }
  }
}

/// The sign of determinants, or phase of complex ones, and the logarithm of their absolute value.
struct SignAndLogDeterminant: MatrixPrimitive, Parameterless {
  var factorization: Factorization { Factorization("slogdet", CV_SIGN_AND_LOG, ["getrf"]) }
  var resultCount: Int { 2 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = Array(x[0].shape.dropLast(2))
    return [ArrayType(shape, x[0].dtype), ArrayType(shape, x[0].dtype.real)]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil, nil] }
    let trace = traceOfSolution(x[0], tangent)
    guard trace.dtype.isComplex else { return [nil, trace] }
    return [y[0] * complex(trace.imaginary.zerosLike(), trace.imaginary), trace.real]
  }
}

/// The trace of `x⁻¹ t`: the derivative of the logarithm of the determinant.
private func traceOfSolution(_ x: NDArray, _ tangent: NDArray) -> NDArray {
  (NDArray(Inverse(), x).matrixTransposed * tangent).summedOverMatrices
}

// MARK: - Checks

/// The dtypes LAPACK computes in.
package let lapackDTypes: Set<DType> = [.float32, .float64, .complex64, .complex128]

/// A matrix or a stack of them, of a dtype that can be factorised.
func requireMatrices(
  _ x: NDArray, _ operation: String, square: Bool = false
) throws(ArrayError) -> NDArray {
  guard lapackDTypes.contains(x.dtype) else {
    throw ArrayError(
      operation,
      "not defined for \(x.dtype); float32, float64, complex64 or complex128 is needed")
  }
  guard x.rank >= 2 else {
    throw ArrayError(
      operation, "shape \(x.shape) is no matrix; at least two axes are needed")
  }
  if square, x.shape[x.rank - 1] != x.shape[x.rank - 2] {
    throw ArrayError(
      operation, "matrices of shape \(x.shape) are not square; the last two sizes must be equal")
  }
  return x.strong
}

/// The operands of a system of equations in one dtype and with the same leading axes.
///
/// A right side with a single axis is one vector for all matrices.
private func system(
  _ a: NDArray, _ b: NDArray, _ operation: String, _ solver: some Primitive
) throws(ArrayError) -> NDArray {
  let (left, right) = promotedPair(a, b)
  let x = try requireMatrices(left, operation, square: true)
  guard right.rank >= 1 else {
    throw ArrayError(operation, "the right side is a scalar; at least one axis is needed")
  }
  let isVector = right.rank == 1
  let y = isVector ? right.strong.reshaped([right.count, 1]) : right.strong
  let size = x.shape[x.rank - 1]
  guard y.shape[y.rank - 2] == size,
    let lead = broadcastShape(Array(x.shape.dropLast(2)), Array(y.shape.dropLast(2)))
  else {
    throw ArrayError(
      operation,
      "a right side of shape \(b.shape) does not fit matrices of shape \(a.shape); it must have "
        + (isVector ? "" : "second to last ") + "\(size) rows, and leading sizes that broadcast")
  }
  let solution = NDArray(
    solver, x.broadcast(to: lead + x.shape.suffix(2)), y.broadcast(to: lead + y.shape.suffix(2)))
  return isVector ? solution.reshaped(lead + [size]) : solution
}

// MARK: - Public functions

/// Returns the Cholesky factors of Hermitian positive definite matrices.
///
/// The lower factor `l` has `l lᴴ = x`, the upper one `u` has `uᴴ u = x`. Only that triangle of `x`
/// is read; the derivative is that among Hermitian matrices. A matrix that is not positive definite
/// is an error when the result is computed. Of `float32`, `float64` or complex dtypes.
/// - Parameters:
///   - x: Square matrices in the last two axes.
///   - upper: Whether the upper factor is wanted.
public func cholesky(_ x: NDArray, upper: Bool = false) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    NDArray(Cholesky(upper: upper), try requireMatrices(x, "cholesky", square: true))
  }
}

/// Returns the inverses of the matrices that have these Cholesky factors.
/// - Parameters:
///   - factor: What `cholesky` returns.
///   - upper: Whether the factors are upper ones.
public func choleskyInverse(_ factor: NDArray, upper: Bool = false) -> NDArray {
  NDArray.reporting(like: factor) { () throws(ArrayError) in
    let x = try requireMatrices(factor, "choleskyInverse", square: true)
    let inverse = triangularInverse(x, upper: upper)
    return upper ? matmul(inverse, inverse.adjoint) : matmul(inverse.adjoint, inverse)
  }
}

/// Returns the solutions `x` of `a x = b`.
///
/// A singular matrix is an error when the result is computed. Dtypes are promoted; `float32`,
/// `float64` or complex ones are needed.
/// - Parameters:
///   - a: Square matrices in the last two axes.
///   - b: Matrices whose columns are right sides, or a single vector; leading axes broadcast.
public func solve(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray.reporting(like: b) { () throws(ArrayError) in try system(a, b, "solve", Solve()) }
}

/// Returns the solutions `x` of `a x = b`, where `a` is triangular.
///
/// The other triangle is not read, nor is the diagonal where it is taken to be ones. A zero on the
/// diagonal is an error when the result is computed.
/// - Parameters:
///   - a: Square matrices in the last two axes.
///   - b: Matrices whose columns are right sides, or a single vector; leading axes broadcast.
///   - upper: Whether the upper triangle is used.
///   - unitDiagonal: Whether the diagonal is taken to be ones.
public func solveTriangular(
  _ a: NDArray, _ b: NDArray, upper: Bool = false, unitDiagonal: Bool = false
) -> NDArray {
  NDArray.reporting(like: b) { () throws(ArrayError) in
    try system(a, b, "solveTriangular", TriangularSolve(upper: upper, unit: unitDiagonal))
  }
}

/// Returns the inverses of matrices.
///
/// A singular matrix is an error when the result is computed; use `solve` where the inverse would
/// only be multiplied.
/// - Parameter x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func inverse(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    NDArray(Inverse(), try requireMatrices(x, "inverse", square: true))
  }
}

/// Returns the inverses of triangular matrices; the other triangle is not read.
public func triangularInverse(_ x: NDArray, upper: Bool = false) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "triangularInverse", square: true)
    let identity = x.identityOfColumns.broadcast(to: x.shape)
    return NDArray(TriangularSolve(upper: upper, unit: false), x, identity)
  }
}

/// Returns the determinants of matrices.
///
/// Up to 3 × 3 they are polynomials of the elements, with derivatives to all orders everywhere. The
/// derivative of larger ones needs the inverse: at a singular matrix it is an error when computed.
/// - Parameter x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func determinant(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "determinant", square: true)
    if x.shape[x.rank - 1] == 0 {
      return NDArray.ones(Array(x.shape.dropLast(2)), dtype: x.dtype)
    }
    return NDArray(Determinant(), x)
  }
}

/// Returns the sign of determinants and the logarithm of their absolute value.
///
/// The sign of a complex determinant is its phase, of absolute value 1. A singular matrix has sign
/// 0 and logarithm minus infinity; there the derivative is an error when computed.
/// - Parameter x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func slogdet(_ x: NDArray) -> (sign: NDArray, logAbsDet: NDArray) {
  let results = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "slogdet", square: true)
    let lead = Array(x.shape.dropLast(2))
    if x.shape[x.rank - 1] == 0 {
      return [NDArray.ones(lead, dtype: x.dtype), NDArray.zeros(lead, dtype: x.dtype.real)]
    }
    return NDArray.apply(SignAndLogDeterminant(), [x])
  }
  return (results[0], results[1])
}
