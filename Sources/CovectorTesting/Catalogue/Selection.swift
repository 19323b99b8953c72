// Samples of the operations in Ops/Selection.swift.

import Covector

let selectionOps: [OpEntry] = [
  .reduction("median", "np.median", dtypes: .ordered, hasEmpty: false) {
    $0.median(axes: $1, keepDims: $2)
  },
  OpEntry(
    "median of an odd number", dtypes: .ordered,
    [
      .init("", [.real(3, 5)], oracle: "np.median(1.0 * x, axis=1)") { $0[0].median(axis: 1) },
      .init("ties", [.whole(9, in: 0...3)], oracle: "np.median(1.0 * x)", except: .derivatives) {
        $0[0].median()
      },
    ]),
  OpEntry(
    "quantile", dtypes: .ordered,
    [
      .init("scalar", [.real(3, 5), .real(in: 0.3...0.4)], oracle: quantiles("None")) {
        $0[0].quantile($0[1])
      },
      .init("axis 0", [.real(6, 3), .real(4, in: 0.02...0.93)], oracle: quantiles("0")) {
        $0[0].quantile($0[1], axis: 0)
      },
      .init(
        "axis 1 keepDims", [.real(2, 5, 3), .real(2, in: 0.02...0.93)],
        oracle: quantiles("1", ", keepdims=True")
      ) { $0[0].quantile($0[1], axis: 1, keepDims: true) },
      .init("axes", [.real(2, 5, 3), .real(2, 2, in: 0.02...0.93)], oracle: quantiles("(0, 2)")) {
        $0[0].quantile($0[1], axes: [0, 2])
      },
      .init("ends", [.real(4)], oracle: "np.quantile(1.0 * x, [0.0, 1.0])") {
        $0[0].quantile([0.0, 1.0] as NDArray)
      },
    ]),
  OpEntry(
    "searchSorted", dtypes: .all,
    [
      .init("", [.real(6), .real(2, 4)], oracle: search("left"), except: .derivatives) {
        searchSorted($0[0].sorted(), $0[1])
      },
      .init(
        "right", [.whole(7, in: 0...3), .whole(5, in: -1...4)], oracle: search("right"),
        except: .derivatives
      ) { searchSorted($0[0].sorted(), $0[1], right: true) },
      .init("scalar", [.real(6), .real()], oracle: search("left"), except: .derivatives) {
        searchSorted($0[0].sorted(), $0[1])
      },
      .init("in nothing", [.real(0), .real(3)], oracle: search("left"), except: .derivatives) {
        searchSorted($0[0], $0[1])
      },
    ]),
  OpEntry(
    "interp", dtypes: .ordered.subtracting([.bool]),
    [
      .init("", [.real(2, 4), places, .real(6, in: -5...5)], oracle: interpolation) {
        interp($0[0], $0[1].sorted(), $0[2])
      },
      .init("scalar", [.real(), places, .real(6)], oracle: interpolation) {
        interp($0[0], $0[1].sorted(), $0[2])
      },
      .init("one point", [.real(4), .real(1), .real(1)], oracle: interpolation) {
        interp($0[0], $0[1], $0[2])
      },
    ]),
]

/// Points that stay apart in every dtype.
private let places = OpEntry.Input.values([-3, 1, -2, 0, 5, 4])
private let interpolation = "np.interp(1.0 * x, np.sort(1.0 * y), 1.0 * z)"

private func quantiles(_ axis: String, _ options: String = "") -> String {
  "np.quantile(1.0 * x, 1.0 * y, axis=\(axis)\(options))"
}

private func search(_ side: String) -> String {
  "np.searchsorted(np.sort(x), y, side='\(side)')"
}
