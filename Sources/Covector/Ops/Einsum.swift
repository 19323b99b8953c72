// Products of many arrays summed over named axes: diagonals and sums first, then pair by pair.

/// Returns the product of the operands, summed over axes named by letters, as in `"ij,jk->ik"`.
///
/// Each operand has a term with one letter for each of its axes; axes with the same letter run
/// together and must have equal sizes, or size 1. Letters that are not in the output are summed
/// over; a letter twice in one term takes the diagonal; `...` stands for axes that broadcast.
/// Without `->` the output has the axes under `...`, then the letters that come once, in
/// alphabetical order. Dtypes are promoted and kept.
///
/// Pairs are multiplied in the order that keeps intermediate arrays small, by a greedy search.
/// - Precondition: The subscripts can be read, and fit the operands.
public func einsum(_ subscripts: String, _ operands: NDArray...) -> NDArray {
  einsum(subscripts, operands)
}

/// Returns the product of the operands, summed over named axes; see `einsum(_:_:)`.
public func einsum(_ subscripts: String, _ operands: [NDArray]) -> NDArray {
  NDArray.reporting(like: operands.first) { () throws(ArrayError) in
    var product = try EinsumProduct(subscripts, operands)
    return product.evaluate()
  }
}

/// Returns the pairs in which `einsum` multiplies operands, without computing anything.
///
/// The numbers of a pair count the operands that are left at that point; the product takes the place of
/// the first, and the second is gone.
/// - Parameters:
///   - subscripts: As `einsum` takes them.
///   - shapes: The shapes of the operands.
/// - Throws: `ArrayError` where the subscripts cannot be read or do not fit.
public func einsumPath(
  _ subscripts: String, _ shapes: [[Int]]
) throws(ArrayError) -> [(first: Int, second: Int)] {
  var product = try EinsumProduct(subscripts, shapes.map { NDArray.zeros($0) })
  _ = product.evaluate()
  return product.path
}

extension EinsumProduct {
  /// The factors that subscripts make of operands, in one dtype.
  fileprivate init(_ subscripts: String, _ operands: [NDArray]) throws(ArrayError) {
    let parsed = try EinsumSubscripts(subscripts)
    let (labels, output) = try parsed.resolved(operands.map(\.shape))
    let dtype = promotedDType(operands)
    guard dtype != .bool else {
      throw ArrayError("einsum", "not defined for bool; convert with asType first")
    }
    var factors: [EinsumFactor] = []
    for (operand, labels) in zip(operands, labels) {
      factors.append(EinsumFactor(array: operand.promoted(to: dtype).strong, labels: labels))
    }
    let sizes = try jointSizes(factors)
    for index in factors.indices { factors[index].simplify(sizes) }
    self.init(factors: factors, output: output, sizes: sizes)
  }
}

/// The size of every label; an axis of size 1 adapts to the others.
private func jointSizes(_ factors: [EinsumFactor]) throws(ArrayError) -> [EinsumLabel: Int] {
  var sizes: [EinsumLabel: (size: Int, operand: Int)] = [:]
  for (number, factor) in factors.enumerated() {
    var own: [EinsumLabel: Int] = [:]
    for (label, size) in zip(factor.labels, factor.array.shape) {
      if let other = own[label], other != size {
        throw ArrayError(
          "einsum",
          "label '\(label.description)' names axes of sizes \(other) and \(size) of operand \(number); "
            + "the diagonal needs equal sizes")
      }
      own[label] = size
      if let (known, operand) = sizes[label], known != 1 {
        guard size == known || size == 1 else {
          throw ArrayError(
            "einsum",
            "label '\(label.description)' has size \(known) in operand \(operand) and size \(size) in "
              + "operand \(number); sizes must be equal or 1")
        }
      } else {
        sizes[label] = (size, number)
      }
    }
  }
  return sizes.mapValues(\.size)
}

/// An array with a label for each axis.
private struct EinsumFactor {
  var array: NDArray
  var labels: [EinsumLabel]

  /// Takes diagonals, and drops axes of size 1 that stand for more.
  mutating func simplify(_ sizes: [EinsumLabel: Int]) {
    while let (first, second) = repeated {
      array = array.diagonal(axes: (first, second))
      let label = labels[first]
      labels.remove(at: second)
      labels.remove(at: first)
      labels.append(label)
    }
    let kept = labels.indices.filter { array.shape[$0] == sizes[labels[$0]] }
    if kept.count < labels.count {
      array = array.reshaped(kept.map { array.shape[$0] })
      labels = kept.map { labels[$0] }
    }
  }

  private var repeated: (Int, Int)? {
    for (place, label) in labels.enumerated() {
      if let first = labels.firstIndex(of: label), first < place { return (first, place) }
    }
    return nil
  }

  /// Sums over the labels that are not wanted.
  mutating func sum(allBut wanted: Set<EinsumLabel>) {
    let axes = labels.indices.filter { !wanted.contains(labels[$0]) }
    array = array.summed(over: axes)
    labels = labels.filter { wanted.contains($0) }
  }

  /// The array with its axes in the order of `target`, size 1 where it has none of that label.
  func aligned(to target: [EinsumLabel]) -> NDArray {
    let present = target.filter { labels.contains($0) }
    let order = present.compactMap { labels.firstIndex(of: $0) }
    let ordered = order == Array(labels.indices) ? array : array.transposed(order)
    var shape = ordered.shape[...]
    let wide = target.map { labels.contains($0) ? shape.removeFirst() : 1 }
    return ordered.reshaped(wide)
  }
}

/// The factors that are left to multiply.
private struct EinsumProduct {
  var factors: [EinsumFactor]
  let output: [EinsumLabel]
  let sizes: [EinsumLabel: Int]

  /// The pairs that were multiplied, as places among the factors that were left.
  var path: [(first: Int, second: Int)] = []

  /// More factors than these are not compared with each other at once.
  static let window = 24

  mutating func evaluate() -> NDArray {
    for index in factors.indices { factors[index].sum(allBut: wanted(without: [index])) }
    while factors.count > 1 {
      let (first, second) = cheapestPair()
      path.append((first, second))
      let product = multiplied(first, second)
      factors.remove(at: second)
      factors[first] = product
    }
    return factors[0].aligned(to: output)
  }

  /// The labels of the output and of all factors but some.
  private func wanted(without excluded: [Int]) -> Set<EinsumLabel> {
    var labels = Set(output)
    for index in factors.indices where !excluded.contains(index) {
      labels.formUnion(factors[index].labels)
    }
    return labels
  }

  private func size(_ labels: some Sequence<EinsumLabel>) -> Double {
    labels.reduce(1) { $0 * Double(sizes[$1, default: 1]) }
  }

  /// The pair whose product adds least to the elements in memory; of equals, the least work.
  private func cheapestPair() -> (Int, Int) {
    var best = (0, 1)
    var bestCost = (Double.infinity, Double.infinity)
    if factors.count == 2 { return best }
    // A label stays where the output has it, or a factor outside the pair.
    var uses: [EinsumLabel: Int] = [:]
    for label in output { uses[label, default: 0] += 3 }
    for label in factors.flatMap(\.labels) { uses[label, default: 0] += 1 }
    let candidates = factors.prefix(Self.window)
    for first in candidates.indices {
      for second in candidates.indices where second > first {
        let (a, b) = (factors[first].labels, factors[second].labels)
        let all = Set(a).union(b)
        let kept = all.filter { label in
          let inside = (a.contains(label) ? 1 : 0) + (b.contains(label) ? 1 : 0)
          return uses[label, default: 0] > inside
        }
        let cost = (size(kept) - size(a) - size(b), size(all))
        if cost < bestCost {
          best = (first, second)
          bestCost = cost
        }
      }
    }
    return best
  }

  private func multiplied(_ first: Int, _ second: Int) -> EinsumFactor {
    let (a, b) = (factors[first], factors[second])
    let wanted = wanted(without: [first, second])
    let shared = a.labels.filter { b.labels.contains($0) }
    let batch = shared.filter { wanted.contains($0) }
    let summed = shared.filter { !wanted.contains($0) }
    let free = (a.labels + b.labels).filter { !shared.contains($0) }
    let labels = batch + free
    if summed.isEmpty {
      return EinsumFactor(array: a.aligned(to: labels) * b.aligned(to: labels), labels: labels)
    }
    func places(_ chosen: [EinsumLabel], _ labels: [EinsumLabel]) -> [Int] {
      chosen.compactMap { labels.firstIndex(of: $0) }
    }
    let axes = Contraction(
      batchFirst: places(batch, a.labels), batchSecond: places(batch, b.labels),
      summedFirst: places(summed, a.labels), summedSecond: places(summed, b.labels))
    return EinsumFactor(array: NDArray(Contract(axes: axes), a.array, b.array), labels: labels)
  }
}
