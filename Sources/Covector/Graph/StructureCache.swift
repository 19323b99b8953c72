// What is made for a structure, kept to be found again: plans of graphs, transformations of programs.

import Synchronization

/// Entries by the hash of a structure, bounded in number; what has not been asked for lately is forgotten.
final class StructureCache<Entry: Sendable>: Sendable {
  private typealias Entries = [Int: [(entry: Entry, weight: Int)]]

  private struct State {
    /// Entries asked for since the last turn of generations, and those of the generation before.
    var young: Entries = [:]
    var old: Entries = [:]
    /// How much the young ones weigh.
    var weight = 0
  }
  private let state = Mutex(State())
  private let hits = Atomic<Int>(0)
  private let misses = Atomic<Int>(0)
  private let limit: Int
  private let variants: Int

  /// Makes a cache that keeps at most twice its limit.
  ///
  /// - Parameters:
  ///   - limit: The weight of one generation.
  ///   - variants: The most entries of one hash; more would be searched for ever longer.
  init(limit: Int, variants: Int) { (self.limit, self.variants) = (limit, variants) }

  /// How often an entry was found, and how often one was added.
  var statistics: (hits: Int, misses: Int) {
    (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed))
  }

  /// The entry of a structure, if there is one.
  func entry(_ hash: Int, where serves: (Entry) -> Bool) -> Entry? {
    // Compared outside the lock: equal hashes may come from different structures.
    var found = state.withLock { $0.young[hash] }?.first { serves($0.entry) }
    if found == nil {
      found = state.withLock { $0.old[hash] }?.first { serves($0.entry) }
      if let found { insert(found.entry, hash, found.weight) }
    }
    if found != nil { hits.wrappingAdd(1, ordering: .relaxed) }
    return found?.entry
  }

  /// Whether there are as many entries of a hash as are kept.
  func isFull(_ hash: Int) -> Bool { state.withLock { $0.young[hash]?.count ?? 0 } >= variants }

  /// Adds the entry of a structure that there was none of.
  func add(_ entry: Entry, _ hash: Int, weight: Int = 1) {
    misses.wrappingAdd(1, ordering: .relaxed)
    insert(entry, hash, weight)
  }

  private func insert(_ entry: Entry, _ hash: Int, _ weight: Int) {
    let forgotten = state.withLock { state -> Entries in
      var forgotten: Entries = [:]
      if state.weight >= limit {
        forgotten = state.old
        (state.old, state.young, state.weight) = (state.young, [:], 0)
      }
      state.weight += weight
      state.young[hash, default: []].insert((entry, weight), at: 0)
      if let count = state.young[hash]?.count, count > variants { state.young[hash]?.removeLast() }
      return forgotten
    }
    // Released outside the lock.
    _ = forgotten
  }
}
