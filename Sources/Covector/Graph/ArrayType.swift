// What is known of an array before it is computed.

/// The shape and dtype of an array.
public struct ArrayType: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The size of each axis, outermost first; empty for a scalar.
  public var shape: [Int]
  /// The type of the elements.
  public var dtype: DType

  /// Makes a type.
  public init(_ shape: [Int], _ dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements: the product of the sizes.
  public var count: Int { shape.elementCount }

  /// The dtype and shape, as in `float32[2, 3]`.
  public var description: String { "\(dtype)\(shape)" }
}

extension [Int] {
  /// The product of the sizes.
  package var elementCount: Int {
    var product = 1
    for size in self { product *= size }
    return product
  }

  /// The strides, in elements, of a row-major array of this shape.
  package var rowMajorStrides: [Int] {
    var strides = self
    var step = 1
    for axis in indices.reversed() {
      strides[axis] = step
      step *= self[axis]
    }
    return strides
  }
}
