// Convolution: against its definition, the cases other libraries get wrong, and the errors.

import Testing

@testable import Covector

@Suite struct ConvolutionTests {
  private func array(_ shape: [Int], _ seed: Double = 0) -> NDArray {
    let count = NDArray.arange(shape.elementCount).asType(.float64)
    return sin(count * 1.7 + seed).reshaped(to: shape)
  }

  private func distance(_ a: NDArray, _ b: NDArray) -> Double {
    abs(a - b).max().item(Double.self)
  }

  /// The convolution over one axis by its definition.
  private func direct(
    _ x: [[Double]], _ w: [[[Double]]], stride: Int, padding: Int, dilation: Int, spread: Int
  ) -> [[Double]] {
    let reach = (w[0].count - 1) * dilation + 1
    let room = (x.count - 1) * spread + 1 + 2 * padding - reach
    return (0...(room / stride)).map { place in
      w.map { kernel in
        var sum = 0.0
        for (k, weights) in kernel.enumerated() {
          let at = place * stride + k * dilation - padding
          guard at >= 0, at % spread == 0, at / spread < x.count else { continue }
          for (channel, weight) in weights.enumerated() { sum += weight * x[at / spread][channel] }
        }
        return sum
      }
    }
  }

  @Test func definition() {
    for (stride, padding, dilation, spread) in [
      (1, 0, 1, 1), (2, 1, 2, 1), (3, 4, 1, 2), (1, 2, 3, 3),
    ] {
      let (x, w) = (array([1, 9, 2]), array([3, 3, 2], 5))
      let result = convGeneral(
        x, w, stride: [stride], padding: ([padding], [padding]), kernelDilation: [dilation],
        inputDilation: [spread])
      let numbers = x.array(of: Double.self)
      let weights = w.array(of: Double.self)
      let positions = (0..<9).map { (place: Int) -> [Double] in
        [numbers[2 * place], numbers[2 * place + 1]]
      }
      let kernels = (0..<3).map { (result: Int) -> [[Double]] in
        (0..<3).map { (place: Int) -> [Double] in
          let start = 6 * result + 2 * place
          return [weights[start], weights[start + 1]]
        }
      }
      let expected = direct(
        positions, kernels, stride: stride, padding: padding, dilation: dilation, spread: spread)
      let flat = expected.flatMap { $0 }
      #expect(result.shape == [1, expected.count, 3])
      let near = zip(result.array(of: Double.self), flat).allSatisfy {
        Swift.abs($0 - $1) < 1e-14
      }
      #expect(near)
    }
  }

  @Test func manyBlocksOfPositions() {
    // More positions than one block holds, on several threads, against the sum over kernel places.
    let (x, w) = (array([2, 40, 33, 8]), array([5, 3, 3, 8], 2))
    let result = conv2d(x, w, padding: [1])
    let padded = x.padded([(0, 0), (1, 1), (1, 1), (0, 0)])
    var expected = NDArray.zeros([2, 40, 33, 5], dtype: .float64)
    for i in 0..<3 {
      for j in 0..<3 {
        let window = padded[0..., i..<(i + 40), j..<(j + 33)]
        expected = expected + matmul(window, w[0..., i, j].matrixTransposed)
      }
    }
    #expect(distance(result, expected) < 1e-12)
  }

  // MARK: Cases the reference gets wrong

  @Test func mappedWeightsInGroups() {
    let x = array([1, 5, 4])
    let weights = array([3, 2, 2, 2], 1)
    let mapped: NDArray = vmap(in: [nil, 0]) { (x: NDArray, w: NDArray) in
      conv1d(x, w, groups: 2)
    }(x, weights)
    for example in 0..<3 {
      #expect(distance(mapped[example], conv1d(x, weights[example], groups: 2)) == 0)
    }
  }

  @Test func gradientWithDilatedInput() {
    let (x, w) = (array([1, 5, 6, 1]), array([1, 3, 3, 1], 3))
    let gradient = grad { (x: NDArray) in
      convGeneral(x, w, stride: [2], inputDilation: [2]).sum()
    }(x)
    #expect(gradient.shape == [1, 5, 6, 1])
  }

  @Test func transposeUndoesTheSizes() {
    let (x, w) = (array([2, 7, 6, 3]), array([4, 3, 2, 3], 1))
    let forward = conv2d(x, w, stride: [2], padding: [1])
    // The derivative by the input is the transposed convolution of the cotangent.
    let back = convTranspose2d(
      forward, w.swappingAxes(0, -1), stride: [2], padding: [1], outputPadding: [0, 1])
    let (_, pullback) = vjp({ (x: NDArray) in conv2d(x, w, stride: [2], padding: [1]) }, x)
    #expect(distance(back[0..., 0..<7, 0..<6], pullback(forward)) < 1e-13)
  }

  @Test func integersWrapAndHalvesAreSummedWide() {
    let x = NDArray([100, 100, 100] as [Int8])
    #expect(convolve(x, NDArray([1, 1] as [Int8])).array(of: Int8.self) == [100, -56, -56, 100])
    let ones = NDArray.ones([1, 4096, 1], dtype: .float16)
    let sum = conv1d(ones, ones)
    #expect(sum.dtype == .float16)
    #expect(sum.item(Float.self) == 4096)
  }

  @Test func nothingToConvolve() {
    #expect(conv1d(array([0, 5, 2]), array([3, 2, 2])).shape == [0, 4, 3])
    let none = conv1d(array([2, 5, 0]), array([3, 2, 0]))
    #expect(none.array(of: Double.self) == [Double](repeating: 0, count: 24))
    let gradient = grad { (w: NDArray) in conv1d(array([0, 5, 2]), w).sum() }(array([3, 2, 2]))
    #expect(gradient.array(of: Double.self) == [Double](repeating: 0, count: 12))
  }

  // MARK: Mistakes

  @Test func mistakes() {
    #expect(
      mistake { _ = conv1d(array([1, 5, 3]), array([2, 2, 2])) }
        == "[conv1d] input of shape [1, 5, 3] and kernels of shape [2, 2, 2] do not fit with 1 "
        + "groups; the last size of the input must be 1 times that of the kernels, and the first "
        + "size of the kernels a multiple of 1")
    #expect(
      mistake { _ = conv2d(array([1, 5, 3]), array([2, 2, 3])) }
        == "[conv2d] input of shape [1, 5, 3] and kernels of shape [2, 2, 3]; both must have 4 "
        + "axes: examples or results, spatial ones, channels")
    #expect(
      mistake { _ = conv1d(array([1, 2, 1]), array([1, 3, 1])) }
        == "[convGeneral] kernels of shape [1, 3, 1] do not fit input of shape [1, 2, 1] along "
        + "spatial axis 0: they reach over 3 elements, there are 2 with padding 0 and 0")
    #expect(
      mistake { _ = conv2d(array([1, 4, 4, 1]), array([1, 2, 2, 1]), stride: [1, 0]) }
        == "[conv2d] stride 0 is too small; at least 1 is needed")
    #expect(
      mistake { _ = conv2d(array([1, 4, 4, 1]), array([1, 2, 2, 1]), padding: [1, 1, 1]) }
        == "[conv2d] padding [1, 1, 1] does not fit 2 spatial axes; give one number, or one each")
    #expect(
      mistake { _ = convolve(array([2, 2]), array([2])) }
        == "[convolve] shapes [2, 2] and [2]; two vectors that are not empty are needed")
  }
}
