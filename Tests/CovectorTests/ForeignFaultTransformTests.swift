// Wrong derivatives and wrongly mapped results that users of other libraries reported, tried here; see
// ForeignFaultTests.swift.

import Foundation
import Testing

@testable import Covector

private let inf = Double.infinity

@Suite struct ForeignFaultMappingTests {
  // ml-explore/mlx#4321: vmap of an indexed update along the third axis or later transposed it.
  @Test func updatesMappedAlongLaterAxes() {
    let x = counting(2, 3, 4)
    let v = counting(3, 4) * 10
    let y = vmap(in: [2, 1]) { (x: NDArray, v: NDArray) in x.at[[1]].adding(v) }(x, v)
    for example in 0..<4 {
      let expected = x[..., example].at[[1]].adding(v[..., example])
      #expect(numbers(y[example]) == numbers(expected))
    }
  }

  // ml-explore/mlx#4444: a strided slice of one element was mapped, and pulled back, as a longer one.
  @Test func stridedSliceOfOneElement() {
    let (a, b) = (
      NDArray([1.0, 2, 3], shape: [1, 3]), NDArray([100.0, 101, 102], shape: [1, 3])
    )
    let slope = grad { (z: NDArray) in
      (z[.stride(by: 2)] * a).sum() + (z[.stride(from: 1, by: 2)] * b).sum()
    }
    #expect(numbers(slope(.zeros([2, 3]))) == [1, 2, 3, 100, 101, 102])
    let mapped = vmap { (z: NDArray) in z[.stride(from: 1, by: 2)] }(counting(3, 2))
    #expect(mapped.shape == [3, 1])
    #expect(numbers(mapped) == [1, 3, 5])
    let last = grad { (z: NDArray) in z[.stride(by: -5)].sum() }
    #expect(numbers(last(.zeros([3]))) == [0, 0, 1])
  }

  // ml-explore/mlx#1845: all parts of a mapped split came out along one axis.
  @Test func mappedSplit() {
    let x = counting(2, 3, 4)
    let parts = vmap(in: 1) { (x: NDArray) in x.split(at: [1], axis: 1) }(x)
    #expect(parts.map(\.shape) == [[3, 2, 1], [3, 2, 3]])
    #expect(numbers(parts[1][2]) == numbers(x[0..., 2, 1...]))
  }

  // ml-explore/mlx#600: examples of different ranks were broadcast against the batch.
  @Test func examplesOfDifferentRanks() {
    let (x, y) = (counting(10, 1), counting(10, 1, 1, 5))
    let sums = vmap { (x: NDArray, y: NDArray) in x + y }(x, y)
    #expect(sums.shape == [10, 1, 1, 5])
    #expect(numbers(sums[3]) == numbers(x[3] + y[3]))
    #expect(
      mistake { _ = vmap { (x: NDArray, y: NDArray) in x + y }(x, counting(1, 1, 5)) }
        != "no mistake")
  }

  // ml-explore/mlx#1516: a constant result was not repeated for each example.
  @Test func constantResult() {
    let one = vmap { (x: NDArray) in scalar(1.0) }(counting(3))
    #expect(numbers(one) == [1, 1, 1])
  }

  // ml-explore/mlx#1599: a matrix stacked from elements and numbers could not be mapped.
  @Test func mappedStackOfElementsAndNumbers() {
    let diagonal = vmap { (s: NDArray) in
      let zero = scalar(0.0)
      return stacked([s[0], zero, zero, s[1]]).reshaped(to: [2, 2])
    }
    #expect(
      numbers(diagonal(NDArray([1.0, 2, 3, 4], shape: [2, 2]))) == [1, 0, 0, 2, 3, 0, 0, 4])
  }

  // pytorch/functorch#847: a mapped Jacobian was that of another example.
  @Test func mappedJacobian() {
    let x = counting(5, 3, from: 1)
    let jacobians = vmap(jacobian { (x: NDArray) in norm(x, axes: [0], keepDims: true) })(x)
    for example in 0..<5 {
      let row = numbers(x[example])
      let size = row.map { $0 * $0 }.reduce(0, +).squareRoot()
      #expect(agree(numbers(jacobians[example]), row.map { $0 / size }, within: 1e-14))
    }
  }

  // jax-ml/jax#16655: an update of one place, mapped with the index shared, did nothing or something else.
  @Test func updateMappedWithASharedIndex() {
    let a = counting(2, 6, from: 1)
    let index = NDArray([3] as [Int32])
    let y = vmap(in: [0, nil]) { (a: NDArray, i: NDArray) in a.at[i].subtracting(NDArray([1.0])) }(
      a, index)
    #expect(numbers(y) == [1, 2, 3, 3, 5, 6, 7, 8, 9, 9, 11, 12])
  }

  // google-deepmind/distrax#239: a mapped addition of a vector to each number.
  @Test func mappedBroadcast() {
    let y = vmap(in: [0, nil]) { (x: NDArray, s: NDArray) in x + s }(counting(4, 1), counting(1))
    #expect(y.shape == [4, 1])
  }
}

@Suite struct ForeignFaultDerivativeTests {
  // ml-explore/mlx#610: reading a value inside vjp lost the gradient.
  @Test func readingInsideVjp() {
    let result = vjp(
      { (x: NDArray) -> NDArray in
        let y = x + NDArray.ones([3, 3, 3], dtype: .float64)
        _ = (y .< 1).array(of: Bool.self)
        return y * y
      }, NDArray.ones([3, 3], dtype: .float64), NDArray.ones([3, 3, 3], dtype: .float64))
    #expect(numbers(result.vjps) == [Double](repeating: 12, count: 9))
  }

  // ml-explore/mlx#3787, #1439: indices computed from what is differentiated stopped the gradient.
  @Test func computedIndices() {
    let slope = grad { (w: NDArray) -> NDArray in
      let order = w.argSort(axis: 1)[0..., 0..<1]
      let sums = w.sum(axis: 1, keepDims: true)
      return NDArray.zeros([3, 3], dtype: .float64).putAlongAxis(sums, at: order, axis: 1).sum()
    }
    #expect(numbers(slope(counting(3, 3))) == [Double](repeating: 1, count: 9))
  }

  // ml-explore/mlx#2451, EnzymeAD/Enzyme-JAX#2066: the derivatives of atan2.
  @Test func derivativesOfAtan2() {
    let (y, x) = (NDArray([1.0, 2, 3, 4]), NDArray([2.0, 3, 4, 5]))
    // x / (x² + y²) and -y / (x² + y²).
    let byY: [Double] = [2.0 / 5, 3.0 / 13, 4.0 / 25, 5.0 / 41]
    let byX: [Double] = [-1.0 / 5, -2.0 / 13, -3.0 / 25, -4.0 / 41]
    let slopes = vmap(grad { (y: NDArray, x: NDArray) in atan2(y, x) })(y, x)
    #expect(agree(numbers(slopes), byY, within: 1e-14))
    let others = vmap(grad { (x: NDArray, y: NDArray) in atan2(y, x) })(x, y)
    #expect(agree(numbers(others), byX, within: 1e-14))
  }

  // Hipparchus-Math/hipparchus#411: the second derivative of atan2 where x is 0.
  @Test func secondDerivativeOfAtan2OnTheAxis() {
    let second = grad(grad { (y: NDArray) in atan2(y * 1.0, scalar(0.0)) })
    #expect(numbers(second(scalar(0.005))) == [0])
  }

  // ml-explore/mlx#4138: the tangent of a Fourier transform along one axis was taken along all.
  @Test func tangentOfAPartialFourierTransform() {
    let x = complex(counting(4, 5), counting(4, 5) * 0.5)
    let t = complex(counting(4, 5) % 3, counting(4, 5) % 2)
    let tangent = jvp({ (x: NDArray) in fft(x, axis: 0) }, x, t).tangents
    let difference = numbers(abs(tangent - fft(t, axis: 0)).max())
    #expect(difference[0] < 1e-13)
  }

  // ekzhang/jax-js#154: the tangent of a sort of rows had the wrong shape.
  @Test func tangentOfSortedRows() {
    let x = NDArray([3.0, 1, 2, 5, 6, 4], shape: [2, 3])
    let t = counting(2, 3)
    let result = jvp({ (x: NDArray) in x.sorted(axis: 1) }, x, t)
    #expect(numbers(result.tangents) == [1, 2, 0, 5, 3, 4])
    #expect(vmap { (x: NDArray) in jvp({ $0.sorted() }, x, x).tangents }(x).shape == [2, 3])
  }

  // jax-ml/jax#25981: the gradient of a normal log-density at a mean far from zero.
  @Test func gradientOfANormalDensity() {
    let (mu, sigma, x) = (-2.0, 0.01, -1.9836)
    let density = { (mu: NDArray, sigma: NDArray) -> NDArray in
      let z = (x - mu) / sigma
      return -log(sigma) - 0.5 * z * z
    }
    let byMean = numbers(grad(density)(scalar(mu), scalar(sigma)))
    #expect(agree(byMean, [(x - mu) / (sigma * sigma)], within: 1e-12))
    let bySpread = numbers(grad { density($1, $0) }(scalar(sigma), scalar(mu)))
    let z = (x - mu) / sigma
    #expect(agree(bySpread, [(z * z - 1) / sigma], within: 1e-12))
  }

  // denizyuret/AutoGrad.jl#75: an inner derivative by y confused x with y.
  @Test func innerDerivativeBesideAnOuterVariable() {
    let f = grad { (x: NDArray) in
      x * grad { (y: NDArray) in x + y }(x)
    }
    #expect(numbers(f(scalar(5.0))) == [1])
    let g = grad { (x: NDArray) in
      x * grad { (y: NDArray) in x + y }(1 * x)
    }
    #expect(numbers(g(scalar(5.0))) == [1])
  }

  // jax-ml/jax#777: the gradient of a sigmoid far from zero was not-a-number.
  @Test func sigmoidFarFromZero() {
    let x = NDArray([-200.0, -133, -66, 0, 800])
    let slopes = numbers(grad { (x: NDArray) in sigmoid(x).sum() }(x))
    #expect(!slopes.contains { !$0.isFinite })
    #expect(slopes[3] == 0.25)
    #expect(slopes[4] == 0)
  }

  // jax-ml/jax#23842, #17117: elements masked before a softmax made gradients not-a-number.
  @Test func maskedLogSumExp() {
    let mask = NDArray([true, false])
    let slope = grad { (x: NDArray) in which(mask, x, scalar(-inf)).logSumExp() }
    #expect(numbers(slope(NDArray([0.0, 100]))) == [1, 0])
    let soft = grad { (x: NDArray) in softmax(which(mask, x, scalar(-inf)))[0] }
    #expect(numbers(soft(NDArray([1.0, 100]))) == [0, 0])
  }

  // pytorch/pytorch#49724: gradients of logaddexp where one side is minus infinity.
  @Test func logaddexpOfMinusInfinity() {
    let slope = grad { (x: NDArray) in logaddexp(x, scalar(-inf)) }
    #expect(numbers(slope(scalar(2.0))) == [1])
    let other = grad { (x: NDArray) in logaddexp(scalar(2.0), x) }
    #expect(numbers(other(scalar(-inf))) == [0])
  }

  // jax-ml/jax#40409: the gradient of log-softmax of many halves was not-a-number.
  @Test func logSoftmaxOfManyHalves() {
    let count = 1 << 17
    let x = (NDArray.arange(count) % 11).asType(.float16)
    let slopes = numbers(grad { (x: NDArray) in logSoftmax(x)[0] }(x))
    #expect(!slopes.contains { !$0.isFinite })
    #expect(slopes[0] == 1)
  }

  // jax-ml/jax#939: the gradient of norms under a log-sum-exp.
  @Test func normsUnderLogSumExp() {
    let f = { (loc: NDArray) -> NDArray in
      let x = loc + NDArray([-1.5, 0])
      let near = square((norm(x) - 2) / 0.4) * 0.5
      let far = square((x[0] + NDArray([-2.0, 2])) / 0.6) * -0.5
      return near - far.logSumExp()
    }
    let slope = numbers(grad(f)(NDArray([0.0, 0])))
    // The first term: (|x| - 2) / 0.16 · x / |x| with x = (-1.5, 0); the second: a mean of -(x ± 2) / 0.36.
    let first = (1.5 - 2) / 0.16 * -1
    let weight = 1 / (1 + Foundation.exp(-(3.5 * 3.5 - 0.5 * 0.5) / 0.72))
    let mean = weight * (-0.5 / 0.36) + (1 - weight) * (3.5 / 0.36)
    #expect(abs(slope[0] - (first - mean)) < 1e-12)
    #expect(slope[1] == 0)
  }

  // ml-explore/mlx#3800: the gradient of a grouped convolution with a stride.
  @Test func gradientOfAGroupedStridedConvolution() {
    let (x, w) = (counting(1, 5, 5, 2) / 10, counting(2, 3, 3, 1) / 10)
    let f = { (x: NDArray) in
      (conv2d(x, w, stride: [2], padding: [1], groups: 2) * counting(1, 3, 3, 2)).sum()
    }
    let slope = numbers(grad(f)(x))
    // The function is linear in x: its gradient is its value at each unit array.
    for place in [0, 7, 24, 31, 49] {
      var unit = [Double](repeating: 0, count: 50)
      unit[place] = 1
      #expect(abs(numbers(f(NDArray(unit, shape: [1, 5, 5, 2])))[0] - slope[place]) < 1e-12)
    }
  }

  // tracel-ai/burn#5296: gradients of gathers from places read twice.
  @Test func gradientOfOverlappingGathers() {
    let slope = grad { (x: NDArray) in (x[[0, 1, 1, 0, 1]] * counting(5, from: 1)).sum() }
    #expect(numbers(slope(counting(3))) == [5, 10, 0])
  }

  // NVIDIA/TransformerEngine#2734: cross-entropy of transposed scores read rows with a wrong stride.
  @Test func crossEntropyOfTransposedScores() {
    let scores = counting(3, 4) / 7
    let plain = logSoftmax(scores.T.reshaped(to: [4, 3]) * 1.0, axis: 1)
    #expect(numbers(logSoftmax(scores.T, axis: 1)) == numbers(plain))
    let slope = grad { (s: NDArray) in logSoftmax(s.T, axis: 1)[0..., 0].sum() }
    let rows = numbers(slope(scores).sum(axis: 0))
    #expect(rows.allSatisfy { abs($0) < 1e-15 })
  }

  // jax-ml/jax#6811, pytorch/pytorch#31829: the sum of no probability at all.
  @Test func logSumExpOfMinusInfinities() {
    #expect(numbers(NDArray([-inf, -inf]).logSumExp()) == [-inf])
    let slope = grad { (x: NDArray) in stacked([scalar(-inf), scalar(1.0) + x]).logSumExp() }
    #expect(numbers(slope(scalar(1.0))) == [1])
  }
}
