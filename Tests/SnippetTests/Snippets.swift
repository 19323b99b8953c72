// What the snippets of the documentation are checked with, and that all of them are.

import Foundation
import Testing

/// Checks what a snippet says that it prints.
func shows(
  _ values: Any..., as expected: String, _ location: SourceLocation = #_sourceLocation
) {
  let text = values.map { "\($0)" }.joined(separator: " ")
  #expect(text == expected, sourceLocation: location)
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
