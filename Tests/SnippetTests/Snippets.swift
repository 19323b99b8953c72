// What the snippets of the documentation are checked with, and that all of them are.

import Foundation
import Testing

/// Checks what a snippet says that it prints, but for the line that an error names: that is the reader's own.
func shows(
  _ values: Any..., as expected: String, _ location: SourceLocation = #_sourceLocation
) {
  let text = values.map { "\($0)" }.joined(separator: " ")
    .replacing(#/ \(at [A-Za-z.]+:\d+\)/#, with: "")
    .replacing(#/, at [A-Za-z.]+:\d+\)/#, with: ")")
  #expect(text == expected, sourceLocation: location)
}

/// A folder for what a snippet writes.
struct Folder {
  /// Its path, with the separator at the end.
  let path = FileManager.default.temporaryDirectory.appending(
    path: "covector-\(UUID().uuidString)/"
  )
  .path(percentEncoded: false)

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct SnippetFileTests {
  @Test func generatedFileIsCurrent() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swift", root.appending(path: "Tools/generate-snippets.swift").path, "--check",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "run swift Tools/generate-snippets.swift")
  }
}
