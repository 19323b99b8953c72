// Samples of the operations in Ops/Sort.swift.

import Covector

let sortOps: [OpEntry] = [
  OpEntry(
    "sorted", dtypes: .all,
    [
      .init("", [.real(3, 5)], oracle: "np.sort(x)") { $0[0].sorted() },
      .init("axis 0", [.real(5, 3)], oracle: "np.sort(x, axis=0)") { $0[0].sorted(axis: 0) },
      .init("axis 1", [.real(2, 4, 3)], oracle: "np.sort(x, axis=1)") { $0[0].sorted(axis: 1) },
      .init("flat", [.real(3, 4)], oracle: "np.sort(x, axis=None)") { $0[0].sorted(axis: nil) },
      .init("one", [.real(3, 1)], oracle: "np.sort(x)") { $0[0].sorted() },
      .init("empty", [.real(3, 0)], oracle: "np.sort(x)") { $0[0].sorted() },
    ]),
  OpEntry(
    "argSort", dtypes: .all,
    [
      .init("", [.real(3, 5)], oracle: "np.argsort(x, kind='stable')", except: .derivatives) {
        $0[0].argSort()
      },
      .init("axis 0", [.real(5, 3)], oracle: "np.argsort(x, 0, 'stable')", except: .derivatives) {
        $0[0].argSort(axis: 0)
      },
      .init("flat", [.real(3, 4)], oracle: "np.argsort(x, None, 'stable')", except: .derivatives) {
        $0[0].argSort(axis: nil)
      },
      .init(
        "ties", [.whole(2, 9, in: 0...2)], oracle: "np.argsort(x, kind='stable')",
        except: .derivatives
      ) { $0[0].argSort() },
    ]),
  OpEntry(
    "partitioned", dtypes: .all,
    [
      .init("", [.real(3, 5)], oracle: "np.partition(x, 2)[:, 2]") {
        $0[0].partitioned(at: 2)[0..., 2]
      },
      .init("axis 0, from the end", [.real(5, 3)], oracle: "np.partition(x, -2, axis=0)[-2]") {
        $0[0].partitioned(at: -2, axis: 0)[-2]
      },
    ]),
  OpEntry(
    "argPartition", dtypes: .all,
    [
      .init(
        "", [.real(3, 5)], oracle: "np.argsort(x, kind='stable')[:, 2]", except: .derivatives
      ) { $0[0].argPartition(at: 2)[0..., 2] }
    ]),
  OpEntry(
    "topK", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 5)], oracle: "tuple(jax.lax.top_k(x, 2))",
        results: {
          let (values, indices) = $0[0].topK(2)
          return [values, indices]
        }),
      .init("axis 0", [.real(5, 3)], oracle: "np.sort(x, 0)[:1:-1]") {
        $0[0].topK(3, axis: 0).values
      },
      .init(
        "ties", [.whole(2, 9, in: 0...2)], oracle: "jax.lax.top_k(x, 4)[1]", except: .derivatives
      ) {
        $0[0].topK(4).indices
      },
      .init("none", [.real(2, 3)], oracle: "x[:, :0]") { $0[0].topK(0).values },
    ]),
]
