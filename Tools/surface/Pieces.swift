// The pieces that the sections of the surface are made of.

import Foundation

let maxArguments = 5
let maxResults = 4
let maxPlain = 3

/// The arguments or results of one overload.
struct Parts {
  let letter: String
  let count: Int
  /// Whether all are plain arrays.
  var isPlain = false

  var types: [String] {
    if isPlain { return Array(repeating: "NDArray", count: count) }
    return count == 1 && letter == "R" ? ["R"] : (0..<count).map { "\(letter)\($0)" }
  }
  var generics: [String] { isPlain ? [] : types.map { "\($0): ArrayTree" } }
  var list: String { types.joined(separator: ", ") }
  /// The type of a value with all of them.
  var tuple: String { count == 1 ? types[0] : "(\(list))" }
  var wrapper: String { "Trees\(count)" }
  /// The names of closure parameters.
  var names: [String] { (0..<count).map { "\(letter.lowercased())\($0)" } }
  /// The shorthand names of closure parameters.
  var shorthand: String { (0..<count).map { "$\($0)" }.joined(separator: ", ") }
  /// The parts of a wrapped value.
  func parts(of value: String) -> String {
    (0..<count).map { "\(value).part\($0)" }.joined(separator: ", ")
  }
  /// Wraps a value with all of them.
  func wrapping(_ value: String) -> String {
    count == 1 ? "\(wrapper)(\(value))" : "\(wrapper)(of: \(value))"
  }
}

var text = """
  // Written by Tools/generate-surface; changes belong there. The public functions over the
  // transforms, one for each number of arguments and results. No logic here: that is in
  // Vectorize+Trees, Compile, Differentiate+Trees, Jacobian and Programs.


  """

func section(_ title: String) { text += "// MARK: - \(title)\n\n" }

/// The lines of a comment, broken anew at 96 columns; items of lists keep their indentation.
func filled(_ documentation: String) -> [String] {
  var lines: [String] = []
  var indentation = ""
  for line in documentation.components(separatedBy: "\n") {
    let words = line.split(separator: " ").map(String.init)
    let isItem = words.first == "-"
    if isItem || words.isEmpty || lines.last?.isEmpty ?? true {
      let lead = String(line.prefix { $0 == " " })
      indentation = isItem ? lead + "  " : lead
      lines.append(line.isEmpty ? "" : lead)
    }
    for word in words {
      let last = lines[lines.count - 1]
      let isStart = last.allSatisfy { $0 == " " }
      if !isStart, last.count + word.count >= 96 {
        lines.append(indentation + word)
      } else {
        lines[lines.count - 1] = last + (isStart ? "" : " ") + word
      }
    }
  }
  return lines
}

/// The pieces on one line where they fit after `head`, else one on each line.
func wrapped(_ head: String, _ pieces: [String], _ tail: String) -> String {
  let line = head + pieces.joined(separator: ", ") + tail
  if line.count <= 100 { return line }
  let inner = "  " + pieces.joined(separator: ", ")
  if inner.count <= 100 { return "\(head)\n\(inner)\n\(tail)" }
  return "\(head)\n" + pieces.map { "  \($0)" }.joined(separator: ",\n") + "\n\(tail)"
}

func emit(
  _ documentation: String, disfavoured: Bool = false, _ name: String, _ generics: [String],
  _ parameters: [String], _ result: String, _ body: String
) {
  for line in filled(documentation) { text += line.isEmpty ? "///\n" : "/// \(line)\n" }
  if disfavoured { text += "@_disfavoredOverload\n" }
  let head =
    generics.isEmpty
    ? "public func \(name)(" : wrapped("public func \(name)<", generics, ">(")
  let list = "  " + parameters.joined(separator: ", ")
  let lines = list.count <= 100 ? list : parameters.map { "  \($0)" }.joined(separator: ",\n")
  let arrow = ") -> \(result) {"
  let broken =
    arrow.count <= 100
    ? arrow
    : arrow.replacingOccurrences(of: "(value: ", with: "(\n  value: ")
      .replacingOccurrences(of: ")) {", with: ")\n) {")
  text += "\(head)\n\(lines)\n\(broken)\n"
  text += body.split(separator: "\n").map { "  \($0)\n" }.joined() + "}\n\n"
}

/// Calls `body` for every pair of argument and result counts, then for plain arrays.
///
/// The first call of all gets the whole documentation, the others the summary.
func overloads(
  _ documentation: String, results: Int = maxResults,
  _ body: (_ documentation: String, _ arguments: Parts, _ results: Parts) -> Void
) {
  let summary = documentation.split(separator: "\n")[0]
  var isFirst = true
  for resultCount in 1...results {
    for count in 1...maxArguments {
      body(
        isFirst ? documentation : String(summary), Parts(letter: "A", count: count),
        Parts(letter: "R", count: resultCount))
      isFirst = false
    }
  }
  for count in 1...maxPlain {
    body(
      String(summary), Parts(letter: "A", count: count, isPlain: true),
      Parts(letter: "R", count: 1, isPlain: true))
  }
}

/// The user's function called on the parts of a wrapped value, its results wrapped.
func call(_ arguments: Parts, _ results: Parts) -> String {
  results.wrapping("function(\(arguments.parts(of: "$0")))")
}

func role(_ results: Parts) -> String { results.count == 1 ? ".result" : ".results" }
