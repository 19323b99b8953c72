// What goes wrong, and where it goes: a trap by default, a thrown error inside `checked`.

import Synchronization

/// A mistake in the use of an operation, or a failure while computing one.
public struct ArrayError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The operation that was asked for, as users spell it.
  public var operation: String
  /// What was wrong, what was given, and what would be right.
  public var message: String

  /// The transforms the mistake was made inside of, as in `vmap of grad`; `nil` outside of all.
  public let transforms: String?

  private var stack: CallStack

  /// Makes an error for the operation.
  @inline(never)
  public init(_ operation: String, _ message: String) {
    self.operation = operation
    self.message = message
    transforms = Trace.path
    stack = CallStack()
  }

  /// The line of the user's program that made the mistake; `nil` where there is no debug information.
  ///
  /// It is looked up when first asked for, which takes tens of milliseconds.
  public var line: SourceLine? { stack.line }

  /// One line: the operation in brackets, then the message; line breaks in names are spelt `\n`.
  public var summary: String { "[\(operation)] \(message)".onOneLine }

  /// One line: the summary, then the transforms and the line of the user's program where they are known.
  public var description: String {
    let places = [transforms.map { "in \($0)" }, line.map { "at \($0)" }].compactMap { $0 }
    return places.isEmpty ? summary : "\(summary) (\(places.joined(separator: ", ")))"
  }

  /// The error as one of the operation that the origin is of, if that is known.
  func asked(at origin: Origin?) -> ArrayError {
    guard let stack = origin?.stack else { return self }
    var error = self
    error.stack = stack
    return error
  }

  /// Whether both say the same of the same operation, wherever they were made.
  public static func == (a: ArrayError, b: ArrayError) -> Bool {
    a.operation == b.operation && a.message == b.message
  }

  /// Hashes the operation and the message.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(operation)
    hasher.combine(message)
  }
}

extension String {
  /// The text with characters that control or end a line spelt as in a literal: names may come from anywhere.
  fileprivate var onOneLine: String {
    func isBreak(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    guard unicodeScalars.contains(where: isBreak) else { return self }
    return unicodeScalars.map { isBreak($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
  }
}

/// Runs code in which mistakes with arrays throw instead of ending the process.
///
/// Operators and functions on arrays do not throw; a wrong shape or dtype is a programming mistake and
/// traps with one line. Inside `checked` the same mistake is remembered, the failed result and all
/// computed from it stand for nothing, and the first mistake is thrown when the code ends.
/// - Returns: What `body` returns.
/// - Throws: The first `ArrayError` in `body`, or any error it throws itself.
public func checked<Result>(_ body: () throws -> Result) throws -> Result {
  let scope = ErrorScope()
  let result = try ErrorScope.$current.withValue(scope) {
    do {
      return try body()
    } catch {
      // The mistake came first; what the body throws may be its consequence.
      if let first = scope.first { throw first }
      throw error
    }
  }
  if let first = scope.first { throw first }
  return result
}

/// Collects the mistakes made inside one `checked` call.
final class ErrorScope: Sendable {
  @TaskLocal static var current: ErrorScope?

  private struct State {
    var first: ArrayError?
    var reads = 0
  }
  private let state = Mutex(State())

  var first: ArrayError? { state.withLock(\.first) }

  func record(_ error: ArrayError) {
    state.withLock { if $0.first == nil { $0.first = error } }
  }

  /// A loop that waits for a failed array's value to change would never end; this many reads
  /// say that it is one.
  static let readLimit = 1_000_000

  func countRead() -> Bool {
    state.withLock {
      $0.reads += 1
      return $0.reads <= Self.readLimit
    }
  }
}

extension ArrayError {
  /// Traps with the message, or hands the error to the enclosing `checked` and returns.
  @inline(never)
  package static func report(_ error: ArrayError) {
    guard let scope = ErrorScope.current else { fatalError(error.description) }
    scope.record(error)
  }

  /// Called when the value of a failed array is read inside `checked`.
  static func reportRead() {
    guard let scope = ErrorScope.current, scope.countRead() else {
      let first =
        ErrorScope.current?.first?.description ?? "[item] the array is the result of an error"
      fatalError(first + " (its value was read outside `checked`, or over and over)")
    }
  }
}
