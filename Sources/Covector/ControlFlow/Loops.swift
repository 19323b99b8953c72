// Loops as values: whileLoop and forLoop. The primitive beneath them is in WhileLoop.swift.

/// Runs a function again and again on what it returned, as long as a condition holds.
///
///     let root = whileLoop(x) { x in abs(x * x - 2) .> 1e-12 } do: { x in x - (x * x - 2) / (2 * x) }
///
/// The number of steps may depend on the data, under every transform. Under `vmap` each example takes the
/// steps of its own, and those that have ended cost nothing. Reverse derivatives run the loop
/// twice and keep about `3 √n` states for `n` steps. What the functions use from outside, they
/// simply use; what does not depend on the state is computed once, before the loop.
///
/// - Parameters:
///   - initial: The state before the first step; a tree of arrays.
///   - condition: Whether there is another step: a scalar, where anything but zero is true.
///   - body: One step: from the state before it to the state after it, a tree of the same structure,
///     shapes and dtypes.
/// - Returns: The first state for which the condition does not hold. A loop that does not end is not
///   noticed; inside `checked`, cancelling the task ends it with an error.
public func whileLoop<State: ArrayTree>(
  _ initial: State, while condition: (State) -> NDArray, do body: (State) -> State
) -> State {
  ControlFlow.whileLoop(initial, condition, body)
}

/// Runs a function for each number of a range, each time on what it returned before.
///
///     let power = forLoop(0..<10, NDArray(1.0)) { i, y in y * x }
///
/// Reverse derivatives run the loop twice and keep about `3 √n` states for `n` steps; a `scan` runs each
/// step once more only and keeps them all.
///
/// - Parameters:
///   - range: The numbers; the function sees them as `int32` scalars.
///   - initial: The state before the first step; a tree of arrays.
///   - body: One step: from a number and the state before it to the state after it.
/// - Returns: The state after the last step.
public func forLoop<State: ArrayTree>(
  _ range: Range<Int>, _ initial: State, do body: (NDArray, State) -> State
) -> State {
  ControlFlow.forLoop(range, initial, body)
}

/// Runs a function for the numbers from 0 to below a count that may depend on the data.
///
/// As `whileLoop`, of which it is a case, it may take another number of steps for each example of a
/// batch.
/// - Parameters:
///   - count: An integer scalar; none or a negative number is no step at all.
///   - initial: The state before the first step; a tree of arrays.
///   - body: One step: from a number and the state before it to the state after it.
/// - Returns: The state after the last step.
public func forLoop<State: ArrayTree>(
  _ count: NDArray, _ initial: State, do body: (NDArray, State) -> State
) -> State {
  let isInteger = count.dtype.isInteger && count.shape.isEmpty
  if !isInteger, !count.isPoisoned {
    ArrayError.report(
      ArrayError("forLoop", "the count is \(count.type); it must be an integer scalar"))
    return initial.poisonedTree()
  }
  let zero = NDArray.scalar(0, count.dtype)
  return ControlFlow.loop("forLoop", Counted(number: zero, state: initial)) { counted in
    counted.number .< count
  } _: { counted in
    Counted(number: counted.number + 1, state: body(counted.number, counted.state))
  }.state
}

/// A state and the number of the step.
private struct Counted<State: ArrayTree>: ArrayTree {
  var number: NDArray
  var state: State

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit("number", &number)
    // As far as messages go there is nothing but the state.
    state.visitLeaves(&visitor)
  }
}

// MARK: - From trees to programs

extension ControlFlow {
  static func whileLoop<State: ArrayTree>(
    _ initial: State, _ condition: (State) -> NDArray, _ body: (State) -> State
  ) -> State {
    loop("whileLoop", initial, condition, body)
  }

  static func forLoop<State: ArrayTree>(
    _ range: Range<Int>, _ initial: State, _ body: (NDArray, State) -> State
  ) -> State {
    let start = NDArray(Int32(truncatingIfNeeded: range.lowerBound))
    return loop("forLoop", Counted(number: start, state: initial), count: range.count) { counted in
      Counted(number: counted.number + 1, state: body(counted.number, counted.state))
    }.state
  }

  fileprivate static func loop<State: ArrayTree>(
    _ name: String, _ initial: State, count: Int, _ body: (State) -> State
  ) -> State {
    apply(name, initial, body) { _ in (.count(count), []) }
  }

  fileprivate static func loop<State: ArrayTree>(
    _ name: String, _ initial: State, _ condition: (State) -> NDArray, _ body: (State) -> State
  ) -> State {
    apply(name, initial, body) { initial in
      let test = ClosedProgram.trace(name, initial.leaves.map(\.type)) { tracers in
        let answer = condition(initial.replacingLeaves(with: tracers))
        guard answer.shape.isEmpty || answer.isPoisoned else {
          ArrayError.report(
            ArrayError(
              name,
              "the condition has shape \(answer.shape); it must be a scalar, so reduce it with any "
                + "or all"))
          return NDArray.poison(like: ArrayType([], .bool))
        }
        return [answer.promoted(to: .bool)]
      }
      return test.program.isPoisoned ? nil : (.program(test.program), test.captured)
    }
  }

  private static func apply<State: ArrayTree>(
    _ name: String, _ initial: State, _ body: (State) -> State,
    test: (State) -> (WhileLoop.Test, [NDArray])?
  ) -> State {
    let step = carried(name, initial) { state, _ in (body(state), []) }
    guard let step, let (test, captured) = test(step.initial) else { return initial.poisonedTree() }
    let leaves = step.initial.leaves
    if leaves.isEmpty { return initial }
    let loop = WhileLoop(
      name: name, test: test, body: step.body.program, carryCount: leaves.count, lanes: nil)
    return step.initial.replacingLeaves(
      with: NDArray.apply(loop, leaves + captured + step.body.captured))
  }

  /// A body that hands a state from step to step, checked to give what it takes.
  ///
  /// - Parameters:
  ///   - elements: The types of what the body takes beside the state.
  ///   - body: One step: the next state and what else comes of it.
  /// - Returns: The initial state with dtypes for all leaves, and the body of its leaves; `nil` where there was
  ///   a mistake.
  static func carried<State: ArrayTree>(
    _ name: String, _ initial: State, elements: [ArrayType] = [],
    _ body: (State, [NDArray]) -> (state: State, collected: [NDArray])
  ) -> (initial: State, body: Closure)? {
    var start = initial.mapLeaves(\.strong)
    while true {
      let leaves = start.leaves
      if leaves.contains(where: \.isPoisoned) { return nil }
      var wider: [NDArray] = []
      let closure = ClosedProgram.trace(name, leaves.map(\.type) + elements) { tracers in
        let (next, collected) = body(
          start.replacingLeaves(with: Array(tracers[..<leaves.count])),
          Array(tracers[leaves.count...]))
        do throws(ArrayError) {
          let carried = try fitted(next, to: start, name)
          wider = try widened(carried, initial, leaves, name)
          return carried + collected
        } catch {
          ArrayError.report(error)
          return (leaves + collected).flatMap { NDArray.poison(like: $0.type) }
        }
      }
      // A scalar without a dtype has taken that of what the body made of it: once more, from there.
      if !wider.isEmpty {
        start = start.replacingLeaves(with: wider)
        continue
      }
      return closure.program.isPoisoned ? nil : (start, closure)
    }
  }

  /// The leaves of the state after a step, which must have the structure of the one before; scalars
  /// without a dtype adopt that of their place.
  private static func fitted<State: ArrayTree>(
    _ next: State, to start: State, _ name: String
  ) throws(ArrayError) -> [NDArray] {
    switch next.structuralDifference(from: start) {
    case .onlyInFirst(let path)?:
      throw ArrayError(
        name,
        "a step returns an array \(path.descriptionOfState), which the state before it has not; they "
          + "must have the same structure")
    case .onlyInSecond(let path)?:
      throw ArrayError(
        name,
        "a step does not return \(path.descriptionOfState), which the state before it has; they must "
          + "have the same structure")
    case .order?:
      throw ArrayError(name, "a step returns the arrays of the state in another order")
    case nil:
      return zip(next.leaves, start.leaves).map { array, before in
        let adopts =
          array.isWeak && before.dtype.adopting(array.storedType.dtype) == before.dtype
        return adopts ? array.promoted(to: before.dtype) : array
      }
    }
  }

  /// The initial leaves where scalars without a dtype must take another; empty where all is well.
  private static func widened<State: ArrayTree>(
    _ carried: [NDArray], _ initial: State, _ start: [NDArray], _ name: String
  ) throws(ArrayError) -> [NDArray] {
    let given = initial.leaves
    var wider = start
    var isWider = false
    for (number, (after, before)) in zip(carried, start).enumerated()
    where after.type != before.type && !after.isPoisoned {
      let mayAdopt =
        given[number].isWeak && after.shape == before.shape
        && after.dtype.adopting(given[number].storedType.dtype) == after.dtype
        && before.dtype == given[number].dtype
      guard mayAdopt else {
        throw ArrayError(
          name,
          "\(initial.leafPaths[number].descriptionOfState) is \(before.type) before a step and "
            + "\(after.type) after it; the types must be equal")
      }
      wider[number] = given[number].promoted(to: after.dtype)
      isWider = true
    }
    return isWider ? wider : []
  }
}

extension LeafPath {
  /// The path from a state: `the state` itself, or `state.weight`.
  var descriptionOfState: String { steps.isEmpty ? "the state" : "state\(description)" }
}
