// Shapes and layouts as users ask for them: each function checks its arguments and composes the
// primitives of Structure.swift.

extension NDArray {
  /// The elements in row-major order under a new shape; at most one size may be -1, and is inferred.
  public func reshaped(to shape: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      try reshaped(resolvedShape(shape, count: count, "reshaped"))
    }
  }

  /// The elements in row-major order under a new shape; at most one size may be -1, and is inferred.
  public func reshaped(to shape: Int...) -> NDArray { reshaped(to: shape) }

  /// The array repeated along new leading axes and axes of size 1, without copying.
  public func broadcast(to shape: [Int]) -> NDArray {
    self.shape == shape && !isWeak ? self : NDArray(Broadcast(shape: shape), self)
  }

  /// The array with its axes in another order: axis `i` of the result is axis `order[i]` of this one.
  ///
  /// With no order given, the axes are reversed.
  public func transposed(_ order: [Int]? = nil) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      var resolved = Array((0..<rank).reversed())
      if let order {
        resolved = []
        for axis in order {
          resolved.append(try normalizedAxis(axis, rank: rank, "transposed"))
        }
      }
      return resolved == Array(0..<rank) ? self : NDArray(Transpose(order: resolved), self)
    }
  }

  /// The array with its axes in another order.
  public func transposed(_ order: Int...) -> NDArray {
    transposed(order.isEmpty ? nil : order)
  }

  /// The array with one axis moved; the others keep their order.
  public func movingAxis(_ source: Int, to destination: Int) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let source = try normalizedAxis(source, rank: rank, "movingAxis")
      let destination = try normalizedAxis(destination, rank: rank, "movingAxis")
      if source == destination { return self }
      var order = Array(0..<rank)
      order.remove(at: source)
      order.insert(source, at: destination)
      return NDArray(Transpose(order: order), self)
    }
  }

  /// The array with two axes exchanged.
  public func swappingAxes(_ first: Int, _ second: Int) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let first = try normalizedAxis(first, rank: rank, "swappingAxes")
      let second = try normalizedAxis(second, rank: rank, "swappingAxes")
      if first == second { return self }
      var order = Array(0..<rank)
      order.swapAt(first, second)
      return NDArray(Transpose(order: order), self)
    }
  }

  /// The matrices in the last two axes, transposed.
  public var T: NDArray {
    rank < 2 ? self : swappingAxes(-2, -1)
  }

  /// The array with new axes of size 1 at these places of the result.
  public func expandingAxes(_ axes: Int...) -> NDArray { expandingAxes(axes) }

  /// The array with new axes of size 1 at these places of the result.
  public func expandingAxes(_ axes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank + axes.count, "expandingAxes")
      var shape = self.shape
      for place in places { shape.insert(1, at: place) }
      return reshaped(shape)
    }
  }

  /// The array without axes of size 1: the given ones, which must have that size, or all.
  public func squeezed(_ axes: Int...) -> NDArray {
    squeezed(axes.isEmpty ? shape.indices.filter { shape[$0] == 1 } : axes)
  }

  /// The array without these axes, which must have size 1.
  public func squeezed(_ axes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank, "squeezed")
      for axis in places where shape[axis] != 1 {
        throw ArrayError(
          "squeezed", "axis \(axis) of shape \(shape) has size \(shape[axis]); it must be 1")
      }
      return reshaped(shape.indices.filter { !places.contains($0) }.map { shape[$0] })
    }
  }

  /// The array with a range of axes, all by default, joined into one.
  public func flattened(from start: Int = 0, through end: Int = -1) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      if rank == 0 { return reshaped([1]) }
      let start = try normalizedAxis(start, rank: rank, "flattened")
      let end = try normalizedAxis(end, rank: rank, "flattened")
      guard start <= end else {
        throw ArrayError("flattened", "axis \(start) does not come before axis \(end)")
      }
      let joined = Array(shape[start...end]).elementCount
      return reshaped(shape[..<start] + [joined] + shape[(end + 1)...])
    }
  }

  /// The array with one axis split into several; one size may be -1, and is inferred.
  public func unflattened(axis: Int, to sizes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "unflattened")
      let sizes = try resolvedShape(sizes, count: shape[axis], "unflattened")
      guard sizes.elementCount == shape[axis] else {
        throw ArrayError(
          "unflattened",
          "sizes \(sizes) do not multiply to \(shape[axis]), the size of axis \(axis)")
      }
      return reshaped(shape[..<axis] + sizes + shape[(axis + 1)...])
    }
  }

  /// The array with its elements in reverse order along the axes, all by default.
  public func flipped(_ axes: Int...) -> NDArray {
    flipped(axes.isEmpty ? Array(0..<rank) : axes)
  }

  /// The array with its elements in reverse order along these axes.
  public func flipped(_ axes: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let places = try normalizedAxes(axes, rank: rank, "flipped")
      return places.reduce(self) { array, axis in
        array.sliced(
          axis: axis, from: Swift.max(array.shape[axis] - 1, 0), count: array.shape[axis], step: -1)
      }
    }
  }

  /// The array with its elements shifted along an axis; those pushed out come in at the other end.
  public func rolled(by shift: Int, axis: Int) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "rolled")
      let size = shape[axis]
      guard size > 0, shift % size != 0 else { return self }
      let split = size - ((shift % size + size) % size)
      return concatenated(
        [
          sliced(axis: axis, from: split, count: size - split),
          sliced(axis: axis, from: 0, count: split),
        ], axis: axis)
    }
  }

  /// The array with its elements, in row-major order, shifted cyclically.
  public func rolled(by shift: Int) -> NDArray {
    reshaped([count]).rolled(by: shift, axis: 0).reshaped(shape)
  }

  /// The array with each element repeated `count` times in place along an axis.
  public func repeated(_ count: Int, axis: Int) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "repeated")
      guard count >= 0 else {
        throw ArrayError("repeated", "the count \(count) is negative; it must be 0 or more")
      }
      var wide = shape
      wide.insert(1, at: axis + 1)
      var repeated = wide
      repeated[axis + 1] = count
      var result = shape
      result[axis] *= count
      return reshaped(wide).broadcast(to: repeated).reshaped(result)
    }
  }

  /// The array laid side by side `counts[i]` times along axis `i`, counted from the last axis.
  public func tiled(_ counts: Int...) -> NDArray { tiled(counts) }

  /// The array laid side by side `counts[i]` times along axis `i`, counted from the last axis.
  public func tiled(_ counts: [Int]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard counts.allSatisfy({ $0 >= 0 }) else {
        throw ArrayError("tiled", "the counts \(counts) contain a negative one")
      }
      let rank = Swift.max(self.rank, counts.count)
      let shape = [Int](repeating: 1, count: rank - self.rank) + self.shape
      let counts = [Int](repeating: 1, count: rank - counts.count) + counts
      let interleaved = shape.flatMap { [1, $0] }
      let repeated = zip(counts, shape).flatMap { [$0, $1] }
      return reshaped(interleaved).broadcast(to: repeated)
        .reshaped(zip(counts, shape).map { $0 * $1 })
    }
  }

  /// The elements on a diagonal of two axes, as a new last axis.
  ///
  /// A positive offset is above the main diagonal, a negative one below.
  public func diagonal(offset: Int = 0, axes: (Int, Int) = (0, 1)) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let first = try normalizedAxis(axes.0, rank: rank, "diagonal")
      let second = try normalizedAxis(axes.1, rank: rank, "diagonal")
      guard first != second else {
        throw ArrayError("diagonal", "the two axes are the same: \(axes.0) and \(axes.1)")
      }
      let rest = (0..<rank).filter { $0 != first && $0 != second }
      let matrices = transposed(rest + [first, second])
      let (rows, columns) = (shape[first], shape[second])
      let (row, column) = (Swift.max(-offset, 0), Swift.max(offset, 0))
      let length = Swift.max(Swift.min(rows - row, columns - column), 0)
      let flat = matrices.reshaped(rest.map { shape[$0] } + [rows * columns])
      let start = length > 0 ? row * columns + column : 0
      return flat.sliced(axis: rest.count, from: start, count: length, step: columns + 1)
    }
  }

  /// The pieces of the array along an axis, `count` of equal size.
  public func split(into count: Int, axis: Int = 0) -> [NDArray] {
    NDArray.reportingAll(count: count, like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "split")
      guard count > 0, shape[axis] % count == 0 else {
        throw ArrayError(
          "split", "axis \(axis) of size \(shape[axis]) does not divide into \(count) equal pieces")
      }
      let size = shape[axis] / count
      return (0..<count).map { sliced(axis: axis, from: $0 * size, count: size) }
    }
  }

  /// The pieces of the array along an axis, cut before each of the indices.
  public func split(at indices: [Int], axis: Int = 0) -> [NDArray] {
    NDArray.reportingAll(count: indices.count + 1, like: self) { () throws(ArrayError) in
      let axis = try normalizedAxis(axis, rank: rank, "split")
      let size = shape[axis]
      let cuts = indices.map { Swift.min(Swift.max($0 < 0 ? $0 + size : $0, 0), size) }
      return zip([0] + cuts, cuts + [size]).map { start, end in
        sliced(axis: axis, from: Swift.min(start, size), count: Swift.max(end - start, 0))
      }
    }
  }

  /// The array with `before` and `after` elements of `value` added at the ends of each axis.
  ///
  /// - Parameters:
  ///   - widths: The counts for each axis, first to last.
  ///   - value: A scalar, converted to this array's dtype; differentiable.
  public func padded(_ widths: [(before: Int, after: Int)], value: NDArray = 0) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard widths.count == rank, widths.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
        throw ArrayError(
          "padded",
          "widths \(widths.map { [$0.before, $0.after] }) do not fit shape \(shape); one pair of "
            + "counts of 0 or more is needed for each axis")
      }
      guard value.rank == 0 else {
        throw ArrayError("padded", "the value has shape \(value.shape); it must be a scalar")
      }
      let embed = Embed(
        shape: zip(shape, widths).map { $0 + $1.before + $1.after },
        starts: widths.map(\.before), steps: [Int](repeating: 1, count: rank))
      let inside = NDArray(embed, self)
      if let constant = value.node.constant, constant.low == 0, constant.high == 0 {
        return inside
      }
      let mask = NDArray(embed, NDArray(true).broadcast(to: shape))
      return which(mask, inside, value.promoted(to: dtype))
    }
  }

  /// The array with the same padding at both ends of every axis.
  public func padded(_ width: Int, value: NDArray = 0) -> NDArray {
    padded([(before: Int, after: Int)](repeating: (width, width), count: rank), value: value)
  }
}

/// The arrays joined along an axis, all other sizes being equal; dtypes are promoted.
public func concatenated(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  NDArray.reporting(like: arrays.first) { () throws(ArrayError) in
    guard let first = arrays.first else {
      throw ArrayError("concatenated", "no arrays were given; at least one is needed")
    }
    let axis = try normalizedAxis(axis, rank: first.rank, "concatenated")
    let dtype = promotedDType(arrays)
    let converted = arrays.map { $0.promoted(to: dtype) }
    return converted.count == 1 ? converted[0] : NDArray(Concatenate(axis: axis), converted)
  }
}

/// The arrays, of one shape, side by side along a new axis; dtypes are promoted.
public func stacked(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
  NDArray.reporting(like: arrays.first) { () throws(ArrayError) in
    guard let first = arrays.first else {
      throw ArrayError("stacked", "no arrays were given; at least one is needed")
    }
    guard arrays.allSatisfy({ $0.shape == first.shape }) else {
      throw ArrayError(
        "stacked", "shapes \(arrays.map(\.shape).joinedDescription) differ; they must be equal")
    }
    let axis = try normalizedAxis(axis, rank: first.rank + 1, "stacked")
    let shape = first.shape.inserting(1, at: axis)
    return concatenated(arrays.map { $0.reshaped(shape) }, axis: axis)
  }
}

/// The arrays broadcast to one common shape.
public func broadcastArrays(_ arrays: [NDArray]) -> [NDArray] {
  NDArray.reportingAll(count: arrays.count, like: arrays.first) { () throws(ArrayError) in
    var shape: [Int] = []
    for array in arrays {
      guard let joint = broadcastShape(shape, array.shape) else {
        throw ArrayError(
          "broadcastArrays",
          "shapes \(arrays.map(\.shape).joinedDescription) do not broadcast; sizes must be equal or 1"
        )
      }
      shape = joint
    }
    return arrays.map { $0.broadcast(to: shape) }
  }
}

/// A shape with its one -1, if any, replaced by the size that makes the count right.
func resolvedShape(_ shape: [Int], count: Int, _ operation: String) throws(ArrayError) -> [Int] {
  guard shape.contains(where: { $0 < 0 }) else { return shape }
  let unknown = shape.indices.filter { shape[$0] < 0 }
  let known = shape.filter { $0 >= 0 }.elementCount
  guard unknown.count == 1, shape[unknown[0]] == -1, known > 0, count % known == 0 else {
    throw ArrayError(
      operation,
      "shape \(shape) cannot hold \(count) elements; one size may be -1 where the others divide "
        + "the count")
  }
  var resolved = shape
  resolved[unknown[0]] = count / known
  return resolved
}
