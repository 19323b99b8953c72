// The page of coverage: operations by laws, made from a report.

import Covector
import CovectorValues

extension Report {
  /// A Markdown page of what was tried on each operation and what was not, and why.
  public var coveragePage: String {
    var page = """
      # Coverage

      Made by `swift run -c release sweep --coverage Docs/Coverage.md`; do not edit.

      \(entries.count) operations, \(tried.count) cells, \(passed) passed. A cell is one law on one
      sample of one operation. Each entry of the table is the number of samples that obey the law, "of"
      how many where some do not; `–` where the law says nothing about the operation (a function
      without a derivative has no tangent to compare).

      ## Laws


      """
    for law in laws { page += "- **\(law.name)**: \(law.statement)\n" }
    page += "\n## Operations\n\n"
    page += "| operation | dtypes | \(laws.map(\.name).joined(separator: " | ")) |\n"
    page += "| --- | --- |" + laws.map { _ in " --- |" }.joined() + "\n"
    let byOperation = Dictionary(grouping: cells, by: \.operation)
    for entry in entries {
      let cells = byOperation[entry.name] ?? []
      let counts = laws.map { law in Self.count(cells.filter { $0.law == law.name }) }
      page += "| `\(entry.name)` | \(Self.names(entry.dtypes)) | "
      page += counts.joined(separator: " | ") + " |\n"
    }
    page += """

      ## Exceptions

      What is not compared, or less closely, on some samples of these operations. The transforms are run all the
      same.


      """
    page += exceptions
    return page
  }

  private static func count(_ cells: [Sweep.Cell]) -> String {
    let passed = cells.count { $0.verdict == .holds }
    let broken = cells.count { $0.failure != nil }
    if passed + broken == 0 { return "–" }
    return broken == 0 ? "\(passed)" : "\(passed) of \(passed + broken)"
  }

  /// What was not tried, or less closely, on samples of which operations, and why: a line for each reason.
  private var exceptions: String {
    var operations: [String: [String]] = [:]
    var reasons: [String] = []
    func note(_ operation: String, _ what: String, _ reason: String) {
      let line = "\(what): \(reason)"
      if operations[line] == nil { reasons.append(line) }
      if operations[line]?.last != operation { operations[line, default: []].append(operation) }
    }
    let excused = Dictionary(grouping: cells, by: \.operation)
    for entry in entries {
      for sample in entry.samples {
        if sample.oracle == nil {
          note(entry.name, "Values", "no independent source computes them")
        }
        if sample.tolerance > 1e-12 {
          note(
            entry.name, "Values within \(sample.tolerance) in place of 1e-12",
            "rounding grows with the condition of a matrix, or over the steps of a loop")
        }
        if sample.exceptions.contains(.batchBits) {
          let reason = sample.reason.isEmpty ? OpEntry.Exceptions.batchBits.reason : sample.reason
          note(entry.name, "Bits of mapped calls, which are compared within a tolerance", reason)
        }
      }
      for cell in excused[entry.name] ?? [] {
        guard case .excused(let reason) = cell.verdict else { continue }
        switch cell.law {
        case "value": note(entry.name, "Values", reason)
        case "second order": note(entry.name, "Second derivatives", reason)
        default: note(entry.name, "Derivatives", reason)
        }
      }
    }
    if reasons.isEmpty { return "None.\n" }
    return reasons.sorted().map { line in
      "- \(line): " + (operations[line] ?? []).map { "`\($0)`" }.joined(separator: ", ") + ".\n"
    }.joined()
  }

  /// A set of dtypes by the name of the set, where it has one.
  private static func names(_ dtypes: Set<DType>) -> String {
    let groups: [(String, Set<DType>)] = [
      ("all", .all), ("numbers", .numbers), ("ordered", .ordered), ("inexact", .inexact),
      ("floats", .floats), ("complex", .complexes), ("integers", .integers),
    ]
    if let group = groups.first(where: { $0.1 == dtypes }) { return group.0 }
    var rest = dtypes
    var names: [String] = []
    for (name, members) in groups where members.isSubset(of: rest) {
      names.append(name)
      rest.subtract(members)
    }
    return (names + DType.allCases.filter(rest.contains).map(\.description)).joined(separator: ", ")
  }
}
