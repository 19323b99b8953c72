// Runs steps over the same rows, some rows at a time on every thread.

import CovectorKernels

/// Memory for one run of the rows: what the loops need, local slots, and the folds of segments.
struct RowsMemory: Sendable {
  fileprivate let scratch: WorkerScratch
  /// Local slots, and scratch memory of products.
  fileprivate let local: WorkerScratch
  /// Where the scratch memory of products begins in it.
  fileprivate let products: Int
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
    products = bytes
    bytes += rows.parts.map { $0.productBytes(rows.chunk, device.kernels) }.max() ?? 0
    local = try WorkerScratch(bytes: bytes, workers: device.threads, pool: device.pool)
    scratch = try WorkerScratch(
      bytes: bytesPerWorker, workers: device.threads, pool: device.pool)
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
      source: loop.kept, type: dtype.compute.rawValue, fold: fold.rawValue)
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

/// A part made ready to run: addresses are found again for the rows at hand.
@safe private struct ReadyPart: @unchecked Sendable {
  let part: RowsPlan.Part
  @unsafe let program: UnsafePointer<cv_loop>?
  /// The base of each operand; of a local one, its place in the worker's memory.
  let bases: [(address: UInt, localWidth: Int)]
  @unsafe let partials: UnsafeMutableRawPointer?
  /// Where a fold stores.
  @unsafe let output: UnsafeMutableRawPointer?

  /// Runs the part on some rows.
  @unsafe func run(
    _ rows: Range<Int>, rowWidth: Int, local: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer, products: UnsafeMutableRawPointer, _ kernels: KernelTable
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
      switch part.work {
      case .product(let product):
        if let first = unsafe pointers[0], let second = unsafe pointers[1],
          let output = unsafe pointers[2]
        {
          unsafe product.run(
            rows, first: first, second: second, output: output, scratch: products, kernels)
        }
      case .loop:
        unsafe kernels.table.loop_map(
          program, operands, Int64(rows.lowerBound * part.width),
          Int64(rows.upperBound * part.width), scratch)
      case .fold(let fold):
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
}

extension RowsPlan {
  /// Runs all parts.
  ///
  /// - Parameters:
  ///   - programs: The loops of the parts that have one, in order.
  ///   - address: The address of an operand that is not local.
  @unsafe func run(
    _ memory: RowsMemory, _ programs: [UnsafePointer<cv_loop>], slots: [ArrayType],
    on device: Device, address: (LoopPlan.Operand) -> UnsafeMutableRawPointer?
  ) {
    var next = unsafe programs.makeIterator()
    let ready = parts.indices.map { index in
      let part = parts[index]
      let bases = part.operands.map { operand in
        if case .slot(let slot, _) = operand, let place = memory.places[slot] {
          return (address: UInt(place), localWidth: slots[slot].dtype.byteCount)
        }
        return unsafe (address: UInt(bitPattern: address(operand)), localWidth: 0)
      }
      return unsafe ReadyPart(
        part: part, program: part.loop == nil ? nil : next.next(), bases: bases,
        partials: memory.partials[index]?.base,
        output: part.stores.first.flatMap { unsafe address(.slot($0, offset: 0)) })
    }
    let work = parts.reduce(1) { $0 + $1.cost }
    let (chunk, width, kernels) = (chunk, width, device.kernels)
    device.parallel(rows, grain: max(1, 65536 / work)) { range, worker in
      var first = range.lowerBound
      while first < range.upperBound {
        let some = first..<min(first + chunk, range.upperBound)
        for part in ready {
          unsafe part.run(
            some, rowWidth: width, local: memory.local.at(worker),
            scratch: memory.scratch.at(worker), products: memory.local.at(worker) + memory.products,
            kernels)
        }
        first = some.upperBound
      }
    }
  }
}
