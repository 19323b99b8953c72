// vmap on flat lists of arrays: trace the function on one example, then run its program with every operation
// applied to the whole batch, or to one chunk of it after another.

enum Vectorize {
  /// Maps a function over an axis of its inputs; `nil` inputs are the same for every example.
  ///
  /// - Parameters:
  ///   - name: What the function may call the mapped axis.
  ///   - chunk: The most examples to compute at once.
  static func apply(
    _ function: ([NDArray]) -> [NDArray], to inputs: [NDArray], size: Int, axes: [Int?],
    name: String? = nil, chunk: Int? = nil
  ) -> [(array: NDArray, axis: Int?)] {
    let mapped = inputs.indices.filter { axes[$0] != nil }
    var arrays = mapped.map { inputs[$0].strong }
    var places = mapped.map { axes[$0] }
    let program = Trace.run("vmap") { trace in
      var tracers = inputs
      for (number, array) in zip(mapped, arrays) {
        let shape = array.shape.removing(at: axes[number] ?? 0)
        tracers[number] = trace.placeholder(
          ArrayType(shape, array.dtype), for: "vmap", poisoned: array.isPoisoned)
      }
      var lanes = mapped.map { tracers[$0] }
      var named = NamedAxis.visible
      if name == nil, chunk == nil {
        if let first = lanes.first { trace.isMapping(numbered: NDArray(ExampleNumber(), first)) }
      } else {
        // Collectives read the number of the lane: so they depend on the axis whatever their operand does.
        let lane = trace.placeholder(ArrayType([], .int32), for: "vmap")
        trace.isMapping(numbered: lane.promoted(to: .uint32))
        if let name { named.append(NamedAxis(name: name, size: size, lane: lane)) }
        lanes.append(lane)
        arrays.append(NDArray.arange(size))
        places.append(0)
      }
      let outputs = NamedAxis.$visible.withValue(named) { function(tracers).map(\.strong) }
      return Program(from: lanes, to: outputs, since: trace.serial)
    }
    guard let chunk, chunk < size else {
      return run(program, inputs: arrays, axes: places, size: size)
    }
    return run(program, inputs: arrays, axes: places.map { $0 ?? 0 }, size: size, chunk: chunk)
  }

  /// Runs a program on a batch.
  static func run(
    _ program: Program, inputs: [NDArray], axes: [Int?], size: Int
  ) -> [(array: NDArray, axis: Int?)] {
    run(program, inputs, at: Array(inputs.indices), axes: axes, size: size)
  }

  /// Runs a program on a batch, with inputs in place of the values of the given numbers.
  static func run(
    _ program: Program, _ inputs: [NDArray], at numbers: [Int], axes: [Int?], size: Int
  ) -> [(array: NDArray, axis: Int?)] {
    let transformation = Transformation.batched(at: numbers, axes: axes, size: size)
    return transformation.answers(for: program, inputs)?.compactMap { answer in
      answer.array.map { ($0, answer.axis) }
    } ?? runByRules(program, inputs, at: numbers, axes: axes, size: size)
  }

  /// The same, operation by operation.
  static func runByRules(
    _ program: Program, _ inputs: [NDArray], at numbers: [Int], axes: [Int?], size: Int
  ) -> [(array: NDArray, axis: Int?)] {
    let program = program.flattened(keepingResults: false)
    var arrays = program.values
    var places = [Int?](repeating: nil, count: arrays.count)
    var isReplaced = [Bool](repeating: false, count: arrays.count)
    for (place, number) in numbers.enumerated() {
      arrays[number] = inputs[place]
      places[number] = axes[place]
      isReplaced[number] = true
    }
    for operation in program.operations {
      // What does not depend on an input is the same for every example: the traced value serves.
      if !operation.operands.contains(where: { isReplaced[$0] }) { continue }
      let operandAxes = operation.operands.map { places[$0] }
      let operands = operation.operands.map { arrays[$0] }
      let isMapped = operandAxes.contains { $0 != nil }
      let (results, resultAxes) = Recording.rule(of: operation.node) {
        isMapped
          ? operation.node.primitive.batch(operands, operandAxes, size: size)
          : (NDArray.apply(operation.node.primitive, operands), operandAxes)
      }
      Recording.inspect(results, of: operation.node, .value, lanes: resultAxes)
      for (offset, result) in results.enumerated() {
        arrays[operation.result + offset] = result
        places[operation.result + offset] = isMapped ? resultAxes[offset] : nil
        isReplaced[operation.result + offset] = true
      }
    }
    return program.outputs.map { (arrays[$0], places[$0]) }
  }

  /// Runs a program on a batch, a chunk at a time, and joins the results.
  ///
  /// Each chunk waits for the one before, so that no more than one is in memory.
  private static func run(
    _ program: Program, inputs: [NDArray], axes: [Int], size: Int, chunk: Int
  ) -> [(array: NDArray, axis: Int?)] {
    var chunks: [[(array: NDArray, axis: Int?)]] = []
    var before: [NDArray] = []
    for start in stride(from: 0, to: size, by: chunk) {
      let count = Swift.min(chunk, size - start)
      let part = zip(inputs, axes).map { input, axis in
        input.sliced(axis: axis, from: start, count: count).after(before)
      }
      let results = run(program, inputs: part, axes: axes, size: count)
      before = results.filter { $0.axis != nil }.map(\.array)
      chunks.append(results)
    }
    return program.outputs.indices.map { output in
      let first = chunks[0][output]
      if first.axis == nil || first.array.isPoisoned { return first }
      let parts = chunks.map { results in
        results[output].array.movingAxis(results[output].axis ?? 0, to: 0)
      }
      return (concatenated(parts, axis: 0), 0)
    }
  }
}
