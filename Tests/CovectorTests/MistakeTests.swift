// Every mistake of the table says what it should, in every form, and harms nothing that comes after.

import Covector
import Foundation
import Testing

@Suite struct MistakeTests {
  private static let x = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])

  /// Runs a mistake to the end: what is found only in values, too.
  private func run(_ mistake: Mistake, _ form: Mistake.Form) throws {
    // Functions that are transformed do not throw; what goes wrong in them besides is passed on from here.
    var thrown: (any Error)?
    func code(_ x: NDArray) -> NDArray {
      do { return try mistake.code(x) } catch {
        thrown = error
        return x
      }
    }
    let result =
      switch form {
      case .plain: code(Self.x)
      case .mapped: vmap { (x: NDArray) in code(x) }(stacked([Self.x, Self.x + 1]))
      case .differentiated: grad { (x: NDArray) in code(x).asType(.float32).sum() }(Self.x)
      case .compiled: compile { (x: NDArray) in code(x) }(Self.x)
      }
    _ = result.array(of: Float.self)
    if let thrown { throw thrown }
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
        if file.hasPrefix("MistakeTable") {
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
    #expect(Mistake.all.count >= 160)
    #expect(Set(Mistake.all.map(\.message)).count == Mistake.all.count)
    for mistake in Mistake.all {
      #expect(mistake.message.hasPrefix("["))
      #expect(!mistake.message.contains("\n"))
    }
  }

  @Test(arguments: [0, 20, 40, 60, 80, 100, 120, 133, 140, 148, 155, 164])
  func aTrapSaysTheSame(_ number: Int) async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [number] in
      _ = try Mistake.all[number].code(Self.x).array(of: Float.self)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("Fatal error: \(Mistake.all[number].message) ("))
    #if DEBUG
      #expect(text.contains("at MistakeTable"))
    #else
      // In place of a function that ends with the mistake an optimised build names the call of it.
      #expect(text.contains(/at [\w+]+\.swift:\d+\)/))
    #endif
  }
}
