// The forms of cond and the loops for several trees side by side, as tuples, and those for plain arrays, with
// which literals can start a loop. One for each number of them, as in the surface of the transforms; no
// logic here.

// MARK: - Two

/// The two results of one of two branches; only the branch that is chosen is computed.
@_disfavoredOverload
public func cond<A: ArrayTree, B: ArrayTree>(
  _ predicate: NDArray, then: () -> (A, B), else otherwise: () -> (A, B)
) -> (A, B) {
  cond(predicate) {
    Trees2(of: then())
  } else: {
    Trees2(of: otherwise())
  }.parts
}

/// Runs a function again and again on the two parts of a state that it returned.
@_disfavoredOverload
public func whileLoop<A: ArrayTree, B: ArrayTree>(
  _ a: A, _ b: B, while condition: (A, B) -> NDArray, do body: (A, B) -> (A, B)
) -> (A, B) {
  ControlFlow.whileLoop(
    Trees2(a, b), { state in condition(state.part0, state.part1) },
    { state in Trees2(of: body(state.part0, state.part1)) }
  ).parts
}

/// Runs a function for each number of a range on the two parts of a state that it returned.
@_disfavoredOverload
public func forLoop<A: ArrayTree, B: ArrayTree>(
  _ range: Range<Int>, _ a: A, _ b: B, do body: (NDArray, A, B) -> (A, B)
) -> (A, B) {
  ControlFlow.forLoop(range, Trees2(a, b)) { number, state in
    Trees2(of: body(number, state.part0, state.part1))
  }.parts
}

/// Runs a function on each element of sequences, handing the two parts of a state from each to the next.
@_disfavoredOverload
public func scan<A: ArrayTree, B: ArrayTree, Elements: ArrayTree, Output: ArrayTree>(
  _ initial: (A, B), over sequences: Elements, reverse isReverse: Bool = false, unroll: Int = 1,
  _ body: ((A, B), Elements) -> ((A, B), Output)
) -> (carry: (A, B), outputs: Output) {
  let result = ControlFlow.scan(
    "scan", Trees2(of: initial), over: sequences, length: nil, isReverse: isReverse, unroll: unroll
  ) { carry, element in
    let (next, output) = body(carry.parts, element)
    return (Trees2(of: next), output)
  }
  return (result.carry.parts, result.outputs)
}

// MARK: - Three

/// The three results of one of two branches; only the branch that is chosen is computed.
@_disfavoredOverload
public func cond<A: ArrayTree, B: ArrayTree, C: ArrayTree>(
  _ predicate: NDArray, then: () -> (A, B, C), else otherwise: () -> (A, B, C)
) -> (A, B, C) {
  cond(predicate) {
    Trees3(of: then())
  } else: {
    Trees3(of: otherwise())
  }.parts
}

/// Runs a function again and again on the three parts of a state that it returned.
@_disfavoredOverload
public func whileLoop<A: ArrayTree, B: ArrayTree, C: ArrayTree>(
  _ a: A, _ b: B, _ c: C, while condition: (A, B, C) -> NDArray, do body: (A, B, C) -> (A, B, C)
) -> (A, B, C) {
  ControlFlow.whileLoop(
    Trees3(a, b, c), { state in condition(state.part0, state.part1, state.part2) },
    { state in Trees3(of: body(state.part0, state.part1, state.part2)) }
  ).parts
}

/// Runs a function for each number of a range on the three parts of a state that it returned.
@_disfavoredOverload
public func forLoop<A: ArrayTree, B: ArrayTree, C: ArrayTree>(
  _ range: Range<Int>, _ a: A, _ b: B, _ c: C, do body: (NDArray, A, B, C) -> (A, B, C)
) -> (A, B, C) {
  ControlFlow.forLoop(range, Trees3(a, b, c)) { number, state in
    Trees3(of: body(number, state.part0, state.part1, state.part2))
  }.parts
}

/// Runs a function on each element of sequences, handing the three parts of a state from each to the next.
@_disfavoredOverload
public func scan<A: ArrayTree, B: ArrayTree, C: ArrayTree, Elements: ArrayTree, Output: ArrayTree>(
  _ initial: (A, B, C), over sequences: Elements, reverse isReverse: Bool = false, unroll: Int = 1,
  _ body: ((A, B, C), Elements) -> ((A, B, C), Output)
) -> (carry: (A, B, C), outputs: Output) {
  let result = ControlFlow.scan(
    "scan", Trees3(of: initial), over: sequences, length: nil, isReverse: isReverse, unroll: unroll
  ) { carry, element in
    let (next, output) = body(carry.parts, element)
    return (Trees3(of: next), output)
  }
  return (result.carry.parts, result.outputs)
}

// MARK: - Arrays

/// Runs a function again and again on the array that it returned, as long as a condition holds.
public func whileLoop(
  _ initial: NDArray, while condition: (NDArray) -> NDArray, do body: (NDArray) -> NDArray
) -> NDArray {
  ControlFlow.whileLoop(initial, condition, body)
}

/// Runs a function again and again on the two arrays that it returned, as long as a condition holds.
public func whileLoop(
  _ a: NDArray, _ b: NDArray, while condition: (NDArray, NDArray) -> NDArray,
  do body: (NDArray, NDArray) -> (NDArray, NDArray)
) -> (NDArray, NDArray) {
  ControlFlow.whileLoop(
    Trees2(a, b), { condition($0.part0, $0.part1) },
    { Trees2(of: body($0.part0, $0.part1)) }
  ).parts
}

/// Runs a function again and again on the three arrays that it returned, as long as a condition holds.
public func whileLoop(
  _ a: NDArray, _ b: NDArray, _ c: NDArray,
  while condition: (NDArray, NDArray, NDArray) -> NDArray,
  do body: (NDArray, NDArray, NDArray) -> (NDArray, NDArray, NDArray)
) -> (NDArray, NDArray, NDArray) {
  ControlFlow.whileLoop(
    Trees3(a, b, c), { condition($0.part0, $0.part1, $0.part2) },
    { Trees3(of: body($0.part0, $0.part1, $0.part2)) }
  ).parts
}

/// Runs a function for each number of a range on the array that it returned before.
public func forLoop(
  _ range: Range<Int>, _ initial: NDArray, do body: (NDArray, NDArray) -> NDArray
) -> NDArray {
  ControlFlow.forLoop(range, initial, body)
}

/// Runs a function for each number of a range on the two arrays that it returned before.
public func forLoop(
  _ range: Range<Int>, _ a: NDArray, _ b: NDArray,
  do body: (NDArray, NDArray, NDArray) -> (NDArray, NDArray)
) -> (NDArray, NDArray) {
  ControlFlow.forLoop(range, Trees2(a, b)) { number, state in
    Trees2(of: body(number, state.part0, state.part1))
  }.parts
}

/// Runs a function on each element of sequences, handing an array from each to the next.
public func scan<Elements: ArrayTree, Output: ArrayTree>(
  _ initial: NDArray, over sequences: Elements, reverse isReverse: Bool = false, unroll: Int = 1,
  _ body: (NDArray, Elements) -> (NDArray, Output)
) -> (carry: NDArray, outputs: Output) {
  ControlFlow.scan(
    "scan", initial, over: sequences, length: nil, isReverse: isReverse, unroll: unroll, body)
}
