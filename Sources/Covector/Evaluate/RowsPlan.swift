// Neighbouring steps over the same rows, run some rows at a time: what one of them stores is still in
// the cache when the next one reads it, and what only they use never leaves it. Softmax, norms and
// their derivatives pass over memory once.

import CovectorKernels

/// Loops and folds over the same rows, in order.
struct RowsPlan: Sendable {
  /// A step: a fold of each row, or a loop over all elements or over one for each row.
  struct Part: Sendable {
    var loop: LoopPlan
    var fold: FoldPlan?
    /// The positions of the loop in a row.
    var width: Int

    /// The slots it writes.
    var stores: [Int] { fold.map { [$0.output] } ?? loop.stores }
  }

  var parts: [Part] = []
  let rows: Int
  /// The elements of a row.
  let width: Int
  /// Slots that nothing else reads: every worker has memory of its own for the rows at hand.
  var local: [Int] = []

  /// More steps than these are not joined.
  private static let limit = 32
  /// As many elements as stay in the second-level cache, several times over.
  private static let elements = 32768
  /// The rows that are run at a time.
  var chunk: Int { max(1, Self.elements / width) }

  /// The slots it reads that are computed before.
  var reads: [Int] {
    let own = Set(parts.flatMap(\.stores))
    return parts.flatMap(\.loop.reads).filter { !own.contains($0) }
  }
  /// The slots it writes that others read.
  var stores: [Int] { parts.flatMap(\.stores).filter { !local.contains($0) } }
}

extension RowsPlan {
  /// The steps, with those over the same rows joined.
  ///
  /// - Parameter isKept: Whether a slot is wanted when all steps have run.
  static func joining(_ steps: [Plan.Step], isKept: [Bool]) -> [Plan.Step] {
    guard steps.contains(where: \.isFoldOfRows) else { return steps }
    var lastRead = [Int](repeating: -1, count: isKept.count)
    for (index, step) in steps.enumerated() {
      for slot in step.reads { lastRead[slot] = index }
    }
    var result: [Plan.Step] = []
    var next = 0
    while next < steps.count {
      guard var joined = RowsPlan(steps[next...].prefix(limit)) else {
        result.append(steps[next])
        next += 1
        continue
      }
      next += joined.parts.count
      joined.findLocalSlots { isKept[$0] || lastRead[$0] >= next }
      result.append(.rows(joined))
    }
    return result
  }

  /// The longest run of steps over the same rows at the start of some; `nil` where there are not two.
  private init?(_ steps: ArraySlice<Plan.Step>) {
    let folds = steps.prefix { $0.isLoop || $0.isFoldOfRows }.compactMap { step -> FoldPlan? in
      if case .fold(let fold) = step { fold } else { nil }
    }
    guard let space = folds.first?.space, space.keep > 1, space.reduce > 1 else { return nil }
    (rows, width) = (space.keep, space.reduce)
    var written: [Int: Int] = [:]
    for step in steps {
      guard var part = part(step), reads(part, written) else { break }
      for slot in part.stores { written[slot] = part.fold == nil ? part.width : 1 }
      part.loop.alignBlocks(with: width)
      parts.append(part)
    }
    guard parts.count > 1, parts.contains(where: { $0.fold != nil }) else { return nil }
  }

  private func part(_ step: Plan.Step) -> Part? {
    switch step {
    case .fold(let fold)
    where step.isFoldOfRows && fold.space.keep == rows && fold.space.reduce == width:
      Part(loop: fold.loop, fold: fold, width: width)
    case .loop(let loop) where loop.count == rows * width:
      Part(loop: loop, fold: nil, width: width)
    case .loop(let loop) where loop.count == rows:
      Part(loop: loop, fold: nil, width: 1)
    default: nil
    }
  }

  /// Whether a part needs no more of what the parts before it have written than the rows it runs over.
  private func reads(_ part: Part, _ written: [Int: Int]) -> Bool {
    part.loop.accesses.allSatisfy { access in
      guard case .slot(let slot, let offset) = part.loop.operands[Int(access.pointer)],
        let size = written[slot]
      else { return true }
      let first = Int(access.dims)
      let sizes = part.loop.dims[first..<(first + Int(access.rank))].map { Int($0) }
      let strides = part.loop.dims[(first + sizes.count)..<(first + 2 * sizes.count)].map {
        Int($0)
      }
      if offset != 0 { return false }
      if size == part.width { return sizes == [rows * size] && strides == [1] }
      return part.width == width && sizes == [rows, width] && strides == [1, 0]
    }
  }

  private mutating func findLocalSlots(_ isUsedOutside: (Int) -> Bool) {
    let read = Set(parts.flatMap(\.loop.reads))
    for index in parts.indices {
      let part = parts[index]
      for slot in part.stores where read.contains(slot) {
        parts[index].loop.keepNear(slot)
        if part.fold == nil, part.width == width, !isUsedOutside(slot) { local.append(slot) }
      }
    }
  }
}

extension LoopPlan {
  /// Makes blocks end where rows do, if blocks that do so are not much smaller: what is the same along a
  /// row is then the same in all of a block.
  fileprivate mutating func alignBlocks(with width: Int) {
    let aligned = stride(from: block, through: 256, by: -64).first { width % $0 == 0 }
    guard let aligned else { return }
    registerBytes = registerBytes / block * aligned
    block = aligned
  }

  /// Marks a slot as read again soon: its elements should stay in the cache.
  fileprivate mutating func keepNear(_ slot: Int) {
    for index in accesses.indices {
      if case .slot(slot, _) = operands[Int(accesses[index].pointer)] {
        accesses[index].near = true
      }
    }
  }
}

extension Plan.Step {
  fileprivate var isLoop: Bool { if case .loop = self { true } else { false } }

  fileprivate var isFoldOfRows: Bool {
    guard case .fold(let fold) = self else { return false }
    return fold.space.inner == 1 && fold.space.order == nil
  }
}

// MARK: - Running

/// Memory for one run of the rows: what the loops need, local slots, and the folds of segments.
struct RowsMemory: Sendable {
  fileprivate let scratch: WorkerScratch
  fileprivate let local: WorkerScratch
  /// Where each local slot begins in the memory of a worker.
  fileprivate let places: [Int: Int]
  fileprivate let partials: [Buffer?]

  /// - Parameter bytesPerWorker: What the largest of the loops needs.
  init(
    _ rows: RowsPlan, scratch bytesPerWorker: Int, slots: [ArrayType], on device: Device
  ) throws(ArrayError) {
    var bytes = 0
    var places: [Int: Int] = [:]
    for slot in rows.local {
      places[slot] = bytes
      // Loops may read on to the end of a vector.
      bytes += (rows.chunk * rows.width * slots[slot].dtype.byteCount + 1087) & ~63
    }
    self.places = places
    local = try WorkerScratch(bytes: bytes, workers: device.threads, pool: device.pool)
    scratch = try WorkerScratch(
      bytes: bytesPerWorker, workers: device.threads, pool: device.pool)
    var partials: [Buffer?] = []
    for part in rows.parts {
      guard let fold = part.fold, !fold.isDirect else {
        partials.append(nil)
        continue
      }
      let count = rows.rows * fold.space.segments
      partials.append(try device.pool.buffer(count * fold.dtype.compute.byteCount))
    }
    self.partials = partials
  }
}

extension FoldPlan {
  /// Whether the partial results are the results: one segment, and nothing to be narrowed.
  var isDirect: Bool { space.segments == 1 && dtype.compute == dtype }

  /// The fold as the kernels read it.
  var description: cv_fold_space {
    cv_fold_space(
      keep: Int64(space.keep), reduce: Int64(space.reduce), inner: Int64(space.inner),
      source: loop.kept, type: dtype.compute.rawValue, fold: fold.rawValue)
  }
}

/// A part made ready to run: addresses are found again for the rows at hand.
@safe private struct ReadyPart: @unchecked Sendable {
  @unsafe let program: UnsafePointer<cv_loop>
  /// The base of each operand; of a local one, its place in the worker's memory.
  let bases: [(address: UInt, localWidth: Int)]
  let width: Int
  let fold: FoldPlan?
  @unsafe let partials: UnsafeMutableRawPointer?
  @unsafe let output: UnsafeMutableRawPointer?

  /// Runs the part on some rows.
  @unsafe func run(
    _ rows: Range<Int>, rowWidth: Int, local: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer, _ kernels: KernelTable
  ) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer?.self, capacity: bases.count
    ) { pointers in
      for (index, base) in bases.enumerated() {
        var address = base.address
        if base.localWidth > 0 {
          // The elements of all rows, as far as the loop is concerned.
          let before = rows.lowerBound * rowWidth * base.localWidth
          address &+= UInt(bitPattern: local) &- UInt(bitPattern: before)
        }
        unsafe pointers[index] = UnsafeMutableRawPointer(bitPattern: address)
      }
      let operands = unsafe UnsafePointer(pointers.baseAddress)
      guard let fold else {
        unsafe kernels.table.loop_map(
          program, operands, Int64(rows.lowerBound * width), Int64(rows.upperBound * width),
          scratch)
        return
      }
      let segments = fold.space.segments
      let target = unsafe partials ?? output
      unsafe kernels.table.loop_fold_rows(
        program, fold.description, operands, Int64(rows.lowerBound * segments),
        Int64(rows.upperBound * segments), target, scratch)
      if unsafe partials == nil { return }
      unsafe kernels.table.fold_finish(
        fold.description, Int64(segments), partials, Int64(rows.lowerBound),
        Int64(rows.upperBound), output, fold.dtype.rawValue)
    }
  }
}

extension RowsPlan {
  /// Runs all parts.
  ///
  /// - Parameters:
  ///   - programs: The loop of each part.
  ///   - address: The address of an operand that is not local.
  @unsafe func run(
    _ memory: RowsMemory, _ programs: [UnsafePointer<cv_loop>], slots: [ArrayType],
    on device: Device, address: (LoopPlan.Operand) -> UnsafeMutableRawPointer?
  ) {
    let ready = parts.indices.map { index in
      let part = parts[index]
      let bases = part.loop.operands.map { operand in
        if case .slot(let slot, _) = operand, let place = memory.places[slot] {
          return (address: UInt(place), localWidth: slots[slot].dtype.byteCount)
        }
        return unsafe (address: UInt(bitPattern: address(operand)), localWidth: 0)
      }
      return unsafe ReadyPart(
        program: programs[index], bases: bases, width: part.width, fold: part.fold,
        partials: memory.partials[index]?.base,
        output: part.fold.flatMap { unsafe address(.slot($0.output, offset: 0)) })
    }
    let work = parts.reduce(1) { $0 + $1.loop.code.count * $1.width }
    let (chunk, width, kernels) = (chunk, width, device.kernels)
    device.parallel(rows, grain: max(1, 65536 / work)) { range, worker in
      var first = range.lowerBound
      while first < range.upperBound {
        let some = first..<min(first + chunk, range.upperBound)
        for part in ready {
          unsafe part.run(
            some, rowWidth: width, local: memory.local.at(worker),
            scratch: memory.scratch.at(worker), kernels)
        }
        first = some.upperBound
      }
    }
  }
}
