// From pending arrays to values: claim the nodes that are pending, plan them, run the plan, and put the
// values into the nodes. The one way anything is computed.

import Dispatch
import Synchronization

/// One evaluation under way; others that need one of its nodes wait for it to end.
final class EvaluationTicket: Sendable {
  private struct State {
    var isEnded = false
    /// Made by the first that waits: most evaluations are never waited for.
    var waiting: DispatchGroup?
  }
  private let state = Mutex(State())

  func end() {
    let waiting = state.withLock { state in
      state.isEnded = true
      return state.waiting
    }
    waiting?.leave()
  }

  func wait() {
    let group = state.withLock { state -> DispatchGroup? in
      if state.isEnded { return nil }
      if let group = state.waiting { return group }
      let group = DispatchGroup()
      group.enter()
      state.waiting = group
      return group
    }
    group?.wait()
  }
}

/// Computes the arrays that are pending, all together.
///
/// Reading an array computes it too; computing several at once shares the work between them.
/// Failures that depend on values, such as an index out of range, are reported here.
public func eval(_ arrays: NDArray...) { eval(arrays) }

/// Computes the arrays that are pending, all together.
public func eval(_ arrays: [NDArray]) {
  do throws(ArrayError) {
    try evaluate(arrays)
  } catch {
    ArrayError.report(error)
  }
}

/// Computes pending arrays; does nothing for the results of mistakes, which have been reported.
func evaluate(_ arrays: [NDArray]) throws(ArrayError) {
  var pending: [NDArray] = []
  for array in arrays where !array.isPoisoned && array.node.value(of: array.result) == nil {
    if let constant = array.node.constant {
      let value = try constant.value(on: Device.current)
      array.node.state.withLock { $0.values = [value] }
    } else {
      pending.append(array)
    }
  }
  if pending.isEmpty { return }
  while true {
    var claim = PendingGraph()
    let conflict: EvaluationTicket?
    do throws(ArrayError) {
      conflict = try claim.claim(pending)
    } catch {
      claim.release()
      throw error
    }
    if let conflict {
      // Holding nothing while waiting, two evaluations cannot wait for each other.
      claim.release()
      conflict.wait()
      continue
    }
    defer { claim.release() }
    let plan = try Plan(claim.graph)
    try claim.commit(plan.run(leaves: claim.leaves, on: Device.current))
    return
  }
}

/// Operations in an order in which they can be run: what a plan is made from.
struct EvaluationGraph {
  struct Operation {
    let node: Node
    /// How its primitive is computed, asked for once.
    let evaluation: Evaluation
    /// The values it reads.
    var operands: [Int]
    /// Its first result; the others follow.
    var result: Int
    /// Whether its results are wanted when the graph has been run.
    var isKept = false

    var results: Range<Int> { result..<(result + node.resultCount) }
  }

  /// Where a value comes from.
  enum Source {
    case operation(Int)
    /// Memory given to the run, read with this layout.
    case leaf(Layout)
    case constant(Constant)
  }

  var operations: [Operation] = []
  var types: [ArrayType] = []
  var sources: [Source] = []
}

/// The pending nodes beneath some arrays, claimed for one evaluation.
struct PendingGraph {
  private(set) var graph = EvaluationGraph()
  /// The memory of the values that are there already.
  private(set) var leaves: [(value: Int, buffer: Buffer)] = []
  private let ticket = EvaluationTicket()
  /// The claimed nodes, in the order they were reached, and the first value of each.
  private var claimed: [(node: Node, first: Int)] = []
  private var leafNumbers: [ObjectIdentifier: Int] = [:]

  private struct Visit {
    let node: Node
    let inputs: [NDArray]
    let claim: Int
    var next = 0
  }

  /// The outcome of looking at a node.
  private enum Found {
    /// It has been numbered: its first value.
    case known(Int)
    /// It is pending, and now ours.
    case entered(inputs: [NDArray])
    /// Another evaluation is computing it.
    case conflict(EvaluationTicket)
    /// It has its values.
    case computed([ArrayValue])
  }

  private mutating func look(at node: Node) -> Found {
    let number = claimed.count
    return node.state.withLock { state in
      if !state.values.isEmpty { return .computed(state.values) }
      if let claim = state.claim {
        guard claim.evaluation === ticket else { return .conflict(claim.evaluation) }
        return .known(claimed[claim.number].first)
      }
      state.claim = Claim(evaluation: ticket, number: number)
      return .entered(inputs: state.inputs)
    }
  }

  /// Numbers a node that needs nothing else first; otherwise puts it on the stack and returns `nil`.
  private mutating func visit(
    _ node: Node, _ stack: inout [Visit]
  ) throws(ArrayError) -> EvaluationTicket? {
    switch look(at: node) {
    case .known:
      return nil
    case .conflict(let other):
      return other
    case .computed(let values):
      if leafNumbers[ObjectIdentifier(node)] != nil { return nil }
      leafNumbers[ObjectIdentifier(node)] = graph.types.count
      for (result, value) in values.enumerated() {
        leaves.append((graph.types.count, value.buffer))
        graph.types.append(node.type(of: result))
        graph.sources.append(.leaf(value.layout))
      }
      return nil
    case .entered(let inputs):
      claimed.append((node, graph.types.count))
      if let constant = node.constant {
        graph.types.append(node.type)
        graph.sources.append(.constant(constant))
        return nil
      }
      if node.flags.contains(.valueless) { throw node.valueless() }
      stack.append(Visit(node: node, inputs: inputs, claim: claimed.count - 1))
      return nil
    }
  }

  /// The number of a value that has one.
  private func number(of array: NDArray) -> Int {
    if let first = leafNumbers[ObjectIdentifier(array.node)] { return first + array.result }
    let claim = array.node.state.withLock { $0.claim }
    guard let claim, claim.evaluation === ticket else { return 0 }
    return claimed[claim.number].first + array.result
  }

  /// Claims everything pending beneath the arrays.
  /// - Returns: An evaluation that has claimed some of it already, or `nil`.
  mutating func claim(_ roots: [NDArray]) throws(ArrayError) -> EvaluationTicket? {
    var stack: [Visit] = []
    for root in roots {
      if let other = try visit(root.node, &stack) { return other }
      while let top = stack.last {
        if top.next < top.inputs.count {
          stack[stack.count - 1].next += 1
          if let other = try visit(top.inputs[top.next].node, &stack) { return other }
          continue
        }
        stack.removeLast()
        claimed[top.claim].first = graph.types.count
        let operation = EvaluationGraph.Operation(
          node: top.node, evaluation: top.node.primitive.evaluation,
          operands: top.inputs.map { number(of: $0) }, result: graph.types.count)
        for result in 0..<top.node.resultCount {
          graph.types.append(top.node.type(of: result))
          graph.sources.append(.operation(graph.operations.count))
        }
        graph.operations.append(operation)
      }
    }
    markKept(roots)
    return nil
  }

  /// Marks the roots, and every node that something outside this graph refers to.
  private mutating func markKept(_ roots: [NDArray]) {
    var readers = [Int](repeating: 0, count: graph.types.count)
    for operation in graph.operations {
      for operand in operation.operands { readers[operand] += 1 }
    }
    for index in graph.operations.indices {
      let inside = graph.operations[index].results.reduce(0) { $0 + readers[$1] }
      // Twice by this graph: in `operations` and in `claimed`.
      let address = unsafe Unmanaged.passUnretained(graph.operations[index].node).toOpaque()
      graph.operations[index].isKept = unsafe References.count(at: address) > inside + 2
    }
    for root in roots {
      if case .operation(let index) = graph.sources[number(of: root)] {
        graph.operations[index].isKept = true
      }
    }
  }

  /// Puts the values of kept nodes in place; nodes an active trace may walk keep their inputs.
  func commit(_ values: [ArrayValue?]) {
    let trace = Trace.current
    for operation in graph.operations where operation.isKept {
      let node = operation.node
      let isTraced = trace.map { node.serial >= $0.outermost } ?? false
      let inputs = node.state.withLock { state -> [NDArray] in
        state.values = operation.results.compactMap { values[$0] }
        guard !isTraced else { return [] }
        var taken: [NDArray] = []
        swap(&taken, &state.inputs)
        return taken
      }
      _ = inputs
      if isTraced { trace?.retain(node) }
    }
  }

  /// Gives up the claims and wakes those who wait.
  func release() {
    for (node, _) in claimed { node.state.withLock { $0.claim = nil } }
    ticket.end()
  }
}

extension Node {
  /// What is said when the value of a tracer is asked for.
  func valueless() -> ArrayError {
    let transform = (primitive as? Placeholder)?.transform ?? "a transform"
    if serial == 0 {
      return ArrayError(
        "eval",
        "a placeholder of type \(type) has no value; it stands for a type in trace and evalShape")
    }
    guard Trace.isInside(serial) else {
      return ArrayError(
        "eval",
        "a \(type) array was kept from inside a function under \(transform) that has ended, and has no "
          + "value; return it from the function instead")
    }
    return ArrayError(
      "eval",
      "the value of a \(type) array was read inside \(transform), where it is not known; use which, "
        + "cond, whileLoop or scan in place of if and while, and return what is to be read")
  }
}

/// How many references an object has; decides only what is kept, never what is right.
enum References {
  /// The strong references to the object at an address, as the runtime counts them.
  @_silgen_name("swift_retainCount")
  private static func runtimeCount(_ object: UnsafeMutableRawPointer) -> UInt

  /// An address, unlike a reference, adds nothing to the count while it is passed around.
  @unsafe static func count(at address: UnsafeMutableRawPointer) -> Int {
    unsafe Int(runtimeCount(address))
  }
}
