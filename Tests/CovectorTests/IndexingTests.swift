// Subscripts and updates: against NumPy, under transforms, and what goes wrong.

import Testing

@testable import Covector

@Suite struct IndexingTests {
  let matrix = NDArray((0..<6).map(Double.init), shape: [2, 3])

  @Test func readsAsNumPyDoes() { expectGoldens { $0.addIndexing() } }

  @Test func writesAsNumPyDoes() { expectGoldens({ $0.addUpdates() }, tolerance: 1e-15) }

  @Test func settersReplaceOnlyTheVariable() {
    var y = matrix
    y[0] = 9
    #expect(matrix.array(of: Double.self) == [0, 1, 2, 3, 4, 5])
    #expect(y.array(of: Double.self) == [9, 9, 9, 3, 4, 5])
  }

  @Test func slicesShareMemory() {
    let x = matrix
    eval(x)
    let part = x[1, .stride(by: -1)]
    eval(part)
    let (whole, shared) = (x.node.value(of: 0), part.node.value(of: 0))
    #expect(whole != nil && whole?.buffer === shared?.buffer)
  }

  /// M12 #26: the reference reads whatever is in memory.
  @Test func indicesOutOfRangeAreErrors() {
    let x = NDArray.arange(3)
    #expect(
      mistake { _ = x[10] }
        == "[subscript] index 10 is out of range for axis 0 of size 3; valid indices are -3...2")
    #expect(
      mistake { _ = matrix[0, -4] }
        == "[subscript] index -4 is out of range for axis 1 of size 3; valid indices are -3...2")
    #expect(
      mistake { _ = NDArray.zeros([0])[0] }
        == "[subscript] index 0 is out of range for axis 0 of size 0; the axis is empty")
    #expect(
      mistake { eval(matrix[NDArray([0, 1]), NDArray([2, 7])]) }
        == "[take] index 7 is out of range for axis 1 of size 3")
    #expect(
      mistake { eval(matrix[..., NDArray([-4])]) }
        == "[take] index -4 is out of range for axis 1 of size 3")
    #expect(
      mistake { eval(matrix.at[NDArray([0, 2])].adding(1)) }
        == "[at] index 2 is out of range for axis 0 of size 2")
    #expect(
      mistake { eval(matrix.sliced(from: NDArray([2]), axes: [1], sizes: [2])) }
        == "[take] index 3 is out of range for axis 1 of size 3")
    #expect(
      mistake { eval(matrix.sliced(from: NDArray([-4]), axes: [1], sizes: [2])) }
        == "[take] index -4 is out of range for axis 1 of size 3")
  }

  @Test func anOutOfRangeIndexInABatchIsNamedAsInOneExample() {
    let x = NDArray.zeros([4, 2, 3])
    let message = mistake {
      let mapped = Vectorize.apply(
        { [$0[0].take($0[1], axis: 1)] }, to: [x, NDArray([0, 1, 5, 2])], size: 4, axes: [0, 0])
      eval(mapped[0].array)
    }
    #expect(message == "[take] index 5 is out of range for axis 1 of size 3")
  }

  @Test func mistakes() {
    #expect(
      mistake { _ = matrix[0, 0, 0] } == "[subscript] 3 indices are too many for an array of 2 axes"
    )
    #expect(
      mistake { _ = matrix[.ellipsis, 0, .ellipsis] }
        == "[subscript] 2 ellipses; at most one can be used")
    #expect(
      mistake { _ = matrix[.stride(by: 0)] } == "[subscript] a stride of 0; it must not be 0")
    #expect(
      mistake { _ = matrix[NDArray([0.5])] }
        == "[subscript] indices are float64; they must be integers")
    #expect(
      mistake { _ = matrix[NDArray([0, 1]), NDArray([0, 1, 2])] }
        == "[subscript] index arrays of shapes [2] and [3] do not broadcast; "
        + "sizes must be equal or 1, counted from the last axis")
    #expect(
      mistake { _ = matrix[NDArray([true, false, true])] }
        == "[subscript] a mask of shape [3] does not fit the sizes [2] from axis 0 on")
    #expect(
      mistake {
        var y = matrix
        y[0] = NDArray([1.0, 2])
      } == "[subscript] values of shape [2] do not broadcast to shape [3], which they go to")
    #expect(
      mistake {
        var y = NDArray.arange(3)
        y[0] = 1.5
      }
        == "[subscript] float32 values do not fit into an array of int32; "
        + "convert one of them with asType")
    #expect(
      mistake { _ = NDArray.arange(3).at[0].dividing(by: 2) }
        == "[at] not defined for int32; floating-point or complex is needed")
    #expect(
      mistake {
        var y = matrix
        y[matrix .> 3] = NDArray([1.0, 2, 3])
        eval(y)
      } == "[at] 3 values do not fit a mask that selects 2 elements")
  }

  @Test func masksUnderVmap() {
    let x = NDArray((0..<8).map(Double.init), shape: [2, 4])
    let message = mistake {
      _ = Vectorize.apply({ [$0[0][$0[0] .> 2]] }, to: [x], size: 2, axes: [0])
    }
    #expect(
      message
        == "[subscript] a mask selects as many elements as it is true for, which is not known inside "
        + "vmap; use which(mask, x, 0), or write with x[mask] = values")
    // A mask that does not depend on the mapped input can be read through.
    let fixed = NDArray([true, false, false, true])
    let parts = Vectorize.apply({ [$0[0][fixed]] }, to: [x], size: 2, axes: [0])
    let front = parts[0].array.movingAxis(parts[0].axis ?? 0, to: 0)
    #expect(front.array(of: Double.self) == [0, 3, 4, 7])
  }

  /// M12 #1: the reference updates only the first example.
  @Test func vmapOfAnUpdateWithAnUnmappedValue() {
    let values = NDArray([1.0, 2])
    let updates: [@Sendable (NDArray) -> NDArray] = [
      { $0.at[1..<3].adding(values) },
      { $0.at[1..<3].setting(to: values) },
      { $0.at[1..<3].maximum(values) },
      {
        var y = $0
        y[1..<3] = values
        return y
      },
      { $0.at[NDArray([1, 2])].adding(values) },
      { $0.at[NDArray([1, 2])].setting(to: values) },
    ]
    for update in updates {
      let mapped = Vectorize.apply(
        { [update($0[0])] }, to: [NDArray.zeros([3, 4], dtype: .float64)], size: 3, axes: [0])
      let batch = mapped[0].array.movingAxis(mapped[0].axis ?? 0, to: 0)
      #expect(batch.array(of: Double.self) == [0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2, 0])
    }
    // The same through the derivative of a slice assignment.
    let cotangents = NDArray((0..<12).map(Double.init), shape: [3, 4])
    let pulled = Vectorize.apply(
      { inputs in
        let (_, pullback) = Differentiate.vjp(
          { x in
            var y = x[0]
            y[1..<3] = values
            return [y]
          }, [NDArray.zeros([4], dtype: .float64)])
        return pullback([inputs[0]]).compactMap { $0 }
      }, to: [cotangents], size: 3, axes: [0])
    #expect(pulled[0].array.array(of: Double.self) == [0, 0, 0, 3, 4, 0, 0, 7, 8, 0, 0, 11])
  }

  /// M12 #5: the reference credits the wrong examples.
  @Test func vjpOfVmapOfMaskAssignment() {
    let x = NDArray((0..<6).map(Double.init), shape: [2, 3])
    let masks = NDArray([true, false, false, false, true, false], shape: [2, 3])
    let values = NDArray([10.0, 20], shape: [2, 1])
    let (outputs, pullback) = Differentiate.vjp(
      { inputs in
        Vectorize.apply(
          { one in
            var y = one[0]
            y[one[1]] = one[2]
            return [y]
          }, to: [x, masks, inputs[0]], size: 2, axes: [0, 0, 0]
        ).map(\.array)
      }, [values])
    #expect(outputs[0].array(of: Double.self) == [10, 1, 2, 3, 20, 5])
    let cotangent = pullback([NDArray([1.0, 2, 4, 8, 3, 16], shape: [2, 3])])[0]
    #expect(cotangent?.array(of: Double.self) == [1, 3])
  }

  @Test func vmapOfAListWrittenThroughAMask() {
    let masks = NDArray([true, true, false, false, true, true], shape: [2, 3])
    let values = NDArray([1.0, 2, 3, 4], shape: [2, 2])
    let mapped = Vectorize.apply(
      { one in
        var y = NDArray.zeros([3], dtype: .float64)
        y[one[0]] = one[1]
        return [y]
      }, to: [masks, values], size: 2, axes: [0, 0])
    #expect(mapped[0].array.array(of: Double.self) == [1, 2, 0, 0, 3, 4])
  }

  @Test func tracedScalarIndices() {
    let x = NDArray((0..<12).map(Double.init), shape: [3, 4])
    let mapped = Vectorize.apply(
      { [$0[0][$0[1], 1...]] }, to: [x, NDArray([0, -1, 2, 1])], size: 4, axes: [nil, 0])
    #expect(mapped[0].array.array(of: Double.self) == [1, 2, 3, 9, 10, 11, 9, 10, 11, 5, 6, 7])
  }

  @Test func indicesComputedFromADerivedValueNeedNoStopGradient() {
    let x = NDArray([3.0, 1, 2])
    let (_, pullback) = Differentiate.vjp(
      { x in [x[0][x[0].asType(.int64) - 1] * 10] }, [x])
    #expect(pullback([NDArray([1.0, 2, 3])])[0]?.array(of: Double.self) == [20, 30, 10])
  }
}
