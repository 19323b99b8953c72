// Arrays from memory that others own, and the memory of arrays lent to others: one copy in, none out.

extension NDArray {
  /// An array of the elements of a span, in row-major order.
  ///
  /// - Parameters:
  ///   - elements: The elements; their type decides the dtype.
  ///   - shape: The shape; one axis by default. Its product must be the number of elements.
  public init<T: ArrayElement>(_ elements: Span<T>, shape: [Int]? = nil) {
    self = unsafe elements.withUnsafeBufferPointer { elements in
      NDArray.reporting { () throws(ArrayError) in
        let type = ArrayType(shape ?? [elements.count], T.dtype)
        guard type.shape.allSatisfy({ $0 >= 0 }), type.count == elements.count else {
          throw ArrayError("NDArray", "\(elements.count) values do not fit shape \(type.shape)")
        }
        return unsafe try NDArray(
          bytes: UnsafeRawBufferPointer(elements), shape: type.shape, dtype: type.dtype)
      }
    }
  }

  /// An array of the bytes of its elements, in row-major order and native byte order.
  ///
  /// `Data` has such bytes: `try NDArray(bytes: data.bytes, shape: [2, 3], dtype: .float32)`.
  /// - Throws: `ArrayError` where the number of bytes is not that of the shape and dtype.
  public init(bytes: RawSpan, shape: [Int], dtype: DType) throws(ArrayError) {
    self = unsafe try bytes.withUnsafeBytes { (bytes) throws(ArrayError) in
      unsafe try NDArray(bytes: bytes, shape: shape, dtype: dtype)
    }
  }

  /// An array whose elements are written in place by a function, in row-major order and native byte
  /// order.
  ///
  /// - Parameters:
  ///   - shape: The shape.
  ///   - dtype: The dtype.
  ///   - fill: Writes every byte of the memory it is given; what it leaves out is undefined.
  /// - Throws: `ArrayError` where the memory cannot be had, and what `fill` throws.
  public init(
    shape: [Int], dtype: DType,
    filling fill: (UnsafeMutableRawBufferPointer) throws(ArrayError) -> Void
  ) throws(ArrayError) {
    let type = ArrayType(shape, dtype)
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw ArrayError("NDArray", "shape \(shape) has a negative size; sizes must be 0 or more")
    }
    try type.checkSize("NDArray")
    let count = type.count * dtype.byteCount
    let buffer = try Device.current.pool.buffer(count)
    unsafe try fill(UnsafeMutableRawBufferPointer(start: buffer.base, count: count))
    self.init(ArrayValue(buffer: buffer, layout: Layout(shape)), type)
  }

  /// Calls `body` with the elements in row-major order, converted to the type asked for.
  ///
  /// Computes the array. The span is the array's own memory where the dtype is that of `T` and the
  /// elements lie in order.
  public func withSpan<T: ArrayElement, Result>(
    of type: T.Type = T.self, _ body: (Span<T>) throws -> Result
  ) throws -> Result {
    unsafe try asType(T.dtype).withUnsafeBytes { bytes in
      // The memory of an array is aligned for every dtype, and its elements are laid out as `T` is.
      let elements = unsafe bytes.bindMemory(to: T.self)
      return unsafe try body(elements.span)
    }
  }

  /// The rows of a matrix, converted to the type asked for.
  ///
  /// Computes the array, which must have two axes. `NDArray(rows)` is the way back.
  public func rows<T: ArrayElement>(of type: T.Type = T.self) -> [[T]] {
    guard rank == 2 || isPoisoned else {
      ArrayError.report(
        ArrayError("rows", "the array has shape \(shape); a matrix, with two axes, is needed"))
      return []
    }
    let (elements, length) = (array(of: type), shape.last ?? 0)
    return (0..<(shape.first ?? 0)).map { Array(elements[$0 * length..<($0 + 1) * length]) }
  }
}
