// The Swift types that can be elements of arrays, and the two that Swift itself lacks.

/// A Swift type whose values can be put into an array and read back from it.
///
/// Conforming types are trivially copyable and laid out in memory as the elements of `dtype` are.
public protocol ArrayElement: Sendable, Hashable {
  /// The element type that holds values of this type unchanged.
  static var dtype: DType { get }
  /// The value given when a failed array is read inside `checked`: not-a-number, zero or false.
  static var undefined: Self { get }
}

/// A 16-bit floating-point number with the range of `Float` and 8 bits of precision.
public struct BFloat16: Hashable, Sendable {
  /// The upper half of the bits of the `Float` of the same value.
  public var bitPattern: UInt16

  /// Makes the number with these bits.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Rounds to the nearest number, ties to even; not-a-number stays not-a-number.
  public init(_ value: Float) {
    let bits = value.bitPattern
    if value.isNaN {
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x40
    } else {
      bitPattern = UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
    }
  }

  /// The same value as a `Float`; exact.
  public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

/// A complex number in Cartesian form.
public struct Complex<Real: BinaryFloatingPoint & Sendable & Hashable>: Hashable, Sendable {
  /// The real part.
  public var real: Real
  /// The imaginary part.
  public var imaginary: Real

  /// Makes the number `real + i imaginary`.
  public init(_ real: Real, _ imaginary: Real = 0) {
    self.real = real
    self.imaginary = imaginary
  }
}

extension Bool: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .bool }
  /// Stands for the value of a failed array.
  public static var undefined: Bool { false }
}
extension UInt8: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .uint8 }
  /// Stands for the value of a failed array.
  public static var undefined: UInt8 { 0 }
}
extension UInt16: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .uint16 }
  /// Stands for the value of a failed array.
  public static var undefined: UInt16 { 0 }
}
extension UInt32: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .uint32 }
  /// Stands for the value of a failed array.
  public static var undefined: UInt32 { 0 }
}
extension UInt64: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .uint64 }
  /// Stands for the value of a failed array.
  public static var undefined: UInt64 { 0 }
}
extension Int8: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .int8 }
  /// Stands for the value of a failed array.
  public static var undefined: Int8 { 0 }
}
extension Int16: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .int16 }
  /// Stands for the value of a failed array.
  public static var undefined: Int16 { 0 }
}
extension Int32: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .int32 }
  /// Stands for the value of a failed array.
  public static var undefined: Int32 { 0 }
}
extension Int64: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .int64 }
  /// Stands for the value of a failed array.
  public static var undefined: Int64 { 0 }
}
extension Int: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .int64 }
  /// Stands for the value of a failed array.
  public static var undefined: Int { 0 }
}
extension Float: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .float32 }
  /// Stands for the value of a failed array.
  public static var undefined: Float { .nan }
}
extension Double: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .float64 }
  /// Stands for the value of a failed array.
  public static var undefined: Double { .nan }
}
#if !(os(macOS) && arch(x86_64))
  extension Float16: ArrayElement {
    /// The dtype that holds values of this type.
    public static var dtype: DType { .float16 }
    /// Stands for the value of a failed array.
    public static var undefined: Float16 { .nan }
  }
#endif
extension BFloat16: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { .bfloat16 }
  /// Stands for the value of a failed array.
  public static var undefined: BFloat16 { BFloat16(.nan) }
}
extension Complex: ArrayElement where Real: ArrayElement {
  /// The dtype that holds values of this type.
  public static var dtype: DType { Real.dtype == .float64 ? .complex128 : .complex64 }
  /// Stands for the value of a failed array.
  public static var undefined: Complex { Complex(.nan, .nan) }
}
