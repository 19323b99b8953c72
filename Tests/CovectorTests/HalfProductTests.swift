// Products of bfloat16 matrices, which some processors have instructions for: the bits are those of float32.

import Testing

@testable import Covector

@Suite struct HalfProductTests {
  /// The bits of a product, with one pattern for all that is not a number.
  private func bits(_ product: NDArray) throws -> [UInt16] {
    let bits = unsafe try product.withUnsafeBytes { unsafe Array($0.bindMemory(to: UInt16.self)) }
    return bits.map { $0 & 0x7fff > 0x7f80 ? 0x7fc0 : $0 }
  }

  /// A matrix that lies in memory as `layout` says: by rows, by columns, or neither way without gaps.
  private func matrix(_ rows: Int, _ columns: Int, layout: Int, seed: UInt64) -> NDArray {
    let key = Random.key(seed)
    func made(_ shape: [Int]) -> NDArray {
      let array = (Random.uniform(shape, key: key) - 0.5).asType(.bfloat16)
      eval(array)
      return array
    }
    switch layout {
    case 0: return made([rows, columns])
    case 1: return made([columns, rows]).T
    default: return made([2 * rows, 2 * columns])[.stride(by: 2), .stride(by: 2)]
    }
  }

  private func expectBitsOfFloat(
    _ a: NDArray, _ b: NDArray, threads: [Int] = [1, 2], _ set: String? = nil
  ) throws {
    let expected = try bits(matmul(a.asType(.float32), b.asType(.float32)).asType(.bfloat16))
    for count in threads {
      let device = try Device(threads: count, instructionSet: set)
      let product = try Device.$current.withValue(device) { try bits(matmul(a, b)) }
      #expect(product == expected, "\(a.shape) × \(b.shape), \(count) threads")
    }
  }

  // Odd depths, one more and one less than the depth of a sum, and edges of the tiles of all instruction sets.
  @Test(arguments: [1, 2, 3, 31, 33, 64, 255, 256, 257, 513])
  func bitsAreThoseOfFloat(_ depth: Int) throws {
    for (rows, columns) in [(2, 5), (5, 16), (7, 17), (12, 48), (13, 49), (40, 64), (200, 70)] {
      for layout in 0..<9 {
        let a = matrix(rows, depth, layout: layout / 3, seed: 1)
        let b = matrix(depth, columns, layout: layout % 3, seed: 2)
        try expectBitsOfFloat(a, b)
      }
    }
  }

  // More rows, columns and steps than are laid out at a time.
  @Test(arguments: [
    (70, 300, 2100), (200, 1027, 170), (67, 4099, 130), (67, 2300, 1100), (1030, 1030, 40),
  ])
  func largeProductsHaveTheBitsOfFloat(_ rows: Int, _ depth: Int, _ columns: Int) throws {
    for layout in [0, 4, 8] {
      let a = matrix(rows, depth, layout: layout / 3, seed: 3)
      let b = matrix(depth, columns, layout: layout % 3, seed: 4)
      try expectBitsOfFloat(a, b, threads: [1, 2, 3, 8])
    }
  }

  @Test func infinitiesAndZerosHaveTheBitsOfFloat() throws {
    // In every fifth row of the first factor something that is no ordinary number; the sums of the rest underflow
    // to zeros of both signs at the end of an odd depth.
    let special: [Float] = [.infinity, -.infinity, .nan, -0.0, 0]
    let depth = 35
    let first = (0..<40 * depth).map { index -> Float in
      index % depth == 34 ? -1e-30 : index / depth % 5 == 0 ? special[index % 5] : 0
    }
    let second = (0..<depth * 24).map { index -> Float in index % 3 == 0 ? -1e-30 : 1e-30 }
    let a = NDArray(first, shape: [40, depth]).asType(.bfloat16)
    let b = NDArray(second, shape: [depth, 24]).asType(.bfloat16)
    let expected = try bits(matmul(a.asType(.float32), b.asType(.float32)).asType(.bfloat16))
    #expect(Set(expected) == [0, 0x8000, 0x7fc0])
    try expectBitsOfFloat(a, b)
  }

  @Test(arguments: PortabilityTests.sets) func everyInstructionSetKeepsToFloat(_ set: String) throws
  {
    let device = try Device(threads: 1, instructionSet: set)
    try Device.$current.withValue(device) {
      for layout in 0..<9 {
        let a = matrix(19, 515, layout: layout / 3, seed: 5)
        let b = matrix(515, 70, layout: layout % 3, seed: 6)
        try expectBitsOfFloat(a, b, set)
      }
    }
  }
}
