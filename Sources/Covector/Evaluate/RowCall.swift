// Kernels that work row by row: strided rows of the inputs in, contiguous rows of the outputs out.
// The one place where scans, sorts and searches meet raw memory.

import CovectorKernels

extension KernelCall {
  /// Cumulates input 0 along an axis into output 0.
  func scan(
    _ kind: cv_scan_kind, axis: Int, reverse: Bool, exclusive: Bool
  ) throws(ArrayError) {
    let output = outputs[0]
    if output.count == 0 { return }
    var (source, owner): (Operand, Buffer?) = (inputs[0], nil)
    var columns = source.layout.columns(behind: axis)
    if columns.sizes.count > 1 {
      (source, owner) = try dense(0)
      columns = source.layout.columns(behind: axis)
    }
    let layout = source.layout
    let (count, stride) = (layout.shape[axis], layout.strides[axis])
    let (inner, innerStride) = (columns.sizes.first ?? 1, columns.strides.first ?? 1)
    let rows = Layout(Array(layout.shape[..<axis]), strides: Array(layout.strides[..<axis]))
    let operand = source
    parallel(rows.shape.elementCount, grain: max(1, 32768 / (count * inner))) { range, _ in
      let offsets = rows.offsets(range)
      unsafe offsets.withUnsafeBufferPointer { offsets in
        _ = unsafe cv_scan(
          kind, reverse, exclusive, operand.start, operand.dtype.rawValue, offsets.baseAddress,
          Int64(range.lowerBound), Int64(range.upperBound), Int64(count), Int64(stride),
          Int64(inner), Int64(innerStride), output.base)
      }
    }
    withExtendedLifetime(owner) {}
  }

  /// Sorts the rows of input 0, which lie along its last axis, into output 0: the elements
  /// themselves, or their places in the row.
  func sortRows(places: Bool) throws(ArrayError) {
    let (source, output) = (inputs[0], outputs[0])
    if output.count == 0 { return }
    let (rows, count, stride) = source.layout.rows
    let bytes = cv_sort_scratch(source.dtype.rawValue, Int64(count))
    let scratch = try Scratch(self, bytesPerWorker: bytes)
    parallel(rows.shape.elementCount, grain: max(1, 8192 / count)) { range, worker in
      let offsets = rows.offsets(range)
      unsafe offsets.withUnsafeBufferPointer { offsets in
        let (begin, end) = (Int64(range.lowerBound), Int64(range.upperBound))
        if places {
          unsafe cv_argsort(
            source.start, source.dtype.rawValue, offsets.baseAddress, begin, end, Int64(count),
            Int64(stride), output.base,
            output.dtype == .int64
              ? output.dtype.rawValue
              : DType.uint32.rawValue, scratch[worker])
        } else {
          unsafe cv_sort(
            source.start, source.dtype.rawValue, offsets.baseAddress, begin, end, Int64(count),
            Int64(stride), output.base, scratch[worker])
        }
      }
    }
  }

  /// Looks up the last axis of input 1 in the sorted rows of input 0, row by row.
  func searchRows(right: Bool) {
    let (sorted, values, output) = (inputs[0], inputs[1], outputs[0])
    if output.count == 0 { return }
    let (tables, count, stride) = sorted.layout.rows
    let (rows, width, valueStride) = values.layout.rows
    let resultType = output.dtype == .int64 ? output.dtype : DType.uint32
    let units = rows.shape.elementCount * width
    parallel(units, grain: 4096) { range, _ in
      let touched = (range.lowerBound / width)..<((range.upperBound - 1) / width + 1)
      let tableOffsets = tables.offsets(touched)
      let valueOffsets = rows.offsets(touched)
      for (place, row) in touched.enumerated() {
        let own = range.clamped(to: (row * width)..<((row + 1) * width))
        let table = Int(tableOffsets[place]) * sorted.dtype.byteCount
        let column = Int(valueOffsets[place]) * values.dtype.byteCount
        unsafe cv_search_sorted(
          sorted.start + table, sorted.dtype.rawValue, Int64(count), Int64(stride),
          values.start + column, Int64(own.lowerBound - row * width),
          Int64(own.upperBound - row * width), Int64(valueStride), right,
          output.base + row * width * output.dtype.byteCount, resultType.rawValue)
      }
    }
  }
}

/// Memory for the workers of one kernel.
@safe struct Scratch: Sendable {
  private let buffer: Buffer
  private let stride: Int

  init(_ call: borrowing KernelCall, bytesPerWorker: Int) throws(ArrayError) {
    stride = (bytesPerWorker + 63) / 64 * 64
    buffer = try call.device.pool.buffer(stride * call.device.threads)
  }

  /// The memory of one worker, aligned to 64 bytes.
  @unsafe subscript(worker: Int) -> UnsafeMutableRawPointer {
    unsafe buffer.base + worker * stride
  }
}

extension Layout {
  /// The rows along the last axis: where they start, how long they are, and the step along them.
  var rows: (starts: Layout, count: Int, stride: Int) {
    let starts = Layout(Array(shape.dropLast()), strides: Array(strides.dropLast()))
    return (starts, shape.last ?? 1, strides.last ?? 1)
  }

  /// The axes behind one, merged where they can be.
  func columns(behind axis: Int) -> (sizes: [Int], strides: [Int]) {
    Layout(Array(shape[(axis + 1)...]), strides: Array(strides[(axis + 1)...])).collapsed()
  }
}
