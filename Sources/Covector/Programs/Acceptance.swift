// What primitives ask of their inputs and parameters when they are read from a file.

extension Sequence<NDArray> {
  /// Whether the arrays have one dtype; numbers without one of their own have any.
  var haveOneDType: Bool { Set(lazy.filter { !$0.isWeak }.map(\.dtype)).count <= 1 }
}

extension NDArray {
  var isMatrix: Bool { rank >= 2 && dtype.isInexact }
  var isSquareMatrix: Bool { isMatrix && shape[rank - 1] == shape[rank - 2] }
  var isKey: Bool { dtype == .uint32 && shape.last == 2 }
}

extension [NDArray] {
  /// Whether these are square matrices and right-hand sides, batch by batch.
  var areSystem: Bool {
    count == 2 && self[0].isSquareMatrix && self[1].isMatrix && haveOneDType
      && self[0].rank == self[1].rank && self[0].shape.dropLast() == self[1].shape.dropLast()
  }
}

extension Collection<NDArray> {
  /// Whether these are numbers of elements along those axes of an array.
  func areIndices(of array: NDArray, _ axes: [Int], _ labels: [Int]) -> Bool {
    axes.areAxes(of: array) && labels.count == axes.count && allSatisfy(\.dtype.isInteger)
  }
}

extension [Int] {
  /// Whether these can be the sizes of axes whose product can be counted.
  var canBeCounted: Bool {
    var count = 1
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(size, 1))
      if size < 0 || overflow { return false }
      count = product
    }
    return true
  }

  /// Whether these are axes of the array, each at most once.
  func areAxes(of array: NDArray) -> Bool {
    allSatisfy { (0..<array.rank).contains($0) } && Set(self).count == count
  }

  /// Whether a slice of this shape, of so many elements from `starts` on, lies within it.
  func isSelected(by counts: [Int], _ starts: [Int], _ steps: [Int]) -> Bool {
    guard counts.count == count, starts.count == count, steps.count == count else { return false }
    return indices.allSatisfy { axis in
      if counts[axis] == 0 { return true }
      guard counts[axis] <= self[axis], steps[axis].magnitude <= self[axis] else { return false }
      let last = starts[axis].addingReportingOverflow((counts[axis] - 1) * steps[axis])
      return (0..<self[axis]).contains(starts[axis]) && !last.overflow
        && (0..<self[axis]).contains(last.partialValue)
    }
  }
}

extension Lanes {
  /// Whether inputs are of these types for each lane, where mapped, or for all.
  func fit(_ x: some Collection<NDArray>, _ types: [ArrayType]) -> Bool {
    count >= 0 && mapped.count == x.count && types.count == x.count
      && zip(x, zip(types, mapped)).allSatisfy { input, kind in
        let (type, isMapped) = kind
        return input.type == (isMapped ? ArrayType([count] + type.shape, type.dtype) : type)
      }
  }
}
