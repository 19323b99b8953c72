// Runs steps over the same rows, some rows at a time on every thread.

import CovectorKernels

/// Memory for one run of the rows: what the loops need, local slots, and the folds of segments.
struct RowsMemory: Sendable {
  /// Scratch memory of the loops, one after the other, so that each finds again what it has prepared.
  fileprivate let scratch: WorkerScratch
  /// Where that of each part begins.
  fileprivate let scratchPlaces: [Int]
  /// Local slots, and scratch memory of products.
  fileprivate let local: WorkerScratch
  /// Where the scratch memory of products begins in it.
  fileprivate let products: Int
  /// Where each local slot begins in the memory of a worker.
  fileprivate let places: [Int: Int]
  fileprivate let partials: [Buffer?]

  /// - Parameter programs: The loops of the parts that have one, in order.
  init(
    _ rows: RowsPlan, _ programs: [LoopProgram], slots: [ArrayType], on device: Device
  ) throws(ArrayError) {
    var bytes = 0
    var next = programs.makeIterator()
    scratchPlaces = rows.parts.map { part in
      defer { if part.loop != nil { bytes += next.next()?.scratchBytes ?? 0 } }
      return bytes
    }
    scratch = try WorkerScratch(bytes: bytes, workers: device.threads, pool: device.pool)
    bytes = 0
    var places: [Int: Int] = [:]
    for slot in rows.local {
      places[slot] = bytes
      // Loops may read on to the end of a vector.
      bytes += (rows.chunk * rows.width * slots[slot].dtype.byteCount + 1087) & ~63
    }
    self.places = places
    products = bytes
    bytes += rows.parts.map { $0.productBytes(rows.chunk, device.kernels) }.max() ?? 0
    local = try WorkerScratch(bytes: bytes, workers: device.threads, pool: device.pool)
    var partials: [Buffer?] = []
    for part in rows.parts {
      guard case .fold(let fold) = part.work, !fold.isDirect else {
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
      source: loop.kept ?? 0, type: dtype.compute.rawValue, fold: fold.rawValue)
  }
}

extension RowsPlan.Part {
  /// The scratch memory of its product, if it is one.
  fileprivate func productBytes(_ rows: Int, _ kernels: KernelTable) -> Int {
    guard case .product(let product) = work else { return 0 }
    let type = product.dtype.rawValue
    return unsafe kernels.table.gemm_scratch(
      Int64(min(rows, product.left.rows)), Int64(product.right.columns),
      Int64(product.left.columns), type, type)
  }

  /// The operands of its loop, or of its product and what that writes.
  fileprivate var operands: [LoopPlan.Operand] {
    if case .product(let product) = work {
      return [product.first, product.second, product.output].map { .slot($0, offset: 0) }
    }
    return loop?.operands ?? []
  }

  /// What a row costs, in instructions on an element.
  fileprivate var cost: Int {
    if case .product(let product) = work { return product.left.columns * width / 4 }
    return (loop?.code.count ?? 0) * width
  }
}

/// A part made ready to run: plain data, so that nothing is counted while it runs.
@safe private struct ReadyPart {
  @safe enum Work {
    case loop, product
    /// A fold, and the memory of its partial results if they are not the results.
    case fold(cv_fold_space, segments: Int, partials: UnsafeMutableRawPointer?)
  }

  let work: Work
  let width: Int
  @unsafe let program: UnsafePointer<cv_loop>?
  /// Where its scratch memory begins in that of a worker.
  let scratch: Int
  /// Its operands in the list of those of all parts.
  let operands: Range<Int>
  /// Where a fold stores, and as what.
  @unsafe let output: UnsafeMutableRawPointer?
  let dtype: UInt8
}

/// An operand of a part.
private struct ReadyOperand {
  /// The address of its first element; of a local one, its place in the worker's memory.
  let address: UInt
  /// The bytes of a row of a local one, or 0.
  let rowBytes: Int

  /// Where row 0 is, or would be.
  @unsafe func pointer(
    from row: Int, _ local: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer? {
    if rowBytes == 0 { return unsafe UnsafeMutableRawPointer(bitPattern: address) }
    return unsafe UnsafeMutableRawPointer(
      bitPattern: address &+ UInt(bitPattern: local) &- UInt(bitPattern: row * rowBytes))
  }
}

// Its pointers are shared by worker threads for the length of a run; each writes to other rows.
@safe private struct ReadyRows: @unchecked Sendable {
  let plan: RowsPlan
  let memory: RowsMemory
  let kernels: KernelTable
  private var parts: [ReadyPart] = []
  private var operands: [ReadyOperand] = []

  @unsafe init(
    _ plan: RowsPlan, _ memory: RowsMemory, _ programs: [LoopProgram], slots: [ArrayType],
    _ kernels: KernelTable, address: (LoopPlan.Operand) -> UnsafeMutableRawPointer?
  ) {
    (self.plan, self.memory, self.kernels) = (plan, memory, kernels)
    var next = programs.makeIterator()
    for (index, part) in plan.parts.enumerated() {
      let first = operands.count
      for operand in part.operands {
        if case .slot(let slot, _) = operand, let place = memory.places[slot] {
          operands.append(
            ReadyOperand(
              address: UInt(place), rowBytes: plan.width * slots[slot].dtype.byteCount))
        } else {
          operands.append(
            unsafe ReadyOperand(address: UInt(bitPattern: address(operand)), rowBytes: 0))
        }
      }
      let (work, dtype): (ReadyPart.Work, UInt8) =
        switch part.work {
        case .loop: (.loop, 0)
        case .product: (.product, 0)
        case .fold(let fold):
          unsafe (
            .fold(
              fold.description, segments: fold.space.segments,
              partials: memory.partials[index]?.base), fold.dtype.rawValue
          )
        }
      parts.append(
        unsafe ReadyPart(
          work: work, width: part.width, program: part.loop == nil ? nil : next.next()?.header,
          scratch: memory.scratchPlaces[index], operands: first..<operands.count,
          output: part.stores.first.flatMap { unsafe address(.slot($0, offset: 0)) }, dtype: dtype))
    }
  }

  /// Runs all parts on the rows of some chunks.
  func run(_ chunks: Range<Int>, on worker: Int) {
    let (chunk, rows, count) = (plan.chunk, plan.rows, operands.count)
    let local = unsafe memory.local.at(worker)
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer?.self, capacity: count
    ) { pointers in
      unsafe parts.withUnsafeBufferPointer { parts in
        unsafe operands.withUnsafeBufferPointer { operands in
          // What loops prepare serves for as many rows, or fewer.
          var prepared = 0
          for number in chunks {
            let some = (number * chunk)..<min((number + 1) * chunk, rows)
            for index in 0..<count {
              unsafe pointers[index] = operands[index].pointer(from: some.lowerBound, local)
            }
            for index in parts.indices {
              unsafe run(
                parts[index], index, some, pointers, on: worker, resumes: some.count <= prepared)
            }
            prepared = max(prepared, some.count)
          }
        }
      }
    }
  }

  @unsafe private func run(
    _ part: ReadyPart, _ index: Int, _ rows: Range<Int>,
    _ pointers: UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>, on worker: Int, resumes: Bool
  ) {
    let operands = unsafe pointers.baseAddress.map { unsafe $0 + part.operands.lowerBound }
    let scratch = unsafe memory.scratch.at(worker) + part.scratch
    switch part.work {
    case .product:
      if case .product(let product) = plan.parts[index].work, let operands = unsafe operands,
        let first = unsafe operands[0], let second = unsafe operands[1],
        let output = unsafe operands[2]
      {
        unsafe product.run(
          rows, first: first, second: second, output: output,
          scratch: memory.local.at(worker) + memory.products, kernels)
      }
    case .loop:
      unsafe kernels.table.loop_map(
        part.program, operands, Int64(rows.lowerBound * part.width),
        Int64(rows.upperBound * part.width), scratch, resumes)
    case .fold(let space, let segments, let partials):
      unsafe kernels.table.loop_fold_rows(
        part.program, space, operands, Int64(rows.lowerBound * segments),
        Int64(rows.upperBound * segments), partials ?? part.output, scratch, resumes)
      if unsafe partials == nil { return }
      unsafe kernels.table.fold_finish(
        space, Int64(segments), partials, Int64(rows.lowerBound), Int64(rows.upperBound),
        part.output, part.dtype)
    }
  }
}

extension RowsPlan {
  /// Runs all parts.
  ///
  /// - Parameters:
  ///   - programs: The loops of the parts that have one, in order.
  ///   - address: The address of an operand that is not local.
  @unsafe func run(
    _ memory: RowsMemory, _ programs: [LoopProgram], slots: [ArrayType], on device: Device,
    address: (LoopPlan.Operand) -> UnsafeMutableRawPointer?
  ) {
    let ready = unsafe ReadyRows(
      self, memory, programs, slots: slots, device.kernels, address: address)
    let work = parts.reduce(1) { $0 + $1.cost } * chunk
    device.parallel((rows + chunk - 1) / chunk, grain: max(1, 65536 / work)) { chunks, worker in
      ready.run(chunks, on: worker)
    }
  }
}
