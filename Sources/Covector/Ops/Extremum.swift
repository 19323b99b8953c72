// The larger and the smaller of two arrays, and clipping to an interval.

import CovectorKernels

struct Maximum: Elementwise, Parameterless {
  var name: String { "maximum" }
  var instruction: Instruction { .init(CV_MAXIMUM) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireOrdered(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    let first: NDArray = x[0] .> x[1]
    return index == 0 ? .oneWhere(first) : .zeroWhere(first)
  }
}

struct Minimum: Elementwise, Parameterless {
  var name: String { "minimum" }
  var instruction: Instruction { .init(CV_MINIMUM) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireOrdered(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    let first: NDArray = x[0] .< x[1]
    return index == 0 ? .oneWhere(first) : .zeroWhere(first)
  }
}

/// Returns the larger of two elements at each place; not-a-number where either is.
///
/// The arrays broadcast and are promoted to one dtype. Where both are equal the derivative is that
/// of the second.
public func maximum(_ a: NDArray, _ b: NDArray) -> NDArray { .binary(Maximum(), a, b) }

/// Returns the smaller of two elements at each place; not-a-number where either is.
///
/// The arrays broadcast and are promoted to one dtype. Where both are equal the derivative is that
/// of the second.
public func minimum(_ a: NDArray, _ b: NDArray) -> NDArray { .binary(Minimum(), a, b) }

/// Returns the larger of each element and a Swift number, which adopts the array's dtype.
@_disfavoredOverload
public func maximum(_ a: NDArray, _ b: some WeakScalar) -> NDArray { maximum(a, b.weakArray) }

/// Returns the smaller of each element and a Swift number, which adopts the array's dtype.
@_disfavoredOverload
public func minimum(_ a: NDArray, _ b: some WeakScalar) -> NDArray { minimum(a, b.weakArray) }

/// Returns the elements moved into the interval from `min` to `max`; a bound of `nil` is none.
///
/// The bounds broadcast with the array. Where `min` is above `max` the result is `max`. At a bound
/// and outside, the derivative goes to the bound and the array's is 0.
public func clip(_ x: NDArray, min: NDArray? = nil, max: NDArray? = nil) -> NDArray {
  var result = x
  if let min { result = maximum(result, min.representable(in: x)) }
  if let max { result = minimum(result, max.representable(in: x)) }
  return result
}

extension NDArray {
  /// A whole number without a dtype as the nearest one an integer array can hold: the same bound.
  fileprivate func representable(in array: NDArray) -> NDArray {
    let dtype = array.storedType.dtype
    guard isWeak, dtype.isInteger, let constant = node.primitive as? Constant,
      constant.dtype == .int64
    else { return self }
    let value = Int(Int64(bitPattern: constant.low))
    let bits = dtype.byteCount * 8 - (dtype.isSignedInteger ? 1 : 0)
    let high = bits >= 63 ? Int.max : (1 << bits) - 1
    let low = dtype.isSignedInteger ? -high - 1 : 0
    return Swift.min(Swift.max(value, low), high).weakArray
  }
}
