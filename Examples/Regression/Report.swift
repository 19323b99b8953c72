// What is printed and written: the table, the list for programs, and the page of charts.

import ExampleSupport
import Foundation

/// The table on the terminal, a row at a time.
enum Table {
  static let header = row(
    "problem", "difficulty", "start", "iterations", "residual sum of squares", "digits", "ms")

  static let rule = String(repeating: "─", count: header.count)

  static func row(_ solution: Solution) -> String {
    row(
      solution.problem.name, solution.problem.difficulty, String(solution.start),
      String(solution.fit.iterations), scientific(solution.fit.sumOfSquares),
      roundedDown(solution.digits), String(format: "%.1f", solution.milliseconds))
  }

  private static func row(_ cells: String...) -> String {
    let widths = [-10, -10, 5, 10, 23, 6, 8]
    let padded = zip(cells, widths).map { cell, width in
      let space = String(repeating: " ", count: max(0, abs(width) - cell.count))
      return width < 0 ? cell + space : space + cell
    }
    return padded.joined(separator: "  ")
  }
}

func scientific(_ value: Double) -> String { String(format: "%.10E", value) }

/// Digits are not rounded up: 8.49 is less than 8.5.
func roundedDown(_ digits: Double) -> String {
  String(format: "%.1f", (digits * 10).rounded(.down) / 10)
}

/// The solutions as JSON.
func json(_ solutions: [Solution]) -> String {
  let rows = solutions.map { solution in
    let digits = String(format: "%.2f", (solution.digits * 100).rounded(.down) / 100)
    let milliseconds = String(format: "%.2f", solution.milliseconds)
    return """
      {"problem":"\(solution.problem.name)","start":\(solution.start),"digits":\(digits),\
      "iterations":\(solution.fit.iterations),"ms":\(milliseconds)}
      """
  }
  return "[" + rows.joined(separator: ",\n ") + "]"
}

/// The charts of all problems, and the page that shows them.
struct Page {
  let folder: URL
  private var sections: [String] = []
  private var rows: [String] = []

  /// Makes the folder.
  init(folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Writes the chart of a problem's best solution.
  mutating func add(_ solutions: [Solution]) throws {
    guard let best = solutions.min(by: { $0.fit.sumOfSquares < $1.fit.sumOfSquares }) else {
      return
    }
    let problem = best.problem
    let digits = solutions.map { roundedDown($0.digits) }.joined(separator: " and ")
    let squares = scientific(best.fit.sumOfSquares)
    let note = "residual sum of squares \(squares) · certified digits \(digits)"
    let file = "\(problem.name).svg"
    try write(best.chart(note: note).svg(), to: file)
    sections.append(
      """
      <figure id="\(escaped(problem.name))"><img src="\(file)" width="760" height="576" \
      alt="\(escaped("\(problem.name): \(best.model.formula)"))"></figure>
      """)
    for solution in solutions {
      rows.append(
        """
        <tr><td><a href="#\(escaped(problem.name))">\(escaped(problem.name))</a></td>\
        <td>\(problem.difficulty)</td><td>\(solution.start)</td>\
        <td>\(solution.fit.iterations)</td><td>\(scientific(solution.fit.sumOfSquares))</td>\
        <td>\(roundedDown(solution.digits))</td>\
        <td>\(String(format: "%.1f", solution.milliseconds))</td></tr>
        """)
    }
  }

  /// Writes the page, and tells where it is.
  func finish() throws -> String {
    let html = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>NIST nonlinear regression with Covector</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; color: #161b22; background: #f4f6f8; margin: 0 }
      main { max-width: 1560px; margin: 0 auto; padding: 32px 20px }
      h1 { font-size: 26px; margin: 0 0 8px }
      p { max-width: 46em }
      .charts { display: grid; gap: 20px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)) }
      figure { margin: 0; padding: 8px; background: #fff; border: 1px solid #dde2e8;
        border-radius: 8px }
      img { width: 100%; height: auto; display: block }
      table { border-collapse: collapse; background: #fff; margin: 16px 0 28px;
        font-variant-numeric: tabular-nums }
      th, td { padding: 4px 14px; border: 1px solid #dde2e8; text-align: right }
      th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left }
      </style>
      </head>
      <body><main>
      <h1>Nonlinear regression on the NIST reference problems</h1>
      <p>Each model is a plain function of its parameters and one point. Residual Jacobians come
      from <code>vmap</code> over the data of <code>valueAndGrad</code> of the model; the
      Levenberg–Marquardt method does the rest. Digits are those of the worst parameter that agree
      with the values NIST certifies to eleven digits
      (<a href="https://www.itl.nist.gov/div898/strd/">Statistical Reference Datasets</a>).</p>
      <table>
      <tr><th>problem</th><th>difficulty</th><th>start</th><th>iterations</th>\
      <th>residual sum of squares</th><th>digits</th><th>ms</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      <div class="charts">
      \(sections.joined(separator: "\n"))
      </div>
      </main></body>
      </html>

      """
    try write(html, to: "index.html")
    return folder.appendingPathComponent("index.html").relativePath
  }

  private func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(file))
  }
}
