// Arrays put together and taken apart: stacks, blocks, triangles, places in row-major order, and
// sequences that are not evenly spaced.

extension NDArray {
  /// The array with axes of size 1 in front, up to the number of axes.
  public func withAxes(atLeast count: Int) -> NDArray {
    rank >= count ? strong : strong.reshaped([Int](repeating: 1, count: count - rank) + shape)
  }

  /// The slices of the array along an axis, which they do not have.
  public func unstacked(axis: Int = 0) -> [NDArray] {
    let count =
      rank == 0 ? 1 : shape[axis < 0 ? Swift.max(axis + rank, 0) : Swift.min(axis, rank - 1)]
    return NDArray.reportingAll(count: count, like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "unstacked")
      let rest = shape.removing(at: axis)
      return (0..<shape[axis]).map { sliced(axis: axis, from: $0, count: 1).reshaped(rest) }
    }
  }

  /// The array turned in the plane of two axes, from the first towards the second.
  /// - Parameters:
  ///   - turns: The number of quarter turns; negative ones turn the other way.
  ///   - axes: The plane.
  public func rotated(turns: Int = 1, axes: (Int, Int) = (0, 1)) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let first = try normalizedAxis(axes.0, rank: rank, "rotated")
      let second = try normalizedAxis(axes.1, rank: rank, "rotated")
      guard first != second else {
        throw ArrayError("rotated", "the two axes are the same: \(axes.0) and \(axes.1)")
      }
      switch ((turns % 4) + 4) % 4 {
      case 0: return strong
      case 1: return flipped(second).swappingAxes(first, second)
      case 2: return flipped(first, second)
      default: return swappingAxes(first, second).flipped(second)
      }
    }
  }

  /// The array without the elements at some places along an axis.
  public func removing(_ places: [Int], axis: Int = 0) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "removing")
      let size = shape[axis]
      var kept = Set(0..<size)
      for place in places {
        let resolved = place < 0 ? place + size : place
        guard resolved >= 0, resolved < size else {
          throw ArrayError(
            "removing", "place \(place) is not one of the \(size) along axis \(axis)")
        }
        kept.remove(resolved)
      }
      return take(NDArray(kept.sorted().map(Int32.init)), axis: axis)
    }
  }

  /// The array with values inserted before a place along an axis.
  /// - Parameters:
  ///   - values: An array with the same other sizes; converted to this array's dtype.
  ///   - place: Where the values begin, up to the size of the axis; a negative one counts from the end.
  ///   - axis: The axis.
  public func inserting(_ values: NDArray, at place: Int, axis: Int = 0) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "inserting")
      let size = shape[axis]
      let start = place < 0 ? place + size : place
      guard start >= 0, start <= size else {
        throw ArrayError("inserting", "place \(place) is not in 0...\(size) along axis \(axis)")
      }
      let parts = split(at: [start], axis: axis)
      return concatenated([parts[0], values.promoted(to: dtype), parts[1]], axis: axis)
    }
  }

  /// A square matrix with the elements of `values` on its main diagonal, in place of its own.
  ///
  /// Leading axes are batches; the values broadcast to the diagonals.
  public func settingDiagonal(to values: NDArray) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard rank >= 2 else {
        throw ArrayError(
          "settingDiagonal", "shape \(shape) has no matrices; at least 2 axes are needed")
      }
      let (rows, columns) = (shape[rank - 2], shape[rank - 1])
      let isDiagonal = NDArray.arange(rows).reshaped([rows, 1]) .== NDArray.arange(columns)
      let least = Swift.min(rows, columns)
      let spread = values.promoted(to: dtype).broadcast(to: shape.dropLast(2) + [least])
      let padding = [(before: Int, after: Int)](repeating: (0, 0), count: rank - 2)
      let wide = spread.padded(padding + [(0, columns - least)])
      return which(isDiagonal, wide.reshaped(shape.dropLast(2) + [1, columns]), strong)
    }
  }

  /// A view of the elements in row-major order through any strides, as NumPy's `as_strided`.
  ///
  /// Elements that are read several times gather their cotangents. A place outside the array is an
  /// error.
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - strides: How many elements of the array one step along each axis of the result is.
  ///   - offset: The element that the result starts with.
  public func strided(shape: [Int], strides: [Int], offset: Int = 0) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }) else {
        throw ArrayError(
          "strided", "strides \(strides) do not fit shape \(shape); one for each axis is needed")
      }
      let reach = zip(shape, strides).map { ($0 - 1) * $1 }
      let low = offset + reach.filter { $0 < 0 }.reduce(0, +)
      let high = offset + reach.filter { $0 > 0 }.reduce(0, +)
      guard shape.elementCount == 0 || (low >= 0 && high < count) else {
        throw ArrayError(
          "strided", "elements \(low)...\(high) are read; there are 0..<\(count)")
      }
      var places = NDArray(Int64(offset)).broadcast(to: [])
      for (axis, size) in shape.enumerated() {
        let steps = NDArray.arange(size, dtype: .int64) * NDArray(Int64(strides[axis]))
        places = places.reshaped(places.shape + [1]) + steps
      }
      return reshaped([count]).take(places, axis: 0)
    }
  }
}

/// Returns arrays side by side: vectors end to end, others joined along their second axis.
public func stackedHorizontally(_ arrays: [NDArray]) -> NDArray {
  let arrays = arrays.map { $0.withAxes(atLeast: 1) }
  return concatenated(arrays, axis: arrays.allSatisfy { $0.rank == 1 } ? 0 : 1)
}

/// Returns arrays one below the other: vectors as rows, others joined along their first axis.
public func stackedVertically(_ arrays: [NDArray]) -> NDArray {
  concatenated(arrays.map { $0.withAxes(atLeast: 2) }, axis: 0)
}

/// Returns arrays one behind the other, joined along a third axis, which matrices are given.
public func stackedInDepth(_ arrays: [NDArray]) -> NDArray {
  concatenated(
    arrays.map { x in
      let x = x.withAxes(atLeast: 2)
      return x.rank == 2 ? x.reshaped(x.shape + [1]) : x
    }, axis: 2)
}

/// Returns a matrix, or a stack of them, put together of blocks given row by row.
public func block(_ rows: [[NDArray]]) -> NDArray {
  concatenated(
    rows.map { row in concatenated(row.map { $0.withAxes(atLeast: 2) }, axis: -1) }, axis: -2)
}

/// Returns a matrix with other matrices along its diagonal, and zeros elsewhere.
///
/// Vectors are rows. Dtypes are promoted.
public func blockDiagonal(_ blocks: [NDArray]) -> NDArray {
  NDArray.reporting(like: blocks.first) { () throws(ArrayError) in
    let matrices = blocks.map { $0.withAxes(atLeast: 2) }
    guard let first = matrices.first, matrices.allSatisfy({ $0.rank == 2 }) else {
      throw ArrayError(
        "blockDiagonal",
        "blocks have shapes \(blocks.map(\.shape).joinedDescription); at least one matrix is needed"
      )
    }
    let dtype = promotedDType(matrices)
    let width = matrices.reduce(0) { $0 + $1.shape[1] }
    var start = 0
    let rows = matrices.map { matrix -> NDArray in
      defer { start += matrix.shape[1] }
      return matrix.promoted(to: dtype)
        .padded([(0, 0), (start, width - start - matrix.shape[1])])
    }
    return rows.count == 1 ? first : concatenated(rows, axis: 0)
  }
}

/// Returns the shape that arrays of these shapes broadcast to.
/// - Throws: `ArrayError` where they do not.
public func broadcastShapes(_ shapes: [Int]...) throws(ArrayError) -> [Int] {
  try broadcastShapes(shapes)
}

/// Returns the shape that arrays of these shapes broadcast to.
/// - Throws: `ArrayError` where they do not.
public func broadcastShapes(_ shapes: [[Int]]) throws(ArrayError) -> [Int] {
  var joint: [Int] = []
  for shape in shapes {
    guard let next = broadcastShape(joint, shape) else {
      throw ArrayError(
        "broadcastShapes",
        "shapes \(shapes.joinedDescription) do not broadcast; sizes must be "
          + "equal or 1, counted from the last axis")
    }
    joint = next
  }
  return joint
}

// MARK: - Places in row-major order

/// Returns, for each axis of a shape, the indices of elements given by their number in row-major
/// order.
///
/// A number outside the array is an error when the result is computed.
public func unravelIndex(_ numbers: NDArray, shape: [Int]) -> [NDArray] {
  NDArray.reportingAll(count: shape.count, like: numbers) { () throws(ArrayError) in
    guard numbers.dtype.isInteger else {
      throw ArrayError("unravelIndex", "numbers are \(numbers.dtype); integers are needed")
    }
    // Reading the table of all numbers checks each.
    let table = NDArray.arange(shape.elementCount, dtype: .int64)
    var rest = table.take(numbers.strong.promoted(to: .int64), axis: 0)
    var indices: [NDArray] = []
    for size in shape.reversed() {
      let size = NDArray(Int64(Swift.max(size, 1)))
      indices.append((rest % size).promoted(to: .int32))
      rest = floorDivide(rest, size)
    }
    return indices.reversed()
  }
}

/// Returns the numbers in row-major order, as `int64`, of the elements of a shape that indices name.
///
/// The index arrays broadcast. An index that is negative or not below its size is an error when the
/// result is computed.
public func ravelIndices(_ indices: [NDArray], shape: [Int]) -> NDArray {
  NDArray.reporting(like: indices.first) { () throws(ArrayError) in
    guard indices.count == shape.count, indices.allSatisfy({ $0.dtype.isInteger }) else {
      throw ArrayError(
        "ravelIndices",
        "\(indices.count) index arrays of \(indices.map(\.dtype)) do not fit shape \(shape); one of "
          + "integers for each axis is needed")
    }
    var number = NDArray(Int64(0))
    for (index, size) in zip(indices, shape) {
      let wide = index.strong.promoted(to: .int64)
      // A negative index would count from the end: sent beyond it, it is an error too.
      let checked = NDArray.arange(size, dtype: .int64)
        .take(which(wide .< 0, NDArray(Int64(size)), wide), axis: 0)
      number = number * NDArray(Int64(size)) + checked
    }
    return number
  }
}

/// Returns the indices of the elements of a shape: for each axis, an array of that shape.
public func indices(_ shape: [Int]) -> [NDArray] {
  meshgrid(shape.map { NDArray.arange($0) }, indexing: .ij)
}

/// Returns the rows and columns of the elements on and below a diagonal of a matrix.
public func trilIndices(
  _ rows: Int, _ columns: Int? = nil, offset: Int = 0
) -> (rows: NDArray, columns: NDArray) {
  triangle(rows, columns ?? rows) { $1 - $0 <= offset }
}

/// Returns the rows and columns of the elements on and above a diagonal of a matrix.
public func triuIndices(
  _ rows: Int, _ columns: Int? = nil, offset: Int = 0
) -> (rows: NDArray, columns: NDArray) {
  triangle(rows, columns ?? rows) { $1 - $0 >= offset }
}

private func triangle(
  _ rows: Int, _ columns: Int, _ holds: (Int, Int) -> Bool
) -> (rows: NDArray, columns: NDArray) {
  var places: (rows: [Int32], columns: [Int32]) = ([], [])
  for row in 0..<Swift.max(rows, 0) {
    for column in 0..<Swift.max(columns, 0) where holds(row, column) {
      places.rows.append(Int32(truncatingIfNeeded: row))
      places.columns.append(Int32(truncatingIfNeeded: column))
    }
  }
  return (NDArray(places.rows), NDArray(places.columns))
}

// MARK: - Sequences

extension NDArray {
  /// Powers of a base at equal distances of their exponents, from `start` to `end`.
  public static func logspace(
    from start: Double, to end: Double, count: Int = 50, endpoint: Bool = true, base: Double = 10,
    dtype: DType = .float32
  ) -> NDArray {
    let exponents = linspace(
      from: start, to: end, count: count, endpoint: endpoint, dtype: .float64)
    return pow(.scalar(base, .float64), exponents).asType(dtype)
  }

  /// Numbers of equal ratio from `start` to `end`, which have the same sign and are not 0.
  public static func geomspace(
    from start: Double, to end: Double, count: Int = 50, endpoint: Bool = true,
    dtype: DType = .float32
  ) -> NDArray {
    reporting { () throws(ArrayError) in
      guard start * end > 0 else {
        throw ArrayError(
          "geomspace", "\(start) and \(end) do not have the same sign; they must, and not be 0")
      }
      let steps = linspace(from: 0, to: 1, count: count, endpoint: endpoint, dtype: .float64)
      let growth = log(NDArray.scalar(end / start, .float64))
      let inner = NDArray.scalar(start, .float64) * exp(steps * growth)
      return which(steps .== 1, NDArray.scalar(end, .float64), inner).asType(dtype)
    }
  }

  /// The Kaiser window, `I0(β √(1 - x²)) / I0(β)` for `x` from -1 to 1.
  public static func kaiser(_ count: Int, beta: Double, dtype: DType = .float32) -> NDArray {
    reporting { () throws(ArrayError) in
      guard count >= 0 else {
        throw ArrayError("kaiser", "the count \(count) is negative; it must be 0 or more")
      }
      if count < 2 { return ones([count], dtype: dtype) }
      let x = arange(from: 1 - count, to: count, by: 2, dtype: .float64) / Double(count - 1)
      let height = besselI0(.scalar(beta, .float64))
      return (besselI0(beta * sqrt(1 - x * x)) / height).asType(dtype)
    }
  }
}
