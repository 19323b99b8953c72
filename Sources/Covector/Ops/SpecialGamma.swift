// The gamma function and its relatives: its logarithm and the derivatives of that, the beta
// function, the Hurwitz zeta function, and the incomplete gamma and beta functions.
//
// Derivatives by the parameters of the incomplete functions, and of zeta by its exponent, are
// instructions of their own to the second order; beyond it they are an error.

import CovectorKernels

struct GammaFunction: RealUnaryFunction, Parameterless {
  var name: String { "gamma" }
  var instruction: Instruction { .init(CV_GAMMA) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y * digamma(x) }
}

struct LogGamma: RealUnaryFunction, Parameterless {
  var name: String { "lgamma" }
  var instruction: Instruction { .init(CV_LGAMMA) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { digamma(x) }
}

struct Digamma: RealUnaryFunction, Parameterless {
  var name: String { "digamma" }
  var instruction: Instruction { .init(CV_DIGAMMA) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { zeta(2, x) }
}

/// A derivative that no instruction computes.
private func unavailable(_ operation: String, _ parameters: String, like y: NDArray) -> Partial {
  ArrayError.report(
    ArrayError(
      operation, "derivatives by \(parameters) are there up to the second order, not beyond"))
  return .factor(NDArray.poison(like: y.type)[0])
}

/// The Hurwitz zeta function, differentiated by its exponent `order` times.
struct HurwitzZeta: Elementwise {
  var order = 0

  var name: String { "zeta" }

  var instruction: Instruction {
    switch order {
    case 0: .init(CV_ZETA)
    case 1: .init(CV_ZETA_S)
    default: .init(CV_ZETA_SS)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    if index == 0 {
      guard order < 2 else { return unavailable(name, "s", like: y) }
      return .factor(NDArray(HurwitzZeta(order: order + 1), x))
    }
    // By q, ζ(s, q) has the derivative -s ζ(s + 1, q).
    let next = [x[0] + 1, x[1]]
    let main = -x[0] * NDArray(self, next)
    if order == 0 { return .factor(main) }
    return .factor(main - Double(order) * NDArray(HurwitzZeta(order: order - 1), next))
  }
}

/// The beta function, or its logarithm.
struct BetaFunction: Elementwise {
  let isLogarithm: Bool

  var name: String { isLogarithm ? "logBeta" : "beta" }
  var instruction: Instruction { .init(isLogarithm ? CV_LOG_BETA : CV_BETA) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    let slope = digamma(x[index]) - digamma(x[0] + x[1])
    return .factor(isLogarithm ? slope : y * slope)
  }
}

/// An incomplete gamma function, differentiated by its parameter `order` times.
struct IncompleteGamma: Elementwise {
  let isUpper: Bool
  var order = 0

  var name: String { isUpper ? "gammaincc" : "gammainc" }

  var instruction: Instruction {
    switch order {
    case 0: .init(isUpper ? CV_GAMMA_Q : CV_GAMMA_P)
    case 1: .init(CV_GAMMA_P_A)
    default: .init(CV_GAMMA_P_AA)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    if index == 0 {
      guard order < 2 else { return unavailable(name, "a", like: y) }
      // Beyond order 0 it is the lower function that is differentiated.
      let slope = NDArray(IncompleteGamma(isUpper: false, order: order + 1), x)
      return .factor(isUpper && order == 0 ? -slope : slope)
    }
    let (a, x) = (x[0], x[1])
    let density = exp((a - 1) * log(x) - x - lgamma(a))
    if order == 0 { return .factor(isUpper ? -density : density) }
    let slope = log(x) - digamma(a)
    return .factor(density * (order == 1 ? slope : slope * slope - zeta(2, a)))
  }
}

/// The incomplete beta function, differentiated by its parameters as often as `orders` say.
struct IncompleteBeta: Elementwise {
  var orders: [Int] = [0, 0]

  var name: String { "betainc" }

  var instruction: Instruction {
    switch (orders[0], orders[1]) {
    case (0, 0): .init(CV_BETA_I)
    case (1, 0): .init(CV_BETA_I_A)
    case (0, 1): .init(CV_BETA_I_B)
    case (2, 0): .init(CV_BETA_I_AA)
    case (1, 1): .init(CV_BETA_I_AB)
    default: .init(CV_BETA_I_BB)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    if index < 2 {
      guard orders[0] + orders[1] < 2 else { return unavailable(name, "a and b", like: y) }
      var next = self
      next.orders[index] += 1
      return .factor(NDArray(next, x))
    }
    let (a, b, x) = (x[0], x[1], x[2])
    let density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - logBeta(a, b))
    let whole = digamma(a + b)
    let slopes = [log(x) - digamma(a) + whole, log1p(-x) - digamma(b) + whole]
    var factors: [NDArray] = []
    for (slope, order) in zip(slopes, orders) where order > 0 {
      factors += Array(repeating: slope, count: order)
    }
    guard let first = factors.first else { return .factor(density) }
    guard factors.count == 2 else { return .factor(density * first) }
    let own: NDArray? = orders[0] == 2 ? zeta(2, a) : orders[1] == 2 ? zeta(2, b) : nil
    let curve = own.map { zeta(2, a + b) - $0 } ?? zeta(2, a + b)
    return .factor(density * (first * factors[1] + curve))
  }
}

// MARK: - Functions

/// Returns the gamma function of each element: `(x - 1)!` for whole numbers.
///
/// Negative whole numbers give not-a-number; integers become `float32` first. With `y` the result,
/// the derivative is `y digamma(x)`.
public func gamma(_ x: NDArray) -> NDArray { NDArray(GammaFunction(), x.inexact) }

/// Returns the natural logarithm of the absolute value of the gamma function of each element.
///
/// Zero and negative whole numbers give infinity; integers become `float32` first. The derivative
/// is `digamma(x)`.
public func lgamma(_ x: NDArray) -> NDArray { NDArray(LogGamma(), x.inexact) }

/// Returns the derivative of the logarithm of the gamma function at each element.
///
/// Integers become `float32` first. It has poles at zero and the negative whole numbers. Its own
/// derivative is `polygamma(1, x)`.
public func digamma(_ x: NDArray) -> NDArray { NDArray(Digamma(), x.inexact) }

/// Returns the derivative of some order of `digamma` at each element.
///
/// `(-1)ⁿ⁺¹ n! zeta(n + 1, x)`, from the NIST Digital Library of Mathematical Functions, 25.11.12.
/// - Parameters:
///   - order: How often `digamma` is differentiated, at least 0.
///   - x: Where; integers become `float32` first.
public func polygamma(_ order: Int, _ x: NDArray) -> NDArray {
  requiringReal(x, "polygamma") { x in
    guard order > 0 else {
      if order == 0 { return digamma(x) }
      ArrayError.report(
        ArrayError("polygamma", "order \(order) is negative; it must be at least 0"))
      return NDArray.poison(like: x.type)[0]
    }
    let factorial = (1...order).reduce(1.0) { $0 * Double($1) }
    return zeta((order + 1).weakArray, x) * (order % 2 == 1 ? factorial : -factorial)
  }
}

/// Returns the logarithm of the multivariate gamma function of each element.
///
/// `d(d-1)/4 log π` and the sum of `lgamma(x - i/2)` for `i` from 0 to `d - 1`; integers become
/// `float32` first.
/// - Parameters:
///   - x: Numbers above `(d - 1) / 2`.
///   - dimension: The number `d` of dimensions, at least 1.
public func multivariateLogGamma(_ x: NDArray, dimension: Int) -> NDArray {
  requiringReal(x, "multivariateLogGamma") { x in
    guard dimension >= 1 else {
      ArrayError.report(
        ArrayError("multivariateLogGamma", "dimension \(dimension) is below 1"))
      return NDArray.poison(like: x.type)[0]
    }
    var sum = lgamma(x)
    for step in 1..<Swift.max(dimension, 1) { sum = sum + lgamma(x - Double(step) / 2) }
    return sum + Double(dimension * (dimension - 1)) / 4 * 1.1447298858494001742
  }
}

/// Returns the beta function, `gamma(a) gamma(b) / gamma(a + b)`, of positive numbers.
///
/// The arrays broadcast; integers become `float32` first. 0 gives infinity, negative numbers
/// not-a-number. With `y` the result, the derivative by `a` is `y (digamma(a) - digamma(a + b))`.
public func beta(_ a: NDArray, _ b: NDArray) -> NDArray {
  .inexact(BetaFunction(isLogarithm: false), [a, b])
}

/// Returns the natural logarithm of the beta function of positive numbers.
///
/// The arrays broadcast; integers become `float32` first. The derivative by `a` is
/// `digamma(a) - digamma(a + b)`.
public func logBeta(_ a: NDArray, _ b: NDArray) -> NDArray {
  .inexact(BetaFunction(isLogarithm: true), [a, b])
}

/// Returns the Hurwitz zeta function: the sum of `(q + k)^-s` over all `k` from 0; with `q = 1`
/// Riemann's.
///
/// The arrays broadcast; integers become `float32` first. Infinite at `s = 1` and where `q` is 0 or
/// a negative whole number; not-a-number for smaller `s`, and for negative `q` unless `s` is a whole
/// number. The derivative by `q` is `-s zeta(s + 1, q)`;
/// by `s` there are two, for positive `q`.
public func zeta(_ s: NDArray, _ q: NDArray) -> NDArray { .inexact(HurwitzZeta(), [s, q]) }

/// Returns the regularised lower incomplete gamma function: the integral of `tᵃ⁻¹ exp(-t) / gamma(a)`
/// from 0 to `x`.
///
/// The probability that a gamma-distributed number of shape `a` is at most `x`. The arrays
/// broadcast; integers become `float32` first; negative numbers give not-a-number. Differentiable by
/// `x`, and twice by `a`.
public func gammainc(_ a: NDArray, _ x: NDArray) -> NDArray {
  .inexact(IncompleteGamma(isUpper: false), [a, x])
}

/// Returns the regularised upper incomplete gamma function, `1 - gammainc(a, x)`, accurate where it
/// is small.
///
/// The arrays broadcast; integers become `float32` first; negative numbers give not-a-number.
/// Differentiable by `x`, and twice by `a`.
public func gammaincc(_ a: NDArray, _ x: NDArray) -> NDArray {
  .inexact(IncompleteGamma(isUpper: true), [a, x])
}

/// Returns the regularised incomplete beta function: the integral of
/// `tᵃ⁻¹ (1 - t)ᵇ⁻¹ / beta(a, b)` from 0 to `x`.
///
/// The probability that a beta-distributed number is at most `x`. The arrays broadcast; integers
/// become `float32` first. Not-a-number where `x` is not in 0...1 or a parameter is not positive.
/// Differentiable by `x`, and twice by `a` and `b`.
public func betainc(_ a: NDArray, _ b: NDArray, _ x: NDArray) -> NDArray {
  .inexact(IncompleteBeta(), [a, b, x])
}

extension NDArray {
  /// An elementwise primitive of floating-point inputs, promoted to one dtype.
  static func inexact(_ primitive: some Elementwise, _ inputs: [NDArray]) -> NDArray {
    let dtype = promotedDType(inputs)
    if inputs.allSatisfy(\.isWeak) {
      return NDArray(primitive, inputs.map { $0.weaklyConverted(to: dtype).inexact })
    }
    return NDArray(primitive, inputs.map { $0.promoted(to: dtype).inexact })
  }
}
