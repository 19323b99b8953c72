// The lines of the user's program that errors and operations name. A call in tail position leaves no frame on
// the stack, so the mistakes here are followed by something else.

import Testing

@testable import Covector

@Suite struct SourceLineTests {
  private struct NoMistake: Error {}

  /// The error of a mistake.
  private func error(_ body: () -> NDArray) throws -> ArrayError {
    do {
      _ = try checked { body().array(of: Double.self) }
      throw NoMistake()
    } catch let error as ArrayError {
      return error
    }
  }

  private static let lineOfProduct = #line + 4

  /// A function of its own also in an optimised build.
  @inline(never) private func product(_ x: NDArray) -> NDArray {
    let y = matmul(x, x)
    return y + 1
  }

  @Test func anErrorNamesTheLineOfTheMistake() throws {
    let line = Self.lineOfProduct
    let found = try error { product(NDArray.zeros([2, 3])) }
    #expect(found.line == SourceLine(file: #filePath, line: line))
    #expect(found.transforms == nil)
    let text = "[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3"
    #expect(found.summary == text)
    #expect(found.description == "\(text) (at SourceLineTests.swift:\(line))")
  }

  @Test func anErrorNamesTheTransformsItIsInsideOf() throws {
    let x = NDArray.zeros([2, 3, 4])
    let line = #line + 4
    let found = try error {
      vmap(
        grad { (x: NDArray) in
          let y = x.reshaped(to: [5])
          return y.sum()
        })(x)
    }
    #expect(found.transforms == "vmap of grad")
    #expect(found.line == SourceLine(file: #filePath, line: line))
    #expect(found.description.hasSuffix(" (in vmap of grad, at SourceLineTests.swift:\(line))"))
  }

  @Test func whatIsFoundOnReadingNamesTheReaderOrTheRecordedLine() throws {
    let x = counting(3)
    let index: NDArray = NDArray([7])
    let plain = try error { x.take(index) }
    #expect(plain.line?.file == #filePath)
    let line = #line + 3
    let recorded = try error {
      recordingLines {
        let y = x.take(index)
        return y + 1
      }
    }
    #expect(recorded.summary == plain.summary)
    #expect(recorded.line == SourceLine(file: #filePath, line: line))
  }

  @Test func recordedLinesSurviveTransforms() throws {
    let x = counting(2, 3)
    let line = #line + 4
    let found = try error {
      recordingLines {
        vmap { (x: NDArray) -> NDArray in
          let y = x.take(NDArray([7]) + x.asType(.int32) * 0)
          return y * 2
        }(x)
      }
    }
    #expect(found.line == SourceLine(file: #filePath, line: line))
  }

  @Test func aProgramPrintsRecordedLines() {
    let line = #line + 3
    let program = recordingLines {
      trace { (x: NDArray) in
        let y = sin(x)
        let z = y.sum()
        return z
      }(.placeholder([2]))
    }
    #expect(
      program.description == """
        program(a: float32[2]) -> float32[] {
          b: float32[2] = sin(a)  // SourceLineTests.swift:\(line)
          c: float32[] = sum(b, axes: [0])  // SourceLineTests.swift:\(line + 1)
          return c
        }
        """)
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
    // About twenty microseconds each; looking lines up would take tens of seconds.
    #expect(time < .milliseconds(500))
  }

  @Test func aTrapSaysTheSame() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.trap()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3 "
          + "(in vmap, at SourceLineTests.swift:\(Self.trapLine))"))
  }

  private static let trapLine = #line + 4

  private static func trap() {
    let x = NDArray.zeros([2, 2, 3])
    let y = vmap { (x: NDArray) in matmul(x, x) + 1 }(x)
    eval(y)
  }
}
