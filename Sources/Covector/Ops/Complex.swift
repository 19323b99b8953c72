// The real-linear functions of complex numbers: parts, conjugate, and making one from two parts.
// Cotangents of complex arrays are re + i im of the gradient by the two parts.

import CovectorKernels

struct RealPart: LinearPrimitive, Parameterless {
  var name: String { "real" }
  var evaluation: Evaluation { .instruction(.init(CV_REAL)) }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, x[0].dtype.real)]
  }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.asType(inputs[0].dtype)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

struct ImaginaryPart: LinearPrimitive, Parameterless {
  var name: String { "imaginary" }
  var evaluation: Evaluation { .instruction(.init(CV_IMAG)) }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, x[0].dtype.real)]
  }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(MakeComplex(), cotangent.zerosLike(), cotangent)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

struct Conjugate: LinearPrimitive, Parameterless {
  var name: String { "conjugate" }
  var evaluation: Evaluation { .instruction(.init(CV_CONJ)) }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(self, cotangent)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

/// Two real arrays of one type as the parts of a complex one.
struct MakeComplex: LinearPrimitive, Parameterless {
  var name: String { "complex" }
  var evaluation: Evaluation { .instruction(.init(CV_COMPLEX)) }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 2 && x.haveOneDType }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, x[0].dtype.complex)]
  }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.real, cotangent.imaginary]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, axes).map { array, axis in array.mappedInFront(axis, size: size) }
    return ([NDArray(self, front)], [0])
  }
}

extension NDArray {
  /// The real parts, of the dtype's real type; a real array is returned as it is.
  public var real: NDArray { dtype.isComplex ? NDArray(RealPart(), strong) : self }

  /// The imaginary parts, of the dtype's real type; zeros for a real array.
  public var imaginary: NDArray { dtype.isComplex ? NDArray(ImaginaryPart(), strong) : zerosLike() }

  /// The complex conjugate; a real array is returned as it is.
  public var conjugated: NDArray {
    storedType.dtype.isComplex ? NDArray(Conjugate(), self) : self
  }
}

/// The complex array with these real and imaginary parts, which broadcast.
///
/// `float64` parts make `complex128`, everything else `complex64`.
public func complex(_ real: NDArray, _ imaginary: NDArray) -> NDArray {
  NDArray.reporting(like: real) { () throws(ArrayError) in
    let (x, y) = promotedPair(real.strong, imaginary.strong)
    guard !x.dtype.isComplex else {
      throw ArrayError("complex", "not defined for \(x.dtype); the two parts are real numbers")
    }
    let parts = x.dtype == .float64 ? [x, y] : [x.asType(.float32), y.asType(.float32)]
    return NDArray(MakeComplex(), broadcastArrays(parts))
  }
}
