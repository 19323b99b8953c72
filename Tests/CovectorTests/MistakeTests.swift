// Every mistake of the table says what it should, in every form, and harms nothing that comes after.

import Covector
import Foundation
import Testing

@Suite struct MistakeTests {
  private static let x = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])

  /// Runs a mistake to the end: what is found only in values, too.
  private func run(_ mistake: Mistake, _ form: Mistake.Form) throws {
    let result =
      switch form {
      case .plain: mistake.code(Self.x)
      case .mapped: vmap { (x: NDArray) in mistake.code(x) }(stacked([Self.x, Self.x + 1]))
      case .differentiated:
        grad { (x: NDArray) in mistake.code(x).asType(.float32).sum() }(Self.x)
      }
    _ = result.array(of: Float.self)
  }

  @Test(arguments: Mistake.all) func isSaidExactly(_ mistake: Mistake) throws {
    for form in Mistake.Form.allCases where mistake.forms.contains(form) {
      do {
        try checked { try run(mistake, form) }
        Issue.record("\(form): no mistake was found")
      } catch let error as ArrayError {
        #expect(error.summary == mistake.others[form] ?? mistake.message, "\(form)")
        let line = try #require(error.line, "\(form): \(error)")
        let file = URL(filePath: line.file).lastPathComponent
        if file == "MistakeTable.swift" {
          #expect((mistake.line...mistake.line + 6).contains(line.line), "\(form): \(error)")
        } else {
          // Found when the values were computed, or in a rule: the line that asked for them.
          #expect(file == "MistakeTests.swift", "\(form): \(error) \(line.file)")
        }
      }
      // The next computation is right, in the same process.
      let next = vmap(grad { (x: NDArray) in (x * x).sum() })(Self.x)
      #expect(next.array(of: Float.self) == [2, 4, 6, 8, 10, 12])
    }
  }

  @Test func theTableIsLargeAndSaysNothingTwice() {
    #expect(Mistake.all.count >= 80)
    #expect(Set(Mistake.all.map(\.message)).count == Mistake.all.count)
    for mistake in Mistake.all {
      #expect(mistake.message.hasPrefix("["))
      #expect(!mistake.message.contains("\n"))
    }
  }

  @Test(arguments: [0, 20, 40, 60, 80]) func aTrapSaysTheSame(_ number: Int) async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [number] in
      _ = Mistake.all[number].code(Self.x).array(of: Float.self)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("Fatal error: \(Mistake.all[number].message) (at "))
  }
}
