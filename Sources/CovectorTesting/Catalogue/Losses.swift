// Samples of the operations in Ops/Losses.swift.

import Covector

let lossOps: [OpEntry] = [
  OpEntry(
    "crossEntropy", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .index(3, in: 0...3)],
        oracle: "-np.take_along_axis(sp.special.log_softmax(x, axis=-1), y[:, None], 1)[:, 0]"
      ) { crossEntropy($0[0], $0[1]) },
      .init(
        "probabilities", [.real(4, 3), .real(4, 3, in: 0...1)],
        oracle: "-np.sum(y * sp.special.log_softmax(x, axis=0), axis=0)"
      ) { crossEntropy($0[0], $0[1], axis: 0) },
      .init(
        "smoothing", [.real(3, 4), .index(3, in: 0...3)],
        oracle: "(lambda l: -0.9 * np.take_along_axis(l, y[:, None], 1)[:, 0] - 0.1 * l.mean(-1))"
          + "(sp.special.log_softmax(x, axis=-1))"
      ) { crossEntropy($0[0], $0[1], smoothing: 0.1) },
    ]),
  .binary(
    "binaryCrossEntropy", "np.logaddexp(x, 0) - 1.0 * x * y", in: -2...2, 0...1, dtypes: .ordered
  ) { binaryCrossEntropy(logits: $0, $1) },
  .binary(
    "binaryCrossEntropy of probabilities",
    "-(y * np.maximum(np.log(x), -100) + (1.0 - y) * np.maximum(np.log1p(-1.0 * x), -100))",
    in: 0.1...0.9, 0...1, dtypes: .ordered
  ) { binaryCrossEntropy(probabilities: $0, $1) },
  OpEntry(
    "nllLoss", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .index(3, in: 0...3)],
        oracle: "-1.0 * np.take_along_axis(x, y[:, None], 1)[:, 0]"
      ) { nllLoss($0[0], $0[1]) }
    ]),
  .binary("l1Loss", "np.abs(1.0 * x - y)", dtypes: .ordered) { l1Loss($0, $1) },
  .binary("mseLoss", "(1.0 * x - y) ** 2", dtypes: .ordered) { mseLoss($0, $1) },
  .binary(
    "smoothL1Loss", "(lambda d: np.where(d < 0.7, d * d / 1.4, d - 0.35))(np.abs(1.0 * x - y))",
    dtypes: .ordered
  ) { smoothL1Loss($0, $1, beta: 0.7) },
  .binary("huberLoss", "sp.special.huber(0.7, np.abs(1.0 * x - y))", dtypes: .ordered) {
    huberLoss($0, $1, delta: 0.7)
  },
  .binary("logCoshLoss", "np.log(np.cosh(1.0 * x - y))", in: 2...4, -2...(-0.3), dtypes: .ordered) {
    logCoshLoss($0, $1)
  },
  .binary("hingeLoss", "np.maximum(0, 1 - 1.0 * x * y)", dtypes: .ordered) { hingeLoss($0, $1) },
  OpEntry(
    "marginRankingLoss", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .real(3, 4), .values([1, -1, 1, -1])],
        oracle: "np.maximum(0, 0.5 - z * (x - y))"
      ) { marginRankingLoss($0[0], $0[1], $0[2], margin: 0.5) }
    ]),
  OpEntry(
    "gaussianNLLLoss", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .real(3, 4), .real(3, 4, in: 0.3...2)],
        oracle: "(lambda v: 0.5 * (np.log(v) + (1.0 * y - x) ** 2 / v))(np.maximum(z, 1e-6))"
      ) { gaussianNLLLoss($0[0], $0[1], variances: $0[2]) }
    ]),
  OpEntry(
    "klDivLoss", dtypes: .ordered,
    [
      .init("", [.real(3, 4), .real(3, 4)], oracle: "np.sum(np.exp(y) * (y - x), axis=-1)") {
        klDivLoss($0[0], $0[1])
      }
    ]),
  OpEntry(
    "cosineSimilarity", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .real(3, 4)],
        oracle: "np.sum(x * y, -1) / np.sqrt(np.sum(x * x, -1) * np.sum(y * y, -1))"
      ) { cosineSimilarity($0[0], $0[1]) }
    ]),
  OpEntry(
    "tripletLoss", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4), .real(3, 4), .real(3, 4)],
        oracle: "np.maximum(0, np.sqrt(np.sum((x - y) ** 2, -1) + 1e-6)"
          + " - np.sqrt(np.sum((x - z) ** 2, -1) + 1e-6) + 3)"
      ) { tripletLoss($0[0], $0[1], $0[2], margin: 3) }
    ]),
]
