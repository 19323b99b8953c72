// The machine that evaluates: its kernels, its threads and its memory.

import CovectorKernels
import Synchronization

/// Where arrays are computed: the processor, with a number of threads and a pool of memory.
@safe public final class Device: Sendable {
  /// The device of this machine's processor, with all its cores.
  public static let processor = Device(threads: processorCount())

  /// The device evaluations on this task use; set for a scope by `withValue`.
  @TaskLocal public static var current: Device = .processor

  /// The number of threads an evaluation may use; results do not depend on it.
  public let threads: Int
  /// The instruction set of the kernels: `baseline`, `avx2`, `avx512` or `neon`.
  public let instructionSet: String

  let kernels: KernelTable
  let pool: BufferPool
  let plans = PlanCache()
  let transforms = StructureCache<KnownTransform>(limit: KnownTransform.capacity, variants: 8)
  let fourierPlans = FourierPlans()
  /// Whether libraries of the system are used; without, all is as if there were none.
  let hasLibraries: Bool

  /// Makes a device.
  /// - Parameters:
  ///   - threads: The number of threads to use, at least 1.
  ///   - instructionSet: The kernels to use; the best this processor can run by default.
  ///   - cacheLimit: Bytes of freed memory to keep for reuse.
  ///   - memoryLimit: The most bytes of array memory in use at a time. An evaluation that would need more
  ///     fails, and what was pending remains so.
  /// - Throws: `ArrayError` where this processor cannot run that instruction set.
  public convenience init(
    threads: Int, instructionSet: String?, cacheLimit: Int = 1 << 31, memoryLimit: Int = .max
  ) throws(ArrayError) {
    guard let instructionSet else {
      self.init(
        threads: threads, kernels: .best, cacheLimit: cacheLimit, memoryLimit: memoryLimit)
      return
    }
    guard let kernels = KernelTable(named: instructionSet) else {
      throw ArrayError("Device", "no kernels for instruction set '\(instructionSet)' can run here")
    }
    self.init(
      threads: threads, kernels: kernels, cacheLimit: cacheLimit, memoryLimit: memoryLimit)
  }

  init(
    threads: Int, kernels: KernelTable = .best, cacheLimit: Int = 1 << 31,
    memoryLimit: Int = .max, poison: UInt8? = nil, hasLibraries: Bool = true
  ) {
    self.threads = max(threads, 1)
    self.kernels = kernels
    self.instructionSet = kernels.name
    self.hasLibraries = hasLibraries
    self.pool = BufferPool(freeLimit: cacheLimit, activeLimit: memoryLimit, poison: poison)
  }

  /// Bytes of array memory in use on this device.
  public var activeMemory: Int { pool.statistics.active }
  /// The most bytes of array memory in use since the last `resetPeakMemory`.
  public var peakMemory: Int { pool.statistics.peak }
  /// Bytes of freed memory kept for reuse.
  public var cacheMemory: Int { pool.statistics.cached }
  /// Starts a new measurement of `peakMemory`.
  public func resetPeakMemory() { pool.resetPeak() }
  /// Returns memory kept for reuse to the system.
  public func clearCache() { pool.clear() }

  /// Runs `body` on ranges that cover `0..<count`, on several threads where there are enough units.
  ///
  /// - Parameters:
  ///   - grain: The least number of units that is worth a thread of its own.
  ///   - evenly: Whether every thread is given one range, because what `body` does first takes long.
  ///   - body: Called with a range of units and the number of the worker, below `threads`.
  func parallel(
    _ count: Int, grain: Int, evenly: Bool = false, _ body: @Sendable (Range<Int>, Int) -> Void
  ) {
    // Results that went past the caches must be there before other threads are told of them.
    defer { atomicMemoryFence(ordering: .sequentiallyConsistent) }
    let workers = min(threads, count / max(grain, 1))
    if workers <= 1 {
      if count > 0 { body(0..<count, 0) }
      return
    }
    let shares = WorkShares(count, workers: workers, least: evenly ? count : 4 * grain)
    WorkerPool.shared.run(workers) { worker in
      while let range = shares.next(for: worker) { body(range, worker) }
      atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
  }
}

/// The table of kernels of one instruction set.
@safe struct KernelTable: @unchecked Sendable {
  @unsafe let table: cv_kernels
  let name: String
  /// The level of the instruction set, as kernels outside the table take it.
  let level: Int32

  static let best = unsafe KernelTable(cv_kernels_best().pointee)

  init(_ table: cv_kernels) {
    unsafe self.table = table
    unsafe name = String(cString: table.name)
    unsafe level = table.level
  }

  init?(named name: String) {
    guard let pointer = unsafe cv_kernels_named(name) else { return nil }
    unsafe self.init(pointer.pointee)
  }
}
