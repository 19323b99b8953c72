// Circular and hyperbolic functions, their inverses, and angles.

import CovectorKernels

struct Sine: UnaryFunction, Parameterless {
  var name: String { "sin" }
  var instruction: Instruction { .init(CV_SIN) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { cos(x) }
}

struct Cosine: UnaryFunction, Parameterless {
  var name: String { "cos" }
  var instruction: Instruction { .init(CV_COS) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { -sin(x) }
}

struct Tangent: UnaryFunction, Parameterless {
  var name: String { "tan" }
  var instruction: Instruction { .init(CV_TAN) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { y * y + 1 }
}

struct ArcSine: UnaryFunction, Parameterless {
  var name: String { "asin" }
  var instruction: Instruction { .init(CV_ASIN) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { rsqrt((1 - x) * (1 + x)) }
}

struct ArcCosine: UnaryFunction, Parameterless {
  var name: String { "acos" }
  var instruction: Instruction { .init(CV_ACOS) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { -rsqrt((1 - x) * (1 + x)) }
}

struct ArcTangent: UnaryFunction, Parameterless {
  var name: String { "atan" }
  var instruction: Instruction { .init(CV_ATAN) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { reciprocal(x * x + 1) }
}

struct HyperbolicSine: UnaryFunction, Parameterless {
  var name: String { "sinh" }
  var instruction: Instruction { .init(CV_SINH) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { cosh(x) }
}

struct HyperbolicCosine: UnaryFunction, Parameterless {
  var name: String { "cosh" }
  var instruction: Instruction { .init(CV_COSH) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { sinh(x) }
}

struct HyperbolicSecant: RealUnaryFunction, Parameterless {
  var name: String { "sech" }
  var instruction: Instruction { .init(CV_SECH) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { -(y * tanh(x)) }
}

struct HyperbolicTangent: UnaryFunction, Parameterless {
  var name: String { "tanh" }
  var instruction: Instruction { .init(CV_TANH) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { 1 - y * y }
}

struct ArcHyperbolicSine: UnaryFunction, Parameterless {
  var name: String { "asinh" }
  var instruction: Instruction { .init(CV_ASINH) }
  // The square of a large half-precision number overflows; hypot does not.
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    x.isComplex ? rsqrt(x * x + 1) : reciprocal(hypot(x, 1))
  }
}

struct ArcHyperbolicCosine: UnaryFunction, Parameterless {
  var name: String { "acosh" }
  var instruction: Instruction { .init(CV_ACOSH) }
  // The product of the roots, not the root of the product: the cut lies below 1.
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { rsqrt(x - 1) * rsqrt(x + 1) }
}

struct ArcHyperbolicTangent: UnaryFunction, Parameterless {
  var name: String { "atanh" }
  var instruction: Instruction { .init(CV_ATANH) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { reciprocal((1 - x) * (1 + x)) }
}

struct ArcTangent2: Elementwise, Parameterless {
  var name: String { "atan2" }
  var instruction: Instruction { .init(CV_ATAN2) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  // Dividing twice keeps squares from overflowing.
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    let radius = hypot(x[0], x[1])
    let unit = x[1 - index] / radius
    return .factor(index == 0 ? unit / radius : -unit / radius)
  }
}

struct Hypotenuse: Elementwise, Parameterless {
  var name: String { "hypot" }
  var instruction: Instruction { .init(CV_HYPOT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .factor(x[index] / y) }
}

// MARK: - Circular functions

/// Returns the sine of each element, an angle in radians; integers become `float32` first.
///
/// The derivative is the cosine.
public func sin(_ x: NDArray) -> NDArray { NDArray(Sine(), x.inexact) }

/// Returns the cosine of each element, an angle in radians; integers become `float32` first.
///
/// The derivative is minus the sine.
public func cos(_ x: NDArray) -> NDArray { NDArray(Cosine(), x.inexact) }

/// Returns the tangent of each element, an angle in radians; integers become `float32` first.
///
/// With `y` the result, the derivative is `1 + y²`.
public func tan(_ x: NDArray) -> NDArray { NDArray(Tangent(), x.inexact) }

/// Returns the angle in radians, -π/2 to π/2, whose sine is each element.
///
/// Real numbers outside -1 to 1 give not-a-number; integers become `float32` first. The derivative
/// is `1 / sqrt(1 - x²)`, infinite at -1 and 1.
public func asin(_ x: NDArray) -> NDArray { NDArray(ArcSine(), x.inexact) }

/// Returns the angle in radians, 0 to π, whose cosine is each element.
///
/// Real numbers outside -1 to 1 give not-a-number; integers become `float32` first. The derivative
/// is `-1 / sqrt(1 - x²)`, infinite at -1 and 1.
public func acos(_ x: NDArray) -> NDArray { NDArray(ArcCosine(), x.inexact) }

/// Returns the angle in radians, -π/2 to π/2, whose tangent is each element.
///
/// Integers become `float32` first. The derivative is `1 / (1 + x²)`.
public func atan(_ x: NDArray) -> NDArray { NDArray(ArcTangent(), x.inexact) }

/// Returns the angle in radians, -π to π, of the points with these ordinates `y` and abscissas `x`.
///
/// The arrays broadcast; integers become `float32` first. The derivatives are `x / (x² + y²)` by
/// `y` and `-y / (x² + y²)` by `x`, not-a-number at the origin.
public func atan2(_ y: NDArray, _ x: NDArray) -> NDArray {
  let (a, b) = promotedPair(y, x)
  return NDArray(ArcTangent2(), [a.inexact, b.inexact])
}

/// Returns `sqrt(a² + b²)`, element by element, without overflow on the way.
///
/// The arrays broadcast; integers become `float32` first. With `y` the result, the derivatives are
/// `a / y` and `b / y`, not-a-number where both are 0.
public func hypot(_ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return NDArray(Hypotenuse(), [x.inexact, y.inexact])
}

/// Returns angles in radians as degrees; integers become `float32` first.
public func degrees(_ x: NDArray) -> NDArray {
  requiringReal(x, "degrees") { $0 * (180 / MathConstant.pi) }
}

/// Returns angles in degrees as radians; integers become `float32` first.
public func radians(_ x: NDArray) -> NDArray {
  requiringReal(x, "radians") { $0 * (MathConstant.pi / 180) }
}

/// The result of a composed function that is defined on real numbers alone.
func requiringReal(_ x: NDArray, _ operation: String, _ body: (NDArray) -> NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.inexact
    _ = try requireFloating([x], operation)
    return body(x)
  }
}

// MARK: - Hyperbolic functions

/// Returns the hyperbolic sine of each element; integers become `float32` first.
///
/// The derivative is the hyperbolic cosine.
public func sinh(_ x: NDArray) -> NDArray { NDArray(HyperbolicSine(), x.inexact) }

/// Returns the hyperbolic cosine of each element; integers become `float32` first.
///
/// The derivative is the hyperbolic sine.
public func cosh(_ x: NDArray) -> NDArray { NDArray(HyperbolicCosine(), x.inexact) }

/// Returns the hyperbolic secant of each element, `1 / cosh(x)`; integers become `float32` first.
///
/// The derivative is `-sech(x) tanh(x)`.
public func sech(_ x: NDArray) -> NDArray { NDArray(HyperbolicSecant(), x.inexact) }

/// Returns the hyperbolic tangent of each element; integers become `float32` first.
///
/// With `y` the result, the derivative is `1 - y²`.
public func tanh(_ x: NDArray) -> NDArray { NDArray(HyperbolicTangent(), x.inexact) }

/// Returns the inverse hyperbolic sine of each element; integers become `float32` first.
///
/// The derivative is `1 / sqrt(x² + 1)`.
public func asinh(_ x: NDArray) -> NDArray { NDArray(ArcHyperbolicSine(), x.inexact) }

/// Returns the inverse hyperbolic cosine, 0 or more, of each element.
///
/// Real numbers below 1 give not-a-number; integers become `float32` first. The derivative is
/// `1 / sqrt(x² - 1)`, infinite at 1.
public func acosh(_ x: NDArray) -> NDArray { NDArray(ArcHyperbolicCosine(), x.inexact) }

/// Returns the inverse hyperbolic tangent of each element; integers become `float32` first.
///
/// -1 and 1 give infinities, real numbers beyond them not-a-number. The derivative is `1 / (1 -
/// x²)`.
public func atanh(_ x: NDArray) -> NDArray { NDArray(ArcHyperbolicTangent(), x.inexact) }
