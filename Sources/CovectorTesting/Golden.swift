// Golden values: results from NumPy, SciPy or JAX, computed once by Tools/golden.py and committed.

import Covector
import CovectorValues
import Foundation

/// Values from an independent source, by operation, sample and dtype.
public struct Golden: Sendable {
  /// The results of one sample.
  struct Entry: Sendable, Decodable {
    var inputs: [String]
    var oracle: String
    /// Each result by the dtypes it is for, separated by spaces; see `Result`.
    var results: [String: [String]]?
    /// What the oracle said instead.
    var error: String?
  }

  private let operations: [String: [String: Entry]]

  /// The golden values of the library's own operations.
  public static func committed() throws -> Golden {
    // Found from this file, so that it is there in a fresh clone for every way to run.
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    return try Golden(
      file: root.appending(path: "Tests/Golden/golden.json").path(percentEncoded: false))
  }

  /// Reads the golden values that `Tools/golden.py` wrote.
  public init(file path: String) throws {
    try self.init(json: Data(contentsOf: URL(filePath: path)))
  }

  init(json: Data) throws {
    operations = try JSONDecoder().decode([String: [String: Entry]].self, from: json)
  }

  /// The operations and labels there are values for, as `operation: label`.
  public var samples: Set<String> {
    Set(operations.flatMap { operation in operation.value.keys.map { "\(operation.key): \($0)" } })
  }

  /// The golden value of a sample.
  func entry(_ operation: String, _ sample: OpEntry.Sample) throws -> Entry {
    guard let entry = operations[operation]?[sample.label] else {
      throw Violation("no golden value: run Tools/golden.py")
    }
    guard entry.oracle == sample.oracle, entry.inputs == sample.inputs.map(\.specification) else {
      throw Violation("the golden value is of another sample: run Tools/golden.py")
    }
    if let error = entry.error { throw Violation("the oracle failed: \(error)") }
    return entry
  }

  /// One result: a letter for the kind of number, the shape, and the numbers.
  struct Result {
    enum Kind: Character { case bool = "b", integer = "i", real = "f", complex = "c" }
    let kind: Kind
    let shape: [Int]
    let numbers: [Substring]

    /// Reads `f[2,3] 0.5 1 nan …`.
    init?(_ text: String) {
      let words = text.split(separator: " ")
      guard let head = words.first, let letter = head.first, let kind = Kind(rawValue: letter)
      else {
        return nil
      }
      self.kind = kind
      shape = head.dropFirst(2).dropLast().split(separator: ",").compactMap { Int($0) }
      numbers = Array(words.dropFirst())
    }

    /// The numbers, complex ones as pairs.
    var values: Values {
      let parts = numbers.map { Double($0) ?? .nan }
      return kind == .complex
        ? Values(type: ArrayType(shape, .complex128), interleaved: parts)
        : Values(type: ArrayType(shape, .float64), real: parts)
    }

    /// The numbers as integers, where they are.
    var integers: [Int64]? {
      guard kind == .integer else { return nil }
      return numbers.map { Int64($0) ?? Int64(bitPattern: UInt64($0) ?? 0) }
    }
  }
}

extension Golden.Entry {
  /// The results for inputs of a dtype.
  func results(for dtype: DType) throws -> [Golden.Result] {
    let match = results?.first { $0.key.split(separator: " ").contains("\(dtype)") }
    guard let match else { throw Violation("no golden value for \(dtype): run Tools/golden.py") }
    return try match.value.map {
      guard let result = Golden.Result($0) else {
        throw Violation("the golden value for \(dtype) cannot be read: run Tools/golden.py")
      }
      return result
    }
  }
}

extension Sweep {
  /// The samples of the operations as JSON, for `Tools/golden.py`.
  public var samplesAsJSON: String {
    let operations = entries.map { entry in
      let samples = entry.samples.compactMap { sample -> String? in
        guard let oracle = sample.oracle else { return nil }
        let inputs = sample.inputs.map(\.json).joined(separator: ", ")
        return "    {\"label\": \(sample.label.jsonString), \"oracle\": \(oracle.jsonString),\n"
          + "     \"inputs\": [\(inputs)]}"
      }
      let dtypes = DType.allCases.filter(entry.dtypes.contains).map { "\"\($0)\"" }
      return
        "  {\"name\": \(entry.name.jsonString), \"dtypes\": [\(dtypes.joined(separator: ", "))],\n"
        + "   \"samples\": [\n\(samples.joined(separator: ",\n"))]}"
    }
    return "[\n\(operations.joined(separator: ",\n"))\n]\n"
  }
}

extension OpEntry.Input {
  /// The input as JSON.
  var json: String {
    let parts: (kind: String, numbers: String) =
      switch content {
      case .real(let low, let high): ("real", "[\(low), \(high)]")
      case .whole(let low, let high): ("whole", "[\(low), \(high)]")
      case .index(let low, let high): ("index", "[\(low), \(high)]")
      // Strings, as JSON has no name for infinity.
      case .values(let values): ("values", "\(values.map { "\($0)" })")
      case .bool: ("bool", "[]")
      case .words: ("words", "[]")
      case .positiveDefinite: ("positiveDefinite", "[]")
      }
    return "{\"shape\": \(shape), \"kind\": \"\(parts.kind)\", \"numbers\": \(parts.numbers), "
      + "\"specification\": \(specification.jsonString)}"
  }
}
