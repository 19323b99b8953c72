// The numbers samples are made of: a fixed rule from an element's position, so that Swift and the
// Python script that computes golden values make the same ones. `Tools/golden.py` repeats this file
// line by line; both use only wrapping 64-bit integers and single IEEE operations.
//
// The unit numbers of a stream of n elements are (rank + 1/4 + u / 2) / n: `rank` is the element's
// place when a hash of the positions is sorted, `u` another hash as a number in 0..<1. So they are
// shuffled, cover 0...1 evenly, and any two are at least 1 / (2n) apart: no ties, no kink nearby.

import Covector
import CovectorValues

enum InputRule {
  /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
  static func hash(_ stream: Int, _ index: Int) -> UInt64 {
    let seed = UInt64(stream) << 32 | UInt64(index)
    var z = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// `count` numbers between 0 and 1.
  static func units(_ count: Int, stream: Int) -> [Double] {
    let hashes = (0..<count).map { hash(2 * stream, $0) }
    let order = (0..<count).sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    var units = [Double](repeating: 0, count: count)
    for (rank, index) in order.enumerated() {
      let u = Double(hash(2 * stream + 1, index) >> 11) * 0x1p-53
      units[index] = (Double(rank) + 0.25 + 0.5 * u) / Double(count)
    }
    return units
  }

  /// The stream of one part of one input of one example: 0 is the real part, 1 the imaginary one.
  static func stream(input: Int, example: Int, part: Int = 0) -> Int {
    1 + input + 16 * part + 32 * example
  }

  /// Directions for derivatives, in -1...1; their streams lie far from those of inputs.
  static func direction(_ type: ArrayType, stream: Int) -> Values {
    func numbers(_ part: Int) -> [Double] {
      units(type.count, stream: 100_000 + 2 * stream + part).map { 2 * $0 - 1 }
    }
    return Values(
      type: type, real: numbers(0), imaginary: type.dtype.isComplex ? numbers(1) : [])
  }
}

extension OpEntry.Input {
  /// The dtype of the input when `dtype` is under test.
  func dtype(_ dtype: DType) -> DType {
    switch content {
    case .bool: .bool
    case .index: .int32
    case .words: .uint32
    case .real, .whole, .values, .positiveDefinite: dtype
    }
  }

  /// Whether the input takes the dtype under test.
  var takesDType: Bool {
    switch content {
    case .bool, .index, .words: false
    case .real, .whole, .values, .positiveDefinite: true
    }
  }

  /// The elements for one example, when `dtype` is under test.
  func values(_ dtype: DType, input: Int, example: Int) -> Values {
    let dtype = self.dtype(dtype)
    let count = shape.elementCount
    let main = InputRule.stream(input: input, example: example)
    let other = InputRule.stream(input: input, example: example, part: 1)
    func units(_ stream: Int) -> [Double] { InputRule.units(count, stream: stream) }
    var real: [Double]
    var imaginary = [Double](repeating: 0, count: dtype.isComplex ? count : 0)
    switch content {
    case .real(let low, let high):
      real = units(main).map { low + (high - low) * $0 }
      if dtype.isComplex { imaginary = units(other).map { (high - low) * ($0 - 0.5) } }
    case .whole(let low, let high), .index(let low, let high):
      real = units(main).map { Double(low) + (Double(high - low + 1) * $0).rounded(.down) }
    case .bool:
      real = units(main).map { $0 < 0.5 ? 1 : 0 }
    case .values(let values):
      // Other examples are scaled: order, sign and zeros stay.
      let scale = dtype.isInexact ? 1 + 0.125 * Double(example) : Double(1 + example)
      real = values.map { $0 * scale }
    case .words:
      real = (0..<count).map { Double(InputRule.hash(2 * main, $0) >> 32) }
    case .positiveDefinite:
      (real, imaginary) = positiveDefinite(
        units(main), dtype.isComplex ? units(other) : nil)
    }
    if dtype == .bool, takesDType {
      // Half of the numbers are false, whatever the interval; whole numbers keep their zeros.
      real = isSpread ? real.map { $0 > middle ? 1 : 0 } : real.map { $0 != 0 ? 1 : 0 }
    } else if dtype.isInteger, takesDType {
      real = real.map { $0.rounded(.toNearestOrEven) }
      if dtype.isUnsignedInteger { real = real.map(abs) }
    }
    return Values(type: ArrayType(shape, dtype), real: real, imaginary: imaginary)
  }

  private var isSpread: Bool {
    switch content {
    case .real: true
    default: false
    }
  }

  private var middle: Double {
    if case .real(let low, let high) = content { return low + (high - low) * 0.5 }
    return 0
  }

  /// B Bᴴ / n + 1 for matrices B with elements in -1...1.
  private func positiveDefinite(
    _ re: [Double], _ im: [Double]?
  ) -> (real: [Double], imaginary: [Double]) {
    let size = shape.last ?? 0
    var real = [Double](repeating: 0, count: re.count)
    var imaginary = [Double](repeating: 0, count: im == nil ? 0 : re.count)
    for start in stride(from: 0, to: re.count, by: max(size * size, 1)) {
      for row in 0..<size {
        for column in 0..<size {
          var (a, b) = (0.0, 0.0)
          for k in 0..<size {
            let (i, j) = (start + row * size + k, start + column * size + k)
            let (x, y) = (2 * re[i] - 1, 2 * re[j] - 1)
            a += x * y
            guard let im else { continue }
            let (u, v) = (2 * im[i] - 1, 2 * im[j] - 1)
            a += u * v
            b += u * y - x * v
          }
          let place = start + row * size + column
          real[place] = a / Double(size) + (row == column ? 1 : 0)
          if im != nil { imaginary[place] = row == column ? 0 : b / Double(size) }
        }
      }
    }
    return (real, imaginary)
  }

  /// The input in words, by which a golden value knows whether it is up to date.
  var specification: String {
    switch content {
    case .real(let low, let high): "real\(shape) \(low)...\(high)"
    case .whole(let low, let high): "whole\(shape) \(low)...\(high)"
    case .bool: "bool\(shape)"
    case .index(let low, let high): "index\(shape) \(low)...\(high)"
    case .values(let values): "values\(shape) \(values)"
    case .words: "words\(shape)"
    case .positiveDefinite: "positiveDefinite\(shape)"
    }
  }
}
