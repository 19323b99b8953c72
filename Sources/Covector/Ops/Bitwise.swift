// The bits of integers; on `bool`, and, or, xor and not.

import CovectorKernels

/// An operation on the bits of two integers.
struct Bitwise: Elementwise {
  enum Operation: String, Hashable, Sendable, Codable { case and, or, xor, shiftLeft, shiftRight }
  let operation: Operation

  var name: String {
    switch operation {
    case .and: "&"
    case .or: "|"
    case .xor: "^"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    }
  }

  var instruction: Instruction {
    switch operation {
    case .and: .init(CV_BIT_AND)
    case .or: .init(CV_BIT_OR)
    case .xor: .init(CV_BIT_XOR)
    case .shiftLeft: .init(CV_SHIFT_LEFT)
    case .shiftRight: .init(CV_SHIFT_RIGHT)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    let dtype = x[0].storedType.dtype
    guard dtype.isInteger else {
      let wanted = operation == .shiftLeft || operation == .shiftRight ? "" : " or bool"
      throw ArrayError(name, "not defined for \(dtype); integers\(wanted) are needed")
    }
    return dtype
  }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

struct BitwiseNot: Elementwise, Parameterless {
  var name: String { "~" }
  var instruction: Instruction { .init(CV_BIT_NOT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireIntegers(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

extension NDArray {
  /// The bits of two integers, or the truth of two `bool`s, after promotion.
  private static func bits(
    _ operation: Bitwise.Operation, _ logic: Logic.Operation, _ a: NDArray, _ b: NDArray
  ) -> NDArray {
    let (x, y) = promotedPair(a, b)
    return x.storedType.dtype == .bool
      ? NDArray(Logic(operation: logic), x, y) : NDArray(Bitwise(operation: operation), x, y)
  }

  /// The bits set in both integers; on `bool`, "and".
  public static func & (a: NDArray, b: NDArray) -> NDArray { bits(.and, .and, a, b) }
  /// The bits set in either integer; on `bool`, "or".
  public static func | (a: NDArray, b: NDArray) -> NDArray { bits(.or, .or, a, b) }
  /// The bits set in one integer and not in the other; on `bool`, "exclusive or".
  public static func ^ (a: NDArray, b: NDArray) -> NDArray { bits(.xor, .xor, a, b) }
  /// The bits not set in an integer; on `bool`, "not".
  public static prefix func ~ (a: NDArray) -> NDArray {
    a.storedType.dtype == .bool ? .!a : NDArray(BitwiseNot(), a)
  }
  /// The bits of an integer moved towards the high end.
  ///
  /// Moving by the width of the dtype or more, or by a negative number, gives 0.
  @_disfavoredOverload
  public static func << (a: NDArray, b: NDArray) -> NDArray {
    binary(Bitwise(operation: .shiftLeft), a, b)
  }
  /// The bits of an integer moved towards the low end; signed integers keep their sign.
  ///
  /// Moving by the width of the dtype or more, or by a negative number, gives 0, or -1 for negative
  /// integers.
  @_disfavoredOverload
  public static func >> (a: NDArray, b: NDArray) -> NDArray {
    binary(Bitwise(operation: .shiftRight), a, b)
  }

  /// Intersects bits in place.
  public static func &= (a: inout NDArray, b: NDArray) { a = a & b }
  /// Unites bits in place.
  public static func |= (a: inout NDArray, b: NDArray) { a = a | b }
  /// Toggles bits in place.
  public static func ^= (a: inout NDArray, b: NDArray) { a = a ^ b }
}
