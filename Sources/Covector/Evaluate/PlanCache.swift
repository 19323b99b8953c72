// Plans kept by the structure of the graph they were made from: a loop that evaluates the same expressions
// over and over plans them once.

import Synchronization

/// Plans by structure, bounded in number; what has not been asked for lately is forgotten.
final class PlanCache: Sendable {
  /// Plans by the hash of their graph.
  private typealias Plans = [Int: [Schedule]]

  private struct State {
    /// Plans asked for since the last turn of generations, and those of the generation before.
    var young: Plans = [:]
    var old: Plans = [:]
  }
  private let state = Mutex(State())
  private let hits = Atomic<Int>(0)
  private let misses = Atomic<Int>(0)
  /// At most twice as many plans are kept.
  private let limit: Int

  init(limit: Int = 512) { self.limit = limit }

  /// How often a plan was found, and how often one was made.
  var statistics: (hits: Int, misses: Int) {
    (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed))
  }

  /// The plan of a graph; made where none of that structure is known.
  func schedule(
    for graph: EvaluationGraph, kernels: KernelTable
  ) throws(ArrayError) -> Schedule {
    let key = graph.structureHash
    // Compared in full, outside the lock: equal hashes may come from different graphs.
    if let found = state.withLock({ $0.young[key] })?.first(where: graph.isServed) {
      hits.wrappingAdd(1, ordering: .relaxed)
      return found
    }
    if let found = state.withLock({ $0.old[key] })?.first(where: graph.isServed) {
      hits.wrappingAdd(1, ordering: .relaxed)
      insert(found, key)
      return found
    }
    let made = Schedule(try Plan(graph), for: kernels)
    misses.wrappingAdd(1, ordering: .relaxed)
    insert(made, key)
    return made
  }

  private func insert(_ schedule: Schedule, _ key: Int) {
    let forgotten = state.withLock { state -> Plans in
      var forgotten: Plans = [:]
      if state.young.count >= limit {
        forgotten = state.old
        state.old = state.young
        state.young = [:]
      }
      // Graphs of one hash are rare; more than a few would be searched for ever longer.
      state.young[key, default: []].insert(schedule, at: 0)
      if let count = state.young[key]?.count, count > 4 { state.young[key]?.removeLast() }
      return forgotten
    }
    // Released outside the lock.
    _ = forgotten
  }

  /// Forgets all plans.
  func clear() {
    let forgotten = state.withLock { state -> [Plans] in
      defer { (state.young, state.old) = ([:], [:]) }
      return [state.young, state.old]
    }
    _ = forgotten
  }
}

extension EvaluationGraph {
  /// A number that is equal for graphs that one plan serves.
  var structureHash: Int {
    var hasher = Hasher()
    for source in sources {
      switch source {
      case .operation: break
      case .leaf(let layout):
        hasher.combine(layout.shape)
        hasher.combine(layout.strides)
      case .scalar(let scalar): hasher.combine(scalar.dtype)
      }
    }
    // By index here and below: an operation is not copied as a whole.
    for index in operations.indices {
      operations[index].primitive.hashWithType(into: &hasher)
      hasher.combine(operations[index].isKept)
      hasher.combine(operations[index].operands)
    }
    return hasher.finalize()
  }

  /// Whether the plan serves for this graph.
  func isServed(by schedule: Schedule) -> Bool { hasStructure(of: schedule.plan.graph) }

  /// Whether a plan of the other graph serves for this one.
  func hasStructure(of other: EvaluationGraph) -> Bool {
    guard operations.count == other.operations.count, types == other.types,
      sources == other.sources
    else { return false }
    for index in operations.indices {
      guard operations[index].isKept == other.operations[index].isKept,
        operations[index].result == other.operations[index].result,
        operations[index].operands == other.operations[index].operands,
        operations[index].primitive.isEqual(to: other.operations[index].primitive)
      else { return false }
    }
    return true
  }
}

extension Primitive {
  /// Hashes the type and the parameters.
  fileprivate func hashWithType(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(Self.self))
    if MemoryLayout<Self>.size > 0 { hash(into: &hasher) }
  }
}
