// The reader of NIST's files. Their header names the lines that each part is on, and the reader
// believes it, so that every complaint can name a line.

import Foundation

/// One regression problem, as its file states it.
struct Problem: Sendable {
  let name: String
  /// NIST's opinion: lower, average or higher.
  let difficulty: String
  /// The two sets of starting values.
  let starts: [[Double]]
  /// The best parameters, to eleven digits.
  let certified: [Double]
  /// Their residual sum of squares.
  let certifiedSumOfSquares: Double
  let responses: [Double]
  /// For each observation, the values of all predictors.
  let predictors: [[Double]]
  let responseLabel: String
  let predictorLabels: [String]

  var predictorCount: Int { predictorLabels.count }
}

/// What is wrong with a file, and where.
struct FileError: Error, CustomStringConvertible {
  let file: String
  /// Counted from one.
  let line: Int
  let message: String

  var description: String { "\(file):\(line): \(message)" }
}

extension Problem {
  /// Reads a file of the NIST collection.
  init(path: String) throws(FileError) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      let message = exists ? "the file cannot be read" : "the file is missing"
      throw FileError(file: path, line: 1, message: message)
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self), file: path)
  }

  /// Reads the text of a file of the NIST collection.
  init(text: String, file: String) throws(FileError) {
    let reader = Reader(text: text, file: file)
    name = try reader.word(after: "Dataset Name:", "the name of the data set")
    difficulty = try reader.difficulty()

    let parameterLines = try reader.lines(of: "Starting Values")
    let parameters = try reader.parameters(parameterLines)
    starts = [parameters.map { $0[0] }, parameters.map { $0[1] }]
    certified = parameters.map { $0[2] }
    certifiedSumOfSquares = try reader.number(after: "Residual Sum of Squares:")

    let predictorCount = Int(try reader.word(before: "Predictor", "the number of predictors")) ?? 0
    guard (1...2).contains(predictorCount) else {
      throw reader.error(reader.line(with: "Predictor") ?? 1, "expected one or two predictors")
    }
    responseLabel = reader.labels(on: "Response", count: 1)[0]
    predictorLabels = reader.labels(on: "Predictor", count: predictorCount)

    let count = try reader.number(after: "Number of Observations:")
    let dataLines = try reader.lines(of: "Data")
    guard Double(dataLines.count) == count else {
      throw reader.error(
        reader.line(with: "Number of Observations:") ?? 1,
        "the header promises data on \(dataLines.count) lines, but \(Int(count)) observations")
    }
    let table = try reader.table(dataLines, columns: predictorCount + 1)
    try reader.checkEnd(after: dataLines.upperBound)
    responses = table.map { $0[0] }
    predictors = table.map { Array($0[1...]) }
  }
}

/// The lines of a file, and ways to find things on them.
private struct Reader {
  let file: String
  let lines: [Substring]

  init(text: String, file: String) {
    self.file = file
    var lines = text.split(separator: #/\r\n|\n|\r/#, omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
  }

  func error(_ line: Int, _ message: String) -> FileError {
    FileError(file: file, line: line, message: message)
  }

  /// The number of the first line that has `text` on it.
  func line(with text: String) -> Int? {
    lines.firstIndex { $0.contains(text) }.map { $0 + 1 }
  }

  /// The number of the line that has `text` on it, and what follows there.
  func rest(after text: String, _ meaning: String) throws(FileError) -> (line: Int, rest: Substring)
  {
    for (index, line) in lines.enumerated() {
      if let range = line.range(of: text) { return (index + 1, line[range.upperBound...]) }
    }
    throw error(
      max(lines.count, 1), "the file ends here without “\(text)”, \(meaning); it may be cut short")
  }

  func word(after text: String, _ meaning: String) throws(FileError) -> String {
    let (line, rest) = try rest(after: text, meaning)
    guard let word = words(rest).first else { throw error(line, "expected \(meaning)") }
    return String(word)
  }

  func word(before text: String, _ meaning: String) throws(FileError) -> String {
    let (line, _) = try rest(after: text, meaning)
    guard let word = words(lines[line - 1]).prefix(while: { !$0.hasPrefix(text) }).last else {
      throw error(line, "expected \(meaning)")
    }
    return String(word)
  }

  func number(after text: String) throws(FileError) -> Double {
    let (line, rest) = try rest(after: text, "with a number after it")
    return try number(words(rest).first ?? "", line)
  }

  func difficulty() throws(FileError) -> String {
    let (line, _) = try rest(after: "Level of Difficulty", "how hard the problem is")
    return words(lines[line - 1]).first.map { $0.lowercased() } ?? ""
  }

  /// The lines the header gives for a part, as in `Data  (lines 61 to 114)`.
  func lines(of part: String) throws(FileError) -> ClosedRange<Int> {
    for (index, line) in lines.enumerated() where line.contains("(lines") {
      let pattern = #/^\s*(.*?)\s*\(lines\s+(\d+)\s+to\s+(\d+)\s*\)/#
      guard let match = line.firstMatch(of: pattern), match.1 == part else { continue }
      guard let first = Int(match.2), let last = Int(match.3), 1 <= first, first <= last else {
        throw error(index + 1, "expected a range of lines")
      }
      return first...last
    }
    throw error(
      max(lines.count, 1),
      "the file ends here without naming the lines of “\(part)”; it may be cut short")
  }

  /// The lines `b1 = start1 start2 certified deviation`.
  func parameters(_ range: ClosedRange<Int>) throws(FileError) -> [[Double]] {
    var rows: [[Double]] = []
    for line in range {
      let words = words(try content(line, of: range, "parameters"))
      guard words.count > 2, words[0] == "b\(rows.count + 1)", words[1] == "=" else {
        throw error(line, "expected “b\(rows.count + 1) =” and four numbers")
      }
      rows.append(try numbers(words.dropFirst(2), count: 4, line))
    }
    return rows
  }

  func table(_ range: ClosedRange<Int>, columns: Int) throws(FileError) -> [[Double]] {
    var rows: [[Double]] = []
    for line in range {
      let words = words(try content(line, of: range, "data"))
      rows.append(try numbers(words[...], count: columns, line))
    }
    return rows
  }

  func checkEnd(after last: Int) throws(FileError) {
    for (index, line) in lines.enumerated().dropFirst(last) where !words(line).isEmpty {
      throw error(index + 1, "expected nothing more: the header ends the data on line \(last)")
    }
  }

  func content(
    _ line: Int, of range: ClosedRange<Int>, _ part: String
  ) throws(FileError) -> Substring {
    guard line <= lines.count else {
      throw error(
        max(lines.count, 1),
        "the file ends here, but its \(part) should go on to line \(range.upperBound); "
          + "it may be cut short")
    }
    return lines[line - 1]
  }

  func numbers(
    _ words: ArraySlice<Substring>, count: Int, _ line: Int
  ) throws(FileError) -> [Double] {
    var numbers: [Double] = []
    for word in words { numbers.append(try number(word, line)) }
    guard numbers.count == count else {
      throw error(line, "expected \(count) numbers, found \(numbers.count)")
    }
    return numbers
  }

  func number(_ word: Substring, _ line: Int) throws(FileError) -> Double {
    guard let number = Double(word), number.isFinite else {
      throw error(line, "expected a number, found “\(word)”")
    }
    return number
  }

  /// What a line says of the variables: `2 Predictors (x1 = time; x2 = temperature)`.
  func labels(on text: String, count: Int) -> [String] {
    let plain = count == 1 ? [text.lowercased()] : (1...count).map { "\(text.lowercased()) \($0)" }
    guard let line = line(with: text), let match = lines[line - 1].firstMatch(of: #/\((.*)\)/#)
    else { return plain }
    let labels = match.1.split(separator: ";").map { definition in
      let meaning = definition.split(separator: "=", maxSplits: 1).last ?? definition
      return meaning.trimmingCharacters(in: .whitespaces)
    }
    return labels.count == count ? labels : plain
  }

  func words(_ text: Substring) -> [Substring] { text.split { $0 == " " || $0 == "\t" } }
}
