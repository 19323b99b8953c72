// Gather and scatter under every transform: derivatives of first and second order against
// differences, with duplicate indices, and batches against loops for every choice of mapped inputs.

import Testing

@testable import Covector

/// A function of inexact arrays, and integer indices it takes besides.
private struct Case: CustomTestStringConvertible {
  let label: String
  let inputs: [NDArray]
  let indices: [NDArray]
  let run: @Sendable ([NDArray], [NDArray]) -> NDArray

  var testDescription: String { label }
}

private func spread(_ shape: [Int], _ seed: Int) -> NDArray {
  let count = shape.reduce(1, *)
  return NDArray((0..<count).map { Double(($0 * 37 + seed * 11) % 41) / 10 - 2.05 }, shape: shape)
}

private let duplicates = NDArray([2, 0, -1, 0, 2], shape: [5])
private let rows = NDArray([0, 1, 1], shape: [3, 1])
private let columns = NDArray([3, -1], shape: [2])

private func scatterCase(_ mode: ScatterMode, zeros: Bool = false) -> Case {
  var updates = spread([5, 2], 3)
  var array = spread([3, 2], 1)
  if zeros {
    // Two factors of one place are zero, and one of another, and an element of the array.
    updates[0, 0] = 0
    updates[2, 0] = 0
    updates[1, 1] = 0
    array[0, 0] = 0
  }
  return Case(
    label: "scatter \(mode)\(zeros ? " zeros" : "")", inputs: [array, updates],
    indices: [duplicates]
  ) { x, indices in NDArray(Scatter(axes: [0], mode: mode), [x[0]] + indices + [x[1]]) }
}

private let cases: [Case] = [
  Case(label: "gather", inputs: [spread([3, 4], 1)], indices: [duplicates]) { x, indices in
    NDArray(Gather(axes: [0]), x + indices)
  },
  Case(label: "gather two axes", inputs: [spread([2, 3, 4], 1)], indices: [rows, columns]) {
    NDArray(Gather(axes: [0, 2]), $0 + $1)
  },
  Case(label: "gather by a scalar", inputs: [spread([3, 4], 1)], indices: [NDArray(1)]) {
    NDArray(Gather(axes: [1]), $0 + $1)
  },
  scatterCase(.set), scatterCase(.add), scatterCase(.multiply), scatterCase(.multiply, zeros: true),
  scatterCase(.maximum), scatterCase(.minimum),
  Case(
    label: "scatter set two axes", inputs: [spread([2, 3, 4], 1), spread([3, 2, 3], 2)],
    indices: [rows, columns]
  ) { x, indices in NDArray(Scatter(axes: [0, 2], mode: .set), [x[0]] + indices + [x[1]]) },
  Case(
    label: "scatter multiply two axes", inputs: [spread([2, 3, 4], 1), spread([3, 2, 3], 2)],
    indices: [rows, columns]
  ) { x, indices in NDArray(Scatter(axes: [0, 2], mode: .multiply), [x[0]] + indices + [x[1]]) },
  Case(label: "overwrite", inputs: [spread([3, 4], 1), spread([2, 2], 2)], indices: []) { x, _ in
    NDArray(Overwrite(starts: [2, 0], steps: [-1, 3]), x)
  },
  Case(label: "subscript", inputs: [spread([2, 3, 4], 1)], indices: [NDArray([1, 0])]) {
    x, indices in
    x[0][indices[0], 1..<3, [2, -1]]
  },
  Case(
    label: "at dividing", inputs: [spread([3, 2], 1), spread([5, 2], 3) + 7], indices: [duplicates]
  ) {
    $0[0].at[$1[0]].dividing(by: $0[1])
  },
  Case(label: "mask", inputs: [spread([2, 3], 1), spread([4], 2)], indices: []) { x, _ in
    x[0].at[NDArray([true, true, false, false, true, true], shape: [2, 3])].multiplying(by: x[1])
  },
  Case(
    label: "takeAlongAxis", inputs: [spread([3, 4], 1)],
    indices: [NDArray([[0, 3], [1, 1], [2, -1]])]
  ) {
    $0[0].takeAlongAxis($1[0])
  },
  Case(label: "sliced", inputs: [spread([3, 4], 1)], indices: [NDArray([-2, 1])]) { x, indices in
    x[0].sliced(from: indices[0], axes: [1, 0], sizes: [2, 2])
  },
  Case(
    label: "updatingSlice", inputs: [spread([3, 4], 1), spread([2, 4], 2)], indices: [NDArray([1])]
  ) { $0[0].updatingSlice(with: $0[1], from: $1[0], axes: [0]) },
]

private func values(_ array: NDArray?) -> [Double] { array?.array(of: Double.self) ?? [] }

private func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

@Suite struct GatherScatterTests {
  @Test(arguments: cases) private func tangentsAgreeWithDifferences(_ item: Case) {
    let tangents = item.inputs.enumerated().map { spread($1.shape, $0 + 5) }
    let step = 1e-6
    func moved(_ by: Double) -> NDArray {
      item.run(zip(item.inputs, tangents).map { $0 + $1 * by }, item.indices)
    }
    let difference = (moved(step) - moved(-step)) / (2 * step)
    let (_, pushed) = Differentiate.jvp(
      { [item.run($0, item.indices)] }, item.inputs, tangents)
    #expect(isClose(values(pushed[0]), values(difference), 1e-7))
    // One tangent at a time.
    for index in item.inputs.indices {
      let single = tangents.indices.map { $0 == index ? tangents[$0] : nil }
      let zeros = tangents.indices.map { $0 == index ? tangents[$0] : tangents[$0].zerosLike() }
      let (_, alone) = Differentiate.jvp({ [item.run($0, item.indices)] }, item.inputs, single)
      let (_, filled) = Differentiate.jvp({ [item.run($0, item.indices)] }, item.inputs, zeros)
      #expect(isClose(values(alone[0]), values(filled[0]), 1e-15))
    }
  }

  @Test(arguments: cases) private func cotangentsAreTheAdjoint(_ item: Case) {
    let tangents = item.inputs.enumerated().map { spread($1.shape, $0 + 5) }
    let (outputs, pushed) = Differentiate.jvp(
      { [item.run($0, item.indices)] }, item.inputs, tangents)
    let cotangent = spread(outputs[0].shape, 9)
    let (_, pullback) = Differentiate.vjp({ [item.run($0, item.indices)] }, item.inputs)
    let pulled = pullback([cotangent])
    let left = (cotangent * (pushed[0] ?? 0)).sum().item(Double.self)
    var right = 0.0
    for (cotangent, tangent) in zip(pulled, tangents) {
      right += ((cotangent ?? 0) * tangent).sum().item(Double.self)
    }
    #expect(abs(left - right) <= 1e-12 * max(1, abs(left)))
  }

  @Test(arguments: cases) private func secondDerivativesAgreeWithDifferences(_ item: Case) {
    let tangents = item.inputs.enumerated().map { spread($1.shape, $0 + 5) }
    let cotangent = spread(item.run(item.inputs, item.indices).shape, 9)
    // The cube makes the second derivative of linear functions differ from zero.
    @Sendable func gradient(_ inputs: [NDArray]) -> [NDArray] {
      let (_, pullback) = Differentiate.vjp(
        { x in
          let y = item.run(x, item.indices)
          return [y * y * y]
        }, inputs)
      return zip(pullback([cotangent]), inputs).map { $0 ?? $1.zerosLike() }
    }
    let step = 1e-5
    func moved(_ by: Double) -> [NDArray] {
      gradient(zip(item.inputs, tangents).map { $0 + $1 * by })
    }
    let (_, forward) = Differentiate.jvp(gradient, item.inputs, tangents)
    // The same matrix, from the other side.
    let (_, pullback) = Differentiate.vjp(gradient, item.inputs)
    let reverse = pullback(tangents)
    for (index, (up, down)) in zip(moved(step), moved(-step)).enumerated() {
      let difference = values((up - down) / (2 * step))
      #expect(isClose(values(forward[index]), difference, 1e-5))
      #expect(isClose(values(reverse[index]), difference, 1e-5))
    }
  }

  @Test(arguments: cases) private func batchesAgreeWithLoops(_ item: Case) {
    let all = item.inputs + item.indices
    for choice in 1..<(1 << all.count) {
      for size in [1, 3, 0] {
        for place in [0, 1] {
          let isMapped = all.indices.map { choice >> $0 & 1 == 1 }
          let axes = zip(all, isMapped).map { $1 ? min(place, $0.rank) : nil }
          let batched = zip(all, axes).map { array, axis -> NDArray in
            guard let axis else { return array }
            let examples = (0..<size).map { example -> NDArray in
              array.dtype == .float64 ? array + Double(example) * 0.25 : array.rolled(by: example)
            }
            let shape = array.shape.inserting(0, at: axis)
            return examples.isEmpty
              ? NDArray.zeros(shape, dtype: array.dtype) : stacked(examples, axis: axis)
          }
          let split = item.inputs.count
          let mapped = Vectorize.apply(
            { [item.run(Array($0[..<split]), Array($0[split...]))] }, to: batched, size: size,
            axes: axes)[0]
          guard let axis = mapped.axis else {
            Issue.record("\(item.label): nothing is mapped in the result")
            continue
          }
          let front = mapped.array.movingAxis(axis, to: 0)
          #expect(front.shape[0] == size)
          for example in 0..<size {
            let one = zip(batched, axes).map { array, axis in
              axis.map { array.take(NDArray(example), axis: $0) } ?? array
            }
            let expected = item.run(Array(one[..<split]), Array(one[split...]))
            #expect(
              values(front[example]) == values(expected), "\(choice) \(size) \(place) \(example)")
          }
        }
      }
    }
  }

  @Test func gradientOfASetWithADuplicateIndexGoesToTheWinner() {
    let (outputs, pullback) = Differentiate.vjp(
      { [$0[0].at[NDArray([0, 0])].setting(to: $0[1])] },
      [NDArray([0.0, 5.0]), NDArray([1.0, 2.0])])
    #expect(values(outputs[0]) == [2, 5])
    let cotangents = pullback([NDArray([10.0, 20.0])])
    #expect(values(cotangents[0]) == [0, 20])
    #expect(values(cotangents[1]) == [0, 10])
  }

  @Test func gradientOfAnIndexedMaximumIsSharedAmongTies() {
    let (outputs, pullback) = Differentiate.vjp(
      { [$0[0].at[NDArray([0, 0, 1])].maximum($0[1])] },
      [NDArray([3.0, 1.0]), NDArray([3.0, 3.0, 0.0])])
    #expect(values(outputs[0]) == [3, 1])
    let cotangents = pullback([NDArray([6.0, 5.0])])
    #expect(values(cotangents[0]) == [2, 5])
    #expect(values(cotangents[1]) == [2, 2, 0])
  }

  @Test func complexProductsFollowTheConjugateConvention() {
    let (outputs, pullback) = Differentiate.vjp(
      { [$0[0].at[NDArray([0, 0])].multiplying(by: $0[1])] },
      [
        NDArray([Complex(1.0, 2)]), NDArray([Complex(3.0, -1), Complex(0.0, 1)]),
      ])
    // (1 + 2i)(3 - i)i = -5 + 5i; the cotangents are the conjugates of the products of the others.
    #expect(outputs[0].array(of: Complex<Double>.self) == [Complex(-5, 5)])
    let cotangents = pullback([NDArray([Complex(1.0, 0)])])
    #expect(cotangents[0]?.array(of: Complex<Double>.self) == [Complex(1, -3)])
    #expect(cotangents[1]?.array(of: Complex<Double>.self) == [Complex(-2, -1), Complex(5, -5)])
  }

  @Test func everyDTypeIsGatheredAndScattered() {
    for dtype in DType.allCases {
      let x = NDArray([0, 1, 1, 0, 1] as [Int32]).asType(dtype)
      let taken = x.take(NDArray([1, -1, 0]))
      #expect(taken.dtype == dtype)
      #expect(taken.asType(.float64).array(of: Double.self) == [1, 1, 0])
      let y = x.at[NDArray([3, 3, 0])].adding(NDArray([1, 1, 1] as [Int32]).asType(dtype))
      let two = dtype == .bool ? 1.0 : 2.0
      #expect(y.asType(.float64).array(of: Double.self) == [1, 1, 1, two, 1])
    }
  }

  @Test func largeOnesAreTheSameOnAnyNumberOfThreads() throws {
    let x = NDArray((0..<40_000).map { Double($0 % 97) }, shape: [400, 100])
    let indices = NDArray((0..<5000).map { $0 * 31 % 400 })
    func run() -> [Double] {
      let taken = x.take(indices, axis: 0)
      let added = x.at[indices].adding(taken * 0.1)
      return values(taken.sum(axis: 0)) + values(added)
    }
    let one = try Device.$current.withValue(Device(threads: 1, instructionSet: nil)) { run() }
    let four = try Device.$current.withValue(Device(threads: 4, instructionSet: nil)) { run() }
    #expect(one == four)
    // Row r is read 12 or 13 times, once for each index that names it.
    let rows = indices.array(of: Int.self)
    var expected = x.array(of: Double.self)
    for row in rows {
      for column in 0..<100 {
        expected[row * 100 + column] += Double((row * 100 + column) % 97) * 0.1
      }
    }
    #expect(Array(one[100...]) == expected)
  }

  @Test func sumsOfHalfTypesAreRoundedOnce() {
    let ones = NDArray.ones([3000], dtype: .bfloat16)
    let zeros = NDArray.zeros([3000], dtype: .int32)
    let sum = NDArray.zeros([1], dtype: .bfloat16).at[zeros].adding(ones)
    // Rounded at every step, the sum would stay at 256.
    #expect(sum.array(of: Double.self) == [3008])
    let (_, pullback) = Differentiate.vjp(
      { [$0[0].take(zeros, axis: 0)] }, [NDArray.ones([1], dtype: .bfloat16)])
    #expect(values(pullback([ones])[0]?.asType(.float64)) == [3008])
  }

  @Test func indicesOfEmptySlicesAreCheckedToo() {
    let x = NDArray.zeros([3, 0])
    #expect(
      mistake { eval(x.take(NDArray([1, 4]), axis: 0)) }
        == "[take] index 4 is out of range for axis 0 of size 3")
    #expect(
      mistake { eval(x.at[NDArray([1, -4])].adding(1)) }
        == "[at] index -4 is out of range for axis 0 of size 3")
  }
}
