// What the tests of control flow share: counting what is computed, and derivatives by differences.

import Synchronization
import Testing

@testable import Covector

/// Counts elements as they are computed.
final class Tally: Sendable {
  private let counted = Mutex(0)
  var count: Int { counted.withLock { $0 } }
  func add(_ count: Int) { counted.withLock { $0 += count } }

  /// The array, counted element by element when it is computed.
  func callAsFunction(_ x: NDArray) -> NDArray { NDArray(Counting(tally: self), x) }
}

/// The identity, which counts.
private struct Counting: LinearPrimitive, TransientPrimitive {
  let tally: Tally

  var name: String { "counting" }
  var evaluation: Evaluation {
    .function { [tally] call in
      tally.add(call.inputs[0].count)
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

  static func == (a: Counting, b: Counting) -> Bool { a.tally === b.tally }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(tally)) }
}

/// A scalar of double precision; `NDArray(2.0)` would be a literal, which has no dtype of its own.
func double(_ value: Double) -> NDArray { NDArray(value) }

/// The derivative of a function of one number, by central differences of second order.
func difference(_ f: (NDArray) -> NDArray, at x: Double, step: Double = 1e-5) -> Double {
  let (up, down) = (f(NDArray(x + step)), f(NDArray(x - step)))
  return (up.item(Double.self) - down.item(Double.self)) / (2 * step)
}

/// Whether all numbers agree within a fraction of the largest.
func areClose(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  let scale = Swift.max(b.map { Swift.abs($0) }.max() ?? 0, 1e-300)
  return a.count == b.count && zip(a, b).allSatisfy { Swift.abs($0 - $1) <= tolerance * scale }
}
