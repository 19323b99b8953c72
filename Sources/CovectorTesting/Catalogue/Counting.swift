// Samples of the operations in Ops/Counting.swift.

import Covector

// `unique` and `nonzero` have results whose size depends on values, which no transform can map; they
// are tested by themselves.
let countingOps: [OpEntry] = [
  OpEntry(
    "unique of fixed size", dtypes: .all,
    [
      .init(
        "", [.whole(3, 4, in: 0...6)], oracle: "np.unique(x)[:2]", except: .derivatives,
        because: "equal elements move apart"
      ) { $0[0].unique(count: 2) },
      .init(
        "filled", [.real(4)],
        oracle: "np.append(np.unique(x), np.full(6 - np.unique(x).size, 9)).astype(x.dtype)"
      ) {
        $0[0].unique(count: 6, fill: 9)
      },
    ]),
  OpEntry(
    "bincount", dtypes: .all,
    [
      .init(
        "", [.index(3, 5, in: 0...4)], oracle: "np.bincount(x.reshape(-1), minlength=6)",
        except: .derivatives
      ) { bincount($0[0], count: 6) },
      .init(
        "weights", [.real(12), .index(12, in: 0...4)],
        oracle: "np.array([np.sum(x[y == i]) for i in range(6)])"
      ) { bincount($0[1], weights: $0[0], count: 6) },
    ]),
  OpEntry(
    "histogram", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 7)], oracle: "np.histogram(1.0 * x, 4)",
        results: {
          let (counts, edges) = histogram($0[0], bins: 4)
          return [counts, edges]
        }),
      .init(
        "range", [.real(12)], oracle: "np.histogram(1.0 * x, 8, (-1, 1.5))[0]", except: .derivatives
      ) {
        histogram($0[0], bins: 8, range: -1...1.5).counts
      },
      .init(
        "weights", [.real(3, 4), .real(3, 4)],
        oracle:
          "np.array([np.sum(y[(x >= a) & (x < a + 1 + (a == 1))]) for a in range(-2, 2)])"
      ) { histogram($0[0], bins: 4, range: -2...2, weights: $0[1]).counts },
      .init(
        "edges", [.real(10), .values([-1, -0.25, 0.5, 2])],
        oracle: "np.histogram(1.0 * x, np.sort(1.0 * y))[0]", except: .derivatives
      ) { histogram($0[0], edges: $0[1].sorted()) },
      .init(
        "all equal", [.values([1, 1, 1])], oracle: "np.histogram(1.0 * x, 4)[0]",
        except: .derivatives
      ) {
        histogram($0[0], bins: 4).counts
      },
    ]),
]
