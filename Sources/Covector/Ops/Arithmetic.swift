// Addition, subtraction, multiplication, division and their operators.

import CovectorKernels

struct Add: Elementwise, Parameterless {
  var name: String { "+" }
  var instruction: Instruction { .init(CV_ADD) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { x[0].storedType.dtype }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .one }
}

struct Subtract: Elementwise, Parameterless {
  var name: String { "-" }
  var instruction: Instruction { .init(CV_SUB) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    try requireNumbers(x, "-")
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    index == 0 ? .one : .minusOne
  }
}

struct Multiply: Elementwise, Parameterless {
  var name: String { "*" }
  var instruction: Instruction { .init(CV_MUL) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { x[0].storedType.dtype }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .factor(x[1 - index]) }
}

struct Divide: Elementwise, Parameterless {
  var name: String { "/" }
  var instruction: Instruction { .init(CV_DIV) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    try requireInexact(x, "/")
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    index == 0 ? .factor(reciprocal(x[1])) : .factor(-(y / x[1]))
  }
}

struct Reciprocal: Elementwise, Parameterless {
  var name: String { "reciprocal" }
  var instruction: Instruction { .init(CV_RECIPROCAL) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType {
    try requireInexact(x, "reciprocal")
  }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .factor(-(y * y)) }
}

struct Negate: Elementwise, Parameterless {
  var name: String { "-" }
  var instruction: Instruction { .init(CV_NEG) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireNumbers(x, "-") }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .minusOne }
}

extension Instruction {
  /// The instruction of that opcode.
  init(_ opcode: cv_opcode) { self.init(opcode: UInt16(opcode.rawValue)) }
  static let cast = Instruction(CV_CAST)
  static let iota = Instruction(CV_IOTA)
}

// MARK: - Dtypes an operation is defined on

/// The common dtype of inputs that must not be `bool`.
func requireNumbers(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard dtype != .bool else {
    throw ArrayError(operation, "not defined for bool; convert with asType first")
  }
  return dtype
}

/// The common dtype of inputs that must be floating-point or complex.
func requireInexact(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard dtype.isInexact else {
    throw ArrayError(operation, "not defined for \(dtype); floating-point or complex is needed")
  }
  return dtype
}

/// The common dtype of inputs that must be real floating-point.
func requireFloating(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard dtype.isFloating else {
    throw ArrayError(operation, "not defined for \(dtype); a real floating-point dtype is needed")
  }
  return dtype
}

/// The common dtype of inputs that must be integers, or `bool`.
func requireIntegers(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard dtype.isInteger || dtype == .bool else {
    throw ArrayError(operation, "not defined for \(dtype); integers or bool are needed")
  }
  return dtype
}

/// The common dtype of inputs that have an order: everything but complex numbers.
func requireOrdered(_ x: [NDArray], _ operation: String) throws(ArrayError) -> DType {
  let dtype = x[0].storedType.dtype
  guard !dtype.isComplex else {
    throw ArrayError(operation, "not defined for \(dtype); complex numbers have no order")
  }
  return dtype
}

extension NDArray {
  /// The array as floating-point or complex: integers and `bool` become `float32`.
  package var inexact: NDArray {
    if storedType.dtype.isInexact { return self }
    return isWeak ? weaklyConverted(to: .float64) : promoted(to: .float32)
  }

  /// The two operands of an elementwise primitive, promoted.
  static func binary(_ primitive: some Elementwise, _ a: NDArray, _ b: NDArray) -> NDArray {
    let (x, y) = promotedPair(a, b)
    return NDArray(primitive, [x, y])
  }
}

// MARK: - Operators

extension NDArray {
  /// The sum, element by element; on `bool`, "or".
  public static func + (a: NDArray, b: NDArray) -> NDArray { binary(Add(), a, b) }
  /// The difference, element by element; unsigned integers wrap.
  public static func - (a: NDArray, b: NDArray) -> NDArray { binary(Subtract(), a, b) }
  /// The product, element by element; on `bool`, "and".
  public static func * (a: NDArray, b: NDArray) -> NDArray { binary(Multiply(), a, b) }
  /// The quotient, element by element; integers become `float32` first.
  public static func / (a: NDArray, b: NDArray) -> NDArray {
    let (x, y) = promotedPair(a, b)
    return NDArray(Divide(), [x.inexact, y.inexact])
  }
  /// The negative; unsigned integers wrap.
  public static prefix func - (a: NDArray) -> NDArray { NDArray(Negate(), a) }
  /// The array itself.
  public static prefix func + (a: NDArray) -> NDArray { a }

  /// Adds in place: the variable names the sum afterwards.
  public static func += (a: inout NDArray, b: NDArray) { a = a + b }
  /// Subtracts in place: the variable names the difference afterwards.
  public static func -= (a: inout NDArray, b: NDArray) { a = a - b }
  /// Multiplies in place: the variable names the product afterwards.
  public static func *= (a: inout NDArray, b: NDArray) { a = a * b }
  /// Divides in place: the variable names the quotient afterwards.
  public static func /= (a: inout NDArray, b: NDArray) { a = a / b }
}

/// A Swift number that takes part in expressions with arrays and adopts their dtype.
public protocol WeakScalar {
  /// The number as a scalar array without a dtype of its own.
  var weakArray: NDArray { get }
}

extension Int: WeakScalar {
  /// The number as a scalar array without a dtype of its own.
  public var weakArray: NDArray { NDArray(integerLiteral: self) }
}
extension Double: WeakScalar {
  /// The number as a scalar array without a dtype of its own.
  public var weakArray: NDArray { NDArray(floatLiteral: self) }
}
extension Float: WeakScalar {
  /// The number as a scalar array without a dtype of its own.
  public var weakArray: NDArray { NDArray(floatLiteral: Double(self)) }
}
extension Complex: WeakScalar where Real: ArrayElement {
  /// The number as a scalar array without a dtype of its own.
  public var weakArray: NDArray {
    .weak(Constant(Complex<Double>(Double(real), Double(imaginary))))
  }
}

// Disfavoured, so that a literal beside an array is an array literal and expressions type-check fast.
extension NDArray {
  /// The sum with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func + (a: NDArray, b: some WeakScalar) -> NDArray { a + b.weakArray }
  /// The sum with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func + (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray + b }
  /// The difference with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func - (a: NDArray, b: some WeakScalar) -> NDArray { a - b.weakArray }
  /// The difference with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func - (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray - b }
  /// The product with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func * (a: NDArray, b: some WeakScalar) -> NDArray { a * b.weakArray }
  /// The product with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func * (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray * b }
  /// The quotient with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func / (a: NDArray, b: some WeakScalar) -> NDArray { a / b.weakArray }
  /// The quotient with a Swift number, which adopts the array's dtype.
  @_disfavoredOverload
  public static func / (a: some WeakScalar, b: NDArray) -> NDArray { a.weakArray / b }
}

/// One divided by each element; integers become `float32` first.
///
/// The derivative is `-1 / x²`.
public func reciprocal(_ x: NDArray) -> NDArray { NDArray(Reciprocal(), x.inexact) }
