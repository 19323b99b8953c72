import Foundation
import Testing

@testable import regression

/// The text of a file of the example's own data.
func nistText(_ name: String) throws -> String {
  try String(contentsOf: nistFile(name), encoding: .utf8)
}

func nistFile(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/nist/\(name).dat")
}

@Suite struct ProblemTests {
  /// What the reader says of a text.
  private func complaint(_ text: String) -> String? {
    do throws(FileError) {
      _ = try Problem(text: text, file: "bad.dat")
      return nil
    } catch {
      return error.description
    }
  }

  private func lines(_ name: String) throws -> [String] {
    try nistText(name).components(separatedBy: "\n")
  }

  @Test func readsOnePredictor() throws {
    let problem = try Problem(text: nistText("Misra1a"), file: "Misra1a.dat")
    #expect(problem.name == "Misra1a")
    #expect(problem.difficulty == "lower")
    #expect(problem.starts == [[500, 0.0001], [250, 0.0005]])
    #expect(problem.certified == [2.3894212918E+02, 5.5015643181E-04])
    #expect(problem.certifiedSumOfSquares == 1.2455138894E-01)
    #expect(problem.responses.count == 14)
    #expect(problem.responses.last == 81.78)
    #expect(problem.predictors.last == [760])
    #expect(problem.responseLabel == "volume")
    #expect(problem.predictorLabels == ["pressure"])
  }

  @Test func readsTwoPredictors() throws {
    let problem = try Problem(text: nistText("Nelson"), file: "Nelson.dat")
    #expect(problem.responses.count == 128)
    #expect(problem.predictors.first == [1, 180])
    #expect(problem.predictorLabels == ["time", "temperature"])
  }

  @Test func readsOtherLineEnds() throws {
    let text = try nistText("Chwirut2").replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try Problem(text: text, file: "Chwirut2.dat").responses.count == 54)
  }

  @Test func missingFile() {
    #expect {
      try Problem(path: "/no/such/Misra1a.dat")
    } throws: {
      "\($0)" == "/no/such/Misra1a.dat:1: the file is missing"
    }
  }

  @Test func emptyFile() {
    #expect(
      complaint("")
        == "bad.dat:1: the file ends here without “Dataset Name:”, the name of the data set; "
        + "it may be cut short")
  }

  @Test(arguments: Model.all.map(\.name))
  func everyCutIsNoticed(name: String) throws {
    let lines = try lines(name)
    let end = lines.lastIndex { !$0.isEmpty } ?? 0
    for count in 0...end {
      let told = complaint(lines[..<count].joined(separator: "\n"))
      #expect(told != nil, "cut after line \(count)")
      #expect(told?.contains("\n") == false)
    }
  }

  @Test func cutInTheData() throws {
    #expect(
      complaint(try lines("Misra1a")[..<70].joined(separator: "\n"))
        == "bad.dat:70: the file ends here, but its data should go on to line 74; "
        + "it may be cut short")
  }

  @Test func cutInALine() throws {
    var lines = Array(try lines("Misra1a")[..<70])
    lines[69] = "      55.05E0"
    #expect(complaint(lines.joined(separator: "\n")) == "bad.dat:70: expected 2 numbers, found 1")
  }

  @Test func cutInTheParameters() throws {
    #expect(
      complaint(try lines("Misra1a")[..<41].joined(separator: "\n"))
        == "bad.dat:41: the file ends here, but its parameters should go on to line 42; "
        + "it may be cut short")
  }

  @Test(arguments: ["14.7Z", "nan", "1e999", "--3", "0x"])
  func badNumber(word: String) throws {
    var lines = try lines("Misra1a")
    lines[61] = "      \(word)     114.9E0"
    #expect(
      complaint(lines.joined(separator: "\n"))
        == "bad.dat:62: expected a number, found “\(word)”")
  }

  @Test func badParameter() throws {
    var lines = try lines("Misra1a")
    lines[41] = "  c2 =     0.0001      0.0005      5.5015643181E-04  7.2668688436E-06"
    #expect(
      complaint(lines.joined(separator: "\n"))
        == "bad.dat:42: expected “b2 =” and four numbers")
  }

  @Test func wrongCount() throws {
    let text = try nistText("Misra1a").replacingOccurrences(
      of: "Number of Observations:                            14",
      with: "Number of Observations:                            15")
    #expect(
      complaint(text)
        == "bad.dat:47: the header promises data on 14 lines, but 15 observations")
  }

  @Test func moreThanTheHeaderSays() throws {
    #expect(
      complaint(try nistText("Misra1a") + "\n1 2\n")
        == "bad.dat:76: expected nothing more: the header ends the data on line 74")
  }
}
