// Element-wise comparison, and whole arrays compared: equal, or close to equal. The operators carry
// a dot, as those of SIMD vectors do, because `==` of two values is one Bool.

import CovectorKernels

/// A comparison; the result is `bool`, and has no derivative.
struct Compare: Elementwise {
  enum Relation: String, Hashable, Sendable, Codable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  }
  let relation: Relation

  var keepsWeakness: Bool { false }

  var name: String {
    switch relation {
    case .equal: ".=="
    case .notEqual: ".!="
    case .less: ".<"
    case .lessOrEqual: ".<="
    case .greater: ".>"
    case .greaterOrEqual: ".>="
    }
  }

  var instruction: Instruction {
    switch relation {
    case .equal: .init(CV_EQ)
    case .notEqual: .init(CV_NE)
    case .less: .init(CV_LT)
    case .lessOrEqual: .init(CV_LE)
    case .greater: .init(CV_GT)
    case .greaterOrEqual: .init(CV_GE)
    }
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    if relation != .equal, relation != .notEqual { _ = try requireOrdered(x, name) }
    return .bool
  }

  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}

// MARK: - Operators

extension NDArray {
  /// Whether elements are equal; never where one is not-a-number.
  public static func .== (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .equal), a, b)
  }
  /// Whether elements differ; always where one is not-a-number.
  public static func .!= (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .notEqual), a, b)
  }
  /// Whether elements of the first array are less than those of the second.
  public static func .< (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .less), a, b)
  }
  /// Whether elements of the first array are less than or equal to those of the second.
  public static func .<= (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .lessOrEqual), a, b)
  }
  /// Whether elements of the first array are greater than those of the second.
  public static func .> (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .greater), a, b)
  }
  /// Whether elements of the first array are greater than or equal to those of the second.
  public static func .>= (a: NDArray, b: NDArray) -> NDArray {
    binary(Compare(relation: .greaterOrEqual), a, b)
  }
}

// What is tried first by those who come from Python, so that the compiler says what to write.
extension NDArray {
  /// Is not there: arrays are compared element by element, by `.==`.
  @available(*, unavailable, message: "use .== for each element, or arrayEqual(_:_:) for all")
  public static func == (a: NDArray, b: NDArray) -> Bool { fatalError("unavailable") }
  /// Is not there: arrays are compared element by element, by `.!=`.
  @available(*, unavailable, message: "use .!= for each element, or arrayEqual(_:_:) for all")
  public static func != (a: NDArray, b: NDArray) -> Bool { fatalError("unavailable") }
  /// Is not there: arrays are compared element by element, by `.<`.
  @available(*, unavailable, message: "use .< for each element")
  public static func < (a: NDArray, b: NDArray) -> NDArray { fatalError("unavailable") }
  /// Is not there: arrays are compared element by element, by `.<=`.
  @available(*, unavailable, message: "use .<= for each element")
  public static func <= (a: NDArray, b: NDArray) -> NDArray { fatalError("unavailable") }
  /// Is not there: arrays are compared element by element, by `.>`.
  @available(*, unavailable, message: "use .> for each element")
  public static func > (a: NDArray, b: NDArray) -> NDArray { fatalError("unavailable") }
  /// Is not there: arrays are compared element by element, by `.>=`.
  @available(*, unavailable, message: "use .>= for each element")
  public static func >= (a: NDArray, b: NDArray) -> NDArray { fatalError("unavailable") }
}

// Disfavoured, so that a literal beside an array is an array literal.
extension NDArray {
  /// Whether elements are equal to a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .== (a: NDArray, b: some WeakScalar) -> NDArray { a .== b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, is equal to each element.
  @_disfavoredOverload
  public static func .== (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .== b }
  /// Whether elements differ from a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .!= (a: NDArray, b: some WeakScalar) -> NDArray { a .!= b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, differs from each element.
  @_disfavoredOverload
  public static func .!= (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .!= b }
  /// Whether elements are less than a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .< (a: NDArray, b: some WeakScalar) -> NDArray { a .< b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, is less than each element.
  @_disfavoredOverload
  public static func .< (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .< b }
  /// Whether elements are less than or equal to a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .<= (a: NDArray, b: some WeakScalar) -> NDArray { a .<= b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, is less than or equal to each element.
  @_disfavoredOverload
  public static func .<= (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .<= b }
  /// Whether elements are greater than a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .> (a: NDArray, b: some WeakScalar) -> NDArray { a .> b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, is greater than each element.
  @_disfavoredOverload
  public static func .> (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .> b }
  /// Whether elements are greater than or equal to a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func .>= (a: NDArray, b: some WeakScalar) -> NDArray { a .>= b.weakArray }
  /// Whether a Swift number, which adopts the array's dtype, is greater than or equal to each
  /// element.
  @_disfavoredOverload
  public static func .>= (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray .>= b }
}

// MARK: - Whole arrays

/// Returns whether elements of two arrays are close: `|a - b|` at most
/// `absoluteTolerance + relativeTolerance |b|`.
///
/// The arrays broadcast. Infinities are close to themselves alone.
/// - Parameter equalNaN: Whether not-a-number is close to itself.
public func isClose(
  _ a: NDArray, _ b: NDArray, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8,
  equalNaN: Bool = false
) -> NDArray {
  let (p, q) = promotedPair(a, b)
  var (x, y) = (p.inexact.strong, q.inexact.strong)
  // Half types could not hold the tolerances.
  if x.dtype.isHalf { (x, y) = (x.asType(.float32), y.asType(.float32)) }
  let bound = abs(y) * relativeTolerance + absoluteTolerance
  let isNear: NDArray = abs(x - y) .<= bound
  let close = (x .== y) .| (isNear .& isFinite(y))
  return equalNaN ? close .| (isNaN(x) .& isNaN(y)) : close
}

/// Returns, as a `bool` scalar, whether all elements of two arrays are close, as `isClose` has it.
public func allClose(
  _ a: NDArray, _ b: NDArray, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8,
  equalNaN: Bool = false
) -> NDArray {
  isClose(
    a, b, relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
    equalNaN: equalNaN
  ).all()
}

/// Returns, as a `bool` scalar, whether two arrays have one shape and equal elements.
///
/// Dtypes may differ; elements are compared after promotion.
/// - Parameter equalNaN: Whether not-a-number equals itself.
public func arrayEqual(_ a: NDArray, _ b: NDArray, equalNaN: Bool = false) -> NDArray {
  guard a.shape == b.shape else { return NDArray(false) }
  let equal: NDArray = a .== b
  return (equalNaN ? equal .| (isNaN(a) .& isNaN(b)) : equal).all()
}
