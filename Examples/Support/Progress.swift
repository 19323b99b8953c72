// What long work says while it runs, and how it is asked to stop.

package import Foundation
import Synchronization

/// A mistake of the user's, said as it is.
package struct UserError: LocalizedError, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
  package var errorDescription: String? { description }
}

/// Prints at once, also where the output is not a terminal.
package func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

/// Makes a folder, and those it is in, where they are not there.
package func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw UserError("The folder “\(path)” cannot be made.")
  }
}

/// Writes a file and makes its folder.
package func save(_ content: Data, to path: String) throws {
  let url = URL(filePath: path)
  try makeFolder(url.deletingLastPathComponent().path(percentEncoded: false))
  do {
    try content.write(to: url, options: .atomic)
  } catch {
    throw UserError("“\(path)” cannot be written.")
  }
}

/// Writes a file of text and makes its folder.
package func save(_ content: String, to path: String) throws {
  try save(Data(content.utf8), to: path)
}

/// A line on the terminal with the share that is done, the time gone by and the time that remains.
///
/// Where standard error is not a terminal, a line every ten seconds.
package struct Progress {
  private let total: Int
  private let first: Int
  private let start = ContinuousClock.now
  private var latest: ContinuousClock.Instant?
  private let isTerminal = isatty(STDERR_FILENO) == 1

  /// Starts the clock; `first` steps of the total were done before.
  package init(total: Int, from first: Int = 0) {
    (self.total, self.first) = (total, first)
  }

  /// Says that so many steps are done, now and then.
  package mutating func show(_ done: Int, _ text: @autoclosure () -> String = "") {
    let now = ContinuousClock.now
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
    if now - (latest ?? start) < pause { return }
    latest = now
    let gone = now - start
    let speed = Double(done - first) / (gone / .seconds(1))
    let remaining = speed > 0 ? clock(Double(total - done) / speed) : "?"
    let line = "\(done)/\(total) \(text()) · \(clock(gone / .seconds(1))) gone, \(remaining) to go"
    write(isTerminal ? "\r\u{1b}[2K\(line)" : "\(line)\n")
  }

  /// Takes the line away.
  package func clear() {
    if isTerminal { write("\r\u{1b}[2K") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Seconds as minutes and seconds.
package func clock(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
}

/// Whether the user has asked the work to stop, with Control-C.
///
/// The first time lets the work come to an end in good order; the second ends the process.
package enum Interruption {
  private static let requested = Atomic(false)

  /// Starts to listen.
  package static func listen() {
    requested.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in
      Interruption.requested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    signal(SIGTERM) { _ in Interruption.requested.store(true, ordering: .relaxed) }
  }

  /// Whether it was asked for.
  package static var isRequested: Bool { requested.load(ordering: .relaxed) }
}
