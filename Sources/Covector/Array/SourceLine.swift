// Lines of the user's program: which one led to an error or to an operation. The calls under way are kept as
// addresses, and looked up in the program's debug information only when somebody asks.

import Synchronization

#if os(Linux) && canImport(Runtime)
  // The static form of `Runtime` does not link without it.
  import Glibc
  // Its interface for tools is needed to look up one address, where the public one takes all or none.
  @_spi(Internal) import Runtime
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
    /// The lines of addresses that were looked up; each takes some 20 ms.
    private static let known = Mutex<[UInt64: SourceLine?]>([:])
    private static let knownLimit = 10_000

    private let backtrace: Backtrace?

    /// Captures the calls that led here.
    init() {
      backtrace = try? Backtrace.capture(limit: 64, offset: 1, top: 0, images: Self.images)
    }

    private func findLine() -> SourceLine? {
      // Names alone come fast; lines are looked up only for what is not ours by its name.
      guard let backtrace, let named = backtrace.symbolicated(with: Self.images, options: [])
      else { return nil }
      for (frame, symbolicated) in zip(backtrace.frames, named.frames) {
        if let name = symbolicated.symbol?.rawName, Self.isOurs(name) { continue }
        guard let address = UInt64(frame.originalProgramCounter) else { continue }
        let line: SourceLine?
        if let found = Self.known.withLock({ $0[address] }) {
          line = found
        } else {
          line = Self.line(at: address, backtrace.architecture)
          Self.known.withLock {
            if $0.count >= Self.knownLimit { $0 = [:] }
            $0[address] = .some(line)
          }
        }
        if let line { return line }
      }
      return nil
    }

    /// The innermost line at an address that is not of the library, of a macro or of the compiler.
    private static func line(at address: UInt64, _ architecture: String) -> SourceLine? {
      let one = Backtrace(
        architecture: architecture, frames: [RichFrame<UInt64>.returnAddress(address)],
        images: images)
      let options: Backtrace.SymbolicationOptions = [.showInlineFrames, .showSourceLocations]
      guard let symbolicated = one.symbolicated(with: images, options: options) else { return nil }
      for frame in symbolicated.frames {
        guard let symbol = frame.symbol, let place = symbol.sourceLocation, place.line > 0,
          !isOurs(symbol.rawName), !place.path.hasPrefix(folder),
          !place.path.contains("/<"), !place.path.contains("@__swiftmacro")
        else { continue }
        return SourceLine(file: place.path, line: place.line)
      }
      return nil
    }

    /// Whether a function of that name is one of the package's libraries.
    private static func isOurs(_ name: String) -> Bool {
      prefixes.contains { name.hasPrefix($0) }
    }

    /// How the names of the libraries' functions begin.
    private static let prefixes = ["$s8Covector", "$s13CovectorFiles", "$s18CovectorOptimizers"]
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

  /// How the paths of the libraries' sources begin.
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/")
  }()
}
