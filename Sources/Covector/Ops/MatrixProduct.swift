// Matrix, inner, outer and tensor products: all of them contractions.

/// The operands of a product in one dtype, which must have one.
private func factors(
  _ a: NDArray, _ b: NDArray, _ operation: String
) throws(ArrayError) -> (NDArray, NDArray) {
  let (x, y) = promotedPair(a, b)
  _ = try requireNumbers([x], operation)
  return (x.strong, y.strong)
}

/// Returns the matrix product of the last two axes; axes before those broadcast.
///
/// A vector on the left is a row, on the right a column, and its axis is not in the result. Dtypes
/// are promoted; half types are summed in `float32`, integers wrap.
/// - Precondition: The last size of `a` is the second-to-last of `b`, or the only one of a vector.
public func matmul(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = try factors(a, b, "matmul")
    guard x.rank > 0, y.rank > 0 else {
      throw ArrayError(
        "matmul", "a scalar was given: \(a.shape) × \(b.shape); use * to multiply by scalars")
    }
    let inner = x.shape[x.rank - 1]
    let place = y.rank == 1 ? 0 : y.rank - 2
    guard y.shape[place] == inner else {
      let part = y.rank == 1 ? "have size" : y.rank == 2 ? "start with" : "have, second to last,"
      throw ArrayError(
        "matmul",
        "inner sizes differ: \(a.shape) × \(b.shape); the second shape should \(part) \(inner)")
    }
    return try batchedProduct(x, y)
  }
}

/// The product with a scalar, which must be of numbers as every product here.
private func scaled(_ a: NDArray, _ b: NDArray, _ operation: String) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = try factors(a, b, operation)
    return x * y
  }
}

private func batchedProduct(_ x: NDArray, _ y: NDArray) throws(ArrayError) -> NDArray {
  let outer = (Array(x.shape.dropLast(2)), Array(y.shape.dropLast(2)))
  guard let batch = broadcastShape(outer.0, outer.1) else {
    throw ArrayError(
      "matmul",
      "the leading sizes of \(x.shape) × \(y.shape) do not broadcast; they must be equal or 1")
  }
  // An axis that both have is paired; one that a single operand has, or has with a size other than
  // 1, is a free axis of that operand: one large product instead of many small ones. Each axis is
  // noted by its place in the result.
  var pairs: (first: [Int], second: [Int]) = ([], [])
  var paired: [Int] = []
  var freeLeft: [Int] = []
  var freeRight: [Int] = []
  var kept: (left: [Int], right: [Int]) = ([], [])
  for place in batch.indices {
    let i = place - (batch.count - outer.0.count)
    let j = place - (batch.count - outer.1.count)
    let inLeft = i >= 0 && (outer.0[i] != 1 || batch[place] == 1)
    let inRight = j >= 0 && outer.1[j] != 1
    if inLeft && inRight {
      pairs.first.append(kept.left.count)
      pairs.second.append(kept.right.count)
      paired.append(place)
    } else if inLeft {
      freeLeft.append(place)
    } else {
      freeRight.append(place)
    }
    if inLeft { kept.left.append(batch[place]) }
    if !inLeft || inRight { kept.right.append(batch[place]) }
  }
  let left = kept.left + x.shape.suffix(2)
  let right = kept.right + y.shape.suffix(2)
  let rows = x.rank > 1
  let product = NDArray(
    Contract(
      axes: Contraction(
        batchFirst: pairs.first, batchSecond: pairs.second, summedFirst: [left.count - 1],
        summedSecond: [y.rank == 1 ? right.count - 1 : right.count - 2])),
    x.reshaped(left), y.reshaped(right))
  // The product has axes: paired, free of the left, rows, free of the right, columns.
  var places = paired + freeLeft
  if rows { places.append(batch.count) }
  places += freeRight
  if y.rank > 1 { places.append(batch.count + (rows ? 1 : 0)) }
  return product.placingAxes(places)
}

/// Returns `beta c + alpha a b`, where `a b` is the matrix product and `c` broadcasts to its shape.
public func addmm(
  _ c: NDArray, _ a: NDArray, _ b: NDArray, alpha: Double = 1, beta: Double = 1
) -> NDArray {
  let product = matmul(a, b)
  let scaled = alpha == 1 ? product : product * alpha
  return (beta == 1 ? c : c * beta) + scaled
}

/// Returns the sums of products along the last axis of `a` and the second-to-last of `b`.
///
/// Of two vectors that is their inner product, of two matrices the matrix product; with a scalar,
/// the product of all elements with it. Other axes of `a` come first in the result.
public func dot(_ a: NDArray, _ b: NDArray) -> NDArray {
  if a.rank == 0 || b.rank == 0 { return scaled(a, b, "dot") }
  return contracted(a, b, [a.rank - 1], [b.rank == 1 ? 0 : b.rank - 2], "dot")
}

/// Returns the sums of products along the last axes of both arrays; with a scalar, the plain
/// product.
public func inner(_ a: NDArray, _ b: NDArray) -> NDArray {
  if a.rank == 0 || b.rank == 0 { return scaled(a, b, "inner") }
  return contracted(a, b, [a.rank - 1], [b.rank - 1], "inner")
}

/// Returns the matrix of products of each element of `a` with each of `b`, both taken in row-major
/// order.
public func outer(_ a: NDArray, _ b: NDArray) -> NDArray {
  a.reshaped([a.count, 1]) * b.reshaped([1, b.count])
}

/// Returns the sums of products along the last `axes` axes of `a` and the first `axes` of `b`.
///
/// The result has the other axes of `a`, then those of `b`.
public func tensordot(_ a: NDArray, _ b: NDArray, axes: Int = 2) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard (0...Swift.min(a.rank, b.rank)).contains(axes) else {
      throw ArrayError(
        "tensordot",
        "\(axes) axes cannot be summed over in \(a.shape) and \(b.shape); "
          + "the number must be in 0...\(Swift.min(a.rank, b.rank))")
    }
    return contracted(a, b, Array((a.rank - axes)..<a.rank), Array(0..<axes), "tensordot")
  }
}

/// Returns the sums of products along pairs of axes, which may be negative to count from the end.
///
/// The result has the other axes of `a`, then those of `b`.
public func tensordot(_ a: NDArray, _ b: NDArray, axes: ([Int], [Int])) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard axes.0.count == axes.1.count else {
      throw ArrayError("tensordot", "axes \(axes.0) and \(axes.1) do not form pairs")
    }
    // Checked for repetition, but used in the order given.
    _ = try normalizedAxes(axes.0, rank: a.rank, "tensordot")
    _ = try normalizedAxes(axes.1, rank: b.rank, "tensordot")
    let first = axes.0.map { $0 < 0 ? $0 + a.rank : $0 }
    let second = axes.1.map { $0 < 0 ? $0 + b.rank : $0 }
    return contracted(a, b, first, second, "tensordot")
  }
}

private func contracted(
  _ a: NDArray, _ b: NDArray, _ first: [Int], _ second: [Int], _ operation: String
) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = try factors(a, b, operation)
    if x.rank == 0 || y.rank == 0 { return x * y }
    for (i, j) in zip(first, second) where x.shape[i] != y.shape[j] {
      throw ArrayError(
        operation,
        "axis \(i) of \(a.shape) and axis \(j) of \(b.shape) are summed over together, "
          + "but their sizes differ")
    }
    let axes = Contraction(
      batchFirst: [], batchSecond: [], summedFirst: first, summedSecond: second)
    return NDArray(Contract(axes: axes), x, y)
  }
}

/// Returns the inner products of vectors that lie along an axis of both arrays; other axes
/// broadcast.
///
/// Of complex numbers the first is conjugated.
/// - Parameter axis: Counted after broadcasting.
public func vecdot(_ a: NDArray, _ b: NDArray, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = try factors(a, b, "vecdot")
    guard let shape = broadcastShape(x.shape, y.shape) else {
      throw ArrayError(
        "vecdot", "shapes \(a.shape) and \(b.shape) do not broadcast; sizes must be equal or 1")
    }
    let place = try normalizedAxis(axis, rank: shape.count, "vecdot")
    return (x.conjugated.wide * y.wide).summed(over: [place]).promoted(to: x.dtype)
  }
}

/// Returns the Kronecker product: each element of `a` in turn, times the whole of `b`.
///
/// Sizes multiply axis by axis; missing leading axes have size 1.
public func kron(_ a: NDArray, _ b: NDArray) -> NDArray {
  let rank = Swift.max(a.rank, b.rank)
  let left = [Int](repeating: 1, count: rank - a.rank) + a.shape
  let right = [Int](repeating: 1, count: rank - b.rank) + b.shape
  let x = a.reshaped(left.flatMap { [$0, 1] })
  let y = b.reshaped(right.flatMap { [1, $0] })
  return (x * y).reshaped(zip(left, right).map { $0 * $1 })
}

extension NDArray {
  /// The sum of the elements on a diagonal of two axes.
  ///
  /// A positive offset is above the main diagonal, a negative one below. Small integers are added
  /// in 32 bits.
  public func trace(offset: Int = 0, axes: (Int, Int) = (0, 1)) -> NDArray {
    let line = diagonal(offset: offset, axes: axes)
    return line.isPoisoned ? line : line.sum(axis: -1)
  }
}
