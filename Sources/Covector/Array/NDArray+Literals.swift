// Arrays from literals, nested Swift arrays and ranges.

extension NDArray: ExpressibleByArrayLiteral {
  /// An array of the elements side by side along a new first axis; literals nest.
  ///
  /// Integer literals alone make `int32`, with a floating-point literal among them `float32`, truth
  /// values `bool`; beside arrays they adopt the arrays' dtype. All elements must have the same
  /// shape.
  public init(arrayLiteral elements: NDArray...) {
    self = NDArray.reporting { () throws(ArrayError) in
      guard let first = elements.first else { return NDArray([Float]()) }
      for element in elements where element.isPoisoned { return element }
      for element in elements where element.shape != first.shape {
        throw ArrayError(
          "NDArray",
          "parts of shapes \(first.shape) and \(element.shape) stand side by side in a literal; "
            + "all must have the same shape")
      }
      return try NDArray.ofLiterals(elements, first.shape) ?? stacked(elements.map(\.strong))
    }
  }

  /// One array in memory of scalars and small arrays that are known; `nil` where there are others.
  private static func ofLiterals(
    _ elements: [NDArray], _ shape: [Int]
  ) throws(ArrayError) -> NDArray? {
    let shape = [elements.count] + shape
    let dtype = promotedDType(elements).ofWeakScalar
    guard dtype == .bool || dtype == .int32 || dtype == .float32, shape.elementCount <= 1 << 16
    else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(shape.elementCount)
    for element in elements {
      guard element.appendKnownNumbers(to: &numbers) else { return nil }
    }
    switch dtype {
    case .bool:
      return NDArray(numbers.map { $0 != 0 }, shape: shape)
    case .int32:
      for number in numbers where Int32(exactly: number) == nil {
        throw ArrayError(
          "NDArray",
          "\(Int(number)) in a literal does not fit int32; NDArray([Int]) makes an int64 array")
      }
      return NDArray(numbers.map { Int32($0) }, shape: shape)
    default:
      return NDArray(numbers.map { Float($0) }, shape: shape)
    }
  }

  /// Appends the elements of a real scalar, or of an array of a literal's dtype, where they are in
  /// memory.
  private func appendKnownNumbers(to numbers: inout [Double]) -> Bool {
    if let constant = node.primitive as? Constant {
      switch constant.dtype {
      case .bool: numbers.append(constant.low & 1 == 0 ? 0 : 1)
      case .int64: numbers.append(Double(Int64(bitPattern: constant.low)))
      case .float64: numbers.append(Double(bitPattern: constant.low))
      default: return false
      }
      return true
    }
    guard node.primitive is Leaf, let value = node.value(of: result), value.layout.isContiguous
    else { return false }
    let start = unsafe value.buffer.base + value.layout.offset * dtype.byteCount
    switch dtype {
    case .bool:
      for place in 0..<count {
        unsafe numbers.append(start.load(fromByteOffset: place, as: UInt8.self) == 0 ? 0 : 1)
      }
    case .int32:
      for place in 0..<count {
        unsafe numbers.append(Double(start.load(fromByteOffset: place * 4, as: Int32.self)))
      }
    case .float32:
      for place in 0..<count {
        unsafe numbers.append(Double(start.load(fromByteOffset: place * 4, as: Float.self)))
      }
    default:
      return false
    }
    return true
  }
}

extension NDArray {
  /// A matrix of Swift values, row by row; all rows must have the same length.
  public init<T: ArrayElement>(_ rows: [[T]]) {
    self = NDArray.reporting { () throws(ArrayError) in
      let length = rows.first?.count ?? 0
      for (number, row) in rows.enumerated() where row.count != length {
        throw ArrayError(
          "NDArray",
          "row \(number) has \(row.count) values and row 0 has \(length); all must have as many")
      }
      return NDArray(rows.flatMap { $0 }, shape: [rows.count, length])
    }
  }

  /// A stack of matrices of Swift values; all must have the same shape.
  public init<T: ArrayElement>(_ matrices: [[[T]]]) {
    self = NDArray.reporting { () throws(ArrayError) in
      let rows = matrices.first?.count ?? 0
      let length = matrices.first?.first?.count ?? 0
      for (number, matrix) in matrices.enumerated() {
        guard matrix.count == rows, matrix.allSatisfy({ $0.count == length }) else {
          throw ArrayError(
            "NDArray",
            "matrix \(number) does not have shape \([rows, length]), as the first one has it")
        }
      }
      return NDArray(
        matrices.flatMap { $0.flatMap { $0 } }, shape: [matrices.count, rows, length])
    }
  }

  /// The integers of a range, as `int64`.
  public init(_ range: Range<Int>) {
    self = NDArray.arange(from: range.lowerBound, to: range.upperBound, dtype: .int64)
  }

  /// The integers of a range, as `int64`.
  public init(_ range: ClosedRange<Int>) {
    self = NDArray.reporting { () throws(ArrayError) in
      guard range.upperBound < .max else {
        throw ArrayError("NDArray", "the range \(range) is larger than memory can be addressed")
      }
      return NDArray(range.lowerBound..<(range.upperBound + 1))
    }
  }
}
