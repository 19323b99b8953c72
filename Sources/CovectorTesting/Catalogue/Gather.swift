// Samples of the operations in Ops/Gather.swift.

import Covector

let gatherOps: [OpEntry] = [
  OpEntry(
    "subscript", dtypes: .all,
    [
      .init("integer", [.real(3, 4)], oracle: "x[1]") { $0[0][1] },
      .init("negative integers", [.real(3, 4)], oracle: "x[-1, -2]") { $0[0][-1, -2] },
      .init("ranges", [.real(4, 5)], oracle: "x[1:3, -2:]") { $0[0][1..<3, (-2)...] },
      .init("stride", [.real(4, 5)], oracle: "x[::-1, 1:4:2]") {
        $0[0][.stride(by: -1), .stride(from: 1, to: 4, by: 2)]
      },
      .init("ellipsis", [.real(2, 3, 4)], oracle: "x[1, ..., :3]") { $0[0][1, ..., ..<3] },
      .init("new axis", [.real(3, 4)], oracle: "x[:, None, 2]") { $0[0][0..., .newAxis, 2] },
      .init("empty range", [.real(3, 4)], oracle: "x[2:2]") { $0[0][2..<2] },
      .init("index array", [.real(3, 4), .index(5, in: -3...2)], oracle: "x[y]") { $0[0][$0[1]] },
      .init("scalar index array", [.real(3, 4), .index(in: 0...2)], oracle: "x[y]") {
        $0[0][$0[1]]
      },
      .init("index array last", [.real(3, 4), .index(2, 3, in: -4...3)], oracle: "x[..., y]") {
        $0[0][..., $0[1]]
      },
      .init("index array and range", [.real(3, 4), .index(2, in: 0...2)], oracle: "x[y, 1:3]") {
        $0[0][$0[1], 1..<3]
      },
      .init(
        "index arrays side by side",
        [.real(2, 3, 4), .index(2, in: 0...2), .index(3, 1, in: -4...3)], oracle: "x[:, y, z]"
      ) { $0[0][0..., $0[1], $0[2]] },
      .init(
        "index arrays apart", [.real(2, 3, 4), .index(2, in: 0...1), .index(3, 1, in: -4...3)],
        oracle: "x[y, :, z]"
      ) { $0[0][$0[1], 0..., $0[2]] },
      .init(
        "integer and index array", [.real(2, 3, 4), .index(2, in: 0...3)], oracle: "x[1, :, y]"
      ) { $0[0][1, 0..., $0[1]] },
      .init("no indices", [.real(3, 4), .index(0, in: 0...2)], oracle: "x[y]") { $0[0][$0[1]] },
      .init("mask", [.real(3, 4)], oracle: "x[np.array([True, False, True])]") {
        $0[0][[true, false, true] as NDArray]
      },
    ]),
  OpEntry(
    "take", dtypes: .all,
    [
      .init("flat", [.real(3, 4), .index(2, 3, in: -12...11)], oracle: "np.take(x, y)") {
        $0[0].take($0[1])
      },
      .init("axis 0", [.real(3, 4), .index(5, in: -3...2)], oracle: "np.take(x, y, 0)") {
        $0[0].take($0[1], axis: 0)
      },
      .init("axis -1", [.real(2, 3, 4), .index(2, 2, in: 0...3)], oracle: "np.take(x, y, -1)") {
        $0[0].take($0[1], axis: -1)
      },
      .init("empty", [.real(2, 0), .index(3, in: 0...1)], oracle: "np.take(x, y, 0)") {
        $0[0].take($0[1], axis: 0)
      },
    ]),
  OpEntry(
    "takeAlongAxis", dtypes: .all,
    [
      .init(
        "", [.real(3, 4), .index(3, 2, in: -4...3)], oracle: "np.take_along_axis(x, y, -1)"
      ) { $0[0].takeAlongAxis($0[1]) },
      .init(
        "axis 0", [.real(3, 4), .index(5, 4, in: 0...2)], oracle: "np.take_along_axis(x, y, 0)"
      ) { $0[0].takeAlongAxis($0[1], axis: 0) },
      .init(
        "broadcast", [.real(2, 1, 4), .index(1, 3, 2, in: 0...3)],
        oracle: "np.take_along_axis(x, y, 2)"
      ) { $0[0].takeAlongAxis($0[1], axis: 2) },
    ]),
  OpEntry(
    "sliced", dtypes: .all,
    [
      .init(
        "", [.real(4, 5), .index(2, in: 0...2)], oracle: "x[y[0]:y[0] + 2, y[1]:y[1] + 3]"
      ) { $0[0].sliced(from: $0[1], axes: [0, 1], sizes: [2, 3]) },
      .init("one axis", [.real(2, 5), .index(1, in: 0...3)], oracle: "x[:, y[0]:y[0] + 2]") {
        $0[0].sliced(from: $0[1], axes: [-1], sizes: [2])
      },
      .init("from the end", [.real(5), .index(1, in: -5...(-3))], oracle: "x[y[0] + 5:y[0] + 7]") {
        $0[0].sliced(from: $0[1], axes: [0], sizes: [2])
      },
    ]),
]
