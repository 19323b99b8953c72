// Samples of the operations in Ops/Factorizations.swift.

import Covector

/// What does not depend on the signs or phases of the columns of a matrix: the products of each
/// with itself, summed with different weights.
private func withoutPhases(_ vectors: NDArray) -> NDArray {
  let count = vectors.shape[vectors.rank - 1]
  let weights = NDArray.arange(from: 1, to: count + 1).asType(vectors.dtype)
  return matmul(vectors * weights, vectors.adjoint)
}

let factorizationOps: [OpEntry] = [
  OpEntry(
    "lu", dtypes: lapackDTypes,
    [[3, 3], [4, 2], [2, 4], [2, 3, 3]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "sp.linalg.lu(x)",
        tolerance: 1e-11,
        results: {
          let (permutation, lower, upper) = lu($0[0])
          return [permutation, lower, upper]
        })
    }),
  OpEntry(
    "luFactor", dtypes: lapackDTypes,
    [
      .init(
        "", [.real(3, 3)],
        oracle: "(sp.linalg.lu_factor(x)[0], sp.linalg.lu(x, p_indices=True)[0].argsort())",
        tolerance: 1e-11,
        results: {
          let (factors, order) = luFactor($0[0])
          return [factors, order]
        })
    ]),
  OpEntry(
    "qr", dtypes: lapackDTypes,
    [[3, 3], [4, 2], [2, 4], [2, 3, 2]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "tuple(np.linalg.qr(x))",
        tolerance: 1e-11,
        results: {
          let (q, r) = qr($0[0])
          return [q, r]
        })
    }),
  OpEntry(
    "svd", dtypes: lapackDTypes,
    [[3, 3], [4, 2], [2, 3], [2, 3, 2]].flatMap { shape in
      [
        OpEntry.Sample(
          "\(shape)", [OpEntry.Input(shape, .real(-2, 2))],
          oracle: "(lambda u, s, v: ((u * np.arange(1, s.shape[-1] + 1)) @ "
            + "np.swapaxes(u, -1, -2).conj(), s, (u * s[..., None, :]**2) @ v))"
            + "(*np.linalg.svd(x, full_matrices=False))",
          tolerance: 1e-11,
          results: {
            let (u, s, vh) = svd($0[0])
            return [withoutPhases(u), s, matmul(u * square(s).expandingAxes(-2), vh)]
          }),
        OpEntry.Sample(
          "full \(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "x",
          tolerance: 1e-11
        ) { inputs in
          let (u, s, vh) = svd(inputs[0], fullMatrices: true)
          let (rows, columns) = (u.shape[u.rank - 1], vh.shape[vh.rank - 1])
          // The other vectors are orthogonal: what they add is known.
          let identity = NDArray.eye(rows, columns, dtype: u.dtype)
          let least = s.shape[s.rank - 1]
          let none = [(before: Int, after: Int)](repeating: (0, 0), count: s.rank - 1)
          let padded = s.padded(none + [(0, columns - least)])
          return matmul(matmul(u, identity * padded.expandingAxes(-2)), vh)
        },
      ]
    }),
  OpEntry(
    "svdvals", dtypes: lapackDTypes,
    [[3, 3], [4, 2], [2, 3, 4], [2, 0]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))],
        oracle: "np.linalg.svd(x, compute_uv=False)", tolerance: 1e-11
      ) { svdvals($0[0]) }
    }),
  OpEntry(
    "eigh", dtypes: lapackDTypes,
    [("lower", false, [3, 3]), ("upper", true, [3, 3]), ("stack", false, [2, 4, 4])].map {
      label, upper, shape in
      OpEntry.Sample(
        label, [OpEntry.Input(shape, .positiveDefinite)],
        oracle: "(lambda w, v: (w, (v * np.arange(1, w.shape[-1] + 1)) @ "
          + "np.swapaxes(v, -1, -2).conj()))(*np.linalg.eigh(x))", tolerance: 1e-10,
        results: {
          let (values, vectors) = eigh($0[0], upper: upper)
          return [values, withoutPhases(vectors)]
        })
    }),
  OpEntry(
    "eigvalsh", dtypes: lapackDTypes,
    [("lower", false), ("upper", true)].map { label, upper in
      OpEntry.Sample(
        label, [.positiveDefinite(2, 3, 3)], oracle: "np.linalg.eigvalsh(x)", tolerance: 1e-11
      ) { eigvalsh($0[0], upper: upper) }
    }),
  OpEntry(
    "eig", dtypes: lapackDTypes,
    [
      .init(
        "vectors", [.real(3, 3)], oracle: nil, tolerance: 1e-10,
        results: {
          let (values, vectors) = eig($0[0])
          return [values, vectors]
        }),
      .init(
        "product", [.real(2, 4, 4)], oracle: "x.astype(complex)", tolerance: 1e-10
      ) { inputs in
        let (values, vectors) = eig(inputs[0])
        return matmul(vectors * values.expandingAxes(-2), inverse(vectors))
      },
    ]),
  OpEntry(
    "eigvals", dtypes: lapackDTypes,
    [
      .init(
        "", [.real(2, 3, 3)],
        oracle: "np.stack([np.linalg.eigvals(x)**k for k in (1, 2, 3)]).sum(-1).astype(complex)",
        tolerance: 1e-10
      ) { inputs in
        // Sums over the values do not depend on their order.
        let values = eigvals(inputs[0])
        let square = values * values
        return stacked([values, square, square * values]).sum(axis: -1)
      }
    ]),
]
