// Programs planned once and run on values.

import Testing

@testable import Covector

@Suite struct CompiledPlanTests {
  /// A function of arrays as a plan with what it captures as further inputs.
  static func closed(
    _ types: [ArrayType], _ body: ([NDArray]) -> [NDArray]
  ) throws -> (plan: CompiledPlan, captured: [NDArray]) {
    let closure = ClosedProgram.trace("a test", types, body)
    return (try closure.program.planned(), closure.captured)
  }

  static func run(_ plan: CompiledPlan, _ inputs: [NDArray]) throws -> [NDArray] {
    let values = try inputs.map { try #require(try $0.computed()) }
    return try plan.run(values).enumerated().map { _, value in
      NDArray(value, ArrayType(value.layout.shape, .float64))
    }
  }

  @Test func runsOnDifferentValues() throws {
    let (plan, captured) = try Self.closed([ArrayType([3], .float64)]) { [$0[0] * 2 + 1] }
    #expect(captured.isEmpty)
    for scale in [1.0, 10] {
      let results = try Self.run(plan, [NDArray([1.0, 2, 3]) * NDArray(scale)])
      #expect(results[0].array(of: Double.self) == [2 * scale + 1, 4 * scale + 1, 6 * scale + 1])
    }
  }

  @Test func captureIsAnInput() throws {
    let offset = NDArray([10.0, 20])
    let (plan, captured) = try Self.closed([ArrayType([2], .float64)]) { [$0[0] + offset] }
    #expect(captured.count == 1)
    let results = try Self.run(plan, [NDArray([1.0, 2]), NDArray([5.0, 6])])
    #expect(results[0].array(of: Double.self) == [6, 8])
  }

  @Test func outputsMayBeInputsAndScalars() throws {
    let scalar = 3.5
    let (plan, captured) = try Self.closed([ArrayType([2], .float64)]) {
      [$0[0], NDArray(scalar), $0[0].sum(), $0[0]]
    }
    let results = try Self.run(plan, [NDArray([1.0, 2])] + captured)
    #expect(results.map { $0.array(of: Double.self) } == [[1, 2], [3.5], [3], [1, 2]])
  }

  @Test func anyLayoutAndOffset() throws {
    let (plan, _) = try Self.closed([ArrayType([2, 2], .float64)]) {
      [$0[0] * 1, matmul($0[0], $0[0]), $0[0][1], $0[0].sum(axis: 0)]
    }
    let base = NDArray((0..<16).map(Double.init), shape: [4, 4])
    for view in [base[1..<3, 2..<4], base.T[1..<3, 2..<4], base[..<2, ..<2].flipped(0)] {
      let dense = NDArray(view.array(of: Double.self), shape: [2, 2])
      let results = try Self.run(plan, [view])
      let expected = [dense, matmul(dense, dense), dense[1], dense.sum(axis: 0)]
      for (result, expected) in zip(results, expected) {
        #expect(result.array(of: Double.self) == expected.array(of: Double.self))
      }
    }
  }

  @Test func countingArraysAreMadeByTheRun() throws {
    let program = Trace.run { trace in
      let x = trace.placeholder(ArrayType([3], .float64), for: "a test")
      return Program(from: [x], to: [x + NDArray.arange(3).asType(.float64)], since: trace.serial)
    }
    let plan = try CompiledPlan(program)
    #expect(try Self.run(plan, [NDArray([1.0, 1, 1])])[0].array(of: Double.self) == [1, 2, 3])
  }

  @Test func derivativesInsideAreFlat() throws {
    let (plan, _) = try Self.closed([ArrayType([], .float64)]) {
      [grad { (x: NDArray) in x * x * x }($0[0])]
    }
    #expect(try Self.run(plan, [NDArray(2.0)])[0].item(Double.self) == 12)
  }
}
