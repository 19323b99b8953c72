// Lines of the user's program: which one led to an error or to an operation. The calls under way are kept as
// addresses, and looked up in the program's debug information only when somebody asks.

import Synchronization

#if os(Linux) && canImport(Runtime)
  // The static form of `Runtime` does not link without it.
  import Glibc
  import Runtime
#endif

/// A line of a source file.
public struct SourceLine: Hashable, Sendable, CustomStringConvertible {
  /// The path of the file, as the compiler was given it.
  public let file: String
  /// The line, from 1.
  public let line: Int

  /// The name of the file and the line: `Model.swift:12`.
  public var description: String {
    "\(file.split(separator: "/").last ?? "?"):\(line)"
  }
}

/// The calls under way on this thread at one moment.
final class CallStack: Sendable {
  private let found = Mutex<SourceLine??>(nil)

  #if os(Linux) && canImport(Runtime)
    /// Where code lies in memory; without it each capture reads this anew, ten times slower.
    private static let images = ImageMap.capture()

    private let backtrace: Backtrace?

    /// Captures the calls that led here.
    init() {
      backtrace = try? Backtrace.capture(limit: 64, offset: 1, top: 0, images: Self.images)
    }

    private func findLine() -> SourceLine? {
      guard let symbolicated = backtrace?.symbolicated(with: Self.images) else { return nil }
      for frame in symbolicated.frames {
        guard let symbol = frame.symbol, let place = symbol.sourceLocation else { continue }
        let isOurs = place.path.hasPrefix(Self.folder) || symbol.rawName.hasPrefix("$s8Covector")
        if isOurs || place.line <= 0 || place.path.hasPrefix("<") { continue }
        return SourceLine(file: place.path, line: place.line)
      }
      return nil
    }
  #else
    private func findLine() -> SourceLine? { nil }
  #endif

  /// The line of the innermost call that is not the library's; `nil` without debug information.
  var line: SourceLine? {
    if let known = found.withLock({ $0 }) { return known }
    let line = findLine()
    found.withLock { $0 = line }
    return line
  }

  /// The folder of the library's sources.
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/"
  }()
}
