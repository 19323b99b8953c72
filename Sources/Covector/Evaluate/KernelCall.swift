// What a primitive with a function of its own is given to work with: pointers, layouts, threads.

import CovectorKernels

/// A call of a primitive's function: its inputs, and memory for its outputs.
@safe public struct KernelCall {
  /// Elements in memory.
  @safe public struct Operand: @unchecked Sendable {
    /// The start of the buffer; the first element lies at `layout.offset`.
    @unsafe public let base: UnsafeMutableRawPointer
    /// The element type.
    public let dtype: DType
    /// Where the elements lie; outputs are dense and row-major.
    public let layout: Layout

    init(base: UnsafeMutableRawPointer, dtype: DType, layout: Layout) {
      unsafe self.base = base
      self.dtype = dtype
      self.layout = layout
    }

    /// The address of the first element.
    @unsafe public var start: UnsafeMutableRawPointer {
      unsafe base + layout.offset * dtype.byteCount
    }

    /// The number of elements.
    public var count: Int { layout.shape.elementCount }
  }

  /// The inputs; any layout.
  public let inputs: [Operand]
  /// The outputs; dense and row-major, contents undefined.
  public let outputs: [Operand]
  /// The device the call runs on.
  public let device: Device

  /// Runs `body` on ranges that cover `0..<count`, on several threads where there are enough units.
  ///
  /// - Parameters:
  ///   - grain: The least number of units that is worth a thread of its own.
  ///   - evenly: Whether every thread is given one range, because what `body` does first takes long.
  ///   - body: Called with a range of units and the number of the worker, below the device's `threads`.
  public func parallel(
    _ count: Int, grain: Int = 1, evenly: Bool = false,
    _ body: @Sendable (Range<Int>, Int) -> Void
  ) {
    device.parallel(count, grain: grain, evenly: evenly, body)
  }

  /// Sets all bytes of an output to zero.
  public func fillZero(_ output: Int) {
    let target = outputs[output]
    unsafe target.base.initializeMemory(
      as: UInt8.self, repeating: 0, count: target.count * target.dtype.byteCount)
  }

  /// Copies an input into part of an output of the same dtype.
  func copy(_ input: Int, to output: Int, layout: Layout) {
    let source = inputs[input]
    let target = outputs[output]
    unsafe StridedCopy.run(
      from: source.base, source.layout, to: target.base, layout, dtype: source.dtype,
      device: device)
  }

  /// The values of an input as an array of its own.
  func array(_ input: Int) throws(ArrayError) -> NDArray {
    let source = inputs[input]
    let layout = Layout(source.layout.shape)
    let buffer = try device.pool.buffer(source.count * source.dtype.byteCount)
    unsafe StridedCopy.run(
      from: source.base, source.layout, to: buffer.base, layout, dtype: source.dtype,
      device: device)
    return NDArray(
      ArrayValue(buffer: buffer, layout: layout), ArrayType(layout.shape, source.dtype))
  }

  /// The input as dense row-major memory, with some axes reversed: itself where it is, else a copy, which
  /// `Buffer` keeps alive.
  func dense(
    _ input: Int, reversed axes: Range<Int> = 0..<0
  ) throws(ArrayError) -> (operand: Operand, owner: Buffer?) {
    let source = inputs[input]
    let view = source.layout.reversed(axes)
    if view == source.layout, view.isContiguous { return (source, nil) }
    let buffer = try device.pool.buffer(source.count * source.dtype.byteCount)
    let layout = Layout(source.layout.shape)
    unsafe StridedCopy.run(
      from: source.base, view, to: buffer.base, layout, dtype: source.dtype, device: device)
    return (unsafe Operand(base: buffer.base, dtype: source.dtype, layout: layout), buffer)
  }
}
