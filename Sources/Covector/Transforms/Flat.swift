// The transforms on flat lists of arrays, layouts and poisoned memory, as the sweep reaches them.
// Not part of the public surface.

package enum Flat {
  package typealias Function = ([NDArray]) -> [NDArray]

  /// The function mapped over an axis of its inputs; the results have theirs in front.
  package static func vmap(
    _ function: Function, _ inputs: [NDArray], axes: [Int?], size: Int
  ) -> [NDArray] {
    Vectorize.apply(function, to: inputs, size: size, axes: axes).map { result in
      result.array.mappedInFront(result.axis, size: size)
    }
  }

  /// The outputs and their tangents; `nil` stands for zero.
  package static func jvp(
    _ function: Function, _ primals: [NDArray], _ tangents: [NDArray?]
  ) -> (outputs: [NDArray], tangents: [NDArray?]) {
    Differentiate.jvp(function, primals, tangents)
  }

  /// The outputs, and the function from their cotangents to those of the primals.
  package static func vjp(
    _ function: Function, _ primals: [NDArray]
  ) -> (outputs: [NDArray], pullback: ([NDArray?]) -> [NDArray?]) {
    Differentiate.vjp(function, primals)
  }

  /// The function compiled.
  package static func compile(
    _ function: @escaping @Sendable ([NDArray]) -> [NDArray]
  ) -> @Sendable ([NDArray]) -> [NDArray] {
    let compiled = Compiled<[NDArray], [NDArray]>(#fileID, #line)
    return { compiled.call($0, function) }
  }

  /// The primitives between inputs and outputs, in order.
  package static func primitives(_ function: Function, _ inputs: [NDArray]) -> [AnyHashable] {
    Differentiate.trace(function, at: inputs).program.operations.map { operation in
      erased(operation.node.primitive)
    }
  }

  private static func erased(_ primitive: some Primitive) -> AnyHashable { AnyHashable(primitive) }

  /// Computes arrays together.
  package static func evaluate(_ arrays: [NDArray]) throws(ArrayError) {
    try Covector.evaluate(arrays)
  }

  /// The shape of the memory that holds an array's value; `nil` while it is pending.
  package static func evaluatedShape(_ array: NDArray) -> [Int]? {
    array.node.value(of: array.result)?.layout.shape
  }

  /// An array that has `layout` in memory that holds these bytes.
  package static func array(
    bytes: [UInt8], dtype: DType, layout: Layout
  ) throws(ArrayError) -> NDArray {
    let buffer = try Device.current.pool.buffer(bytes.count)
    unsafe bytes.withUnsafeBytes { unsafe buffer.fill(from: $0) }
    return NDArray(ArrayValue(buffer: buffer, layout: layout), ArrayType(layout.shape, dtype))
  }

  /// A device whose memory is filled with a byte before it is handed out, in blocks that end at a page that
  /// cannot be touched.
  package static func poisonedDevice(_ byte: UInt8) -> Device {
    Device(threads: 1, kernels: Device.current.kernels, poison: byte)
  }

  /// A device of a number of threads, with the instruction set of another.
  package static func device(threads: Int, like device: Device = .current) -> Device {
    Device(threads: threads, kernels: device.kernels)
  }
}
