// Runs a plan: memory for each step, the kernels on it, and memory given back when its last reader is done.

import CovectorKernels
import Synchronization

extension Schedule {
  /// Runs the steps on memory and scalars.
  ///
  /// - Parameter first: The first values of the graph; `inputs` has the memory of the others.
  /// - Returns: The results, in order.
  func run(
    _ inputs: RunInputs, first: [ArrayValue] = [], on device: Device
  ) throws(ArrayError) -> [ArrayValue] {
    var runner = Runner(self, inputs, first, device)
    return try runner.run()
  }
}

extension ArrayError {
  /// Says that an evaluation was left.
  fileprivate static var cancelled: ArrayError {
    ArrayError(
      "eval", "the task was cancelled; arrays that were pending remain so and can be computed later"
    )
  }
}

/// The memory of a value in a run.
@safe private struct Slot {
  /// Held for as long as it is needed.
  var buffer: Buffer?
  /// The first element; that of a leaf may be in the midst of another array.
  var base: UnsafeMutableRawPointer?

  init() { unsafe base = nil }

  init(buffer: Buffer, base: UnsafeMutableRawPointer) {
    self.buffer = buffer
    unsafe self.base = base
  }

  /// Memory of its own.
  init(_ buffer: Buffer) { unsafe self.init(buffer: buffer, base: buffer.base) }
}

/// One run of a plan.
@safe private struct Runner {
  let schedule: Schedule
  let device: Device
  let scalars: [Constant]
  let origins: [Int: Origin]
  /// The memory of each slot.
  var slots: [Slot]
  /// Scratch memory of the loops.
  var scratch: WorkerScratch?

  init(_ schedule: Schedule, _ inputs: RunInputs, _ first: [ArrayValue], _ device: Device) {
    self.schedule = schedule
    self.device = device
    let constants = schedule.plan.graph.constants
    scalars = constants.isEmpty ? inputs.scalars : inputs.scalars + constants
    origins = inputs.origins
    slots = [Slot](filled: Slot(), count: schedule.byteCounts.count)
    for (slot, value) in first.enumerated() { fill(slot, value.buffer, at: value.layout.offset) }
    for leaf in inputs.leaves { fill(leaf.value, leaf.buffer, at: leaf.offset) }
  }

  /// Gives a slot the memory of an input, from an element on.
  private mutating func fill(_ slot: Int, _ buffer: Buffer, at element: Int) {
    let offset = element * schedule.plan.slots[slot].dtype.byteCount
    slots[slot] = unsafe Slot(buffer: buffer, base: buffer.base + offset)
  }

  mutating func run() throws(ArrayError) -> [ArrayValue] {
    // Outside `checked` there is no way to say that the work was left.
    let mayStop = ErrorScope.current != nil
    for index in schedule.steps.indices {
      if mayStop, Task.isCancelled { throw .cancelled }
      for (slot, donor) in schedule.lifetimes[index].starting { try start(slot, over: donor) }
      switch schedule.steps[index] {
      case .loop(let loop): try run(loop)
      case .fold(let fold): try run(fold)
      case .rows(let rows): try run(rows)
      case .contraction(let contraction): try run(contraction)
      case .function(let operation, let inputs): try call(operation, inputs)
      case .clear(let slot): clear(slot)
      }
      for slot in schedule.lifetimes[index].ending { slots[slot].buffer = nil }
    }
    return try results()
  }

  /// Gives a slot memory: that of an operand that nothing reads afterwards, or new.
  private mutating func start(_ slot: Int, over donor: Int) throws(ArrayError) {
    // What a branch or a loop returns may be memory that others hold too.
    if donor >= 0, isKnownUniquelyReferenced(&slots[donor].buffer),
      let buffer = slots[donor].buffer
    {
      // The operand is still read from where it was.
      slots[donor].buffer = nil
      slots[slot] = Slot(buffer)
    } else {
      slots[slot] = Slot(try device.pool.buffer(schedule.byteCounts[slot]))
    }
  }

  private func results() throws(ArrayError) -> [ArrayValue] {
    var values: [ArrayValue] = []
    values.reserveCapacity(schedule.results.count)
    for result in schedule.results {
      switch result.source {
      case .memory(let place):
        if let value = value(place) { values.append(value) }
      case .splat(let scalar, let layout):
        var value = try scalars[scalar.number].value(on: device)
        value.layout = layout
        values.append(value)
      }
    }
    return values
  }

  /// The address of a slot's element.
  @unsafe private func address(_ slot: Int, _ offset: Int) -> UnsafeMutableRawPointer? {
    unsafe slots[slot].base.map { unsafe $0 + offset * schedule.plan.slots[slot].dtype.byteCount }
  }

  // MARK: Loops

  private mutating func run(_ ready: Schedule.Ready<LoopPlan>) throws(ArrayError) {
    let (count, block) = (ready.plan.count, ready.plan.block)
    if count == 0 { return }
    let blocks = (count + block - 1) / block
    // About ten thousand instructions' worth of elements pay for handing work to another thread.
    let grain = max(1, 65536 / (ready.plan.code.count * block))
    let (program, device) = (ready.programs[0], device)
    // Taking memory from the pool would cost as much as the work itself.
    if blocks == 1, program.scratchBytes <= Int(CV_STACK_SCRATCH) {
      unsafe withOperands(of: ready.plan) { pointers in
        unsafe device.kernels.table.loop_map(
          program.header, pointers.pointer, 0, Int64(count), nil, false)
      }
      return
    }
    let scratch = try loopScratch()
    unsafe withOperands(of: ready.plan) { pointers in
      device.parallel(blocks, grain: grain) { range, worker in
        unsafe device.kernels.table.loop_map(
          program.header, pointers.pointer, Int64(range.lowerBound * block),
          Int64(min(range.upperBound * block, count)), scratch.at(worker), false)
      }
    }
  }

  private mutating func run(_ ready: Schedule.Ready<FoldPlan>) throws(ArrayError) {
    let (fold, program, device) = (ready.plan, ready.programs[0], device)
    let space = fold.space
    let segments = space.segments
    let compute = fold.dtype.compute
    let results = space.keep * space.inner
    if results == 0 { return }
    let partials: Buffer
    if fold.isDirect, let output = slots[fold.output].buffer {
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
    // However short a row is, it costs about as much as some vectors of elements.
    let grain = max(1, 65536 / ((isRows ? perUnit + 128 : perUnit) * max(loop.code.count, 1)))
    let scratch = try loopScratch()
    unsafe withOperands(of: loop) { pointers in
      device.parallel(units, grain: grain) { range, worker in
        let (begin, end) = (Int64(range.lowerBound), Int64(range.upperBound))
        if isRows {
          unsafe device.kernels.table.loop_fold_rows(
            program.header, description, pointers.pointer, begin, end, partials.base,
            scratch.at(worker), false)
        } else {
          unsafe device.kernels.table.loop_fold_columns(
            program.header, description, pointers.pointer, begin, end, partials.base,
            scratch.at(worker))
        }
      }
    }
    guard !fold.isDirect, let output = slots[fold.output].buffer else { return }
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

  private func run(_ ready: Schedule.Ready<RowsPlan>) throws(ArrayError) {
    let memory = try RowsMemory(
      ready.plan, ready.programs, slots: schedule.plan.slots, on: device)
    unsafe scalars.withUnsafeBytes { words in
      unsafe ready.plan.run(
        memory, ready.programs, slots: schedule.plan.slots, on: device
      ) { operand in
        switch operand {
        case .slot(let slot, let offset): unsafe address(slot, offset)
        case .scalar(let number): unsafe scalar(number, in: words)
        }
      }
    }
  }

  /// Where the bytes of a scalar are; they come first in it.
  @unsafe private func scalar(
    _ number: Int, in words: UnsafeRawBufferPointer
  ) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(
      mutating: words.baseAddress?.advanced(by: number * MemoryLayout<Constant>.stride))
  }

  /// Scratch memory for a loop on each worker; one loop uses it after the other.
  private mutating func loopScratch() throws(ArrayError) -> WorkerScratch {
    if let scratch { return scratch }
    let made = try WorkerScratch(
      bytes: schedule.loopScratch, workers: device.threads, pool: device.pool)
    scratch = made
    return made
  }

  /// Calls `body` with the addresses of a loop's operands.
  @unsafe private func withOperands(of loop: LoopPlan, _ body: (OperandPointers) -> Void) {
    unsafe scalars.withUnsafeBytes { words in
      unsafe withUnsafeTemporaryAllocation(
        of: UnsafeMutableRawPointer?.self, capacity: loop.operands.count
      ) { pointers in
        for (index, operand) in loop.operands.enumerated() {
          switch operand {
          case .slot(let slot, let offset):
            unsafe pointers[index] = address(slot, offset)
          case .scalar(let number):
            unsafe pointers[index] = scalar(number, in: words)
          }
        }
        unsafe body(OperandPointers(pointer: UnsafePointer(pointers.baseAddress)))
      }
    }
  }

  // MARK: Contractions

  private func run(_ ready: Schedule.Ready<ContractionPlan>) throws(ArrayError) {
    let plan = ready.plan
    guard let output = slots[plan.output].buffer, let first = unsafe slots[plan.first].base,
      let second = unsafe slots[plan.second].base
    else { return }
    unsafe try ContractionRun(plan, first: first, second: second, output: output, device).run()
  }

  // MARK: Functions

  private func clear(_ slot: Int) {
    guard let buffer = slots[slot].buffer else { return }
    let (bytes, piece) = (schedule.byteCounts[slot], 4096)
    device.parallel((bytes + piece - 1) / piece, grain: 16) { range, _ in
      let (begin, end) = (range.lowerBound * piece, min(range.upperBound * piece, bytes))
      unsafe (buffer.base + begin).initializeMemory(
        as: UInt8.self, repeating: 0, count: end - begin)
    }
  }

  private mutating func call(_ index: Int, _ inputs: [Plan.Place]) throws(ArrayError) {
    let plan = schedule.plan
    let operation = plan.graph.operations[index]
    let results = operation.results
    if case .programs(let programs) = plan.graph.evaluations[index] {
      for (result, value) in zip(results, try programs.run(inputs.compactMap(value))) {
        slots[result] = Slot(try value.dense(plan.slots[result].dtype, on: device).buffer)
      }
      return
    }
    guard case .function(let function) = plan.graph.evaluations[index] else { return }
    let call = KernelCall(
      inputs: inputs.map { operand($0.slot, $0.layout) },
      outputs: results.map { operand($0, Layout(plan.slots[$0].shape)) }, device: device)
    do {
      try function(call)
    } catch let error as ArrayError {
      throw error.asked(at: origins[operation.origin])
    } catch {
      throw ArrayError(operation.primitive.name, "\(error)")
    }
  }

  /// What is at a place, for the programs of a loop or a branch.
  private func value(_ place: Plan.Place) -> ArrayValue? {
    guard let buffer = slots[place.slot].buffer else { return nil }
    var layout = place.layout
    if let base = unsafe slots[place.slot].base {
      let bytes = unsafe base - buffer.base
      layout.offset += bytes / schedule.plan.slots[place.slot].dtype.byteCount
    }
    return ArrayValue(buffer: buffer, layout: layout)
  }

  private func operand(_ slot: Int, _ layout: Layout) -> KernelCall.Operand {
    unsafe KernelCall.Operand(
      base: address(slot, 0) ?? UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped,
      dtype: schedule.plan.slots[slot].dtype, layout: layout)
  }
}

// Pointers that worker threads share for the length of one kernel; nothing they point to changes.
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
    let program = LoopProgram(loop, for: device.kernels)
    guard
      let scratch = try? WorkerScratch(
        bytes: program.scratchBytes, workers: 1, pool: device.pool)
    else { return }
    let width = dtype.byteCount
    let pointers = unsafe loop.operands.map { operand -> UnsafeMutableRawPointer? in
      guard case .slot(let slot, let offset) = operand else { return nil }
      return unsafe (slot == 0 ? source : target) + offset * width
    }
    unsafe pointers.withUnsafeBufferPointer { pointers in
      unsafe device.kernels.table.loop_map(
        program.header, pointers.baseAddress, 0, Int64(count), scratch.at(0), false)
    }
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }
}
