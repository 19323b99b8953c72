// Runs a contraction: splits the work over threads and calls the matrix product.

import CovectorKernels

extension ContractionPlan {
  /// Computes some of the rows of all products, one after the other, on this thread.
  ///
  /// - Parameter output: Where row 0 is, or would be.
  @unsafe func run(
    _ range: Range<Int>, first: UnsafeMutableRawPointer, second: UnsafeMutableRawPointer,
    output: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer, _ kernels: KernelTable
  ) {
    let (type, width) = (dtype.rawValue, dtype.byteCount)
    let last = left.batchSizes.last ?? 1
    var row = range.lowerBound
    while row < range.upperBound {
      let (position, from) = (row / left.rows, row % left.rows)
      let some = min(left.rows - from, range.upperBound - row)
      // Whole products, as far along the last axis of the batch as it goes.
      let count =
        some < left.rows
        ? 1 : min(last - position % last, (range.upperBound - row) / left.rows)
      unsafe kernels.table.gemm_batch(
        Int64(count), Int64(left.batchStrides.last ?? 0), Int64(right.batchStrides.last ?? 0),
        Int64(some), Int64(right.columns), Int64(left.columns),
        left.matrix(position, row: from, column: 0, dtype, at: first),
        right.matrix(position, row: 0, column: 0, dtype, at: second),
        output + row * right.columns * width, Int64(right.columns), type, scratch)
      row += count * some
    }
  }
}

extension MatrixLayout {
  /// A factor of a product from some row and column on.
  @unsafe fileprivate func matrix(
    _ position: Int, row: Int, column: Int, _ dtype: DType, at base: UnsafeMutableRawPointer
  ) -> cv_matrix {
    let element = start(position) + row * rowStride + column * columnStride
    return unsafe cv_matrix(
      data: base + element * dtype.byteCount, row: Int64(rowStride), column: Int64(columnStride),
      dtype: dtype.rawValue)
  }
}

/// One run of a contraction.
///
/// Its pointers are shared by worker threads for the length of the run; nobody writes to the operands, and
/// every worker writes to a part of the output of its own.
@safe struct ContractionRun: @unchecked Sendable {
  private let plan: ContractionPlan
  private let first: UnsafeMutableRawPointer
  private let second: UnsafeMutableRawPointer
  private let output: Buffer
  private let device: Device

  @unsafe init(
    _ plan: ContractionPlan, first: UnsafeMutableRawPointer, second: UnsafeMutableRawPointer,
    output: Buffer, _ device: Device
  ) {
    self.plan = plan
    unsafe self.first = first
    unsafe self.second = second
    self.output = output
    self.device = device
  }

  private var rows: Int { plan.left.rows }
  private var columns: Int { plan.right.columns }
  private var depth: Int { plan.left.columns }
  private var width: Int { plan.dtype.byteCount }
  private var batch: Int { plan.left.batchSizes.elementCount }

  func run() throws(ArrayError) {
    if batch * rows * columns == 0 { return }
    if depth == 0 {
      unsafe output.base.initializeMemory(as: UInt8.self, repeating: 0, count: output.byteCount)
      return
    }
    if sharesPacking {
      try runSharing()
    } else {
      try runApart()
    }
  }

  /// The result of a product from some row and column on.
  @unsafe private func result(_ position: Int, row: Int, column: Int) -> UnsafeMutableRawPointer {
    unsafe output.base + ((position * rows + row) * columns + column) * width
  }

  // MARK: Every thread for itself

  // Work is split over the batch, or over the longer side of a single product.
  private func runApart() throws(ArrayError) {
    let type = plan.dtype.rawValue
    let splitsRows = rows >= columns
    let long = splitsRows ? rows : columns
    let tile = 16
    let perProduct = batch >= device.threads ? 1 : (long + tile - 1) / tile
    let last = plan.left.batchSizes.last ?? 1
    let grain = max(1, 200_000 / max(2 * rows * columns * depth / perProduct, 1))
    let scratchBytes = unsafe device.kernels.table.gemm_scratch(
      Int64(rows), Int64(columns), Int64(depth), type, type)
    let scratch = try WorkerScratch(
      bytes: scratchBytes, workers: device.threads, pool: device.pool)
    // Every range of one product lays out the whole of a factor.
    device.parallel(batch * perProduct, grain: grain, evenly: perProduct > 1) { range, worker in
      var unit = range.lowerBound
      while unit < range.upperBound {
        let position = unit / perProduct
        let (count, from, to): (Int, Int, Int)
        if perProduct == 1 {
          // Whole products, as far along the last axis of the batch as it goes.
          (count, from, to) = (min(last - position % last, range.upperBound - position), 0, long)
          unit += count
        } else {
          // All units of this product that are ours, as one call.
          let end = min(range.upperBound, (position + 1) * perProduct)
          (count, from) = (1, unit % perProduct * tile)
          to = min((end - position * perProduct) * tile, long)
          unit = end
        }
        let (row, column) = splitsRows ? (from, 0) : (0, from)
        unsafe device.kernels.table.gemm_batch(
          Int64(count), Int64(plan.left.batchStrides.last ?? 0),
          Int64(plan.right.batchStrides.last ?? 0), Int64(splitsRows ? to - from : rows),
          Int64(splitsRows ? columns : to - from), Int64(depth),
          plan.left.matrix(position, row: row, column: 0, plan.dtype, at: first),
          plan.right.matrix(position, row: 0, column: column, plan.dtype, at: second),
          result(position, row: row, column: column), Int64(columns), type, scratch.at(worker))
      }
    }
  }

  // MARK: Sharing what is packed

  /// Whether one product is so large that every thread would lay out the same matrix for itself.
  private var sharesPacking: Bool {
    device.threads > 1 && batch < device.threads && rows >= 64 && columns >= 128
      && rows * columns * depth >= 1 << 25 && (plan.dtype == .float32 || plan.dtype == .float64)
  }

  // Strip by strip of the right factor: while all threads compute with one strip, they lay the next out.
  private func runSharing() throws(ArrayError) {
    let type = plan.dtype.rawValue
    let segment = Int(CV_GEMM_SEGMENT)
    let wide = Int(CV_GEMM_WIDTH_BYTES) / width
    let panel = Int(CV_GEMM_PANEL)
    let panels = (min(columns, wide) + panel - 1) / panel
    let kernels = device.kernels
    let threads = device.threads
    let strips = try WorkerScratch(
      bytes: panels * panel * min(depth, segment) * width, workers: 2, pool: device.pool)
    let scratch = try WorkerScratch(
      bytes: Int(CV_GEMM_BLOCK_ROWS) * min(depth, segment) * width + 64, workers: threads,
      pool: device.pool)
    let across = (columns + wide - 1) / wide
    let down = (depth + segment - 1) / segment
    let count = batch * across * down
    /// Where a strip lies: its product, its first column and row.
    @Sendable func place(_ strip: Int) -> (position: Int, column: Int, row: Int) {
      (strip / (across * down), strip / down % across * wide, strip % down * segment)
    }
    /// What a thread lays out of a strip; nothing behind the last.
    @Sendable func part(_ strip: Int, _ piece: Int) -> cv_strip {
      if strip == count { return unsafe cv_strip() }
      let (position, column, row) = place(strip)
      let some = min(columns - column, wide)
      let panels = (some + panel - 1) / panel
      return unsafe cv_strip(
        b: plan.right.matrix(position, row: row, column: column, plan.dtype, at: second),
        rows: Int64(min(depth - row, segment)), columns: Int64(some),
        from: Int64(panels * piece / threads * panel),
        to: Int64(min(panels * (piece + 1) / threads * panel, some)),
        packed: strips.at(strip % 2))
    }
    @Sendable func multiply(_ strip: Int, _ piece: Int) {
      let (position, column, row) = place(strip)
      let from = rows * piece / threads
      unsafe kernels.table.gemm_rows(
        Int64(rows * (piece + 1) / threads - from), Int64(min(columns - column, wide)),
        Int64(min(depth - row, segment)),
        plan.left.matrix(position, row: from, column: row, plan.dtype, at: first),
        strips.at(strip % 2),
        result(position, row: from, column: column), Int64(columns), type, row > 0,
        part(strip + 1, piece), scratch.at(piece))
    }
    device.parallel(threads, grain: 1) { pieces, _ in
      for piece in pieces { unsafe kernels.table.gemm_pack(part(0, piece), type) }
    }
    for strip in 0..<count {
      device.parallel(threads, grain: 1) { pieces, _ in
        for piece in pieces { multiply(strip, piece) }
      }
    }
  }
}
