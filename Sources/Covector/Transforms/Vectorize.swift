// vmap on flat lists of arrays: trace the function on one example, then run its program with every operation
// applied to the whole batch.

enum Vectorize {
  /// Maps a function over an axis of its inputs; `nil` inputs are the same for every example.
  static func apply(
    _ function: ([NDArray]) -> [NDArray], to inputs: [NDArray], size: Int, axes: [Int?]
  ) -> [(array: NDArray, axis: Int?)] {
    let program = Trace.run("vmap") { trace in
      let tracers = zip(inputs, axes).map { input, axis -> NDArray in
        guard let axis else { return input }
        let type = ArrayType(input.shape.removing(at: axis), input.dtype)
        return trace.placeholder(type, for: "vmap", poisoned: input.isPoisoned)
      }
      let mapped = tracers.indices.filter { axes[$0] != nil }
      if let first = mapped.first { trace.isMapping(tracers[first]) }
      let outputs = function(tracers).map(\.strong)
      return (
        mapped,
        Program(from: mapped.map { tracers[$0] }, to: outputs, since: trace.serial)
      )
    }
    let (mapped, body) = program
    return run(
      body, inputs: mapped.map { inputs[$0].strong }, axes: mapped.map { axes[$0] }, size: size)
  }

  /// Runs a program on a batch.
  static func run(
    _ program: Program, inputs: [NDArray], axes: [Int?], size: Int
  ) -> [(array: NDArray, axis: Int?)] {
    var arrays = program.values
    var places = [Int?](repeating: nil, count: arrays.count)
    for (number, input) in inputs.enumerated() {
      arrays[number] = input
      places[number] = axes[number]
    }
    for operation in program.operations {
      let operandAxes = operation.operands.map { places[$0] }
      // What does not depend on a mapped input is the same for every example: the traced value serves.
      if operandAxes.allSatisfy({ $0 == nil }) { continue }
      let operands = operation.operands.map { arrays[$0] }
      let (results, resultAxes) = Recording.rule(of: operation.node) {
        operation.node.primitive.batch(operands, operandAxes, size: size)
      }
      Recording.inspect(results, of: operation.node, .value, lanes: resultAxes)
      for (offset, result) in results.enumerated() {
        arrays[operation.result + offset] = result
        places[operation.result + offset] = resultAxes[offset]
      }
    }
    return program.outputs.map { (arrays[$0], places[$0]) }
  }
}
