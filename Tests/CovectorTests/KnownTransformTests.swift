// Transforms of functions that are traced for every call are derived once for each structure of what they record:
// when one is found again, when not, and that it never shows.

import Foundation
import Synchronization
import Testing

@testable import Covector

@Suite struct KnownTransformTests {
  /// How many transforms were found and how many derived while `body` ran, on a device of its own.
  private static func counts(_ body: () -> Void) -> (found: Int, derived: Int) {
    Device.$current.withValue(Device(threads: 1)) {
      body()
      let statistics = Device.current.transforms.statistics
      return (statistics.hits, statistics.misses)
    }
  }

  private static func loss(_ w: NDArray, _ x: NDArray) -> NDArray { square(tanh(w * x) - 1).sum() }

  // MARK: When it is found

  @Test func aLoopDerivesOnce() {
    let counts = Self.counts {
      var w = NDArray([0.1, 0.2, 0.3])
      for step in 0..<5 {
        // Another scalar each time is no other structure.
        w = w - (0.1 / Double(step + 1)) * grad(Self.loss)(w, NDArray([1.0, 2, Double(step)]))
        eval(w)
      }
    }
    #expect(counts == (4, 1))
  }

  @Test func everyTransformIsFoundAgain() {
    let x = NDArray([0.5, 1, 2])
    let transforms: [(String, Int, (Float) -> NDArray)] = [
      ("grad", 1, { scale in grad { ($0 * scale * sin($0)).sum() }(x) }),
      ("jvp", 1, { scale in jvp({ $0 * scale * sin($0) }, x, x).tangents }),
      ("vmap", 1, { scale in vmap { $0 * scale * sin($0) }(x) }),
      ("vmap of grad", 2, { scale in vmap(grad { $0 * scale * sin($0) })(x) }),
      ("grad of vmap", 2, { scale in grad { vmap { $0 * scale * sin($0) }($0).sum() }(x) }),
      ("jacobian", 2, { scale in jacobian({ $0 * scale * sin($0) })(x) }),
      ("hessian", 3, { scale in hessian({ ($0 * scale * sin($0)).sum() })(x) }),
    ]
    for (name, count, transform) in transforms {
      let counts = Self.counts {
        eval(transform(2))
        eval(transform(3))
      }
      #expect(counts == (count, count), "\(name)")
    }
  }

  @Test func aKnownTransformIsPlannedOnce() {
    Device.$current.withValue(Device(threads: 1)) {
      // Scalars that are equal to others in the graph would be the same operand.
      for scale in [3, 5, 7] as [Float] {
        eval(hessian { ($0 * $0 * scale).sum() }(NDArray([1.0, 2])))
      }
      #expect(Device.current.plans.statistics.misses == 1)
    }
  }

  @Test func otherTypesAndShapesAreOthers() {
    let f = { (x: NDArray) in (x * x).sum() }
    let counts = Self.counts {
      eval(grad(f)(NDArray([1.0, 2])), grad(f)(NDArray([1.0, 2, 3])))
      eval(grad(f)(NDArray([1.0, 2]).asType(.float32)))
      eval(vmap(f)(counting(2, 3)), vmap(f, in: 1)(counting(2, 3)))
    }
    #expect(counts == (0, 5))
    let x = NDArray([1.0, 2])
    for _ in 0..<2 {
      // One program each: x, its square and the sum.
      #expect(numbers(grad(f)(x)) == [2, 4])
      #expect(numbers(jvp(f, x, NDArray([1.0, 0])).tangents) == [2])
      let square = NDArray([1.0, 2, 3, 4], shape: [2, 2])
      #expect(numbers(vmap(f)(square)) == [5, 25])
      #expect(numbers(vmap(f, in: 1)(square)) == [10, 20])
    }
  }

  // MARK: What a rule may look at

  @Test func powersOfOtherExponentsAreOthers() {
    let x = NDArray([0.0, 2])
    for _ in 0..<2 {
      #expect(numbers(grad { pow($0, 3).sum() }(x)) == [0, 12])
      #expect(numbers(grad { pow($0, 4).sum() }(x)) == [0, 32])
      // By the rule for any power this were not a number at 0.
      #expect(numbers(hessian { pow($0, 3).sum() }(x)) == [0, 0, 0, 12])
    }
  }

  @Test func manyParametersAreNotKept() {
    let x = counting(40)
    let counts = Self.counts {
      for start in 0..<30 {
        let slopes = grad { ($0[start..<(start + 10)] * 2).sum() }(x)
        #expect(numbers(slopes) == (0..<40).map { (start..<(start + 10)).contains($0) ? 2 : 0 })
      }
    }
    #expect(counts == (0, 8))
  }

  @Test func everySizeOfABatchIsKept() {
    let counts = Self.counts {
      for size in Array(1...20) + Array(1...20) { eval(vmap { $0 * $0 }(NDArray.ones([size]))) }
    }
    #expect(counts == (20, 20))
  }

  @Test func aBatchingRuleIsCalledEveryTime() {
    let calls = Counter()
    let f = custom(
      { (x: NDArray) in x * 2 },
      vmap: { x, _, _ in
        calls.increment()
        return x * 2
      })
    for _ in 0..<3 { #expect(numbers(vmap(f)(NDArray([1.0, 2]))) == [2, 4]) }
    #expect(calls.value == 3)
  }

  @Test func mistakesOfRulesAreReportedEveryTime() {
    let f = { (x: NDArray) in
      NDArray(Stubborn(), x * 2).sum()
    }
    for _ in 0..<2 {
      #expect(mistake { grad(f)(NDArray([1.0])) } == "[stubborn] it has no derivative")
    }
  }

  @Test func rulesThatReadValuesRunEveryTime() {
    for value in [1.0, 2, 3] {
      let slopes = grad { NDArray(Curious(), $0 * 1).sum() }(NDArray([value]))
      #expect(numbers(slopes) == [value])
    }
  }

  // MARK: What is the same

  @Test func sidesThatAreNotChosenStayGuarded() {
    let f = sumOfChosenRoots
    let x = NDArray([0.0, 4])
    for _ in 0..<2 {
      #expect(numbers(grad(f)(x)) == [0, 0.25])
      #expect(numbers(hessian(f)(x)) == [0, 0, 0, -0.03125])
      #expect(numbers(grad { grad(f)($0).sum() }(x)) == [0, -0.03125])
    }
  }

  @Test func theBitsAreThoseOfTheRules() {
    let functions: [(String, @Sendable (NDArray) -> NDArray)] = [
      ("roots of errors", { sqrt(erf($0)) }),
      ("products", { $0 * tanh($0) / (1 + $0 * exp($0)) }),
      ("sums", { ($0 * $0).cumulativeSum(axis: 0) * sin($0.sum()) }),
      ("parts", { $0[0] * $0 + $0[1...].sum() * exp($0[0]) }),
      ("squares", { square($0) * sigmoid($0) + square(square($0)).sum() * gelu($0) }),
      ("folds", { softmax($0) * $0.logSumExp() + pow($0, 3) }),
    ]
    typealias Transform = @Sendable (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray
    let transforms: [(String, Transform)] = [
      ("grad", { f in grad { f($0).sum() } }),
      ("weighted", { f in { x in vjp(f, x, sin(f(x))).vjps } }),
      ("jvp", { f in { x in jvp(f, x, cos(x)).tangents } }),
      ("jacobian", { f in { x in jacobian(f)(x).sum(axis: 0) } }),
      ("vmap", { f in { x in vmap(f)(stacked([x, 2 * x])).sum(axis: 0) } }),
    ]
    let x = NDArray([0.3, 0.009028349654690793, 1.25, 0.7])
    for (function, f) in functions {
      for (outer, first) in transforms {
        for (middle, second) in transforms {
          let g = second(f)
          let h = first(g)
          let third = grad { h($0).sum() }
          for (name, transformed) in [("", h), ("grad", third)] {
            // Where lines are recorded, rules are applied one by one.
            let expected = recordingLines { numbers(transformed(x)) }
            let isSame = numbers(transformed(x)) == expected
            #expect(isSame, "\(name) \(outer) \(middle) of \(function)")
          }
        }
      }
    }
  }

  @Test func whatDoesNotDependOnTheMappedAxisIsTheSameForAll() {
    // The mask of the padding is a result of the derivative, and depends on no tracer.
    let f = { (x: NDArray) in x.padded([(before: 1, after: 0)], value: 0.5) * x.sum() }
    let x = counting(2, 3)
    let second = { (x: NDArray) in jvp({ jvp(f, $0, $0).tangents }, x, x).tangents }
    let expected = (0..<2).flatMap { numbers(second(x[$0])) }
    #expect(numbers(vmap(second)(x)) == expected)
    // And neither does one of the results of the inner map, nor what is made of it.
    let inner = vmap { (x: NDArray, y: NDArray) in (square(y), x * y) }
    let outer = vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in exp(inner(x, y).0) }
    let y = counting(3)
    let rows = (0..<2).flatMap { _ in numbers(exp(square(y))) }
    #expect(numbers(outer(x, y)) == rows)
  }

  @Test func answersMayBeWhatWasGiven() {
    let x = NDArray([1.0, 2])
    for _ in 0..<2 {
      let (y, pullback) = vjp({ (x: NDArray) in x.reshaped([2]) }, x)
      #expect(numbers(y) == [1, 2])
      #expect(numbers(pullback(NDArray([5.0, 6]))) == [5, 6])
      #expect(numbers(grad { _ in NDArray(3.0) }(x)) == [0, 0])
      #expect(numbers(vmap { (x: NDArray) -> (NDArray, NDArray) in (x, 7) }(x).1) == [7, 7])
    }
  }

  @Test func aPullbackIsRecordedAsItsOperationsWhereAProgramIsKept() {
    let f = { (x: NDArray) in (sin(x) * x).sum() }
    eval(grad(f)(NDArray([1.0])))
    #expect(trace(grad(f))(NDArray([1.0])).operationCounts["derived"] == nil)
    #expect(trace(grad(f))(NDArray([1.0])).operationCounts["cos"] == 1)
  }

  @Test func nothingOfTheArraysIsKept() {
    Device.$current.withValue(Device(threads: 1)) {
      func step() {
        let x = NDArray.ones([1 << 16]) * 2
        eval(grad { ($0 * x).sum() }(x), vmap { $0 * x }(x.reshaped([1, 1 << 16])))
      }
      step()
      #expect(Device.current.activeMemory < 1 << 12)
    }
  }

  @Test func theSecondDerivativeSharesOperationsWithTheFirst() throws {
    // It computes the first again, which is there already if both are wanted.
    let x = NDArray([1.0, 2])
    let (slopes, pullback) = vjp({ x in grad { (exp(tanh($0)) * $0).sum() }(x) }, x)
    let seconds = pullback(NDArray([1.0, 1]))
    func operations(_ results: [NDArray]) throws -> [EvaluationGraph.Operation] {
      var claim = PendingGraph()
      _ = try claim.claim(results)
      defer { claim.release() }
      return try Plan(claim.graph).graph.operations
    }
    let both = try operations([slopes, seconds])
    for (index, operation) in both.enumerated() {
      let equals = both[..<index].filter {
        $0.operands == operation.operands && $0.primitive.isEqual(to: operation.primitive)
      }
      #expect(equals.isEmpty, "\(operation.primitive.name)")
    }
    #expect(try both.count < operations([slopes]).count + operations([seconds]).count)
  }

  @Test func whatNobodyHoldsIsNotComputed() throws {
    func operations(_ results: [NDArray]) throws -> [String] {
      var claim = PendingGraph()
      _ = try claim.claim(results)
      defer { claim.release() }
      return try Plan(claim.graph).graph.operations.map(\.primitive.name).filter { $0 != "part" }
    }
    let f = vmap { (x: NDArray) in (sin(x), cos(x)) }
    let x = NDArray([1.0, 2])
    let sine = f(x).0
    #expect(try operations([sine]) == ["sin"])
    let both = f(x)
    // The other is held, and would be computed again if it were not kept.
    #expect(try Set(operations([both.0])) == ["sin", "cos"])
    for (cosine, angle) in zip(numbers(both.1), [1.0, 2]) {
      #expect(Swift.abs(cosine - Foundation.cos(angle)) < 1e-15)
    }
  }

  @Test func structuresAreComparedInFull() {
    let x = NDArray([1.0, 2])
    let y = NDArray([1.0, 2, 3])
    let functions: [(NDArray, ([NDArray]) -> [NDArray])] = [
      (x, { [$0[0] + x] }), (x, { [$0[0] * x] }), (x, { [x + $0[0]] }), (x, { [$0[0] + $0[0]] }),
      (y, { [$0[0] + y] }), (x, { [$0[0] + x, $0[0]] }), (x, { [exp($0[0])] }),
      (x, { [pow($0[0], 3)] }), (x, { [pow($0[0], 4)] }), (x, { [$0[0][1...]] }),
      (x, { [$0[0][..<1]] }),
      (
        x,
        { x in
          [
            select(x[0] .> 0) {
              exp(x[0])
            } else: {
              0
            }
          ]
        }
      ),
      (x, { x in [which(x[0] .> 0, exp(x[0]), 0)] }),
    ]
    let programs = functions.map { Differentiate.trace($1, at: [$0]).program }
    for (row, program) in programs.enumerated() {
      for (column, other) in programs.enumerated() {
        #expect(ProgramStructure(program).isShared(by: other) == (row == column))
      }
    }
  }

  @Test func manyTasksDeriveTogether() async {
    await withTaskGroup(of: [Double].self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<20).map { step in
            let x = NDArray([Double(task), Double(step)])
            return numbers(grad { (x: NDArray) in (x * x * x).sum() }(x)).reduce(0, +)
          }
        }
      }
      var sums: [Double] = []
      for await sum in group { sums.append(sum.reduce(0, +)) }
      let squares: Double = (0..<20).map { Double($0 * $0) }.reduce(0, +)
      let expected: [Double] = (0..<8).map { Double(60 * $0 * $0) + 3 * squares }
      #expect(sums.sorted() == expected.sorted())
    }
  }
}

/// Counts calls from closures that may run anywhere.
private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func increment() { count.withLock { $0 += 1 } }
}

/// The same array; its derivative is a mistake.
private struct Stubborn: TransientPrimitive {
  var name: String { "stubborn" }
  var evaluation: Evaluation { .view { $0 } }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] { [nil] }
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    ArrayError.report(ArrayError(name, "it has no derivative"))
    return [nil]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) { (x, axes) }
}

/// The same array; its derivative is its value, which the rule reads.
private struct Curious: TransientPrimitive {
  var name: String { "curious" }
  var evaluation: Evaluation { .view { $0 } }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] { tangents }
  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    [cotangents[0].map { $0 * NDArray(x[0].array(of: Float.self)) }]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) { (x, axes) }
}
