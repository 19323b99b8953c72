// A plan made ready to be run many times: programs laid out in memory for the kernels, the size of every
// slot, when its memory is free again, and which results take over the memory of an operand.

import CovectorKernels

/// What can be known of the runs of a plan before they start.
final class Schedule: Sendable {
  /// A step with its loops laid out.
  ///
  /// Objects, so that running it copies nothing of the plan.
  enum ReadyStep: Sendable {
    case loop(Ready<LoopPlan>)
    case fold(Ready<FoldPlan>)
    case rows(Ready<RowsPlan>)
    case contraction(Ready<ContractionPlan>)
    case function(operation: Int, inputs: [Plan.Place])
    case clear(Int)

    init(_ step: Plan.Step, for kernels: KernelTable) {
      let programs = step.loops.map { LoopProgram($0, for: kernels) }
      self =
        switch step {
        case .loop(let loop): .loop(Ready(loop, programs))
        case .fold(let fold): .fold(Ready(fold, programs))
        case .rows(let rows): .rows(Ready(rows, programs))
        case .contraction(let contraction): .contraction(Ready(contraction, programs))
        case .function(let operation, let inputs): .function(operation: operation, inputs: inputs)
        case .clear(let slot): .clear(slot)
        }
    }

    var scratchBytes: Int {
      switch self {
      case .loop(let loop): loop.scratchBytes
      case .fold(let fold): fold.scratchBytes
      case .rows, .contraction, .function, .clear: 0
      }
    }
  }

  final class Ready<Work: Sendable>: Sendable {
    let plan: Work
    let programs: [LoopProgram]

    init(_ plan: Work, _ programs: [LoopProgram]) { (self.plan, self.programs) = (plan, programs) }

    var scratchBytes: Int { programs.map(\.scratchBytes).max() ?? 0 }
  }

  /// What a step does with memory.
  struct Lifetimes: Sendable {
    /// Slots that get memory, and the slot whose memory they take over, or -1.
    var starting: [(slot: Int, donor: Int)] = []
    /// Slots that nothing reads after the step.
    var ending: [Int] = []
  }

  /// A value that a run hands out.
  struct Result: Sendable {
    let value: Int
    let source: Source

    enum Source: Sendable {
      case memory(Plan.Place)
      case splat(EvaluationGraph.Scalar, Layout)
    }
  }

  let plan: Plan
  /// Those that run it: the loops are laid out for them.
  let kernels: KernelTable
  let steps: [ReadyStep]
  let lifetimes: [Lifetimes]
  /// The bytes of each slot.
  let byteCounts: [Int]
  let results: [Result]
  /// Scratch memory that serves every loop that is a step of its own, for each worker.
  let loopScratch: Int

  init(_ plan: Plan, for kernels: KernelTable) {
    self.plan = plan
    self.kernels = kernels
    byteCounts = plan.slots.map { $0.count * $0.dtype.byteCount }
    steps = plan.steps.map { ReadyStep($0, for: kernels) }
    loopScratch = ((steps.map(\.scratchBytes).max() ?? 0) + 63) & ~63
    results = Self.results(of: plan)
    var isKept = plan.isKept
    for (value, source) in plan.graph.sources.enumerated() {
      if case .leaf = source { isKept[value] = true }
    }
    var lastReader = [Int](repeating: -1, count: plan.slots.count)
    for (index, step) in plan.steps.enumerated() {
      for slot in step.reads { lastReader[slot] = index }
      // What nothing reads, as one of several results, ends where it is made.
      for slot in plan.writes(step) where lastReader[slot] < index { lastReader[slot] = index }
    }
    var isStarted = [Bool](repeating: false, count: plan.slots.count)
    lifetimes = plan.steps.enumerated().map { index, step in
      func ends(_ slot: Int) -> Bool { lastReader[slot] == index && !isKept[slot] }
      let writes = plan.writes(step)
      var lifetimes = Lifetimes(ending: Array(Set(step.reads.filter(ends))).sorted())
      // The parts of an array come from several steps.
      for slot in writes where !isStarted[slot] {
        isStarted[slot] = true
        // A fold's result is not walked as its operands are.
        var donor: Int?
        if case .loop(let loop) = step, !loop.assembled.contains(slot) {
          donor = lifetimes.ending.firstIndex {
            loop.mayOverwrite($0, with: slot, of: plan.slots)
          }
        }
        lifetimes.starting.append((slot, donor.map { lifetimes.ending.remove(at: $0) } ?? -1))
      }
      lifetimes.ending += writes.filter(ends)
      return lifetimes
    }
  }

  private static func results(of plan: Plan) -> [Result] {
    var results: [Result] = []
    for value in plan.wanted {
      if let place = plan.places[value] {
        results.append(Result(value: value, source: .memory(place)))
      } else if let splat = plan.splats[value] {
        let shape = plan.graph.types[value].shape
        let layout = Layout(shape, strides: [Int](repeating: 0, count: shape.count))
        results.append(Result(value: value, source: .splat(splat, layout)))
      }
    }
    return results
  }
}

extension Plan {
  /// Slots that outlive a run.
  var isKept: [Bool] {
    var isKept = [Bool](repeating: false, count: slots.count)
    for value in wanted {
      if let place = places[value] { isKept[place.slot] = true }
    }
    return isKept
  }

  /// The slots a step needs memory for.
  func writes(_ step: Step) -> [Int] {
    switch step {
    case .loop(let loop): return loop.stores
    case .fold(let fold): return [fold.output]
    case .rows(let rows): return rows.stores
    case .contraction(let plan): return [plan.output]
    case .function(let index, _):
      // Programs bring the memory of their results.
      if case .programs = graph.evaluations[index] { return [] }
      return Array(graph.operations[index].results)
    case .clear(let slot): return [slot]
    }
  }
}

extension Plan.Step {
  /// The slots it reads.
  var reads: [Int] {
    switch self {
    case .loop(let loop): loop.reads
    case .fold(let fold): fold.loop.reads
    case .rows(let rows): rows.reads
    case .contraction(let plan): [plan.first, plan.second]
    case .function(_, let inputs): inputs.map(\.slot)
    case .clear: []
    }
  }

  /// The loop programs it runs.
  var loops: [LoopPlan] {
    switch self {
    case .loop(let loop): [loop]
    case .fold(let fold): [fold.loop]
    case .rows(let rows): rows.parts.compactMap(\.loop)
    case .contraction, .function, .clear: []
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

  /// Whether a result may be stored over an operand: both are walked in the same way, element for element.
  fileprivate func mayOverwrite(
    _ operand: Int, with result: Int, of slots: [ArrayType]
  ) -> Bool {
    let (old, new) = (slots[operand], slots[result])
    guard old.dtype.byteCount == new.dtype.byteCount, old.count == count, new.count == count,
      isDone(with: operand, before: result)
    else { return false }
    return accesses.allSatisfy { access in
      guard case .slot(operand, let offset) = operands[Int(access.pointer)] else { return true }
      let place = Int(access.dims)
      return offset == 0 && access.rank == 1 && dims[place] == count && dims[place + 1] == 1
    }
  }

  /// Whether nothing that was loaded from a slot is read after another has been stored.
  private func isDone(with operand: Int, before result: Int) -> Bool {
    func isAccess(_ index: UInt16, of slot: Int) -> Bool {
      if case .slot(slot, _) = operands[Int(accesses[Int(index)].pointer)] { true } else { false }
    }
    let (load, store) = (UInt16(CV_LOAD.rawValue), UInt16(CV_STORE.rawValue))
    var holders: Set<UInt16> = []
    var isStored = false
    for line in code {
      if line.op == load {
        if isAccess(line.a, of: operand) {
          holders.insert(line.dst)
        } else {
          holders.remove(line.dst)
        }
        continue
      }
      // Fields that an instruction does not use count as read.
      if isStored, [line.a, line.b, line.c].contains(where: holders.contains) { return false }
      if line.op == store {
        isStored = isStored || isAccess(line.dst, of: result)
      } else {
        holders.remove(line.dst)
      }
    }
    return true
  }
}

/// A loop program laid out in memory as the kernels of one instruction set read it, once for all runs.
///
/// Nothing changes it after it has been made.
@safe final class LoopProgram: @unchecked Sendable {
  @unsafe let header: UnsafePointer<cv_loop>
  /// Bytes of scratch memory a worker needs.
  let scratchBytes: Int
  private let memory: UnsafeMutableRawPointer
  /// What its instructions make of each other.
  private let chains: UnsafeMutableRawPointer

  init(_ loop: LoopPlan, for kernels: KernelTable) {
    func room<Element>(_ elements: [Element]) -> Int {
      (elements.count * MemoryLayout<Element>.stride + 7) & ~7
    }
    let bytes =
      unsafe MemoryLayout<cv_loop>.stride + room(loop.code) + room(loop.accesses) + room(loop.dims)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
    unsafe self.memory = memory
    var end = unsafe memory + MemoryLayout<cv_loop>.stride
    func place<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
      let start = unsafe end.bindMemory(to: Element.self, capacity: elements.count)
      for (index, element) in elements.enumerated() {
        unsafe (start + index).initialize(to: element)
      }
      unsafe end += room(elements)
      return unsafe UnsafePointer(start)
    }
    let program = unsafe memory.bindMemory(to: cv_loop.self, capacity: 1)
    unsafe program.initialize(
      to: unsafe cv_loop(
        code: place(loop.code), accesses: place(loop.accesses), dims: place(loop.dims),
        setup: UInt32(loop.setup), count: UInt32(loop.code.count),
        registers: UInt32(loop.registers), register_bytes: UInt32(loop.registerBytes),
        block: UInt32(loop.block), kept: loop.kept.map(Int32.init) ?? -1, chains: nil))
    let most = unsafe cv_loop_chain_bytes(program)
    unsafe chains = unsafe withUnsafeTemporaryAllocation(byteCount: most, alignment: 8) { room in
      let bytes = unsafe kernels.table.loop_chains(program, room.baseAddress)
      let chains = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      unsafe chains.copyMemory(from: room.baseAddress ?? chains, byteCount: bytes)
      return unsafe chains
    }
    unsafe program.pointee.chains = unsafe UnsafeRawPointer(chains)
    unsafe header = UnsafePointer(program)
    scratchBytes = unsafe cv_loop_scratch_bytes(program)
  }

  // The elements are plain bytes.
  deinit {
    unsafe memory.deallocate()
    unsafe chains.deallocate()
  }
}
