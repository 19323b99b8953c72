// A function as the graph between its inputs and outputs, in an order in which it can be run.
// Transforms walk it; evaluation plans it; it can be printed.

/// What a traced function does: operations from inputs and captured arrays to outputs.
///
/// Values are numbered: the inputs first, then captured arrays and results as they come up.
public struct Program: Sendable {
  struct Operation: Sendable {
    let node: Node
    /// The numbers of the values it reads.
    let operands: [Int]
    /// The number of its first result; the others follow.
    let result: Int
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
  init(from inputs: [NDArray], to outputs: [NDArray], since serial: UInt64) {
    values = inputs
    inputCount = inputs.count
    var numbers: [ObjectIdentifier: Int] = [:]
    numbers.reserveCapacity(inputs.count * 4)
    for (number, input) in inputs.enumerated() { numbers[ObjectIdentifier(input.node)] = number }

    // Depth first, on a list of our own; a node is numbered when all it reads has been.
    var stack: [(node: Node, inputs: [NDArray], next: Int)] = []
    func visit(_ array: NDArray) {
      let node = array.node
      let key = ObjectIdentifier(node)
      if numbers[key] != nil { return }
      let inputs = node.serial < serial ? [] : node.inputs
      if inputs.isEmpty {
        numbers[key] = values.count
        for result in 0..<node.resultCount {
          captures.append(values.count)
          values.append(NDArray(node: node, result: result))
        }
      } else {
        stack.append((node, inputs, 0))
      }
    }
    for output in outputs {
      visit(output)
      while let top = stack.last {
        if top.next < top.inputs.count {
          stack[stack.count - 1].next += 1
          visit(top.inputs[top.next])
          continue
        }
        stack.removeLast()
        // A node may be waiting twice, where two of its readers were on the way.
        if numbers[ObjectIdentifier(top.node)] != nil { continue }
        let operands = top.inputs.map { numbers[ObjectIdentifier($0.node), default: 0] + $0.result }
        numbers[ObjectIdentifier(top.node)] = values.count
        operations.append(Operation(node: top.node, operands: operands, result: values.count))
        for result in 0..<top.node.resultCount {
          values.append(NDArray(node: top.node, result: result))
        }
      }
      self.outputs.append(numbers[ObjectIdentifier(output.node), default: 0] + output.result)
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
      for (offset, result) in results.enumerated() { values[operation.result + offset] = result }
    }
    return outputs.map { values[$0] }
  }
}
