// Primitives that stand for operations give way to them before a graph is planned.

extension EvaluationGraph {
  /// The graph with operations in place of primitives that stand for several, and the values that are wanted.
  ///
  /// Memory and scalars keep their numbers. Where something is inlined, equal operations become one.
  func inlined() -> (graph: EvaluationGraph, wanted: [Int]) {
    var graph = self
    graph.askForEvaluations()
    let standsForOthers = graph.evaluations.contains { evaluation in
      if case .operations = evaluation { true } else { false }
    }
    if !standsForOthers { return (graph, keptValues) }
    var inlining = Inlining(graph)
    var numbers = Array(types.indices)
    inlining.add(graph, &numbers)
    let wanted = keptValues.map { numbers[$0] }
    return (inlining.graph.ordered(for: wanted), wanted)
  }

  /// The operations that some values depend on, and those with an effect, each after those it reads; those of the
  /// values are kept.
  private func ordered(for wanted: [Int]) -> EvaluationGraph {
    var graph = withoutOperations
    let effects = operations.filter(\.primitive.hasEffect).map(\.result)
    let order = depthFirst(operations.count, from: wanted + effects) { value in
      if case .operation(let index) = sources[value] { index } else { nil }
    } operands: {
      operations[$0].operands
    }
    for index in order { graph.append(operations[index], evaluations[index]) }
    for value in wanted {
      if case .operation(let index) = graph.sources[value] { graph.keep(index) }
    }
    return graph
  }
}

/// A graph that is filled with the operations of another and those they stand for.
private struct Inlining {
  private(set) var graph: EvaluationGraph
  /// The first results of operations, by what they do.
  private var known: [Deed: Int] = [:]

  /// What an operation does.
  private struct Deed: Hashable {
    let primitive: any Primitive
    let operands: Operands

    static func == (a: Deed, b: Deed) -> Bool {
      a.operands == b.operands && a.primitive.isEqual(to: b.primitive)
    }

    func hash(into hasher: inout Hasher) {
      primitive.hashWithType(into: &hasher)
      hasher.combine(operands)
    }
  }

  /// Begins with all values of a graph and none of its operations.
  init(_ other: EvaluationGraph) { graph = other.withoutOperations }

  /// Adds the operations of a graph.
  ///
  /// - Parameters:
  ///   - numbers: For each of its values the value here; -1 for those that get a new one.
  ///   - origin: The operation that stands for them; each for itself by default.
  mutating func add(_ other: EvaluationGraph, _ numbers: inout [Int], origin: Int? = nil) {
    for index in other.operations.indices {
      var operation = other.operations[index]
      let results = operation.results
      operation.operands = Operands(operation.operands.map { numbers[$0] })
      operation.origin = origin ?? index
      if case .operations(let others) = other.evaluations[index] {
        let outputs = add(others.program, operation.operands, operation.origin)
        for (result, output) in zip(results, outputs) { numbers[result] = output }
        continue
      }
      let deed = Deed(primitive: operation.primitive, operands: operation.operands)
      if !operation.primitive.hasEffect, let first = known[deed] {
        for (offset, result) in results.enumerated() { numbers[result] = first + offset }
        continue
      }
      for result in results where numbers[result] < 0 {
        numbers[result] = graph.addValue(other.types[result])
      }
      operation.result = numbers[operation.result]
      known[deed] = operation.result
      graph.append(operation, other.evaluations[index])
    }
  }

  /// Adds what a program does with operands.
  /// - Returns: The values of its outputs.
  private mutating func add(
    _ program: ClosedProgram, _ operands: Operands, _ origin: Int
  ) -> [Int] {
    let (other, constants, outputs) = program.graph
    var numbers = [Int](filled: -1, count: other.types.count)
    for (input, operand) in operands.enumerated() { numbers[input] = operand }
    for (value, source) in other.sources.enumerated() {
      if case .scalar(let scalar) = source {
        numbers[value] = graph.addConstant(constants[scalar.number])
      }
    }
    add(other, &numbers, origin: origin)
    return outputs.map { numbers[$0] }
  }
}

extension ClosedProgram {
  /// The program as a graph whose first values are the inputs, its scalars, and the values of its outputs.
  fileprivate var graph: (graph: EvaluationGraph, scalars: [Constant], outputs: [Int]) {
    var graph = EvaluationGraph()
    var scalars: [Constant] = []
    var numbers = [Int](filled: -1, count: program.values.count)
    for input in inputNumbers {
      let type = program.values[input].storedType
      numbers[input] = graph.addLeaf(Layout(type.shape), type)
    }
    for capture in program.captures where numbers[capture] < 0 {
      let node = program.values[capture].node
      if let constant = node.constant {
        numbers[capture] = graph.addScalar(constant.dtype)
        scalars.append(constant)
      } else {
        // It is computed from nothing, as all that a closed program captures.
        numbers[capture] = graph.addOperation(node, Operands())
      }
    }
    graph.addOperations(of: program, &numbers)
    graph.askForEvaluations()
    return (graph, scalars, program.outputs.map { numbers[$0] })
  }
}
