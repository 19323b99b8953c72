// Samples of the operations in Ops/Special.swift.

import Covector

let specialOps: [OpEntry] = [
  .unary("erf", "sp.special.erf(x)", dtypes: .ordered) { erf($0) },
  .unary("erfc", "sp.special.erfc(x)", dtypes: .ordered) { erfc($0) },
  .unary("erfcx", "sp.special.erfcx(x)", in: -2...15, dtypes: .ordered) { erfcx($0) },
  .unary("erfinv", "sp.special.erfinv(x)", in: -0.9...0.9, dtypes: .ordered) { erfinv($0) },
  .unary("erfcinv", "sp.special.erfcinv(x)", in: 0.01...1.9, dtypes: .ordered) { erfcinv($0) },
  .unary("ndtr", "sp.special.ndtr(x)", in: -5...3, dtypes: .ordered) { ndtr($0) },
  .unary("logNdtr", "sp.special.log_ndtr(x)", in: -12...3, dtypes: .ordered) { logNdtr($0) },
  .unary(
    "ndtri",
    "np.vectorize(lambda p: float(mp.sqrt(2) * mp.erfinv(2 * mp.mpf(float(p)) - 1)), [float])(x)",
    in: 0.01...0.99, dtypes: .ordered
  ) { ndtri($0) },
]
