// Conversion between dtypes, and the real-linear functions of complex numbers.

import CovectorKernels

/// Conversion to another dtype.
struct Cast: LinearPrimitive {
  let dtype: DType
  var keepsWeakness = false
  var readsWeakScalars: Bool { true }

  var name: String { "asType" }
  var evaluation: Evaluation { .instruction(.cast) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, dtype)]
  }

  // Through an integer or bool the function is a staircase: its derivative is zero.
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0], dtype.isInexact, tangent.dtype.isInexact else { return [nil] }
    return [NDArray(self, tangent)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    guard dtype.isInexact, inputs[0].dtype.isInexact else { return [nil] }
    return [NDArray(Cast(dtype: inputs[0].dtype), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0])], axes)
  }
}

extension NDArray {
  /// The array with its elements converted to `dtype`, of the same shape.
  ///
  /// To integers, fractions are cut off towards zero, values out of range go to the nearest end and
  /// not-a-number to zero; between integers the low bits are kept; to `bool`, everything but zero is
  /// true; complex numbers lose their imaginary part. The derivative through an integer or `bool` is 0.
  public func asType(_ dtype: DType) -> NDArray { promoted(to: dtype) }

  /// The array with its elements converted to the dtype of a Swift type.
  public func asType<T: ArrayElement>(_ type: T.Type) -> NDArray { promoted(to: T.dtype) }
}
