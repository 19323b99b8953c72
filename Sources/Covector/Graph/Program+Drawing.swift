// A program as a picture: for Graphviz, and as an SVG that needs nothing else.

extension Program {
  /// The program in the language of Graphviz: a box for each input, captured array, operation and output.
  public var dot: String {
    let drawing = ProgramDrawing(self)
    var text = "digraph program {\n  node [shape=box, style=\"rounded,filled\", fillcolor=white];\n"
    for (number, box) in drawing.boxes.enumerated() {
      text +=
        "  n\(number) [label=\"\(box.title.escapedForDot)\\n\(box.detail.escapedForDot)\", "
        + "fillcolor=\"\(box.kind.color)\"];\n"
    }
    for edge in drawing.edges { text += "  n\(edge.from) -> n\(edge.to);\n" }
    return text + "}\n"
  }

  /// A picture of the program, as a file of its own: a box for each input, operation and output.
  public var svg: String { Program.svg([("", self)]) }

  /// A picture of several programs side by side, such as a function before and after a transform.
  public static func svg(_ programs: [(title: String, program: Program)]) -> String {
    var (left, height, body) = (0, 0, "")
    for (title, program) in programs {
      let picture = ProgramPicture(ProgramDrawing(program))
      body += "<g transform=\"translate(\(left), 0)\">\n"
      if !title.isEmpty {
        body += "<text x=\"16\" y=\"22\" font-weight=\"bold\">\(title.escapedForXML)</text>\n"
      }
      body += picture.body + "</g>\n"
      left += picture.width
      height = Swift.max(height, picture.height)
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left)" height="\(height)" \
      viewBox="0 0 \(left) \(height)" font-family="ui-monospace, monospace" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(body)</svg>

      """
  }
}

/// The boxes and arrows of a picture.
struct ProgramDrawing {
  enum Kind {
    case input, capture, operation, output

    var color: String {
      switch self {
      case .input: "#dbeafe"
      case .capture: "#e5e7eb"
      case .operation: "#ffffff"
      case .output: "#dcfce7"
      }
    }
  }

  struct Box {
    let kind: Kind
    let title: String
    let detail: String
  }

  private(set) var boxes: [Box] = []
  private(set) var edges: [(from: Int, to: Int)] = []

  init(_ program: Program) {
    let listing = ProgramListing(program)
    // The box that makes each value.
    var maker = [Int?](repeating: nil, count: program.values.count)
    func add(_ kind: Kind, _ title: String, _ types: some Sequence<Int>) -> Int {
      let types = types.map { "\(program.values[$0].type)" }
      boxes.append(Box(kind: kind, title: title, detail: types.joined(separator: ", ")))
      return boxes.count - 1
    }
    for number in listing.inputs {
      maker[number] = add(.input, program.inputName(number), [number])
    }
    for number in listing.captures { maker[number] = add(.capture, "captured", [number]) }
    for operation in program.computing {
      let results = operation.result..<(operation.result + operation.node.resultCount)
      let box = add(.operation, operation.node.primitive.name, results)
      for result in results { maker[result] = box }
      for operand in operation.operands {
        if let from = maker[listing.source(of: operand)] { edges.append((from, box)) }
      }
    }
    for (place, output) in program.outputs.enumerated() {
      let name = program.outputs.count == 1 ? "result" : "result \(place)"
      let box = add(.output, name, [output])
      if let from = maker[listing.source(of: output)] { edges.append((from, box)) }
    }
  }
}

/// Boxes in rows, each below all that it reads.
private struct ProgramPicture {
  private static let (rowHeight, boxHeight, gap, margin) = (72, 40, 18, 36)

  private(set) var width = 0
  private(set) var height = 0
  private(set) var body = ""

  init(_ drawing: ProgramDrawing) {
    let rows = Self.rows(drawing)
    let widths = drawing.boxes.map { Swift.max($0.title.count, $0.detail.count) * 8 + 20 }
    let rowWidths = rows.map { row in row.reduce(-Self.gap) { $0 + widths[$1] + Self.gap } }
    width = (rowWidths.max() ?? 0) + 2 * Self.margin
    height = rows.count * Self.rowHeight + Self.margin
    var places = [(x: Int, y: Int)](repeating: (0, 0), count: drawing.boxes.count)
    for (number, row) in rows.enumerated() {
      var x = (width - rowWidths[number]) / 2
      for box in row {
        places[box] = (x, number * Self.rowHeight + Self.margin)
        x += widths[box] + Self.gap
      }
    }
    for edge in drawing.edges {
      let (x, y) = (
        places[edge.from].x + widths[edge.from] / 2, places[edge.from].y + Self.boxHeight
      )
      let (toX, toY) = (places[edge.to].x + widths[edge.to] / 2, places[edge.to].y)
      let bend = (toY - y) / 2
      body +=
        "<path d=\"M\(x) \(y) C\(x) \(y + bend) \(toX) \(toY - bend) \(toX) \(toY)\" "
        + "fill=\"none\" stroke=\"#6b7280\"/>\n"
    }
    for (number, box) in drawing.boxes.enumerated() {
      let (x, y) = places[number]
      let middle = x + widths[number] / 2
      body += """
        <rect x="\(x)" y="\(y)" width="\(widths[number])" height="\(Self.boxHeight)" rx="6" \
        fill="\(box.kind.color)" stroke="#374151"/>
        <text x="\(middle)" y="\(y + 17)" text-anchor="middle">\(box.title.escapedForXML)</text>
        <text x="\(middle)" y="\(y + 32)" text-anchor="middle" fill="#6b7280" \
        font-size="10">\(box.detail.escapedForXML)</text>

        """
    }
  }

  /// The boxes of each row, those that share neighbours close together.
  private static func rows(_ drawing: ProgramDrawing) -> [[Int]] {
    var level = [Int](repeating: 0, count: drawing.boxes.count)
    // Every box comes after those it reads, so one pass finds the longest way to each.
    for edge in drawing.edges { level[edge.to] = Swift.max(level[edge.to], level[edge.from] + 1) }
    var first = [Int](repeating: Int.max, count: drawing.boxes.count)
    for edge in drawing.edges { first[edge.from] = Swift.min(first[edge.from], level[edge.to]) }
    for (number, box) in drawing.boxes.enumerated() where box.kind == .capture {
      level[number] = first[number] == Int.max ? 0 : first[number] - 1
    }
    var rows = [[Int]](repeating: [], count: (level.max() ?? -1) + 1)
    for number in drawing.boxes.indices { rows[level[number]].append(number) }
    var place = [Double](repeating: 0, count: drawing.boxes.count)
    var readers = [[Int]](repeating: [], count: drawing.boxes.count)
    for edge in drawing.edges { readers[edge.to].append(edge.from) }
    for row in rows.indices {
      let mean = rows[row].map { box -> Double in
        let above = readers[box]
        if above.isEmpty { return 0.5 }
        return above.reduce(0) { $0 + place[$1] } / Double(above.count)
      }
      rows[row] = zip(rows[row], mean).sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
      for (position, box) in rows[row].enumerated() {
        place[box] = (Double(position) + 0.5) / Double(rows[row].count)
      }
    }
    return rows
  }
}

extension String {
  fileprivate var escapedForDot: String {
    reduce(into: "") { text, character in
      if character == "\"" || character == "\\" { text.append("\\") }
      text.append(character)
    }
  }

  fileprivate var escapedForXML: String {
    reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
  }
}
