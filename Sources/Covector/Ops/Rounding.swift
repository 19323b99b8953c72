// Rounding to whole numbers, or to a number of decimals.

import CovectorKernels

/// The ways of rounding to whole numbers.
struct Round: Elementwise {
  enum Rule: String, Hashable, Sendable, Codable { case down, up, towardZero, toNearestOrEven }
  let rule: Rule

  var name: String {
    switch rule {
    case .down: "floor"
    case .up: "ceil"
    case .towardZero: "trunc"
    case .toNearestOrEven: "round"
    }
  }

  var instruction: Instruction {
    switch rule {
    case .down: .init(CV_FLOOR)
    case .up: .init(CV_CEIL)
    case .towardZero: .init(CV_TRUNC)
    case .toNearestOrEven: .init(CV_RINT)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }

  /// Integers and `bool` are whole already.
  func applied(_ x: NDArray) -> NDArray {
    let dtype = x.storedType.dtype
    return dtype.isInteger || dtype == .bool ? x : NDArray(self, x)
  }
}

/// Returns the largest whole number not above each element; the dtype is kept, the derivative is 0.
public func floor(_ x: NDArray) -> NDArray { Round(rule: .down).applied(x) }

/// Returns the smallest whole number not below each element; the dtype is kept, the derivative is
/// 0.
public func ceil(_ x: NDArray) -> NDArray { Round(rule: .up).applied(x) }

/// Returns each element without its fraction; the dtype is kept, the derivative is 0.
public func trunc(_ x: NDArray) -> NDArray { Round(rule: .towardZero).applied(x) }

/// Returns each element rounded to a number of decimals, ties to the even neighbour.
///
/// The dtype is kept, and the derivative is 0. With negative `decimals` the last digits before the
/// point become zeros, in integers too.
public func round(_ x: NDArray, decimals: Int = 0) -> NDArray {
  let dtype = x.storedType.dtype
  let rounding = Round(rule: .toNearestOrEven)
  if decimals == 0 { return rounding.applied(x) }
  if dtype.isInteger || dtype == .bool {
    return decimals > 0 ? x : round(x.asType(.float64), decimals: decimals).asType(x.dtype)
  }
  if dtype.isHalf {
    // Scaled half-precision numbers would soon overflow.
    return round(x.asType(.float32), decimals: decimals).asType(dtype)
  }
  // Powers of ten are exact where they are whole; dividing by one is more exact than multiplying by
  // its reciprocal.
  var scale = 1.0
  for _ in 0..<Swift.min(Swift.abs(decimals), 308) { scale *= 10 }
  return decimals > 0
    ? rounding.applied(x * scale) / scale : rounding.applied(x / scale) * scale
}
