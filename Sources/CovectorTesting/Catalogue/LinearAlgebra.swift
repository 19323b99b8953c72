// Samples of the operations in Ops/LinearAlgebra.swift.

import Covector

let linearAlgebraOps: [OpEntry] = [
  OpEntry(
    "cholesky", dtypes: lapackDTypes,
    [
      .init("", [.positiveDefinite(4, 4)], oracle: "np.linalg.cholesky(x)") { cholesky($0[0]) },
      .init("upper", [.positiveDefinite(3, 3)], oracle: "np.linalg.cholesky(x).conj().T") {
        cholesky($0[0], upper: true)
      },
      .init("stack", [.positiveDefinite(2, 3, 3)], oracle: "np.linalg.cholesky(x)") {
        cholesky($0[0])
      },
      .init("no matrices", [.positiveDefinite(0, 3, 3)], oracle: "np.linalg.cholesky(x)") {
        cholesky($0[0])
      },
    ]),
  OpEntry(
    "choleskyInverse", dtypes: lapackDTypes,
    [
      .init(
        "", [.real(3, 3, in: 1...2)],
        oracle: "np.linalg.inv(np.tril(x) @ np.tril(x).conj().T)", tolerance: 1e-11
      ) { choleskyInverse($0[0]) },
      .init(
        "upper", [.real(2, 3, 3, in: 1...2)],
        oracle: "np.linalg.inv(np.swapaxes(np.triu(x), 1, 2).conj() @ np.triu(x))",
        tolerance: 1e-11
      ) { choleskyInverse($0[0], upper: true) },
    ]),
  OpEntry(
    "solve", dtypes: lapackDTypes,
    [
      .init(
        "", [.positiveDefinite(4, 4), .real(4, 3)], oracle: "np.linalg.solve(x, y)"
      ) { solve($0[0], $0[1]) },
      .init(
        "general", [.real(3, 3, in: -2...3), .real(3, 2)], oracle: "np.linalg.solve(x, y)",
        tolerance: 1e-11
      ) {
        solve($0[0], $0[1])
      },
      .init("vector", [.positiveDefinite(3, 3), .real(3)], oracle: "np.linalg.solve(x, y)") {
        solve($0[0], $0[1])
      },
      .init(
        "stack and vector", [.positiveDefinite(2, 3, 3), .real(3)],
        oracle: "np.linalg.solve(x, y)"
      ) { solve($0[0], $0[1]) },
      .init(
        "broadcast", [.positiveDefinite(3, 3), .real(2, 3, 1)], oracle: "np.linalg.solve(x, y)"
      ) { solve($0[0], $0[1]) },
      .init("no columns", [.positiveDefinite(3, 3), .real(3, 0)], oracle: "np.linalg.solve(x, y)") {
        solve($0[0], $0[1])
      },
    ]),
  OpEntry(
    "solveTriangular", dtypes: lapackDTypes,
    [
      .init(
        "lower", [.real(4, 4, in: 1...2), .real(4, 2)],
        oracle: "sp.linalg.solve_triangular(x, y, lower=True)", tolerance: 1e-11
      ) { solveTriangular($0[0], $0[1]) },
      .init(
        "upper", [.real(3, 3, in: 1...2), .real(3)], oracle: "sp.linalg.solve_triangular(x, y)",
        tolerance: 1e-11
      ) { solveTriangular($0[0], $0[1], upper: true) },
      .init(
        "unit", [.real(3, 3), .real(3, 2)],
        oracle: "sp.linalg.solve_triangular(x, y, lower=True, unit_diagonal=True)",
        tolerance: 1e-11
      ) { solveTriangular($0[0], $0[1], unitDiagonal: true) },
      .init(
        "upper unit stack", [.real(2, 3, 3), .real(3, 2)],
        oracle: "np.linalg.solve(np.triu(x, 1) + np.eye(3), y)", tolerance: 1e-11
      ) { solveTriangular($0[0], $0[1], upper: true, unitDiagonal: true) },
    ]),
  OpEntry(
    "inverse", dtypes: lapackDTypes,
    [
      .init("", [.real(3, 3, in: -2...3)], oracle: "np.linalg.inv(x)", tolerance: 1e-11) {
        inverse($0[0])
      },
      .init("stack", [.positiveDefinite(2, 4, 4)], oracle: "np.linalg.inv(x)") { inverse($0[0]) },
      .init("empty", [.real(2, 0, 0)], oracle: "np.linalg.inv(x)") { inverse($0[0]) },
    ]),
  OpEntry(
    "triangularInverse", dtypes: lapackDTypes,
    [
      .init("", [.real(3, 3, in: 1...2)], oracle: "np.linalg.inv(np.tril(x))", tolerance: 1e-11) {
        triangularInverse($0[0])
      },
      .init(
        "upper", [.real(2, 3, 3, in: 1...2)], oracle: "np.linalg.inv(np.triu(x))",
        tolerance: 1e-11
      ) { triangularInverse($0[0], upper: true) },
    ]),
  OpEntry(
    "determinant", dtypes: lapackDTypes,
    [[1, 1], [2, 2], [3, 3], [2, 3, 3], [4, 4], [2, 5, 5], [0, 0]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "np.linalg.det(x)",
        tolerance: 1e-11
      ) { determinant($0[0]) }
    }),
  OpEntry(
    "slogdet", dtypes: lapackDTypes,
    [[3, 3], [2, 4, 4], [2, 0, 0]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "tuple(np.linalg.slogdet(x))",
        tolerance: 1e-11,
        results: {
          let (sign, log) = slogdet($0[0])
          return [sign, log]
        })
    }),
]
