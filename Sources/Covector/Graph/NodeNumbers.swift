// Numbers of nodes, for those who walk a graph.

/// Numbers of nodes, by identity; few are searched faster than hashed.
///
/// Whoever asks keeps the nodes alive.
struct NodeNumbers {
  private static let limit = 16
  private var few: [(node: ObjectIdentifier, number: Int)] = []
  private var many = NodeTable()

  init() { few.reserveCapacity(Self.limit) }

  /// The number of a node; a number that has been given is not changed.
  subscript(node: Node) -> Int? {
    get {
      let key = ObjectIdentifier(node)
      if many.count > 0 { return many[key] }
      for entry in few where entry.node == key { return entry.number }
      return nil
    }
    set {
      guard let newValue else { return }
      let key = ObjectIdentifier(node)
      if many.count == 0, few.count < Self.limit {
        few.append((key, newValue))
        return
      }
      if many.count == 0 { for (node, number) in few { many.insert(node, number) } }
      many.insert(key, newValue)
    }
  }
}

/// A table of numbers by identity: open addressing, by the product of the address and the golden ratio (Knuth, The
/// Art of Computer Programming 3, 6.4).
///
/// Programs have hundreds of thousands of nodes; addresses need no hash that resists an attack.
private struct NodeTable {
  /// Zero where a place is free, as no object is there.
  private var keys: [UInt] = []
  private var numbers: [Int] = []
  private var bits = 0
  private(set) var count = 0

  /// Where a key is, or the free place where it would be.
  private func place(of key: UInt) -> Int {
    var place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> UInt(UInt.bitWidth - bits))
    while keys[place] != key, keys[place] != 0 { place = (place + 1) & (keys.count - 1) }
    return place
  }

  subscript(node: ObjectIdentifier) -> Int? {
    let place = place(of: UInt(bitPattern: node))
    return keys[place] == 0 ? nil : numbers[place]
  }

  mutating func insert(_ node: ObjectIdentifier, _ number: Int) {
    if count * 2 >= keys.count { grow() }
    let key = UInt(bitPattern: node)
    let place = place(of: key)
    if keys[place] == 0 { count += 1 }
    (keys[place], numbers[place]) = (key, number)
  }

  private mutating func grow() {
    let old = (keys, numbers)
    bits = Swift.max(bits + 1, 6)
    keys = [UInt](repeating: 0, count: 1 << bits)
    numbers = [Int](repeating: 0, count: 1 << bits)
    for (key, number) in zip(old.0, old.1) where key != 0 {
      let place = place(of: key)
      (keys[place], numbers[place]) = (key, number)
    }
  }
}
