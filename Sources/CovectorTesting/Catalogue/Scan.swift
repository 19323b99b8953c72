// Samples of the operations in Ops/Scan.swift.

import Covector

let scanOps: [OpEntry] = [
  scanning("cumulativeSum", "np.cumsum(@, axis=%)", first: 0, dtypes: .all) {
    $0.cumulativeSum(axis: $1, reverse: $2, exclusive: $3)
  },
  scanning("cumulativeProduct", "np.cumprod(@, axis=%)", first: 1, dtypes: .all) {
    $0.cumulativeProduct(axis: $1, reverse: $2, exclusive: $3)
  },
  OpEntry(
    "cumulativeProduct of zeros", dtypes: .all,
    [
      .init("one", [.values([2, 0, 3, -1])], oracle: "np.cumprod(x)") { $0[0].cumulativeProduct() },
      .init("several", [.whole(3, 4, in: -1...1)], oracle: "np.cumprod(x, axis=1)") {
        $0[0].cumulativeProduct(axis: 1)
      },
    ]),
  scanning("cumulativeMax", "np.maximum.accumulate(@, axis=%)", dtypes: .ordered) {
    $0.cumulativeMax(axis: $1, reverse: $2, exclusive: $3)
  },
  scanning("cumulativeMin", "np.minimum.accumulate(@, axis=%)", dtypes: .ordered) {
    $0.cumulativeMin(axis: $1, reverse: $2, exclusive: $3)
  },
  scanning(
    "logCumulativeSumExp", "np.logaddexp.accumulate(1.0 * @, axis=%)", large: true, dtypes: .ordered
  ) { $0.logCumulativeSumExp(axis: $1, reverse: $2, exclusive: $3) },
  OpEntry(
    "diff", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.diff(x)") { diff($0[0]) },
      .init("axis 0", [.real(3, 4)], oracle: "np.diff(x, axis=0)") { diff($0[0], axis: 0) },
      .init("order 2", [.real(2, 5)], oracle: "np.diff(x, n=2)") { diff($0[0], order: 2) },
      .init("order 0", [.real(2, 5)], oracle: "x") { diff($0[0], order: 0) },
      .init("nothing left", [.real(2, 3)], oracle: "np.diff(x, n=5)") { diff($0[0], order: 5) },
    ]),
  OpEntry(
    "trapezoid", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.trapezoid(1.0 * x)", except: .batchBits) {
        trapezoid($0[0])
      },
      .init(
        "spacing, axis 0", [.real(3, 4)], oracle: "np.trapezoid(1.0 * x, dx=0.5, axis=0)",
        except: .batchBits
      ) { trapezoid($0[0], spacing: 0.5, axis: 0) },
      .init(
        "places", [.real(5, 3), .real(5)], oracle: "np.trapezoid(1.0 * x, 1.0 * y, axis=0)",
        except: .batchBits
      ) { trapezoid($0[0], at: $0[1], axis: 0) },
      .init(
        "many places", [.real(3, 4), .real(3, 4)], oracle: "np.trapezoid(1.0 * x, 1.0 * y)",
        except: .batchBits
      ) { trapezoid($0[0], at: $0[1]) },
      .init("one sample", [.real(3, 1)], oracle: "np.trapezoid(1.0 * x)") { trapezoid($0[0]) },
    ]),
]

/// An entry for a scan; in the oracle `@` stands for the array, `%` for the axis.
///
/// - Parameter first: The first result of an exclusive scan, where the oracle can say it.
private func scanning(
  _ name: String, _ oracle: String, first: Int? = nil, large: Bool = false, dtypes: Set<DType>,
  _ function: @escaping @Sendable (NDArray, Int?, Bool, Bool) -> NDArray
) -> OpEntry {
  func python(_ array: String, _ axis: String) -> String {
    let parts = oracle.split(separator: "@").joined(separator: array)
    return parts.split(separator: "%").joined(separator: axis)
  }
  var samples: [OpEntry.Sample] = [
    .init("flat", [.real(3, 4)], oracle: python("x.reshape(-1)", "0")) {
      function($0[0], nil, false, false)
    },
    .init("axis 0", [.real(3, 4)], oracle: python("x", "0")) { function($0[0], 0, false, false) },
    .init("axis 1", [.real(2, 5, 3)], oracle: python("x", "1")) {
      function($0[0], 1, false, false)
    },
    .init("axis -1", [.real(2, 7)], oracle: python("x", "-1")) {
      function($0[0], -1, false, false)
    },
    .init("reverse", [.real(2, 5)], oracle: "np.flip(\(python("np.flip(x, 1)", "1")), 1)") {
      function($0[0], 1, true, false)
    },
    .init("reverse axis 0", [.real(4, 3)], oracle: "np.flip(\(python("np.flip(x, 0)", "0")), 0)") {
      function($0[0], 0, true, false)
    },
    .init("empty", [.real(0, 3)], oracle: python("x", "0")) { function($0[0], 0, false, false) },
  ]
  if let first {
    let edge = "np.full_like(c[:, :1], \(first))"
    samples += [
      .init(
        "exclusive", [.real(3, 4)],
        oracle: "(lambda c: np.concatenate([\(edge), c[:, :-1]], 1))(\(python("x", "1")))"
      ) { function($0[0], 1, false, true) },
      .init(
        "exclusive reverse", [.real(3, 4)],
        oracle: "(lambda c: np.flip(np.concatenate([\(edge), c[:, :-1]], 1), 1))"
          + "(\(python("np.flip(x, 1)", "1")))"
      ) { function($0[0], 1, true, true) },
    ]
  } else {
    // The first result of these is infinite, or the limit of an integer type: the rest is compared.
    samples += [
      .init("exclusive", [.real(3, 4)], oracle: "\(python("x", "1"))[:, :-1]") {
        function($0[0], 1, false, true)[0..., 1..<4]
      },
      .init(
        "exclusive reverse", [.real(3, 4)],
        oracle: "np.flip(\(python("np.flip(x, 1)", "1")), 1)[:, 1:]"
      ) { function($0[0], 1, true, true)[0..., ..<3] },
    ]
  }
  if large {
    samples.append(
      .init("large", [.real(2, 6, in: -800...800)], oracle: python("x", "1")) {
        function($0[0], 1, false, false)
      })
  }
  return OpEntry(name, dtypes: dtypes, samples)
}
