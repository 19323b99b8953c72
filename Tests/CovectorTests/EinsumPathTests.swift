// The order in which products of several operands are computed.

import Testing

@testable import Covector

@Suite struct EinsumPathTests {
  @Test func pairsInOrder() throws {
    let path = try einsumPath("ij,jk,kl->il", [[2, 100], [100, 3], [3, 50]])
    #expect(path.map { [$0.first, $0.second] } == [[0, 1], [0, 1]])
    let other = try einsumPath("ij,jk,kl->il", [[50, 3], [3, 100], [100, 2]])
    #expect(other.map { [$0.first, $0.second] } == [[1, 2], [0, 1]])
    #expect(try einsumPath("ij->ji", [[2, 3]]).isEmpty)
  }

  @Test func mistakesAreThrown() {
    #expect(throws: ArrayError.self) { try einsumPath("ij,jk->ik", [[2, 3], [4, 5]]) }
    #expect(throws: ArrayError.self) { try einsumPath("ij,jk->ik", [[2, 3]]) }
  }

  @Test func shapesBroadcast() throws {
    #expect(try broadcastShapes([2, 1], [3], []) == [2, 3])
    #expect(throws: ArrayError.self) { try broadcastShapes([2], [3]) }
  }
}
