// The page of names: what its last column names exists.

import Foundation
import Testing

@Suite struct NamesTests {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Every public name of the library.
  static func declared() throws -> Set<String> {
    let sources = root.appending(path: "Sources/Covector")
    var names: Set<String> = []
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      let declaration =
        #/public (?:static |prefix |mutating |indirect )*(?:func|var|struct|enum) (\w+|\S+)/#
      for match in text.matches(of: declaration) { names.insert(String(match.1)) }
    }
    return names
  }

  /// The pieces of code in the last column, one by one.
  static func listed() throws -> [String] {
    try text("Docs/Names.md").split(separator: "\n").filter {
      $0.hasPrefix("| `") || $0.hasPrefix("| –")
    }
    .flatMap { line -> [String] in
      let cells = line.replacing("\\|", with: "OR").split(separator: " | ")
      return cells[cells.count - 1].matches(of: #/`([^`]+)`/#)
        .map { String($0.1).replacing("OR", with: "|") }
    }
  }

  @Test func everyNameExists() throws {
    let declared = try Self.declared()
    let listed = try Self.listed()
    #expect(listed.count > 300)
    for code in listed {
      // `x.at[i].adding(v)` names `adding`, `Random.key(seed)` `key`; operators are themselves.
      let call = code.prefix { $0 != "(" }
      let name = call.split(separator: ".").last.map(String.init) ?? code
      let isOperator = !code.contains(where: \.isLetter)
      if code.contains("[i] =") || code.contains(", ...,") { continue }
      let isKnown =
        isOperator
        ? declared.contains(code)
        : declared.contains(name) || (name == "NDArray" && code.hasPrefix("NDArray("))
      #expect(isKnown || ["-x", "+x"].contains(code), "\(code) is not a name of the library")
    }
  }
}
