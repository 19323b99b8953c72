// Samples of the operations in Ops/Assembly.swift.

import Covector

private typealias Sample = OpEntry.Sample

let assemblyOps: [OpEntry] = [
  OpEntry(
    "withAxes", dtypes: .all,
    [.init("", [.real(3)], oracle: "x[None, None]") { $0[0].withAxes(atLeast: 3) }]),
  OpEntry(
    "unstacked", dtypes: .all,
    [
      .init(
        "", [.real(2, 3)], oracle: "tuple(x)", results: { $0[0].unstacked() }),
      .init(
        "axis -1", [.real(3, 2)], oracle: "tuple(x.T)", results: { $0[0].unstacked(axis: -1) }),
    ]),
  OpEntry(
    "rotated", dtypes: .all,
    [1, 2, -1].map { turns in
      .init("\(turns)", [.real(2, 3)], oracle: "np.rot90(x, \(turns))") {
        $0[0].rotated(turns: turns)
      }
    } + [
      .init("axes", [.real(2, 3, 2)], oracle: "np.rot90(x, 1, (2, 1))") {
        $0[0].rotated(axes: (2, 1))
      }
    ]),
  OpEntry(
    "removing", dtypes: .all,
    [
      .init("", [.real(4, 3)], oracle: "np.delete(x, [1, -1], axis=0)") {
        $0[0].removing([1, -1])
      }
    ]),
  OpEntry(
    "inserting", dtypes: .all,
    [
      .init(
        "", [.real(2, 4), .real(2, 2)], oracle: "np.concatenate([x[:, :1], y, x[:, 1:]], 1)"
      ) { $0[0].inserting($0[1], at: 1, axis: 1) }
    ]),
  OpEntry(
    "settingDiagonal", dtypes: .all,
    [
      .init(
        "", [.real(3, 4), .real(3)], oracle: "(lambda a: (np.fill_diagonal(a, y), a)[1])(x.copy())"
      ) { $0[0].settingDiagonal(to: $0[1]) },
      .init(
        "scalar", [.real(2, 3, 3), .real()],
        oracle: "np.where(np.eye(3, dtype=bool), y, x)"
      ) { $0[0].settingDiagonal(to: $0[1]) },
    ]),
  OpEntry(
    "strided", dtypes: .all,
    [
      .init(
        "windows", [.real(7)], oracle: "np.lib.stride_tricks.sliding_window_view(x, 3)"
      ) { $0[0].strided(shape: [5, 3], strides: [1, 1]) },
      .init("backwards", [.real(2, 3)], oracle: "x.reshape(-1)[5::-2]") {
        $0[0].strided(shape: [3], strides: [-2], offset: 5)
      },
    ]),
  OpEntry(
    "stackedHorizontally", dtypes: .all,
    [
      .init("", [.real(2, 1), .real(2, 3)], oracle: "np.hstack([x, y])") {
        stackedHorizontally($0)
      },
      .init("vectors", [.real(2), .real(3)], oracle: "np.hstack([x, y])") {
        stackedHorizontally($0)
      },
    ]),
  OpEntry(
    "stackedVertically", dtypes: .all,
    [
      .init("", [.real(3), .real(2, 3)], oracle: "np.vstack([x, y])") { stackedVertically($0) }
    ]),
  OpEntry(
    "stackedInDepth", dtypes: .all,
    [
      .init("", [.real(2, 3), .real(2, 3)], oracle: "np.dstack([x, y])") { stackedInDepth($0) },
      .init("vectors", [.real(3), .real(3)], oracle: "np.dstack([x, y])") { stackedInDepth($0) },
    ]),
  OpEntry(
    "block", dtypes: .all,
    [
      .init(
        "", [.real(2, 2), .real(2, 1), .real(1, 2), .real(1, 1)],
        oracle: "np.block([[x, y], [z, w]])"
      ) { block([[$0[0], $0[1]], [$0[2], $0[3]]]) }
    ]),
  OpEntry(
    "blockDiagonal", dtypes: .all,
    [
      .init("", [.real(2, 3), .real(2), .real(1, 1)], oracle: "sp.linalg.block_diag(x, y, z)") {
        blockDiagonal($0)
      }
    ]),
  OpEntry(
    "unravelIndex", dtypes: .integers,
    [
      .init(
        "", [.whole(3, 4, in: 0...23)], oracle: "tuple(np.unravel_index(x, (2, 3, 4)))",
        except: .derivatives, results: { unravelIndex($0[0], shape: [2, 3, 4]) })
    ]),
  OpEntry(
    "ravelIndices", dtypes: .integers,
    [
      .init(
        "", [.whole(3, 1, in: 0...1), .whole(4, in: 0...2)],
        oracle: "np.ravel_multi_index((x, y), (2, 3))", except: .derivatives
      ) { ravelIndices($0, shape: [2, 3]) }
    ]),
  OpEntry(
    "indices", dtypes: .all,
    [.init("", [], oracle: "tuple(np.indices((2, 3)))", results: { _ in indices([2, 3]) })]),
  OpEntry(
    "trilIndices", dtypes: .all,
    [
      .init(
        "", [], oracle: "tuple(np.tril_indices(3, 1, 4))",
        results: { _ in
          let places = trilIndices(3, 4, offset: 1)
          return [places.rows, places.columns]
        })
    ]),
  OpEntry(
    "triuIndices", dtypes: .all,
    [
      .init(
        "", [], oracle: "tuple(np.triu_indices(3, 1))",
        results: { _ in
          let places = triuIndices(3, offset: 1)
          return [places.rows, places.columns]
        })
    ]),
  OpEntry(
    "logspace", dtypes: .all,
    [
      .init("", [], oracle: "np.logspace(-1, 2, 7, base=2)") { _ in
        .logspace(from: -1, to: 2, count: 7, base: 2, dtype: .float64)
      }
    ]),
  OpEntry(
    "geomspace", dtypes: .all,
    [
      .init("", [], oracle: "np.geomspace(0.5, 32, 5)") { _ in
        .geomspace(from: 0.5, to: 32, count: 5, dtype: .float64)
      }
    ]),
  OpEntry(
    "kaiser", dtypes: .all,
    [
      .init("", [], oracle: "np.kaiser(7, 8.6)") { _ in .kaiser(7, beta: 8.6, dtype: .float64) }
    ]),
]
