// Random programs, and the tests of what makes and compares them.

import Covector
import Testing

@testable import CovectorFuzzing

@Suite struct FuzzTests {
  /// A short run; `swift run -c release fuzz` is the long one.
  @Test func randomProgramsAgreeWithThePlainInterpreter() {
    let report = Fuzz(seed: 2026).run(programs: 0..<1000)
    #expect(report.differences == [])
    #expect(report.compared > 900)
    #expect(report.operations.count > 120)
    #expect(report.transforms.count > 30)
  }

  @Test func programsAreReproducible() {
    let fuzz = Fuzz(seed: 3)
    for number in 0..<20 {
      let (a, b) = (Trial(fuzz, number), Trial(fuzz, number))
      #expect(a.program.description == b.program.description)
      #expect(a.transforms == b.transforms)
    }
  }

  /// A wrong derivative in one operation among others is found, and reduced to that operation.
  @Test func wrongDerivativeIsFoundAndMadeSmall() throws {
    var trial = Trial(Fuzz(seed: 5), 0)
    let x = Plain([3]) { Jet(0.3 + Double($0[0])) }
    let wrong = Step(
      name: "half sine", operands: [1],
      run: { sin($0[0]) * 0.5 + stopGradient(sin($0[0]) * 0.5) },
      plain: { $0[0].map { Jet.sin($0) } })
    let other = Step(name: "exp", operands: [0], run: { exp($0[0] * 0.1) }) {
      $0[0].map { Jet.exp($0 * 0.1) }
    }
    let last = Step(name: "square", operands: [2], run: { square($0[0]) }) { $0[0].map { $0 * $0 } }
    trial.program = FuzzProgram(inputs: [x], steps: [other, wrong, last], outputs: [3, 1])
    trial.transforms = [.vmap(seed: 3), .vjp]
    trial.program.outputs = [3]
    guard case .differs = trial.outcome() else {
      Issue.record("the wrong derivative was not found")
      return
    }
    let small = trial.minimised()
    #expect(small.program.steps.count <= 2)
    #expect(small.program.steps.contains { $0.name == "half sine" })
    #expect(small.transforms == [.vjp])
    trial.transforms = []
    guard case .same = trial.outcome() else {
      Issue.record("the value is right")
      return
    }
  }

  /// A batching rule that takes the wrong axis is found.
  @Test func wrongValueIsFound() {
    var trial = Trial(Fuzz(seed: 5), 0)
    let wrong = Step(name: "flipped", operands: [0], run: { $0[0].flipped(0) }) { $0[0] }
    trial.program = FuzzProgram(
      inputs: [Plain([2]) { Jet(Double($0[0])) }], steps: [wrong], outputs: [1])
    trial.transforms = []
    guard case .differs(let text) = trial.outcome() else {
      Issue.record("the wrong value was not found")
      return
    }
    #expect(text == "f: element 0 of result 0 [2] is 1.0, expected 0.0")
  }

  /// sin(x + ε₀ + ε₁) has the coefficients sin, cos, cos, -sin.
  @Test func jetsAreDerivatives() {
    let x = Jet(0.7) + Jet(1).times(infinitesimal: 0) + Jet(1).times(infinitesimal: 1)
    let y = Jet.sin(x)
    let (sine, cosine) = (0.644217687237691, 0.764842187284489)
    for (set, expected) in [(0, sine), (1, cosine), (2, cosine), (3, -sine)] {
      #expect(abs(y.parts[set] - expected) < 1e-14)
    }
    for (a, b) in zip(0..<8, [1.0, 0, 0, 0]) { #expect(abs((x / x).parts[a] - b) < 1e-15) }
    #expect(abs(Jet.atan2(x, 2).parts[1] - 2 / (4 + 0.49)) < 1e-14)
  }

  /// Where one side has zero and the other a rounding error, a function that is singular there says nothing.
  @Test(arguments: [
    ("sqrt", 0.0), ("rsqrt", 0), ("cbrt", 0), ("log", 0), ("log2", 0), ("log10", 0), ("log1p", -1),
    ("asin", 1), ("acos", -1), ("acosh", 1), ("atanh", -1), ("reciprocal", 0), ("2 over", 0),
    ("divide", 0), ("atan2", 0),
  ])
  func numbersNextToASingularPointAreLeftOut(name: String, point: Double) throws {
    var maker = ProgramMaker(Draw(seed: 1))
    maker.values = [Plain([1]) { _ in Jet(point + 1e-15) }]
    let word = try #require(Vocabulary.all.first { $0.name == name })
    let step = try #require(word.make(&maker))
    let operands = step.operands.map { maker.values[$0] }
    #expect(throws: Unsteady.self) { try step.plain(operands) }
  }
}
