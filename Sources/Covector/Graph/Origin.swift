// Where nodes come from, where somebody asked for that to be remembered. What a transform's rule makes on
// behalf of an operation comes from where that operation came from.

import Synchronization

/// How a node came to be.
final class Origin: Sendable {
  /// What of an operation a node is part of.
  enum Role: Sendable {
    case value, tangent, cotangent
  }

  /// The calls under way when the operation was asked for, where lines are recorded.
  let stack: CallStack?
  /// The operation that was asked for, where a rule made the node; otherwise it is the node's own.
  let operation: String?
  let role: Role
  /// Whether a cotangent of zero gives zeros, though the derivative be infinite: inside `select`.
  let isGuarded: Bool
  /// The operation that the node's computes again.
  let replay: Replay?

  init(
    _ stack: CallStack?, operation: String? = nil, role: Role = .value, isGuarded: Bool = false,
    replay: Replay? = nil
  ) {
    self.stack = stack
    self.replay = replay
    self.operation = operation
    self.role = role
    self.isGuarded = isGuarded
  }

  /// What `select` gives its operations where nothing else is recorded.
  static let guarded = Origin(nil, isGuarded: true)

  /// The line of the user's program that asked for the operation.
  var line: SourceLine? { stack?.line }
}

/// What is remembered of the nodes that this task makes.
struct Recording: Sendable {
  private var recordsLines = false
  private var isGuarded = false
  /// What looks at every result.
  private var watch: NumericWatch?
  /// The origin of the operation whose rule runs.
  private var rule: Origin?

  @TaskLocal private static var current = Recording()

  /// The number of tasks that record; while it is zero nothing else is looked at.
  private static let recorders = Atomic<Int>(0)

  @inline(__always) private static var isActive: Bool {
    recorders.load(ordering: .relaxed) != 0
  }

  private static func with<Result>(
    _ change: (inout Recording) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    recorders.wrappingAdd(1, ordering: .relaxed)
    defer { recorders.wrappingSubtract(1, ordering: .relaxed) }
    var recording = current
    change(&recording)
    return try $current.withValue(recording, operation: body)
  }

  /// The origin of a node that is made now; `nil` where nobody asked.
  @inline(__always) static var origin: Origin? { isActive ? current.newOrigin : nil }

  /// Whether lines are recorded or results looked at.
  static var isLooking: Bool { isActive && (current.recordsLines || current.watch != nil) }

  private var newOrigin: Origin? {
    if let rule { return rule }
    if recordsLines { return Origin(CallStack(), isGuarded: isGuarded) }
    return isGuarded ? Origin.guarded : nil
  }

  /// Runs code that records lines, and shows results to a watch.
  static func lines<Result>(
    for watch: NumericWatch? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    try with(
      {
        $0.recordsLines = true
        $0.watch = watch ?? $0.watch
      }, body)
  }

  /// Runs code that nothing looks at.
  static func paused<Result>(_ body: () -> Result) -> Result {
    with({ $0 = Recording() }, body)
  }

  /// Runs code whose operations are guarded.
  static func guarded<Result>(_ body: () throws -> Result) rethrows -> Result {
    try with({ $0.isGuarded = true }, body)
  }

  /// Runs a rule on behalf of a node.
  @inline(__always) static func rule<Result>(
    of node: Node, _ role: Origin.Role = .value, _ body: () -> Result
  ) -> Result {
    guard let origin = node.origin else { return body() }
    return rule(origin, of: node, role, body)
  }

  /// Computes an operation again whose node this is.
  static func replaying<Result>(
    _ replay: Replay, of node: Node, _ body: () -> Result
  ) -> Result {
    let origin = Origin(node.origin?.stack, isGuarded: node.isGuarded, replay: replay)
    return with({ $0.rule = origin }, body)
  }

  private static func rule<Result>(
    _ origin: Origin, of node: Node, _ role: Origin.Role, _ body: () -> Result
  ) -> Result {
    let inherited = Origin(
      origin.stack, operation: origin.operation ?? node.primitive.name,
      role: role == .value ? origin.role : role, isGuarded: origin.isGuarded)
    return with({ $0.rule = inherited }, body)
  }

  /// Shows the results of an operation to the watch, if there is one, where no rule is running: a rule's
  /// results are looked at when it has ended.
  @inline(__always) static func inspect(_ node: Node) {
    if isActive { current.inspect(node) }
  }

  private func inspect(_ node: Node) {
    guard rule == nil, let watch else { return }
    watch.inspect(
      (0..<node.resultCount).map { NDArray(node: node, result: $0) }, of: node, .value)
  }

  /// Shows the results of a rule to the watch, if there is one.
  ///
  /// - Parameter lanes: The axes of the results that `vmap` added.
  @inline(__always) static func inspect(
    _ results: [NDArray?], of node: Node, _ role: Origin.Role, lanes: [Int?]? = nil
  ) {
    if isActive, current.rule == nil, let watch = current.watch {
      watch.inspect(results, of: node, role, lanes: lanes)
    }
  }
}

/// Runs code in which every operation remembers the line of the program that asked for it.
///
/// A program traced inside prints the lines, and a mistake that is found only when values are computed, such
/// as an index out of range, names the line of the operation in place of the line that read the result.
/// Each operation takes some fifteen microseconds more. Lines are known where there is debug information.
public func recordingLines<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.lines(body)
}
