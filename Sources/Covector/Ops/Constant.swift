// Primitives without inputs: one scalar for every place, and the counting array.

/// A single scalar, kept in the primitive itself; the loop machine reads it as an immediate.
struct Constant: SourcePrimitive {
  /// The bytes of the scalar, as memory of `dtype` holds them.
  let low: UInt64
  let high: UInt64
  let dtype: DType

  init(low: UInt64, high: UInt64 = 0, dtype: DType) {
    self.low = low
    self.high = high
    self.dtype = dtype
  }

  init<T: ArrayElement>(_ value: T) {
    var words: (UInt64, UInt64) = (0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { words in
      unsafe withUnsafeBytes(of: value) { unsafe words.copyMemory(from: $0) }
    }
    self.init(low: words.0, high: words.1, dtype: T.dtype)
  }

  /// The scalar nearest to `value`; integer types truncate and wrap.
  init(_ value: Double, dtype: DType) {
    switch dtype {
    case .bool: self.init(value != 0)
    case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64:
      let whole = value.isFinite ? Int64(exactly: value.rounded(.towardZero)) ?? 0 : 0
      self.init(integer: whole, dtype: dtype)
    case .float16: self.init(Float16(value))
    case .bfloat16: self.init(BFloat16(Float(value)))
    case .float32: self.init(Float(value))
    case .float64: self.init(value)
    case .complex64: self.init(Complex(Float(value)))
    case .complex128: self.init(Complex(value))
    }
  }

  /// The scalar equal to `value`; integer types keep its low bits.
  init(integer value: Int64, dtype: DType) {
    if dtype.isInteger {
      let bits = UInt64(bitPattern: value)
      let width = UInt64(dtype.byteCount * 8)
      self.init(low: width == 64 ? bits : bits & ((1 << width) - 1), dtype: dtype)
    } else {
      self.init(Double(value), dtype: dtype)
    }
  }

  var name: String { "constant" }
  var evaluation: Evaluation { .none }
  func accepts(_ x: [NDArray]) -> Bool { x.isEmpty }

  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] { [ArrayType([], dtype)] }
}

/// The numbers 0, 1, … along one axis.
struct Iota: SourcePrimitive {
  let size: Int
  let dtype: DType

  var name: String { "iota" }
  var evaluation: Evaluation { .instruction(.iota) }
  func accepts(_ x: [NDArray]) -> Bool { x.isEmpty && size >= 0 && dtype != .bool }

  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType([size], dtype)]
  }
}

extension NDArray {
  /// A scalar of that dtype without a graph beneath it.
  static func scalar(_ value: Double, _ dtype: DType) -> NDArray {
    NDArray(Constant(value, dtype: dtype))
  }

  /// Zero as a scalar of this array's dtype; broadcasts.
  var zeroScalar: NDArray { .scalar(0, dtype) }

  /// Zeros of this array's shape and dtype.
  func zerosLike() -> NDArray { NDArray.scalar(0, dtype).broadcast(to: shape) }

  /// Zeros of a type.
  static func zeros(_ type: ArrayType) -> NDArray {
    scalar(0, type.dtype).broadcast(to: type.shape)
  }
}

// MARK: - Literals and scalars

extension NDArray: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  /// A weakly typed scalar: `int32` on its own, the other operand's dtype in an expression.
  public init(integerLiteral value: Int) {
    self = NDArray.weak(Constant(value))
  }

  /// A weakly typed scalar: `float32` on its own, the other operand's precision in an expression.
  public init(floatLiteral value: Double) {
    self = NDArray.weak(Constant(value))
  }

  /// A `bool` scalar.
  public init(booleanLiteral value: Bool) { self.init(Constant(value)) }

  /// A scalar of a Swift value, of the dtype that holds it unchanged: `Double` gives `float64`.
  public init<T: ArrayElement>(_ value: T) { self.init(Constant(value)) }

  /// A scalar without a dtype of its own, kept as 64 bits wide until it meets one.
  static func weak(_ constant: Constant) -> NDArray {
    NDArray(node: Node(constant, flags: .weak, serial: 0))
  }
}
