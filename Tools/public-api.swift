// Lists the public interface, from the compiler's symbol graphs, and checks that all of it is documented.
//
//     swift Tools/public-api.swift FOLDER           # writes Docs/api.txt from the graphs in a folder
//     swift Tools/public-api.swift FOLDER --check   # fails where it differs, or a symbol has no words
//
// Tools/documentation makes the graphs and calls this.

import Foundation

struct Graph: Decodable {
  struct Symbol: Decodable {
    struct Kind: Decodable { let identifier: String }
    struct Fragment: Decodable { let spelling: String }
    struct Comment: Decodable { let lines: [Line] }
    struct Line: Decodable { let text: String }
    let kind: Kind
    let pathComponents: [String]
    let declarationFragments: [Fragment]?
    let docComment: Comment?

    var path: String { pathComponents.joined(separator: ".") }
    /// What a property wrapper makes has no place for words.
    var isMade: Bool { pathComponents.last?.hasPrefix("$") ?? true }
    var declaration: String {
      let text = (declarationFragments ?? []).map(\.spelling).joined()
      return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }
  let symbols: [Symbol]
}

guard CommandLine.arguments.count > 1 else {
  print("usage: swift Tools/public-api.swift FOLDER [--check]")
  exit(2)
}
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
let target = root.appending(path: "Docs/api.txt")
let folder = URL(filePath: CommandLine.arguments[1])
let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  .filter { $0.lastPathComponent.hasSuffix(".symbols.json") }

/// The symbols of each module, those it adds to other modules' types included.
var modules: [String: [Graph.Symbol]] = [:]
for file in files {
  let name = file.lastPathComponent.prefix { $0 != "@" && $0 != "." }
  let graph = try JSONDecoder().decode(Graph.self, from: Data(contentsOf: file))
  modules[String(name), default: []] += graph.symbols.filter { !$0.isMade }
}

var output = """
  The public interface, listed by Tools/documentation from the compiler's symbol graphs. A change here is a
  change users see: it goes with a line in CHANGELOG.md.

  """
var count = 0
var missing: [String] = []
for (module, symbols) in modules.sorted(by: { $0.key < $1.key }) {
  output += "\n# \(module)\n\n"
  let lines = symbols.map { "\($0.path)    \($0.declaration)" }
  output += lines.sorted().joined(separator: "\n") + "\n"
  count += symbols.count
  missing += symbols.filter { $0.docComment == nil }.map { "\(module): \($0.path)" }
}
print("\(count - missing.count) of \(count) public symbols are documented")
for symbol in missing.sorted() { print("  without words: \(symbol)") }

if CommandLine.arguments.contains("--check") {
  let listed = try String(contentsOf: target, encoding: .utf8)
  let difference = output.split(separator: "\n").difference(from: listed.split(separator: "\n"))
  for change in difference {
    switch change {
    case .insert(_, let line, _): print("  new: \(line)")
    case .remove(_, let line, _): print("  gone: \(line)")
    }
  }
  if !difference.isEmpty {
    print("the public interface has changed: Tools/documentation --update; and see CHANGELOG.md")
  }
  exit(difference.isEmpty && missing.isEmpty ? 0 : 1)
}
try output.write(to: target, atomically: true, encoding: .utf8)
