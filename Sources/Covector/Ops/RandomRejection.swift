// Distributions drawn by rejection: gamma, and beta and Dirichlet that are made of it; Poisson.
// The derivative of a gamma number by its shape parameter is that of the inverse distribution function.

/// Gamma-distributed numbers of scale 1, given shape parameters of at least 1.
///
/// The first input is keys along its last axis; its other axes are the first ones of the second input,
/// the shape parameters.
struct RandomGamma: Primitive, Parameterless {
  var name: String { "Random.gamma" }

  var evaluation: Evaluation { .function { call in try call.randomGamma() } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 2 && x[0].isKey && x[1].dtype.isFloating }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[1].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[1].map { $0 * Self.slope(x[1], y[0]) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    [nil, wanted[1] ? cotangents[0].map { $0 * Self.slope(x[1], y[0]) } : nil]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, axes).map { array, axis in array.mappedInFront(axis, size: size) }
    return ([NDArray(self, front)], [0])
  }

  // With the distribution function P(a, y) kept, dy/da = -(∂P/∂a) / (∂P/∂y). Since the mean of ln t is
  // ψ(a), that is ±y ∫ (ln y ± u - ψ(a)) exp(±a u - y (exp(±u) - 1)) du over all u > 0, with the lower
  // sign the integral below y, with the upper one that above. Where y < a the first, and elsewhere the
  // second, has an integrand of one sign that only falls. The double exponential rule (H. Takahasi and
  // M. Mori, 1974) with 97 points is good to twelve digits, for further derivatives too.
  static func slope(_ shape: NDArray, _ y: NDArray) -> NDArray {
    let wide = shape.asType(.float64)
    let (a, x) = (wide.reshaped(wide.shape + [1]), y.asType(.float64).reshaped(wide.shape + [1]))
    let isBelow = x .< a
    let sign = which(isBelow, NDArray(-1.0), NDArray(1.0))
    let width = abs(a - x) + sqrt(x)
    let rate = stopGradient(which(isBelow, minimum(width, a), width))
    let points = 97
    let (start, end) = (-3.5, 3.7)
    let step = (end - start) / Double(points - 1)
    let tau = NDArray(Iota(size: points, dtype: .float64)) * step + start
    let node = exp(tau - exp(-tau))
    let weight = node * (1 + exp(-tau)) * step
    // Beyond 300 nothing is left, but exponentials would overflow.
    let u = minimum(node / rate, 300) * sign
    let factor = exp(a * u - x * expm1(u)) * (weight / rate)
    let sum = ((log(x) + u - digamma(a)) * factor).summed(over: [wide.rank])
    return (sum.reshaped(wide.shape + [1]) * x * sign).reshaped(wide.shape).asType(shape.dtype)
  }
}

/// Poisson-distributed `int32` numbers, given rates as `float64`; keys as in `RandomGamma`.
struct RandomPoisson: LocallyConstantPrimitive, Parameterless {
  var name: String { "Random.poisson" }

  var evaluation: Evaluation { .function { call in try call.randomPoisson() } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 2 && x[0].isKey && x[1].dtype.isFloating }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[1].shape, .int32)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, axes).map { array, axis in array.mappedInFront(axis, size: size) }
    return ([NDArray(self, front)], [0])
  }
}

extension Random {
  /// Returns gamma-distributed numbers.
  ///
  /// Differentiable by the concentration and the scale. Small concentrations give numbers too small for
  /// the dtype, which are 0; `beta` and `dirichlet` keep their logarithms. A concentration that is not
  /// positive gives not-a-number.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the parameters broadcast; their joint shape by default.
  ///   - concentration: The shape parameters of the distribution; with scale 1 they are its mean.
  ///   - scale: The scales.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func gamma(
    _ shape: [Int]? = nil, concentration: NDArray, scale: NDArray = 1, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    drawn("Random.gamma", shape, key, [concentration, scale], dtype) { shape, key, parameters in
      exp(logGamma(shape, parameters[0].wide, key)).asType(dtype) * parameters[1]
    }
  }

  /// Returns beta-distributed numbers between 0 and 1.
  ///
  /// Differentiable by both parameters.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the parameters broadcast; their joint shape by default.
  ///   - alpha: The parameter that draws towards 1.
  ///   - beta: The parameter that draws towards 0.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func beta(
    _ shape: [Int]? = nil, alpha: NDArray, beta: NDArray, dtype: DType = .float32, key: NDArray
  ) -> NDArray {
    drawn("Random.beta", shape, key, [alpha, beta], dtype) { shape, key, parameters in
      let keys = split(key)
      let first = logGamma(shape, parameters[0].wide, keys[0])
      return sigmoid(first - logGamma(shape, parameters[1].wide, keys[1])).asType(dtype)
    }
  }

  /// Returns Dirichlet-distributed numbers: positive ones that sum to 1 along the last axis.
  ///
  /// Differentiable by the concentrations.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the concentrations broadcast; theirs by default.
  ///   - concentration: The parameters along the last axis.
  ///   - dtype: A real floating-point type.
  ///   - key: The key.
  public static func dirichlet(
    _ shape: [Int]? = nil, concentration: NDArray, dtype: DType = .float32, key: NDArray
  ) -> NDArray {
    drawn("Random.dirichlet", shape, key, [concentration], dtype) {
      shape, key, parameters throws(ArrayError) in
      guard let size = concentration.shape.last, shape.last == size else {
        throw ArrayError(
          "Random.dirichlet",
          "concentrations of shape \(concentration.shape) do not fit shape \(shape); the last axes "
            + "must be equal")
      }
      return softmax(logGamma(shape, parameters[0].wide, key), axis: -1).asType(dtype)
    }
  }

  /// Returns Poisson-distributed numbers of events, as `int32`.
  ///
  /// A rate that is negative or not-a-number is an error when the result is computed.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the rates broadcast; theirs by default.
  ///   - rate: The mean numbers of events.
  ///   - key: The key.
  public static func poisson(_ shape: [Int]? = nil, rate: NDArray, key: NDArray) -> NDArray {
    drawn("Random.poisson", shape, key, [rate], .float64) { shape, key, parameters in
      NDArray(RandomPoisson(), key, parameters[0].broadcast(to: shape))
    }
  }

  /// The logarithms of gamma-distributed numbers of scale 1, in `float32` or `float64`.
  ///
  /// A number of concentration a is one of a + 1 times a uniform one to the power of 1 / a (Marsaglia and
  /// Tsang): that holds for the smallest ones too, of which only the logarithm can be told from 0.
  private static func logGamma(_ shape: [Int], _ concentration: NDArray, _ key: NDArray) -> NDArray
  {
    let keys = split(key)
    let a = concentration.broadcast(to: shape)
    let positive = which(a .> 0, a, NDArray.scalar(.nan, a.dtype))
    let above = NDArray(RandomGamma(), keys[0], positive + 1)
    return log(above) + log1p(-unit(shape, a.dtype, keys[1])) / positive
  }
}
