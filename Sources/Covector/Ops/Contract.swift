// The contraction: the one product that is summed over shared axes. Matrix products, dot, outer, inner and
// tensor products and einsum are all made of it.

/// Pairs of axes of the two operands that run together, and those that are summed over.
public struct Contraction: Hashable, Sendable, Codable {
  /// Axes kept in the result, at its front: the first operand's, paired with the second's.
  var batchFirst: [Int]
  var batchSecond: [Int]
  /// Axes summed over: the first operand's, paired with the second's.
  var summedFirst: [Int]
  var summedSecond: [Int]

  /// The axes of an operand of `rank` that are neither paired nor summed.
  func free(_ batch: [Int], _ summed: [Int], rank: Int) -> [Int] {
    (0..<rank).filter { !batch.contains($0) && !summed.contains($0) }
  }
  func freeFirst(_ rank: Int) -> [Int] { free(batchFirst, summedFirst, rank: rank) }
  func freeSecond(_ rank: Int) -> [Int] { free(batchSecond, summedSecond, rank: rank) }
}

/// The result has the paired axes, then the free axes of the first operand, then those of the second.
struct Contract: BilinearPrimitive {
  let axes: Contraction

  var name: String { "contract" }
  var evaluation: Evaluation { .contraction(axes) }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 2 && x.haveOneDType && axes.batchFirst.count == axes.batchSecond.count
      && axes.summedFirst.count == axes.summedSecond.count
      && (axes.batchFirst + axes.summedFirst).areAxes(of: x[0])
      && (axes.batchSecond + axes.summedSecond).areAxes(of: x[1])
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let (a, b) = (x[0].shape, x[1].shape)
    let pairs =
      Array(zip(axes.batchFirst, axes.batchSecond))
      + Array(zip(axes.summedFirst, axes.summedSecond))
    for (i, j) in pairs where a[i] != b[j] {
      throw ArrayError(
        name, "axis \(i) of \(a) and axis \(j) of \(b) run together but differ in size")
    }
    let shape =
      axes.batchFirst.map { a[$0] } + axes.freeFirst(a.count).map { a[$0] }
      + axes.freeSecond(b.count).map { b[$0] }
    return [ArrayType(shape, x[0].dtype)]
  }

  // Result axes: batch, free first, free second. The cotangent is contracted with the second operand
  // over the latter's free axes; what comes out has axes batch, free first, summed.
  func transposeFirst(_ cotangent: NDArray, _ first: ArrayType, _ second: NDArray) -> NDArray {
    let batch = axes.batchFirst.count
    let free = axes.freeFirst(first.rank)
    let freeSecond = axes.freeSecond(second.rank)
    let product = NDArray(
      Contract(
        axes: Contraction(
          batchFirst: Array(0..<batch), batchSecond: axes.batchSecond,
          summedFirst: Array((batch + free.count)..<cotangent.rank), summedSecond: freeSecond)),
      cotangent, second)
    // The free axes of `second` in this product are its summed ones, in increasing order.
    let order = axes.summedSecond.indices.sorted { axes.summedSecond[$0] < axes.summedSecond[$1] }
    return product.placingAxes(axes.batchFirst + free + order.map { axes.summedFirst[$0] })
  }

  func transposeSecond(_ cotangent: NDArray, _ first: NDArray, _ second: ArrayType) -> NDArray {
    let batch = axes.batchFirst.count
    let freeFirst = axes.freeFirst(first.rank)
    let free = axes.freeSecond(second.rank)
    let product = NDArray(
      Contract(
        axes: Contraction(
          batchFirst: axes.batchFirst, batchSecond: Array(0..<batch), summedFirst: freeFirst,
          summedSecond: Array(batch..<(batch + freeFirst.count)))),
      first, cotangent)
    let order = axes.summedFirst.indices.sorted { axes.summedFirst[$0] < axes.summedFirst[$1] }
    return product.placingAxes(axes.batchSecond + order.map { axes.summedSecond[$0] } + free)
  }

  // An axis mapped on one side only becomes a free axis of that side: one larger product, not many.
  func batch(_ x: [NDArray], _ mapped: [Int?], size: Int) -> ([NDArray], [Int?]) {
    func shifted(_ axes: [Int], _ mapped: Int?) -> [Int] {
      guard let mapped else { return axes }
      return axes.map { $0 < mapped ? $0 : $0 + 1 }
    }
    var wide = Contraction(
      batchFirst: shifted(axes.batchFirst, mapped[0]),
      batchSecond: shifted(axes.batchSecond, mapped[1]),
      summedFirst: shifted(axes.summedFirst, mapped[0]),
      summedSecond: shifted(axes.summedSecond, mapped[1]))
    let place: Int
    switch (mapped[0], mapped[1]) {
    case (let first?, let second?):
      wide.batchFirst.insert(first, at: 0)
      wide.batchSecond.insert(second, at: 0)
      place = 0
    case (let first?, nil):
      let free = wide.freeFirst(x[0].rank)
      place = wide.batchFirst.count + (free.firstIndex(of: first) ?? 0)
    case (nil, let second?):
      let free = wide.freeSecond(x[1].rank)
      place =
        wide.batchFirst.count + wide.freeFirst(x[0].rank).count
        + (free.firstIndex(of: second) ?? 0)
    case (nil, nil):
      place = 0
    }
    return ([NDArray(Contract(axes: wide), x)], [place])
  }
}

extension NDArray {
  /// The array transposed so that its axis `i` comes to be axis `places[i]`.
  func placingAxes(_ places: [Int]) -> NDArray {
    var order = places
    for (axis, place) in places.enumerated() { order[place] = axis }
    return order == Array(0..<rank) ? self : NDArray(Transpose(order: order), self)
  }
}
