// Elements of arrays in the test's own memory: as numbers, to make inputs and compare within a
// tolerance, and as bytes, to compare exactly.

package import Covector

/// Numbers that an array is made of, or was read as.
package struct Values: Sendable {
  package var type: ArrayType
  /// The elements, or their real parts, in row-major order.
  package var real: [Double]
  /// The imaginary parts; empty unless the dtype is complex.
  package var imaginary: [Double] = []

  package init(type: ArrayType, real: [Double], imaginary: [Double] = []) {
    (self.type, self.real, self.imaginary) = (type, real, imaginary)
  }

  package var count: Int { real.count }

  /// The array of these numbers, rounded to the dtype; whole numbers out of its range go to the end.
  package func array() -> NDArray {
    func make<T: ArrayElement>(_ element: (Double) -> T) -> NDArray {
      NDArray(real.map(element), shape: type.shape)
    }
    func whole<T: ArrayElement & FixedWidthInteger>(_ type: T.Type) -> NDArray {
      make { T(clamping: Int64($0.rounded(.toNearestOrEven))) }
    }
    return switch type.dtype {
    case .bool: make { $0 != 0 }
    case .uint8: whole(UInt8.self)
    case .uint16: whole(UInt16.self)
    case .uint32: whole(UInt32.self)
    case .uint64: whole(UInt64.self)
    case .int8: whole(Int8.self)
    case .int16: whole(Int16.self)
    case .int32: whole(Int32.self)
    case .int64: whole(Int64.self)
    case .float16: make { Float16($0) }
    case .bfloat16: make { BFloat16(Float($0)) }
    case .float32: make { Float($0) }
    case .float64: make { $0 }
    case .complex64:
      NDArray(
        zip(real, imaginary).map { Complex(Float($0), Float($1)) }, shape: type.shape)
    case .complex128: NDArray(zip(real, imaginary).map { Complex($0, $1) }, shape: type.shape)
    }
  }

  /// The numbers moved along a direction.
  package func moved(by step: Double, along direction: Values) -> Values {
    var moved = self
    for index in real.indices { moved.real[index] += step * direction.real[index] }
    for index in imaginary.indices { moved.imaginary[index] += step * direction.imaginary[index] }
    return moved
  }

  /// The sum of the products of all real and imaginary parts.
  package func dot(_ other: Values) -> Double {
    var sum = 0.0
    for index in real.indices { sum += real[index] * other.real[index] }
    for index in imaginary.indices { sum += imaginary[index] * other.imaginary[index] }
    return sum
  }

  /// The sum of the absolute values of these products.
  package func absoluteDot(_ other: Values) -> Double {
    var sum = 0.0
    for index in real.indices { sum += abs(real[index] * other.real[index]) }
    for index in imaginary.indices { sum += abs(imaginary[index] * other.imaginary[index]) }
    return sum
  }

  /// The largest absolute value that is finite.
  package var magnitude: Double {
    var largest = 0.0
    for value in real where value.isFinite { largest = max(largest, abs(value)) }
    for value in imaginary where value.isFinite { largest = max(largest, abs(value)) }
    return largest
  }

  /// The element at a place, as text.
  package func description(at index: Int) -> String {
    imaginary.isEmpty ? "\(real[index])" : "\(real[index]) + \(imaginary[index])i"
  }
}

/// An array's elements as bytes.
package struct Bits: Sendable {
  package var type: ArrayType
  package var bytes: [UInt8]

  /// The bytes of a computed array; computes it where it is pending.
  package init(_ array: NDArray) throws {
    type = array.type
    bytes = try unsafe array.withUnsafeBytes { unsafe Array($0) }
  }

  private func load<T>(_ type: T.Type) -> [T] {
    let size = MemoryLayout<T>.stride
    return unsafe bytes.withUnsafeBytes { bytes in
      (0..<(bytes.count / size)).map {
        unsafe bytes.loadUnaligned(fromByteOffset: $0 * size, as: T.self)
      }
    }
  }

  /// The elements as integers, sign extended; `nil` for other dtypes.
  package func integers() -> [Int64]? {
    switch type.dtype {
    case .uint8: load(UInt8.self).map(Int64.init)
    case .uint16: load(UInt16.self).map(Int64.init)
    case .uint32: load(UInt32.self).map(Int64.init)
    case .uint64: load(UInt64.self).map { Int64(bitPattern: $0) }
    case .int8: load(Int8.self).map(Int64.init)
    case .int16: load(Int16.self).map(Int64.init)
    case .int32: load(Int32.self).map(Int64.init)
    case .int64: load(Int64.self)
    default: nil
    }
  }

  /// The elements as numbers.
  package func values() -> Values {
    switch type.dtype {
    case .bool: return Values(type: type, real: bytes.map { $0 == 0 ? 0 : 1 })
    case .float16: return Values(type: type, real: load(Float16.self).map { Double($0) })
    case .bfloat16:
      return Values(
        type: type, real: load(UInt16.self).map { Double(BFloat16(bitPattern: $0).float) })
    case .float32: return Values(type: type, real: load(Float.self).map { Double($0) })
    case .float64: return Values(type: type, real: load(Double.self))
    case .complex64:
      let parts = load(Float.self).map { Double($0) }
      return Values(type: type, interleaved: parts)
    case .complex128: return Values(type: type, interleaved: load(Double.self))
    case .uint64: return Values(type: type, real: load(UInt64.self).map { Double($0) })
    default: return Values(type: type, real: (integers() ?? []).map { Double($0) })
    }
  }

  /// What differs, or `nil`; two not-a-numbers are equal whatever their bits.
  package func difference(from expected: Bits) -> String? {
    guard type == expected.type else { return "the result is \(type), expected \(expected.type)" }
    if bytes == expected.bytes { return nil }
    let (mine, other) = (values(), expected.values())
    for index in mine.real.indices {
      func same(_ a: Double, _ b: Double) -> Bool {
        (a.isNaN && b.isNaN) || a.bitPattern == b.bitPattern
      }
      let isSame =
        same(mine.real[index], other.real[index])
        && (mine.imaginary.isEmpty || same(mine.imaginary[index], other.imaginary[index]))
      if isSame { continue }
      return "element \(index) of \(type) is \(mine.description(at: index)), "
        + "expected \(other.description(at: index))"
    }
    // 64-bit integers beyond 2^53, or truth values that are neither 0 nor 1.
    let isNaN = mine.real.contains(where: \.isNaN) || mine.imaginary.contains(where: \.isNaN)
    return isNaN ? nil : "the bytes of \(type) differ"
  }
}

extension Values {
  package init(type: ArrayType, interleaved parts: [Double]) {
    let places = stride(from: 0, to: parts.count, by: 2)
    self.init(
      type: type, real: places.map { parts[$0] }, imaginary: places.map { parts[$0 + 1] })
  }

  /// The elements of an array, computed where it is pending.
  package init(_ array: NDArray) throws { self = try Bits(array).values() }

  /// Zeros of a type.
  package static func zeros(_ type: ArrayType) -> Values {
    let zeros = [Double](repeating: 0, count: type.count)
    return Values(type: type, real: zeros, imaginary: type.dtype.isComplex ? zeros : [])
  }
}

/// An array of zeros.
package func zeros(_ type: ArrayType) -> NDArray { Values.zeros(type).array() }

/// The elements of arrays, computed together.
package func bits(_ arrays: [NDArray]) throws -> [Bits] {
  try Flat.evaluate(arrays)
  return try arrays.map { try Bits($0) }
}

/// The elements of arrays as numbers, computed together.
package func values(_ arrays: [NDArray]) throws -> [Values] {
  try bits(arrays).map { $0.values() }
}

extension DType {
  /// The distance of 1 to the next number; 0 for exact types.
  package var epsilon: Double {
    switch self {
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    case .float32, .complex64: 0x1p-23
    case .float64, .complex128: 0x1p-52
    default: 0
    }
  }

  /// The largest finite number of a floating-point type.
  package var largest: Double {
    switch self {
    case .float16: 65504
    case .bfloat16: 0x1.FEp127
    case .float32, .complex64: Double(Float.greatestFiniteMagnitude)
    default: Double.greatestFiniteMagnitude
    }
  }
}
