// Absolute value, sign, powers, and division with a remainder.

import CovectorKernels

struct Absolute: Elementwise, Parameterless {
  var name: String { "abs" }
  var instruction: Instruction { .init(CV_ABS) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireReal(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .factor(sign(x[0])) }
}

/// The modulus of complex numbers: real, and not holomorphic.
struct Modulus: Primitive, Parameterless {
  var name: String { "abs" }
  var evaluation: Evaluation { .instruction(.init(CV_ABS_COMPLEX)) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].dtype.isComplex }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, x[0].dtype.real)]
  }

  // The gradient by the two parts is z / |z|; the tangent is the real inner product with it.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil] }
    return [(sign(x[0]).conjugated * tangent).real]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    [cotangents[0].map { $0 * sign(x[0]) }]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

struct Sign: Elementwise, Parameterless {
  var name: String { "sign" }
  var instruction: Instruction { .init(CV_SIGN) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireReal(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

/// Complex numbers on the unit circle: z / |z|, and 0 at 0.
struct Direction: Primitive, Parameterless {
  var name: String { "sign" }
  var evaluation: Evaluation { .instruction(.init(CV_SIGN)) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].dtype.isComplex }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  // Only movement across the direction turns it. The map is symmetric: one rule serves both ways.
  private func turned(_ x: NDArray, _ y: NDArray, by step: NDArray) -> NDArray {
    let length = abs(x)
    let isZero: NDArray = length .== 0
    let inverse = which(isZero, 0, reciprocal(which(isZero, 1, length)))
    let along = (y.conjugated * step).real
    return (step - y * along) * inverse
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[0].map { turned(x[0], y[0], by: $0) }]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    [cotangents[0].map { turned(x[0], y[0], by: $0) }]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

struct Square: Elementwise, Parameterless {
  var name: String { "square" }
  var instruction: Instruction { .init(CV_SQUARE) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireNumbers(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .factor(2 * x[0]) }
}

struct Power: Elementwise, Parameterless {
  var name: String { "pow" }
  var ruleDependence: RuleDependence { .scalars }
  var instruction: Instruction { .init(CV_POW) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireNumbers(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    if index == 1 {
      // A power that is 0 stays 0, whatever the logarithm of the base.
      return .factor(which(y .== 0, y.zeroScalar, log(x[0]) * y))
    }
    if let exponent = x[1].realConstant {
      return .factor(exponent * pow(x[0], .scalar(exponent - 1, x[1].dtype)))
    }
    return .factor(x[1] * pow(x[0], x[1] - 1))
  }
}

struct FloorDivide: Elementwise, Parameterless {
  var name: String { "floorDivide" }
  var instruction: Instruction { .init(CV_FLOOR_DIV) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireReal(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

struct Remainder: Elementwise, Parameterless {
  var name: String { "%" }
  var instruction: Instruction { .init(CV_REMAINDER) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireReal(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    index == 0 ? .one : .factor(-floorDivide(x[0], x[1]))
  }
}

struct CopySign: Elementwise, Parameterless {
  var name: String { "copysign" }
  var instruction: Instruction { .init(CV_COPYSIGN) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    if index == 1 { return .zero }
    let one = NDArray.scalar(1, y.dtype)
    return .factor(copysign(one, x[0]) * copysign(one, x[1]))
  }
}

/// The common dtype of inputs that must be real numbers: integers or floating-point.
func requireReal(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard !dtype.isComplex, dtype != .bool else {
    throw ArrayError(operation, "not defined for \(dtype); real numbers are needed")
  }
  return dtype
}

extension NDArray {
  /// The number a scalar constant stands for; `nil` for arrays and complex numbers.
  var realConstant: Double? { (node.primitive as? Constant)?.real }
}

extension Constant {
  /// The number, where it is real; integers beyond 2^53 are rounded.
  var real: Double? {
    switch dtype {
    case .bool: Double(low & 1)
    case .uint8, .uint16, .uint32, .uint64: Double(low)
    case .int8: Double(Int8(truncatingIfNeeded: low))
    case .int16: Double(Int16(truncatingIfNeeded: low))
    case .int32: Double(Int32(truncatingIfNeeded: low))
    case .int64: Double(Int64(bitPattern: low))
    case .float16: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: low)))
    case .bfloat16: Double(BFloat16(bitPattern: UInt16(truncatingIfNeeded: low)).float)
    case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: low)))
    case .float64: Double(bitPattern: low)
    case .complex64, .complex128: nil
    }
  }
}

// MARK: - Functions

/// Returns the absolute value of each element; that of a complex number is real.
///
/// The derivative is the sign: 0 at 0. For a complex number `z` the gradient is `z / |z|`, and 0 at
/// 0.
@_disfavoredOverload
public func abs(_ x: NDArray) -> NDArray {
  x.isComplex ? NDArray(Modulus(), x) : NDArray(Absolute(), x)
}

/// Returns -1, 0 or 1 by the sign of each element; for complex numbers `z / |z|`, and 0 at 0.
///
/// The derivative is 0 for real numbers. A complex number's direction turns as it moves sideways:
/// `(t - y Re(conj(y) t)) / |z|` for the movement `t`, where `y` is the result.
public func sign(_ x: NDArray) -> NDArray {
  x.isComplex ? NDArray(Direction(), x) : NDArray(Sign(), x)
}

/// Returns each element times itself.
public func square(_ x: NDArray) -> NDArray { NDArray(Square(), x) }

/// Returns `x` to the power `y`, element by element.
///
/// The arrays broadcast and are promoted to one dtype; powers of integers wrap, and negative ones
/// are 0 for all bases but 1 and -1. A negative real base with a power that is not whole gives
/// not-a-number. Complex numbers have the principal value.
///
/// The derivatives are `y x^(y - 1)` and `log(x) x^y`, the latter 0 where the power is 0. At a base
/// of 0, a power of 0 in an array gives not-a-number by the base and minus infinity by the power.
public func pow(_ x: NDArray, _ y: NDArray) -> NDArray {
  let (a, b) = promotedPair(x, y)
  // Powers that have a function of their own, which is faster, and as exact or more so.
  if y.rank == 0, let exponent = y.realConstant, a.storedType.dtype != .bool {
    switch exponent {
    case 1: return a
    case 2: return square(a)
    case -1 where a.storedType.dtype.isInexact: return reciprocal(a)
    case 0.5 where a.storedType.dtype.isInexact: return sqrt(a)
    case -0.5 where a.storedType.dtype.isInexact: return rsqrt(a)
    default: break
    }
  }
  return NDArray(Power(), [a, b])
}

/// Returns `x` to the power of a Swift number, which adopts the array's dtype.
@_disfavoredOverload
public func pow(_ x: NDArray, _ y: some WeakScalar) -> NDArray { pow(x, y.weakArray) }

/// Returns a Swift number, which adopts the array's dtype, to the power `y`.
@_disfavoredOverload
public func pow(_ x: some WeakScalar, _ y: NDArray) -> NDArray { pow(x.weakArray, y) }

/// Returns the quotient rounded down to a whole number, element by element; the dtype is kept.
///
/// Division of integers by 0 gives 0. The derivatives are 0.
public func floorDivide(_ a: NDArray, _ b: NDArray) -> NDArray { .binary(FloorDivide(), a, b) }

/// Returns what `floorDivide` gives, and the remainder, which has the sign of the divisor.
public func divmod(_ a: NDArray, _ b: NDArray) -> (quotient: NDArray, remainder: NDArray) {
  (floorDivide(a, b), a % b)
}

/// Returns the elements of `a` with the signs of those of `b`; zeros have signs too.
///
/// The arrays broadcast; integers become `float32` first. The derivative by `a` is 1 where the
/// signs agree and -1 where they differ; by `b` it is 0.
public func copysign(_ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return NDArray(CopySign(), [x.inexact, y.inexact])
}

extension NDArray {
  /// The remainder of `a` divided by `b`, element by element, with the sign of `b`.
  ///
  /// The remainder of integers by 0 is 0. The derivatives are 1 and minus the quotient rounded
  /// down.
  public static func % (a: NDArray, b: NDArray) -> NDArray { binary(Remainder(), a, b) }

  /// The remainder of division by a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func % (a: NDArray, b: some WeakScalar) -> NDArray { a % b.weakArray }

  /// The remainder of division of a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func % (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray % b }

  /// Takes the remainder in place: the variable names it afterwards.
  public static func %= (a: inout NDArray, b: NDArray) { a = a % b }
}
