// Factorisations of matrices by LAPACK: LU, QR, singular values, eigenvalues. Leading axes are
// batches.
//
// Derivatives: M. Giles, "Collected matrix derivative results for forward and reverse mode
// algorithmic differentiation" (2008); M. Seeger et al., "Auto-differentiating linear algebra"
// (2017); for complex numbers C. Boeddeker et al., "On the computation of complex-valued gradients"
// (2017).

import CovectorKernels

/// Both triangular factors of matrices with rows reordered, in one matrix, and the order.
///
/// Row `i` of the product of the factors is row `order[i]` of the matrix.
struct LUFactors: MatrixPrimitive, Parameterless {
  var factorization: Factorization { Factorization("luFactor", CV_LU, ["getrf"]) }
  var resultCount: Int { 2 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [x[0].type, ArrayType(Array(x[0].shape.dropLast()), .int32)]
  }

  // With l and u filled up to square matrices: l⁻¹ dx u⁻¹ is the sum of a strictly lower matrix,
  // which is l⁻¹ dl, and an upper one, which is du u⁻¹.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil, nil] }
    let (rows, columns) = (x[0].shape[x[0].rank - 2], x[0].shape[x[0].rank - 1])
    let (lower, upper) = y[0].triangularFactors
    func filled(_ factor: NDArray, _ size: Int) -> NDArray {
      let (height, width) = (factor.shape[factor.rank - 2], factor.shape[factor.rank - 1])
      let none = [(before: Int, after: Int)](repeating: (0, 0), count: factor.rank - 2)
      let wide = factor.padded(none + [(0, size - height), (0, size - width)])
      let least = Swift.min(height, width)
      let rest = NDArray.arange(size) .>= least
      return wide + rest.asType(factor.dtype) * NDArray.identity(size, dtype: factor.dtype)
    }
    let (left, right) = (filled(lower, rows), filled(upper, columns))
    let moved = tangent.takingRows(y[1])
    let half = NDArray(TriangularSolve(upper: false, unit: true), left, moved)
    let inner = NDArray(
      TriangularSolve(upper: false, unit: false), right.matrixTransposed, half.matrixTransposed
    ).matrixTransposed
    return [matmul(left, tril(inner, offset: -1)) + matmul(triu(inner), right), nil]
  }
}

extension NDArray {
  /// The rows of matrices in another order, which has one number less axes.
  fileprivate func takingRows(_ order: NDArray) -> NDArray {
    takeAlongAxis(order.reshaped(order.shape + [1]), axis: -2)
  }

  /// The unit lower and the upper factor that `LUFactors` keeps in one matrix.
  fileprivate var triangularFactors: (lower: NDArray, upper: NDArray) {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let least = Swift.min(rows, columns)
    let left = sliced(axis: rank - 1, from: 0, count: least)
    let top = sliced(axis: rank - 2, from: 0, count: least)
    return (tril(left, offset: -1) + NDArray.eye(rows, least, dtype: dtype), triu(top))
  }

  /// The elements on the diagonal of matrices, as real numbers.
  fileprivate var realDiagonal: NDArray { diagonal(axes: (-2, -1)).real }

  /// The array with one more axis of size 1 at the end.
  fileprivate var asColumn: NDArray { reshaped(shape + [1]) }

  /// The array with one more axis of size 1 before the last.
  fileprivate var asRow: NDArray { reshaped(shape.dropLast() + [1, shape[rank - 1]]) }

  /// 1 / (self[j] - self[i]) in row i and column j, and 0 on the diagonal.
  ///
  /// Infinite where two of the numbers are equal: what depends on it does not exist.
  fileprivate var reciprocalDifferences: NDArray {
    let identity = NDArray.identity(shape[rank - 1], dtype: dtype)
    return 1 / (asRow - asColumn + identity) - identity
  }
}

/// Matrices with orthonormal columns, and upper triangular ones, whose product is the input.
///
/// The input has no fewer rows than columns.
struct QRFactors: MatrixPrimitive, Parameterless {
  var factorization: Factorization { Factorization("qr", CV_QR, ["geqrf", "orgqr"]) }
  var resultCount: Int { 2 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = x[0].shape
    let square = shape.dropLast(2) + [shape[shape.count - 1], shape[shape.count - 1]]
    return [x[0].type, ArrayType(Array(square), x[0].dtype)]
  }

  // dq = q ω + (1 - q qᴴ) dx r⁻¹, where ω is skew with the lower triangle of qᴴ dx r⁻¹; the
  // diagonal of r stays real.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil, nil] }
    let solve = TriangularSolve(upper: false, unit: false)
    let moved = NDArray(solve, y[1].matrixTransposed, tangent.matrixTransposed).matrixTransposed
    let inner = matmul(y[0].adjoint, moved)
    let lower = tril(inner, offset: -1)
    var skew = lower - lower.adjoint
    if inner.dtype.isComplex {
      let imaginary = complex(inner.imaginary.zerosLike(), inner.imaginary)
      skew = skew + inner.identityOfColumns * imaginary
    }
    return [matmul(y[0], skew - inner) + moved, matmul(inner - skew, y[1])]
  }
}

/// Singular values in falling order, alone or between the left and the right singular vectors.
struct SingularValues: MatrixPrimitive {
  let vectors: Factorization.Vectors

  var factorization: Factorization {
    var call = Factorization("svd", CV_SVD, ["gesdd"], failure: "did not converge")
    call.vectors = vectors
    return call
  }

  var resultCount: Int { vectors == .none ? 1 : 3 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let shape = x[0].shape
    let lead = Array(shape.dropLast(2))
    let (rows, columns) = (shape[lead.count], shape[lead.count + 1])
    let least = Swift.min(rows, columns)
    let values = ArrayType(lead + [least], x[0].dtype.real)
    if vectors == .none { return [values] }
    let isFull = vectors == .full
    return [
      ArrayType(lead + [rows, isFull ? rows : least], x[0].dtype), values,
      ArrayType(lead + [isFull ? columns : least, columns], x[0].dtype),
    ]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return y.map { _ in nil } }
    if vectors == .none {
      let factors = NDArray.apply(SingularValues(vectors: .reduced), x)
      let moved = matmul(tangent, factors[2].adjoint)
      return [(factors[0].conjugated * moved).real.summed(over: [moved.rank - 2])]
    }
    let least = y[1].shape[y[1].rank - 1]
    let left = y[0].sliced(axis: y[0].rank - 1, from: 0, count: least)
    let right = y[2].sliced(axis: y[2].rank - 2, from: 0, count: least).adjoint
    let (dValues, dLeft, dRight) = reducedTangents(tangent, left, y[1], right)
    guard vectors == .full else { return [dLeft, dValues, dRight.adjoint] }
    return [
      completed(y[0], left, dLeft), dValues,
      completed(y[2].adjoint, right, dRight).adjoint,
    ]
  }

  private func reducedTangents(
    _ tangent: NDArray, _ left: NDArray, _ values: NDArray, _ right: NDArray
  ) -> (NDArray, NDArray, NDArray) {
    let onRight = matmul(tangent, right)
    let inner = matmul(left.adjoint, onRight)
    let (row, column) = (values.asRow, values.asColumn)
    // 1 / (s[j]² - s[i]²), as a product that does not cancel.
    let identity = NDArray.identity(values.shape[values.rank - 1], dtype: values.dtype)
    let squares = 1 / ((row - column) * (row + column) + identity) - identity
    let forLeft = inner * row
    let forRight = column * inner
    var dLeft = matmul(left, squares * (forLeft + forLeft.adjoint))
    var dRight = matmul(right, squares * (forRight + forRight.adjoint))
    if inner.dtype.isComplex {
      // The phases of a pair of vectors move together; half the difference goes to the left ones.
      let phases = (inner - inner.adjoint) * 0.5 * identity / row
      dLeft = dLeft + matmul(left, phases)
    }
    if left.shape[left.rank - 2] > left.shape[left.rank - 1] {
      dLeft = dLeft + (onRight - matmul(left, inner)) / row
    }
    if right.shape[right.rank - 2] > right.shape[right.rank - 1] {
      let onLeft = matmul(tangent.adjoint, left)
      dRight = dRight + (onLeft - matmul(right, inner.adjoint)) / row
    }
    return (inner.realDiagonal, dLeft, dRight)
  }

  /// The tangent of a unitary matrix whose first columns have one: the others turn as they must,
  /// and not among themselves.
  private func completed(_ whole: NDArray, _ part: NDArray, _ tangent: NDArray) -> NDArray {
    let least = part.shape[part.rank - 1]
    let size = whole.shape[whole.rank - 1]
    if size == least { return tangent }
    let rest = whole.sliced(axis: whole.rank - 1, from: least, count: size - least)
    let turned = -matmul(part, matmul(tangent.adjoint, rest))
    return concatenated([tangent, turned], axis: -1)
  }
}

/// Eigenvalues of Hermitian matrices in rising order, alone or with eigenvectors in columns.
///
/// Only one triangle is read; the derivative is that among Hermitian matrices.
struct HermitianEigen: MatrixPrimitive {
  let upper: Bool
  let wantsVectors: Bool

  var factorization: Factorization {
    var call = Factorization("eigh", CV_EIGH, ["syevd"], failure: "did not converge")
    call.upper = upper
    call.vectors = wantsVectors ? .reduced : .none
    return call
  }

  var resultCount: Int { wantsVectors ? 2 : 1 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let values = ArrayType(Array(x[0].shape.dropLast()), x[0].dtype.real)
    return wantsVectors ? [values, x[0].type] : [values]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0]?.hermitianPart else { return y.map { _ in nil } }
    guard wantsVectors else {
      let vectors = NDArray.apply(HermitianEigen(upper: upper, wantsVectors: true), x)[1]
      let moved = matmul(tangent, vectors)
      return [(vectors.conjugated * moved).real.summed(over: [moved.rank - 2])]
    }
    let inner = matmul(y[1].adjoint, matmul(tangent, y[1]))
    return [inner.realDiagonal, matmul(y[1], y[0].reciprocalDifferences * inner)]
  }
}

/// Eigenvalues of square matrices, alone or with eigenvectors in columns; complex ones always.
///
/// Each vector has length 1, and a real number where its absolute value is largest.
struct Eigen: MatrixPrimitive {
  let wantsVectors: Bool

  var factorization: Factorization {
    var call = Factorization("eig", CV_EIG, ["geev"], failure: "did not converge")
    call.vectors = wantsVectors ? .reduced : .none
    return call
  }

  var resultCount: Int { wantsVectors ? 2 : 1 }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].isSquareMatrix }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let dtype = x[0].dtype.complex
    let values = ArrayType(Array(x[0].shape.dropLast()), dtype)
    return wantsVectors ? [values, ArrayType(x[0].shape, dtype)] : [values]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let given = tangents[0] else { return y.map { _ in nil } }
    let tangent = given.asType(y[0].dtype)
    let vectors = wantsVectors ? y[1] : NDArray.apply(Eigen(wantsVectors: true), x)[1]
    let inner = NDArray(Solve(), vectors, matmul(tangent, vectors))
    let dValues = inner.diagonal(axes: (-2, -1))
    guard wantsVectors else { return [dValues] }
    let free = matmul(vectors, y[0].reciprocalDifferences * inner)
    // Of each tangent, what would change a vector's length, or the phase of its largest element,
    // goes.
    let last = [vectors.rank - 2]
    let length = (vectors.conjugated * free).real.summed(over: last).asRow
    let places = abs(vectors).argMax(axis: -2, keepDims: true)
    let phase =
      free.takeAlongAxis(places, axis: -2).imaginary
      / vectors.takeAlongAxis(places, axis: -2).real
    let turn = complex(length, phase)
    return [dValues, free - vectors * turn]
  }
}

// MARK: - Public functions

/// Returns the triangular factors of matrices, and the permutation that goes before them.
///
/// `matmul(permutation, matmul(lower, upper))` is `x`; `lower` has ones on its diagonal. Matrices
/// need not be square; derivatives need that the first `min(rows, columns)` rows and columns,
/// reordered, are not singular.
/// - Parameter x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func lu(_ x: NDArray) -> (permutation: NDArray, lower: NDArray, upper: NDArray) {
  let results = NDArray.reportingAll(count: 3, like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "lu")
    let (factors, order) = luFactor(x)
    let (lower, upper) = factors.triangularFactors
    let places = NDArray.arange(x.shape[x.rank - 2]).reshaped([x.shape[x.rank - 2], 1])
    let permutation = (places .== order.asRow).asType(x.dtype)
    return [permutation, lower, upper]
  }
  return (results[0], results[1], results[2])
}

/// Returns both triangular factors of matrices in one matrix, and the order of the rows.
///
/// Row `i` of the product of the factors is row `order[i]` of the matrix. The ones on the diagonal
/// of the lower factor are left out.
/// - Parameter x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
/// - Returns: The factors, and the order as `int32` numbers of shape `[…, rows]`.
public func luFactor(_ x: NDArray) -> (factors: NDArray, order: NDArray) {
  let results = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    NDArray.apply(LUFactors(), [try requireMatrices(x, "luFactor")])
  }
  return (results[0], results[1])
}

/// Returns matrices `q` with orthonormal columns and upper triangular matrices `r`, with `q r = x`.
///
/// With `k = min(rows, columns)`, `q` is `rows × k` and `r` is `k × columns`. Derivatives need `k`
/// independent columns in front.
/// - Parameter x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func qr(_ x: NDArray) -> (q: NDArray, r: NDArray) {
  let results = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "qr")
    let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    if rows >= columns { return NDArray.apply(QRFactors(), [x]) }
    let square = x.sliced(axis: x.rank - 1, from: 0, count: rows)
    let rest = x.sliced(axis: x.rank - 1, from: rows, count: columns - rows)
    let factors = NDArray.apply(QRFactors(), [square])
    let more = matmul(factors[0].adjoint, rest)
    return [factors[0], concatenated([factors[1], more], axis: -1)]
  }
  return (results[0], results[1])
}

/// Returns the singular value decomposition: `u` times the diagonal matrix of `s` times `vh` is
/// `x`.
///
/// Singular values come in falling order. Vectors are determined up to a sign, or phase, each;
/// their derivative is infinite or NaN where singular values are equal. The vectors beyond
/// `min(rows, columns)` of the full form are any that complete the others.
/// - Parameters:
///   - x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
///   - fullMatrices: Whether `u` and `vh` are square; otherwise they have `min(rows, columns)`
///     columns and rows.
public func svd(
  _ x: NDArray, fullMatrices: Bool = false
) -> (u: NDArray, s: NDArray, vh: NDArray) {
  let results = NDArray.reportingAll(count: 3, like: x) { () throws(ArrayError) in
    let matrices = try requireMatrices(x, "svd")
    if fullMatrices, x.shape.suffix(2).contains(0) {
      throw ArrayError("svd", "matrices of shape \(x.shape) are empty and have no full form")
    }
    return NDArray.apply(SingularValues(vectors: fullMatrices ? .full : .reduced), [matrices])
  }
  return (results[0], results[1], results[2])
}

/// Returns the singular values of matrices in falling order.
/// - Parameter x: Matrices in the last two axes, of `float32`, `float64` or complex dtypes.
public func svdvals(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    NDArray(SingularValues(vectors: .none), try requireMatrices(x, "svdvals"))
  }
}

/// Returns the eigenvalues of Hermitian matrices in rising order, and orthonormal eigenvectors.
///
/// Only one triangle is read; the derivative is that among Hermitian matrices. Vectors are
/// determined up to a sign, or phase, each; their derivative is infinite or NaN where eigenvalues
/// are equal.
/// - Parameters:
///   - x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
///   - upper: Whether the upper triangle is read.
/// - Returns: The values, and the vectors as the columns of matrices.
public func eigh(_ x: NDArray, upper: Bool = false) -> (values: NDArray, vectors: NDArray) {
  let results = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "eigh", square: true)
    return NDArray.apply(HermitianEigen(upper: upper, wantsVectors: true), [x])
  }
  return (results[0], results[1])
}

/// Returns the eigenvalues of Hermitian matrices in rising order; see `eigh`.
public func eigvalsh(_ x: NDArray, upper: Bool = false) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = try requireMatrices(x, "eigvalsh", square: true)
    return NDArray(HermitianEigen(upper: upper, wantsVectors: false), x)
  }
}

/// Returns the eigenvalues of square matrices, in no order, and eigenvectors.
///
/// Each vector has length 1, and a real number where its absolute value is largest. The derivative
/// needs independent eigenvectors; that of the vectors is infinite or NaN where eigenvalues are
/// equal.
/// - Parameter x: Square matrices in the last two axes, of `float32`, `float64` or complex dtypes.
/// - Returns: The values, and the vectors as the columns of matrices, both complex.
public func eig(_ x: NDArray) -> (values: NDArray, vectors: NDArray) {
  let results = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    NDArray.apply(Eigen(wantsVectors: true), [try requireMatrices(x, "eig", square: true)])
  }
  return (results[0], results[1])
}

/// Returns the eigenvalues of square matrices, in no order; see `eig`.
public func eigvals(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    NDArray(Eigen(wantsVectors: false), try requireMatrices(x, "eigvals", square: true))
  }
}
