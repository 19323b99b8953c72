// Builds programs for the loop machine: values in any number, then registers for them.

import CovectorKernels

/// A program for the loop machine, and the slots its operands are in.
struct LoopPlan: Sendable {
  /// What a base pointer of the program points to.
  enum Operand: Hashable, Sendable {
    /// An element of the buffer in a slot.
    case slot(Int, offset: Int)
    /// A scalar that the run is given, by its number.
    case scalar(Int)
  }

  var code: [cv_instruction]
  var accesses: [cv_access]
  var dims: [Int64]
  var operands: [Operand]
  var setup: Int
  var registers: Int
  var registerBytes: Int
  var block: Int
  /// The number of elements of the index space.
  var count: Int
  /// Slots the program stores to.
  var stores: [Int]
  /// Those of which it stores parts alone.
  var assembled: [Int]
  /// The register a fold takes its elements from.
  var kept: UInt16?
}

struct LoopBuilder {
  /// The number of a value; values are not registers yet.
  typealias Register = Int

  private struct Line {
    var opcode: UInt16
    var type: UInt8
    var from: UInt8 = 0
    var inputs: [Register] = []
    var result: Register?
    var access = 0
  }

  private var setup: [Line] = []
  private var body: [Line] = []
  private var widths: [Int] = []
  // Few enough to search: a hash of each would cost more.
  private var scalars: [(scalar: EvaluationGraph.Scalar, register: Register)] = []
  private var loads: [(key: LoadKey, register: Register)] = []
  private var accesses: [cv_access] = []
  private var dims: [Int64] = []
  private var operands: [LoopPlan.Operand] = []
  private var stores: [Int] = []
  private var assembled: [Int] = []
  /// Where in `dims` the sizes of dense stores are.
  private var denseStores: [Int] = []

  private struct LoadKey: Equatable {
    let operand: LoopPlan.Operand
    let sizes: [Int]
    let strides: [Int]
  }

  private mutating func newValue(_ type: DType) -> Register {
    widths.append(type.byteCount)
    return widths.count - 1
  }

  private mutating func pointer(_ operand: LoopPlan.Operand) -> UInt32 {
    if case .slot = operand, let number = operands.firstIndex(of: operand) { return UInt32(number) }
    operands.append(operand)
    return UInt32(operands.count - 1)
  }

  private mutating func access(
    _ operand: LoopPlan.Operand, _ sizes: [Int], _ strides: [Int], dtype: DType
  ) -> Int {
    let access = cv_access(
      pointer: pointer(operand), dims: UInt32(dims.count), rank: UInt8(sizes.count),
      dtype: dtype.rawValue, near: false)
    dims.append(contentsOf: sizes.map(Int64.init))
    dims.append(contentsOf: strides.map(Int64.init))
    accesses.append(access)
    return accesses.count - 1
  }

  /// A scalar in every element.
  mutating func scalar(_ scalar: EvaluationGraph.Scalar) -> Register {
    if let known = scalars.first(where: { $0.scalar == scalar }) { return known.register }
    let register = newValue(scalar.dtype.compute)
    let place = access(.scalar(scalar.number), [], [], dtype: scalar.dtype)
    setup.append(
      Line(
        opcode: UInt16(CV_LOAD.rawValue), type: scalar.dtype.compute.rawValue, result: register,
        access: place))
    scalars.append((scalar, register))
    return register
  }

  /// Elements from memory, in the row-major order of the layout.
  mutating func load(slot: Int, layout: Layout, dtype: DType) -> Register {
    var (sizes, strides) = layout.collapsed()
    // One element everywhere needs no walk.
    if strides.allSatisfy({ $0 == 0 }) {
      sizes = []
      strides = []
    }
    let operand = LoopPlan.Operand.slot(slot, offset: layout.offset)
    let key = LoadKey(operand: operand, sizes: sizes, strides: strides)
    if let known = loads.first(where: { $0.key == key }) { return known.register }
    let register = newValue(dtype.compute)
    let line = Line(
      opcode: UInt16(CV_LOAD.rawValue), type: dtype.compute.rawValue, result: register,
      access: access(operand, sizes, strides, dtype: dtype))
    if sizes.isEmpty { setup.append(line) } else { body.append(line) }
    loads.append((key, register))
    return register
  }

  /// Elements to memory: all of a slot, densely, or the part of it with a layout.
  mutating func store(_ register: Register, slot: Int, dtype: DType, layout: Layout? = nil) {
    // A dense store covers the whole index space, whose size is known when the program is finished.
    if layout == nil { denseStores.append(dims.count) }
    let (sizes, strides) = layout?.collapsed() ?? ([1], [1])
    let place = access(
      .slot(slot, offset: layout?.offset ?? 0), sizes.isEmpty ? [1] : sizes,
      strides.isEmpty ? [1] : strides, dtype: dtype)
    body.append(
      Line(
        opcode: UInt16(CV_STORE.rawValue), type: dtype.compute.rawValue, inputs: [register],
        access: place))
    // In the order in which they are done with.
    stores.removeAll { $0 == slot }
    stores.append(slot)
    if layout != nil { assembled.append(slot) }
  }

  /// Opcodes whose result is one of their inputs, or has no more digits than they: no rounding needed.
  private static let exactOpcodes: Set<UInt16> = Set(
    [CV_NEG, CV_ABS, CV_SIGN, CV_MAXIMUM, CV_MINIMUM, CV_SELECT, CV_FLOOR, CV_CEIL, CV_TRUNC]
      .map { UInt16($0.rawValue) })

  /// An instruction; its result is rounded where the dtype is narrower than the compute type, so that
  /// values do not depend on what is fused.
  mutating func emit(
    _ instruction: Instruction, _ inputs: [Register], from source: DType?, inputType: DType?,
    result: DType
  ) -> Register {
    let compute = result.compute
    var register: Register
    if instruction == .cast, source?.compute == compute {
      register = inputs[0]
      if source == result { return register }
    } else {
      let type: DType =
        if instruction == .cast || instruction == .iota {
          compute
        } else {
          (inputType ?? source ?? result).compute
        }
      register = newValue(compute)
      body.append(
        Line(
          opcode: instruction.opcode, type: type.rawValue,
          from: instruction == .cast ? source?.compute.rawValue ?? 0 : 0, inputs: inputs,
          result: register))
    }
    guard result.isHalf, !Self.exactOpcodes.contains(instruction.opcode) else { return register }
    let rounded = newValue(compute)
    body.append(
      Line(
        opcode: UInt16(CV_ROUND.rawValue), type: compute.rawValue, from: result.rawValue,
        inputs: [register], result: rounded))
    return rounded
  }

  /// The finished program, with values put into as few registers as their lifetimes allow.
  ///
  /// - Parameters:
  ///   - kept: A value that is still needed when the program ends.
  ///   - span: So many elements should go into a block if they can.
  func finish(count: Int, keeping kept: Register? = nil, span: Int = 0) -> LoopPlan {
    var lastUse = [Int](repeating: -1, count: widths.count)
    for (index, line) in body.enumerated() {
      for input in line.inputs { lastUse[input] = index }
    }
    if let kept { lastUse[kept] = Int.max }
    var assigned = [UInt16](repeating: 0, count: widths.count)
    var next: UInt16 = 0
    var free: [UInt16] = []
    var code: [cv_instruction] = []
    code.reserveCapacity(setup.count + body.count)
    for line in setup {
      if let result = line.result {
        assigned[result] = next
        lastUse[result] = Int.max
        next += 1
      }
      code.append(encode(line, assigned))
    }
    for (index, line) in body.enumerated() {
      // A result may take the register of an input that ends here only where the types are as wide:
      // elements are then read before they are overwritten.
      var ending: [UInt16] = []
      for (place, input) in line.inputs.enumerated()
      where lastUse[input] == index && !line.inputs[..<place].contains(input) {
        let sameWidth = line.result.map { widths[$0] == widths[input] } ?? true
        if sameWidth && line.opcode != UInt16(CV_CAST.rawValue) {
          free.append(assigned[input])
        } else {
          ending.append(assigned[input])
        }
      }
      if let result = line.result {
        if let register = free.popLast() {
          assigned[result] = register
        } else {
          assigned[result] = next
          next += 1
        }
        if lastUse[result] < 0 { ending.append(assigned[result]) }
      }
      code.append(encode(line, assigned))
      free.append(contentsOf: ending)
    }
    var dims = dims
    for place in denseStores { dims[place] = Int64(count) }
    let widest = widths.max() ?? 8
    let registers = max(Int(next), 1)
    // Registers should stay in the first-level cache, beside the streams that are read.
    func fits(_ block: Int) -> Bool { registers * block * widest <= 24 << 10 }
    var block = 2048
    while block > 64, !fits(block) { block /= 2 }
    while block < span, fits(2 * block) { block *= 2 }
    // Of few elements, registers are so near each other that they share pages and sets of the cache well.
    while block > 64, block / 2 >= count { block /= 2 }
    return LoopPlan(
      code: code, accesses: accesses, dims: dims, operands: operands, setup: setup.count,
      registers: registers, registerBytes: block * widest, block: block, count: count,
      stores: stores, assembled: assembled, kept: kept.map { assigned[$0] })
  }

  private func encode(_ line: Line, _ assigned: [UInt16]) -> cv_instruction {
    func input(_ place: Int) -> UInt16 {
      place < line.inputs.count ? assigned[line.inputs[place]] : 0
    }
    let result = line.result.map { assigned[$0] } ?? UInt16(line.access)
    let isLoad = line.opcode == UInt16(CV_LOAD.rawValue)
    return cv_instruction(
      op: line.opcode, type: line.type, from: line.from, dst: result,
      a: isLoad ? UInt16(line.access) : input(0), b: input(1), c: input(2))
  }
}

/// A loop whose elements are folded over some axes.
struct FoldPlan: Sendable {
  var loop: LoopPlan
  var space: FoldSpace
  var fold: Fold
  var dtype: DType
  var output: Int
}

/// The index space of a fold: [keep][reduce][inner], a function of the shape and axes alone.
struct FoldSpace: Sendable {
  var keep: Int
  var reduce: Int
  var inner: Int
  /// The order of the axes where it is not the array's own.
  var order: [Int]?

  init(_ shape: [Int], folding axes: [Int]) {
    let kept = shape.indices.filter { !axes.contains($0) }
    // Kept axes behind the last folded one can stay innermost.
    let lastFolded = axes.max() ?? -1
    var inner = kept.filter { $0 > lastFolded }
    if inner.map({ shape[$0] }).elementCount < Fold.leastColumns { inner = [] }
    let outer = kept.filter { !inner.contains($0) }
    keep = outer.map { shape[$0] }.elementCount
    reduce = axes.map { shape[$0] }.elementCount
    self.inner = inner.map { shape[$0] }.elementCount
    let wanted = outer + axes + inner
    // Axes of size 1 may stand anywhere.
    let significant = wanted.filter { shape[$0] != 1 }
    order = significant == significant.sorted() ? nil : wanted
  }

  var segments: Int {
    let length = inner == 1 ? Int(CV_ROW_SEGMENT) : Int(CV_COLUMN_SEGMENT)
    return (reduce + length - 1) / length
  }
}

extension Instruction {
  /// How many operands it reads.
  var inputCount: Int { Int(cv_input_count(opcode)) }
}
