// Loops over sequences: scan and map. The primitive beneath them is in ScanLoop.swift.

/// Runs a function on each element of sequences, handing a state from each to the next, and collects results.
///
///     let (total, sums) = scan(0, over: x) { sum, x in (sum + x, sum + x) }
///
/// What the function uses from outside, it simply uses; what depends on neither the state nor an element is
/// computed once, before the loop. The function is traced once, whatever the number of steps.
///
/// - Parameters:
///   - initial: The state before the first step; a tree of arrays.
///   - sequences: Arrays whose first axes, of one size, are gone through.
///   - isReverse: Whether to go from the last element to the first. What is collected stands at the
///     place of its element either way.
///   - unroll: The number of steps to run as one; more let neighbouring steps be fused.
///   - body: One step: from the state before it and an element to the state after it and what is to be
///     collected. The state must keep its structure, shapes and dtypes.
/// - Returns: The state after the last step, and what was collected, stacked along a new first axis.
public func scan<Carry: ArrayTree, Elements: ArrayTree, Output: ArrayTree>(
  _ initial: Carry, over sequences: Elements, reverse isReverse: Bool = false, unroll: Int = 1,
  _ body: (Carry, Elements) -> (Carry, Output)
) -> (carry: Carry, outputs: Output) {
  ControlFlow.scan(
    "scan", initial, over: sequences, length: nil, isReverse: isReverse, unroll: unroll, body)
}

/// Runs a function a number of times, handing a state from each step to the next, and collects results.
///
///     let (_, path) = scan(x, count: 100) { x in (step(x), x) }
///
/// - Parameters:
///   - initial: The state before the first step; a tree of arrays.
///   - count: The number of steps, 0 or more.
///   - unroll: The number of steps to run as one.
///   - body: One step: from the state before it to the state after it and what is to be collected.
/// - Returns: The state after the last step, and what was collected, stacked along a new first axis.
public func scan<Carry: ArrayTree, Output: ArrayTree>(
  _ initial: Carry, count: Int, unroll: Int = 1, _ body: (Carry) -> (Carry, Output)
) -> (carry: Carry, outputs: Output) {
  ControlFlow.scan(
    "scan", initial, over: [NDArray](), length: count, isReverse: false, unroll: unroll
  ) { carry, _ in body(carry) }
}

/// Runs a function on each element of sequences and stacks the results.
///
///     let norms = map(over: x) { x in norm(x) }
///
/// The result is that of `vmap`, in less memory: only `chunk` elements are in work at a time.
/// - Parameters:
///   - sequences: Arrays whose first axes, of one size, are gone through.
///   - chunk: The number of elements that are computed together, as `vmap` does.
///   - body: From one element to its result.
/// - Returns: The results, stacked along a new first axis.
public func map<Elements: ArrayTree, Output: ArrayTree>(
  over sequences: Elements, chunk: Int = 1, _ body: (Elements) -> Output
) -> Output {
  let empty: [NDArray] = []
  guard chunk != 1 else {
    return ControlFlow.scan(
      "map", empty, over: sequences, length: nil, isReverse: false, unroll: 1
    ) { ($0, body($1)) }.outputs
  }
  guard let length = ControlFlow.length("map", of: sequences), chunk > 1 else {
    if chunk < 1 {
      ArrayError.report(ArrayError("map", "the chunk is \(chunk); it must be 1 or more"))
    }
    return body(sequences.poisonedTree()).poisonedTree()
  }
  let (whole, rest) = (length / chunk, length % chunk)
  func mapped(_ part: Elements) -> Output {
    Vectorize.map(
      Trees1(part), count: 1, resultCount: 1, in: [0], out: 0, { Trees1(body($0.part0)) }
    ).part0
  }
  let chunks = sequences.mapLeaves { array in
    array.sliced(axis: 0, from: 0, count: whole * chunk)
      .reshaped([whole, chunk] + array.shape.dropFirst())
  }
  let results = ControlFlow.scan(
    "map", empty, over: chunks, length: nil, isReverse: false, unroll: 1
  ) { ($0, mapped($1)) }.outputs.mapLeaves { array in
    array.reshaped([whole * chunk] + array.shape.dropFirst(2))
  }
  if rest == 0 { return results }
  let last = mapped(
    sequences.mapLeaves { $0.sliced(axis: 0, from: whole * chunk, count: rest) })
  return results.zipLeaves(with: last) { concatenated([$0, $1]) }
}

extension ControlFlow {
  /// The common size of the first axes.
  static func length<Tree: ArrayTree>(
    _ name: String, of sequences: Tree, axis: Int = 0
  ) -> Int? {
    let leaves = sequences.leaves
    if leaves.contains(where: \.isPoisoned) { return nil }
    func fail(_ message: String) -> Int? {
      ArrayError.report(ArrayError(name, message))
      return nil
    }
    guard let first = leaves.first else {
      return fail("there are no arrays to go through; give at least one, or a count")
    }
    for (number, leaf) in leaves.enumerated() {
      guard leaf.rank > axis else {
        return fail(
          "\(sequences.leafPaths[number].descriptionOfSequence) has shape \(leaf.shape); an axis to go "
            + "through is needed")
      }
      guard leaf.shape[axis] == first.shape[axis] else {
        let paths = sequences.leafPaths
        return fail(
          "the lengths differ: \(first.shape[axis]) of \(paths[0].descriptionOfSequence), "
            + "\(leaf.shape[axis]) of \(paths[number].descriptionOfSequence); they must be equal")
      }
    }
    return first.shape[axis]
  }

  static func scan<Carry: ArrayTree, Elements: ArrayTree, Output: ArrayTree>(
    _ name: String, _ initial: Carry, over sequences: Elements, length given: Int?,
    isReverse: Bool, unroll: Int, _ body: (Carry, Elements) -> (Carry, Output)
  ) -> (carry: Carry, outputs: Output) {
    let length = given ?? self.length(name, of: sequences)
    let leaves = sequences.leaves.map(\.strong)
    let elements = leaves.map { ArrayType(Array($0.shape.dropFirst()), $0.dtype) }
    var output: Output?
    var step: (initial: Carry, body: Closure)?
    if let length, length >= 0, unroll >= 1 {
      step = carried(name, initial, elements: elements) { carry, arrays in
        let (next, collected) = body(carry, sequences.replacingLeaves(with: arrays))
        output = collected
        return (next, collected.leaves)
      }
    } else if let length {
      ArrayError.report(
        ArrayError(
          name,
          "\(length) steps, \(unroll) at a time, were asked for; the count must be 0 or more, and "
            + "unroll 1 or more"))
    }
    guard let length, let step, let output else {
      let result = body(initial.poisonedTree(), sequences.poisonedTree())
      return (initial.poisonedTree(), result.1.poisonedTree())
    }
    let results = run(
      name, step.body, carried: step.initial.leaves, leaves, length: length, isReverse: isReverse,
      unroll: unroll)
    let carryCount = step.initial.leafCount
    return (
      step.initial.replacingLeaves(with: Array(results[..<carryCount])),
      output.replacingLeaves(with: Array(results[carryCount...]))
    )
  }

  /// The loop, `unroll` steps at a time, and the steps left over after it.
  private static func run(
    _ name: String, _ body: Closure, carried: [NDArray], _ sequences: [NDArray], length: Int,
    isReverse: Bool, unroll: Int
  ) -> [NDArray] {
    let program = body.program
    let carryCount = carried.count
    if program.outputTypes.isEmpty { return [] }
    func loop(
      _ program: ClosedProgram, _ carried: [NDArray], _ sequences: [NDArray], length: Int
    ) -> [NDArray] {
      let loop = ScanLoop(
        name: name, body: program, carryCount: carryCount, sequenceCount: sequences.count,
        length: length, isReverse: isReverse)
      return NDArray.apply(loop, carried + sequences + body.captured)
    }
    guard unroll > 1, length >= unroll else {
      return loop(program, carried, sequences, length: length)
    }
    let (whole, rest) = (length / unroll, length % unroll)
    let types = program.inputTypes
    let places = carryCount..<(carryCount + sequences.count)
    let wide = types[places].map { ArrayType([unroll] + $0.shape, $0.dtype) }
    let unrolled = ClosedProgram.derive(
      name, types[..<carryCount] + wide + types[places.upperBound...]
    ) { inputs in
      var state = Array(inputs[..<carryCount])
      let constants = inputs[places.upperBound...]
      var collected = [[NDArray]](repeating: [], count: unroll)
      for number in 0..<unroll {
        let place = isReverse ? unroll - 1 - number : number
        let elements = inputs[places].map { array in
          array.sliced(axis: 0, from: place, count: 1).reshaped(Array(array.shape.dropFirst()))
        }
        let results = program(state + elements + constants)
        state = Array(results[..<carryCount])
        collected[place] = Array(results[carryCount...])
      }
      return state + collected[0].indices.map { number in stacked(collected.map { $0[number] }) }
    }
    // The steps left over are the last in the order of the steps.
    let (start, end) = isReverse ? (rest, 0) : (0, whole * unroll)
    let groups = sequences.map { array in
      array.sliced(axis: 0, from: start, count: whole * unroll)
        .reshaped([whole, unroll] + array.shape.dropFirst())
    }
    let first = loop(unrolled, carried, groups, length: whole)
    let collected = first[carryCount...].map { array in
      array.reshaped([whole * unroll] + array.shape.dropFirst(2))
    }
    if rest == 0 { return first[..<carryCount] + collected }
    let last = loop(
      program, Array(first[..<carryCount]),
      sequences.map { $0.sliced(axis: 0, from: end, count: rest) }, length: rest)
    let joined = zip(collected, last[carryCount...]).map {
      concatenated(isReverse ? [$1, $0] : [$0, $1])
    }
    return last[..<carryCount] + joined
  }
}

extension LeafPath {
  /// The path from the sequences: `the sequence` itself, or `sequence.time`.
  fileprivate var descriptionOfSequence: String {
    steps.isEmpty ? "the sequence" : "sequence\(description)"
  }
}
