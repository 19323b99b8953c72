// Weights in few bits: integers with a scale and an offset for each group, and floating-point numbers of
// eight bits.

/// Weights in few bits.
public struct QuantizedWeights: ArrayTree {
  /// The integers, packed into `uint32` words, the first in the lowest bits.
  public var words: NDArray
  /// For each group, the distance between neighbouring values.
  public var scales: NDArray
  /// For each group, the value of integer 0.
  public var offsets: NDArray
  /// The number of weights in a group, along the last axis.
  public let groupSize: Int
  /// The number of bits of a weight.
  public let bits: Int

  /// Puts packed integers, scales and offsets together.
  public init(words: NDArray, scales: NDArray, offsets: NDArray, groupSize: Int, bits: Int) {
    self.words = words
    self.scales = scales
    self.offsets = offsets
    self.groupSize = groupSize
    self.bits = bits
  }
}

private func checkGroups(
  _ operation: String, _ groupSize: Int, _ bits: Int
) throws(ArrayError) {
  guard (1...16).contains(bits), groupSize > 0, groupSize * bits % 32 == 0 else {
    throw ArrayError(
      operation,
      "groups of \(groupSize) weights of \(bits) bits do not fill words; 1 to 16 bits and groups of a "
        + "multiple of 32 bits are needed")
  }
}

/// How integers of a few bits follow each other in words: in blocks, the shortest runs of whole words
/// that whole numbers of integers fill.
private struct Packing {
  let bits: Int
  /// The number of words of a block.
  let words: Int
  /// The number of integers in a block.
  let count: Int

  init(bits: Int) {
    self.bits = bits
    let shared = 1 << bits.trailingZeroBitCount
    words = bits / shared
    count = 32 / shared
  }

  private func constant(_ value: (_ word: Int, _ integer: Int) -> Int) -> NDArray {
    let values = (0..<words).flatMap { word in (0..<count).map { UInt32(value(word, $0)) } }
    return NDArray(values, shape: [words, count])
  }

  /// Words of integers that are smaller than 2 to the number of bits.
  func packed(_ integers: NDArray) -> NDArray {
    let lead = Array(integers.shape.dropLast())
    let blocks = integers.reshaped(lead + [integers.shape[lead.count] / count, 1, count])
    // Where an integer starts, counted from the lowest bit of a word; in the word before it, below 0.
    func start(_ word: Int, _ integer: Int) -> Int { integer * bits - word * 32 }
    let up = constant { Swift.min(Swift.max(start($0, $1), 0), 31) }
    let down = constant { Swift.min(Swift.max(-start($0, $1), 0), 31) }
    let isInside = constant { start($0, $1) < 32 && start($0, $1) > -bits ? 1 : 0 }
    let parts = ((blocks << up) >> down) * isInside
    let whole = parts.sum(axis: -1)
    return whole.reshaped(lead + [whole.shape[lead.count] * words])
  }

  /// The integers that words hold.
  func unpacked(_ packed: NDArray) -> NDArray {
    let lead = Array(packed.shape.dropLast())
    let blocks = packed.reshaped(lead + [packed.shape[lead.count] / words, words])
    let shift = NDArray((0..<count).map { UInt32($0 * bits % 32) })
    let mask = NDArray(UInt32((1 << bits) - 1))
    let integers: NDArray
    if words == 1 {
      integers = blocks >> shift
    } else {
      let place = (0..<count).map { Int32($0 * bits / 32) }
      let next = place.map { Swift.min($0 + 1, Int32(words - 1)) }
      // What is left of an integer stands in the next word; a shift by 32 takes two.
      let rest = (blocks.take(NDArray(next), axis: -1) << 1) << (31 - shift)
      integers = (blocks.take(NDArray(place), axis: -1) >> shift) | rest
    }
    return (integers & mask).reshaped(lead + [blocks.shape[lead.count] * count])
  }
}

/// Returns weights rounded to a few bits: in each group along the last axis, to whole numbers of steps
/// from the smallest to the largest.
///
/// The derivative by way of the integers is 0; scales and offsets are those of the extreme weights.
/// - Parameters:
///   - weights: Real numbers, whose last size is a multiple of that of groups.
///   - groupSize: The number of weights in a group.
///   - bits: 1 to 16. Integers follow each other without gaps, across words where 32 is no multiple.
public func quantize(_ weights: NDArray, groupSize: Int = 64, bits: Int = 4) -> QuantizedWeights {
  let parts = NDArray.reportingAll(count: 3, like: weights) { () throws(ArrayError) in
    try checkGroups("quantize", groupSize, bits)
    let x = weights.strong
    _ = try requireFloating([x], "quantize")
    guard let size = x.shape.last, size % groupSize == 0 else {
      throw ArrayError(
        "quantize",
        "the last size of shape \(x.shape) is not a multiple of the group size \(groupSize)")
    }
    let lead = Array(x.shape.dropLast())
    let groups = x.wide.reshaped(lead + [size / groupSize, groupSize])
    let low = groups.min(axis: -1, keepDims: true)
    let high = groups.max(axis: -1, keepDims: true)
    let most = Double((1 << bits) - 1)
    let scale = which(high .> low, (high - low) / most, 1)
    let whole = clip(round(stopGradient((groups - low) / scale)), min: 0, max: most.weakArray)
    let words = Packing(bits: bits).packed(whole.asType(.uint32).reshaped(x.shape))
    let kept = lead + [size / groupSize]
    return [
      words, scale.reshaped(kept).promoted(to: x.dtype), low.reshaped(kept).promoted(to: x.dtype),
    ]
  }
  return QuantizedWeights(
    words: parts[0], scales: parts[1], offsets: parts[2], groupSize: groupSize, bits: bits)
}

/// Returns the weights that `quantize` rounded, of the dtype of the scales.
///
/// Differentiable by scales and offsets.
public func dequantize(_ weights: QuantizedWeights) -> NDArray {
  NDArray.reporting(like: weights.scales) { () throws(ArrayError) in
    let (bits, groupSize) = (weights.bits, weights.groupSize)
    try checkGroups("dequantize", groupSize, bits)
    let words = weights.words.strong
    guard words.dtype == .uint32, let count = words.shape.last else {
      throw ArrayError(
        "dequantize", "words are \(words.type); uint32 with at least one axis is needed")
    }
    let lead = Array(words.shape.dropLast())
    let size = count * 32 / bits
    let groups = lead + [size / groupSize]
    guard count * 32 % (bits * groupSize) == 0, weights.scales.shape == groups,
      weights.offsets.shape == groups
    else {
      throw ArrayError(
        "dequantize",
        "scales \(weights.scales.shape) and offsets \(weights.offsets.shape) do not fit words of shape "
          + "\(words.shape); both must be \(groups)")
    }
    let integers = Packing(bits: bits).unpacked(words)
    let dtype = promotedDType([weights.scales, weights.offsets].map { $0.strong.inexact })
    _ = try requireFloating([weights.scales.strong.inexact], "dequantize")
    let wide = integers.reshaped(groups + [groupSize]).asType(dtype.compute)
    func spread(_ x: NDArray) -> NDArray {
      x.promoted(to: dtype.compute).reshaped(groups + [1])
    }
    let values = wide * spread(weights.scales) + spread(weights.offsets)
    return values.reshaped(lead + [size]).promoted(to: dtype)
  }
}

/// Returns the product of an array with quantised weights.
///
/// Differentiable by the array, the scales and the offsets.
/// - Parameters:
///   - x: The array.
///   - weights: Matrices in the last two axes.
///   - transposed: Whether the weights have a row for each result, as in layers; otherwise a column.
public func quantizedMatmul(
  _ x: NDArray, _ weights: QuantizedWeights, transposed: Bool = true
) -> NDArray {
  let matrix = dequantize(weights)
  return matmul(x, transposed ? matrix.T : matrix)
}

/// Returns products of matrices and quantised ones that are chosen by number from two stacks; see
/// `gatherMatmul` and `quantizedMatmul`.
public func gatherQuantizedMatmul(
  _ x: NDArray, _ weights: QuantizedWeights, left: NDArray? = nil, right: NDArray? = nil,
  transposed: Bool = true
) -> NDArray {
  let matrix = dequantize(weights)
  return gatherMatmul(x, transposed ? matrix.T : matrix, left: left, right: right)
}

// MARK: - Eight-bit floating point

/// Returns numbers rounded to eight bits, 4 of exponent and 3 of fraction, as `uint8`.
///
/// Ties go to the even neighbour; numbers beyond 448 become that, not-a-number stays so. There are no
/// infinities. After P. Micikevicius et al., "FP8 Formats for Deep Learning" (2022). The derivative is
/// 0.
public func toFP8(_ x: NDArray) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    _ = try requireFloating([x], "toFP8")
    let wide = stopGradient(x.wide)
    let size = minimum(abs(which(isNaN(wide), 0, wide)), 448)
    // From -6 on numbers have a leading one; below, they are as far apart as there.
    let least = NDArray(Int32(-6))
    let exponent = which(size .== 0, least, maximum(frexp(size).exponent - 1, least))
    let steps = round(ldexp(size, 3 - exponent))
    // Sixteen steps are eight of the next exponent: the codes go on without a gap.
    let code = ((exponent + 6) * 8).asType(steps.dtype) + steps
    let sign = which(signBit(wide), NDArray(UInt8(128)), NDArray(UInt8(0)))
    return which(isNaN(wide), NDArray(UInt8(127)), code.asType(.uint8)) + sign
  }
}

/// Returns the numbers that `toFP8` made of eight bits each.
/// - Parameters:
///   - bytes: Of `uint8`.
///   - dtype: A floating-point type.
public func fromFP8(_ bytes: NDArray, dtype: DType = .bfloat16) -> NDArray {
  NDArray.reporting { () throws(ArrayError) in
    guard bytes.dtype == .uint8, dtype.isFloating else {
      throw ArrayError(
        "fromFP8",
        "\(bytes.dtype) was given for \(dtype); uint8 for a floating-point dtype is needed")
    }
    let code = bytes.strong.asType(.int32)
    let size = code % NDArray(Int32(128))
    let field = floorDivide(size, NDArray(Int32(8)))
    let leading = which(field .> 0, NDArray(Int32(8)), NDArray(Int32(0)))
    let steps = (size % NDArray(Int32(8)) + leading).asType(.float32)
    let value = ldexp(steps, maximum(field, NDArray(Int32(1))) - NDArray(Int32(10)))
    let signed = which(code .>= NDArray(Int32(128)), -value, value)
    return which(size .== NDArray(Int32(127)), NDArray(Float.nan), signed).asType(dtype)
  }
}
