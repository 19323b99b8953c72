// Running combinations in logarithmically many steps. Composed: no primitive of its own.

/// The running combinations of the elements of sequences, by an associative function.
///
///     let sums = associativeScan(x) { a, b in a + b }
///     let products = associativeScan(matrices) { a, b in matmul(b, a) }
///
/// Element `i` of the result combines the elements up to `i`, in order. The function sees two single elements; it is
/// mapped over all pairs of one level at a time, of which there are about `2 log₂ n`, so that long sequences
/// are combined side by side, with fewer than `2 n` combinations.
///
/// - Parameters:
///   - sequences: Arrays of one size along `axis`.
///   - axis: The axis of the elements; negative axes count from the last.
///   - isReverse: Whether element `i` of the result combines the elements from `i` on instead, from the last
///     one.
///   - combine: From what the scan met before, and what it meets next, to the two combined, of the same
///     structure, shapes and dtypes. Only an associative function gives what a loop gives.
/// - Returns: A tree like `sequences`.
public func associativeScan<Elements: ArrayTree>(
  _ sequences: Elements, axis: Int = 0, reverse isReverse: Bool = false,
  _ combine: (Elements, Elements) -> Elements
) -> Elements {
  let name = "associativeScan"
  let leaves = sequences.leaves.map(\.strong)
  if leaves.contains(where: \.isPoisoned) { return sequences.poisonedTree() }
  do throws(ArrayError) {
    var front: [NDArray] = []
    var axes: [Int] = []
    for leaf in leaves {
      axes.append(try normalizedAxis(axis, rank: leaf.rank, name))
      front.append(leaf.movingAxis(axes[axes.count - 1], to: 0))
    }
    let moved = sequences.replacingLeaves(with: front)
    guard let length = ControlFlow.length(name, of: moved) else { return sequences.poisonedTree() }
    let start = isReverse ? front.map { $0.flipped(0) } : front
    var results = try AssociativeScan(name: name, tree: moved).prefixes(start, length, combine)
    if isReverse { results = results.map { $0.flipped(0) } }
    return sequences.replacingLeaves(
      with: zip(results, axes).map { $0.movingAxis(0, to: $1) })
  } catch {
    ArrayError.report(error)
    return sequences.poisonedTree()
  }
}

/// The recursion: combine neighbours, scan the pairs, fill in between.
///
/// Ladner and Fischer, "Parallel prefix computation", Journal of the ACM 27 (1980), 831–838.
private struct AssociativeScan<Tree: ArrayTree> {
  let name: String
  let tree: Tree

  func prefixes(
    _ x: [NDArray], _ length: Int, _ combine: (Tree, Tree) -> Tree
  ) throws(ArrayError) -> [NDArray] {
    if length < 2 { return x }
    let half = length / 2
    let pairs = try combined(
      x.map { $0.every(2, from: 0, count: half) }, x.map { $0.every(2, from: 1, count: half) },
      combine)
    // The odd places: combinations of whole pairs.
    let odd = try prefixes(pairs, half, combine)
    // The even places after the first: those before them, and one element more.
    let rest = (length - 1) / 2
    let first = x.map { $0.sliced(axis: 0, from: 0, count: 1) }
    var even = first
    if rest > 0 {
      let more = try combined(
        odd.map { $0.sliced(axis: 0, from: 0, count: rest) },
        x.map { $0.every(2, from: 2, count: rest) }, combine)
      even = zip(first, more).map { concatenated([$0, $1]) }
    }
    return zip(even, odd).map { $0.interleaved(with: $1) }
  }

  private func combined(
    _ a: [NDArray], _ b: [NDArray], _ combine: (Tree, Tree) -> Tree
  ) throws(ArrayError) -> [NDArray] {
    var fault: ArrayError?
    let results = Vectorize.apply(
      { elements in
        let pair = (elements.prefix(a.count), elements.dropFirst(a.count))
        let result = combine(
          tree.replacingLeaves(with: Array(pair.0)), tree.replacingLeaves(with: Array(pair.1)))
        let leaves = result.leaves
        let (types, expected) = (leaves.map(\.type), elements.prefix(a.count).map(\.type))
        if result.structuralDifference(from: tree) != nil || types != expected {
          if !leaves.contains(where: \.isPoisoned) {
            fault = ArrayError(
              name,
              "two elements of types \(expected) combine to \(types); the structure and the types must "
                + "be equal")
          }
          return expected.flatMap { NDArray.poison(like: $0) }
        }
        return leaves
      }, to: a + b, size: a.first?.shape[0] ?? 0, axes: (a + b).map { _ in 0 })
    if let fault { throw fault }
    return results.map { $0.array.mappedInFront($0.axis, size: a.first?.shape[0] ?? 0) }
  }
}

extension NDArray {
  /// Elements along the first axis, `step` apart.
  fileprivate func every(_ step: Int, from start: Int, count: Int) -> NDArray {
    sliced(axis: 0, from: start, count: count, step: step)
  }

  /// The elements along the first axis in turn: one of this array, one of the other.
  fileprivate func interleaved(with other: NDArray) -> NDArray {
    let both = other.shape[0]
    let pairs = stacked([sliced(axis: 0, from: 0, count: both), other], axis: 1)
      .reshaped([2 * both] + shape.dropFirst())
    if shape[0] == both { return pairs }
    return concatenated([pairs, sliced(axis: 0, from: both, count: 1)])
  }
}
