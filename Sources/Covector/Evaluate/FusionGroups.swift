// Which elementwise operations of a graph run in one loop, and where that leaves their results.

/// The loops of a graph.
///
/// A loop runs in the place of its last operation, all it reads having been computed by then. So an operation may
/// join the first that reads it, if that is a loop over as many elements; whoever reads it later finds it in memory.
struct FusionGroups {
  /// For each elementwise operation, the operation in whose place its loop runs; `nil` for others.
  private(set) var root: [Int?]
  /// For each operation a loop runs in the place of, the elementwise operations of the loop, in order.
  private(set) var members: [[Int]]
  /// For each elementwise operation, whether its result is needed in memory of its own.
  private(set) var isStored: [Bool]
  /// For each value, the parts of other arrays that are copies of it.
  private(set) var parts: [[Part]]
  /// For each value, that of which it is another shape, with the same elements in the same order; or itself.
  private(set) var original: [Int]

  /// An operand of an assembly.
  struct Part {
    let assembly: Int
    let place: Int
  }

  /// Loops longer than this are split, so that their registers fit.
  static let limit = 200
  /// Loops over no more elements than this are joined though they share nothing: to start one costs more.
  static let few = 1024
  /// As many loops are looked at, and no further on than so many operations: what waits keeps its operands.
  private static let searched = 8
  private static let reach = 64

  /// When a value is needed, counted in operations.
  private struct Needs {
    /// First of all.
    var first = Int.max
    /// First in memory, in another order or by what is no loop.
    var firstInMemory = Int.max
    /// Last, other than as part of an assembly.
    var last = -1

    mutating func note(_ index: Int, inMemory: Bool) {
      first = min(first, index)
      last = max(last, index)
      if inMemory { firstInMemory = min(firstInMemory, index) }
    }

    /// As of the same value in another shape.
    mutating func join(_ other: Needs) {
      first = min(first, other.first)
      firstInMemory = min(firstInMemory, other.firstInMemory)
      last = max(last, other.last)
    }
  }

  init(_ graph: EvaluationGraph) {
    let operations = graph.operations
    root = [Int?](repeating: nil, count: operations.count)
    members = [[Int]](repeating: [], count: operations.count)
    isStored = [Bool](repeating: false, count: operations.count)
    parts = [[Part]](repeating: [], count: graph.types.count)
    original = Array(graph.types.indices)
    for index in operations.indices where graph.isOtherShape(index) {
      original[operations[index].result] = original[operations[index].operands[0]]
    }
    var needs = [Needs](repeating: Needs(), count: graph.types.count)
    // The loops over each number of elements, the last first.
    var loops: [Int: [Int]] = [:]
    for index in operations.indices.reversed() {
      let operation = operations[index]
      let need = needs[operation.result]
      switch graph.evaluations[index] {
      case .instruction:
        let count = graph.types[operation.result].count
        let joined = loop(for: index, needs, among: loops[count] ?? [], graph) ?? index
        if joined == index { loops[count, default: []].append(index) }
        root[index] = joined
        members[joined].append(index)
        isStored[index] =
          operation.isKept || need.last > joined
          || joined == index && parts[operation.result].isEmpty
        for operand in operation.operands { needs[operand].note(joined, inMemory: false) }
      case .fold:
        needs[operation.operands[0]].note(index, inMemory: false)
      case .assembly:
        for (place, operand) in operation.operands.enumerated() {
          needs[operand].first = min(needs[operand].first, index)
          parts[operand].append(Part(assembly: index, place: place))
        }
      case .view:
        let operand = operation.operands[0]
        // What is wanted of a view is found when all else has run.
        if operation.isKept { needs[operand].note(operations.count, inMemory: false) }
        if original[operation.result] != operation.result {
          needs[operand].join(need)
          parts[operand] += parts[operation.result]
        } else if need.first < Int.max {
          needs[operand].note(need.first, inMemory: true)
        }
      default:
        for operand in operation.operands { needs[operand].note(index, inMemory: true) }
      }
    }
    for index in members.indices where members[index].count > 1 { members[index].reverse() }
  }

  /// The loop an operation joins: the first that needs it, or one that runs before it is needed.
  private func loop(
    for index: Int, _ needs: [Needs], among loops: [Int], _ graph: EvaluationGraph
  ) -> Int? {
    let operation = graph.operations[index]
    let (type, need) = (graph.types[operation.result], needs[operation.result])
    func hasRoom(_ loop: Int) -> Bool { members[loop].count < Self.limit }
    // Whether to run it as late keeps nothing in memory that would not be there then.
    func isFree(_ loop: Int) -> Bool {
      if type.count <= Self.few { return true }
      return operation.operands.allSatisfy { operand in
        guard case .operation = graph.sources[operand] else { return true }
        return needs[operand].last >= loop
      }
    }
    if need.first < graph.operations.count, need.firstInMemory > need.first, hasRoom(need.first) {
      let isAlone = need.last == need.first && parts[operation.result].isEmpty
      switch graph.evaluations[need.first] {
      case .fold:
        // It may run in another order than row-major: only the same shape fits. And it stores nothing else.
        let space = graph.types[graph.operations[need.first].operands[0]].shape
        if isAlone, !operation.isKept, type.shape == space { return need.first }
      case .instruction:
        let count = graph.types[graph.operations[need.first].result].count
        if type.count == count, isAlone || isFree(need.first) { return need.first }
      default: break
      }
    }
    return loops.suffix(Self.searched).last { loop in
      loop < need.first && loop <= index + Self.reach && hasRoom(loop) && isFree(loop)
        && (type.count <= Self.few || sharesOperand(operation, with: loop, graph))
    }
  }

  /// Whether an operation reads an array that a loop does.
  private func sharesOperand(
    _ operation: EvaluationGraph.Operation, with loop: Int, _ graph: EvaluationGraph
  ) -> Bool {
    operation.operands.contains { operand in
      if case .scalar = graph.sources[operand] { return false }
      return members[loop].contains { graph.operations[$0].operands.contains(operand) }
    }
  }
}

extension EvaluationGraph {
  /// Whether an operation only gives its operand another shape.
  fileprivate func isOtherShape(_ index: Int) -> Bool {
    guard case .view(let view) = evaluations[index] else { return false }
    let (old, new) = (types[operations[index].operands[0]], types[operations[index].result])
    guard old.dtype == new.dtype, old.count == new.count else { return false }
    return view(Layout(old.shape)).map { $0.offset == 0 && $0.isContiguous } ?? false
  }
}
