import Testing

@testable import Covector

@Suite struct EvaluateTests {
  @Test func arithmetic() {
    let x = NDArray([1.0, 2.0, 3.0] as [Float])
    let y = (x + 1) * x - x / 2
    #expect(y.array(of: Float.self) == [1.5, 5, 10.5])
    #expect(y.dtype == .float32)
  }

  @Test func sums() {
    let x = NDArray((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(NDArray(Sum(axes: [0, 1, 2]), x * 2).item(Float.self) == 552)
    #expect(NDArray(Sum(axes: [0, 2]), x).array(of: Float.self) == [60, 92, 124])
    #expect(NDArray(Sum(axes: [1]), x).array(of: Float.self) == [12, 15, 18, 21, 48, 51, 54, 57])
  }

  @Test func views() {
    let x = NDArray((0..<6).map(Float.init), shape: [2, 3])
    #expect((x.transposed() + 0).array(of: Float.self) == [0, 3, 1, 4, 2, 5])
    #expect(x.flipped(1).array(of: Float.self) == [2, 1, 0, 5, 4, 3])
    #expect(x.padded(1).shape == [4, 5])
    #expect(concatenated([x, x], axis: 1).array(of: Float.self)[3..<6] == [0, 1, 2])
  }

  @Test func product() {
    let a = NDArray((0..<6).map(Float.init), shape: [2, 3])
    let axes = Contraction(batchFirst: [], batchSecond: [], summedFirst: [1], summedSecond: [1])
    #expect(NDArray(Contract(axes: axes), a, a).array(of: Float.self) == [5, 14, 14, 50])
  }

  @Test func weakScalars() {
    let third: NDArray = 1.0 / 3.0
    #expect(third.dtype == .float32)
    let x = NDArray([3.0])
    #expect((third * x).array(of: Double.self) == [1.0])
    #expect((NDArray([1, 2] as [Float]).asType(.bfloat16) + 1.0).dtype == .bfloat16)
  }

  @Test func derivative() {
    let x = NDArray([1.0, 2.0, 3.0])
    let (outputs, pullback) = Differentiate.vjp({ [$0[0] * $0[0] / 2] }, [x])
    #expect(outputs[0].array(of: Double.self) == [0.5, 2, 4.5])
    #expect(pullback([NDArray([1.0, 1.0, 1.0])])[0]?.array(of: Double.self) == [1, 2, 3])
  }
}
