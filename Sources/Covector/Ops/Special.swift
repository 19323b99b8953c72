// Special functions: the error function and its relatives, and the gamma function's logarithm.

import CovectorKernels

struct ErrorFunction: RealUnaryFunction {
  var name: String { "erf" }
  var instruction: Instruction { .init(CV_ERF) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(-(x * x)) * MathConstant.twoOverRootPi
  }
}

struct ComplementaryErrorFunction: RealUnaryFunction {
  var name: String { "erfc" }
  var instruction: Instruction { .init(CV_ERFC) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(-(x * x)) * -MathConstant.twoOverRootPi
  }
}

struct InverseErrorFunction: RealUnaryFunction {
  var name: String { "erfinv" }
  var instruction: Instruction { .init(CV_ERFINV) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(y * y) * (1 / MathConstant.twoOverRootPi)
  }
}

struct LogGamma: RealUnaryFunction {
  var name: String { "lgamma" }
  var instruction: Instruction { .init(CV_LGAMMA) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { digamma(x) }
}

struct Digamma: RealUnaryFunction {
  var name: String { "digamma" }
  var instruction: Instruction { .init(CV_DIGAMMA) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { trigamma(x) }
}

/// The derivative of `digamma`: the sum of `1 / (x + k)²` over all k from 0.
///
/// Reflection (DLMF 5.15.6) brings negative arguments to the right, the first ten terms are added,
/// and the rest is the asymptotic series (DLMF 5.15.8), which at 10.5 and beyond is good to 1e-16.
func trigamma(_ x: NDArray) -> NDArray {
  // Half types have too few digits for the sum.
  if x.dtype.isHalf { return trigamma(x.asType(.float32)).asType(x.dtype) }
  let isLeft: NDArray = x .< 0.5
  let start = which(isLeft, 1 - x, x)
  var sum = reciprocal(start * start)
  for step in 1..<10 {
    let term = start + Double(step)
    sum = sum + reciprocal(term * term)
  }
  let z = start + 10
  let w = reciprocal(z * z)
  // Bernoulli numbers B2 to B14, the last first.
  let bernoulli: [Double] = [
    7.0 / 6, -691.0 / 2730, 5.0 / 66, -1.0 / 30, 1.0 / 42, -1.0 / 30, 1.0 / 6,
  ]
  var series: NDArray = 0
  for number in bernoulli { series = (series + number) * w }
  let rest = (series + 1) / z
  let right = sum + rest + w * 0.5
  // Where the reflection is not used its argument is made harmless, so that its derivative is too.
  let sine = sin(which(isLeft, x, 0.5) * MathConstant.pi)
  let reflection = square(MathConstant.pi / sine)
  return which(isLeft, reflection - right, right)
}

/// Returns the error function of each element, `2/√π` times the integral of `exp(-t²)` from 0 to
/// it.
///
/// Integers become `float32` first. The derivative is `2/√π exp(-x²)`.
public func erf(_ x: NDArray) -> NDArray { NDArray(ErrorFunction(), x.inexact) }

/// Returns one minus the error function of each element, accurate where that is small.
///
/// Integers become `float32` first. The derivative is `-2/√π exp(-x²)`.
public func erfc(_ x: NDArray) -> NDArray { NDArray(ComplementaryErrorFunction(), x.inexact) }

/// Returns the number whose error function is each element.
///
/// -1 and 1 give infinities, numbers beyond them not-a-number; integers become `float32` first.
/// With `y` the result, the derivative is `√π/2 exp(y²)`.
public func erfinv(_ x: NDArray) -> NDArray { NDArray(InverseErrorFunction(), x.inexact) }

/// Returns the natural logarithm of the absolute value of the gamma function of each element.
///
/// Zero and negative whole numbers give infinity; integers become `float32` first. The derivative
/// is `digamma(x)`.
public func lgamma(_ x: NDArray) -> NDArray { NDArray(LogGamma(), x.inexact) }

/// Returns the derivative of the logarithm of the gamma function at each element.
///
/// Integers become `float32` first. It has poles at zero and the negative whole numbers.
public func digamma(_ x: NDArray) -> NDArray { NDArray(Digamma(), x.inexact) }

// MARK: - Catalogue

let specialOps: [OpEntry] = [
  .unary("erf", "sp.special.erf(x)", dtypes: .ordered) { erf($0) },
  .unary("erfc", "sp.special.erfc(x)", dtypes: .ordered) { erfc($0) },
  .unary("erfinv", "sp.special.erfinv(x)", in: -0.9...0.9, dtypes: .ordered) { erfinv($0) },
  .unary("lgamma", "sp.special.gammaln(x)", in: 1.1...6, dtypes: .ordered) { lgamma($0) },
  .unary("lgamma below 0", "sp.special.gammaln(x)", in: -0.9...(-0.1), dtypes: .ordered) {
    lgamma($0)
  },
  .unary("digamma", "sp.special.digamma(x)", in: 2.1...6, dtypes: .ordered) { digamma($0) },
  .unary("digamma below 0", "sp.special.digamma(x)", in: -0.9...(-0.6), dtypes: .ordered) {
    digamma($0)
  },
]
