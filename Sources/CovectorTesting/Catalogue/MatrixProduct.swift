// Samples of the operations in Ops/MatrixProduct.swift.

import Covector

extension OpEntry {
  /// An entry for a product, with a sample for each pair of shapes.
  fileprivate static func product(
    _ name: String, _ oracle: String, dtypes: Set<DType> = .numbers, _ shapes: [([Int], [Int])],
    _ function: @escaping @Sendable (NDArray, NDArray) -> NDArray
  ) -> OpEntry {
    OpEntry(
      name, dtypes: dtypes,
      shapes.map { first, second in
        Sample(
          "\(first) × \(second)",
          [Input(first, .real(-2, 2)), Input(second, .real(-1, 3))], oracle: oracle
        ) { function($0[0], $0[1]) }
      })
  }
}

let matrixProductOps: [OpEntry] = [
  .product(
    "matmul", "np.matmul(x, y)",
    [
      ([3, 4], [4, 5]), ([4], [4]), ([4], [4, 5]), ([3, 4], [4]), ([2, 3, 4], [2, 4, 5]),
      ([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([2, 1, 3, 4], [3, 4, 2]), ([1, 3, 4], [2, 4, 5]),
      ([2, 3, 4], [4]), ([4], [2, 4, 3]), ([1, 2, 3], [1, 3, 2]), ([3, 1, 2, 4], [1, 2, 4, 3]),
      ([0, 3], [3, 2]), ([2, 0], [0, 3]), ([0, 2, 3], [3, 2]),
    ]
  ) { matmul($0, $1) },
  OpEntry(
    "addmm", dtypes: .numbers,
    [
      .init("", [.real(3, 5), .real(3, 4), .real(4, 5)], oracle: "x + y @ z") {
        addmm($0[0], $0[1], $0[2])
      },
      .init("scaled", [.real(5), .real(3, 4), .real(4, 5)], oracle: "3 * x + 2 * (y @ z)") {
        addmm($0[0], $0[1], $0[2], alpha: 2, beta: 3)
      },
    ]),
  .product(
    "dot", "np.dot(x, y)", [([4], [4]), ([3, 4], [4, 2]), ([2, 3, 4], [3, 4, 2]), ([], [3])]
  ) {
    dot($0, $1)
  },
  .product(
    "inner", "np.inner(x, y)", [([4], [4]), ([3, 4], [2, 4]), ([2, 3, 4], [4]), ([3], [])]
  ) {
    inner($0, $1)
  },
  .product(
    "outer", "np.outer(x, y)", dtypes: .all, [([3], [4]), ([2, 2], [3]), ([], [3]), ([0], [2])]
  ) {
    outer($0, $1)
  },
  .product("tensordot", "np.tensordot(x, y)", [([2, 3, 4], [3, 4, 5]), ([3, 4], [3, 4])]) {
    tensordot($0, $1)
  },
  .product("tensordot 0", "np.tensordot(x, y, 0)", [([2, 3], [4]), ([], [3])]) {
    tensordot($0, $1, axes: 0)
  },
  .product("tensordot pairs", "np.tensordot(x, y, ((2, 0), (-3, 1)))", [([2, 3, 4], [4, 2, 5])]) {
    tensordot($0, $1, axes: ([2, 0], [-3, 1]))
  },
  .product(
    "vecdot", "np.vecdot(x, y)", [([3, 4], [3, 4]), ([4], [2, 4]), ([2, 1, 3], [4, 3])]
  ) {
    vecdot($0, $1)
  },
  .product("vecdot axis 0", "np.vecdot(x, y, axis=0)", [([3, 4], [3, 4])]) {
    vecdot($0, $1, axis: 0)
  },
  .product("kron", "np.kron(x, y)", dtypes: .all, [([2], [3]), ([2, 3], [3, 2]), ([3], [2, 2])]) {
    kron($0, $1)
  },
  OpEntry(
    "trace", dtypes: .all,
    [
      .init("", [.real(3, 4)], oracle: "np.trace(x)") { $0[0].trace() },
      .init("offset", [.real(3, 4)], oracle: "np.trace(x, 1)") { $0[0].trace(offset: 1) },
      .init("axes", [.real(2, 3, 4)], oracle: "np.trace(x, -1, 2, 1)") {
        $0[0].trace(offset: -1, axes: (2, 1))
      },
    ]),
]
