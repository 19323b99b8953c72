// Samples of the operations in Ops/ReduceExtremum.swift.

import Covector

let reduceExtremumOps: [OpEntry] = [
  .reduction("max", "np.max", dtypes: .ordered, hasEmpty: false) {
    $0.max(axes: $1, keepDims: $2)
  },
  .reduction("min", "np.min", dtypes: .ordered, hasEmpty: false) {
    $0.min(axes: $1, keepDims: $2)
  },
  OpEntry(
    "minMax", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4)], oracle: "(np.min(x, 1), np.max(x, 1))",
        results: {
          let (low, high) = $0[0].minMax(axes: [1])
          return [low, high]
        })
    ]),
  OpEntry(
    "argMax", dtypes: .ordered,
    argSamples("np.argmax", { $0.argMax(axis: $1, keepDims: $2) }, { $0.argMax(keepDims: $1) })),
  OpEntry(
    "argMin", dtypes: .ordered,
    argSamples("np.argmin", { $0.argMin(axis: $1, keepDims: $2) }, { $0.argMin(keepDims: $1) })),
]

private func argSamples(
  _ oracle: String, _ along: @escaping @Sendable (NDArray, Int, Bool) -> NDArray,
  _ flat: @escaping @Sendable (NDArray, Bool) -> NDArray
) -> [OpEntry.Sample] {
  func sample(_ label: String, _ shape: [Int], _ axis: Int, keepDims: Bool = false)
    -> OpEntry.Sample
  {
    .init(
      label, [.init(shape, .real(-2, 2))],
      oracle: "\(oracle)(x, axis=\(axis)\(keepDims ? ", keepdims=True" : ""))", except: .derivatives
    ) { along($0[0], axis, keepDims) }
  }
  return [
    sample("axis 0", [3, 4], 0),
    sample("axis 1", [2, 5, 3], 1),
    sample("axis -1 keepDims", [3, 4], -1, keepDims: true),
    sample("no elements left", [2, 0], 0),
    .init("ties", [.whole(4, 6, in: 0...2)], oracle: "\(oracle)(x, axis=1)", except: .derivatives) {
      along($0[0], 1, false)
    },
    .init("flat", [.real(3, 4)], oracle: "\(oracle)(x)", except: .derivatives) {
      flat($0[0], false)
    },
    .init(
      "flat keepDims", [.real(3, 4)], oracle: "\(oracle)(x, keepdims=True)", except: .derivatives
    ) {
      flat($0[0], true)
    },
  ]
}
