// From pending arrays to values: claim the nodes that are pending, plan them, run the plan, and put the
// values into the nodes. The one way anything is computed.

import Dispatch
import Synchronization

/// One evaluation under way; others that need one of its nodes wait for it to end.
final class EvaluationTicket: Sendable {
  private let group = DispatchGroup()
  init() { group.enter() }
  func end() { group.leave() }
  func wait() { group.wait() }
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
    if let constant = array.node.primitive as? Constant {
      let value = try constant.value(on: Device.current)
      array.node.state.withLock { $0.values = [value] }
    } else {
      pending.append(array)
    }
  }
  if pending.isEmpty { return }
  while true {
    let graph = PendingGraph()
    if let other = try graph.claim(pending) {
      // Holding nothing while waiting, two evaluations cannot wait for each other.
      graph.release()
      other.wait()
      continue
    }
    defer { graph.release() }
    let device = Device.current
    let plan = try Plan(graph)
    try graph.commit(plan.run(on: device))
    return
  }
}

/// The pending nodes beneath some arrays, numbered so that each comes after what it reads.
final class PendingGraph {
  struct Operation {
    let node: Node
    /// The values it reads.
    var operands: [Int] = []
    /// Its first result; the others follow.
    var result = 0
    /// Whether something outside this graph holds the node, so that its value must be kept.
    var isKept = false
  }

  /// Where a value comes from.
  enum Source {
    case operation(Int)
    case leaf(ArrayValue)
    case constant(Constant)
  }

  let ticket = EvaluationTicket()
  private(set) var operations: [Operation] = []
  private(set) var types: [ArrayType] = []
  private(set) var sources: [Source] = []
  /// The claimed nodes, in the order they were reached; more than `operations` after a conflict.
  private var claimed: [Node] = []
  /// The first value of each claimed node, by its claim's number.
  private var firstValue: [Int] = []
  private var isEnded = false

  private struct Visit {
    let node: Node
    let inputs: [NDArray]
    var next = 0
  }

  /// Claims everything pending beneath the arrays.
  /// - Returns: An evaluation that has claimed some of it already, or `nil`.
  func claim(_ roots: [NDArray]) throws(ArrayError) -> EvaluationTicket? {
    var stack: [Visit] = []
    var leaves: [ObjectIdentifier: Int] = [:]

    /// The outcome of looking at a node.
    enum Found {
      case known(Int)
      case entered
      case conflict(EvaluationTicket)
    }

    func visit(_ node: Node) throws(ArrayError) -> Found {
      let number = claimed.count
      let outcome = node.state.withLock { state -> (found: Found?, values: [ArrayValue], inputs: [NDArray]) in
        if !state.values.isEmpty { return (nil, state.values, []) }
        if let claim = state.claim {
          if claim.evaluation !== ticket { return (.conflict(claim.evaluation), [], []) }
          return (.known(firstValue[claim.number]), [], [])
        }
        state.claim = Claim(evaluation: ticket, number: number)
        return (.entered, [], state.inputs)
      }
      switch outcome.found {
      case .known(let first)?:
        return .known(first)
      case .conflict(let other)?:
        return .conflict(other)
      case .entered?:
        claimed.append(node)
        if let constant = node.primitive as? Constant {
          firstValue.append(types.count)
          types.append(node.type)
          sources.append(.constant(constant))
          return .known(types.count - 1)
        }
        if node.flags.contains(.valueless) { throw node.valueless() }
        firstValue.append(-1)
        stack.append(Visit(node: node, inputs: outcome.inputs))
        return .entered
      case nil:
        if let first = leaves[ObjectIdentifier(node)] { return .known(first) }
        let first = types.count
        leaves[ObjectIdentifier(node)] = first
        for (result, value) in outcome.values.enumerated() {
          types.append(node.type(of: result))
          sources.append(.leaf(value))
        }
        return .known(first)
      }
    }

    for root in roots {
      if case .conflict(let other) = try visit(root.node) { return other }
      while let top = stack.last {
        if top.next < top.inputs.count {
          stack[stack.count - 1].next += 1
          if case .conflict(let other) = try visit(top.inputs[top.next].node) { return other }
          continue
        }
        stack.removeLast()
        var operation = Operation(node: top.node)
        operation.operands.reserveCapacity(top.inputs.count)
        for input in top.inputs {
          if case .known(let first) = try visit(input.node) {
            operation.operands.append(first + input.result)
          }
        }
        operation.result = types.count
        let number = top.node.state.withLock { $0.claim?.number ?? 0 }
        firstValue[number] = types.count
        for result in 0..<top.node.resultCount {
          types.append(top.node.type(of: result))
          sources.append(.operation(operations.count))
        }
        operations.append(operation)
      }
    }
    markKept(roots)
    return nil
  }

  /// Marks the roots, and every node that something outside this graph refers to.
  private func markKept(_ roots: [NDArray]) {
    var readers = [Int](repeating: 0, count: types.count)
    for operation in operations {
      for operand in operation.operands { readers[operand] += 1 }
    }
    for index in operations.indices {
      let first = operations[index].result
      var inside = 0
      for result in first..<(first + operations[index].node.resultCount) {
        inside += readers[result]
      }
      // Twice by this graph: in `operations` and in `claimed`.
      let address = unsafe Unmanaged.passUnretained(operations[index].node).toOpaque()
      operations[index].isKept = unsafe References.count(at: address) > inside + 2
    }
    for root in roots {
      guard let number = root.node.state.withLock({ $0.claim?.number }) else { continue }
      if case .operation(let index) = sources[firstValue[number]] {
        operations[index].isKept = true
      }
    }
  }

  /// Puts the values of kept nodes in place; nodes an active trace may walk keep their inputs.
  func commit(_ values: [Int: [ArrayValue]]) {
    let trace = Trace.current
    for (index, results) in values {
      let node = operations[index].node
      let isTraced = trace.map { node.serial >= $0.outermost } ?? false
      let inputs = node.state.withLock { state -> [NDArray] in
        state.values = results
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
    guard !isEnded else { return }
    isEnded = true
    for node in claimed { node.state.withLock { $0.claim = nil } }
    ticket.end()
  }
}

extension Node {
  /// What is said when the value of a tracer is asked for.
  func valueless() -> ArrayError {
    let transform = (primitive as? Placeholder)?.transform ?? "a transform"
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
