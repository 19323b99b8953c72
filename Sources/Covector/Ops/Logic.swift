// Truth values: and, or, xor, not; what kind of number an element is; and numbers in the place of
// those that are none.

import CovectorKernels

/// Logic on `bool`; the result has no derivative.
struct Logic: Elementwise {
  enum Operation: String, Hashable, Sendable, Codable { case and, or, xor }
  let operation: Operation

  var keepsWeakness: Bool { false }

  var name: String {
    switch operation {
    case .and: ".&"
    case .or: ".|"
    case .xor: ".^"
    }
  }

  var instruction: Instruction {
    switch operation {
    case .and: .init(CV_AND)
    case .or: .init(CV_OR)
    case .xor: .init(CV_XOR)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { .bool }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

struct LogicalNot: Elementwise, Parameterless {
  var name: String { ".!" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_NOT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { .bool }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

/// A question about the kind of a floating-point number.
struct Classify: Elementwise {
  enum Kind: String, Hashable, Sendable, Codable {
    case notANumber, infinite, finite, positiveInfinity, negativeInfinity
  }
  let kind: Kind

  var keepsWeakness: Bool { false }

  var name: String {
    switch kind {
    case .notANumber: "isNaN"
    case .infinite: "isInfinite"
    case .finite: "isFinite"
    case .positiveInfinity: "isPositiveInfinity"
    case .negativeInfinity: "isNegativeInfinity"
    }
  }

  var instruction: Instruction {
    switch kind {
    case .notANumber: .init(CV_ISNAN)
    case .infinite: .init(CV_ISINF)
    case .finite: .init(CV_ISFINITE)
    case .positiveInfinity: .init(CV_ISPOSINF)
    case .negativeInfinity: .init(CV_ISNEGINF)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    if kind == .positiveInfinity || kind == .negativeInfinity { _ = try requireOrdered(x, name) }
    return .bool
  }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }

  /// Integers and `bool` are finite without a look at them.
  func applied(_ x: NDArray) -> NDArray {
    x.storedType.dtype.isInexact ? NDArray(self, x) : x.bools(kind == .finite)
  }
}

// MARK: - Operators

extension NDArray {
  /// The elements as truth values: everything but zero is true.
  private var truth: NDArray { promoted(to: .bool) }

  /// Whether both elements are true; numbers are true unless they are zero.
  public static func .& (a: NDArray, b: NDArray) -> NDArray {
    NDArray(Logic(operation: .and), a.truth, b.truth)
  }
  /// Whether either element is true; numbers are true unless they are zero.
  public static func .| (a: NDArray, b: NDArray) -> NDArray {
    NDArray(Logic(operation: .or), a.truth, b.truth)
  }
  /// Whether one element is true and the other is not; numbers are true unless they are zero.
  public static func .^ (a: NDArray, b: NDArray) -> NDArray {
    NDArray(Logic(operation: .xor), a.truth, b.truth)
  }
  /// Whether elements are false; numbers are false where they are zero.
  public static prefix func .! (a: NDArray) -> NDArray { NDArray(LogicalNot(), a.truth) }
}

// MARK: - Kinds of numbers

/// Returns whether each element is not-a-number, in either part of a complex number.
public func isNaN(_ x: NDArray) -> NDArray { Classify(kind: .notANumber).applied(x) }

/// Returns whether each element is infinite, in either part of a complex number.
public func isInfinite(_ x: NDArray) -> NDArray { Classify(kind: .infinite).applied(x) }

/// Returns whether each element is neither infinite nor not-a-number.
public func isFinite(_ x: NDArray) -> NDArray { Classify(kind: .finite).applied(x) }

/// Returns whether each element is positive infinity; not defined for complex numbers.
public func isPositiveInfinity(_ x: NDArray) -> NDArray {
  Classify(kind: .positiveInfinity).applied(x)
}

/// Returns whether each element is negative infinity; not defined for complex numbers.
public func isNegativeInfinity(_ x: NDArray) -> NDArray {
  Classify(kind: .negativeInfinity).applied(x)
}

/// Returns the elements with numbers in the place of not-a-number and infinities.
///
/// Both parts of complex numbers are treated so. The derivative is 1 where an element was kept and
/// 0 where it was replaced.
/// - Parameters:
///   - nan: What stands for not-a-number.
///   - positiveInfinity: What stands for infinity; the largest number of the dtype by default.
///   - negativeInfinity: What stands for minus infinity; the smallest number of the dtype by
///     default.
public func nanToNum(
  _ x: NDArray, nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
) -> NDArray {
  let x = x.strong
  guard x.dtype.isInexact else { return x }
  if x.isComplex {
    let parts = [x.real, x.imaginary].map {
      nanToNum(
        $0, nan: nan, positiveInfinity: positiveInfinity, negativeInfinity: negativeInfinity)
    }
    return complex(parts[0], parts[1])
  }
  let high = positiveInfinity ?? x.dtype.greatestFinite
  let low = negativeInfinity ?? -x.dtype.greatestFinite
  let dtype = x.dtype
  let lowered = which(isNegativeInfinity(x), .scalar(low, dtype), x)
  let raised = which(isPositiveInfinity(x), .scalar(high, dtype), lowered)
  return which(isNaN(x), .scalar(nan, dtype), raised)
}

extension DType {
  /// The largest finite number of a floating-point type.
  var greatestFinite: Double {
    switch self {
    case .float16: 65504
    case .bfloat16: Double(BFloat16(bitPattern: 0x7f7f).float)
    case .float32, .complex64: Double(Float.greatestFiniteMagnitude)
    default: Double.greatestFiniteMagnitude
    }
  }
}
