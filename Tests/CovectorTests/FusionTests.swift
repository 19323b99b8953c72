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

  @Test func loopThatIsReadTwiceIsStillJoined() throws {
    let x = NDArray([1.0, 2.0, 3.0])
    func body() -> [NDArray] {
      let y = sin(x)
      return [y * 2, y[1...] + 1]
    }
    // The sine is stored by the loop of the first; the second reads it.
    #expect(try Self.steps(body()) == 2)
  }

  @Test func smallLoopsOfOneSizeAreJoined() throws {
    let (x, y) = (NDArray([1.0, 2.0]), NDArray([3.0, 4.0]))
    #expect(try Self.steps([x + 1, y * 2]) == 1)
  }

  @Test func largeLoopsAreJoinedWhereTheyShareInputs() throws {
    let (x, y) = (NDArray.ones([5000]) * 2, NDArray.ones([5000]) * 3)
    eval(x, y)
    #expect(try Self.steps([x + 1, x * 2]) == 1)
    #expect(try Self.steps([x + 1, y * 2]) == 2)
  }

  @Test func anotherShapeIsNoBarrier() throws {
    let x = NDArray([1.0, 2.0, 3.0, 4.0])
    #expect(try Self.steps([sin(x).reshaped([2, 2]) * 2]) == 1)
    #expect(try Self.steps([sin(x).reshaped([2, 2]).transposed() * 2]) == 2)
  }

  @Test func partsAreStoredWhereTheyBelong() throws {
    let x = NDArray([1.0, 2.0, 3.0])
    let joined = concatenated([sin(x), cos(x), x])
    // A loop for what is computed, a copy of what is there.
    #expect(try Self.steps([joined]) == 2)
    let padded = sin(x).padded(1)
    #expect(try Self.steps([padded]) == 2)
    let values = padded.array(of: Double.self)
    #expect(agree(values, [0, 0.841470985, 0.909297427, 0.141120008, 0], within: 1e-6))
  }

  @Test func slicesGiveOneCotangent() throws {
    let x = NDArray([1.0, 2.0, 3.0])
    let product = { (x: NDArray) in x[0] * x[1] * sin(x[2]) }
    let program = trace(grad(product))(x)
    let embeddings = program.operations.compactMap { $0.node.primitive as? Embed }
    #expect(embeddings.map(\.windows.count) == [3])
    let slopes = grad(product)(x).array(of: Double.self)
    #expect(agree(slopes, [0.282240016, 0.141120008, -1.979984993], within: 1e-6))
    // Three numbers fill all of it.
    #expect(try Self.steps([grad(product)(x)]) == 1)
  }

  @Test func slicesThatMeetAreAdded() throws {
    let x = NDArray([1.0, 2.0, 3.0, 4.0])
    let both = { (x: NDArray) in x[..<3].sum() + x[1...].sum() }
    #expect(grad(both)(x).array(of: Float.self) == [1, 2, 2, 1])
    let combs = { (x: NDArray) in
      (x[.stride(by: 2)] * 3).sum() + (x[.stride(from: 1, by: 2)] * 5).sum()
    }
    #expect(grad(combs)(x).array(of: Float.self) == [3, 5, 3, 5])
    let program = trace(grad(combs))(x)
    #expect(program.operations.compactMap { ($0.node.primitive as? Embed)?.windows.count } == [2])
  }

  @Test func embeddingsOfSomeThatAreMapped() {
    let (x, y) = (NDArray([1.0, 2.0, 3.0]), NDArray([5.0, 7.0]))
    // The cotangent of one slice is mapped, that of the other is not.
    let slopes = vmap(in: [nil, 0]) { (x: NDArray, y: NDArray) in
      grad { (x: NDArray) in x[0] * y + x[2] * x[2] }(x)
    }(x, y)
    #expect(slopes.shape == [2, 3])
    #expect(slopes.array(of: Float.self) == [5, 0, 6, 7, 0, 6])
    // Twice over, and forward.
    let twice = jacobian(grad { (x: NDArray) in x[0] * x[1] * x[2] })(x)
    #expect(twice.shape == [3, 3])
    #expect(twice.array(of: Float.self) == [0, 3, 2, 3, 0, 1, 2, 1, 0])
    let (_, tangent) = jvp(grad { (x: NDArray) in x[0] * x[1] * x[2] }, x, NDArray([1.0, 0, 0]))
    #expect(tangent.array(of: Float.self) == [0, 3, 2])
  }

  @Test func manySlices() {
    let x = NDArray.arange(200, dtype: .float32)
    let gradient = grad { (x: NDArray) in
      (0..<200).map { square(x[$0]) }.reduce(NDArray(0), +)
    }(x)
    #expect(gradient.array(of: Float.self) == (0..<200).map { Float(2 * $0) })
  }

  @Test func nothingIsStoredOverWhatIsLoadedLater() {
    let x = NDArray.arange(4096, dtype: .float32).reshaped([64, 64]) / 4096
    // The product ends in the loop that stores the sine first and loads the product then.
    func body() -> (sine: NDArray, sum: NDArray) {
      let (product, sine) = (matmul(x, x), sin(x))
      return (sine, sine + product)
    }
    let (sine, sum) = body()
    eval(sine, sum)
    let (alone, product) = (sin(x), matmul(x, x))
    eval(alone)
    eval(product)
    #expect(sine.array(of: Float.self) == alone.array(of: Float.self))
    #expect(sum.array(of: Float.self) == (alone + product).array(of: Float.self))
  }
}
