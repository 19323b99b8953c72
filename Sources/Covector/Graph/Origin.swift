// Where nodes come from, where somebody asked for that to be remembered. What a transform's rule makes on
// behalf of an operation comes from where that operation came from.

import Synchronization

/// How a node came to be.
final class Origin: Sendable {
  let stack: CallStack

  init(_ stack: CallStack) { self.stack = stack }

  /// The line of the user's program that asked for the operation.
  var line: SourceLine? { stack.line }
}

/// What is remembered of the nodes that this task makes.
enum Recording {
  /// The origin of nodes made now: that of an operation whose rule runs, or the line that is being run.
  private enum Mode: Sendable {
    case lines
    case rule(Origin)
  }

  @TaskLocal private static var mode: Mode?

  /// The number of tasks that record; while it is zero nothing else is looked at.
  private static let recorders = Atomic<Int>(0)

  /// The origin of a node that is made now; `nil` where nobody asked.
  @inline(__always) static var origin: Origin? {
    recorders.load(ordering: .relaxed) == 0 ? nil : recordedOrigin
  }

  private static var recordedOrigin: Origin? {
    switch mode {
    case nil: nil
    case .lines: Origin(CallStack())
    case .rule(let origin): origin
    }
  }

  static func lines<Result>(_ body: () throws -> Result) rethrows -> Result {
    recorders.wrappingAdd(1, ordering: .relaxed)
    defer { recorders.wrappingSubtract(1, ordering: .relaxed) }
    return try $mode.withValue(.lines, operation: body)
  }

  /// Runs a rule on behalf of a node.
  @inline(__always) static func rule<Result>(of node: Node, _ body: () -> Result) -> Result {
    guard let origin = node.origin else { return body() }
    recorders.wrappingAdd(1, ordering: .relaxed)
    defer { recorders.wrappingSubtract(1, ordering: .relaxed) }
    return $mode.withValue(.rule(origin), operation: body)
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
