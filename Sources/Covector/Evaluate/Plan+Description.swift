// A plan as text: one line for each step, for people and for snapshots.

extension Plan: CustomStringConvertible {
  /// The steps, in order; values and copies are called `%n`.
  var description: String { steps.map(describe).joined(separator: "\n") }

  private func describe(_ step: Step) -> String {
    switch step {
    case .loop(let loop):
      return "loop \(loop.count): \(describe(loop)) -> \(slotList(loop.stores))"
    case .fold(let fold):
      let space = fold.space
      return "fold \(fold.fold) \(space.keep) x \(space.reduce) x \(space.inner): "
        + "\(describe(fold.loop)) -> \(slotList([fold.output]))"
    case .rows(let rows):
      let parts = rows.parts.map { part in
        let (name, what) =
          switch part.work {
          case .loop(let loop): ("loop", describe(loop))
          case .fold(let fold): ("fold \(fold.fold)", describe(fold.loop))
          case .product: ("product", slotList(part.reads))
          }
        return "\n  \(name) \(part.width): \(what) -> \(slotList(part.stores))"
      }
      return "rows \(rows.rows) x \(rows.width): \(slotList(rows.reads)) -> "
        + slotList(rows.stores) + parts.joined()
    case .contraction(let product):
      let batch = product.left.batchSizes.elementCount
      return "product \(batch) x \(product.left.rows) x \(product.left.columns) x "
        + "\(product.right.columns): \(slotList([product.first, product.second]))"
        + " -> \(slotList([product.output]))"
    case .function(let index, let inputs):
      let operation = graph.operations[index]
      return "\(operation.primitive.name): \(slotList(inputs.map(\.slot)))"
        + " -> \(slotList(Array(operation.results)))"
    case .clear(let slot):
      return "clear \(slotList([slot]))"
    }
  }

  private func describe(_ loop: LoopPlan) -> String {
    "\(slotList(loop.reads)), \(loop.code.count) instructions in \(loop.registers) registers"
  }

  private func slotList(_ list: [Int]) -> String {
    list.isEmpty
      ? "nothing" : list.map { "%\($0) \(slots[$0])" }.joined(separator: ", ")
  }
}
