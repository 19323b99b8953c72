// Tests of the tester: every law catches a wrong operation planted here, and lets right ones pass.

import CovectorValues
import Foundation
import Testing

@testable import Covector
@testable import CovectorTesting

/// A wrong operation, and what the law that must catch it says.
struct Plant: Sendable, CustomTestStringConvertible {
  let law: String
  let what: String
  let entry: OpEntry
  let why: String
  var golden: Golden?
  var compile: Sweep.Compile?

  var testDescription: String { "\(law): \(what)" }

  /// What the law named here says about the entry.
  func verdict() -> Law.Verdict? { verdict(of: law) }

  func verdict(of law: String) -> Law.Verdict? {
    Sweep([entry], golden: golden, compile: compile)
      .run(laws: Law.all.filter { $0.name == law }).cells.first?.verdict
  }
}

let serial = Serial()

let plants: [Plant] = [
  Plant(
    law: "value", what: "no golden value", entry: .planted(oracle: "x") { $0 },
    why: "no golden value: run Tools/golden.py", golden: golden("[]", "")),
  Plant(
    law: "value", what: "a stale golden value", entry: .planted(oracle: "x + 1") { $0 + 1 },
    why: "the golden value is of another sample", golden: golden("", "x")),
  Plant(
    law: "value", what: "a wrong value",
    entry: .planted(dtypes: [.float64], oracle: "x") { $0 * 1.000_000_1 },
    why: "float64: element 0 of float64[3, 4] is", golden: golden("", "x")),
  Plant(
    law: "identity", what: "a primitive unequal to itself",
    entry: .planted(dtypes: [.float32]) {
      NDArray(PlantedCopy(mistake: .identity(serial.number())), $0)
    }, why: "is not equal to itself"),
  Plant(
    law: "type", what: "a shape that was not promised", entry: .flip(.shape),
    why: "shape [4, 3] was computed, [3, 4] promised"),
  Plant(
    law: "dtypes", what: "a dtype that is not stated",
    entry: .planted(dtypes: .floats) { NDArray(Held(), $0) },
    why: "not among the stated dtypes, but runs: bool, uint8"),
  Plant(
    law: "dtypes", what: "a stated dtype that fails",
    entry: .planted(dtypes: .inexact) { NDArray(PlantedSquare(rule: .right), $0) },
    why: "complex64 is among the stated dtypes, but fails"),
  Plant(
    law: "jvp", what: "a wrong partial derivative", entry: .square(.wrong),
    why: "float64, along inputs [0]: element 0"),
  Plant(
    law: "adjoint", what: "a wrong transpose", entry: .flip(.transpose),
    why: "after pulling back"),
  Plant(
    law: "vjp", what: "a wrong partial derivative", entry: .square(.wrong),
    why: "the derivative along element [0] is"),
  Plant(
    law: "second order", what: "a factor held constant", entry: .square(.heldConstant),
    why: "jvp of vjp"),
  Plant(
    law: "vmap", what: "a batching rule that forgets the axis", entry: .flip(.batch),
    why: "3 examples along axes [\"0\"], example 0"),
  Plant(
    law: "vmap of vjp", what: "a transpose with a wrong batching rule",
    entry: .flip(.batchOfTranspose), why: "vmap of vjp, axes"),
  Plant(
    law: "vjp of vmap", what: "a batched call with a wrong transpose",
    entry: .flip(.transposeOfBatch), why: "vjp of vmap, axes"),
  Plant(
    law: "jvp and vmap", what: "a batched call with a wrong tangent",
    entry: .flip(.jvpOfBatch), why: "jvp of vmap, axes [\"0\"], example 0"),
  Plant(
    law: "compiled", what: "a compiler that adds one", entry: .flip(.none),
    why: "float32, call 0", compile: { function in { function($0).map { $0 + 1 } } }),
  Plant(
    law: "views", what: "a kernel that takes its input for dense", entry: .copy(.layout),
    why: "float32, strided inputs"),
  Plant(
    law: "poison", what: "a kernel that writes nothing", entry: .copy(.unwritten),
    why: "in memory full of 255"),
  Plant(
    law: "fused", what: "a function that looks whether its input is pending",
    entry: .planted { Flat.evaluatedShape($0) == nil ? $0 + 1 : $0 }, why: "fused"),
  Plant(
    law: "threads", what: "a kernel whose result depends on the threads", entry: .copy(.threads),
    why: "2 threads"),
]

/// Golden values of the planted function `x`: the inputs themselves.
func golden(_ inputs: String, _ oracle: String) -> Golden? {
  let input = OpEntry.Input.real(3, 4)
  let numbers = input.values(.float64, input: 0, example: 0).real
  let text = "f[3,4] " + numbers.map { "\($0)" }.joined(separator: " ")
  let entry = """
    {"inputs": ["\(input.specification)"], "oracle": "\(oracle)",
     "results": {"float64 float32 complex128": ["\(text)"]}}
    """
  let json = inputs.isEmpty ? "{\"planted\": {\"\": \(entry)}}" : "{}"
  return try? Golden(json: Data(json.utf8))
}

struct TesterTests {
  @Test(arguments: plants) func everyLawCatchesAPlantedError(_ plant: Plant) throws {
    let verdict = try #require(plant.verdict())
    guard case .broken(let why) = verdict else {
      Issue.record("the law says \(verdict)")
      return
    }
    #expect(why.contains(plant.why))
    #expect(why.hasSuffix("(inputs [3, 4])"))
  }

  @Test func everyLawHasAPlantedError() {
    #expect(Set(plants.map(\.law)) == Set(Law.all.map(\.name)))
  }

  @Test(arguments: [OpEntry.square(.right), .flip(.none), .copy(.none)])
  func rightOperationsPass(_ entry: OpEntry) {
    let report = Sweep([entry], compile: { $0 }).run()
    #expect(report.failures == [])
    #expect(report.passed == report.tried.count)
    #expect(report.passed >= 8)
  }

  @Test func rightValuesPass() {
    let plant = Plant(
      law: "value", what: "", entry: .planted(dtypes: [.float64, .float32], oracle: "x") { $0 },
      why: "", golden: golden("", "x"))
    #expect(plant.verdict() == .holds)
  }

  @Test func anErrorSharedByBothModesEscapesTheAdjointLawAlone() {
    let plant = Plant(law: "", what: "", entry: .square(.wrong), why: "")
    #expect(plant.verdict(of: "adjoint") == .holds)
    #expect(plant.verdict(of: "vmap of vjp") == .holds)
  }

  @Test func excusedSamplesAreNotTried() {
    let entry = OpEntry.planted(except: .derivatives) { NDArray(PlantedSquare(rule: .wrong), $0) }
    let report = Sweep([entry]).run()
    #expect(report.failures == [])
    let excused = report.cells.filter { $0.verdict == .excused("the result is piecewise constant") }
    #expect(excused.map(\.law).contains("jvp"))
    let line = "- Derivatives: the result is piecewise constant: `planted`."
    #expect(report.coveragePage.contains(line))
  }

  @Test func transformsOfExcusedSamplesRunAllTheSame() {
    let entry = OpEntry.planted(dtypes: .all, except: .derivatives) {
      NDArray(Undifferentiable(), $0)
    }
    let failures = Sweep([entry]).run().failures
    #expect(failures.count == 3)
    #expect(failures.allSatisfy { $0.contains("unexpected error: [undifferentiable]") })
  }

  @Test func mistakesInsideACellBreakItAndNothingElse() {
    let failing = OpEntry("failing", [.init("", [.real(3)], oracle: nil) { $0[0].reshaped(to: 7) }])
    let report = Sweep([failing, .flip(.none)]).run(workers: 2)
    #expect(report.failures.allSatisfy { $0.hasPrefix("failing: ") })
    #expect(report.failures.first?.contains("unexpected error: [reshaped]") == true)
  }

  @Test func theReportIsJSON() throws {
    let report = Sweep([.square(.wrong)]).run()
    let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    let read = try #require(object)
    #expect(read["ops"] as? Int == 1)
    #expect(read["cells"] as? Int == report.tried.count)
    #expect(read["passed"] as? Int == report.passed)
    #expect(read["failed"] as? [String] == report.failures)
    #expect(report.failures.first?.hasPrefix("planted: jvp: float64, along inputs [0]: ") == true)
    #expect(report.summary.hasSuffix("cells passed"))
  }

  @Test func theReportDoesNotDependOnTheWorkers() {
    let entries = [OpEntry.square(.wrong), .flip(.none), .copy(.none)]
    let alone = Sweep(entries).run(workers: 1)
    let together = Sweep(entries).run(workers: 3)
    #expect(alone.json == together.json)
  }
}

/// The rule for inputs, which Tools/golden.py repeats: these numbers are what the script makes.
struct InputRuleTests {
  @Test func numbersAreThoseOfTheScript() {
    #expect(InputRule.hash(3, 5) == 0x533777A872B03774)
    #expect(
      InputRule.units(4, stream: 1) == [
        0.9072836480624651, 0.3980868287286357, 0.6281972112584348, 0.17215601820855575,
      ])
    let complex = OpEntry.Input.real(2, in: -1...3).values(.complex128, input: 1, example: 0)
    #expect(complex.real == [0.10829951041924524, 2.4897436105737665])
    #expect(complex.imaginary == [-1.315336082164687, 1.429904014494714])
    let positive = OpEntry.Input.positiveDefinite(2, 2).values(.complex128, input: 0, example: 0)
    #expect(
      positive.real == [
        1.580891610657663, -0.09631952138831984, -0.09631952138831984, 1.5614728662814248,
      ])
    #expect(positive.imaginary == [0.0, -0.39860376958607674, 0.39860376958607674, 0.0])
  }

  @Test func wholeNumbersFollowTheDType() {
    let input = OpEntry.Input.real(6)
    #expect(input.values(.int8, input: 0, example: 0).real == [0.0, -1.0, 0.0, -2.0, 2.0, 1.0])
    #expect(input.values(.uint8, input: 0, example: 0).real == [0.0, 1.0, 0.0, 2.0, 2.0, 1.0])
    #expect(input.values(.bool, input: 0, example: 0).real == [1.0, 0.0, 0.0, 0.0, 1.0, 1.0])
  }

  @Test func numbersOfAStreamAreApart() {
    for count in [1, 2, 7, 60] {
      let sorted = InputRule.units(count, stream: 9).sorted()
      #expect(sorted.allSatisfy { (0...1).contains($0) })
      for (a, b) in zip(sorted, sorted.dropFirst()) {
        #expect(b - a >= 0.4999 / Double(count))
      }
    }
  }

  @Test(arguments: DType.allCases) func elementsAreReadAsTheyWereMade(_ dtype: DType) throws {
    let whole = OpEntry.Input.whole(7, in: 0...5).values(dtype, input: 0, example: 0)
    let read = try Values(whole.array())
    #expect(read.type == whole.type)
    #expect(read.real == whole.real)
    #expect(read.imaginary == whole.imaginary)
  }

  @Test func examplesDiffer() {
    let input = OpEntry.Input.real(5)
    let first = input.values(.float64, input: 0, example: 0).real
    #expect(first != input.values(.float64, input: 0, example: 1).real)
    #expect(first != input.values(.float64, input: 1, example: 0).real)
  }
}
