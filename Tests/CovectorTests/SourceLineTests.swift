// The lines of the user's program that errors and operations name.

import Covector
import Testing

@Suite struct SourceLineTests {
  /// The error of a mistake, and the line of the call.
  private func error(_ body: () -> NDArray) -> ArrayError? {
    do {
      _ = try checked { body().array(of: Double.self) }
      return nil
    } catch {
      return error as? ArrayError
    }
  }

  @Test func anErrorNamesTheLineOfTheMistake() throws {
    let x = NDArray.zeros([2, 3])
    let line = #line + 1
    let error = try #require(error { matmul(x, x) })
    #expect(error.line == SourceLine(file: #filePath, line: line))
    #expect(error.transforms == nil)
    #expect(
      error.description
        == "[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3 "
        + "(at SourceLineTests.swift:\(line))")
    #expect(error.summary + " (at SourceLineTests.swift:\(line))" == error.description)
  }

  @Test func anErrorNamesTheTransformsItIsInsideOf() throws {
    let x = NDArray.zeros([2, 3, 4])
    var line = 0
    let error = try #require(
      error {
        vmap(
          grad { (x: NDArray) in
            line = #line + 1
            return x.reshaped(to: [5]).sum()
          })(x)
      })
    #expect(error.transforms == "vmap of grad")
    #expect(error.line == SourceLine(file: #filePath, line: line))
    #expect(error.description.hasSuffix(" (in vmap of grad, at SourceLineTests.swift:\(line))"))
  }

  @Test func aRuleFailsAtTheCallOfTheTransform() throws {
    let x = counting(2, 3)
    let line = #line + 1
    let error = try #require(error { vmap { (x: NDArray) in x }(x).reshaped(to: [7]) })
    #expect(error.line?.line == line)
  }

  @Test func whatIsFoundOnReadingNamesTheReaderOrTheRecordedLine() throws {
    let x = counting(3)
    let index: NDArray = NDArray([7])
    let reader = #line + 1
    let plain = try #require(error { x.take(index) })
    #expect(plain.line?.line ?? 0 <= reader && plain.line != nil)
    var taken = 0
    let recorded = try #require(
      error {
        recordingLines {
          taken = #line + 1
          let y = x.take(index)
          return y + 1
        }
      })
    #expect(recorded.summary == plain.summary)
    #expect(recorded.line == SourceLine(file: #filePath, line: taken))
  }

  @Test func recordedLinesSurviveTransforms() throws {
    let x = counting(2, 3)
    var line = 0
    let error = try #require(
      error {
        recordingLines {
          vmap { (x: NDArray) -> NDArray in
            line = #line + 1
            let y = x.take(NDArray([7]) + x.asType(.int32) * 0)
            return y * 2
          }(x)
        }
      })
    #expect(error.line == SourceLine(file: #filePath, line: line))
  }

  @Test func aProgramPrintsRecordedLines() {
    let line = #line + 2
    let program = recordingLines {
      trace(grad { (x: NDArray) in (x * x).sum() })(.placeholder([2]))
    }
    let lines = program.description.split(separator: "\n").dropFirst().dropLast(2)
    #expect(!lines.isEmpty)
    for text in lines where !text.contains("broadcast(1.0") {
      #expect(text.hasSuffix("// SourceLineTests.swift:\(line)"), "\(text)")
    }
  }

  @Test func errorsAreEqualWhereverTheyWereMade() {
    let first = ArrayError("sum", "no")
    let second = ArrayError("sum", "no")
    #expect(first == second && first.hashValue == second.hashValue)
    #expect(first != ArrayError("sum", "yes"))
    #expect(first.line != second.line)
  }

  @Test func manyErrorsAreCheap() throws {
    let x = NDArray.zeros([2, 3])
    let clock = ContinuousClock()
    let time = clock.measure {
      for _ in 0..<1000 { _ = try? checked { matmul(x, x) } }
    }
    // About twenty microseconds each; looking lines up would take half a second.
    #expect(time < .milliseconds(250))
  }

  @Test func aTrapNamesTheLineAsWell() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = NDArray.zeros([2, 3])
      _ = vmap { (x: NDArray) in matmul(x, x) }(NDArray.zeros([2, 2, 3]) + x)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3 "
          + "(in vmap, at SourceLineTests.swift:\(#line - 6))"))
  }
}
