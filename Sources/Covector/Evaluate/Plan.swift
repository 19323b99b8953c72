// What to run, in order, for a pending graph. Plain data: steps that name their operands by number, so
// that a plan can be printed and compared.
//
// Elementwise operations, and a fold at their end, run as one loop: see `FusionGroups`. Views cost nothing: a
// reader is given another layout of the same memory.

/// The steps that compute a graph.
struct Plan: Sendable {
  /// One thing to run.
  enum Step: Sendable {
    /// A fused loop that stores one or more values.
    case loop(LoopPlan)
    /// A fused loop that ends in a fold.
    case fold(FoldPlan)
    /// Loops and folds over the same rows, some rows at a time.
    case rows(RowsPlan)
    /// A product of two strided operands.
    case contraction(ContractionPlan)
    /// A primitive's own function.
    case function(operation: Int, inputs: [Place])
    /// Zeros in all of a slot.
    case clear(Int)
  }

  /// A value in memory: the slot whose buffer holds it, and the layout in it.
  struct Place: Sendable {
    let slot: Int
    let layout: Layout
  }

  let graph: EvaluationGraph
  /// The values that are wanted, in order.
  let wanted: [Int]
  private(set) var steps: [Step] = []
  /// The dtype and element count of every slot; values come first, copies made by the plan after them.
  private(set) var slots: [ArrayType]
  /// Where each value is found, for those that have memory.
  private(set) var places: [Place?]
  /// Values that are one scalar everywhere, and need no memory.
  private(set) var splats: [EvaluationGraph.Scalar?]
  /// The register of each value in the loop being built; -1 for none.
  private var registers: [LoopBuilder.Register]
  private var groups: FusionGroups
  /// By operation, the parts of assemblies of which some have been stored.
  private var assemblies: [Int: Assembly] = [:]

  /// Where the operands of an assembly go; `nil` for those that are there.
  private typealias Assembly = [Layout?]

  init(_ graph: EvaluationGraph) throws(ArrayError) {
    let (graph, wanted) = graph.inlined()
    (self.graph, self.wanted) = (graph, wanted)
    slots = graph.types
    places = [Place?](repeating: nil, count: graph.types.count)
    splats = [EvaluationGraph.Scalar?](repeating: nil, count: graph.types.count)
    registers = [LoopBuilder.Register](repeating: -1, count: graph.types.count)
    for (value, source) in graph.sources.enumerated() {
      switch source {
      case .leaf(let layout): places[value] = Place(slot: value, layout: layout)
      case .scalar(let scalar): splats[value] = scalar
      case .operation: break
      }
    }
    groups = FusionGroups(graph)
    for (index, operation) in graph.operations.enumerated() {
      switch graph.evaluations[index] {
      case .identity:
        for (operand, result) in zip(operation.operands, operation.results) {
          splats[result] = splats[operand]
          if splats[operand] == nil { places[result] = memory(of: operand) }
        }
      case .view:
        // Where it lies is found when it is first read.
        splats[operation.result] = splats[operation.operands[0]]
      case .instruction:
        // A loop runs where its last operation stands: everything it reads has been computed by then.
        if groups.root[index] == index { addLoop(groups.members[index]) }
      case .assembly:
        addAssembly(index)
      case .fold(let fold, let axes):
        addFold(index, fold, axes, members: groups.members[index])
      case .contraction(let axes):
        addContraction(operation, axes)
      case .function, .programs:
        let inputs = operation.operands.map { memory(of: $0) }
        for result in operation.results {
          places[result] = Place(slot: result, layout: Layout(graph.types[result].shape))
        }
        steps.append(.function(operation: index, inputs: inputs))
      case .operations, .none:
        throw ArrayError(
          operation.primitive.name, "it has no value of its own and cannot be evaluated")
      }
    }
    for value in wanted where splats[value] == nil { _ = memory(of: value) }
    steps = RowsPlan.joining(steps, isKept: isKept)
    // What only planning needs goes.
    groups = FusionGroups(EvaluationGraph())
    (registers, assemblies) = ([], [:])
  }

  /// Finds the views that lead from what is in memory to a value.
  private mutating func findViews(beneath value: Int) {
    var views: [Int] = []
    var next = value
    while places[next] == nil, splats[next] == nil,
      case .operation(let index) = graph.sources[next],
      case .view = graph.evaluations[index]
    {
      views.append(index)
      next = graph.operations[index].operands[0]
    }
    while let view = views.popLast() { addView(view) }
  }

  /// A view is another layout of its source; where no layout serves, of a dense copy of it.
  private mutating func addView(_ index: Int) {
    guard case .view(let view) = graph.evaluations[index] else { return }
    let operation = graph.operations[index]
    let source = operation.operands[0]
    var place = memory(of: source)
    var layout = view(place.layout)
    if layout == nil {
      place = denseCopy(of: place, dtype: graph.types[source].dtype)
      layout = view(place.layout)
    }
    places[operation.result] = Place(slot: place.slot, layout: layout ?? place.layout)
  }

  /// The place of a value that must be in memory; a splat gets a single element there.
  private mutating func memory(of value: Int) -> Place {
    findViews(beneath: value)
    if let place = places[value] { return place }
    let type = graph.types[value]
    let slot = slots.count
    slots.append(ArrayType([], type.dtype))
    var loop = LoopBuilder()
    if let splat = splats[value] {
      let register = loop.scalar(splat)
      loop.store(register, slot: slot, dtype: type.dtype)
    }
    steps.append(.loop(loop.finish(count: 1)))
    let place = Place(
      slot: slot,
      layout: Layout(type.shape, strides: [Int](repeating: 0, count: type.rank)))
    places[value] = place
    return place
  }

  /// A dense row-major copy.
  private mutating func denseCopy(of place: Place, dtype: DType) -> Place {
    let slot = slots.count
    slots.append(ArrayType(place.layout.shape, dtype))
    var loop = LoopBuilder()
    let register = loop.load(slot: place.slot, layout: place.layout, dtype: dtype)
    loop.store(register, slot: slot, dtype: dtype)
    steps.append(.loop(loop.finish(count: place.layout.shape.elementCount)))
    return Place(slot: slot, layout: Layout(place.layout.shape))
  }

  /// One loop for operations that are fused, in order; stores those that are kept, and the last.
  private mutating func addLoop(_ members: [Int]) {
    guard let last = members.last else { return }
    let shape = graph.types[graph.operations[last].result].shape
    var loop = LoopBuilder()
    defer { for index in members { registers[graph.operations[index].result] = -1 } }
    for index in members {
      let operation = graph.operations[index]
      let type = graph.types[operation.result]
      let register = emit(index, into: &loop, order: nil)
      registers[operation.result] = register
      for part in groups.parts[operation.result] {
        guard let layout = take(part) else { continue }
        let slot = graph.operations[part.assembly].result
        loop.store(register, slot: slot, dtype: type.dtype, layout: layout)
      }
      if groups.isStored[index] {
        loop.store(register, slot: operation.result, dtype: type.dtype)
        places[operation.result] = Place(slot: operation.result, layout: Layout(type.shape))
      }
    }
    steps.append(.loop(loop.finish(count: shape.elementCount)))
  }

  /// One instruction, after loads of those operands that are in memory.
  ///
  /// - Parameter order: The axes of the loop's index space, where it is not the row-major order.
  private mutating func emit(
    _ index: Int, into loop: inout LoopBuilder, order: [Int]?
  ) -> LoopBuilder.Register {
    let operation = graph.operations[index]
    let shape = graph.types[operation.result].shape
    let operands = operation.operands.map { operand -> LoopBuilder.Register in
      let register = registers[groups.original[operand]]
      if register >= 0 { return register }
      return read(operand, as: shape, into: &loop, order: order)
    }
    guard case .instruction(let instruction) = graph.evaluations[index] else { return 0 }
    return loop.emit(
      instruction, operands, from: operation.operands.first.map { graph.types[$0].dtype },
      inputType: operation.operands.count == 3 ? graph.types[operation.operands[1]].dtype : nil,
      result: graph.types[operation.result].dtype)
  }

  /// A register with a value from memory, broadcast to the shape of what reads it.
  private mutating func read(
    _ value: Int, as shape: [Int], into loop: inout LoopBuilder, order: [Int]?
  ) -> LoopBuilder.Register {
    if let splat = splats[value] { return loop.scalar(splat) }
    let place = memory(of: value)
    var layout = place.layout.broadcast(to: shape)
    if let order { layout = layout.transposed(order) }
    return loop.load(slot: place.slot, layout: layout, dtype: graph.types[value].dtype)
  }

  /// A loop that ends in a fold.
  private mutating func addFold(_ index: Int, _ fold: Fold, _ axes: [Int], members: [Int]) {
    let operation = graph.operations[index]
    let source = operation.operands[0]
    let shape = graph.types[source].shape
    let type = graph.types[operation.result]
    let space = FoldSpace(shape, folding: axes)
    var loop = LoopBuilder()
    for member in members {
      registers[graph.operations[member].result] = emit(member, into: &loop, order: space.order)
    }
    let known = registers[groups.original[source]]
    let register =
      known >= 0 ? known : read(source, as: shape, into: &loop, order: space.order)
    for member in members { registers[graph.operations[member].result] = -1 }
    places[operation.result] = Place(slot: operation.result, layout: Layout(type.shape))
    steps.append(
      .fold(
        FoldPlan(
          // Rows that are folded together are read to their ends, two at a time if possible.
          loop: loop.finish(
            count: shape.elementCount, keeping: register,
            span: space.inner > 1 ? 2 * space.inner : 0),
          space: space, fold: fold, dtype: type.dtype, output: operation.result)))
  }

  /// The layout in which a part of an assembly is stored; zeros come first where parts leave some.
  private mutating func take(_ part: FusionGroups.Part) -> Layout? {
    if assemblies[part.assembly] == nil { begin(part.assembly) }
    defer { assemblies[part.assembly]?[part.place] = nil }
    return assemblies[part.assembly]?[part.place]
  }

  private mutating func begin(_ index: Int) {
    guard case .assembly(let parts) = graph.evaluations[index] else { return }
    let operation = graph.operations[index]
    let type = graph.types[operation.result]
    let shapes = operation.operands.map { graph.types[$0].shape }
    assemblies[index] = parts(Layout(type.shape), shapes)
    places[operation.result] = Place(slot: operation.result, layout: Layout(type.shape))
    let count = shapes.reduce(0) { $0 + $1.elementCount }
    // Of what is empty there is a slot all the same.
    if count < type.count || count == 0 { steps.append(.clear(operation.result)) }
  }

  /// Copies the operands that no loop has stored.
  private mutating func addAssembly(_ index: Int) {
    let operation = graph.operations[index]
    if assemblies[index] == nil { begin(index) }
    var loop = LoopBuilder()
    // Small parts of one size are copied by one loop.
    var (count, copies) = (0, 0)
    func finish() { if copies > 0 { steps.append(.loop(loop.finish(count: count))) } }
    for (place, operand) in operation.operands.enumerated() {
      let type = graph.types[operand]
      guard let layout = take(FusionGroups.Part(assembly: index, place: place)), type.count > 0
      else { continue }
      if type.count != count || count > FusionGroups.few || copies == FusionGroups.limit / 2 {
        finish()
        (loop, count, copies) = (LoopBuilder(), type.count, 0)
      }
      let register = read(operand, as: type.shape, into: &loop, order: nil)
      loop.store(register, slot: operation.result, dtype: type.dtype, layout: layout)
      copies += 1
    }
    finish()
  }

  private mutating func addContraction(_ operation: EvaluationGraph.Operation, _ axes: Contraction)
  {
    let dtype = graph.types[operation.result].dtype
    let first = memory(of: operation.operands[0])
    let second = memory(of: operation.operands[1])
    let rank = (first.layout.shape.count, second.layout.shape.count)
    var (a, b) = (first, second)
    let freeFirst = axes.freeFirst(rank.0)
    let freeSecond = axes.freeSecond(rank.1)
    var left = MatrixLayout(a.layout, axes.batchFirst, rows: freeFirst, columns: axes.summedFirst)
    var right = MatrixLayout(
      b.layout, axes.batchSecond, rows: axes.summedSecond, columns: freeSecond)
    if left == nil {
      a = denseCopy(
        of: a.transposed(axes.batchFirst + freeFirst + axes.summedFirst), dtype: dtype)
      left = MatrixLayout(
        dense: a.layout, batch: axes.batchFirst.count, rows: freeFirst.count)
    }
    if right == nil {
      b = denseCopy(
        of: b.transposed(axes.batchSecond + axes.summedSecond + freeSecond), dtype: dtype)
      right = MatrixLayout(
        dense: b.layout, batch: axes.batchSecond.count, rows: axes.summedSecond.count)
    }
    places[operation.result] = Place(
      slot: operation.result, layout: Layout(graph.types[operation.result].shape))
    guard let left, let right else { return }
    steps.append(
      .contraction(
        ContractionPlan(
          first: a.slot, second: b.slot, left: left, right: right, dtype: dtype,
          output: operation.result)))
  }
}

extension Plan.Place {
  func transposed(_ order: [Int]) -> Plan.Place {
    Plan.Place(slot: slot, layout: layout.transposed(order))
  }
}

extension Layout {
  func transposed(_ order: [Int]) -> Layout {
    Layout(order.map { shape[$0] }, strides: order.map { strides[$0] }, offset: offset)
  }

  func broadcast(to target: [Int]) -> Layout {
    if shape == target { return self }
    let missing = target.count - shape.count
    var wide = [Int](repeating: 0, count: target.count)
    for axis in shape.indices where shape[axis] == target[axis + missing] {
      wide[axis + missing] = strides[axis]
    }
    return Layout(target, strides: wide, offset: offset)
  }
}
