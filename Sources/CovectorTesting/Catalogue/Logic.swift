// Samples of the operations in Ops/Logic.swift.

import Covector

extension OpEntry {
  /// An entry for a question about numbers; dividing by zero makes those of every kind, also of
  /// integers.
  fileprivate static func kinds(
    _ name: String, _ oracle: String, dtypes: Set<DType> = .all,
    _ function: @escaping @Sendable (NDArray) -> NDArray
  ) -> OpEntry {
    OpEntry(
      name, dtypes: dtypes,
      [
        Sample("", [.real(3, 4)], oracle: oracle + "(x)", except: .derivatives) { function($0[0]) },
        Sample("empty", [.real(0, 3)], oracle: oracle + "(x)", except: .derivatives) {
          function($0[0])
        },
        Sample("special", [.values([0, 1, -1])], oracle: oracle + "(x / 0)", except: .derivatives) {
          function($0[0] / 0)
        },
      ])
  }
}

let logicOps: [OpEntry] = [
  .whole("logicalAnd", "np.logical_and(x, y)", in: 0...1, dtypes: .all) { $0 .& $1 },
  .whole("logicalOr", "np.logical_or(x, y)", in: 0...1, dtypes: .all) { $0 .| $1 },
  .whole("logicalXor", "np.logical_xor(x, y)", in: 0...1, dtypes: .all) { $0 .^ $1 },
  OpEntry(
    "logicalNot", dtypes: .all,
    [
      .init("", [.whole(3, 4, in: 0...1)], oracle: "np.logical_not(x)", except: .derivatives) {
        .!$0[0]
      }
    ]),
  .kinds("isNaN", "np.isnan") { isNaN($0) },
  .kinds("isInfinite", "np.isinf") { isInfinite($0) },
  .kinds("isFinite", "np.isfinite") { isFinite($0) },
  .kinds("isPositiveInfinity", "np.isposinf", dtypes: .ordered) { isPositiveInfinity($0) },
  .kinds("isNegativeInfinity", "np.isneginf", dtypes: .ordered) { isNegativeInfinity($0) },
  OpEntry(
    "nanToNum", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.nan_to_num(x)") { nanToNum($0[0]) },
      .init(
        "values", [.values([0, 1, -1])],
        oracle: "np.nan_to_num(x / 0, nan=2, posinf=3, neginf=4)", except: .derivatives
      ) { nanToNum($0[0] / 0, nan: 2, positiveInfinity: 3, negativeInfinity: 4) },
    ]),
]
