// One node of the graph: a primitive applied to inputs, and its values once computed.
// Arrays refer to nodes; transforms and evaluation walk them.

import Synchronization

/// A primitive and its inputs while pending; the computed values afterwards.
final class Node: Sendable {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    /// Made from scalars without a dtype of their own; adopts the dtype of what it meets.
    static let weak = Flags(rawValue: 1)
    /// The result of a mistake inside `checked`; stands for nothing.
    static let poisoned = Flags(rawValue: 2)
    /// An input of a function under `vmap` or `compile`: its value is not known.
    static let valueless = Flags(rawValue: 4)
  }

  struct State {
    var inputs: [NDArray]
    /// One for each result; empty while pending.
    var values: [ArrayValue] = []
    /// The evaluation that is computing this node.
    var claim: Claim?
  }

  let primitive: any Primitive
  /// The scalar, where the primitive is one.
  let constant: Constant?
  /// The type of the first result, in place so that the common node needs no array for it.
  let type: ArrayType
  let moreTypes: [ArrayType]
  let flags: Flags
  /// The serial number of the latest trace this node depends on; 0 for none.
  ///
  /// A node that a trace does not reach has a smaller number than the trace.
  let serial: UInt64
  /// Where it comes from, if somebody asked for that when it was made.
  let origin: Origin?
  let state: Mutex<State>

  init(
    _ primitive: any Primitive, _ inputs: [NDArray], types: [ArrayType], flags: Flags = [],
    serial: UInt64, origin: Origin? = nil, values: [ArrayValue] = []
  ) {
    self.primitive = primitive
    constant = nil
    self.type = types[0]
    self.moreTypes = types.count > 1 ? Array(types.dropFirst()) : []
    self.flags = flags
    self.serial = serial
    self.origin = origin
    self.state = Mutex(State(inputs: inputs, values: values))
  }

  /// A scalar; found at once where it is looked for.
  init(_ constant: Constant, flags: Flags = [], serial: UInt64, origin: Origin? = nil) {
    primitive = constant
    self.constant = constant
    type = ArrayType([], constant.dtype)
    moreTypes = []
    self.flags = flags
    self.serial = serial
    self.origin = origin
    state = Mutex(State(inputs: []))
  }

  var resultCount: Int { 1 + moreTypes.count }

  func type(of result: Int) -> ArrayType { result == 0 ? type : moreTypes[result - 1] }

  /// The inputs; empty for a leaf and for a computed node that no active trace needs.
  var inputs: [NDArray] { state.withLock(\.inputs) }

  /// Whether it is pending and reads nothing.
  var isPendingWithoutInputs: Bool { state.withLock { $0.values.isEmpty && $0.inputs.isEmpty } }

  /// The computed value of a result, or `nil` while pending.
  func value(of result: Int) -> ArrayValue? {
    state.withLock { $0.values.isEmpty ? nil : $0.values[result] }
  }

  // A chain of nodes is freed link by link on a list of our own: nested releases would overflow
  // the thread's stack on a long chain.
  deinit {
    var stack = state.withLock { state in
      var inputs: [NDArray] = []
      swap(&inputs, &state.inputs)
      return inputs
    }
    while var next = stack.popLast() {
      guard isKnownUniquelyReferenced(&next.node) else { continue }
      var inputs = next.node.state.withLock { state in
        var inputs: [NDArray] = []
        swap(&inputs, &state.inputs)
        return inputs
      }
      // Moved one by one: appended together they would be retained, and released with the array.
      while let input = inputs.popLast() { stack.append(input) }
    }
  }
}
