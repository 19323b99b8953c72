// Writes the snippets of the documentation as tests: every ```swift block of the articles and the README
// is run, and what a `print` shows is compared with the comment below it.
//
//     swift Tools/generate-snippets.swift           # writes Tests/SnippetTests/Snippets.generated.swift
//     swift Tools/generate-snippets.swift --check   # fails where that file is not current

import Foundation

let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
let target = root.appending(path: "Tests/SnippetTests/Snippets.generated.swift")
let catalogue = root.appending(path: "Sources/Covector/Covector.docc")

/// The lines of the Swift blocks of a page, in order.
func snippets(_ page: String) -> [String] {
  var lines: [String] = []
  var isInside = false
  for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.hasPrefix("```") {
      if isInside { lines.append("") }
      isInside = !isInside && line == "```swift"
    } else if isInside, !line.hasPrefix("import ") {
      lines.append(String(line))
    }
  }
  return lines
}

/// The lines with every `print` that has an expectation below it, or beside it, turned into a check.
func checked(_ lines: [String], _ page: String) -> [String] {
  var result: [String] = []
  var index = 0
  while index < lines.count {
    let line = lines[index]
    let code = line.drop { $0 == " " }
    let indent = String(line.prefix(line.count - code.count))
    index += 1
    guard code.hasPrefix("print(") else {
      // What a snippet writes goes with the test.
      result.append(
        line.replacingOccurrences(of: "let path = \"", with: "let path = folder.path + \""))
      continue
    }
    var expected: [String] = []
    var call = String(code)
    if let comment = code.range(of: ")  // ", options: .backwards) {
      expected = [String(code[comment.upperBound...])]
      call = String(code[..<comment.lowerBound]) + ")"
    } else {
      while index < lines.count, lines[index].hasPrefix(indent + "// ") {
        expected.append(String(lines[index].dropFirst(indent.count + 3)))
        index += 1
      }
    }
    if expected.isEmpty {
      result.append(line)
    } else {
      let arguments = call.dropFirst("print(".count).dropLast()
      result.append("\(indent)shows(")
      result.append("\(indent)  \(arguments),")
      result.append("\(indent)  as: #\"\"\"")
      result += expected.map { "\(indent)    \($0)" }
      result.append("\(indent)    \"\"\"#)")
    }
  }
  return result
}

let articles = try FileManager.default.contentsOfDirectory(
  at: catalogue, includingPropertiesForKeys: nil
).filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }

var output = """
  // Written by Tools/generate-snippets.swift from the articles and the README. Do not edit.
  // swift-format-ignore-file

  import Covector
  import CovectorFiles
  import CovectorOptimizers
  import CovectorTesting
  import Testing

  @Suite struct SnippetTests {

  """
for page in articles + [root.appending(path: "README.md")] {
  let name = page.deletingPathExtension().lastPathComponent
  let lines = checked(snippets(try String(contentsOf: page, encoding: .utf8)), name)
  if lines.isEmpty { continue }
  output += "\n  @Test func \(name.prefix(1).lowercased() + name.dropFirst())() throws {\n"
  if lines.contains(where: { $0.contains("folder.path") }) {
    output += "    let folder = try Folder()\n    defer { folder.remove() }\n"
  }
  output += lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
  output += "\n  }\n"
}
output += "}\n"

if CommandLine.arguments.contains("--check") {
  guard try String(contentsOf: target, encoding: .utf8) == output else {
    print("\(target.path) is not current: run swift Tools/generate-snippets.swift")
    exit(1)
  }
} else {
  try output.write(to: target, atomically: true, encoding: .utf8)
}
