// Numbers of nodes, for those who walk a graph.

/// Numbers of nodes, by identity; few are searched faster than hashed.
///
/// Whoever asks keeps the nodes alive.
struct NodeNumbers {
  private static let limit = 16
  private var few: [(node: ObjectIdentifier, number: Int)] = []
  private var many: [ObjectIdentifier: Int] = [:]

  init() { few.reserveCapacity(Self.limit) }

  /// The number of a node; a number that has been given is not changed.
  subscript(node: Node) -> Int? {
    get {
      let key = ObjectIdentifier(node)
      if !many.isEmpty { return many[key] }
      for entry in few where entry.node == key { return entry.number }
      return nil
    }
    set {
      guard let newValue else { return }
      let key = ObjectIdentifier(node)
      if many.isEmpty, few.count < Self.limit {
        few.append((key, newValue))
        return
      }
      if many.isEmpty { for (node, number) in few { many[node] = number } }
      many[key] = newValue
    }
  }
}
