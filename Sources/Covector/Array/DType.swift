// The element types of arrays, and which Swift types stand for them.

/// The type of an array's elements.
public enum DType: UInt8, CaseIterable, Hashable, Sendable, Codable {
  // The raw values are those of `cv_type` in the kernels.
  /// Truth values, or integers of the stated width.
  case bool, uint8, uint16, uint32, uint64, int8, int16, int32, int64
  /// Floating-point or complex numbers that take the stated number of bits.
  case float16, bfloat16, float32, float64, complex64, complex128

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Whether the elements are real floating-point numbers.
  public var isFloating: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// Whether the elements are complex numbers.
  public var isComplex: Bool { self == .complex64 || self == .complex128 }

  /// Whether the elements are floating-point or complex: the types that have derivatives.
  public var isInexact: Bool { isFloating || isComplex }

  /// Whether the elements are signed or unsigned integers; `bool` is not one.
  public var isInteger: Bool { isSignedInteger || isUnsignedInteger }

  /// Whether the elements are signed integers.
  public var isSignedInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64: true
    default: false
    }
  }

  /// Whether the elements are unsigned integers; `bool` is not one.
  public var isUnsignedInteger: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// The real type of a complex type's two parts; the type itself otherwise.
  public var real: DType {
    switch self {
    case .complex64: .float32
    case .complex128: .float64
    default: self
    }
  }

  /// The complex type whose parts have this precision: `complex128` for `float64`, else `complex64`.
  public var complex: DType {
    self == .float64 || self == .complex128 ? .complex128 : .complex64
  }

  /// The type the kernels compute in: half types are widened, every other type is itself.
  package var compute: DType {
    self == .float16 || self == .bfloat16 ? .float32 : self
  }

  package var isHalf: Bool { self == .float16 || self == .bfloat16 }
}

extension DType: CustomStringConvertible {
  /// The name NumPy and MLX print: `float32`, `bool`, `complex64`.
  public var description: String {
    switch self {
    case .bool: "bool"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    case .complex64: "complex64"
    case .complex128: "complex128"
    }
  }

  /// The dtype of that name, as `description` spells it, or `nil`.
  public init?(name: String) {
    guard let match = DType.allCases.first(where: { $0.description == name }) else { return nil }
    self = match
  }
}
