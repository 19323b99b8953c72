// Samples of the operations in Ops/ReduceProduct.swift.

import Covector

let reduceProductOps: [OpEntry] = [
  .reduction("product", "np.prod", dtypes: .all) {
    $0.product(axes: $1, keepDims: $2)
  },
  .reduction("product of zeros", "np.prod", in: .whole(-2, 2), dtypes: .all) {
    $0.product(axes: $1, keepDims: $2)
  },
]
