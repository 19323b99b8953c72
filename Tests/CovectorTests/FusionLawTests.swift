// Random graphs computed all at once, in whatever loops the plan makes, against the same operations computed one
// by one: what is fused must not show.

import Testing

@testable import Covector
@testable import CovectorFuzzing

@Suite struct FusionLawTests {
  /// The values of a random graph over arrays of about `size * size` elements, all of them in -1...1.
  static func values(
    seed: UInt64, size: Int, dtype: DType, each: (NDArray) -> Void
  ) -> [NDArray] {
    var draw = Draw(seed: seed)
    func below(_ bound: Int) -> Int { draw.int(0...(bound - 1)) }
    let line = sin(NDArray.arange(size, dtype: .float32) + Double(seed % 7)).asType(dtype)
    var values = [
      line, line.reshaped([size, 1]), cos(outer(line, line)),
      tanh(NDArray.arange(size * size, dtype: .float32) * 0.01).asType(dtype),
    ]
    for value in values { each(value) }
    while values.count < 30 {
      // Mostly of late values, so that chains form; the others are read much later.
      let place = below(3) == 0 ? below(values.count) : values.count - 1 - below(3)
      let next = operation(below(18), values[place], values[below(values.count)], below)
      guard let next, next.count <= 4 * size * size else { continue }
      each(next)
      values.append(next)
    }
    return values
  }

  private static func operation(
    _ number: Int, _ x: NDArray, _ y: NDArray, _ below: (Int) -> Int
  ) -> NDArray? {
    let fits = broadcastShape(x.shape, y.shape) != nil
    switch number {
    case 0: return sin(x)
    case 1: return tanh(x)
    case 2: return -x
    case 3: return abs(x)
    case 4, 5: return fits ? 0.5 * (x + y) : x * x
    case 6, 7: return fits ? x * y : cos(x)
    case 8: return fits ? which(x .> y, x, y) : square(x)
    case 9: return x.reshaped([x.count])
    case 10: return x.count % 2 == 0 ? x.reshaped([2, x.count / 2]) : nil
    case 11: return x.transposed()
    case 12: return arranged(x, below)
    case 13: return x.rank > 0 ? x.mean(axis: below(x.rank), keepDims: true) : nil
    case 14: return x.rank > 0 ? stacked([x, x * 0.5], axis: below(x.rank + 1)) : nil
    case 15: return x.rank > 0 ? concatenated([x, sin(x), x], axis: below(x.rank)) : nil
    case 16: return x.rank == 2 && x.shape[0] < 200 ? tanh(matmul(x, x.transposed())) : nil
    default: return x.reshaped([1] + x.shape)
    }
  }

  /// Parts of arrays, and arrays of parts.
  private static func arranged(_ x: NDArray, _ below: (Int) -> Int) -> NDArray? {
    guard x.rank > 0, let length = x.shape.first, length > 1 else { return nil }
    switch below(5) {
    case 0: return x[1...]
    case 1: return x[.stride(by: 2)]
    case 2: return x.padded(1)
    case 3: return x.flipped(0)
    default:
      let widths = [(before: 0, after: length)] + x.shape.dropFirst().map { _ in (0, 0) }
      let others = [(before: length, after: 0)] + x.shape.dropFirst().map { _ in (0, 0) }
      return sumOfTangents(sin(x).padded(widths), cos(x).padded(others))
    }
  }

  /// Every float16, bfloat16 and float32 is a double, of which none other has the bits.
  private static func bits(_ array: NDArray) -> [UInt64] {
    array.array(of: Double.self).map(\.bitPattern)
  }

  @Test(
    arguments: zip(
      [4, 70, 5, 70, 6, 4], [DType.float32, .float32, .float64, .float64, .bfloat16, .float16]))
  func fusionDoesNotShow(_ size: Int, _ dtype: DType) {
    for seed in 0..<UInt64(size > 10 ? 40 : 150) {
      let expected = Self.values(seed: seed, size: size, dtype: dtype) { eval($0) }.map(Self.bits)
      var draw = Draw(seed: seed)
      let wanted = expected.indices.filter { _ in draw.int(0...4) == 0 } + [expected.count - 1]
      // Nothing holds the values in between.
      let results = { () -> [NDArray] in
        let values = Self.values(seed: seed, size: size, dtype: dtype) { _ in }
        return wanted.map { values[$0] }
      }()
      eval(results)
      for (place, result) in zip(wanted, results) {
        #expect(Self.bits(result) == expected[place], "seed \(seed), value \(place)")
      }
    }
  }
}
