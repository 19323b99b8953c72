// Exponentials, logarithms, roots and the logistic function.

import CovectorKernels

struct Exp: UnaryFunction, Parameterless {
  var name: String { "exp" }
  var instruction: Instruction { .init(CV_EXP) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y }
}

struct Exp2: RealUnaryFunction, Parameterless {
  var name: String { "exp2" }
  var instruction: Instruction { .init(CV_EXP2) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y * MathConstant.ln2 }
}

struct Expm1: UnaryFunction, Parameterless {
  var name: String { "expm1" }
  var instruction: Instruction { .init(CV_EXPM1) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y + 1 }
}

struct Log: UnaryFunction, Parameterless {
  var name: String { "log" }
  var instruction: Instruction { .init(CV_LOG) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { reciprocal(x) }
}

struct Log2: UnaryFunction, Parameterless {
  var name: String { "log2" }
  var instruction: Instruction { .init(CV_LOG2) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { (1 / MathConstant.ln2) / x }
}

struct Log10: UnaryFunction, Parameterless {
  var name: String { "log10" }
  var instruction: Instruction { .init(CV_LOG10) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { (1 / MathConstant.ln10) / x }
}

struct Log1p: UnaryFunction, Parameterless {
  var name: String { "log1p" }
  var instruction: Instruction { .init(CV_LOG1P) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { reciprocal(x + 1) }
}

struct SquareRoot: UnaryFunction, Parameterless {
  var name: String { "sqrt" }
  var instruction: Instruction { .init(CV_SQRT) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { 0.5 / y }
}

struct ReciprocalSquareRoot: RealUnaryFunction, Parameterless {
  var name: String { "rsqrt" }
  var instruction: Instruction { .init(CV_RSQRT) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { -0.5 * y * y * y }
}

struct CubeRoot: RealUnaryFunction, Parameterless {
  var name: String { "cbrt" }
  var instruction: Instruction { .init(CV_CBRT) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { reciprocal(3 * y * y) }
}

struct Sigmoid: RealUnaryFunction, Parameterless {
  var name: String { "sigmoid" }
  var instruction: Instruction { .init(CV_SIGMOID) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y * (1 - y) }
}

struct LogAddExp: Elementwise, Parameterless {
  var name: String { "logaddexp" }
  var instruction: Instruction { .init(CV_LOGADDEXP) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    .factor(sigmoid(difference(x[index], x[1 - index])))
  }
}

/// Numbers of mathematics, to the precision of `float64`.
enum MathConstant {
  static let ln2 = 0.693147180559945309417
  static let ln10 = 2.302585092994045684018
  static let pi = Double.pi
  /// 2 divided by the square root of pi.
  static let twoOverRootPi = 1.128379167095512573896
}

// MARK: - Functions

/// Returns e to the power of each element; integers become `float32` first.
///
/// The derivative is the result.
public func exp(_ x: NDArray) -> NDArray { NDArray(Exp(), x.inexact) }

/// Returns 2 to the power of each element; integers become `float32` first.
///
/// The derivative is the result times the natural logarithm of 2.
public func exp2(_ x: NDArray) -> NDArray {
  x.isComplex ? exp(x * MathConstant.ln2) : NDArray(Exp2(), x.inexact)
}

/// Returns e to the power of each element, minus one, without cancellation near 0.
///
/// Integers become `float32` first. The derivative is the result plus one.
public func expm1(_ x: NDArray) -> NDArray { NDArray(Expm1(), x.inexact) }

/// Returns the natural logarithm of each element; integers become `float32` first.
///
/// Zero gives minus infinity, negative real numbers not-a-number; complex numbers the principal
/// value, with the cut along the negative real axis. The derivative is `1 / x`.
public func log(_ x: NDArray) -> NDArray { NDArray(Log(), x.inexact) }

/// Returns the logarithm to base 2 of each element; integers become `float32` first.
///
/// Special values and the cut are those of `log`. The derivative is `1 / (x ln 2)`.
public func log2(_ x: NDArray) -> NDArray { NDArray(Log2(), x.inexact) }

/// Returns the logarithm to base 10 of each element; integers become `float32` first.
///
/// Special values and the cut are those of `log`. The derivative is `1 / (x ln 10)`.
public func log10(_ x: NDArray) -> NDArray { NDArray(Log10(), x.inexact) }

/// Returns the natural logarithm of one plus each element, accurate near 0.
///
/// Integers become `float32` first. The derivative is `1 / (1 + x)`.
public func log1p(_ x: NDArray) -> NDArray { NDArray(Log1p(), x.inexact) }

/// Returns the square root of each element; integers become `float32` first.
///
/// Negative real numbers give not-a-number; complex numbers the root with a real part of 0 or more.
/// The derivative is `1 / (2 sqrt(x))`, infinite at 0.
public func sqrt(_ x: NDArray) -> NDArray { NDArray(SquareRoot(), x.inexact) }

/// Returns one divided by the square root of each element; integers become `float32` first.
///
/// Zero gives infinity. The derivative is `-1 / (2 x sqrt(x))`.
public func rsqrt(_ x: NDArray) -> NDArray {
  x.isComplex ? reciprocal(sqrt(x)) : NDArray(ReciprocalSquareRoot(), x.inexact)
}

/// Returns the real cube root of each element, which has its sign; integers become `float32` first.
///
/// The derivative is `1 / (3 cbrt(x)²)`, infinite at 0.
public func cbrt(_ x: NDArray) -> NDArray { NDArray(CubeRoot(), x.inexact) }

/// Returns the logistic function of each element, `1 / (1 + exp(-x))`.
///
/// Integers become `float32` first. With `y` the result, the derivative is `y (1 - y)`.
public func sigmoid(_ x: NDArray) -> NDArray {
  x.isComplex ? reciprocal(1 + exp(-x)) : NDArray(Sigmoid(), x.inexact)
}

/// Returns `log(exp(a) + exp(b))`, element by element, without overflow.
///
/// The arrays broadcast; integers become `float32` first. The derivatives are the shares of the two
/// exponentials in their sum: one half each where both are equal, infinities included.
public func logaddexp(_ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return NDArray(LogAddExp(), [x.inexact, y.inexact])
}
