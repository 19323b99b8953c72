// The page of coverage: operations by laws, made from a report.

import Covector

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
    page += "\n## Exceptions\n\n" + exceptions
    return page
  }

  private static func count(_ cells: [Sweep.Cell]) -> String {
    let passed = cells.count { $0.verdict == .holds }
    let broken = cells.count { $0.failure != nil }
    if passed + broken == 0 { return "–" }
    return broken == 0 ? "\(passed)" : "\(passed) of \(passed + broken)"
  }

  /// The samples a law was not tried on, and why, one line for each operation and reason.
  private var exceptions: String {
    var lines: [String] = []
    for entry in entries {
      var laws: [String: [String]] = [:]
      for cell in cells where cell.operation == entry.name {
        guard case .excused(let reason) = cell.verdict else { continue }
        if laws[reason]?.contains(cell.law) != true { laws[reason, default: []].append(cell.law) }
      }
      for sample in entry.samples where sample.exceptions.contains(.batchBits) {
        let reason = sample.reason.isEmpty ? OpEntry.Exceptions.batchBits.reason : sample.reason
        laws[reason] = (laws[reason] ?? []).filter { $0 != "vmap" } + ["vmap"]
      }
      for sample in entry.samples where sample.oracle == nil {
        laws["no independent source computes it"] = ["value"]
      }
      for (reason, laws) in laws.sorted(by: { $0.key < $1.key }) {
        let bits = laws.contains("vmap") ? " (within a tolerance, not bit for bit)" : ""
        lines.append("- `\(entry.name)`, \(laws.joined(separator: ", "))\(bits): \(reason).")
      }
    }
    return lines.isEmpty ? "None.\n" : lines.joined(separator: "\n") + "\n"
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
