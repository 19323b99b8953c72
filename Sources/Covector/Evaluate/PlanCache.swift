// Plans kept by the structure of the graph they were made from: a loop that evaluates the same expressions
// over and over plans them once.

/// Plans by structure.
final class PlanCache: Sendable {
  private struct Known {
    let graph: EvaluationGraph
    let schedule: Schedule
  }
  private let known: StructureCache<Known>

  /// Makes a cache of at most twice as many plans.
  init(limit: Int = 512) { known = StructureCache(limit: limit, variants: 4) }

  /// How often a plan was found, and how often one was made.
  var statistics: (hits: Int, misses: Int) { known.statistics }

  /// The plan of a graph; made where none of that structure is known.
  func schedule(
    for graph: EvaluationGraph, kernels: KernelTable
  ) throws(ArrayError) -> Schedule {
    let hash = graph.structureHash
    if let found = known.entry(hash, where: { graph.hasStructure(of: $0.graph) }) {
      return found.schedule
    }
    let schedule = Schedule(try Plan(graph), for: kernels)
    known.add(Known(graph: graph, schedule: schedule), hash)
    return schedule
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
  func hashWithType(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(Self.self))
    if MemoryLayout<Self>.size > 0 { hash(into: &hasher) }
  }
}
