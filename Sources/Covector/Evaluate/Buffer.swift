// Memory for elements, and the pool it comes from and returns to.

import CovectorKernels
import Synchronization

/// A block of memory that holds elements; returned to its pool with the last reference.
///
/// Written only by the evaluation that made it, before anyone else can see it; read-only afterwards.
/// That is what makes it safe to share, and what the compiler cannot see.
@safe final class Buffer: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let owner: BufferPool?

  init(base: UnsafeMutableRawPointer, byteCount: Int, owner: BufferPool?) {
    unsafe self.base = base
    self.byteCount = byteCount
    self.owner = owner
  }

  /// Copies bytes to the start of the block; before anyone else sees it.
  func fill(from bytes: UnsafeRawBufferPointer) {
    if let source = bytes.baseAddress, bytes.count > 0 {
      unsafe base.copyMemory(from: source, byteCount: bytes.count)
    }
  }

  deinit {
    if let owner {
      unsafe owner.reclaim(base, byteCount)
    } else {
      unsafe base.deallocate()
    }
  }
}

/// Blocks of memory kept for reuse, so that pages stay mapped and warm between evaluations.
final class BufferPool: Sendable {
  private struct State {
    /// Addresses of free blocks, by size class.
    var free = [[UInt]](repeating: [], count: BufferPool.classCount)
    var freeBytes = 0
    var activeBytes = 0
    var peakBytes = 0
    var allocations = 0
  }
  private let state = Mutex(State())
  /// Free blocks beyond this many bytes are returned to the system.
  let freeLimit: Int
  /// The most bytes that may be in use; a block beyond is refused.
  let activeLimit: Int

  /// Written over every block that is handed out, so that tests see elements nobody wrote.
  ///
  /// Such blocks are not reused, and end at a page that cannot be touched.
  let poison: UInt8?

  init(freeLimit: Int, activeLimit: Int = .max, poison: UInt8? = nil) {
    self.freeLimit = freeLimit
    self.activeLimit = activeLimit
    self.poison = poison
  }

  // Blocks hold their pool: none is in use now, but those kept for reuse are nobody else's.
  deinit { clear() }

  /// Bytes in use, the most there have been, and how many blocks were handed out.
  var statistics: (active: Int, peak: Int, cached: Int, allocations: Int) {
    state.withLock { ($0.activeBytes, $0.peakBytes, $0.freeBytes, $0.allocations) }
  }

  func resetPeak() { state.withLock { $0.peakBytes = $0.activeBytes } }

  /// A block of `byteCount` bytes, aligned to 64, contents undefined.
  func buffer(_ byteCount: Int) throws(ArrayError) -> Buffer {
    let (size, place) = Self.sizeClass(byteCount)
    let (isRefused, address) = state.withLock { state -> (Bool, UInt?) in
      if size > activeLimit - state.activeBytes { return (true, nil) }
      state.activeBytes += size
      state.peakBytes = max(state.peakBytes, state.activeBytes)
      state.allocations += 1
      guard let address = state.free[place].popLast() else { return (false, nil) }
      state.freeBytes -= size
      return (false, address)
    }
    if isRefused {
      throw ArrayError(
        "eval",
        "\(size) bytes more would exceed the memory limit of the device, \(activeLimit) bytes; "
          + "\(statistics.active) are in use")
    }
    if let address, let base = unsafe UnsafeMutableRawPointer(bitPattern: address) {
      return unsafe lent(base, byteCount)
    }
    if let base = unsafe fresh(byteCount) { return unsafe lent(base, byteCount) }
    // What is kept for reuse may be what is missing.
    clear()
    if let base = unsafe fresh(byteCount) { return unsafe lent(base, byteCount) }
    state.withLock { $0.activeBytes -= size }
    throw ArrayError("eval", "\(size) bytes of memory could not be allocated")
  }

  /// Memory from the system for a block.
  @unsafe private func fresh(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    if poison != nil { return unsafe systemAllocateGuarded(byteCount) }
    return unsafe systemAllocate(Self.sizeClass(byteCount).size)
  }

  @unsafe private func lent(_ base: UnsafeMutableRawPointer, _ byteCount: Int) -> Buffer {
    if let poison {
      unsafe base.initializeMemory(as: UInt8.self, repeating: poison, count: byteCount)
    } else {
      unsafe cv_memory_lend(base, byteCount, Self.sizeClass(byteCount).size)
    }
    return unsafe Buffer(base: base, byteCount: byteCount, owner: self)
  }

  fileprivate func reclaim(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
    let address = UInt(bitPattern: base)
    let (size, place) = Self.sizeClass(byteCount)
    if poison != nil {
      state.withLock { $0.activeBytes -= size }
      return unsafe systemFreeGuarded(base, byteCount)
    }
    unsafe cv_memory_return(base, size)
    let kept = state.withLock { state in
      state.activeBytes -= size
      guard state.freeBytes + size <= freeLimit else { return false }
      state.free[place].append(address)
      state.freeBytes += size
      return true
    }
    if !kept { unsafe base.deallocate() }
  }

  /// Returns all free blocks to the system.
  func clear() {
    let addresses = state.withLock { state in
      let all = state.free.flatMap { $0 }
      for place in state.free.indices { state.free[place] = [] }
      state.freeBytes = 0
      return all
    }
    for address in addresses { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  private static let classCount = 64 * 8

  /// Sizes are rounded up to an eighth of their power of two, so that similar sizes share blocks.
  private static func sizeClass(_ byteCount: Int) -> (size: Int, place: Int) {
    let least = max(byteCount, 64)
    let power = Int.bitWidth - 1 - least.leadingZeroBitCount
    let step = max(64, (1 << power) >> 3)
    let size = (least + step - 1) & -step
    let sizePower = Int.bitWidth - 1 - size.leadingZeroBitCount
    let eighth = (size - (1 << sizePower)) >> max(sizePower - 3, 0)
    return (size, sizePower * 8 + eighth)
  }
}
