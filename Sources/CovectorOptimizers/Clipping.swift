// Gradients kept within bounds.

public import Covector

extension ArrayTree {
  /// The Euclidean norm of all arrays of the tree together, a `float32` scalar, `float64` where the tree
  /// has such arrays.
  public var leafNorm: NDArray {
    let dtype = leaves.contains { $0.dtype == .float64 } ? DType.float64 : .float32
    let squares = leaves.map { square(abs($0).asType(dtype)).sum() }
    return sqrt(squares.reduce(NDArray.zeros([], dtype: dtype), +))
  }

  /// The tree scaled so that its Euclidean norm is at most `limit`; as it is where it is within.
  public func clipped(toNorm limit: Double) -> Self {
    let norm = leafNorm
    let scale = which(norm .> limit, limit / norm, 1.0)
    return mapLeaves { $0 * scale.asType($0.dtype) }
  }

  /// The tree with every element brought into the interval from `-limit` to `limit`.
  public func clipped(toValue limit: Double) -> Self {
    mapLeaves { clip($0, min: NDArray(-limit), max: NDArray(limit)) }
  }
}
