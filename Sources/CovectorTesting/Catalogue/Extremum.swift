// Samples of the operations in Ops/Extremum.swift.

import Covector

let extremumOps: [OpEntry] = [
  .binary("maximum", "np.maximum(x, y)", dtypes: .ordered) { maximum($0, $1) },
  .binary("minimum", "np.minimum(x, y)", dtypes: .ordered) { minimum($0, $1) },
  OpEntry(
    "clip", dtypes: .ordered,
    [
      .init("scalars", [.real(3, 4)], oracle: "np.clip(x, -1, 1)") {
        clip($0[0], min: -1, max: 1)
      },
      .init(
        "arrays", [.real(3, 4), .real(4, in: -1...(-0.5)), .real(3, 1, in: 0.5...1)],
        oracle: "np.clip(x, y, z)"
      ) { clip($0[0], min: $0[1], max: $0[2]) },
      .init("min", [.real(3, 4)], oracle: "np.maximum(x, 0)") { clip($0[0], min: 0) },
      .init("max", [.real(3, 4)], oracle: "np.minimum(x, 1)") { clip($0[0], max: 1) },
    ]),
]
