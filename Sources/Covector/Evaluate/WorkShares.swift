// How work is shared out: every worker has a stretch of the units, so that it finds in its cache what it left
// there, and who is done first helps the others. Threads are seldom equally fast for long.

import Synchronization

/// The units of a piece of work that no worker has taken yet.
struct WorkShares: ~Copyable, Sendable {
  /// What is left of the stretch of each worker.
  private let left: Mutex<[Range<Int>]>
  /// How many units are taken at a time.
  private let size: Int

  /// - Parameter least: The fewest units to take at a time, unless a stretch has no more.
  init(_ count: Int, workers: Int, least: Int) {
    left = Mutex(
      (0..<workers).map { (count * $0 / workers)..<(count * ($0 + 1) / workers) })
    size = max(least, count / (8 * workers))
  }

  /// Takes units: the first that are left to the worker, or else the last of those who have most left.
  func next(for worker: Int) -> Range<Int>? {
    left.withLock { [size] left in
      let own = left[worker]
      if !own.isEmpty {
        let end = own.count < 2 * size ? own.upperBound : own.lowerBound + size
        left[worker] = end..<own.upperBound
        return own.lowerBound..<end
      }
      guard let other = left.indices.max(by: { left[$0].count < left[$1].count }),
        !left[other].isEmpty
      else { return nil }
      let start = max(left[other].lowerBound, left[other].upperBound - size)
      defer { left[other] = left[other].lowerBound..<start }
      return start..<left[other].upperBound
    }
  }
}
