// A computed array: memory and the layout of the elements in it.

/// The elements of a computed array.
struct ArrayValue: Sendable {
  let buffer: Buffer
  var layout: Layout
}

/// The evaluation that has claimed a node, and the node's number in it.
struct Claim: Sendable {
  let evaluation: EvaluationTicket
  let number: Int
}
