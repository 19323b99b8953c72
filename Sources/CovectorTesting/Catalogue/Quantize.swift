// Samples of the operations in Ops/Quantize.swift.

import Covector

/// The weights and their scales, offsets and integers for groups of 8 weights of 4 bits, in NumPy.
private let quantized =
  "(lambda g: (lambda lo, s: (g, lo, s, np.clip(np.rint((g - lo) / s), 0, 15)))"
  + "(g.min(-1, keepdims=True), (g.max(-1, keepdims=True) - g.min(-1, keepdims=True)) / 15))"
  + "((1.0 * x).reshape(2, 2, 8))"

/// The words of integers that straddle words, against a stream of bits in NumPy.
private func quantizeSample(bits: Int) -> OpEntry.Sample {
  OpEntry.Sample(
    "\(bits) bits", [.real(2, 32)],
    oracle: "(lambda g: np.packbits(np.unpackbits(np.clip(np.rint((g - g.min(-1, keepdims=True))"
      + " / ((g.max(-1, keepdims=True) - g.min(-1, keepdims=True)) / \((1 << bits) - 1))), 0, 255)"
      + ".astype(np.uint8)[..., None], axis=-1, bitorder='little')[..., :\(bits)].reshape(2, -1),"
      + " axis=-1, bitorder='little').view(np.uint32))(1.0 * x)"
  ) { quantize($0[0], groupSize: 32, bits: bits).words }
}

private func dequantizeSample(bits: Int) -> OpEntry.Sample {
  OpEntry.Sample(
    "\(bits) bits", [.words(2, bits), .real(2, 1), .real(2, 1)],
    oracle: "(np.unpackbits(x.view(np.uint8), axis=-1, bitorder='little').reshape(2, 32, \(bits))"
      + " @ (1 << np.arange(\(bits)))) * y + z"
  ) {
    dequantize(
      QuantizedWeights(words: $0[0], scales: $0[1], offsets: $0[2], groupSize: 32, bits: bits))
  }
}

let quantizeOps: [OpEntry] = [
  OpEntry(
    "quantize", dtypes: .floats,
    [
      .init(
        "", [.real(2, 16)],
        oracle: "(lambda t: (np.sum(t[3].reshape(2, 2, 8).astype(np.uint32)"
          + " << (4 * np.arange(8, dtype=np.uint32)), -1, dtype=np.uint32), t[2][..., 0], t[1][..., 0]))"
          + "(\(quantized))",
        results: {
          let weights = quantize($0[0], groupSize: 8, bits: 4)
          return [weights.words, weights.scales, weights.offsets]
        }),
      quantizeSample(bits: 3), quantizeSample(bits: 5), quantizeSample(bits: 6),
    ]),
  OpEntry(
    "dequantize", dtypes: .ordered,
    [
      .init(
        "", [.words(2, 2), .real(2, 2), .real(2, 2)],
        oracle: "((x[..., None] >> (4 * np.arange(8, dtype=np.uint32)) & 15) * y[..., None]"
          + " + z[..., None]).reshape(2, 16)"
      ) {
        dequantize(
          QuantizedWeights(words: $0[0], scales: $0[1], offsets: $0[2], groupSize: 8, bits: 4))
      },
      dequantizeSample(bits: 3), dequantizeSample(bits: 5), dequantizeSample(bits: 6),
    ]),
  OpEntry(
    "quantizedMatmul", dtypes: .ordered,
    [
      .init(
        "", [.words(3, 1), .real(3, 1), .real(3, 1), .real(2, 8)],
        oracle: "w @ ((x[..., None] >> (4 * np.arange(8, dtype=np.uint32)) & 15) * y[..., None]"
          + " + z[..., None]).reshape(3, 8).T"
      ) {
        quantizedMatmul(
          $0[3],
          QuantizedWeights(words: $0[0], scales: $0[1], offsets: $0[2], groupSize: 8, bits: 4))
      },
      .init(
        "not transposed", [.words(3, 1), .real(3, 1), .real(3, 1), .real(2, 3)],
        oracle: "w @ ((x[..., None] >> (4 * np.arange(8, dtype=np.uint32)) & 15) * y[..., None]"
          + " + z[..., None]).reshape(3, 8)"
      ) {
        quantizedMatmul(
          $0[3],
          QuantizedWeights(words: $0[0], scales: $0[1], offsets: $0[2], groupSize: 8, bits: 4),
          transposed: false)
      },
    ]),
  OpEntry(
    "gatherQuantizedMatmul", dtypes: .ordered,
    [
      .init(
        "", [.words(2, 3, 1), .real(2, 3, 1), .real(2, 3, 1), .real(2, 8)],
        oracle: "w @ ((x[..., None] >> (4 * np.arange(8, dtype=np.uint32)) & 15) * y[..., None]"
          + " + z[..., None]).reshape(2, 3, 8)[[1, 0, 1]].transpose(0, 2, 1)"
      ) {
        gatherQuantizedMatmul(
          $0[3],
          QuantizedWeights(words: $0[0], scales: $0[1], offsets: $0[2], groupSize: 8, bits: 4),
          right: NDArray([1, 0, 1] as [Int32]))
      }
    ]),
  .unary(
    "toFP8", "np.asarray(jnp.asarray(x, jnp.float32).astype(jnp.float8_e4m3fn)).view(np.uint8)",
    in: -300...300, dtypes: .ordered, except: .derivatives
  ) { toFP8($0) },
  OpEntry(
    "fromFP8", dtypes: [.float32],
    [
      .init(
        "", [], oracle: "np.arange(126, dtype=np.uint8).view(jnp.float8_e4m3fn).astype(np.float32)"
      ) { _ in fromFP8(NDArray.arange(126, dtype: .uint8), dtype: .float32) }
    ]),
]
