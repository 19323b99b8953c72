// Samples of the operations in Ops/Statistics.swift.

import Covector

let statisticsOps: [OpEntry] = [
  .reduction("peakToPeak", "np.ptp", dtypes: .ordered.subtracting([.bool]), hasEmpty: false) {
    $0.peakToPeak(axes: $1, keepDims: $2)
  },
  OpEntry(
    "average", dtypes: .all,
    [
      .init(
        "", [.real(3, 4), .real(3, 4, in: 1...2)],
        oracle: "np.sum(x * (1.0 * y), axis=0) / np.sum(1.0 * y, axis=0)"
      ) { $0[0].average(weights: $0[1], axes: [0]) },
      .init(
        "broadcast", [.real(3, 4), .real(4, in: 1...2)],
        oracle: "np.sum(x * (1.0 * y)) / (3 * np.sum(1.0 * y))"
      ) { $0[0].average(weights: $0[1]) },
    ]),
  OpEntry(
    "percentile", dtypes: .ordered,
    [
      .init(
        "", [.real(6, 3), .real(4, in: 2...93)], oracle: "np.percentile(1.0 * x, 1.0 * y, axis=0)"
      ) { $0[0].percentile($0[1], axes: [0]) }
    ]),
  OpEntry(
    "covariance", dtypes: .all,
    [
      .init("", [.real(3, 5)], oracle: "np.cov(1.0 * x)") { covariance($0[0]) },
      .init("vector", [.real(5)], oracle: "np.cov(1.0 * x)") { covariance($0[0]) },
      .init("correction 0", [.real(2, 5)], oracle: "np.cov(1.0 * x, ddof=0)") {
        covariance($0[0], correction: 0)
      },
    ]),
  OpEntry(
    "correlation", dtypes: .all,
    [.init("", [.real(3, 5, in: -9...9)], oracle: "np.corrcoef(1.0 * x)") { correlation($0[0]) }]),
  OpEntry(
    "gradient", dtypes: .all,
    [
      .init("", [.real(3, 5)], oracle: "np.gradient(1.0 * x, axis=1)") { gradient($0[0]) },
      .init("axis 0", [.real(4, 3)], oracle: "np.gradient(1.0 * x, 0.5, axis=0)") {
        gradient($0[0], spacing: 0.5, axis: 0)
      },
      .init("two", [.real(2)], oracle: "np.gradient(1.0 * x)") { gradient($0[0]) },
    ]),
  OpEntry(
    "gradient at places", dtypes: .all,
    [
      .init(
        "", [.real(3, 5), .real(5)],
        oracle: "np.gradient(1.0 * x, np.array([-2, -1, 0.5, 1, 3]) + 0.125 * np.real(y), axis=1)"
      ) {
        gradient(
          $0[0],
          at: NDArray([-2.0, -1, 0.5, 1, 3]).asType($0[1].inexact.real.dtype) + 0.125 * $0[1].real)
      }
    ]),
  OpEntry(
    "polyval", dtypes: .numbers,
    [
      .init("", [.real(4), .real(3, 2)], oracle: "np.polyval(x, y)") { polyval($0[0], $0[1]) },
      .init("of nothing", [.real(0), .real(3)], oracle: "np.polyval(x, y)") {
        polyval($0[0], $0[1])
      },
    ]),
  OpEntry(
    "vander", dtypes: .numbers,
    [
      .init("", [.real(4)], oracle: "np.vander(x)") { vander($0[0]) },
      .init("increasing", [.real(3)], oracle: "np.vander(x, 5, increasing=True)") {
        vander($0[0], columns: 5, increasing: true)
      },
    ]),
  OpEntry(
    "digitize", dtypes: .all,
    [
      .init(
        "", [.real(3, 4), .real(5)], oracle: "np.searchsorted(np.sort(y), x, side='right')",
        except: .derivatives
      ) { digitize($0[0], edges: $0[1].sorted()) },
      .init(
        "right", [.whole(8, in: 0...9), .whole(4, in: 1...8)],
        oracle: "np.searchsorted(np.sort(y), x, side='left')", except: .derivatives
      ) { digitize($0[0], edges: $0[1].sorted(), right: true) },
    ]),
  OpEntry(
    "isIn", dtypes: .all,
    [
      .init(
        "", [.whole(3, 4, in: 0...9), .whole(4, in: 0...9)], oracle: "np.isin(x, y)",
        except: .derivatives
      ) { isIn($0[0], $0[1]) },
      .init(
        "nothing", [.whole(3, in: 0...9), .whole(0, in: 0...9)], oracle: "np.isin(x, y)",
        except: .derivatives
      ) { isIn($0[0], $0[1]) },
    ]),
  OpEntry(
    "select of choices", dtypes: .all,
    [
      .init(
        "", [.bool(3, 4), .bool(4), .real(3, 4), .real(3, 1)],
        oracle: "np.select([x, np.broadcast_to(y, (3, 4))], [z, np.broadcast_to(w, (3, 4))])"
      ) { select([$0[0], $0[1]], [$0[2], $0[3]]) }
    ]),
  OpEntry(
    "piecewise", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4)], oracle: "np.where(x > 1, x * 2, np.where(x < 0, x * x, x))"
      ) { x in
        let x = x[0]
        return piecewise(x, [x .< 0, x .> 1], [{ $0 * $0 }, { $0 * 2 }, { $0 }])
      }
    ]),
]
