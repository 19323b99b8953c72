// Distributions made of uniform and normal random numbers. Those that transform a draw smoothly are
// differentiable by their parameters.

extension Random {
  /// Returns normally distributed numbers given that they lie between bounds.
  ///
  /// By inverting the distribution function; far from 0, beyond about five deviations, its precision is
  /// exhausted. Differentiable by the bounds.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the bounds broadcast; their joint shape by default.
  ///   - low: The lower bounds, in standard deviations from the mean.
  ///   - high: The upper bounds.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func truncatedNormal(
    _ shape: [Int]? = nil, from low: NDArray, to high: NDArray, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    drawn("Random.truncatedNormal", shape, key, [low, high], dtype) { shape, key, bounds in
      let (low, high) = (bounds[0].wide, bounds[1].wide)
      let root = NDArray.scalar(2.0.squareRoot(), low.dtype)
      let (a, b) = (erf(low / root), erf(high / root))
      let place = a + (b - a) * unit(shape, low.dtype, key)
      return clip(root * erfinv(place), min: low, max: high).asType(dtype)
    }
  }

  /// Returns normally distributed vectors.
  ///
  /// Differentiable by the means and the covariances. A covariance that is not positive definite is an
  /// error when the result is computed.
  /// - Parameters:
  ///   - shape: The shape of the result without its last axis, to which the leading axes of the parameters
  ///     broadcast; their joint shape by default.
  ///   - mean: The means, along the last axis.
  ///   - covariance: The covariance matrices, in the last two axes.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func multivariateNormal(
    _ shape: [Int]? = nil, mean: NDArray, covariance: NDArray, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    let name = "Random.multivariateNormal"
    return NDArray.reporting { () throws(ArrayError) in
      guard let size = mean.shape.last, covariance.shape.suffix(2) == [size, size] else {
        throw ArrayError(
          name,
          "covariances of shape \(covariance.shape) do not fit means of shape \(mean.shape); the last axes "
            + "must be [n, n] and [n]")
      }
      // A scalar stands for each vector and matrix while the leading axes are resolved.
      let leading = [mean.shape.dropLast(), covariance.shape.dropLast(2)].map {
        NDArray(false).broadcast(to: Array($0))
      }
      let result = try resultShape(name, shape, leading) + [size]
      return drawn(name, result, key, [mean], dtype) { shape, key, parameters in
        let root = cholesky(covariance.promoted(to: dtype).wide)
        let standard = standardNormal(shape, dtype.compute, key)
        let spread = matmul(root, standard.reshaped(shape + [1])).reshaped(shape)
        return (parameters[0].wide + spread).asType(dtype)
      }
    }
  }

  /// Returns numbers with the standard Gumbel distribution, the largest of many exponential ones.
  public static func gumbel(_ shape: [Int], dtype: DType = .float32, key: NDArray) -> NDArray {
    drawn("Random.gumbel", shape, key, [], dtype) { shape, key, _ in
      standardGumbel(shape, dtype.compute, key).asType(dtype)
    }
  }

  /// Returns numbers with the Laplace distribution: exponential to both sides.
  ///
  /// Differentiable by the mean and the scale.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the parameters broadcast; their joint shape by default.
  ///   - mean: The means.
  ///   - scale: The mean distances from the mean.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func laplace(
    _ shape: [Int]? = nil, mean: NDArray = 0, scale: NDArray = 1, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    drawn("Random.laplace", shape, key, [mean, scale], dtype) { shape, key, parameters in
      let v = symmetric(shape, dtype.compute, key)
      let standard = (sign(v) * log1p(-abs(v))).asType(dtype)
      return parameters[1] * standard + parameters[0]
    }
  }

  /// Returns exponentially distributed numbers.
  ///
  /// Differentiable by the rate.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the rates broadcast; theirs by default.
  ///   - rate: The rates; a mean is the reciprocal of its rate.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func exponential(
    _ shape: [Int]? = nil, rate: NDArray = 1, dtype: DType = .float32, key: NDArray
  ) -> NDArray {
    drawn("Random.exponential", shape, key, [rate], dtype) { shape, key, parameters in
      -log1p(-unit(shape, dtype.compute, key)).asType(dtype) / parameters[0]
    }
  }

  /// Returns `bool`s that are true with given probabilities.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the probabilities broadcast; theirs by default.
  ///   - probability: Numbers between 0 and 1.
  ///   - key: The key.
  public static func bernoulli(
    _ shape: [Int]? = nil, probability: NDArray = 0.5, key: NDArray
  ) -> NDArray {
    let dtype: DType = probability.dtype == .float64 ? .float64 : .float32
    return drawn("Random.bernoulli", shape, key, [probability], dtype) { shape, key, parameters in
      unit(shape, dtype, key) .< parameters[0]
    }
  }

  /// Returns integers spread evenly over ranges, which contain `low` but not `high`.
  ///
  /// All integers of a range are equally likely, to one part in 2⁶⁴ divided by its size.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the bounds broadcast; their joint shape by default.
  ///   - low: The lower bounds.
  ///   - high: The upper bounds, above the lower ones.
  ///   - dtype: An integer type, which holds the bounds.
  ///   - key: The key.
  public static func integers(
    _ shape: [Int]? = nil, from low: NDArray, to high: NDArray, dtype: DType = .int32,
    key: NDArray
  ) -> NDArray {
    NDArray.reporting { () throws(ArrayError) in
      guard dtype.isInteger else {
        throw ArrayError(
          "Random.integers", "not defined for \(dtype); an integer dtype is needed")
      }
      try checkKey(key, "Random.integers")
      for bound in [low, high] where !bound.dtype.isInteger {
        throw ArrayError("Random.integers", "a bound is \(bound.dtype); integers are needed")
      }
      let shape = try resultShape("Random.integers", shape, [low, high])
      // Differences of signed integers wrap to what they are as unsigned ones.
      let wide: DType = dtype == .uint64 ? .uint64 : .int64
      let (first, end) = (low.promoted(to: wide), high.promoted(to: wide))
      let size = (end - first).asType(.uint64)
      let place = bits(shape, key, .uint64) % maximum(size, NDArray(UInt64(1)))
      return (first + place.asType(wide)).asType(dtype)
    }
  }

  /// Returns the numbers from 0 to `count - 1` in random order, as `int32`.
  public static func permutation(_ count: Int, key: NDArray) -> NDArray {
    drawn("Random.permutation", [count], key) { shape, key in bits(shape, key, .uint32).argSort() }
  }

  /// Returns the array with its slices along an axis in random order.
  ///
  /// The derivative follows the elements.
  public static func shuffled(_ x: NDArray, axis: Int = 0, key: NDArray) -> NDArray {
    NDArray.reporting(like: x) { () throws(ArrayError) in
      let place = try normalizedAxis(axis, rank: x.rank, "Random.shuffled")
      try checkKey(key, "Random.shuffled")
      return x.take(permutation(x.shape[place], key: key), axis: place)
    }
  }

  /// Returns categories drawn with the probabilities that `softmax` makes of logits, as `int32`.
  ///
  /// By adding Gumbel noise to the logits and taking the place of the largest.
  /// - Parameters:
  ///   - shape: The shape of the result, to which that of the logits without their axis broadcasts; that
  ///     shape by default.
  ///   - logits: Logarithms of probabilities, up to a constant.
  ///   - axis: The axis of the logits that the categories are along.
  ///   - key: The key.
  public static func categorical(
    _ shape: [Int]? = nil, logits: NDArray, axis: Int = -1, key: NDArray
  ) -> NDArray {
    NDArray.reporting { () throws(ArrayError) in
      let name = "Random.categorical"
      try checkKey(key, name)
      let place = try normalizedAxis(axis, rank: logits.rank, name)
      let logits = logits.inexact.strong
      _ = try requireFloating([logits], name)
      let last = logits.wide.movingAxis(place, to: -1)
      let rest = Array(last.shape.dropLast())
      let shape = shape ?? rest
      guard broadcastShape(rest, shape) == shape else {
        throw ArrayError(
          name, "logits of shape \(rest) beside their axis do not broadcast to shape \(shape)")
      }
      let classes = logits.shape[place]
      let noise = standardGumbel(shape + [classes], last.dtype, key)
      return (last + noise).argMax(axis: -1)
    }
  }

  /// Returns slices of an array, drawn along an axis.
  ///
  /// The derivative follows the elements.
  /// - Parameters:
  ///   - x: The array to draw from.
  ///   - count: How many slices to draw.
  ///   - replacing: Whether a slice can be drawn again.
  ///   - probabilities: For each slice, a number in proportion to which it is drawn; all alike by default.
  ///   - axis: The axis to draw along.
  ///   - key: The key.
  public static func choice(
    _ x: NDArray, count: Int, replacing: Bool = true, probabilities: NDArray? = nil, axis: Int = 0,
    key: NDArray
  ) -> NDArray {
    NDArray.reporting(like: x) { () throws(ArrayError) in
      let name = "Random.choice"
      try checkKey(key, name)
      let place = try normalizedAxis(axis, rank: x.rank, name)
      let size = x.shape[place]
      guard count >= 0, replacing ? size > 0 || count == 0 : count <= size else {
        throw ArrayError(name, "\(count) slices cannot be drawn from an axis of size \(size)")
      }
      if let probabilities, probabilities.shape != [size] {
        throw ArrayError(
          name, "probabilities of shape \(probabilities.shape) do not fit an axis of size \(size)")
      }
      let indices: NDArray
      switch (probabilities, replacing) {
      case (let p?, true):
        indices = categorical([count], logits: log(p.inexact), key: key)
      case (let p?, false):
        // The largest of perturbed logits: one draw after the other, as W. Kool, H. van Hoof and
        // M. Welling, "Stochastic beams and where to find them" (2019) show.
        let logits = log(p.inexact.strong.wide)
        indices = (logits + standardGumbel([size], logits.dtype, key)).topK(count).indices
      case (nil, true):
        indices = integers([count], from: 0, to: NDArray(Int32(size)), key: key)
      case (nil, false):
        indices = permutation(size, key: key).sliced(axis: 0, from: 0, count: count)
      }
      return x.take(indices, axis: place)
    }
  }

  /// Standard Gumbel numbers in `float32` or `float64`, never infinite.
  static func standardGumbel(_ shape: [Int], _ dtype: DType, _ key: NDArray) -> NDArray {
    let least = dtype == .float64 ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
    let uniform = maximum(unit(shape, dtype, key), NDArray.scalar(least, dtype))
    return -log(-log(uniform))
  }
}
