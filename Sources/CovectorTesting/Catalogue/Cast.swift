// Samples of the operations in Ops/Cast.swift.

import Covector

let castOps: [OpEntry] = [
  .unary("asType float64", "x.astype(np.float64)", dtypes: .all) { $0.asType(.float64) },
  .unary("asType complex128", "x.astype(np.complex128)", dtypes: .all) {
    $0.asType(.complex128)
  },
  .unary("asType int32", "x.astype(np.int32)", dtypes: .all, except: .derivatives) {
    $0.asType(.int32)
  },
]
