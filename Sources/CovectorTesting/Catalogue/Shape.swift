// Samples of the operations in Ops/Shape.swift.

import Covector

let shapeOps: [OpEntry] = [
  OpEntry(
    "reshaped", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "x.reshape(2, 6)") { $0[0].reshaped(to: 2, 6) },
      .init("inferred", [.real(3, 4)], oracle: "x.reshape(2, -1, 3)") {
        $0[0].reshaped(to: 2, -1, 3)
      },
    ]),
  OpEntry(
    "broadcast", dtypes: .all,
    [
      .init("", [.real(3, 1)], oracle: "np.broadcast_to(x, (2, 3, 4))") {
        $0[0].broadcast(to: [2, 3, 4])
      },
      .init("scalar", [.real()], oracle: "np.broadcast_to(x, (2, 3))") {
        $0[0].broadcast(to: [2, 3])
      },
    ]),
  OpEntry(
    "transposed", dtypes: .all,
    [
      .init("", [.real(2, 3, 4)], oracle: "x.T") { $0[0].transposed() },
      .init("order", [.real(2, 3, 4)], oracle: "x.transpose(1, 2, 0)") {
        $0[0].transposed(1, 2, 0)
      },
    ]),
  OpEntry(
    "concatenated", dtypes: .all,
    [
      .init("", [.real(2, 3), .real(1, 3)], oracle: "np.concatenate([x, y])") {
        concatenated([$0[0], $0[1]])
      },
      .init(
        "axis 1", [.real(2, 3), .real(2, 1), .real(2, 2)], oracle: "np.concatenate([x, y, z], 1)"
      ) {
        concatenated([$0[0], $0[1], $0[2]], axis: 1)
      },
    ]),
  OpEntry(
    "padded", dtypes: .all,
    [
      .init("", [.real(2, 3)], oracle: "np.pad(x, ((1, 0), (2, 1)))") {
        $0[0].padded([(1, 0), (2, 1)])
      },
      .init("value", [.real(2, 3), .real()], oracle: "np.pad(x, 1, constant_values=y)") {
        $0[0].padded(1, value: $0[1])
      },
    ]),
]
