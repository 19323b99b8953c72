// The generated functions are those that the script in Tools would write now.

import Foundation
import Testing

@Suite struct SurfaceTests {
  @Test func generatedFileIsCurrent() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = root.appending(path: "Tools/generate-surface")
    process.arguments = ["--check"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "run Tools/generate-surface")
  }
}
