// vmap over trees: which leaves are mapped and by what size, and where the results' new axes go. The
// public functions are in Surface.generated.swift.

extension Vectorize {
  /// The results of a function mapped over axes of its arguments.
  ///
  /// Arguments and results are each wrapped in one tree, whose parts are numbered.
  static func map<Arguments: ArrayTree, Results: ArrayTree>(
    _ arguments: Arguments, count: Int, resultCount: Int, in inAxes: Axes, out outAxes: Axes,
    axisName: String? = nil, chunk: Int? = nil, _ function: (Arguments) -> Results
  ) -> Results {
    do throws(ArrayError) {
      if let chunk { try requireChunk(chunk, "vmap") }
      let leaves = arguments.leaves
      let given = try inAxes.matched(
        to: arguments, leafCount: leaves.count, count: count, "vmap", "in", .arguments)
      let (axes, size) = try mappedAxes(given, of: leaves) { arguments.leafPaths }
      var traced: Results?
      let mapped = apply(
        { tracers in
          let results = function(arguments.replacingLeaves(with: tracers))
          traced = results
          return results.leaves
        }, to: leaves, size: size, axes: axes, name: axisName, chunk: chunk)
      // `apply` calls the function once; the results' other fields are those of that call.
      guard let traced else { return function(arguments).poisonedTree() }
      let role = resultCount == 1 ? TreeRole.result : .results
      let wanted = try outAxes.matched(
        to: traced, leafCount: mapped.count, count: resultCount, "vmap", "out", role)
      let placed = try place(mapped, at: wanted, size: size) { number in
        traced.leafPaths[number].described(as: role)
      }
      return traced.replacingLeaves(with: placed)
    } catch {
      ArrayError.report(error)
      return function(arguments.poisonedTree()).poisonedTree()
    }
  }

  /// Refuses a chunk of no examples.
  static func requireChunk(_ chunk: Int, _ operation: String) throws(ArrayError) {
    guard chunk > 0 else {
      throw ArrayError(operation, "the chunk is \(chunk); at least 1 is needed")
    }
  }

  /// The mapped axes, counted from the front, and their common size.
  static func mappedAxes(
    _ given: [Int?], of leaves: [NDArray], paths: () -> [LeafPath]
  ) throws(ArrayError) -> (axes: [Int?], size: Int) {
    var axes = given
    var first: Int?
    for (number, leaf) in leaves.enumerated() {
      guard let axis = given[number] else { continue }
      let shape = leaf.shape
      let resolved = axis < 0 ? axis + shape.count : axis
      guard shape.indices.contains(resolved) else {
        let name = paths()[number].described(as: .arguments)
        throw ArrayError(
          "vmap",
          shape.isEmpty
            ? "\(name) is a scalar, so it has no axis \(axis) to map; give it the axis nil"
            : "\(name) of shape \(shape) has no axis \(axis); "
              + "an axis from \(-shape.count) to \(shape.count - 1), or nil, is needed")
      }
      axes[number] = resolved
      guard let other = first, let otherAxis = axes[other] else {
        first = number
        continue
      }
      let (size, otherSize) = (shape[resolved], leaves[other].shape[otherAxis])
      guard size == otherSize else {
        let names = paths()
        throw ArrayError(
          "vmap",
          "mapped sizes differ: \(otherSize) along axis \(otherAxis) of "
            + "\(names[other].described(as: .arguments)), \(size) along axis \(resolved) of "
            + "\(names[number].described(as: .arguments)); they must be equal")
      }
    }
    guard let first, let axis = axes[first] else {
      throw ArrayError(
        "vmap",
        leaves.isEmpty
          ? "the arguments hold no arrays; at least one must be mapped"
          : "no argument is mapped: every axis is nil; at least one array needs an axis")
    }
    return (axes, leaves[first].shape[axis])
  }

  /// The results with their new axes where they are wanted.
  static func place(
    _ mapped: [(array: NDArray, axis: Int?)], at wanted: [Int?], size: Int,
    name: (Int) -> String
  ) throws(ArrayError) -> [NDArray] {
    var placed: [NDArray] = []
    placed.reserveCapacity(mapped.count)
    for (number, result) in mapped.enumerated() {
      guard let axis = wanted[number] else {
        guard result.axis == nil || result.array.isPoisoned else {
          throw ArrayError(
            "vmap",
            "\(name(number)) depends on a mapped argument, so its out axis cannot be nil; give an "
              + "axis")
        }
        placed.append(result.array)
        continue
      }
      if result.array.isPoisoned {
        placed.append(result.array)
        continue
      }
      let rank = result.array.rank + (result.axis == nil ? 1 : 0)
      let resolved = axis < 0 ? axis + rank : axis
      guard (0..<rank).contains(resolved) else {
        throw ArrayError(
          "vmap",
          "out axis \(axis) is out of range for \(name(number)), which has \(rank) "
            + "\(rank == 1 ? "axis" : "axes") with the new one; "
            + "an axis from \(-rank) to \(rank - 1) is needed")
      }
      if let place = result.axis {
        placed.append(result.array.movingAxis(place, to: resolved))
      } else {
        // The same for every example: repeated along the new axis, without a copy.
        let shape = result.array.shape
        placed.append(
          result.array.reshaped(shape.inserting(1, at: resolved))
            .broadcast(to: shape.inserting(size, at: resolved)))
      }
    }
    return placed
  }
}
