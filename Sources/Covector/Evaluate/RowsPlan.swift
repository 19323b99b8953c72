// Neighbouring steps over the same rows, run some rows at a time: what one of them stores is still in
// the cache when the next one reads it, and what only they use never leaves it. Softmax, norms and
// their derivatives pass over memory once; so does attention, whose products are over these rows too.

import CovectorKernels

/// Loops, folds and products over the same rows, in order.
struct RowsPlan: Sendable {
  /// A step: a fold of each row, a loop over all elements or over one for each row, or a product whose
  /// results are these rows, or others of as many.
  struct Part: Sendable {
    enum Work: Sendable {
      case loop(LoopPlan)
      case fold(FoldPlan)
      case product(ContractionPlan)
    }

    var work: Work
    /// The positions in a row.
    var width: Int

    /// The loop it runs, if any.
    var loop: LoopPlan? {
      switch work {
      case .loop(let loop): loop
      case .fold(let fold): fold.loop
      case .product: nil
      }
    }

    var isLoop: Bool { if case .loop = work { true } else { false } }

    /// The slots it reads.
    var reads: [Int] {
      if case .product(let product) = work { return [product.first, product.second] }
      return loop?.reads ?? []
    }

    /// The slots it writes.
    var stores: [Int] {
      switch work {
      case .loop(let loop): loop.stores
      case .fold(let fold): [fold.output]
      case .product(let product): [product.output]
      }
    }

    mutating func changeLoop(_ change: (inout LoopPlan) -> Void) {
      switch work {
      case .loop(var loop):
        change(&loop)
        work = .loop(loop)
      case .fold(var fold):
        change(&fold.loop)
        work = .fold(fold)
      case .product: break
      }
    }
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
  private static let elements = 16384
  /// The rows that are run at a time.
  var chunk: Int { max(1, min(rows, Self.elements / width)) }

  /// The slots it reads that are computed before.
  var reads: [Int] {
    let own = Set(parts.flatMap(\.stores))
    return parts.flatMap(\.reads).filter { !own.contains($0) }
  }
  /// The slots it writes that others read.
  var stores: [Int] { parts.flatMap(\.stores).filter { !local.contains($0) } }
}

extension RowsPlan {
  /// The steps, with those over the same rows joined.
  ///
  /// - Parameter isKept: Whether a slot is wanted when all steps have run.
  static func joining(_ steps: [Plan.Step], isKept: [Bool]) -> [Plan.Step] {
    guard steps.contains(where: { $0.isFoldOfRows || $0.product?.paysInRows == true }) else {
      return steps
    }
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
    if let product = steps.first?.product {
      guard product.paysInRows else { return nil }
      (rows, width) = (product.rowCount, product.right.columns)
    } else {
      let folds = steps.prefix { $0.isLoop || $0.isFoldOfRows }.compactMap { step -> FoldPlan? in
        if case .fold(let fold) = step { fold } else { nil }
      }
      guard let space = folds.first?.space, space.keep > 1, space.reduce > 1 else { return nil }
      (rows, width) = (space.keep, space.reduce)
    }
    // The elements of a row of each slot; 0 for parts.
    var written: [Int: Int] = [:]
    for step in steps {
      guard var part = part(step), reads(part, written) else { break }
      for slot in part.stores {
        let isPart = part.loop?.assembled.contains(slot) ?? false
        written[slot] = isPart ? 0 : part.isLoop || step.product != nil ? part.width : 1
      }
      part.changeLoop { $0.alignBlocks(with: width) }
      parts.append(part)
    }
    guard parts.count > 1, parts.contains(where: { !$0.isLoop }) else { return nil }
  }

  private func part(_ step: Plan.Step) -> Part? {
    switch step {
    case .fold(let fold)
    where step.isFoldOfRows && fold.space.keep == rows && fold.space.reduce == width:
      Part(work: .fold(fold), width: width)
    case .loop(let loop) where loop.count == rows * width:
      Part(work: .loop(loop), width: width)
    case .loop(let loop) where loop.count == rows:
      Part(work: .loop(loop), width: 1)
    case .contraction(let product) where product.paysInRows && product.rowCount == rows:
      Part(work: .product(product), width: product.right.columns)
    default: nil
    }
  }

  /// Whether a part needs no more of what the parts before it have written than the rows it runs over.
  private func reads(_ part: Part, _ written: [Int: Int]) -> Bool {
    if case .product(let product) = part.work {
      if written[product.second] != nil { return false }
      guard let size = written[product.first] else { return part.width == width }
      return size == width && product.left.isRows(of: width)
    }
    guard let loop = part.loop else { return false }
    return loop.accesses.allSatisfy { access in
      guard case .slot(let slot, let offset) = loop.operands[Int(access.pointer)],
        let size = written[slot]
      else { return true }
      let first = Int(access.dims)
      let sizes = loop.dims[first..<(first + Int(access.rank))].map { Int($0) }
      let strides = loop.dims[(first + sizes.count)..<(first + 2 * sizes.count)].map { Int($0) }
      // Of what is written in parts nothing may be read before all are there.
      if offset != 0 || size == 0 { return false }
      if size == part.width { return sizes == [rows * size] && strides == [1] }
      return part.width == width && sizes == [rows, width] && strides == [1, 0]
    }
  }

  private mutating func findLocalSlots(_ isUsedOutside: (Int) -> Bool) {
    let read = Set(parts.flatMap(\.reads))
    for index in parts.indices {
      let part = parts[index]
      for slot in part.stores where read.contains(slot) {
        parts[index].changeLoop { $0.keepNear(slot) }
        if case .fold = part.work { continue }
        if part.width == width, !isUsedOutside(slot) { local.append(slot) }
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

  fileprivate var product: ContractionPlan? {
    if case .contraction(let product) = self { product } else { nil }
  }
}

extension ContractionPlan {
  /// The rows of all its products.
  fileprivate var rowCount: Int { left.batchSizes.elementCount * left.rows }

  /// Whether it is better run some rows at a time, next to what uses them, than with matrices shared between
  /// threads: its rows are short, so that many are run at a time, there is not much to compute for each of
  /// their elements, and all of them would not stay in the cache.
  fileprivate var paysInRows: Bool {
    let (longer, shorter) = (max(left.columns, right.columns), min(left.columns, right.columns))
    return longer <= 682 && shorter <= Int(CV_GEMM_SEGMENT) && shorter >= 8
      && rowCount * longer >= 1 << 18 && left.rows >= 8
  }
}

extension MatrixLayout {
  /// Whether its rows lie one after the other from the start, for all of the batch.
  fileprivate func isRows(of width: Int) -> Bool {
    guard offset == 0, columns == width, rowStride == width, columnStride == 1 else { return false }
    var step = rows * width
    for axis in batchSizes.indices.reversed() where batchSizes[axis] != 1 {
      if batchStrides[axis] != step { return false }
      step *= batchSizes[axis]
    }
    return true
  }
}
