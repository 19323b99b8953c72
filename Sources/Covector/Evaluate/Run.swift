// Runs a plan: memory for each step, the kernels on it, and memory given back when its last reader is done.

import CovectorKernels
import Synchronization

extension Plan {
  /// Runs the steps on memory and scalars.
  /// - Returns: The values of the operations that are kept, by number.
  func run(_ inputs: RunInputs, on device: Device) throws(ArrayError) -> [ArrayValue?] {
    var runner = Runner(self, inputs, device)
    return try runner.run()
  }

  /// Slots that outlive the run.
  var isKept: [Bool] {
    var isKept = [Bool](repeating: false, count: slots.count)
    for operation in graph.operations where operation.isKept {
      for result in operation.results {
        if let place = places[result] { isKept[place.slot] = true }
      }
    }
    return isKept
  }
}

extension Plan.Step {
  /// The slots the step reads.
  var reads: [Int] {
    switch self {
    case .loop(let loop): loop.reads
    case .fold(let fold): fold.loop.reads
    case .rows(let rows): rows.reads
    case .contraction(let plan): [plan.first, plan.second]
    case .function(_, let inputs): inputs.map(\.slot)
    }
  }
}

extension LoopPlan {
  /// The slots the program loads from.
  var reads: [Int] {
    operands.compactMap { operand in
      guard case .slot(let slot, _) = operand, !stores.contains(slot) else { return nil }
      return slot
    }
  }
}

/// One run of a plan.
private struct Runner {
  let plan: Plan
  let device: Device
  let scalars: [Constant]
  let origins: [Int: Origin]
  var buffers: [Buffer?]
  /// The element each slot starts at: those of leaves are views of other arrays' memory.
  var starts: [Int]

  init(_ plan: Plan, _ inputs: RunInputs, _ device: Device) {
    self.plan = plan
    self.device = device
    scalars = inputs.scalars
    origins = inputs.origins
    buffers = [Buffer?](repeating: nil, count: plan.slots.count)
    starts = [Int](repeating: 0, count: plan.slots.count)
    for leaf in inputs.leaves {
      buffers[leaf.value] = leaf.buffer
      starts[leaf.value] = leaf.offset
    }
  }

  mutating func run() throws(ArrayError) -> [ArrayValue?] {
    let isKept = plan.isKept
    // For the slots that do not outlive the run, the step that reads them last.
    var lastRead = [Int](repeating: -1, count: plan.slots.count)
    for (index, step) in plan.steps.enumerated() {
      for slot in step.reads { lastRead[slot] = index }
    }
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .loop(let loop): try run(loop)
      case .fold(let fold): try run(fold)
      case .rows(let rows): try run(rows)
      case .contraction(let contraction): try run(contraction)
      case .function(let operation, let inputs): try call(operation, inputs)
      }
      for slot in step.reads where lastRead[slot] == index && !isKept[slot] {
        buffers[slot] = nil
      }
    }
    return try results()
  }

  private mutating func results() throws(ArrayError) -> [ArrayValue?] {
    var values = [ArrayValue?](repeating: nil, count: plan.graph.types.count)
    for operation in plan.graph.operations where operation.isKept {
      for result in operation.results {
        if let place = plan.places[result], let buffer = buffers[place.slot] {
          var layout = place.layout
          layout.offset += starts[place.slot]
          values[result] = ArrayValue(buffer: buffer, layout: layout)
        } else if let splat = plan.splats[result] {
          var value = try scalars[splat.number].value(on: device)
          let shape = plan.graph.types[result].shape
          value.layout = Layout(shape, strides: [Int](repeating: 0, count: shape.count))
          values[result] = value
        }
      }
    }
    return values
  }

  private mutating func allocate(_ slot: Int) throws(ArrayError) {
    let type = plan.slots[slot]
    buffers[slot] = try device.pool.buffer(type.count * type.dtype.byteCount)
  }

  /// The address of a slot's element.
  @unsafe private func address(_ slot: Int, _ offset: Int) -> UnsafeMutableRawPointer? {
    guard let buffer = buffers[slot] else { return nil }
    return unsafe buffer.base + (starts[slot] + offset) * plan.slots[slot].dtype.byteCount
  }

  // MARK: Loops

  private mutating func run(_ loop: LoopPlan) throws(ArrayError) {
    for slot in loop.stores { try allocate(slot) }
    if loop.count == 0 { return }
    let blocks = (loop.count + loop.block - 1) / loop.block
    // About ten thousand instructions' worth of elements pay for handing work to another thread.
    let grain = max(1, 65536 / (loop.code.count * loop.block))
    try unsafe withLoop(loop) { program, pointers, scratch in
      let kernels = device.kernels
      device.parallel(blocks, grain: grain) { range, worker in
        unsafe kernels.table.loop_map(
          program.pointer, pointers.pointer, Int64(range.lowerBound * loop.block),
          Int64(min(range.upperBound * loop.block, loop.count)), scratch.at(worker))
      }
    }
  }

  private mutating func run(_ fold: FoldPlan) throws(ArrayError) {
    try allocate(fold.output)
    let space = fold.space
    let segments = space.segments
    let compute = fold.dtype.compute
    let results = space.keep * space.inner
    if results == 0 { return }
    let partials: Buffer
    if fold.isDirect, let output = buffers[fold.output] {
      partials = output
    } else {
      partials = try device.pool.buffer(results * segments * compute.byteCount)
    }
    let description = fold.description
    let loop = fold.loop
    let isRows = space.inner == 1
    let units =
      isRows
      ? space.keep * segments
      : space.keep * segments * ((space.inner + loop.block - 1) / loop.block)
    let perUnit = max(1, space.reduce * results / max(units, 1))
    let grain = max(1, 65536 / (perUnit * max(loop.code.count, 1)))
    try unsafe withLoop(loop) { program, pointers, scratch in
      let kernels = device.kernels
      device.parallel(units, grain: grain) { range, worker in
        let run =
          unsafe isRows ? kernels.table.loop_fold_rows : kernels.table.loop_fold_columns
        unsafe run?(
          program.pointer, description, pointers.pointer, Int64(range.lowerBound),
          Int64(range.upperBound), partials.base, scratch.at(worker))
      }
    }
    guard !fold.isDirect, let output = buffers[fold.output] else { return }
    let kernels = device.kernels
    let dtype = fold.dtype.rawValue
    device.parallel(
      space.keep, grain: max(1, 65536 / max(segments * space.inner, 1))
    ) { range, _ in
      unsafe kernels.table.fold_finish(
        description, Int64(segments), partials.base, Int64(range.lowerBound),
        Int64(range.upperBound), output.base, dtype)
    }
  }

  private mutating func run(_ rows: RowsPlan) throws(ArrayError) {
    for slot in rows.stores { try allocate(slot) }
    let memory = try RowsMemory(rows, slots: plan.slots, on: device)
    let words = scalars.map { ($0.low, $0.high) }
    unsafe words.withUnsafeBytes { words in
      unsafe withHeaders(rows.parts[...], []) { programs in
        unsafe rows.run(memory, programs, slots: plan.slots, on: device) { operand in
          switch operand {
          case .slot(let slot, let offset): unsafe address(slot, offset)
          case .scalar(let number):
            unsafe UnsafeMutableRawPointer(
              mutating: words.baseAddress?.advanced(by: number * 16))
          }
        }
      }
    }
  }

  /// Lays the programs of all parts out in memory.
  @unsafe private func withHeaders(
    _ parts: ArraySlice<RowsPlan.Part>, _ headers: [UnsafePointer<cv_loop>],
    _ body: ([UnsafePointer<cv_loop>]) -> Void
  ) {
    guard let part = parts.first else { return unsafe body(headers) }
    unsafe part.loop.withHeader { header in
      unsafe withHeaders(parts.dropFirst(), headers + [header], body)
    }
  }

  /// Lays a program out in memory for the kernels, with scratch memory for each worker.
  @unsafe private func withLoop(
    _ loop: LoopPlan,
    _ body: (LoopPointer, OperandPointers, WorkerScratch) -> Void
  ) throws(ArrayError) {
    let words = scalars.map { ($0.low, $0.high) }
    let scratch = try WorkerScratch(
      bytes: loop.scratchBytes, workers: device.threads, pool: device.pool)
    unsafe words.withUnsafeBytes { words in
      var pointers: [UnsafeMutableRawPointer?] = unsafe []
      for operand in loop.operands {
        switch operand {
        case .slot(let slot, let offset):
          unsafe pointers.append(address(slot, offset))
        case .scalar(let number):
          unsafe pointers.append(
            UnsafeMutableRawPointer(mutating: words.baseAddress?.advanced(by: number * 16)))
        }
      }
      unsafe pointers.withUnsafeBufferPointer { pointers in
        unsafe loop.withHeader { header in
          unsafe body(
            LoopPointer(pointer: header), OperandPointers(pointer: pointers.baseAddress), scratch)
        }
      }
    }
  }

  // MARK: Contractions

  private mutating func run(_ plan: ContractionPlan) throws(ArrayError) {
    try allocate(plan.output)
    guard let output = buffers[plan.output], let first = buffers[plan.first],
      let second = buffers[plan.second]
    else { return }
    let (firstStart, secondStart) = (starts[plan.first], starts[plan.second])
    let (m, n, k) = (plan.left.rows, plan.right.columns, plan.left.columns)
    let batch = plan.left.batchSizes.elementCount
    if batch * m * n == 0 { return }
    if k == 0 {
      unsafe output.base.initializeMemory(as: UInt8.self, repeating: 0, count: output.byteCount)
      return
    }
    let type = plan.dtype
    let width = type.byteCount
    let kernels = device.kernels
    // Work is split over the batch, or over the longer side of a single product.
    let work = 2 * m * n * k
    let splitsRows = m >= n
    let tile = 16
    let perProduct = batch >= device.threads ? 1 : ((splitsRows ? m : n) + tile - 1) / tile
    let units = batch * perProduct
    let grain = max(1, 200_000 / max(work / perProduct, 1))
    let scratchBytes =
      unsafe kernels.table.gemm_scratch(
        Int64(m), Int64(n), Int64(k), type.rawValue, type.rawValue)
    let scratch = try WorkerScratch(
      bytes: scratchBytes, workers: device.threads, pool: device.pool)
    device.parallel(units, grain: grain) { range, worker in
      var unit = range.lowerBound
      while unit < range.upperBound {
        let position = unit / perProduct
        // All units of this product that are ours, as one call.
        let end = min(range.upperBound, (position + 1) * perProduct)
        let long = splitsRows ? m : n
        let from = perProduct == 1 ? 0 : (unit % perProduct) * tile
        let to = perProduct == 1 ? long : min((end - position * perProduct) * tile, long)
        let rows = splitsRows ? from..<to : 0..<m
        let columns = splitsRows ? 0..<n : from..<to
        let a = firstStart + plan.left.start(position) + rows.lowerBound * plan.left.rowStride
        let b =
          secondStart + plan.right.start(position)
          + columns.lowerBound * plan.right.columnStride
        let c = position * m * n + rows.lowerBound * n + columns.lowerBound
        let left = unsafe cv_matrix(
          data: first.base + a * width, row: Int64(plan.left.rowStride),
          column: Int64(plan.left.columnStride), dtype: type.rawValue)
        let right = unsafe cv_matrix(
          data: second.base + b * width, row: Int64(plan.right.rowStride),
          column: Int64(plan.right.columnStride), dtype: type.rawValue)
        unsafe kernels.table.gemm(
          Int64(rows.count), Int64(columns.count), Int64(k), left, right,
          output.base + c * width, Int64(n), type.rawValue, scratch.at(worker))
        unit = end
      }
    }
  }

  // MARK: Functions

  private mutating func call(_ index: Int, _ inputs: [Plan.Place]) throws(ArrayError) {
    let operation = plan.graph.operations[index]
    let results = operation.results
    if case .programs(let programs) = operation.evaluation {
      for (result, value) in zip(results, try programs.run(inputs.compactMap(value))) {
        buffers[result] = try value.dense(plan.slots[result].dtype, on: device).buffer
      }
      return
    }
    for result in results { try allocate(result) }
    guard case .function(let function) = operation.evaluation else { return }
    let call = KernelCall(
      inputs: inputs.map { operand($0.slot, $0.layout) },
      outputs: results.map { operand($0, Layout(plan.slots[$0].shape)) }, device: device)
    do {
      try function(call)
    } catch let error as ArrayError {
      throw error.asked(at: origins[index])
    } catch {
      throw ArrayError(operation.primitive.name, "\(error)")
    }
  }

  /// What is at a place, for the programs of a loop or a branch.
  private func value(_ place: Plan.Place) -> ArrayValue? {
    guard let buffer = buffers[place.slot] else { return nil }
    var layout = place.layout
    layout.offset += starts[place.slot]
    return ArrayValue(buffer: buffer, layout: layout)
  }

  private func operand(_ slot: Int, _ layout: Layout) -> KernelCall.Operand {
    unsafe KernelCall.Operand(
      base: address(slot, 0) ?? UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped,
      dtype: plan.slots[slot].dtype, layout: layout)
  }
}

extension LoopPlan {
  /// Calls `body` with the program as the kernels read it.
  @unsafe func withHeader<Result>(_ body: (UnsafePointer<cv_loop>) -> Result) -> Result {
    unsafe code.withUnsafeBufferPointer { code in
      unsafe accesses.withUnsafeBufferPointer { accesses in
        unsafe dims.withUnsafeBufferPointer { dims in
          var header = unsafe cv_loop(
            code: code.baseAddress, accesses: accesses.baseAddress, dims: dims.baseAddress,
            setup: UInt32(setup), count: UInt32(code.count), registers: UInt32(registers),
            register_bytes: UInt32(registerBytes), block: UInt32(block))
          return unsafe body(&header)
        }
      }
    }
  }

  /// Bytes of scratch memory a worker needs.
  var scratchBytes: Int { unsafe withHeader { unsafe cv_loop_scratch_bytes($0) } }
}

// Pointers that worker threads share for the length of one kernel; nothing they point to changes.
@safe private struct LoopPointer: @unchecked Sendable {
  @unsafe let pointer: UnsafePointer<cv_loop>
}
@safe private struct OperandPointers: @unchecked Sendable {
  @unsafe let pointer: UnsafePointer<UnsafeMutableRawPointer?>?
}

/// Scratch memory, a part for each worker.
struct WorkerScratch: Sendable {
  private let buffer: Buffer
  private let stride: Int

  init(bytes: Int, workers: Int, pool: BufferPool) throws(ArrayError) {
    stride = (bytes + 63) & ~63
    buffer = try pool.buffer(stride * workers)
  }

  @unsafe func at(_ worker: Int) -> UnsafeMutableRawPointer { unsafe buffer.base + worker * stride }
}

extension Constant {
  /// The scalar in memory.
  func value(on device: Device) throws(ArrayError) -> ArrayValue {
    let buffer = try device.pool.buffer(dtype.byteCount)
    var words = (low, high)
    unsafe withUnsafeBytes(of: &words) { words in
      if let source = words.baseAddress {
        unsafe buffer.base.copyMemory(from: source, byteCount: dtype.byteCount)
      }
    }
    return ArrayValue(buffer: buffer, layout: Layout([]))
  }
}

/// Copies between two layouts of one shape.
enum StridedCopy {
  @unsafe static func run(
    from source: UnsafeMutableRawPointer, _ sourceLayout: Layout,
    to target: UnsafeMutableRawPointer, _ targetLayout: Layout, dtype: DType, device: Device
  ) {
    let count = sourceLayout.shape.elementCount
    if count == 0 { return }
    var builder = LoopBuilder()
    let register = builder.load(slot: 0, layout: sourceLayout, dtype: dtype)
    builder.store(register, slot: 1, dtype: dtype, layout: targetLayout)
    let loop = builder.finish(count: count)
    guard let scratch = try? WorkerScratch(bytes: loop.scratchBytes, workers: 1, pool: device.pool)
    else { return }
    let width = dtype.byteCount
    let pointers = unsafe loop.operands.map { operand -> UnsafeMutableRawPointer? in
      guard case .slot(let slot, let offset) = operand else { return nil }
      return unsafe (slot == 0 ? source : target) + offset * width
    }
    unsafe pointers.withUnsafeBufferPointer { pointers in
      unsafe loop.withHeader { header in
        unsafe device.kernels.table.loop_map(
          header, pointers.baseAddress, 0, Int64(count), scratch.at(0))
      }
    }
  }
}
