// Arrays from literals, rules and ranges: against NumPy, and what goes wrong.

import Testing

@testable import Covector

/// Compares arrays with NumPy's.
func expectGoldens(_ fill: (inout ArrayGoldens) -> Void, tolerance: Double = 0) {
  var goldens = ArrayGoldens()
  fill(&goldens)
  for golden in goldens.all {
    let values = golden.array.asType(.complex128).real.array(of: Double.self)
    let isClose = zip(values, golden.values).allSatisfy { value, expected in
      abs(value - expected) <= tolerance * max(abs(expected), 1)
    }
    #expect(golden.array.dtype == golden.dtype, "\(golden.label)")
    #expect(golden.array.shape == golden.shape, "\(golden.label)")
    #expect(
      isClose && values.count == golden.values.count, "\(golden.label): \(values) \(golden.values)")
  }
}

@Suite struct CreationTests {
  @Test func createsAsNumPyDoes() {
    // Sequences may differ in the last place: NumPy adds up its steps otherwise.
    expectGoldens({ $0.addCreation() }, tolerance: 1e-15)
  }

  @Test func linspaceEndsAreExact() {
    for count in 2..<200 {
      let x = NDArray.linspace(from: 0.1, to: 0.7, count: count, dtype: .float64).array(
        of: Double.self)
      #expect(x.first == 0.1 && x.last == 0.7)
    }
  }

  @Test func literalsOfKnownNumbersAreOneArrayInMemory() {
    let x: NDArray = [[[1, 2], [3, 4]], [[5, 6], [7, 8.5]]]
    #expect(x.node.primitive is Leaf)
    #expect(x.shape == [2, 2, 2])
    #expect(x.dtype == .float32)
  }

  @Test func literalsTakePartInDerivatives() {
    let (outputs, pullback) = Differentiate.vjp(
      { x in [[x[0] * 2, 1, x[0]] as NDArray] }, [NDArray(3.0 as Double)])
    #expect(outputs[0].array(of: Double.self) == [6, 1, 3])
    #expect(outputs[0].dtype == .float64)
    let cotangent = pullback([NDArray([1.0, 10, 100])])[0]
    #expect(cotangent?.item(Double.self) == 102)
  }

  /// M12 #10: the reference returns the value times the sum.
  @Test func gradientOfFull() {
    let (outputs, pullback) = Differentiate.vjp(
      { [NDArray.full([3], $0[0]), NDArray.full(like: $0[0].reshaped(to: 1, 1), $0[0])] },
      [NDArray(7.0 as Double)])
    #expect(outputs[0].array(of: Double.self) == [7, 7, 7])
    let cotangent = pullback([NDArray([1.0, 1, 1]), NDArray([0.5], shape: [1, 1])])[0]
    #expect(cotangent?.item(Double.self) == 3.5)
    let (_, tangents) = Differentiate.jvp(
      { [NDArray.full([2], $0[0])] }, [NDArray(7.0 as Double)], [NDArray(2.0 as Double)])
    #expect(tangents[0]?.array(of: Double.self) == [2, 2])
  }

  @Test func mistakes() {
    #expect(
      mistake { _ = [[1, 2], [3]] as NDArray }
        == "[NDArray] parts of shapes [2] and [1] stand side by side in a literal; "
        + "all must have the same shape")
    #expect(
      mistake { _ = [1, 3_000_000_000] as NDArray }
        == "[NDArray] 3000000000 in a literal does not fit int32; "
        + "NDArray([Int]) makes an int64 array"
    )
    #expect(
      mistake { _ = NDArray([[1, 2], [3]]) }
        == "[NDArray] row 1 has 1 values and row 0 has 2; all must have as many")
    #expect(
      mistake { _ = NDArray.zeros([2, -1]) }
        == "[zeros] shape [2, -1] has a negative size; sizes must be 0 or more")
    #expect(
      mistake { _ = NDArray.full([2, 3], [1, 2]) }
        == "[full] a value of shape [2] does not broadcast to [2, 3]")
    #expect(mistake { _ = NDArray.arange(300, dtype: .uint8) } == "[arange] 299 does not fit uint8")
    #expect(
      mistake { _ = NDArray.arange(from: 0, to: 5, by: 0) }
        == "[arange] the step is 0; it must not be 0")
    #expect(
      mistake { _ = NDArray.arange(from: 0, to: 1.5, by: 0) }
        == "[arange] 0.0 to 1.5 by 0.0 is not a finite sequence")
    #expect(
      mistake { _ = tril(NDArray([1.0])) }
        == "[tril] shape [1] has no matrices; at least 2 axes are needed")
    #expect(
      mistake { _ = diag(NDArray(1.0)) } == "[diag] shape [] has 0 axes; 1 or 2 are needed")
  }
}
