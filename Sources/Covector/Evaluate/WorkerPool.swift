// The threads that evaluations share. Waking a sleeping thread takes longer than many evaluations do, so a
// worker that has run out of work looks for more for a while before it sleeps.

import CovectorKernels
import Dispatch
import Synchronization

/// Threads, one less than there are processors, that help whoever has work to share.
///
/// They help one at a time: who finds them taken does all of the work alone, so that there are never more
/// threads at work than processors, and work inside of work cannot wait for itself.
final class WorkerPool: Sendable {
  /// The workers of this process; they start when they are first needed.
  static let shared = WorkerPool(workers: processorCount() - 1)

  private struct Job {
    let pieces: Int
    let run: @Sendable (Int) -> Void
  }

  /// Looks for work before a worker sleeps: about a tenth of a millisecond.
  private static let patience = 4000

  private let workers: Int
  private let isTaken = Atomic<Bool>(false)
  private let job = Mutex<Job?>(nil)
  /// Counts jobs.
  private let epoch = Atomic<Int>(0)
  /// The next piece of the job.
  private let next = Atomic<Int>(0)
  /// Whether workers may still join.
  private let isOpen = Atomic<Bool>(false)
  /// The workers that are at the job, or looking whether they may join.
  private let inside = Atomic<Int>(0)
  private let sleeping = Atomic<Int>(0)
  private let wakeUp = DispatchSemaphore(value: 0)

  /// Starts threads, which live as long as the process.
  init(workers: Int) {
    self.workers = max(workers, 0)
    for _ in 0..<self.workers {
      let context = unsafe Unmanaged.passRetained(self).toOpaque()
      let started = unsafe cv_start_thread(
        { context in
          if let context = unsafe context {
            unsafe Unmanaged<WorkerPool>.fromOpaque(context).takeRetainedValue().serve()
          }
          return nil
        }, context)
      if !started { unsafe Unmanaged<WorkerPool>.fromOpaque(context).release() }
    }
  }

  /// Calls `body` with every number below `pieces`, some of them on workers; returns when all have ended.
  func run(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    guard workers > 0,
      isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      next.store(0, ordering: .relaxed)
      job.withLock { $0 = Job(pieces: pieces, run: body) }
      isOpen.store(true, ordering: .sequentiallyConsistent)
      epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
      for _ in 0..<sleeping.load(ordering: .sequentiallyConsistent) { wakeUp.signal() }
      take(pieces, body)
      // A worker says that it is inside before it looks whether it may join: it is seen here, or sees this.
      isOpen.store(false, ordering: .sequentiallyConsistent)
      var looks = 0
      while inside.load(ordering: .sequentiallyConsistent) > 0 {
        looks += 1
        if looks < Self.patience { cv_pause() } else { cv_yield() }
      }
      job.withLock { $0 = nil }
    }
    isTaken.store(false, ordering: .releasing)
  }

  private func take(_ pieces: Int, _ body: (Int) -> Void) {
    while true {
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      body(piece)
    }
  }

  /// What a worker does, for as long as the process lives.
  private func serve() {
    var seen = 0
    while true {
      seen = nextEpoch(after: seen)
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if isOpen.load(ordering: .sequentiallyConsistent) { join() }
      inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }
  }

  // A call of its own: what it holds of the job is let go of before the worker says that it has left.
  @inline(never) private func join() {
    guard let job = job.withLock({ $0 }) else { return }
    take(job.pieces, job.run)
  }

  private func nextEpoch(after seen: Int) -> Int {
    var looks = 0
    while true {
      let now = epoch.load(ordering: .sequentiallyConsistent)
      if now != seen { return now }
      looks += 1
      if looks < Self.patience {
        cv_pause()
        continue
      }
      sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
      // Whoever has counted a job since then has seen that somebody sleeps.
      if epoch.load(ordering: .sequentiallyConsistent) == seen { wakeUp.wait() }
      sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      looks = 0
    }
  }
}
