// Linear algebra: what the sweep's samples do not show, the errors, and the library it stands on.

import Testing

@testable import Covector

@Suite struct LinearAlgebraTests {
  private func matrix(_ elements: [Double], _ shape: Int...) -> NDArray {
    NDArray(elements, shape: shape)
  }

  /// A well conditioned matrix of any size.
  private func regular(_ size: Int, _ seed: Double = 1) -> NDArray {
    let count = NDArray.arange(size * size).asType(.float64).reshaped(to: size, size)
    return sin(count * count * 0.37 + seed) + NDArray.identity(size, dtype: .float64) * 3
  }

  private func distance(_ a: NDArray, _ b: NDArray) -> Double {
    abs(a - b).max().item(Double.self)
  }

  // MARK: The library

  @Test func libraryIsInstalled() {
    #expect(
      Lapack.installed != nil,
      "these tests need LAPACK; on Debian and Ubuntu: apt-get install liblapack3")
  }

  @Test func missingLibraryIsAnErrorThatNamesThePackage() {
    #expect(Lapack(libraries: ["libno-such-lapack.so.3"]) == nil)
    let error = Lapack.missing("cholesky")
    #expect(error.operation == "cholesky")
    #expect(error.message.hasPrefix("LAPACK is needed, but none of "))
    #expect(
      error.message.hasSuffix("apt-get install liblapack3 (or libopenblas0, which is faster)"))
  }

  // MARK: Reconstruction at sizes beyond the samples

  @Test(arguments: [1, 2, 7, 40, 130])
  func factorsMultiplyToTheMatrix(_ size: Int) {
    let x = regular(size)
    let allowed = 1e-11 * Double(size)
    let positive = matmul(x, x.matrixTransposed)
    let lower = cholesky(positive)
    #expect(distance(matmul(lower, lower.matrixTransposed), positive) < allowed)
    let (permutation, l, u) = lu(x)
    #expect(distance(matmul(permutation, matmul(l, u)), x) < allowed)
    let (q, r) = qr(x)
    #expect(distance(matmul(q, r), x) < allowed)
    let (left, values, right) = svd(x)
    #expect(distance(matmul(left * values, right), x) < allowed)
    let (eigenvalues, vectors) = eigh(positive)
    #expect(distance(matmul(vectors * eigenvalues, vectors.matrixTransposed), positive) < allowed)
    let (roots, directions) = eig(x)
    #expect(distance(matmul(x.asType(.complex128), directions), directions * roots) < allowed)
    #expect(distance(matmul(inverse(x), x), NDArray.identity(size, dtype: .float64)) < allowed)
    #expect(distance(matmul(x, solve(x, positive)), positive) < allowed)
  }

  @Test func stridedMatricesAreReadWhereTheyLie() {
    let x = regular(6)
    let wide = x[0..., .stride(by: -1)].matrixTransposed
    let copy = matrix(wide.array(of: Double.self), 6, 6)
    #expect(inverse(wide).array(of: Double.self) == inverse(copy).array(of: Double.self))
    let part = x[1..<4, 2..<5]
    let dense = matrix(part.array(of: Double.self), 3, 3)
    #expect(svdvals(part).array(of: Double.self) == svdvals(dense).array(of: Double.self))
    let right = NDArray.ones([3, 1], dtype: .float64)
    for triangle in [part, part.matrixTransposed] {
      let same = matrix(triangle.array(of: Double.self), 3, 3)
      #expect(
        distance(solveTriangular(triangle, right), solveTriangular(same, right)) < 1e-14)
    }
  }

  @Test func onlyOneTriangleIsRead() {
    let x = matmul(regular(4), regular(4).matrixTransposed)
    let spoiled = x + triu(NDArray.full([4, 4], Double.nan.weakArray, dtype: .float64), offset: 1)
    #expect(cholesky(spoiled).array(of: Double.self) == cholesky(x).array(of: Double.self))
    #expect(eigvalsh(spoiled).array(of: Double.self) == eigvalsh(x).array(of: Double.self))
    let right = NDArray.ones([4], dtype: .float64)
    #expect(
      solveTriangular(spoiled, right).array(of: Double.self)
        == solveTriangular(x, right).array(of: Double.self))
  }

  @Test func matrixThatIsNotMappedIsSharedByAllExamples() {
    let a = regular(5)
    let b = NDArray.arange(15).asType(.float64).reshaped(to: 3, 5)
    let mapped: NDArray = vmap(in: [nil, 0]) { (a: NDArray, b: NDArray) in solve(a, b) }(a, b)
    for example in 0..<3 {
      #expect(
        mapped[example].array(of: Double.self) == solve(a, b[example]).array(of: Double.self))
    }
  }

  // MARK: Derivatives

  @Test func determinantOfSingularMatrixHasDerivatives() {
    let x = matrix([1, 2, 3, 2, 4, 6, 1, 0, 1], 3, 3)
    #expect(determinant(x).item(Double.self) == 0)
    // The matrix of cofactors.
    let gradient = grad { (x: NDArray) in determinant(x) }(x)
    #expect(gradient.array(of: Double.self) == [4, 4, -4, -2, -2, 2, 0, 0, 0])
  }

  @Test func eigenvaluesThatAreEqualHaveDerivatives() {
    let identity = NDArray.identity(3, dtype: .float64)
    let gradient = grad { (x: NDArray) in eigvalsh(x).sum() }(identity)
    #expect(distance(gradient, identity) < 1e-14)
    let sum = grad { (x: NDArray) in eigh(x).values.sum() }(identity)
    #expect(distance(sum, identity) < 1e-14)
  }

  @Test func pseudoInverseOfRankOneHasItsDerivative() {
    // Along x itself, p(t x) = p(x) / t.
    let x = matmul(matrix([1, 2, 3], 3, 1), matrix([1, -1], 1, 2))
    let (value, tangent) = jvp({ (x: NDArray) in pinv(x) }, x, x)
    #expect(distance(tangent, -value) < 1e-13)
  }

  // MARK: Batches without a loop

  @Test func thousandSmallMatrices() {
    let x = sin(NDArray.arange(9000).asType(.float64)).reshaped(to: 1000, 3, 3)
    let positive = matmul(x, x.matrixTransposed) + NDArray.identity(3, dtype: .float64)
    let inverses = vmap { (x: NDArray) in inverse(x) }(positive)
    let identity = NDArray.identity(3, dtype: .float64).broadcast(to: [1000, 3, 3])
    #expect(distance(matmul(positive, inverses), identity) < 1e-12)
    let alone = inverse(positive[617])
    #expect(inverses[617].array(of: Double.self) == alone.array(of: Double.self))
  }

  // MARK: Mistakes

  @Test func singularMatrices() {
    let x = matrix([1, 2, 2, 4], 2, 2)
    #expect(mistake { eval(inverse(x)) } == "[inverse] the matrix is singular")
    let good = NDArray.identity(2, dtype: .float64)
    let stack = stacked([stacked([good, good, good]), stacked([good, x, x])])
    #expect(
      mistake { eval(solve(stack, NDArray.ones([2], dtype: .float64))) }
        == "[solve] matrix [1, 1] of shape [2, 3, 2, 2] is singular")
    #expect(
      mistake { eval(solveTriangular(matrix([1, 0, 1, 0], 2, 2), NDArray.ones([2]))) }
        == "[solveTriangular] the matrix is singular: a zero is on its diagonal")
    #expect(
      mistake { eval(cholesky(matrix([1, 2, 2, 1], 2, 2))) }
        == "[cholesky] the matrix is not positive definite")
    #expect(slogdet(x).sign.item(Double.self) == 0)
    #expect(slogdet(x).logAbsDet.item(Double.self) == -.infinity)
    // The library is as good as new afterwards.
    #expect(inverse(good).array(of: Double.self) == [1, 0, 0, 1])
  }

  @Test func notANumberIsNeverAHang() {
    let x = matrix([1, .nan, .nan, 1], 2, 2)
    let text = " the matrix holds NaN or infinite elements"
    #expect(mistake { eval(svdvals(x)) } == "[svd]" + text)
    #expect(mistake { eval(eigvalsh(x)) } == "[eigh]" + text)
    #expect(mistake { eval(eigvals(x)) } == "[eig]" + text)
    #expect(mistake { eval(pinv(x)) } == "[pinv]" + text)
    #expect(mistake { eval(cholesky(x)) } == "[cholesky] the matrix is not positive definite")
    for result in [inverse(x), solve(x, x), qr(x).r, expm(x)] {
      #expect(isNaN(result).any().item(Bool.self))
    }
  }

  @Test func shapesAndDTypes() {
    let x = NDArray.zeros([2, 3])
    #expect(
      mistake { _ = inverse(x) }
        == "[inverse] matrices of shape [2, 3] are not square; the last two sizes must be equal")
    #expect(
      mistake { _ = svdvals(NDArray.zeros([3])) }
        == "[svdvals] shape [3] is no matrix; at least two axes are needed")
    #expect(
      mistake { _ = qr(NDArray.zeros([2, 2], dtype: .float16)) }
        == "[qr] not defined for float16; float32, float64, complex64 or complex128 is needed")
    #expect(
      mistake { _ = solve(NDArray.zeros([3, 3]), x) }
        == "[solve] a right side of shape [2, 3] does not fit matrices of shape [3, 3]; it must "
        + "have second to last 3 rows, and leading sizes that broadcast")
    #expect(
      mistake { _ = norm(NDArray.zeros([2, 2, 2]), 1) }
        == "[norm] order 1 is not defined over 3 axes; vectors have one axis and numbers as "
        + "orders, matrices have two")
  }

  @Test func largeExponentialsAreNotGuessed() {
    // Each squaring may double the error.
    let spin = expm(matrix([0, 1e6, -1e6, 0], 2, 2))
    #expect(Swift.abs(spin[0, 0].item(Double.self) - 0.9367521275331447) < 1e-9)
    #expect(isNaN(expm(matrix([0, 1e20, -1e20, 0], 2, 2))).all().item(Bool.self))
    #expect(numbers(expm(matrix([-1e9, 0, 0, -1e12], 2, 2))) == [0, 0, 0, 0])
    let turn = expm(matrix([0, 100, -100, 0], 2, 2))
    #expect(Swift.abs(turn[0, 0].item(Double.self) - 0.8623188722876839) < 1e-11)
  }
}
