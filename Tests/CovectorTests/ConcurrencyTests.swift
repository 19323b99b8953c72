// Arrays shared between tasks: built, transformed and evaluated at once, each node computed once.

import Synchronization
import Testing

@testable import Covector

/// Counts how often it is computed.
private struct Counted: LinearPrimitive, TransientPrimitive {
  final class Counter: Sendable, Hashable {
    let count = Atomic<Int>(0)
    static func == (a: Counter, b: Counter) -> Bool { a === b }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
  }
  let counter: Counter
  var name: String { "counted" }
  var evaluation: Evaluation {
    .function { [counter] call in
      counter.count.wrappingAdd(1, ordering: .relaxed)
      call.copy(0, to: 0, layout: call.outputs[0].layout)
    }
  }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0])], axes)
  }
}

@Suite struct ConcurrencyTests {
  @Test func tasksTransformAtOnce() async {
    let x = NDArray([1.0, 2.0, 3.0])
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            let cube = { (x: NDArray) in x * x * x }
            guard vmap(grad(cube))(x).array(of: Double.self) == [3, 12, 27] else { return false }
          }
          return true
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func sharedNodeIsComputedOnce() async {
    for _ in 0..<50 {
      let counter = Counted.Counter()
      let shared = NDArray(Counted(counter: counter), NDArray([1.0, 2.0]) + 1)
      await withTaskGroup(of: [Double].self) { group in
        for task in 0..<8 {
          group.addTask { (shared * Double(task)).array(of: Double.self) }
        }
        var total = [0.0, 0.0]
        for await values in group { total = zip(total, values).map { $0 + $1 } }
        #expect(total == [56, 84])
      }
      #expect(counter.count.load(ordering: .relaxed) == 1)
    }
  }

  // Evaluations that want each other's nodes, in opposite orders.
  @Test func crossedEvaluationsEnd() async {
    for _ in 0..<100 {
      let a = NDArray([1.0]) + 1
      let b = NDArray([2.0]) + 1
      await withTaskGroup(of: Void.self) { group in
        group.addTask { eval(a * b, b) }
        group.addTask { eval(b * a, a) }
      }
      #expect((a + b).item(Double.self) == 5)
    }
  }
}
