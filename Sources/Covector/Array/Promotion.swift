// The dtype of an expression whose operands differ, as the reference has it, and operands
// converted to it. Scalars without a dtype of their own adopt the other operand's.

extension DType {
  /// The smallest type two arrays' elements convert to in an expression.
  ///
  /// Integers of different signedness go to the next wider signed type, 64-bit ones to `float32`;
  /// an integer with a floating type gives the floating type; `float16` with `bfloat16` gives
  /// `float32`.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    if a == b { return a }
    let (low, high) = a.category <= b.category ? (a, b) : (b, a)
    switch (low.category, high.category) {
    case (.bool, _): return high
    case (.integer, .integer): return promotedIntegers(low, high)
    case (.integer, _): return high
    case (.floating, .floating):
      if low.byteCount == high.byteCount { return .float32 }
      return low.byteCount > high.byteCount ? low : high
    case (.floating, .complex):
      return low == .float64 ? .complex128 : high
    default:
      return .complex128
    }
  }

  private enum Category: Int, Comparable {
    case bool, integer, floating, complex
    static func < (a: Category, b: Category) -> Bool { a.rawValue < b.rawValue }
  }

  private var category: Category {
    if self == .bool { return .bool }
    if isInteger { return .integer }
    return isFloating ? .floating : .complex
  }

  private static func promotedIntegers(_ a: DType, _ b: DType) -> DType {
    if a.isSignedInteger == b.isSignedInteger { return a.byteCount > b.byteCount ? a : b }
    let (signed, unsigned) = a.isSignedInteger ? (a, b) : (b, a)
    if signed.byteCount > unsigned.byteCount { return signed }
    switch unsigned {
    case .uint8: return .int16
    case .uint16: return .int32
    case .uint32: return .int64
    default: return .float32
    }
  }

  /// The type of an expression of a scalar without a dtype and an array of this type.
  func adopting(_ scalar: DType) -> DType {
    switch scalar.category {
    case .bool: self
    case .integer: self == .bool ? .int32 : self
    case .floating: isInexact ? self : .float32
    case .complex: isInexact ? complex : .complex64
    }
  }
}

/// The common dtype of operands: that of the arrays, which scalars without a dtype adopt.
func promotedDType(_ arrays: [NDArray]) -> DType {
  var strong: DType?
  var weak: DType?
  for array in arrays {
    if array.isWeak {
      let dtype = array.storedType.dtype
      weak = weak.map { DType.promoted($0, dtype) } ?? dtype
    } else {
      strong = strong.map { DType.promoted($0, array.dtype) } ?? array.dtype
    }
  }
  guard let strong else { return weak ?? .float32 }
  guard let weak else { return strong }
  return strong.adopting(weak)
}

extension NDArray {
  /// This array converted, without a node where nothing changes; a weak scalar gains the dtype.
  func promoted(to dtype: DType) -> NDArray {
    if storedType.dtype == dtype, !isWeak { return self }
    if isWeak, let constant = node.constant {
      if let whole = constant.whole, !dtype.holds(whole) {
        // Wrapping would make `x .> -1` false for every unsigned x.
        ArrayError.report(
          ArrayError(
            "asType",
            "the number \(whole) does not fit \(dtype), the dtype of the array it meets; "
              + "convert that array with asType first"))
        return NDArray.poison(like: ArrayType([], dtype))[0]
      }
      return NDArray(constant.converted(to: dtype))
    }
    return NDArray(Cast(dtype: dtype), [self])
  }
}

/// Two operands in their common dtype; two weak scalars stay weak.
func promotedPair(_ a: NDArray, _ b: NDArray) -> (NDArray, NDArray) {
  if !a.isWeak, !b.isWeak, a.storedType.dtype == b.storedType.dtype { return (a, b) }
  let dtype = promotedDType([a, b])
  if a.isWeak, b.isWeak {
    return (a.weaklyConverted(to: dtype), b.weaklyConverted(to: dtype))
  }
  return (a.promoted(to: dtype), b.promoted(to: dtype))
}

extension NDArray {
  /// A weak scalar in another 64-bit type, still weak.
  func weaklyConverted(to dtype: DType) -> NDArray {
    if storedType.dtype == dtype { return self }
    return NDArray(Cast(dtype: dtype, keepsWeakness: true), [self])
  }
}

extension DType {
  /// Whether an integer is one of this type's numbers, or close to one where it is not an integer type.
  func holds(_ value: Int64) -> Bool {
    switch self {
    case .uint8: UInt8(exactly: value) != nil
    case .uint16: UInt16(exactly: value) != nil
    case .uint32: UInt32(exactly: value) != nil
    case .uint64: value >= 0
    case .int8: Int8(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int32: Int32(exactly: value) != nil
    default: true
    }
  }
}

extension Constant {
  /// The number, of an integer constant.
  var whole: Int64? { dtype == .int64 ? Int64(bitPattern: low) : nil }

  /// The same number in another dtype.
  func converted(to target: DType) -> Constant {
    if target == dtype { return self }
    switch dtype {
    case .int64: return Constant(integer: Int64(bitPattern: low), dtype: target)
    case .float64: return Constant(Double(bitPattern: low), dtype: target)
    case .bool: return Constant(integer: Int64(low & 1), dtype: target)
    default:
      let (re, im) = (Double(bitPattern: low), Double(bitPattern: high))
      return target == .complex64
        ? Constant(Complex(Float(re), Float(im))) : Constant(re, dtype: target)
    }
  }
}
