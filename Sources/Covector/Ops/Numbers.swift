// The parts numbers are made of: exponents, fractions, neighbours, signs, divisors and bits; and
// angles of complex numbers.

import CovectorKernels

/// A floating-point number times 2 to a power, which is a whole number of the same dtype.
struct ScaleByPower: Elementwise, Parameterless {
  var name: String { "ldexp" }
  var instruction: Instruction { .init(CV_SCALE_BY_POWER) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    index == 0 ? .factor(NDArray(self, [.scalar(1, y.strong.dtype), x[1]])) : .zero
  }
}

/// The exponent `e` for which a number is 2 to the power `e` times one from 0.5 to 1.
struct Exponent: Elementwise, Parameterless {
  var name: String { "frexp" }
  var instruction: Instruction { .init(CV_EXPONENT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

struct NextAfter: Elementwise, Parameterless {
  var name: String { "nextAfter" }
  var instruction: Instruction { .init(CV_NEXTAFTER) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    let dtype = try requireFloating(x, name)
    guard !dtype.isHalf else {
      throw ArrayError(name, "not defined for \(dtype); float32 or float64 is needed")
    }
    return dtype
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { index == 0 ? .one : .zero }
}

struct SignBit: Elementwise, Parameterless {
  var name: String { "signBit" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_SIGN_BIT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    _ = try requireFloating(x, name)
    return .bool
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

/// A function of the bits, or the divisors, of integers.
struct WholeNumberFunction: Elementwise {
  enum Kind: String, Hashable, Sendable, Codable { case greatestCommonDivisor, bitCount }
  let kind: Kind

  var name: String { kind == .bitCount ? "bitCount" : "gcd" }
  var instruction: Instruction { .init(kind == .bitCount ? CV_POPCOUNT : CV_GCD) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    let dtype = x[0].storedType.dtype
    guard dtype.isInteger else {
      throw ArrayError(name, "not defined for \(dtype); integers are needed")
    }
    return dtype
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

// MARK: - Floating-point numbers

/// Returns each element times 2 to a power of its own.
///
/// Floating-point dtypes are kept; integers become `float32`. The derivative by `x` is that power of
/// 2.
/// - Parameters:
///   - x: Real numbers.
///   - exponent: Integers; the arrays broadcast.
public func ldexp(_ x: NDArray, _ exponent: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    _ = try requireFloating([x], "ldexp")
    guard exponent.dtype.isInteger else {
      throw ArrayError("ldexp", "exponents are \(exponent.dtype); integers are needed")
    }
    // Half types have too few digits for exponents.
    let power = exponent.strong.promoted(to: x.dtype.compute)
    return NDArray(ScaleByPower(), x.wide, power).promoted(to: x.dtype)
  }
}

/// Returns, for each element, a fraction from 0.5 to 1 in absolute value and the exponent of 2 to
/// multiply it by.
///
/// Zero and numbers that are not finite are their own fractions, with exponent 0. Floating-point
/// dtypes are kept; integers become `float32`; exponents are `int32`.
public func frexp(_ x: NDArray) -> (fraction: NDArray, exponent: NDArray) {
  let parts = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    let exponent = NDArray(Exponent(), x.wide).promoted(to: .int32)
    return [ldexp(x, -exponent), exponent]
  }
  return (parts[0], parts[1])
}

/// Returns the fractions of the elements and their whole parts, both with the sign of the element.
///
/// Floating-point dtypes are kept; integers become `float32`. The derivative belongs to the
/// fractions.
public func modf(_ x: NDArray) -> (fraction: NDArray, whole: NDArray) {
  let parts = NDArray.reportingAll(count: 2, like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    _ = try requireFloating([x], "modf")
    let whole = trunc(x)
    return [copysign(which(isInfinite(x), x.zeroScalar, x - whole), x), whole]
  }
  return (parts[0], parts[1])
}

/// Returns the neighbour of each element of `x`, among the numbers of its dtype, towards `y`.
///
/// Of `float32` and `float64`; integers become `float32`. The derivative by `x` is 1.
public func nextAfter(_ x: NDArray, _ y: NDArray) -> NDArray {
  let (a, b) = promotedPair(x, y)
  return NDArray(NextAfter(), [a.strong.inexact, b.strong.inexact])
}

/// Returns whether each element is negative, which minus zero is too.
public func signBit(_ x: NDArray) -> NDArray {
  x.storedType.dtype.isFloating ? NDArray(SignBit(), x) : x.strong .< x.strong.zeroScalar
}

/// Returns the remainder of a division rounded towards zero, which has the sign of `a`.
///
/// `%` has the sign of `b` instead. The arrays broadcast and are promoted to one dtype. The
/// derivatives are 1 by `a` and `-trunc(a / b)` by `b`.
public func fmod(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = promotedPair(a, b)
    _ = try requireReal([x], "fmod")
    let rest = abs(x) % abs(y)
    return x.dtype.isFloating ? copysign(rest, x) : rest * sign(x)
  }
}

/// Returns the larger of two elements at each place, or the one that is a number where the other is
/// not.
///
/// Otherwise as `maximum`.
public func fmax(_ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return which(isNaN(x), y, which(isNaN(y), x, maximum(x, y)))
}

/// Returns the smaller of two elements at each place, or the one that is a number where the other is
/// not.
///
/// Otherwise as `minimum`.
public func fmin(_ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return which(isNaN(x), y, which(isNaN(y), x, minimum(x, y)))
}

/// Returns 0 for negative elements, 1 for positive ones and `value` at 0; the derivative by `x` is 0.
public func heaviside(_ x: NDArray, _ value: NDArray) -> NDArray {
  realPair("heaviside", x, value) { x, value in
    let size = which(x .> 0, NDArray.scalar(1, x.strong.dtype), x.strong.zeroScalar)
    return which(isNaN(x), stopGradient(x), which(x .== 0, value, size))
  }
}

/// Returns `sin(πx) / (πx)`, and 1 at 0; integers become `float32` first.
public func sinc(_ x: NDArray) -> NDArray {
  requiringReal(x, "sinc") { given in
    let x = given.strong.wide
    let isNear: NDArray = abs(x) .< 0.1
    // Near 0 Taylor's series, whose derivatives do not cancel.
    let square = square(which(isNear, x, 0) * MathConstant.pi)
    var series: NDArray = 0
    for k in (1...8).reversed() { series = (series + 1) * square / -Double(2 * k * (2 * k + 1)) }
    // Elsewhere whole numbers are taken away before the sine, which is exactly 0 at them.
    let safe = which(isNear, 1, x)
    let whole = round(safe)
    let sine = sin((safe - whole) * MathConstant.pi) * (1 - 2 * (whole % 2))
    return which(isNear, series + 1, sine / (safe * MathConstant.pi)).promoted(to: given.dtype)
  }
}

// MARK: - Integers

/// Returns the greatest common divisor of two integers at each place, never negative.
///
/// The arrays broadcast and are promoted to one dtype; 0 where both are 0.
public func gcd(_ a: NDArray, _ b: NDArray) -> NDArray {
  .binary(WholeNumberFunction(kind: .greatestCommonDivisor), a, b)
}

/// Returns the least common multiple of two integers at each place, never negative.
///
/// The arrays broadcast and are promoted to one dtype; 0 where one is 0. Multiples wrap.
public func lcm(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = promotedPair(a, b)
    let divisor = gcd(x, y)
    return abs(floorDivide(x, divisor) * y)
  }
}

/// Returns the number of bits that are set in each integer, in its dtype.
public func bitCount(_ x: NDArray) -> NDArray {
  NDArray(WholeNumberFunction(kind: .bitCount), x.strong)
}

// MARK: - Angles

/// Returns the angle of each number in the complex plane, in radians from -π to π.
///
/// Real numbers have the angle 0 or π; integers become `float32` first.
public func angle(_ x: NDArray) -> NDArray {
  let x = x.strong.inexact
  if x.isComplex { return atan2(x.imaginary, x.real) }
  let half = which(x .< 0, NDArray.scalar(MathConstant.pi, x.dtype), x.zeroScalar)
  return which(isNaN(x), stopGradient(x), half)
}

/// Returns the complex numbers with these absolute values and angles in radians.
public func polar(_ radius: NDArray, _ angle: NDArray) -> NDArray {
  NDArray.reporting(like: radius) { () throws(ArrayError) in
    let (r, t) = promotedPair(radius.strong.inexact, angle.strong.inexact)
    _ = try requireFloating([r], "polar")
    return complex(r * cos(t), r * sin(t))
  }
}

/// Returns angles with multiples of the period added, so that neighbours along an axis differ by at
/// most half of it.
///
/// The derivative is 1; integers become `float32` first.
public func unwrap(_ x: NDArray, period: Double = 2 * Double.pi, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    _ = try requireFloating([x], "unwrap")
    let axis = try normalizedAxis(axis, rank: x.rank, "unwrap")
    let size = x.shape[axis]
    guard size > 1 else { return x }
    let angles = stopGradient(x.wide)
    let steps = diff(angles, axis: axis)
    // A step of exactly half a period keeps its sign.
    let short = (steps + period / 2) % period - period / 2
    let isTie: NDArray = (short .== -period / 2) .& (steps .> 0)
    let wanted = which(isTie, period / 2, short)
    let change = which(abs(steps) .< period / 2, 0, wanted - steps)
    let sums = change.cumulativeSum(axis: axis)
    let first = angles.sliced(axis: axis, from: 0, count: 1).zerosLike()
    return x + concatenated([first, sums], axis: axis).promoted(to: x.dtype)
  }
}

// MARK: - Bits as another dtype

/// The same bytes as elements of another dtype.
struct BitView: LocallyConstantPrimitive {
  let dtype: DType

  var name: String { "viewed" }

  var evaluation: Evaluation {
    .function { call in
      let (source, owner) = try call.dense(0)
      let bytes = source.count * source.dtype.byteCount
      if bytes > 0 { unsafe call.outputs[0].start.copyMemory(from: source.start, byteCount: bytes) }
      withExtendedLifetime(owner) {}
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && dtype != .bool && x[0].dtype != .bool }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let (old, new) = (x[0].dtype.byteCount, dtype.byteCount)
    var shape = x[0].shape
    if old == new { return [ArrayType(shape, dtype)] }
    guard let last = shape.last, last * old % new == 0 else {
      throw ArrayError(
        name,
        "the last axis of shape \(shape) of \(x[0].dtype) does not divide into elements of \(dtype), "
          + "which has \(new) bytes")
    }
    shape[shape.count - 1] = last * old / new
    return [ArrayType(shape, dtype)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

extension NDArray {
  /// The same bytes, in row-major order, read as elements of another dtype; the derivative is 0.
  ///
  /// Where the sizes of the dtypes differ the last axis becomes shorter or longer. Bytes other than 0
  /// and 1 are not `bool`s: that dtype is an error.
  public func viewed(as dtype: DType) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard dtype != .bool || self.dtype == .bool else {
        throw ArrayError("viewed", "bytes of \(self.dtype) are not bool; compare with 0 instead")
      }
      return self.dtype == dtype ? strong : NDArray(BitView(dtype: dtype), strong)
    }
  }
}
