// Random numbers: the reference's own numbers for the same keys, the distributions' moments, mapping
// over keys, derivatives by parameters, errors.

import Testing

@testable import Covector

@Suite struct RandomTests {
  private func draw(_ golden: RandomGolden) -> NDArray {
    let key = Random.key(golden.seed)
    return switch golden.draw {
    case .key: key
    case .split: Random.split(key, into: golden.shape[0])
    case .uniform: Random.uniform(golden.shape, dtype: golden.dtype, key: key)
    case .range: Random.uniform(golden.shape, from: -0.7, to: 2.3, key: key)
    case .normal: Random.normal(golden.shape, dtype: golden.dtype, key: key)
    }
  }

  @Test func theNumbersOfTheReference() {
    for golden in randomGoldens {
      let array = draw(golden)
      #expect(array.shape == golden.shape && array.dtype == golden.dtype)
      let isWord = golden.dtype == .uint32
      var words =
        isWord ? array.array(of: UInt32.self) : array.array(of: Float.self).map(\.bitPattern)
      if words.count > 16 { words = words.prefix(4) + words.suffix(4) }
      if golden.draw != .normal {
        #expect(words == golden.words, "\(golden)")
        continue
      }
      // The reference rounds inside its inverse error function in other places.
      let tolerance: Float =
        golden.dtype == .float32 ? 1e-6 : golden.dtype == .float16 ? 1e-3 : 8e-3
      #expect(words.count == golden.words.count)
      for (mine, theirs) in zip(words, golden.words) {
        let (x, y) = (Float(bitPattern: mine), Float(bitPattern: theirs))
        #expect((x - y).magnitude <= tolerance * Swift.max(1, y.magnitude) * 4, "\(golden)")
      }
    }
  }

  // MARK: Moments

  /// Expects a mean and a variance, to four standard errors of many draws.
  private func expectMoments(
    _ x: NDArray, mean: Double, variance: Double, kurtosis: Double = 9,
    _ place: SourceLocation = #_sourceLocation
  ) {
    let wide = x.asType(.float64)
    let count = Double(x.count)
    let tolerance = 4 * (variance / count).squareRoot()
    #expect((wide.mean().item(Double.self) - mean).magnitude < tolerance, sourceLocation: place)
    let spread = wide.variance().item(Double.self)
    let error = 4 * variance * (kurtosis / count).squareRoot()
    #expect((spread - variance).magnitude < error, sourceLocation: place)
  }

  @Test func moments() {
    let shape = [100_000]
    func key(_ seed: UInt64) -> NDArray { Random.key(seed) }
    for dtype in [DType.float32, .float64] {
      expectMoments(Random.uniform(shape, dtype: dtype, key: key(1)), mean: 0.5, variance: 1.0 / 12)
      expectMoments(Random.normal(shape, dtype: dtype, key: key(2)), mean: 0, variance: 1)
      expectMoments(
        Random.normal(shape, mean: 3, deviation: 2, dtype: dtype, key: key(3)), mean: 3, variance: 4
      )
      expectMoments(
        Random.gumbel(shape, dtype: dtype, key: key(4)), mean: 0.5772156649, variance: 1.6449340668)
      expectMoments(
        Random.laplace(shape, mean: 1, scale: 0.5, dtype: dtype, key: key(5)), mean: 1,
        variance: 0.5)
      expectMoments(
        Random.exponential(shape, rate: 2, dtype: dtype, key: key(6)), mean: 0.5, variance: 0.25)
      // Of a normal number between -1 and 1.
      expectMoments(
        Random.truncatedNormal(shape, from: -1, to: 1, dtype: dtype, key: key(7)), mean: 0,
        variance: 0.2911250926)
    }
    expectMoments(
      Random.bernoulli(shape, probability: 0.3, key: key(8)), mean: 0.3, variance: 0.21)
    expectMoments(
      Random.integers(shape, from: -3, to: 10, key: key(9)), mean: 3, variance: 14)
    let complex = Random.normal(shape, dtype: .complex64, key: key(10))
    expectMoments(complex.real, mean: 0, variance: 0.5)
    expectMoments(complex.imaginary, mean: 0, variance: 0.5)
  }

  @Test func gammaAndItsKin() {
    let shape = [100_000]
    for dtype in [DType.float32, .float64] {
      for (number, a) in [0.2, 1, 3.5, 200].enumerated() {
        let key = Random.key(UInt64(20 + number))
        expectMoments(
          Random.gamma(shape, concentration: NDArray(a), scale: 2, dtype: dtype, key: key),
          mean: 2 * a, variance: 4 * a, kurtosis: 3 + 6 / a)
      }
      expectMoments(
        Random.beta(shape, alpha: 2, beta: 3, dtype: dtype, key: Random.key(30)), mean: 0.4,
        variance: 0.04)
    }
    for (number, rate) in [0.0, 0.5, 9.5, 10.5, 300].enumerated() {
      let draws = Random.poisson(shape, rate: NDArray(rate), key: Random.key(UInt64(40 + number)))
      if rate == 0 {
        #expect(draws.max().item(Int.self) == 0)
      } else {
        expectMoments(draws, mean: rate, variance: rate, kurtosis: 3 + 1 / rate)
      }
    }
    let parts = Random.dirichlet(
      [50_000, 3], concentration: NDArray([0.5, 1, 2.5]), dtype: .float64, key: Random.key(50))
    #expect(abs(parts.sum(axis: 1) - 1).max().item(Double.self) < 1e-12)
    for (place, share) in [0.125, 0.25, 0.625].enumerated() {
      expectMoments(parts[0..., place], mean: share, variance: share * (1 - share) / 5)
    }
  }

  @Test func correlatedVectors() {
    let covariance = NDArray([2, 0.6, 0.6, 0.5], shape: [2, 2])
    let x = Random.multivariateNormal(
      [100_000], mean: NDArray([1.0, -1]), covariance: covariance, dtype: .float64,
      key: Random.key(60))
    expectMoments(x[0..., 0], mean: 1, variance: 2)
    expectMoments(x[0..., 1], mean: -1, variance: 0.5)
    let product = ((x[0..., 0] - 1) * (x[0..., 1] + 1)).mean().item(Double.self)
    #expect((product - 0.6).magnitude < 0.02)
    #expect(
      mistake { Random.multivariateNormal(mean: [0, 0], covariance: [1, 0], key: Random.key(0)) }
        == "[Random.multivariateNormal] covariances of shape [2] do not fit means of shape [2]; the last "
        + "axes must be [n, n] and [n]")
  }

  @Test func smallConcentrationsKeepTheirShares() {
    let parts = Random.dirichlet(
      [1000, 2], concentration: NDArray([1e-3, 1e-3] as [Float]), key: Random.key(51))
    #expect(isFinite(parts).all().item(Bool.self))
    #expect(Random.gamma(concentration: -1, key: Random.key(1)).item(Float.self).isNaN)
  }

  @Test func derivativesOfGammaQuantiles() {
    // Concentration, number, and the first two derivatives of the number by the concentration where the
    // distribution function keeps its value, by mpmath with 50 digits.
    let goldens: [(a: Double, y: Double, first: Double, second: Double)] = [
      (1.0, 0.03125, 0.1236833050260305, 0.26813281991698),
      (1.0, 2.25, 1.717959247999332, -0.44265271410664),
      (1.5, 1.5, 1.115485218490989, -0.034735626314206),
      (3.25, 9.0, 1.676436899547775, -0.11037911297197),
      (12.0, 5.5, 0.6691585152975181, 0.01374048983575),
      (150.0, 171.0, 1.068130075809872, -0.00022746853163401),
      (5000.0, 4900.0, 0.9899656565179918, 1.0034897873092e-6),
    ]
    for golden in goldens {
      let (a, y) = (NDArray(golden.a), NDArray(golden.y))
      let slope = RandomGamma.slope(a, y)
      #expect((slope.item(Double.self) - golden.first).magnitude < 1e-10 * golden.first)
      let bend = Differentiate.jvp(
        { [RandomGamma.slope($0[0], $0[1])] }, [a, y], [NDArray(1.0), slope])
      let second = bend.tangents[0]?.item(Double.self) ?? .nan
      #expect((second - golden.second).magnitude < 1e-8, "\(golden)")
    }
  }

  @Test func derivativesOfGammaByConcentration() {
    // The mean of the derivative of y is the derivative of its mean, 1; that of y², 2a + 1.
    let a = NDArray([Double](repeating: 2.5, count: 100_000))
    let slopes = grad { (a: NDArray) in
      Random.gamma(concentration: a, dtype: .float64, key: Random.key(8)).sum()
    }(a)
    #expect((slopes.mean().item(Double.self) - 1).magnitude < 0.01)
    let squares = grad { (a: NDArray) in
      square(Random.gamma(concentration: a, dtype: .float64, key: Random.key(8))).sum()
    }(a)
    #expect((squares.mean().item(Double.self) - 6).magnitude < 0.15)
  }

  @Test func categoriesAndChoices() {
    let probabilities: [Float] = [0.1, 0.2, 0, 0.7]
    let p = NDArray(probabilities)
    let draws = Random.categorical([50_000], logits: log(p), key: Random.key(3))
    let shares = bincount(draws, count: 4).asType(.float32) / 50_000
    #expect(abs(shares - p).max().item(Float.self) < 0.01)
    #expect(bincount(draws, count: 4)[2].item(Int.self) == 0)
    let x = NDArray([10, 11, 12, 13] as [Int32])
    let chosen = Random.choice(x, count: 50_000, probabilities: p, key: Random.key(3))
    #expect(chosen.array(of: Int32.self) == (draws + 10).array(of: Int32.self))
    for seed in 0..<20 as Range<UInt64> {
      let some = Random.choice(
        x, count: 3, replacing: false, probabilities: p, key: Random.key(seed))
      #expect(some.sorted().array(of: Int32.self) == [10, 11, 13])
    }
    let order = Random.permutation(100, key: Random.key(1))
    #expect(order.sorted().array(of: Int32.self) == Array(0..<100))
    #expect(order.array(of: Int32.self) != Array(0..<100))
  }

  @Test func integersCoverTheirTypes() {
    let key = Random.key(5)
    let wide = Random.integers(
      [1000], from: NDArray(Int64.min), to: NDArray(Int64.max), dtype: .int64, key: key)
    #expect(wide.min().item(Int64.self) < -(1 << 62) && wide.max().item(Int64.self) > 1 << 62)
    let bytes = Random.integers([4000], from: -128, to: 128, dtype: .int8, key: key)
    #expect(bytes.min().item(Int.self) == -128 && bytes.max().item(Int.self) == 127)
    let sizes = Random.integers(from: 0, to: NDArray([1, 2, 3] as [Int32]), key: key)
    #expect(sizes.shape == [3] && sizes[0].item(Int.self) == 0)
  }

  @Test func uniformStaysBelowOne() {
    for dtype in [DType.float16, .bfloat16, .float32] {
      let x = Random.uniform([200_000], dtype: dtype, key: Random.key(11))
      #expect(x.max().item(Float.self) < 1 && x.min().item(Float.self) >= 0)
    }
    let normal = Random.normal([200_000], key: Random.key(12))
    #expect(isFinite(normal).all().item(Bool.self))
  }

  // MARK: Keys

  @Test func mappingOverKeysIsTheLoop() {
    let keys = Random.split(Random.key(9), into: 5)
    let mapped = vmap { (key: NDArray) in Random.normal([3, 7], key: key) }(keys)
    for row in 0..<5 {
      let alone = Random.normal([3, 7], key: keys[row])
      #expect(mapped[row].array(of: Float.self) == alone.array(of: Float.self))
    }
    // Keys that are not mapped draw once for all.
    let shared = vmap { (x: NDArray) in x + Random.uniform(key: Random.key(1)) }(
      NDArray([0, 0] as [Float]))
    #expect(shared[0].item(Float.self) == shared[1].item(Float.self))
  }

  @Test func keysOneAfterTheOther() {
    var keys = RandomKeys(seed: 3)
    let (first, second) = (keys.next(), keys.next())
    #expect(first.array(of: UInt32.self) != second.array(of: UInt32.self))
    var again = RandomKeys(seed: 3)
    #expect(again.next().array(of: UInt32.self) == first.array(of: UInt32.self))
    #expect(keys.next(4).shape == [4, 2])
  }

  /// The reference draws once for all examples of a mapped function, and does not say so.
  @Test("vmap.random_implicit") func examplesSayWhetherTheyShareADraw() {
    let zeros = NDArray.zeros([3])
    func drawn(_ examples: RandomKeys.Examples?) -> [Float] {
      vmap { (x: NDArray) in
        var keys = RandomKeys(seed: 5)
        return x + Random.uniform(key: keys.next(examples))
      }(zeros).array(of: Float.self)
    }
    #expect(Set(drawn(.same)).count == 1)
    #expect(Set(drawn(.different)).count == 3)
    #expect(drawn(.different) == drawn(.different))
    #expect(
      mistake { drawn(nil) }
        == "[RandomKeys.next] inside vmap it must be said whether examples share a key: call next(.same) "
        + "or next(.different)")
    // Keys made from a mapped key differ already.
    let mapped = vmap { (key: NDArray) in
      var keys = RandomKeys(key)
      return Random.uniform(key: keys.next())
    }(Random.split(Random.key(5), into: 3))
    #expect(Set(mapped.array(of: Float.self)).count == 3)
    // Maps inside maps: every pair of examples has numbers of its own.
    let grid = vmap { (x: NDArray) in
      vmap { (y: NDArray) in
        var keys = RandomKeys(seed: 6)
        return x + y + Random.uniform(key: keys.next(.different))
      }(zeros)
    }(zeros)
    #expect(Set(grid.array(of: Float.self)).count == 9)
  }

  @Test func threadsDoNotMatter() {
    let expected = Random.bits([100_003], key: Random.key(4)).array(of: UInt32.self)
    let device = Device(threads: 7)
    Device.$current.withValue(device) {
      #expect(Random.bits([100_003], key: Random.key(4)).array(of: UInt32.self) == expected)
    }
  }

  // MARK: Derivatives and errors

  @Test func drawsFollowTheirParameters() {
    let key = Random.key(2)
    let slope = grad { (deviation: NDArray) in
      Random.normal([4], mean: 1, deviation: deviation, key: key).sum()
    }(NDArray(Float(2)))
    let standard = Random.normal([4], key: key).sum()
    #expect((slope.item(Float.self) - standard.item(Float.self)).magnitude < 1e-5)
  }

  @Test func errors() {
    let key = Random.key(0)
    #expect(
      mistake { Random.uniform([2], key: NDArray([1, 2] as [Int32])) }
        == "[Random.uniform] int32[2] is not a key; a key is uint32[2], and vmap draws with many at once"
    )
    #expect(
      mistake { Random.normal([2], dtype: .int32, key: key) }
        == "[Random.normal] not defined for int32; a floating-point or complex dtype is needed")
    #expect(
      mistake { Random.uniform([2], from: NDArray([0, 0, 0] as [Float]), key: key) }
        == "[Random.uniform] parameters of shape [3] do not broadcast to shape [2]")
    #expect(
      mistake { Random.bits([2], dtype: .int32, key: key) }
        == "[Random.bits] not defined for int32; an unsigned integer dtype is needed")
    #expect(
      mistake { Random.integers([2], from: 0, to: 1.5, key: key) }
        == "[Random.integers] a bound is float32; integers are needed")
    let rates = Random.poisson(rate: NDArray([1, -1] as [Float]), key: key)
    #expect(
      mistake { NDArray(rates.array(of: Int32.self)) }
        == "[Random.poisson] a rate is negative or not-a-number; it must be at least 0")
    #expect(
      mistake { Random.choice(NDArray.arange(3), count: 4, replacing: false, key: key) }
        == "[Random.choice] 4 slices cannot be drawn from an axis of size 3")
  }
}
