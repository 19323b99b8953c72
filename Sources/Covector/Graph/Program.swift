// A function as the graph between its inputs and outputs, in an order in which it can be run.
// Transforms walk it; evaluation plans it; it can be printed.

/// What a traced function does: operations from inputs and captured arrays to outputs.
///
/// Values are numbered: the inputs first, then captured arrays and results as they come up.
public struct Program: Sendable {
  struct Operation: Sendable {
    let node: Node
    /// The numbers of the values it reads.
    let operands: Operands
    /// The number of its first result; the others follow.
    let result: Int
  }

  /// A node whose operands are being numbered.
  private struct Visit {
    let node: Node
    let inputs: [NDArray]
    var operands = Operands()
  }

  /// All values, by number.
  private(set) var values: [NDArray]
  let inputCount: Int
  /// The operations, each after those it reads from.
  private(set) var operations: [Operation] = []
  private(set) var outputs: [Int] = []
  /// The numbers of values that come from outside.
  private(set) var captures: [Int] = []
  /// What the inputs are called in errors and printed programs; empty where nobody said.
  var inputNames: [String] = []

  /// The program from the tracers of a trace to the outputs.
  ///
  /// Nodes older than the trace cannot depend on it and are captured whole.
  /// - Parameter makesConstants: Whether arrays that are made of nothing but scalars, such as zeros, are
  ///   made by operations of the program and not captured.
  /// - Parameter effects: Operations that are part of it whatever reads them; those of the trace by default.
  init(
    from inputs: [NDArray], to outputs: [NDArray], since serial: UInt64,
    makesConstants: Bool = false, effects: [Node]? = nil
  ) {
    values = inputs
    inputCount = inputs.count
    values.reserveCapacity(inputs.count + 16)
    operations.reserveCapacity(16)
    var numbers = NodeNumbers()
    for (number, input) in inputs.enumerated() where numbers[input.node] == nil {
      numbers[input.node] = number
    }

    var generated = GeneratedNodes()
    // Depth first, on a list of our own; a node is numbered when all it reads has been.
    var stack: [Visit] = []
    /// The first number of a node; `nil` where it is now on the stack.
    func visit(_ node: Node) -> Int? {
      if let number = numbers[node] { return number }
      let isMade = makesConstants && generated.contains(node)
      let inputs = node.serial < serial && !isMade ? [] : node.inputs
      if !inputs.isEmpty || (isMade && node.constant == nil) {
        stack.append(Visit(node: node, inputs: inputs))
        return nil
      }
      let number = values.count
      numbers[node] = number
      for result in 0..<node.resultCount {
        captures.append(values.count)
        values.append(NDArray(node: node, result: result))
      }
      return number
    }
    let effects = (effects ?? Trace.effects(in: serial)).map { NDArray(node: $0) }
    for (place, output) in (outputs + effects).enumerated() {
      _ = visit(output.node)
      while let top = stack.indices.last {
        // In place: a visit is not copied for each of its operands.
        let next = stack[top].operands.count
        if next < stack[top].inputs.count {
          let input = stack[top].inputs[next]
          if let number = visit(input.node) { stack[top].operands.append(number + input.result) }
          continue
        }
        let done = stack.removeLast()
        numbers[done.node] = values.count
        operations.append(
          Operation(node: done.node, operands: done.operands, result: values.count))
        for result in 0..<done.node.resultCount {
          values.append(NDArray(node: done.node, result: result))
        }
      }
      // Effects are among the operations, but not among the outputs.
      if place >= outputs.count { continue }
      self.outputs.append((numbers[output.node] ?? 0) + output.result)
    }
  }

  /// The values an operation reads.
  func operands(of operation: Operation) -> [NDArray] { operation.operands.map { values[$0] } }

  /// The results of an operation.
  func results(of operation: Operation) -> [NDArray] {
    Array(values[operation.result..<(operation.result + operation.node.resultCount)])
  }

  /// The outputs where other arrays stand for some of the values.
  func outputs(replacing replaced: some Sequence<(Int, NDArray)>) -> [NDArray] {
    var values = values
    for (number, array) in replaced { values[number] = array }
    for operation in operations {
      let operands = operation.operands.map { values[$0] }
      // Another identity for the same value: of use only while it was traced.
      let results =
        operation.node.primitive is Alias
        ? operands
        : Recording.rule(of: operation.node) { NDArray.apply(operation.node.primitive, operands) }
      Recording.inspect(results, of: operation.node, .value)
      for (offset, result) in results.enumerated() { values[operation.result + offset] = result }
    }
    return outputs.map { values[$0] }
  }

  /// The program with other arrays as its values.
  func replacingValues(by values: [NDArray]) -> Program {
    var program = self
    program.values = values
    return program
  }

  /// The program with other values, and operations between them in the order that tracing gives.
  func replacing(values: [NDArray], operations: [Operation], outputs: [Int]) -> Program {
    var program = replacingValues(by: values)
    program.outputs = outputs
    var makers = [Int?](filled: nil, count: values.count)
    for (index, operation) in operations.enumerated() {
      for offset in 0..<operation.node.resultCount { makers[operation.result + offset] = index }
    }
    // Those with an effect are read by nobody.
    let order = depthFirst(
      operations.count, from: outputs + operations.map(\.result), operation: { makers[$0] },
      operands: { operations[$0].operands })
    program.operations = order.map { operations[$0] }
    return program
  }

  /// The same program with nothing of the arrays that the inputs and the values of some numbers stood for.
  func withoutArrays(at numbers: [Int], for transform: String) -> Program {
    var program = self
    for number in Array(0..<inputCount) + numbers {
      let array = values[number]
      let flags: Node.Flags = array.isPoisoned ? .poisoned : .valueless
      program.values[number] = NDArray(
        node: Node(
          Placeholder(transform: transform), [], types: [array.type], flags: flags, serial: 0))
    }
    program.operations = operations.map { operation in
      let node = operation.node
      let types = (0..<node.resultCount).map { node.type(of: $0) }
      let copy = Node(
        node.primitive, [], types: types, flags: node.flags, serial: 0, origin: node.origin)
      for result in types.indices {
        program.values[operation.result + result] = NDArray(node: copy, result: result)
      }
      return Operation(node: copy, operands: operation.operands, result: operation.result)
    }
    return program
  }

  /// The program with its values computed anew, other than those that are given.
  func replaying(_ given: [(Int, NDArray)]) -> Program {
    var program = self
    var isGiven = Set<Int>()
    for (number, array) in given {
      program.values[number] = array
      isGiven.insert(number)
    }
    for operation in operations {
      let results = operation.result..<(operation.result + operation.node.resultCount)
      if results.allSatisfy(isGiven.contains) { continue }
      let operands = program.operands(of: operation)
      let computed = Recording.rule(of: operation.node) {
        NDArray.apply(operation.node.primitive, operands)
      }
      for (number, result) in zip(results, computed) where !isGiven.contains(number) {
        program.values[number] = result
      }
    }
    return program
  }

  /// The program with more of its values as outputs.
  func adding(outputs numbers: [Int]) -> Program {
    var program = self
    program.outputs += numbers
    return program
  }
}

/// Nodes that are computed from scalars alone: zeros, ones, counting arrays and what is made of them.
struct GeneratedNodes {
  /// 1 for those that are, 0 for those that are not.
  private var known = NodeNumbers()

  /// Whether the node is one; those that are computed already are not.
  mutating func contains(_ node: Node) -> Bool {
    var stack = [node]
    while let next = stack.last {
      if known[next] != nil {
        stack.removeLast()
        continue
      }
      if next.constant != nil {
        known[next] = 1
      } else if next.value(of: 0) != nil || !next.flags.isEmpty {
        known[next] = 0
      } else {
        let inputs = next.inputs
        if let unknown = inputs.first(where: { known[$0.node] == nil }) {
          stack.append(unknown.node)
          continue
        }
        if case .none = next.primitive.evaluation, inputs.isEmpty {
          known[next] = 0
        } else {
          known[next] = inputs.allSatisfy { known[$0.node] == 1 } ? 1 : 0
        }
      }
      stack.removeLast()
    }
    return known[node] == 1
  }
}
