// The same numbers in other places of memory.

package import Covector

extension Values {
  /// The array in memory where neighbours along the last axis are `stride` apart, after an offset.
  package func array(stride step: Int) throws -> NDArray? {
    guard count > 0 else { return nil }
    let strides = type.shape.rowMajorStrides.map { $0 * step }
    let offset = step > 0 ? 5 : (count - 1) * -step + 5
    return try spread(offset: offset, strides: strides, length: count * abs(step) + 10)
  }

  /// The array in memory with its first axis innermost.
  package func columnMajorArray() throws -> NDArray? {
    guard count > 0, type.rank >= 2 else { return nil }
    let strides = [Int](type.shape.reversed()).rowMajorStrides.reversed()
    return try spread(offset: 0, strides: Array(strides), length: count)
  }

  /// The array with its elements at these places of memory that is otherwise full of ones.
  private func spread(offset: Int, strides: [Int], length: Int) throws -> NDArray {
    let layout = Layout(type.shape, strides: strides, offset: offset)
    let size = type.dtype.byteCount
    let dense = try Bits(array()).bytes
    var bytes = [UInt8](repeating: type.dtype == .bool ? 1 : 0xff, count: length * size)
    let places = type.shape.rowMajorStrides
    for index in 0..<count {
      var place = offset
      for axis in type.shape.indices {
        place += index / places[axis] % type.shape[axis] * strides[axis]
      }
      for byte in 0..<size { bytes[place * size + byte] = dense[index * size + byte] }
    }
    return try Flat.array(bytes: bytes, dtype: type.dtype, layout: layout)
  }
}
