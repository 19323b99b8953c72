// Axes as users give them, checked and counted from the front.

/// Resolves an axis that may count from the end.
func normalizedAxis(_ axis: Int, rank: Int, _ operation: String) throws(ArrayError) -> Int {
  let resolved = axis < 0 ? axis + rank : axis
  guard resolved >= 0, resolved < rank else {
    let range = rank == 0 ? "a scalar has no axes" : "valid axes are \(-rank)...\(rank - 1)"
    throw ArrayError(operation, "axis \(axis) is out of range for \(rank) axes; \(range)")
  }
  return resolved
}

/// Resolves several different axes, in increasing order; `nil` stands for all of them.
func normalizedAxes(_ axes: [Int]?, rank: Int, _ operation: String) throws(ArrayError) -> [Int] {
  guard let axes else { return Array(0..<rank) }
  var resolved: [Int] = []
  for axis in axes {
    let place = try normalizedAxis(axis, rank: rank, operation)
    guard !resolved.contains(place) else {
      throw ArrayError(operation, "axis \(axis) is named twice in \(axes)")
    }
    resolved.append(place)
  }
  return resolved.sorted()
}
