// Samples of the operations in Ops/Select.swift.

import Covector

let selectOps: [OpEntry] = [
  OpEntry(
    "select", dtypes: .ordered,
    [
      .init(
        "masked square root", [.real(3, 4), .real(3, 4, in: 0.5...2)],
        oracle: "np.where(x > 0, np.sqrt(y), x * y)"
      ) { parts in
        select(parts[0] .> 0) {
          sqrt(parts[1])
        } else: {
          parts[0] * parts[1]
        }
      },
      .init(
        "a reduction", [.real(3, 4), .real(4)],
        oracle: "np.where(x > 0, np.sqrt((y * y).sum()), x)"
      ) { parts in
        select(parts[0] .> 0) {
          sqrt((parts[1] * parts[1]).sum())
        } else: {
          parts[0]
        }
      },
    ]),
  OpEntry(
    "which", dtypes: .all,
    [
      .init("", [.bool(3, 4), .real(3, 4), .real(3, 4)], oracle: "np.where(x, y, z)") {
        which($0[0], $0[1], $0[2])
      },
      .init("broadcast", [.bool(4), .real(3, 1), .real()], oracle: "np.where(x, y, z)") {
        which($0[0], $0[1], $0[2])
      },
    ]),
]
