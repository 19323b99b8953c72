// Products that are run some rows at a time, next to what uses them: the same bits as one after the other.

import Testing

@testable import Covector

@Suite struct ProductRowsTests {
  private func array(_ shape: [Int], _ dtype: DType, _ seed: Double) -> NDArray {
    let count = NDArray.arange(shape.elementCount).asType(.float64)
    return sin(count * 1.7 + seed).reshaped(to: shape).asType(dtype)
  }

  /// Evaluates an array before it is used further, so that nothing is joined with what follows.
  private func apart(_ array: NDArray) -> NDArray {
    eval(array)
    return array
  }

  private func steps(_ results: [NDArray]) throws -> [Plan.Step] {
    var claim = PendingGraph()
    _ = try claim.claim(results)
    defer { claim.release() }
    return try Plan(claim.graph).steps
  }

  private func products(_ steps: [Plan.Step]) -> (joined: Int, apart: Int) {
    steps.reduce(into: (0, 0)) { counts, step in
      switch step {
      case .contraction: counts.1 += 1
      case .rows(let rows):
        counts.0 += rows.parts.filter { if case .product = $0.work { true } else { false } }.count
      default: break
      }
    }
  }

  private func expectSame(_ results: [NDArray], _ expected: [NDArray]) {
    for (result, expected) in zip(results, expected) {
      #expect((result .!= expected).any().item(Bool.self) == false)
    }
  }

  // Sizes that rows at a time do not divide, products that threads share, batches over two axes.
  @Test(arguments: [DType.float32, .float64, .bfloat16, .float16], [[3], [2, 3], [7, 1]])
  func attention(_ dtype: DType, _ batch: [Int]) throws {
    let q = array(batch + [301, 24], dtype, 0)
    let k = array(batch + [301, 24], dtype, 1)
    let v = array(batch + [301, 40], dtype, 2)
    eval(q, k, v)
    func scores() -> NDArray { matmul(q, k.swappingAxes(-1, -2)) }
    func joined() -> [NDArray] { [matmul(softmax(scores() * 0.2, axis: -1), v)] }
    #expect(products(try steps(joined())) == (2, 0))
    let expected = [matmul(apart(softmax(apart(scores()) * 0.2, axis: -1)), v)]
    eval(expected)
    for threads in [1, 2, 3, 8] {
      Device.$current.withValue(Device(threads: threads)) { expectSame(joined(), expected) }
    }
  }

  @Test func whatIsReadElsewhereIsStored() throws {
    let (q, k) = (array([2, 400, 16], .float32, 0), array([2, 400, 16], .float32, 1))
    let v = array([2, 400, 16], .float32, 2)
    eval(q, k, v)
    func joined() -> [NDArray] {
      let scores = matmul(q, k.swappingAxes(1, 2))
      let shares = softmax(scores, axis: -1)
      return [scores, shares, matmul(shares, v), matmul(shares.swappingAxes(1, 2), v)]
    }
    let scores = apart(matmul(q, k.swappingAxes(1, 2)))
    let shares = apart(softmax(scores, axis: -1))
    expectSame(
      joined(),
      [scores, shares, matmul(shares, v), matmul(shares.swappingAxes(1, 2), v)])
  }

  @Test func activationsAndGradients() throws {
    let (x, w, b) = (
      array([5003, 60], .float32, 0), array([60, 70], .float32, 1), array([70], .float32, 2)
    )
    eval(x, w, b)
    func joined() -> [NDArray] { [tanh(matmul(x, w) + b)] }
    #expect(products(try steps(joined())) == (1, 0))
    expectSame(joined(), [tanh(apart(matmul(x, w)) + b)])
    // A product whose factor is not the rows at hand is left alone.
    let (y, z) = (apart(matmul(x, w)), array([70, 5003], .float32, 3))
    func crossed() -> [NDArray] { [matmul(z, tanh(matmul(x, w)))] }
    expectSame(crossed(), [matmul(z, apart(tanh(y)))])
    let gradient = grad { (w: NDArray) in square(tanh(matmul(x, w) + b)).sum() }(w)
    let activation = apart(tanh(apart(matmul(x, w)) + b))
    let slope = apart(2 * activation * (1 - square(activation)))
    #expect(
      (abs(gradient - matmul(x.T, slope)).max() / abs(gradient).max()).item(Float.self) < 1e-6)
  }
}
