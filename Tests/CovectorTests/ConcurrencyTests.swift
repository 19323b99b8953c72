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

/// Numbers that threads write without a lock.
@safe private final class Cells: @unchecked Sendable {
  private let cells: UnsafeMutableBufferPointer<Int>

  init(_ count: Int) {
    unsafe cells = .allocate(capacity: count)
    unsafe cells.initialize(repeating: 0)
  }

  deinit { unsafe cells.deallocate() }

  subscript(position: Int) -> Int {
    get { unsafe cells[position] }
    set { unsafe cells[position] = newValue }
  }

  var total: Int { unsafe cells.reduce(0, +) }
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

  // Each round reads what other threads wrote in the one before; pauses let the workers fall asleep.
  @Test func workersDoEachPieceOnce() async {
    let pool = WorkerPool(workers: 3)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let cells = Cells(8)
          for round in 1...1000 {
            pool.run(8) { piece in cells[piece] += piece + 1 }
            guard cells.total == 36 * round else { return false }
            if round % 50 == 0 { try? await Task.sleep(for: .milliseconds(1)) }
          }
          return true
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  // Large enough for evaluations to share their work, in several tasks, so that some find the workers taken.
  @Test func tasksShareTheWorkers() async throws {
    let x = NDArray((0..<40_000).map { Float($0 % 1013) / 7 }, shape: [40, 1000])
    let rows = NDArray((0..<80).map { Int32($0 * 7 % 40) })
    let results: @Sendable () -> [[Float]] = {
      [
        tanh(x) + x, x.sum(axis: 0), x.sum(), matmul(x, x.T), softmax(x, axis: 1),
        x.sorted(axis: 1), x.cumulativeSum(axis: 1), fft(x).real, x.take(rows, axis: 0),
        Random.normal([40, 1000], key: Random.key(1)),
      ].map { $0.array(of: Float.self) }
    }
    let expected = Device.$current.withValue(Device(threads: 1)) { results() }
    let device = Device(threads: 4)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          Device.$current.withValue(device) { (0..<5).allSatisfy { _ in results() == expected } }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
