// Samples of the operations in Ops/Models.swift.

import Covector

private let center =
  "(lambda a: (a - a.mean(-1, keepdims=True)) / np.sqrt(a.var(-1, keepdims=True) + 1e-5))"
private let angles = "np.outer(np.arange(3) + 2.0, 100.0 ** (-np.arange(2) / 2))"

private func attention(_ mask: String = "0", _ keys: String = "y", _ values: String = "z") -> String
{
  "np.einsum('bhqk,bhkd->bhqd', sp.special.softmax("
    + "np.einsum('bhqd,bhkd->bhqk', x, \(keys)) / 2 + \(mask), axis=-1), \(values))"
}

let modelOps: [OpEntry] = [
  OpEntry(
    "layerNorm", dtypes: .ordered,
    [
      .init("", [.real(3, 6, in: -9...9)], oracle: "\(center)(1.0 * x)") { layerNorm($0[0]) },
      .init(
        "parameters", [.real(2, 3, 5, in: -9...9), .real(5), .real(5)],
        oracle: "\(center)(1.0 * x) * y + z"
      ) { layerNorm($0[0], weight: $0[1], bias: $0[2]) },
    ]),
  OpEntry(
    "rmsNorm", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 6), .real(6)],
        oracle: "x / np.sqrt((1.0 * x * x).mean(-1, keepdims=True) + 1e-5) * y"
      ) { rmsNorm($0[0], weight: $0[1]) }
    ]),
  OpEntry(
    "rope", dtypes: .ordered,
    [
      .init(
        "", [.real(2, 3, 4)],
        oracle: "(lambda c, s, a, b: np.concatenate([a * c - b * s, a * s + b * c], -1))"
          + "(np.cos(\(angles)), np.sin(\(angles)), x[..., :2], x[..., 2:])"
      ) { rope($0[0], base: 100, offset: 2) },
      .init(
        "traditional", [.real(2, 3, 5)],
        oracle: "(lambda c, s, a, b: np.concatenate([np.stack([a * c - b * s, a * s + b * c], -1)"
          + ".reshape(2, 3, 4), x[..., 4:]], -1))"
          + "(np.cos(\(angles)), np.sin(\(angles)), x[..., 0:4:2], x[..., 1:4:2])"
      ) { rope($0[0], dimensions: 4, isTraditional: true, base: 100, offset: 2) },
    ]),
  OpEntry(
    "scaledDotProductAttention", dtypes: .ordered,
    [
      .init(
        "", [.real(2, 2, 3, 4), .real(2, 2, 5, 4), .real(2, 2, 5, 3)], oracle: attention()
      ) { scaledDotProductAttention($0[0], $0[1], $0[2]) },
      .init(
        "causal, grouped heads", [.real(1, 4, 3, 4), .real(1, 2, 4, 4), .real(1, 2, 4, 3)],
        oracle: attention(
          "np.where(np.tri(3, 4, 1) > 0, 0, -np.inf)", "np.repeat(y, 2, 1)", "np.repeat(z, 2, 1)")
      ) { scaledDotProductAttention($0[0], $0[1], $0[2], mask: .causal) },
      .init(
        "mask", [.real(1, 2, 3, 4), .real(1, 2, 4, 4), .real(1, 2, 4, 3), .bool(3, 4)],
        oracle: attention("np.where(w | (np.arange(4) == 0), 0, -np.inf)")
      ) {
        let isSeen = $0[3] .| (NDArray.arange(4) .== 0)
        return scaledDotProductAttention($0[0], $0[1], $0[2], mask: .array(isSeen))
      },
      .init(
        "scores", [.real(1, 2, 3, 4), .real(1, 2, 4, 4), .real(1, 2, 4, 3), .real(2, 1, 4)],
        oracle: attention("w")
      ) { scaledDotProductAttention($0[0], $0[1], $0[2], mask: .array($0[3].inexact)) },
    ]),
  OpEntry(
    "scaledDotProductAttention sinks", dtypes: .ordered,
    [
      .init(
        "", [.real(1, 2, 3, 4), .real(1, 2, 4, 4), .real(1, 2, 4, 3), .real(2)],
        oracle: "np.einsum('bhqk,bhkd->bhqd', sp.special.softmax(np.concatenate(["
          + "np.broadcast_to(w[:, None, None], (1, 2, 3, 1)), "
          + "np.einsum('bhqd,bhkd->bhqk', x, y) / 2], -1), axis=-1)[..., 1:], z)"
      ) { scaledDotProductAttention($0[0], $0[1], $0[2], sinks: $0[3]) }
    ]),
]
