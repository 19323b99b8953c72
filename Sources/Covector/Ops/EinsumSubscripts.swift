// Reading the subscripts of an einsum: terms of labels, ellipses, and the output, given or implied.

/// One axis of an operand of einsum.
enum EinsumLabel: Hashable, Comparable {
  /// An axis under an ellipsis, counted from the last of them.
  case broadcast(Int)
  /// An axis named by an ASCII letter.
  case letter(UInt8)

  /// As users write it.
  var description: String {
    switch self {
    case .broadcast: "..."
    case .letter(let code): String(UnicodeScalar(code))
    }
  }
}

/// Subscripts such as `ij,jk->ik`, read but not yet compared with operands.
struct EinsumSubscripts {
  /// The labels of one operand, or of the output, and where they stand.
  struct Term {
    var letters: [(label: EinsumLabel, position: Int)] = []
    /// How many letters come before the ellipsis; `nil` where there is none.
    var ellipsis: Int?
    /// Where the term starts in the text.
    var position: Int
  }

  let text: String
  private(set) var operands: [Term] = []
  private(set) var output: Term?

  init(_ text: String) throws(ArrayError) {
    self.text = text
    let characters = Array(text)
    var term = Term(position: 0)
    var isOutput = false
    var index = 0
    while index < characters.count {
      let character = characters[index]
      switch character {
      case " ":
        index += 1
      case ",":
        if isOutput { throw Self.error("',' after '->'", at: index, text, "one output is named") }
        operands.append(term)
        index += 1
        term = Term(position: index)
      case "-":
        guard index + 1 < characters.count, characters[index + 1] == ">" else {
          throw Self.error("'-' without '>'", at: index, text, "'->' comes before the output")
        }
        if isOutput { throw Self.error("a second '->'", at: index, text, "one output is named") }
        operands.append(term)
        isOutput = true
        index += 2
        term = Term(position: index)
      case ".":
        guard index + 2 < characters.count, characters[index + 1] == ".",
          characters[index + 2] == "."
        else {
          throw Self.error("a stray '.'", at: index, text, "an ellipsis is written '...'")
        }
        if term.ellipsis != nil {
          throw Self.error("a second '...'", at: index, text, "each term may have one")
        }
        term.ellipsis = term.letters.count
        index += 3
      default:
        guard let code = character.asciiValue, character.isLetter else {
          throw Self.error(
            "unexpected '\(character)'", at: index, text,
            "axes are named by the letters a-z and A-Z")
        }
        term.letters.append((.letter(code), index))
        index += 1
      }
    }
    if isOutput { output = term } else { operands.append(term) }
  }

  private static func error(
    _ what: String, at position: Int, _ text: String, _ rule: String
  ) -> ArrayError {
    ArrayError("einsum", "\(what) at position \(position) of '\(text)'; \(rule)")
  }

  /// The labels of every axis of the operands of these shapes, and of the output.
  func resolved(
    _ shapes: [[Int]]
  ) throws(ArrayError) -> (operands: [[EinsumLabel]], output: [EinsumLabel]) {
    guard operands.count == shapes.count else {
      throw ArrayError(
        "einsum",
        "'\(text)' names \(operands.count) operands, but \(shapes.count) were given")
    }
    var resolved: [[EinsumLabel]] = []
    var broadcast = 0
    for (number, (term, shape)) in zip(operands, shapes).enumerated() {
      let hidden = shape.count - term.letters.count
      guard hidden == 0 || (hidden > 0 && term.ellipsis != nil) else {
        throw ArrayError(
          "einsum",
          "operand \(number) has \(shape.count) axes, \(shape), but its term at position "
            + "\(term.position) of '\(text)' names \(term.letters.count)")
      }
      broadcast = max(broadcast, hidden)
      resolved.append(Self.labels(term, hidden: hidden))
    }
    return (resolved, try outputLabels(resolved, broadcast: broadcast))
  }

  private static func labels(_ term: Term, hidden: Int) -> [EinsumLabel] {
    let letters = term.letters.map(\.label)
    guard let place = term.ellipsis else { return letters }
    let ellipsis = (0..<hidden).reversed().map { EinsumLabel.broadcast($0) }
    return letters[..<place] + ellipsis + letters[place...]
  }

  private func outputLabels(
    _ inputs: [[EinsumLabel]], broadcast: Int
  ) throws(ArrayError) -> [EinsumLabel] {
    guard let output else {
      // The axes under ellipses, then the letters that come once, in the order of the alphabet.
      var counts: [EinsumLabel: Int] = [:]
      for case .letter(let code) in inputs.joined() { counts[.letter(code), default: 0] += 1 }
      let once = counts.filter { $0.value == 1 }.keys.sorted()
      return (0..<broadcast).reversed().map { EinsumLabel.broadcast($0) } + once
    }
    let known = Set(inputs.joined())
    var seen: Set<EinsumLabel> = []
    for (label, position) in output.letters {
      guard known.contains(label) else {
        throw Self.error(
          "output label '\(label.description)'", at: position, text,
          "it names no axis of an operand")
      }
      guard seen.insert(label).inserted else {
        throw Self.error(
          "output label '\(label.description)' again", at: position, text,
          "each axis of the output has a letter of its own")
      }
    }
    guard broadcast == 0 || output.ellipsis != nil else {
      throw Self.error(
        "no '...' in the output", at: output.position, text,
        "the operands have \(broadcast) axes under theirs")
    }
    return Self.labels(output, hidden: broadcast)
  }
}
