// What an evaluation keeps, and what it fuses away.

import Testing

@testable import Covector

@Suite struct FusionTests {
  /// The number of loops, folds, products and calls that evaluating the arrays takes.
  static func steps(_ arrays: [NDArray]) throws -> Int {
    var claim = PendingGraph()
    defer { claim.release() }
    _ = try claim.claim(arrays)
    return try Plan(claim.graph).steps.count
  }

  @Test func chainIsOneLoop() throws {
    let x = NDArray([1.0, 2.0])
    #expect(try Self.steps([(x + 1) * (x - 2) / x + 3]) == 1)
  }

  @Test func foldClosesALoop() throws {
    let x = NDArray([1.0, 2.0])
    #expect(try Self.steps([NDArray(Sum(axes: [0]), (x + 1) * x)]) == 1)
  }

  @Test func heldValueIsKept() {
    let x = NDArray([1.0, 2.0])
    let y = x + 1
    let z = y * 2
    eval(z)
    #expect(y.node.value(of: 0) != nil)
    #expect(z.node.inputs.isEmpty)
    withExtendedLifetime(y) {}
  }

  @Test func unheldValueIsNotKept() throws {
    let x = NDArray([1.0, 2.0])
    func body() -> NDArray {
      let y = x + 1
      return y * 2
    }
    let z = body()
    var claim = PendingGraph()
    defer { claim.release() }
    _ = try claim.claim([z])
    #expect(claim.graph.operations.map(\.isKept) == [false, true])
  }
}
