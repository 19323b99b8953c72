// Samples of the operations in Ops/Compare.swift.

import Covector

extension OpEntry {
  /// An entry for a function of two arrays whose elements are small whole numbers, so that some are
  /// equal.
  static func whole(
    _ name: String, _ oracle: String, in range: ClosedRange<Int> = 0...3,
    _ second: ClosedRange<Int>? = nil, dtypes: Set<DType>,
    _ function: @escaping @Sendable (NDArray, NDArray) -> NDArray
  ) -> OpEntry {
    let other = second ?? range
    let pairs: [[Input]] = [
      [.whole(3, 4, in: range), .whole(3, 4, in: other)],
      [.whole(2, 1, 4, in: range), .whole(3, 1, in: other)],
      [.whole(in: range), .whole(5, in: other)],
      [.whole(0, 3, in: range), .whole(3, in: other)],
    ]
    return OpEntry(
      name, dtypes: dtypes,
      pairs.map { inputs in
        Sample(
          "\(inputs[0].shape), \(inputs[1].shape)", inputs, oracle: oracle, except: .derivatives
        ) { function($0[0], $0[1]) }
      })
  }
}

let compareOps: [OpEntry] = [
  .whole("equal", "np.equal(x, y)", dtypes: .all) { $0 .== $1 },
  .whole("notEqual", "np.not_equal(x, y)", dtypes: .all) { $0 .!= $1 },
  .whole("less", "np.less(x, y)", dtypes: .ordered) { $0 .< $1 },
  .whole("lessOrEqual", "np.less_equal(x, y)", dtypes: .ordered) { $0 .<= $1 },
  .whole("greater", "np.greater(x, y)", dtypes: .ordered) { $0 .> $1 },
  .whole("greaterOrEqual", "np.greater_equal(x, y)", dtypes: .ordered) { $0 .>= $1 },
  .whole("isClose", "np.isclose(x, y)", dtypes: .all) { isClose($0, $1) },
  .whole("isClose tolerance", "np.isclose(x, y, 0.5, 0.6)", dtypes: .all) {
    isClose($0, $1, relativeTolerance: 0.5, absoluteTolerance: 0.6)
  },
  OpEntry(
    "allClose", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.array(True)", except: .derivatives) {
        allClose($0[0], $0[0])
      },
      .init("not", [.whole(3, 4, in: 0...1)], oracle: "np.allclose(x, 1 - x)", except: .derivatives)
      {
        allClose($0[0], 1 - $0[0].asType(.float32))
      },
    ]),
  OpEntry(
    "arrayEqual", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.array(True)", except: .derivatives) {
        arrayEqual($0[0], $0[0])
      },
      .init("shapes", [.real(3, 4)], oracle: "np.array(False)", except: .derivatives) {
        arrayEqual($0[0], $0[0].transposed())
      },
    ]),
]
