// Further products of matrices: chains, chosen pairs, segments, masked blocks; equations of tensors;
// correlation; and the order in which a sum of products is computed.

/// Returns the product of a chain of matrices, multiplied in the order that takes least work.
///
/// The first and the last may be vectors, a row and a column. The order is found by dynamic
/// programming over the sizes (T. Cormen et al., "Introduction to Algorithms", 14.2).
public func multiDot(_ matrices: [NDArray]) -> NDArray {
  NDArray.reporting(like: matrices.first) { () throws(ArrayError) in
    guard matrices.count >= 2 else {
      throw ArrayError("multiDot", "\(matrices.count) matrices make no product; 2 are needed")
    }
    var factors = matrices
    let last = factors.count - 1
    if factors[0].rank == 1 { factors[0] = factors[0].reshaped([1, factors[0].count]) }
    if factors[last].rank == 1 { factors[last] = factors[last].reshaped([factors[last].count, 1]) }
    for place in factors.indices {
      guard factors[place].rank == 2,
        place == 0 || factors[place - 1].shape[1] == factors[place].shape[0]
      else {
        throw ArrayError(
          "multiDot",
          "shapes \(matrices.map(\.shape).joinedDescription) do not make a chain; each matrix needs as "
            + "many rows as the one before it has columns")
      }
    }
    let sizes = [factors[0].shape[0]] + factors.map { $0.shape[1] }
    let product = chain(factors, sizes)
    let rows = matrices[0].rank == 1 ? [] : [sizes[0]]
    let columns = matrices[last].rank == 1 ? [] : [sizes[sizes.count - 1]]
    return product.reshaped(rows + columns)
  }
}

private func chain(_ factors: [NDArray], _ sizes: [Int]) -> NDArray {
  let count = factors.count
  var cost = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
  var cut = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
  for length in 1..<count {
    for first in 0..<(count - length) {
      let last = first + length
      cost[first][last] = .infinity
      for middle in first..<last {
        let work = Double(sizes[first]) * Double(sizes[middle + 1]) * Double(sizes[last + 1])
        let total = cost[first][middle] + cost[middle + 1][last] + work
        if total < cost[first][last] { (cost[first][last], cut[first][last]) = (total, middle) }
      }
    }
  }
  func product(_ first: Int, _ last: Int) -> NDArray {
    if first == last { return factors[first] }
    let middle = cut[first][last]
    return matmul(product(first, middle), product(middle + 1, last))
  }
  return product(0, count - 1)
}

/// Returns products of matrices that are chosen by number from two stacks.
///
/// A number outside its stack is an error when the result is computed.
/// - Parameters:
///   - a: Matrices in the last two axes.
///   - b: Matrices in the last two axes.
///   - left: Which matrices of `a`, counted in row-major order of its other axes; all by default.
///   - right: Which matrices of `b`; the numbers broadcast.
public func gatherMatmul(
  _ a: NDArray, _ b: NDArray, left: NDArray? = nil, right: NDArray? = nil
) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard a.rank >= 2, b.rank >= 2 else {
      throw ArrayError(
        "gatherMatmul",
        "shapes \(a.shape) and \(b.shape) are no matrices; 2 axes or more are needed")
    }
    func chosen(_ x: NDArray, _ places: NDArray?) -> NDArray {
      guard let places else { return x }
      let lead = x.shape.dropLast(2).reduce(1, *)
      return x.reshaped([lead] + x.shape.suffix(2)).take(places, axis: 0)
    }
    return matmul(chosen(a, left), chosen(b, right))
  }
}

/// Returns the products of segments of columns of one matrix and of rows of another.
///
/// Result `i` is `a[…, start ..< end]` times `b[start ..< end]`.
/// - Parameters:
///   - a: A matrix.
///   - b: A matrix with as many rows as `a` has columns.
///   - segments: Integers of shape `[…, 2]`, each the start and the end of a segment.
public func segmentedMatmul(_ a: NDArray, _ b: NDArray, segments: NDArray) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard a.rank == 2, b.rank == 2, a.shape[1] == b.shape[0] else {
      throw ArrayError(
        "segmentedMatmul", "inner sizes differ: \(a.shape) × \(b.shape); two matrices are needed")
    }
    guard segments.dtype.isInteger, segments.shape.last == 2 else {
      throw ArrayError(
        "segmentedMatmul",
        "segments of shape \(segments.shape) and \(segments.dtype) are no pairs of integers")
    }
    let last = segments.rank - 1
    let steps = NDArray.arange(a.shape[1])
    let isInside =
      (steps .>= segments.sliced(axis: last, from: 0, count: 1))
      .& (steps .< segments.sliced(axis: last, from: 1, count: 1))
    let (x, y) = promotedPair(a.strong, b.strong)
    let mask = isInside.reshaped(isInside.shape.dropLast() + [1, a.shape[1]])
    return matmul(which(mask, x, x.zeroScalar), y)
  }
}

/// Returns the product of matrices whose blocks are multiplied by masks: those of the factors before, and
/// those of the result after the product.
///
/// A mask of `bool` or numbers has one element for each block of rows and columns; sizes need not be
/// multiples of the block's. Differentiable by masks of numbers.
public func blockMaskedMatmul(
  _ a: NDArray, _ b: NDArray, blockSize: Int = 64, outputMask: NDArray? = nil,
  leftMask: NDArray? = nil, rightMask: NDArray? = nil
) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard blockSize > 0 else {
      throw ArrayError("blockMaskedMatmul", "the block size is \(blockSize); it must be positive")
    }
    func masked(_ x: NDArray, _ mask: NDArray?) throws(ArrayError) -> NDArray {
      guard let mask else { return x }
      guard x.rank >= 2, mask.rank >= 2 else {
        throw ArrayError(
          "blockMaskedMatmul", "a mask of shape \(mask.shape) does not fit a matrix of \(x.shape)")
      }
      let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
      let blocks = [(rows + blockSize - 1) / blockSize, (columns + blockSize - 1) / blockSize]
      guard Array(mask.shape.suffix(2)) == blocks else {
        throw ArrayError(
          "blockMaskedMatmul",
          "a mask of shape \(mask.shape) does not fit shape \(x.shape) in blocks of \(blockSize); its "
            + "last two sizes must be \(blocks)")
      }
      let wide = mask.repeated(blockSize, axis: -2).repeated(blockSize, axis: -1)
      let cut = wide.sliced(axis: wide.rank - 2, from: 0, count: rows)
        .sliced(axis: wide.rank - 1, from: 0, count: columns)
      return mask.dtype == .bool ? which(cut, x, x.zeroScalar) : x * cut
    }
    let product = matmul(try masked(a.strong, leftMask), try masked(b.strong, rightMask))
    return try masked(product, outputMask)
  }
}

/// Returns the last axis multiplied by a Hadamard matrix of its size, times a scale.
///
/// The size is a power of 2; the matrix is Sylvester's, whose rows are orthogonal. Floating-point and
/// complex dtypes are kept; integers become `float32`.
/// - Parameters:
///   - x: The array.
///   - scale: The factor; one divided by the root of the size by default, which keeps lengths.
public func hadamardTransform(_ x: NDArray, scale: Double? = nil) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    guard let size = x.shape.last, size > 0, size & (size - 1) == 0 else {
      throw ArrayError(
        "hadamardTransform", "the last size of shape \(x.shape) must be a power of 2")
    }
    // One pass for each bit of the place: sums and differences of elements whose places differ in it.
    var result = x.wide
    var step = 1
    while step < size {
      let pairs = result.reshaped(x.shape.dropLast() + [size / (2 * step), 2, step])
      let axis = pairs.rank - 2
      let first = pairs.sliced(axis: axis, from: 0, count: 1)
      let second = pairs.sliced(axis: axis, from: 1, count: 1)
      result = concatenated([first + second, first - second], axis: axis).reshaped(x.shape)
      step *= 2
    }
    return (result * (scale ?? 1 / Double(size).squareRoot())).promoted(to: x.dtype)
  }
}

/// Returns the products of matrices and vectors in the last axes; axes before those broadcast.
public func matvec(_ matrices: NDArray, _ vectors: NDArray) -> NDArray {
  matmul(matrices, vectors.reshaped(vectors.shape + [1])).squeezed(-1)
}

/// Returns the products of conjugated vectors and matrices in the last axes; axes before those
/// broadcast.
public func vecmat(_ vectors: NDArray, _ matrices: NDArray) -> NDArray {
  NDArray.reporting(like: vectors) { () throws(ArrayError) in
    guard let size = vectors.shape.last else {
      throw ArrayError("vecmat", "a scalar is no vector; at least one axis is needed")
    }
    let rows = vectors.conjugated.reshaped(vectors.shape.dropLast() + [1, size])
    return matmul(rows, matrices).squeezed(-2)
  }
}

/// Returns the correlation of two sequences: sums of products of the first with the conjugate of the
/// second, shifted.
///
/// `convolve` with the second sequence reversed and conjugated.
public func correlate(
  _ a: NDArray, _ v: NDArray, mode: ConvolutionMode = .valid
) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard a.rank == 1, v.rank == 1 else {
      throw ArrayError(
        "correlate", "shapes \(a.shape) and \(v.shape) are no sequences; one axis each is needed")
    }
    return convolve(a, v.conjugated.flipped(0), mode: mode)
  }
}

// MARK: - Equations of tensors

/// Returns the tensor `x` for which the sum of products of `a` and `x` over the axes of `x` is `b`.
///
/// The first axes of `a` are those of `b`, the others those of `x`; both have as many elements. A
/// singular `a` is an error when the result is computed.
public func tensorSolve(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray.reporting(like: b) { () throws(ArrayError) in
    let size = b.count
    guard a.rank >= b.rank, Array(a.shape.prefix(b.rank)) == b.shape, a.count == size * size else {
      throw ArrayError(
        "tensorSolve",
        "a tensor of shape \(a.shape) does not fit \(b.shape): it must begin with that shape, and its "
          + "other sizes have the same product")
    }
    return solve(a.reshaped([size, size]), b.reshaped([size]))
      .reshaped(Array(a.shape.dropFirst(b.rank)))
  }
}

/// Returns the tensor that undoes the product with `a` over its last axes.
/// - Parameters:
///   - a: The tensor; its first axes have as many elements as the others.
///   - axes: The number of first axes.
public func tensorInverse(_ a: NDArray, axes: Int = 2) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard axes > 0, axes <= a.rank else {
      throw ArrayError("tensorInverse", "shape \(a.shape) has no first \(axes) axes")
    }
    let (first, rest) = (Array(a.shape.prefix(axes)), Array(a.shape.dropFirst(axes)))
    let size = first.elementCount
    guard rest.elementCount == size else {
      throw ArrayError(
        "tensorInverse",
        "the first \(axes) axes of shape \(a.shape) have \(size) elements and the others "
          + "\(rest.elementCount); the numbers must be equal")
    }
    return inverse(a.reshaped([size, size])).reshaped(rest + first)
  }
}
