// What the sweep cannot know of reductions: ties, zeros, infinities, dtypes of sums, errors.

import Testing

@testable import Covector

@Suite struct ReduceTests {
  private typealias Elements = ElementwiseTests

  // MARK: Extrema

  @Test func tiesOfMaxAreSplitEvenly() {
    let gradients = Elements.gradients([3, 1, 3, 3]) { $0[0].max() }
    let third = 1.0 / 3.0
    #expect(gradients[0] == [third, 0, third, third])
    #expect(Elements.gradients([1, 1, 2]) { $0[0].min() } == [[0.5, 0.5, 0]])
    let x = NDArray([3.0, 1, 3])
    let tangent = Differentiate.jvp({ [$0[0].max()] }, [x], [NDArray([1.0, 5, 3])]).tangents[0]
    #expect(tangent?.item(Double.self) == 2)
  }

  @Test func manyTiesInHalfPrecision() {
    // The number of ties is beyond what float16 can count.
    let x = NDArray([Float](repeating: 1, count: 70_000)).asType(.float16)
    let (_, pullback) = Differentiate.vjp({ [$0[0].max()] }, [x])
    let shares = pullback([NDArray(Float(1)).asType(.float16)])[0]
    #expect(shares?.max().item(Float.self) == Float(Float16(1.0 / 70_000)))
  }

  @Test func notANumberIsTheMaximum() {
    let x = NDArray([1, .nan, 3.0, .nan])
    #expect(x.max().item(Double.self).isNaN)
    #expect(x.argMax().item(Int.self) == 1)
    #expect(x.argMin().item(Int.self) == 1)
  }

  @Test func placesOfExtrema() {
    let x = NDArray([2.0, 7, 7, 1, 1, 0], shape: [2, 3])
    #expect(x.argMax(axis: 1).array(of: Int32.self) == [1, 0])
    #expect(x.argMin(axis: 0).array(of: Int32.self) == [1, 1, 1])
    #expect(x.argMax(axis: 1).dtype == .int32)
    #expect(x.argMax(keepDims: true).shape == [1, 1])
    // Views: reversed, transposed, broadcast, from the middle.
    #expect(x.flipped(1).argMax(axis: 1).array(of: Int32.self) == [0, 1])
    #expect(x.transposed().argMax(axis: 0).array(of: Int32.self) == [1, 0])
    #expect(x.sliced(axis: 1, from: 1, count: 2).argMin(axis: 1).array(of: Int32.self) == [0, 1])
    #expect(NDArray([1.0]).broadcast(to: [2, 3]).argMax(axis: 1).array(of: Int32.self) == [0, 0])
    let deep = NDArray((0..<24).map { Double($0 * 7 % 24) }, shape: [2, 3, 4])
    let expected: [Int32] = [1, 2, 0, 1, 2, 0, 1, 2]
    #expect(
      deep.argMax(axis: 1).array(of: Int32.self)
        == expected.indices.map { place in
          let column = (0..<3).map { Double((place / 4 * 12 + $0 * 4 + place % 4) * 7 % 24) }
          return Int32(column.firstIndex(of: column.max() ?? 0) ?? -1)
        })
  }

  // MARK: Sums

  @Test func sumsOfSmallIntegersAreWide() {
    let bytes = NDArray([UInt8](repeating: 200, count: 4))
    #expect(bytes.sum().dtype == .uint32)
    #expect(bytes.sum().item(Int.self) == 800)
    #expect(NDArray([true, true]).sum().dtype == .int32)
    #expect(NDArray([1, 2] as [Int16]).product().dtype == .int32)
    #expect(NDArray([1, 2] as [Int64]).sum().dtype == .int64)
    #expect(bytes.mean().dtype == .float32)
  }

  @Test func halfPrecisionIsSummedInFloat32() {
    let x = NDArray([Float](repeating: 1, count: 100_000)).asType(.float16)
    #expect(x.mean().item(Float.self) == 1)
    #expect(x.variance().item(Float.self) == 0)
    #expect(x.mean().dtype == .float16)
    #expect(x.asType(.bfloat16).sum().item(Float.self) == 99_840)
  }

  @Test func varianceFarFromZero() {
    let x = NDArray([1e9 + 1, 1e9 + 2, 1e9 + 3])
    #expect(x.variance(correction: 1).item(Double.self) == 1)
    #expect(x.standardDeviation(correction: 1).item(Double.self) == 1)
    #expect(NDArray([1.0]).variance(correction: 1).item(Double.self).isNaN)
  }

  @Test func reductionsOfNothing() {
    let none = NDArray([Float]())
    #expect(none.sum().item(Float.self) == 0)
    #expect(none.product().item(Float.self) == 1)
    #expect(none.mean().item(Float.self).isNaN)
    #expect(none.any().item(Bool.self) == false)
    #expect(none.all().item(Bool.self))
    #expect(none.logSumExp().item(Float.self) == -.infinity)
    let message = "axis 0 of shape [0] is empty; at least one element is needed"
    #expect(mistake { none.max() } == "[max] \(message)")
    #expect(mistake { none.argMin(axis: 0) } == "[argMin] \(message)")
  }

  @Test func axesAreChecked() {
    let x = NDArray([1.0, 2])
    #expect(
      mistake { x.sum(axis: 1) } == "[sum] axis 1 is out of range for 1 axes; valid axes are -1...0"
    )
    #expect(mistake { x.mean(axes: [0, -1]) } == "[mean] axis -1 is named twice in [0, -1]")
    #expect(
      mistake { x.sum().max(axis: 0) }
        == "[max] axis 0 is out of range for 0 axes; a scalar has no axes")
    #expect(x.sum(axes: []).array(of: Double.self) == [1, 2])
  }

  // MARK: Products

  @Test func derivativesOfProductsWithZeros() {
    #expect(Elements.gradients([2, 0, 3, 5]) { $0[0].product() } == [[0, 30, 0, 0]])
    #expect(Elements.gradients([0, 0, 3]) { $0[0].product() } == [[0, 0, 0]])
    // The second derivative by both zeros is the product of the others.
    func slope(_ x: [NDArray]) -> [NDArray] {
      let e = NDArray([1.0, 0, 0])
      return [Differentiate.jvp({ [$0[0].product()] }, x, [e]).tangents[0] ?? x[0]]
    }
    let second = Differentiate.jvp(slope, [NDArray([0.0, 0, 3])], [NDArray([0.0, 1, 0])]).tangents[
      0]
    #expect(second?.item(Double.self) == 3)
  }

  // MARK: Exponentials

  @Test func logSumExpOfInfinities() {
    let infinity = Double.infinity
    func value(_ x: [Double]) -> Double { NDArray(x).logSumExp().item(Double.self) }
    #expect(value([-infinity, -infinity]) == -infinity)
    #expect(value([infinity, 1]) == infinity)
    #expect(value([infinity, -infinity]) == infinity)
    #expect(value([-infinity, 3]) == 3)
    #expect(value([.nan, 3]).isNaN)
    func gradient(_ x: [Double]) -> [Double] { Elements.gradients(x) { $0[0].logSumExp() }[0] }
    #expect(gradient([-infinity, 3]) == [0, 1])
    #expect(gradient([infinity, 1]) == [1, 0])
    #expect(gradient([-infinity, -infinity]) == [0.5, 0.5])
  }

  @Test func softmaxOfInfinities() {
    let infinity = Double.infinity
    let rows = NDArray(
      [-infinity, 0, 0, -infinity, -infinity, -infinity, infinity, 1, infinity], shape: [3, 3])
    let shares = softmax(rows, axis: 1).array(of: Double.self)
    let third = 1.0 / 3.0
    #expect(shares == [0, 0.5, 0.5, third, third, third, 0.5, 0, 0.5])
    let (_, pullback) = Differentiate.vjp({ [softmax($0[0], axis: 1)] }, [rows])
    let cotangent = NDArray((0..<9).map(Double.init), shape: [3, 3])
    let gradient = pullback([cotangent])[0]?.array(of: Double.self) ?? [.nan]
    #expect(!gradient.contains { !$0.isFinite })
    #expect(gradient[0] == 0)
  }

  @Test func softmaxOfLargeNumbers() {
    let x = NDArray([1000.0, 1000, -1000])
    #expect(softmax(x).array(of: Double.self) == [0.5, 0.5, 0])
    #expect(logSoftmax(x).array(of: Double.self)[2] == -2000 - 0.6931471805599453)
    #expect(softmax(NDArray([1, 2] as [Int32])).dtype == .float32)
    #expect(softmax(x.asType(.bfloat16)).dtype == .bfloat16)
  }
}
