// Scalars without a dtype beside arrays that have one.

import Testing

@testable import Covector

@Suite struct PromotionTests {
  @Test func numbersThatDoNotFitAreErrors() {
    let bytes = NDArray([1, 2] as [UInt8])
    let message =
      "[asType] the number -1 does not fit uint8, the dtype of the array it meets; "
      + "convert that array with asType first"
    #expect(mistake { _ = bytes .> -1 } == message)
    #expect(mistake { _ = maximum(bytes, -1) } == message)
    #expect(mistake { _ = bytes + (-1) } == message)
    #expect(
      mistake { _ = NDArray([1] as [Int8]) * 200 }.contains("the number 200 does not fit int8"))
    #expect((bytes + 255).array(of: UInt8.self) == [0, 1])
  }

  @Test func scalarsAdoptTheArraysDType() {
    for dtype in DType.allCases where dtype.isInexact {
      let x = NDArray([1, 2] as [Float]).asType(dtype)
      #expect((x * 2).dtype == dtype)
      #expect((1.5 + x).dtype == dtype)
    }
    #expect((NDArray([1, 2] as [Int8]) + 1).dtype == .int8)
    #expect((NDArray([1, 2] as [Int8]) + 1.5).dtype == .float32)
    #expect((NDArray([true]) + 1).dtype == .int32)
  }
}
