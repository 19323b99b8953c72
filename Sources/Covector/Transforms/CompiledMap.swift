// compile(mappedOver:): a function traced for one example, and run as a plan on any number of them. The
// function never sees the number, so nothing it does can depend on it. The public functions are in
// Surface.generated.swift.

import Synchronization

/// The programs of one function for one example of each kind, and the plans for the sizes met.
final class CompiledMap<Arguments: ArrayTree, Results: ArrayTree>: Sendable {
  // The trees serve as patterns, as in `Compiled`.
  @safe private struct Example: @unchecked Sendable {
    let arguments: Arguments
    let inputs: [CompiledInput]
    let axes: [Int?]
    /// From the arguments and the number of the lane.
    let program: Program
    let results: Results
  }

  private let compiled: Compiled<Arguments, Results>
  private let examples = Mutex<[Example]>([])
  /// The oldest of more examples than these is forgotten.
  private let limit = 64
  private let counts: (arguments: Int, results: Int)
  private let axes: (in: Axes, out: Axes)
  private let name: String?

  init(
    _ counts: (arguments: Int, results: Int), in inAxes: Axes, out outAxes: Axes, name: String?,
    _ file: StaticString, _ line: UInt
  ) {
    compiled = Compiled(file, line)
    self.counts = counts
    axes = (inAxes, outAxes)
    self.name = name
  }

  /// The results of the mapped function: `Compiled` keeps a plan for each size, and calls here for a new one.
  func call(_ arguments: Arguments, _ function: (Arguments) -> Results) -> Results {
    compiled.call(arguments) { self.map($0, function) }
  }

  private func map(_ arguments: Arguments, _ function: (Arguments) -> Results) -> Results {
    do throws(ArrayError) {
      let leaves = arguments.leaves
      let given = try axes.in.matched(
        to: arguments, leafCount: leaves.count, count: counts.arguments, "compile", "mappedOver",
        .arguments)
      let (axes, size) = try Vectorize.mappedAxes(given, of: leaves) { arguments.leafPaths }
      let example = example(of: arguments, leaves, axes, function)
      let mapped = Vectorize.run(
        example.program, inputs: leaves + [NDArray.arange(size)], axes: axes + [0], size: size)
      let wanted = try self.axes.out.matched(
        to: example.results, leafCount: mapped.count, count: counts.results, "compile", "out",
        role)
      let placed = try Vectorize.place(mapped, at: wanted, size: size) { number in
        example.results.leafPaths[number].described(as: role)
      }
      return example.results.replacingLeaves(with: placed)
    } catch {
      ArrayError.report(error)
      return function(arguments.poisonedTree()).poisonedTree()
    }
  }

  private var role: TreeRole { counts.results == 1 ? .result : .results }

  /// The program for examples of these types; the function is called where there is none yet.
  private func example(
    of arguments: Arguments, _ leaves: [NDArray], _ axes: [Int?],
    _ function: (Arguments) -> Results
  ) -> Example {
    let inputs = zip(leaves, axes).map { CompiledInput($0, without: $1) }
    let outermost = Trace.current?.outermost ?? .max
    // Where lines are recorded the operations are wanted as they are asked for.
    let isKept = !Recording.isLooking && !leaves.contains(where: \.isPoisoned)
    let known = examples.withLock { $0 }.first {
      $0.inputs == inputs && $0.axes == axes && $0.arguments.isStructured(like: arguments)
    }
    if isKept, let known { return known }
    let (program, results) = Trace.run("vmap", keepsProgram: true) { trace in
      let tracers = zip(inputs, leaves).map { input, leaf -> NDArray in
        if input.literal != nil { return leaf }
        return trace.placeholder(
          input.type, for: "vmap", weak: input.isWeak, poisoned: leaf.isPoisoned)
      }
      let lane = trace.placeholder(ArrayType([], .int32), for: "vmap")
      trace.isMapping(numbered: lane.promoted(to: .uint32))
      var named = NamedAxis.visible
      if let name { named.append(NamedAxis(name: name, size: nil, lane: lane)) }
      let results = NamedAxis.$visible.withValue(named) {
        function(arguments.replacingLeaves(with: tracers))
      }
      let program = Program(
        from: tracers + [lane], to: results.leaves.map(\.strong), since: trace.serial)
      return (program, results)
    }
    let empty = NDArray.weak(Constant(0))
    let example = Example(
      arguments: arguments.replacingLeaves(with: leaves.map { _ in empty }), inputs: inputs,
      axes: axes, program: program,
      results: results.replacingLeaves(with: results.leaves.map { _ in empty }))
    let depends = program.captures.contains { program.values[$0].node.serial >= outermost }
    if isKept, !depends, !results.leaves.contains(where: \.isPoisoned) { remember(example) }
    return example
  }

  private func remember(_ example: Example) {
    let forgotten = examples.withLock { examples in
      examples.insert(example, at: 0)
      return examples.count > limit ? examples.popLast() : nil
    }
    // Released outside the lock.
    _ = forgotten
  }
}
