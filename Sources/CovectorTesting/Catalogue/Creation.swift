// Samples of the operations in Array/NDArray+Creation.swift.

import Covector

/// An entry for a function without inputs.
private func constant(
  _ name: String, _ samples: [(String, @Sendable () -> NDArray)]
) -> OpEntry {
  OpEntry(
    name, dtypes: .all,
    samples.map { oracle, run in .init(oracle, [], oracle: oracle) { _ in run() } })
}

let creationOps: [OpEntry] = [
  OpEntry(
    "full", dtypes: .all,
    [
      .init("scalar", [.real()], oracle: "np.full((2, 3), x)") { NDArray.full([2, 3], $0[0]) },
      .init("broadcast", [.real(3)], oracle: "np.full((2, 3), x)") { NDArray.full([2, 3], $0[0]) },
      .init("like", [.real(2, 3), .real()], oracle: "np.full_like(x, y)") {
        NDArray.full(like: $0[0], $0[1])
      },
    ]),
  OpEntry(
    "array literal", dtypes: .all,
    [
      .init("", [.real(3), .real(3)], oracle: "np.stack([x, y, x])") {
        NDArray(arrayLiteral: $0[0], $0[1], $0[0])
      },
      .init("scalars", [.real(), .real()], oracle: "np.stack([x, y])") {
        NDArray(arrayLiteral: $0[0], $0[1])
      },
    ]),
  OpEntry(
    "tril", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.tril(x)") { tril($0[0]) },
      .init("offset", [.real(2, 3, 3)], oracle: "np.tril(x, -1)") { tril($0[0], offset: -1) },
    ]),
  OpEntry(
    "triu", dtypes: .all,
    [
      .init("", [.real(4, 3)], oracle: "np.triu(x)") { triu($0[0]) },
      .init("offset", [.real(2, 3, 3)], oracle: "np.triu(x, 1)") { triu($0[0], offset: 1) },
    ]),
  OpEntry(
    "diag", dtypes: .all,
    [
      .init("vector", [.real(3)], oracle: "np.diag(x)") { diag($0[0]) },
      .init("below", [.real(2)], oracle: "np.diag(x, -1)") { diag($0[0], offset: -1) },
      .init("matrix", [.real(3, 4)], oracle: "np.diag(x, 1)") { diag($0[0], offset: 1) },
    ]),
  OpEntry(
    "meshgrid", dtypes: .all,
    [
      .init(
        "xy", [.real(2), .real(3)], oracle: "tuple(np.meshgrid(x, y))",
        results: {
          meshgrid([$0[0], $0[1]])
        }),
      .init(
        "ij", [.real(2), .real(3), .real(2)],
        oracle: "tuple(np.meshgrid(x, y, z, indexing='ij'))",
        results: { meshgrid([$0[0], $0[1], $0[2]], indexing: .ij) }),
      .init(
        "sparse", [.real(2), .real(3)], oracle: "tuple(np.meshgrid(x, y, sparse=True))",
        results: { meshgrid([$0[0], $0[1]], sparse: true) }),
    ]),
  constant(
    "eye",
    [
      ("np.eye(3)", { .eye(3) }),
      ("np.eye(2, 4, 1)", { .eye(2, 4, offset: 1) }),
      ("np.eye(4, 2, -1)", { .eye(4, 2, offset: -1) }),
    ]),
  constant("tri", [("np.tri(3, 4, -1)", { .tri(3, 4, offset: -1) })]),
  constant(
    "arange",
    [
      ("np.arange(2, 11, 3)", { .arange(from: 2, to: 11, by: 3) }),
      ("np.arange(1.0, 0.0, -0.25)", { .arange(from: 1, to: 0, by: -0.25) }),
    ]),
  constant(
    "linspace",
    [
      ("np.linspace(-1, 2, 7)", { .linspace(from: -1, to: 2, count: 7, dtype: .float64) }),
      (
        "np.linspace(0, 1, 4, endpoint=False)",
        { .linspace(from: 0, to: 1, count: 4, endpoint: false, dtype: .float64) }
      ),
    ]),
  constant("bartlett", [("np.bartlett(6)", { .bartlett(6, dtype: .float64) })]),
  constant("hanning", [("np.hanning(7)", { .hanning(7, dtype: .float64) })]),
  constant("hamming", [("np.hamming(7)", { .hamming(7, dtype: .float64) })]),
  constant("blackman", [("np.blackman(6)", { .blackman(6, dtype: .float64) })]),
]
