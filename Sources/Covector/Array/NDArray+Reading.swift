// Arrays from Swift values in memory, and back.

extension NDArray {
  /// An array of Swift values in row-major order.
  ///
  /// - Parameters:
  ///   - values: The elements; their type decides the dtype.
  ///   - shape: The shape; one axis by default. Its product must be the number of values.
  public init<T: ArrayElement>(_ values: [T], shape: [Int]? = nil) {
    self = NDArray.reporting { () throws(ArrayError) in
      let shape = shape ?? [values.count]
      guard shape.allSatisfy({ $0 >= 0 }), shape.elementCount == values.count else {
        throw ArrayError("NDArray", "\(values.count) values do not fit shape \(shape)")
      }
      let type = ArrayType(shape, T.dtype)
      let buffer = try Device.current.pool.buffer(type.count * T.dtype.byteCount)
      unsafe values.withUnsafeBytes { unsafe buffer.fill(from: $0) }
      return NDArray(ArrayValue(buffer: buffer, layout: Layout(shape)), type)
    }
  }

  /// An array of the bytes of its elements, in row-major order and native byte order.
  ///
  /// - Throws: `ArrayError` where the number of bytes is not that of the shape and dtype.
  public init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) throws(ArrayError) {
    let type = ArrayType(shape, dtype)
    guard shape.allSatisfy({ $0 >= 0 }), bytes.count == type.count * dtype.byteCount else {
      throw ArrayError("NDArray", "\(bytes.count) bytes do not fit \(type)")
    }
    let buffer = try Device.current.pool.buffer(bytes.count)
    unsafe buffer.fill(from: bytes)
    self.init(ArrayValue(buffer: buffer, layout: Layout(type.shape)), type)
  }

  /// An array that has its value.
  init(_ value: ArrayValue, _ type: ArrayType) {
    self.init(node: Node(Leaf(), [], types: [type], serial: 0, values: [value]))
  }

  /// The value, computed now if it is still pending; `nil` for the result of a mistake.
  func computed() throws(ArrayError) -> ArrayValue? {
    if isPoisoned { return nil }
    if let value = node.value(of: result) { return value }
    try evaluate([self])
    return node.value(of: result)
  }

  /// The only element of the array, converted to the type asked for.
  ///
  /// Computes the array. The array must have one element.
  public func item<T: ArrayElement>(_ type: T.Type = T.self) -> T {
    guard count == 1 || isPoisoned else {
      ArrayError.report(
        ArrayError("item", "the array has shape \(shape); it must have exactly one element"))
      return T.undefined
    }
    return array(of: type).first ?? T.undefined
  }

  /// The elements in row-major order, converted to the type asked for.
  ///
  /// Computes the array. Inside `checked`, a failed array reads as undefined values.
  public func array<T: ArrayElement>(of type: T.Type = T.self) -> [T] {
    do throws(ArrayError) {
      let converted = asType(T.dtype)
      guard let dense = try converted.denseValue() else {
        ArrayError.reportRead()
        return [T](repeating: T.undefined, count: count)
      }
      return unsafe [T](unsafeUninitializedCapacity: count) { target, initialized in
        if let base = target.baseAddress, count > 0 {
          let start = unsafe dense.buffer.base + dense.layout.offset * T.dtype.byteCount
          unsafe UnsafeMutableRawPointer(base).copyMemory(
            from: start, byteCount: count * T.dtype.byteCount)
        }
        initialized = count
      }
    } catch {
      ArrayError.report(error)
      return [T](repeating: T.undefined, count: count)
    }
  }

  /// Calls `body` with the bytes of the elements, in row-major order and native byte order.
  ///
  /// Computes the array. The bytes are valid only during the call.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    guard let dense = try strong.denseValue() else {
      throw ErrorScope.current?.first
        ?? ArrayError("withUnsafeBytes", "the array is the result of an error")
    }
    let start = unsafe dense.buffer.base + dense.layout.offset * dtype.byteCount
    return unsafe try body(UnsafeRawBufferPointer(start: start, count: byteCount))
  }

  /// The value in dense row-major memory.
  func denseValue() throws(ArrayError) -> ArrayValue? {
    guard let value = try computed() else { return nil }
    if value.layout.isContiguous { return value }
    let device = Device.current
    let buffer = try device.pool.buffer(byteCount)
    let layout = Layout(shape)
    unsafe StridedCopy.run(
      from: value.buffer.base, value.layout, to: buffer.base, layout, dtype: dtype, device: device)
    return ArrayValue(buffer: buffer, layout: layout)
  }
}

/// An array made from memory: it has its value from the start.
struct Leaf: SourcePrimitive, Parameterless {
  var name: String { "array" }
  var evaluation: Evaluation { .none }
  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] { [] }
}
