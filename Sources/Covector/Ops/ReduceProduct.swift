// The product of elements along axes.

/// The product over axes, which disappear.
struct ProductReduction: Primitive {
  let axes: [Int]

  var name: String { "product" }
  var evaluation: Evaluation { .fold(.product, axes: axes) }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && axes.areAxes(of: x[0]) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(reducedShape(x[0].shape, axes), x[0].dtype)]
  }

  /// The same product as a tree of multiplications.
  ///
  /// Its derivatives never divide by an element, so that they hold at zeros, to every order.
  private func tree(_ x: NDArray) -> NDArray {
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    let last = kept.count
    let count = axes.reduce(1) { $0 * x.shape[$1] }
    var row = x.transposed(kept + axes).reshaped(kept.map { x.shape[$0] } + [count])
    while row.shape[last] > 1 {
      let half = row.shape[last] / 2
      let first = row.sliced(axis: last, from: 0, count: half)
      let second = row.sliced(axis: last, from: half, count: half)
      let product = first * second
      let odd = row.shape[last] % 2 == 1
      row =
        odd
        ? concatenated([product, row.sliced(axis: last, from: 2 * half, count: 1)], axis: last)
        : product
    }
    return row.reshaped(kept.map { x.shape[$0] })
  }

  private func isEmpty(_ x: NDArray) -> Bool { axes.contains { x.shape[$0] == 0 } }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard tangents[0] != nil, !isEmpty(x[0]) else { return [nil] }
    return Differentiate.jvp({ [self.tree($0[0])] }, x, tangents).tangents
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    if isEmpty(x[0]) { return [nil] }
    return Differentiate.vjp({ [self.tree($0[0])] }, x).pullback(cotangents)
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (array, folded, place) = foldBesideMapped(x[0], self.axes, axes[0])
    return ([NDArray(ProductReduction(axes: folded), array)], [place])
  }
}

extension NDArray {
  /// The product of the elements along axes, which disappear, or of all elements.
  ///
  /// `bool` and integers of less than 32 bits are multiplied as `int32` or `uint32`, half types in
  /// `float32`; all other dtypes are kept. No elements give 1. Derivatives are right where elements
  /// are 0.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func product(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    reduced("product", axes, keepDims: keepDims) { x, axes in
      let x = x.widenedForSum
      return axes.isEmpty ? x : NDArray(ProductReduction(axes: axes), x)
    }
  }

  /// The product of the elements along an axis; see `product(axes:keepDims:)`.
  public func product(axis: Int, keepDims: Bool = false) -> NDArray {
    product(axes: [axis], keepDims: keepDims)
  }
}
