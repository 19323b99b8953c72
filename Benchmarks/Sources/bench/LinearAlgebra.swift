// Linear algebra mapped over a thousand small matrices, for linear_algebra.py: the name of a workload is
// that of the function, the size and the dtype, as in `svd 8 float64`.

import Covector

/// Numbers in -1...1 without the pattern of `numbers`, of which small matrices would be singular.
private func scattered(_ shape: [Int], _ dtype: DType, seed: UInt32 = 1) -> NDArray {
  sin(1000 * square(numbers(shape, seed: seed).asType(.float64))).asType(dtype)
}

private func a(_ size: Int, _ dtype: DType) -> NDArray { scattered([1000, size, size], dtype) }

private func symmetric(_ size: Int, _ dtype: DType) -> NDArray {
  let x = a(size, dtype)
  return matmul(x, x.T) + NDArray.identity(size, dtype: dtype)
}

private func mapped(_ x: NDArray, _ body: @escaping (NDArray) -> NDArray) -> Workload {
  eval(x)
  return { [vmap(body)(x)] }
}

private func mapped(
  _ x: NDArray, _ y: NDArray, _ body: @escaping (NDArray, NDArray) -> NDArray
) -> Workload {
  eval(x, y)
  return { [vmap(body)(x, y)] }
}

private func mapped(
  _ x: NDArray, _ body: @escaping (NDArray) -> (NDArray, NDArray)
) -> Workload {
  eval(x)
  return {
    let (first, second) = vmap(body)(x)
    return [first, second]
  }
}

private let functions: [String: @Sendable (Int, DType) -> Workload] = [
  "cholesky": { mapped(symmetric($0, $1)) { cholesky($0) } },
  "solve": { mapped(a($0, $1), scattered([1000, $0], $1, seed: 2)) { solve($0, $1) } },
  "solve-matrix": {
    mapped(a($0, $1), scattered([1000, $0, $0], $1, seed: 2)) { solve($0, $1) }
  },
  "inverse": { mapped(a($0, $1)) { inverse($0) } },
  "determinant": { mapped(a($0, $1)) { determinant($0) } },
  "slogdet": { mapped(a($0, $1)) { slogdet($0) } },
  "qr": { mapped(a($0, $1)) { qr($0) } },
  "svd": {
    let x = a($0, $1)
    eval(x)
    return {
      let (u, s, v) = vmap { (x: NDArray) in svd(x) }(x)
      return [u, s, v]
    }
  },
  "svdvals": { mapped(a($0, $1)) { svdvals($0) } },
  "eigh": { mapped(symmetric($0, $1)) { eigh($0) } },
  "eigvalsh": { mapped(symmetric($0, $1)) { eigvalsh($0) } },
  "eig": { mapped(a($0, $1)) { eig($0) } },
  "eigvals": { mapped(a($0, $1)) { eigvals($0) } },
  "pinv": { mapped(a($0, $1)) { pinv($0) } },
  "cond": { mapped(a($0, $1)) { cond($0) } },
  "matrix-rank": { mapped(a($0, $1)) { matrixRank($0) } },
  "norm": { mapped(a($0, $1)) { norm($0) } },
  "norm-1": { mapped(a($0, $1)) { norm($0, 1, axes: [0, 1]) } },
  "norm-2": { mapped(a($0, $1)) { norm($0, 2, axes: [0, 1]) } },
  "norm-nuclear": { mapped(a($0, $1)) { norm($0, .nuclear, axes: [0, 1]) } },
  "matrix-power-5": { mapped(a($0, $1)) { matrixPower($0, 5) } },
  "matmul": {
    mapped(a($0, $1), scattered([1000, $0, $0], $1, seed: 2)) { matmul($0, $1) }
  },
  "matvec": { mapped(a($0, $1), scattered([1000, $0], $1, seed: 2)) { matmul($0, $1) } },
  "trace": { mapped(a($0, $1)) { $0.trace() } },
  "outer": {
    mapped(scattered([1000, $0], $1), scattered([1000, $0], $1, seed: 2)) { outer($0, $1) }
  },
]

/// The workload a name stands for.
func linearAlgebra(_ name: Substring) -> Workload? {
  let words = name.split(separator: " ")
  guard words.count == 3, let size = Int(words[1]), let make = functions[String(words[0])] else {
    return nil
  }
  return make(size, words[2] == "float32" ? .float32 : .float64)
}
