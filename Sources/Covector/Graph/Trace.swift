// Running a function once on tracer arrays, to see what it does. Every transform starts here.

import Synchronization

/// One run of a function under a transform.
final class Trace: Sendable {
  /// The innermost trace this task is inside of.
  @TaskLocal static var current: Trace?

  /// The number of the innermost branch this task is inside of; 0 outside of all.
  ///
  /// What a branch computes belongs to it even where it depends on no tracer, so that it is computed only
  /// when the branch is taken.
  @TaskLocal static var branch: UInt64 = 0

  /// Numbers traces in the order they start.
  ///
  /// A node made inside a trace from its tracers, or anywhere inside a branch, has the trace's number
  /// or a later one; everything that existed before has a smaller one.
  private static let counter = Atomic<UInt64>(0)

  /// The transform as users spell it; `nil` inside the rules of transforms.
  let transform: String?
  let serial: UInt64
  let parent: Trace?
  /// Whether what is recorded is to be kept as a program, operation by operation.
  let keepsProgram: Bool
  /// The number of the outermost trace on this task.
  let outermost: UInt64

  /// Nodes that were computed inside the trace, and kept their inputs because of it.
  private let retained = Mutex<[Node]>([])

  private init(_ transform: String?, keepsProgram: Bool) {
    self.transform = transform
    self.keepsProgram = keepsProgram || Self.current?.keepsProgram ?? false
    serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    parent = Self.current
    outermost = parent?.outermost ?? serial
  }

  /// Whether this task is inside the trace of that number.
  static func isInside(_ serial: UInt64) -> Bool {
    var trace = current
    while let inner = trace {
      if inner.serial == serial { return true }
      trace = inner.parent
    }
    return false
  }

  /// Whether what this task records may be pulled back: it is inside of more than `jvp` and `vmap`.
  static var mayBePulledBack: Bool {
    var trace = current
    while let inner = trace {
      if inner.transform != "jvp", inner.transform != "vmap" { return true }
      trace = inner.parent
    }
    return false
  }

  /// The transforms this task is inside of, as in `vmap of grad`; `nil` outside of all.
  static var path: String? {
    var names: [String] = []
    var trace = current
    while let inner = trace {
      if let name = inner.transform { names.append(name) }
      trace = inner.parent
    }
    return names.isEmpty ? nil : names.reversed().joined(separator: " of ")
  }

  /// Under `vmap`, the number of the example.
  private let mapped = Mutex<NDArray?>(nil)

  /// Notes the number of the example.
  func isMapping(numbered number: NDArray) { mapped.withLock { $0 = number } }

  /// For each `vmap` this task is inside of that started after the trace of a number, the innermost first:
  /// the number of the example, as a `uint32` that only batching knows.
  static func examples(since serial: UInt64) -> [NDArray] {
    var numbers: [NDArray] = []
    var trace = current
    while let inner = trace, inner.serial > serial {
      if let number = inner.mapped.withLock({ $0 }) { numbers.append(number) }
      trace = inner.parent
    }
    return numbers
  }

  /// Nodes made inside the trace that have an effect, and depend on values that are not known.
  private let effects = Mutex<[Node]>([])

  func keepEffect(_ node: Node) { effects.withLock { $0.append(node) } }

  /// The nodes with an effect that the trace of that number has met so far.
  static func effects(in serial: UInt64) -> [Node] {
    var trace = current
    while let inner = trace {
      if inner.serial == serial { return inner.effects.withLock(\.self) }
      trace = inner.parent
    }
    return []
  }

  /// The effects so far that depend on the trace; from now on they belong to a program of its own.
  func takeEffects() -> [Node] {
    effects.withLock { effects in
      let own = effects.filter { $0.serial >= serial }
      effects.removeAll { $0.serial >= serial }
      return own
    }
  }

  func retain(_ node: Node) { retained.withLock { $0.append(node) } }

  /// Runs `body` inside a new trace.
  ///
  /// - Parameters:
  ///   - transform: What errors call it.
  ///   - keepsProgram: Whether what is recorded is to be kept as a program, operation by operation.
  static func run<Result>(
    _ transform: String? = nil, keepsProgram: Bool = false, _ body: (Trace) throws -> Result
  ) rethrows -> Result {
    let trace = Trace(transform, keepsProgram: keepsProgram)
    defer { trace.end() }
    return try $current.withValue(trace) { try body(trace) }
  }

  /// Runs `body` inside a new trace, outside of all that are under way, for a program that is to be kept.
  ///
  /// All that is computed belongs to it; nothing looks at it.
  static func apart<Result>(_ name: String, _ body: (Trace) -> Result) -> Result {
    $current.withValue(nil) {
      Recording.paused {
        run(name, keepsProgram: true) { trace in
          $branch.withValue(trace.serial) { body(trace) }
        }
      }
    }
  }

  private func end() {
    let nodes = retained.withLock { nodes in
      var taken: [Node] = []
      swap(&taken, &nodes)
      return taken
    }
    for node in nodes {
      if let parent { parent.retain(node) } else { node.forgetInputs() }
    }
    // Where values are unknown because of this trace, its program does what is to be done.
    for node in effects.withLock(\.self) where !node.placeholderSerials().contains(serial) {
      parent?.keepEffect(node)
    }
  }

  /// A tracer that knows its value: an alias of `array` with an identity of its own.
  func alias(_ array: NDArray) -> NDArray {
    let array = array.strong
    return NDArray(
      node: Node(
        Alias(), [array], types: [array.type], flags: array.isPoisoned ? .poisoned : [],
        serial: serial))
  }

  /// A tracer whose value is not known.
  func placeholder(
    _ type: ArrayType, for transform: String, weak: Bool = false, poisoned: Bool = false
  ) -> NDArray {
    NDArray(
      node: Node(
        Placeholder(transform: transform), [], types: [type],
        flags: poisoned ? .poisoned : weak ? [.valueless, .weak] : .valueless, serial: serial))
  }
}

extension Node {
  /// Lets go of the inputs of a node that has its values.
  func forgetInputs() {
    let inputs = state.withLock { state -> [NDArray] in
      guard !state.values.isEmpty else { return [] }
      var taken: [NDArray] = []
      swap(&taken, &state.inputs)
      return taken
    }
    _ = inputs
  }
}

/// A primitive whose result is its input, with another identity or a name.
protocol IdentityPrimitive: LinearPrimitive {}

extension IdentityPrimitive {
  var evaluation: Evaluation { .view { $0 } }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) { (x, axes) }
}

/// The input of a function under `vjp` or `jvp`: the same values, another identity.
struct Alias: IdentityPrimitive, Parameterless {
  var name: String { "alias" }
}

/// The input of a function under a transform that does not know values.
struct Placeholder: SourcePrimitive {
  let transform: String

  var name: String { "input" }
  var evaluation: Evaluation { .none }
  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] { [] }
}

/// The number of the example that a mapped function is given; the input is any that is mapped.
struct ExampleNumber: LocallyConstantPrimitive, Parameterless {
  var name: String { "example" }
  var evaluation: Evaluation { .none }
  func resultTypes(_ inputs: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType([], .uint32)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(Iota(size: size, dtype: .uint32))], [0])
  }
}
