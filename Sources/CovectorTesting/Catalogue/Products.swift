// Samples of the operations in Ops/Products.swift.

import Covector

let productOps: [OpEntry] = [
  OpEntry(
    "multiDot", dtypes: .numbers,
    [
      .init(
        "", [.real(2, 5), .real(5, 3), .real(3, 4)], oracle: "x @ y @ z"
      ) { multiDot($0) },
      .init("vectors", [.real(5), .real(5, 3), .real(3)], oracle: "x @ y @ z") { multiDot($0) },
    ]),
  OpEntry(
    "gatherMatmul", dtypes: .numbers,
    [
      .init(
        "", [.real(3, 2, 4), .real(5, 4, 3), .index(4, in: 0...2), .index(4, in: 0...4)],
        oracle: "x[z] @ y[w]"
      ) { gatherMatmul($0[0], $0[1], left: $0[2], right: $0[3]) },
      .init("one side", [.real(2, 4), .real(5, 4, 3), .index(3, in: 0...4)], oracle: "x @ y[z]") {
        gatherMatmul($0[0], $0[1], right: $0[2])
      },
    ]),
  OpEntry(
    "segmentedMatmul", dtypes: .numbers,
    [
      .init(
        "", [.real(2, 6), .real(6, 3)],
        oracle: "np.stack([x[:, s:e] @ y[s:e] for s, e in ((0, 2), (2, 6), (3, 3))])"
      ) {
        segmentedMatmul(
          $0[0], $0[1], segments: NDArray([0, 2, 2, 6, 3, 3] as [Int32], shape: [3, 2]))
      }
    ]),
  OpEntry(
    "blockMaskedMatmul", dtypes: .numbers,
    [
      .init(
        "", [.real(4, 5), .real(5, 3), .bool(2, 3), .bool(3, 2)],
        oracle: "(x * np.kron(z, np.ones((2, 2), bool))[:, :5])"
          + " @ (y * np.kron(w, np.ones((2, 2), bool))[:5, :3])"
      ) { blockMaskedMatmul($0[0], $0[1], blockSize: 2, leftMask: $0[2], rightMask: $0[3]) },
      .init(
        "output", [.real(4, 4), .real(4, 4), .real(2, 2)],
        oracle: "(x @ y) * np.repeat(np.repeat(z, 2, 0), 2, 1)"
      ) { blockMaskedMatmul($0[0], $0[1], blockSize: 2, outputMask: $0[2]) },
    ]),
  OpEntry(
    "hadamardTransform", dtypes: .all,
    [
      .init("", [.real(3, 8)], oracle: "x @ sp.linalg.hadamard(8) / np.sqrt(8)") {
        hadamardTransform($0[0])
      },
      .init("scale", [.real(4)], oracle: "x @ sp.linalg.hadamard(4) * 0.5") {
        hadamardTransform($0[0], scale: 0.5)
      },
    ]),
  OpEntry(
    "matvec", dtypes: .numbers,
    [
      .init("", [.real(2, 3, 4), .real(4)], oracle: "np.matvec(x, y)") { matvec($0[0], $0[1]) }
    ]),
  OpEntry(
    "vecmat", dtypes: .numbers,
    [
      .init("", [.real(2, 3), .real(2, 3, 4)], oracle: "np.vecmat(x, y)") { vecmat($0[0], $0[1]) }
    ]),
  OpEntry(
    "correlate", dtypes: .numbers,
    [
      .init("", [.real(6), .real(3)], oracle: "np.correlate(x, y)") { correlate($0[0], $0[1]) },
      .init("full", [.real(4), .real(3)], oracle: "np.correlate(x, y, 'full')") {
        correlate($0[0], $0[1], mode: .full)
      },
    ]),
  OpEntry(
    "tensorSolve", dtypes: lapackDTypes,
    [
      .init(
        "", [.real(2, 3, 6), .real(2, 3)], oracle: "np.linalg.tensorsolve(x, y)", tolerance: 1e-11
      ) { tensorSolve($0[0], $0[1]) }
    ]),
  OpEntry(
    "tensorInverse", dtypes: lapackDTypes,
    [
      .init(
        "", [.real(2, 2, 4)], oracle: "np.linalg.tensorinv(x, 2)", tolerance: 1e-11
      ) { tensorInverse($0[0]) }
    ]),
]
