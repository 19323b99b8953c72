// vmap and Jacobians in chunks: the same bits, in less memory.

import Testing

@testable import Covector

@Suite struct ChunkTests {
  @Test(arguments: [1, 2, 3, 5, 7, 10])
  func chunksHaveTheBitsOfTheWhole(chunk: Int) {
    let x = sin(counting(7, 5))
    let w = cos(counting(5, 5))
    let f = { (x: NDArray, w: NDArray) in (tanh(matmul(w, x)), softmax(x)) }
    let whole = vmap(in: [0, nil], f)(x, w)
    let parts = vmap(in: [0, nil], chunk: chunk, f)(x, w)
    #expect(numbers(whole.0) == numbers(parts.0))
    #expect(numbers(whole.1) == numbers(parts.1))
    let columns = vmap(in: [1, nil], out: [1, -1], chunk: chunk, f)(x.transposed(), w)
    #expect(columns.0.shape == [5, 7])
    #expect(numbers(columns.0.transposed()) == numbers(whole.0))
    #expect(numbers(columns.1.transposed()) == numbers(whole.1))
  }

  @Test func chunksUnderOtherTransforms() {
    let x = counting(5, from: 1)
    let f = { (x: NDArray) in x * x * x }
    #expect(numbers(grad { (x: NDArray) in vmap(chunk: 2, f)(x).sum() }(x)) == numbers(3 * x * x))
    #expect(numbers(vmap(chunk: 2, grad(f))(x)) == numbers(3 * x * x))
    #expect(numbers(jvp(vmap(chunk: 3, f), x, x).tangents) == numbers(3 * x * x * x))
    let rows = stacked([x, 2 * x])
    #expect(numbers(vmap(vmap(chunk: 2, f))(rows)) == numbers(vmap(vmap(f))(rows)))
  }

  @Test func whatDoesNotDependOnTheBatchIsNotRepeated() {
    let (a, b) = vmap(out: [0, nil], chunk: 2) { (x: NDArray) in (x, NDArray(4.0) * 2) }(
      counting(5))
    #expect(a.shape == [5])
    #expect(b.item(Double.self) == 8)
  }

  @Test(arguments: [JacobianMode.forward, .reverse], [1, 2, 4, 9])
  func chunkedJacobians(mode: JacobianMode, chunk: Int) {
    let x = sin(counting(6))
    let f = { (x: NDArray) in (x * x).cumulativeSum(axis: 0).reshaped([2, 3]) * x.sum() }
    #expect(
      numbers(jacobian(mode: mode, chunk: chunk, f)(x)) == numbers(jacobian(mode: mode, f)(x)))
    let g = { (x: NDArray) in ((x * x).cumulativeSum(axis: 0) * x).sum() }
    #expect(numbers(hessian(chunk: chunk, g)(x)) == numbers(hessian(g)(x)))
  }

  @Test func chunkOfNothing() {
    let expected = "the chunk is 0; at least 1 is needed"
    #expect(mistake { _ = vmap(chunk: 0) { x in x }(counting(3)) } == "[vmap] \(expected)")
    #expect(
      mistake { _ = jacobian(chunk: 0) { x in x * x }(counting(3)) } == "[jacobian] \(expected)")
  }

  /// The most bytes in use while the arrays are computed.
  private func peak(_ make: () -> NDArray) -> Int {
    let device = Device(threads: 1, cacheLimit: 0)
    return Device.$current.withValue(device) {
      eval(make())
      return device.peakMemory
    }
  }

  @Test func memoryOfAChunk() {
    // Each example makes matrices of 128 × 128 and keeps a number.
    let f = { (x: NDArray) -> NDArray in
      let outer = x.expandingAxes(1) * x.expandingAxes(0)
      return matmul(tanh(outer), sin(outer)).sum()
    }
    let x = sin(counting(64, 128))
    eval(x)
    let whole = peak { vmap(f)(x) }
    let parts = peak { vmap(chunk: 8, f)(x) }
    #expect(Double(parts) <= 1.2 * Double(whole) / 8, "\(parts) of \(whole)")
  }

  @Test func memoryOfAChunkedJacobian() {
    // Many steps between few arguments and a result.
    let f = { (x: NDArray) -> NDArray in
      var y = x
      for _ in 0..<4 {
        y = sin(matmul(y.expandingAxes(1), y.expandingAxes(0))).cumulativeSum(axis: 0).sum(axis: 0)
      }
      return y
    }
    let x = sin(counting(64))
    eval(x)
    let whole = peak { jacobian(mode: .forward, f)(x) }
    let parts = peak { jacobian(mode: .forward, chunk: 16, f)(x) }
    #expect(Double(parts) <= 1.2 * Double(whole) / 4, "\(parts) of \(whole)")
  }
}
