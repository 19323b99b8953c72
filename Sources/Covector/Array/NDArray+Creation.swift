// Arrays made by a rule: constants, identities, sequences, triangles and grids. They are computed
// when needed, and constants take no memory of their own.

extension NDArray {
  /// Zeros.
  public static func zeros(_ shape: [Int], dtype: DType = .float32) -> NDArray {
    full(shape, .scalar(0, dtype), name: "zeros")
  }

  /// Zeros of another array's shape, and of its dtype unless another is given.
  public static func zeros(like array: NDArray, dtype: DType? = nil) -> NDArray {
    zeros(array.shape, dtype: dtype ?? array.dtype)
  }

  /// Ones.
  public static func ones(_ shape: [Int], dtype: DType = .float32) -> NDArray {
    full(shape, .scalar(1, dtype), name: "ones")
  }

  /// Ones of another array's shape, and of its dtype unless another is given.
  public static func ones(like array: NDArray, dtype: DType? = nil) -> NDArray {
    ones(array.shape, dtype: dtype ?? array.dtype)
  }

  /// An array that has `value` everywhere; the value may be an array that broadcasts.
  ///
  /// The dtype is the value's unless another is given. The derivative by the value is the sum of
  /// the cotangent over the places it fills.
  public static func full(_ shape: [Int], _ value: NDArray, dtype: DType? = nil) -> NDArray {
    full(shape, dtype.map(value.asType) ?? value.strong, name: "full")
  }

  /// An array of another one's shape, and of its dtype unless another is given, that has `value`
  /// everywhere.
  public static func full(like array: NDArray, _ value: NDArray, dtype: DType? = nil) -> NDArray {
    full(array.shape, value, dtype: dtype ?? array.dtype)
  }

  private static func full(_ shape: [Int], _ value: NDArray, name: String) -> NDArray {
    reporting(like: value) { () throws(ArrayError) in
      guard broadcastShape(value.shape, shape) == shape, shape.allSatisfy({ $0 >= 0 }) else {
        throw ArrayError(
          name,
          shape.contains { $0 < 0 }
            ? "shape \(shape) has a negative size; sizes must be 0 or more"
            : "a value of shape \(value.shape) does not broadcast to \(shape)")
      }
      return value.broadcast(to: shape)
    }
  }

  /// Zeros with ones on a diagonal.
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns; that of rows by default.
  ///   - offset: The diagonal: 0 is the main one, a positive one lies above it, a negative one
  ///     below.
  ///   - dtype: The dtype.
  public static func eye(
    _ rows: Int, _ columns: Int? = nil, offset: Int = 0, dtype: DType = .float32
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      let columns = columns ?? rows
      guard rows >= 0, columns >= 0 else {
        throw ArrayError("eye", "sizes \([rows, columns]) are negative; they must be 0 or more")
      }
      let length = Swift.max(
        Swift.min(rows - Swift.max(-offset, 0), columns - Swift.max(offset, 0)), 0)
      return ones([length], dtype: dtype).onDiagonal(offset, of: [rows, columns])
    }
  }

  /// The square matrix with ones on its main diagonal.
  public static func identity(_ size: Int, dtype: DType = .float32) -> NDArray {
    eye(size, dtype: dtype)
  }

  /// This vector on a diagonal of a matrix of zeros.
  fileprivate func onDiagonal(_ offset: Int, of shape: [Int]) -> NDArray {
    let (row, column) = (Swift.max(-offset, 0), Swift.max(offset, 0))
    // Moving along a diagonal is a constant step through the rows laid end to end.
    let start = count == 0 ? 0 : row * shape[1] + column
    let embed = Embed(shape: [shape[0] * shape[1]], starts: [start], steps: [shape[1] + 1])
    return NDArray(embed, strong).reshaped(shape)
  }

  // MARK: Sequences

  /// The integers from 0 up to but not including `end`.
  public static func arange(_ end: Int, dtype: DType = .int32) -> NDArray {
    arange(from: 0, to: end, dtype: dtype)
  }

  /// The integers from `start` up to but not including `end`, `step` apart.
  ///
  /// All of them are exact; an integer dtype that cannot hold them is an error.
  public static func arange(
    from start: Int, to end: Int, by step: Int = 1, dtype: DType = .int32
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      guard step != 0 else { throw ArrayError("arange", "the step is 0; it must not be 0") }
      let (distance, overflow) = end.subtractingReportingOverflow(start)
      guard !overflow else {
        throw ArrayError(
          "arange", "the range \(start) to \(end) is longer than memory can be addressed")
      }
      let isEmpty = distance == 0 || (distance > 0) != (step > 0)
      let count = isEmpty ? 0 : Int((distance.magnitude - 1) / step.magnitude) + 1
      guard dtype.isInteger else {
        let counted = arange(start: start, step: step, count: count, dtype: .int64)
        return counted.asType(dtype)
      }
      for bound in [start, start + Swift.max(count - 1, 0) * step]
      where count > 0 && !dtype.holds(bound) {
        throw ArrayError("arange", "\(bound) does not fit \(dtype)")
      }
      return arange(start: start, step: step, count: count, dtype: dtype)
    }
  }

  private static func arange(start: Int, step: Int, count: Int, dtype: DType) -> NDArray {
    func scalar(_ value: Int) -> NDArray {
      NDArray(Constant(integer: Int64(value), dtype: dtype))
    }
    let counted = NDArray(Iota(size: count, dtype: dtype))
    let scaled = step == 1 ? counted : counted * scalar(step)
    return start == 0 ? scaled : scaled + scalar(start)
  }

  /// The numbers from `start` up to but not including `end`, `step` apart.
  ///
  /// Computed as `start + i * step` in `float64`; where the step is not exact, rounding decides
  /// whether the last number is still below `end`, and `linspace` is the better choice.
  public static func arange(
    from start: Double, to end: Double, by step: Double = 1, dtype: DType = .float32
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      let exact = ((end - start) / step).rounded(.up)
      guard exact.isFinite, let count = Int(exactly: Swift.max(exact, 0)) else {
        throw ArrayError("arange", "\(start) to \(end) by \(step) is not a finite sequence")
      }
      let counted = NDArray(Iota(size: count, dtype: .float64))
      return (counted * .scalar(step, .float64) + .scalar(start, .float64)).asType(dtype)
    }
  }

  /// Numbers at equal distances from `start` to `end`.
  ///
  /// The first and the last number are exactly the ones given.
  /// - Parameters:
  ///   - start: The first number.
  ///   - end: The last number.
  ///   - count: How many numbers.
  ///   - endpoint: Whether `end` is the last number; otherwise it would be the next one.
  ///   - dtype: The dtype; values are computed in `float64`.
  public static func linspace(
    from start: Double, to end: Double, count: Int = 50, endpoint: Bool = true,
    dtype: DType = .float32
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      guard count >= 0 else {
        throw ArrayError("linspace", "the count \(count) is negative; it must be 0 or more")
      }
      func scalar(_ value: Double) -> NDArray { .scalar(value, .float64) }
      let steps = Double(endpoint ? count - 1 : count)
      let counted = NDArray(Iota(size: count, dtype: .float64))
      if count < 2 { return (counted + scalar(start)).asType(dtype) }
      let inner = counted * scalar(end - start) / scalar(steps) + scalar(start)
      return which(counted .== scalar(steps), scalar(end), inner).asType(dtype)
    }
  }

  // MARK: Windows

  /// The Bartlett window: a triangle that is zero at both ends.
  public static func bartlett(_ count: Int, dtype: DType = .float32) -> NDArray {
    window(count, dtype, "bartlett") { 1.0 - abs($0) }
  }

  /// The Hann window, `0.5 + 0.5 cos(πx)` for `x` from -1 to 1.
  public static func hanning(_ count: Int, dtype: DType = .float32) -> NDArray {
    window(count, dtype, "hanning") { 0.5 + 0.5 * cos(Double.pi * $0) }
  }

  /// The Hamming window, `0.54 + 0.46 cos(πx)` for `x` from -1 to 1.
  public static func hamming(_ count: Int, dtype: DType = .float32) -> NDArray {
    window(count, dtype, "hamming") { 0.54 + 0.46 * cos(Double.pi * $0) }
  }

  /// The Blackman window, `0.42 + 0.5 cos(πx) + 0.08 cos(2πx)` for `x` from -1 to 1.
  public static func blackman(_ count: Int, dtype: DType = .float32) -> NDArray {
    window(count, dtype, "blackman") { x in
      let first = 0.5 * cos(Double.pi * x)
      let second = 0.08 * cos(2 * Double.pi * x)
      return 0.42 + first + second
    }
  }

  /// A function of `count` equally spaced numbers from -1 to 1, symmetric to the last bit.
  private static func window(
    _ count: Int, _ dtype: DType, _ name: String, _ function: (NDArray) -> NDArray
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      guard count >= 0 else {
        throw ArrayError(name, "the count \(count) is negative; it must be 0 or more")
      }
      if count < 2 { return ones([count], dtype: dtype) }
      let places = NDArray.arange(from: 1 - count, to: count, by: 2, dtype: .float64)
      return function(places / Double(count - 1)).asType(dtype)
    }
  }

  // MARK: Triangles

  /// Ones on and below a diagonal, zeros above it.
  public static func tri(
    _ rows: Int, _ columns: Int? = nil, offset: Int = 0, dtype: DType = .float32
  ) -> NDArray {
    tril(ones([rows, columns ?? rows], dtype: dtype), offset: offset)
  }

  /// Where the last two axes are above a diagonal, as a mask.
  fileprivate func isAbove(_ offset: Int) -> NDArray {
    let rows = NDArray.arange(from: offset, to: offset + shape[rank - 2], dtype: .int64)
    let columns = NDArray.arange(shape[rank - 1], dtype: .int64)
    return rows.reshaped([shape[rank - 2], 1]) .< columns
  }
}

extension DType {
  /// Whether an integer dtype has the value.
  fileprivate func holds(_ value: Int) -> Bool {
    if self == .uint64 { return value >= 0 }
    let bits = byteCount * 8 - (isSignedInteger ? 1 : 0)
    let high = bits >= 63 ? Int.max : (1 << bits) - 1
    return value <= high && value >= (isSignedInteger ? -high - 1 : 0)
  }
}

/// The matrices in the last two axes with everything above a diagonal set to zero.
public func tril(_ x: NDArray, offset: Int = 0) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    try requireMatrix(x, "tril")
    return which(x.isAbove(offset), x.strong.zeroScalar, x)
  }
}

/// The matrices in the last two axes with everything below a diagonal set to zero.
public func triu(_ x: NDArray, offset: Int = 0) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    try requireMatrix(x, "triu")
    return which(x.isAbove(offset - 1), x, x.strong.zeroScalar)
  }
}

private func requireMatrix(_ x: NDArray, _ operation: String) throws(ArrayError) {
  guard x.rank >= 2 else {
    throw ArrayError(operation, "shape \(x.shape) has no matrices; at least 2 axes are needed")
  }
}

/// The diagonal of a matrix as a vector, or a vector on the diagonal of a matrix of zeros.
///
/// A positive offset is above the main diagonal, a negative one below.
public func diag(_ x: NDArray, offset: Int = 0) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    switch x.rank {
    case 1:
      let size = x.count + abs(offset)
      return x.onDiagonal(offset, of: [size, size])
    case 2:
      return x.diagonal(offset: offset)
    default:
      throw ArrayError("diag", "shape \(x.shape) has \(x.rank) axes; 1 or 2 are needed")
    }
  }
}

/// In which order the axes of a grid follow its coordinates.
public enum GridIndexing: Sendable {
  /// As in pictures: the first coordinate runs along the second axis, the second along the first.
  case xy
  /// As in matrices: coordinate `i` runs along axis `i`.
  case ij
}

/// The coordinates of the points of a grid, one array for each of the vectors that span it.
///
/// - Parameters:
///   - axes: Vectors or scalars.
///   - indexing: The order of the axes.
///   - sparse: Whether each result keeps size 1 along the axes of the other vectors, to broadcast.
public func meshgrid(
  _ axes: [NDArray], indexing: GridIndexing = .xy, sparse: Bool = false
) -> [NDArray] {
  NDArray.reportingAll(count: axes.count, like: axes.first) { () throws(ArrayError) in
    for axis in axes where axis.rank > 1 {
      throw ArrayError("meshgrid", "an axis has shape \(axis.shape); vectors are needed")
    }
    var order = Array(axes.indices)
    if indexing == .xy, axes.count > 1 { order.swapAt(0, 1) }
    let grid = order.map { axes[$0].count }
    return axes.enumerated().map { number, axis in
      var shape = [Int](repeating: 1, count: axes.count)
      shape[order.firstIndex(of: number) ?? number] = axis.count
      let thin = axis.strong.reshaped(shape)
      return sparse ? thin : thin.broadcast(to: grid)
    }
  }
}
