// Samples of the operations in Ops/Rounding.swift.

import Covector

let roundingOps: [OpEntry] = [
  .unary("floor", "np.floor(x)", dtypes: .ordered, except: .derivatives) { floor($0) },
  .unary("ceil", "np.ceil(x)", dtypes: .ordered, except: .derivatives) { ceil($0) },
  .unary("trunc", "np.trunc(x)", dtypes: .ordered, except: .derivatives) { trunc($0) },
  .unary("round", "np.round(x)", in: -9...9, dtypes: .ordered, except: .derivatives) { round($0) },
  .unary("round decimals", "np.round(x, 1)", dtypes: .ordered, except: .derivatives) {
    round($0, decimals: 1)
  },
  .unary(
    "round tens", "np.round(x, -1)", in: -104...104, dtypes: .ordered, except: .derivatives
  ) { round($0, decimals: -1) },
]
