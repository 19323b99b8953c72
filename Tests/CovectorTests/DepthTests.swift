// Chains of a million operations: nothing may recurse along them.

import Testing

@testable import Covector

@Suite struct DepthTests {
  static let length = 1_000_000

  static func chain(_ x: NDArray) -> NDArray {
    var y = x
    for _ in 0..<length { y = y + 1 }
    return y
  }

  @Test func evaluated() {
    #expect(Self.chain(NDArray([1.0, 2.0])).array(of: Double.self) == [1_000_001, 1_000_002])
  }

  @Test func printed() {
    #expect("\(Self.chain(NDArray([1.0, 2.0])))" == "array([1000001., 1000002.], dtype=float64)")
  }

  @Test func freedUnevaluated() {
    let chain = Self.chain(NDArray([1.0]))
    #expect(chain.shape == [1])
  }

  @Test func differentiated() {
    let x = NDArray([1.0, 2.0])
    let (_, pullback) = Differentiate.vjp({ [Self.chain($0[0] * $0[0])] }, [x])
    let pulled = pullback([NDArray([1.0, 1.0])])[0]
    #expect(pulled?.array(of: Double.self) == [2, 4])
    let (outputs, tangents) = Differentiate.jvp(
      { [Self.chain($0[0] * $0[0])] }, [x], [NDArray([1.0, 1.0])])
    #expect(tangents[0]?.array(of: Double.self) == [2, 4])
    #expect(outputs[0].array(of: Double.self) == [1_000_001, 1_000_004])
  }

  @Test func mapped() {
    let x = NDArray([1.0, 2.0])
    let mapped = Vectorize.apply({ [Self.chain($0[0])] }, to: [x], size: 2, axes: [0])
    #expect(mapped[0].array.array(of: Double.self) == [1_000_001, 1_000_002])
  }
}
