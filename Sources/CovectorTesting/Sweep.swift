// The sweep: every law on every sample of every operation, and what came of it.

public import Covector
import Dispatch
import Synchronization

/// Tries every law on every sample of every operation of a list.
///
/// Whoever writes a primitive describes its calls in an `OpEntry` and has it tried under every
/// transform:
///
///     let report = Sweep([entry]).run()
///     print(report.summary)
public struct Sweep: Sendable {
  /// Makes a compiled function of one on flat lists of arrays.
  public typealias Compile =
    @Sendable (@escaping @Sendable ([NDArray]) -> [NDArray]) -> @Sendable ([NDArray]) -> [NDArray]

  /// The operations.
  public var entries: [OpEntry]
  /// Values from an independent source; without them, values are not compared.
  public var golden: Golden?
  /// The compiler that compiled and plain results are compared with.
  public var compile: Compile?

  /// Makes a sweep of some operations.
  /// - Parameters:
  ///   - entries: The operations.
  ///   - golden: Values from an independent source; without them, values are not compared.
  ///   - compile: How to compile a function; without it, compiled results are not compared.
  public init(_ entries: [OpEntry], golden: Golden? = nil, compile: Compile? = nil) {
    self.entries = entries
    self.golden = golden
    self.compile = compile
  }

  /// One law on one sample.
  public struct Cell: Sendable {
    /// The operation.
    public let operation: String
    /// The sample's label.
    public let label: String
    /// The law's name.
    public let law: String
    /// What the law says.
    public let verdict: Law.Verdict

    /// The failure as one line, `operation: law: why`, or `nil`.
    public var failure: String? {
      guard case .broken(let why) = verdict else { return nil }
      return "\(operation): \(law): \(label.isEmpty ? "" : "\(label): ")\(why)"
    }
  }

  /// Tries the laws.
  ///
  /// - Parameters:
  ///   - laws: The laws to try; all by default.
  ///   - workers: The number of cells tried at a time. The report does not depend on it.
  ///   - starting: Called before each operation with its name, possibly from several threads at once.
  /// - Returns: What every law says about every sample.
  public func run(
    laws: [Law] = Law.all, workers: Int = 1, starting: (@Sendable (String) -> Void)? = nil
  ) -> Report {
    let next = Atomic<Int>(0)
    let finished = Mutex<[Int: [Cell]]>([:])
    let device = Device.current
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, entries.count))) { _ in
      // One thread each: the cells are small, and share the machine with each other.
      Device.$current.withValue(Flat.device(threads: 1, like: device)) {
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard number < entries.count else { return }
          starting?(entries[number].name)
          // What an operation prints is no part of the report.
          let cells = debugPrinting(to: { _ in }) { self.cells(of: entries[number], laws) }
          finished.withLock { $0[number] = cells }
        }
      }
    }
    let cells = finished.withLock { finished in
      entries.indices.flatMap { finished[$0] ?? [] }
    }
    return Report(cells: cells, entries: entries, laws: laws)
  }

  private func cells(of entry: OpEntry, _ laws: [Law]) -> [Cell] {
    entry.samples.flatMap { sample in
      let subject = Subject(entry: entry, sample: sample, golden: golden, compile: compile)
      return laws.map { law in
        Cell(
          operation: entry.name, label: sample.label, law: law.name,
          verdict: law.verdict(on: subject))
      }
    }
  }
}

/// What a sweep found.
public struct Report: Sendable {
  /// Every law on every sample, in the order of the operations.
  public let cells: [Sweep.Cell]
  let entries: [OpEntry]
  let laws: [Law]

  /// The cells in which the law says something.
  public var tried: [Sweep.Cell] {
    cells.filter {
      switch $0.verdict {
      case .holds, .broken: true
      case .silent, .excused: false
      }
    }
  }
  /// The number of cells in which the law holds.
  public var passed: Int { cells.count { $0.verdict == .holds } }
  /// One line for each cell in which the law is broken: `operation: law: why`.
  public var failures: [String] { cells.compactMap(\.failure) }

  /// A line for each law and one for all.
  public var summary: String {
    let tried = self.tried
    var lines: [String] = laws.map { law in
      let cells = tried.filter { $0.law == law.name }
      let passed = cells.count { $0.verdict == .holds }
      let name = law.name + String(repeating: " ", count: max(0, 16 - law.name.count))
      return "\(name) \(passed) of \(cells.count)"
    }
    lines.append("\(entries.count) operations, \(passed) of \(tried.count) cells passed")
    return lines.joined(separator: "\n")
  }

  /// The report as JSON: numbers of operations, cells and passed cells, and the failures.
  public var json: String {
    let failed = failures.map(\.jsonString).joined(separator: ",\n  ")
    return "{\"ops\": \(entries.count), \"cells\": \(tried.count), \"passed\": \(passed), "
      + "\"failed\": [\(failed)]}"
  }
}

extension String {
  /// The string as a JSON literal.
  var jsonString: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
