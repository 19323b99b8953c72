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

  private struct Move {
    var stride = 1
    var padding = 0
    var dilation = 1
    var spread = 1
  }

  /// The convolution of `[1, size, 2]` with `[results, places, 2]`, by its definition.
  private func direct(_ x: NDArray, _ w: NDArray, _ move: Move) -> [Double] {
    let (elements, weights) = (numbers(x), numbers(w))
    let (size, places) = (x.shape[1], w.shape[1])
    let reach: Int = (places - 1) * move.dilation + 1
    let room: Int = (size - 1) * move.spread + 1 + 2 * move.padding - reach
    var results: [Double] = []
    for place in 0...(room / move.stride) {
      for result in 0..<w.shape[0] {
        var sum = 0.0
        for k in 0..<places {
          let at: Int = place * move.stride + k * move.dilation - move.padding
          guard at >= 0, at % move.spread == 0, at / move.spread < size else { continue }
          for channel in 0..<2 {
            let weight = weights[(result * places + k) * 2 + channel]
            sum += weight * elements[at / move.spread * 2 + channel]
          }
        }
        results.append(sum)
      }
    }
    return results
  }

  @Test func definition() {
    let moves = [
      Move(), Move(stride: 2, padding: 1, dilation: 2), Move(stride: 3, padding: 4, spread: 2),
      Move(padding: 2, dilation: 3, spread: 3),
    ]
    for move in moves {
      let (x, w) = (array([1, 9, 2]), array([3, 3, 2], 5))
      let result = convGeneral(
        x, w, stride: [move.stride], padding: ([move.padding], [move.padding]),
        kernelDilation: [move.dilation], inputDilation: [move.spread])
      let expected = direct(x, w, move)
      #expect(result.shape == [1, expected.count / 3, 3])
      #expect(distance(result, NDArray(expected, shape: result.shape)) < 1e-14)
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

  /// The convolution over two axes by its definition.
  private func direct(
    _ x: NDArray, _ w: NDArray, _ window: ConvolutionWindow, groups: Int
  ) -> NDArray {
    let (elements, weights) = (numbers(x), numbers(w))
    let (input, kernel, count) = (x.shape, w.shape, w.shape[3])
    let sizes = (0..<2).map { window.outputSize($0, input[$0 + 1], kernel[$0 + 1]) }
    func place(_ axis: Int, _ at: Int, _ tap: Int) -> Int? {
      let tap = window.flips ? kernel[axis + 1] - 1 - tap : tap
      let place = at * window.strides[axis] + tap * window.kernelDilation[axis] - window.low[axis]
      let spread = window.inputDilation[axis]
      return place >= 0 && place % spread == 0 && place / spread < input[axis + 1]
        ? place / spread : nil
    }
    var results: [Double] = []
    for image in 0..<input[0] {
      for row in 0..<sizes[0] {
        for column in 0..<sizes[1] {
          for result in 0..<kernel[0] {
            let first = result / (kernel[0] / groups) * count
            var sum = 0.0
            for i in 0..<kernel[1] {
              for j in 0..<kernel[2] {
                guard let y = place(0, row, i), let z = place(1, column, j) else { continue }
                let from = ((image * input[1] + y) * input[2] + z) * input[3] + first
                let weight = ((result * kernel[1] + i) * kernel[2] + j) * count
                for channel in 0..<count {
                  sum += elements[from + channel] * weights[weight + channel]
                }
              }
            }
            results.append(sum)
          }
        }
      }
    }
    return NDArray(results, shape: [input[0]] + sizes + [kernel[0]])
  }

  private static let windows = [
    ConvolutionWindow(
      strides: [1, 1], low: [1, 1], high: [1, 1], kernelDilation: [1, 1], inputDilation: [1, 1],
      flips: false),
    ConvolutionWindow(
      strides: [2, 1], low: [0, 3], high: [2, 4], kernelDilation: [1, 1], inputDilation: [1, 1],
      flips: true),
    ConvolutionWindow(
      strides: [1, 2], low: [2, -1], high: [0, 3], kernelDilation: [2, 1], inputDilation: [1, 2],
      flips: false),
    ConvolutionWindow(
      strides: [1, 1], low: [2, 5], high: [2, 0], kernelDilation: [1, 3], inputDilation: [2, 1],
      flips: true),
    ConvolutionWindow(
      strides: [3, 2], low: [1, 4], high: [1, 4], kernelDilation: [1, 2], inputDilation: [3, 2],
      flips: false),
  ]

  // Groups of channels so deep that a kernel is cut into several pieces, and results that do not fill
  // vectors.
  @Test(arguments: windows, [(1, 40, 9), (2, 33, 21), (1, 200, 65), (3, 8, 8)])
  func definitionOverTwoAxes(_ window: ConvolutionWindow, _ sizes: (Int, Int, Int)) {
    let (groups, count, results) = sizes
    let x = array([2, 6, 9, groups * count])
    let w = array([groups * results, 3, 4, count], 2)
    let result = NDArray(Convolve(window: window, groups: groups), x, w)
    #expect(distance(result, direct(x, w, window, groups: groups)) < 1e-11)
    for threads in [2, 3, 8] {
      let difference = Device.$current.withValue(Device(threads: threads)) {
        distance(result, NDArray(Convolve(window: window, groups: groups), x, w))
      }
      #expect(difference == 0)
    }
  }

  // Mapping makes more examples, results or groups of it; the sums stay the same.
  @Test(arguments: windows, [(3, 40, 3), (3, 40, 9), (1, 300, 3), (2, 3, 2)])
  func mappingKeepsTheBits(_ window: ConvolutionWindow, _ sizes: (Int, Int, Int)) {
    let (places, count, results) = sizes
    let xs = array([4, 2, 6, 24, count]).asType(.float32)
    let ws = array([4, results, places, 4, count], 2).asType(.float32)
    let convolve = { (x: NDArray, w: NDArray) in NDArray(Convolve(window: window, groups: 1), x, w)
    }
    let both = vmap(convolve)(xs, ws)
    let inputs = vmap(convolve, in: (0, nil))(xs, ws[1])
    let kernels = vmap(convolve, in: (nil, 0))(xs[1], ws)
    for lane in 0..<4 {
      #expect(distance(both[lane], convolve(xs[lane], ws[lane])) == 0)
      #expect(distance(inputs[lane], convolve(xs[lane], ws[1])) == 0)
      #expect(distance(kernels[lane], convolve(xs[1], ws[lane])) == 0)
    }
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
