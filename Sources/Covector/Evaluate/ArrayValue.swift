// A computed array: memory and the layout of the elements in it, and how loops over lanes and steps move
// parts of it about.

/// The elements of a computed array.
struct ArrayValue: Sendable {
  let buffer: Buffer
  var layout: Layout
}

/// The evaluation that has claimed a node, and the node's number in it.
struct Claim: Sendable {
  let evaluation: EvaluationTicket
  let number: Int
}

extension ArrayValue {
  /// Zeros.
  static func zeros(_ type: ArrayType, on device: Device) throws(ArrayError) -> ArrayValue {
    var value = try Constant(0, dtype: type.dtype).value(on: device)
    value.layout = Layout(type.shape, strides: [Int](repeating: 0, count: type.rank))
    return value
  }

  /// Memory for a dense array, contents undefined.
  static func undefined(_ type: ArrayType, on device: Device) throws(ArrayError) -> ArrayValue {
    ArrayValue(
      buffer: try device.pool.buffer(type.count * type.dtype.byteCount),
      layout: Layout(type.shape))
  }

  /// The value in row-major memory from the start of its buffer: itself where it is, else a copy.
  func dense(_ dtype: DType, on device: Device) throws(ArrayError) -> ArrayValue {
    if layout.offset == 0, layout.isContiguous { return self }
    let copy = try ArrayValue.undefined(ArrayType(layout.shape, dtype), on: device)
    unsafe StridedCopy.run(
      from: buffer.base, layout, to: copy.buffer.base, copy.layout, dtype: dtype, device: device)
    return copy
  }

  /// One place along the first axis.
  func row(_ index: Int) -> ArrayValue {
    var row = layout
    row.offset += index * layout.strides[0]
    row.shape.removeFirst()
    row.strides.removeFirst()
    return ArrayValue(buffer: buffer, layout: row)
  }

  /// The same elements with a first axis of size 1 added.
  var asRow: ArrayValue {
    let wide = Layout(
      layout.shape.inserting(1, at: 0), strides: layout.strides.inserting(0, at: 0),
      offset: layout.offset)
    return ArrayValue(buffer: buffer, layout: wide)
  }

  /// The places along the first axis that are named, in memory of their own unless they are neighbours.
  func rows(
    _ indices: [Int], _ dtype: DType, on device: Device
  ) throws(ArrayError) -> ArrayValue {
    guard let first = indices.first else { return self }
    if indices.enumerated().allSatisfy({ $1 == first + $0 }) {
      var part = layout
      part.offset += first * layout.strides[0]
      part.shape[0] = indices.count
      return ArrayValue(buffer: buffer, layout: part)
    }
    let inner = ArrayType(Array(layout.shape.dropFirst()), dtype)
    let source = row(0).layout.isContiguous ? self : try dense(dtype, on: device)
    let taken = try ArrayValue.undefined(
      ArrayType([indices.count] + inner.shape, dtype), on: device)
    let bytes = inner.count * dtype.byteCount
    for (place, index) in indices.enumerated() {
      let start = (source.layout.offset + index * source.layout.strides[0]) * dtype.byteCount
      unsafe (taken.buffer.base + place * bytes).copyMemory(
        from: source.buffer.base + start, byteCount: bytes)
    }
    return taken
  }

  /// Writes the first places of `source`, along its first axis, to those named here.
  ///
  /// This value is dense, from the start of memory that nobody else has seen.
  func setRows(
    _ indices: [Int], to source: ArrayValue, _ dtype: DType, on device: Device
  ) throws(ArrayError) {
    let source = source.row(0).layout.isContiguous ? source : try source.dense(dtype, on: device)
    let bytes = layout.shape.dropFirst().reduce(dtype.byteCount, *)
    for (place, index) in indices.enumerated() {
      let start = (source.layout.offset + place * source.layout.strides[0]) * dtype.byteCount
      unsafe (buffer.base + index * bytes).copyMemory(
        from: source.buffer.base + start, byteCount: bytes)
    }
  }

  /// The truth values.
  var bools: [Bool] { elements(of: Bool.self) }

  /// The elements of a list, or of a scalar, whose dtype is that of `T`.
  func elements<T: BitwiseCopyable>(of type: T.Type) -> [T] {
    let (count, stride) = (layout.shape.elementCount, layout.strides.first ?? 0)
    return (0..<count).map { index in
      let place = (layout.offset + index * stride) * MemoryLayout<T>.stride
      return unsafe buffer.base.load(fromByteOffset: place, as: T.self)
    }
  }
}
