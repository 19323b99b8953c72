// The pending nodes beneath some arrays, claimed for one evaluation and numbered for a plan.

import Synchronization

/// The pending nodes beneath some arrays, claimed for one evaluation.
struct PendingGraph {
  private(set) var graph = EvaluationGraph()
  /// The memory and the scalars that a run of the graph is given.
  private(set) var inputs = RunInputs()
  private let ticket = EvaluationTicket()
  /// The claimed nodes, in the order they were reached, and the first value of each.
  private var claimed: [(node: Node, first: Int)] = []
  /// The place in `claimed` of the node of each operation of the graph.
  private var operationClaims: [Int] = []
  /// Views of memory that is there already: they have their value without a run.
  private var views: [(claim: Int, value: ArrayValue)] = []
  /// The first values of nodes that were not claimed.
  private var leafNumbers = NodeNumbers()
  private var scalars: [(constant: Constant, number: Int)] = []
  /// The nodes whose operands are being numbered, each read by the one before it.
  private var stack: [Visit] = []

  /// A node whose operands are being numbered.
  private struct Visit {
    let claim: Int
    let inputs: [NDArray]
    var operands = Operands()
  }

  init() {
    graph.reserveRoom()
    claimed.reserveCapacity(16)
    operationClaims.reserveCapacity(16)
    stack.reserveCapacity(16)
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

  private enum Visited {
    /// The first value of the node.
    case number(Int)
    /// On the stack, to be numbered after what it reads.
    case pushed
    case conflict(EvaluationTicket)
  }

  private mutating func visit(_ node: Node) throws(ArrayError) -> Visited {
    if let constant = node.constant { return .number(number(of: constant)) }
    switch look(at: node) {
    case .known(let first):
      return .number(first)
    case .conflict(let other):
      return .conflict(other)
    case .computed(let values):
      if let known = leafNumbers[node] { return .number(known) }
      let first = graph.types.count
      leafNumbers[node] = first
      for (result, value) in values.enumerated() { _ = addLeaf(value, node.type(of: result)) }
      return .number(first)
    case .entered(let inputs):
      claimed.append((node, -1))
      if node.flags.contains(.valueless) { throw node.valueless() }
      stack.append(Visit(claim: claimed.count - 1, inputs: inputs))
      return .pushed
    }
  }

  // Equal scalars share a number where that is found quickly.
  private mutating func number(of constant: Constant) -> Int {
    if let known = scalars.suffix(8).first(where: { $0.constant == constant }) {
      return known.number
    }
    let number = graph.addScalar(constant.dtype)
    scalars.append((constant, number))
    inputs.scalars.append(constant)
    return number
  }

  private mutating func addLeaf(_ value: ArrayValue, _ type: ArrayType) -> Int {
    let number = graph.addLeaf(value.layout, type)
    inputs.leaves.append(
      RunInputs.Leaf(value: number, buffer: value.buffer, offset: value.layout.offset))
    return number
  }

  /// Numbers a node whose operands have been.
  private mutating func finish(_ visit: Visit) -> Int {
    let first: Int
    let node = claimed[visit.claim].node
    if let value = viewOfLeaf(node, visit.operands) {
      first = addLeaf(value, node.type)
      views.append((visit.claim, value))
    } else {
      first = graph.addOperation(node, visit.operands)
      if let origin = node.origin { inputs.origins[operationClaims.count] = origin }
      operationClaims.append(visit.claim)
    }
    claimed[visit.claim].first = first
    return first
  }

  // A view of memory that is there needs no run; and as the place it starts at is no part of the graph,
  // one plan serves for every slice of a data set.
  private func viewOfLeaf(_ node: Node, _ operands: Operands) -> ArrayValue? {
    guard operands.count == 1, case .leaf(var layout) = graph.sources[operands[0]],
      case .view(let view) = node.primitive.evaluation, let leaf = inputs.leaf(operands[0])
    else { return nil }
    layout.offset = leaf.offset
    guard let result = view(layout) else { return nil }
    return ArrayValue(buffer: leaf.buffer, layout: result)
  }

  /// Claims everything pending beneath the arrays.
  /// - Returns: An evaluation that has claimed some of it already, or `nil`.
  mutating func claim(_ roots: [NDArray]) throws(ArrayError) -> EvaluationTicket? {
    for root in roots {
      if case .conflict(let other) = try visit(root.node) { return other }
      while !stack.isEmpty {
        // In place: a visit is not copied for each of its operands.
        let top = stack.count - 1
        let next = stack[top].operands.count
        if next < stack[top].inputs.count {
          let input = stack[top].inputs[next]
          switch try visit(input.node) {
          case .conflict(let other): return other
          case .number(let first): stack[top].operands.append(first + input.result)
          case .pushed: break
          }
          continue
        }
        let first = finish(stack.removeLast())
        guard top > 0 else { continue }
        let result = stack[top - 1].inputs[stack[top - 1].operands.count].result
        stack[top - 1].operands.append(first + result)
      }
    }
    markKept(roots)
    return nil
  }

  /// Marks the roots, and every node that something outside this graph refers to.
  private mutating func markKept(_ roots: [NDArray]) {
    var readers = [Int](repeating: 0, count: graph.types.count)
    for index in graph.operations.indices {
      for operand in graph.operations[index].operands { readers[operand] += 1 }
    }
    for index in graph.operations.indices {
      var inside = 0
      for result in graph.operations[index].results { inside += readers[result] }
      // Once by this graph, in `claimed`.
      let address = unsafe Unmanaged.passUnretained(claimed[operationClaims[index]].node).toOpaque()
      if unsafe References.count(at: address) > inside + 1 { graph.keep(index) }
    }
    for root in roots {
      let claim = root.node.state.withLock(\.claim)
      guard let claim, claim.evaluation === ticket else { continue }
      if case .operation(let index) = graph.sources[claimed[claim.number].first] {
        graph.keep(index)
      }
    }
  }

  /// Puts the values of kept nodes in place; nodes an active trace may walk keep their inputs.
  ///
  /// - Parameter values: The results of kept operations, in order.
  func commit(_ values: [ArrayValue]) {
    let trace = Trace.current
    for (claim, value) in views { claimed[claim].node.commit([value], in: trace) }
    var next = 0
    for index in graph.operations.indices where graph.operations[index].isKept {
      let end = next + graph.operations[index].resultCount
      let own = end - next == values.count ? values : Array(values[next..<end])
      claimed[operationClaims[index]].node.commit(own, in: trace)
      next = end
    }
  }

  /// Gives up the claims and wakes those who wait.
  func release() {
    for (node, _) in claimed { node.state.withLock { $0.claim = nil } }
    ticket.end()
  }
}

/// The memory and the scalars that a run of a graph is given.
struct RunInputs {
  struct Leaf {
    /// The number of the value that is read from it.
    let value: Int
    let buffer: Buffer
    /// The place of the first element.
    let offset: Int
  }
  var leaves: [Leaf] = []
  var scalars: [Constant] = []
  /// Where operations were asked for, by number, as far as that was recorded.
  var origins: [Int: Origin] = [:]

  /// The memory of a value; leaves come in the order of their values.
  func leaf(_ value: Int) -> Leaf? {
    var (low, high) = (0, leaves.count)
    while low < high {
      let middle = (low + high) / 2
      if leaves[middle].value < value { low = middle + 1 } else { high = middle }
    }
    return low < leaves.count && leaves[low].value == value ? leaves[low] : nil
  }
}

extension Node {
  /// Gives the node its values; it lets go of its inputs, unless an active trace may walk them.
  fileprivate func commit(_ values: [ArrayValue], in trace: Trace?) {
    let isTraced = trace.map { serial >= $0.outermost } ?? false
    let inputs = state.withLock { state -> [NDArray] in
      state.values = values
      guard !isTraced else { return [] }
      var taken: [NDArray] = []
      swap(&taken, &state.inputs)
      return taken
    }
    _ = inputs
    if isTraced { trace?.retain(self) }
  }
}
