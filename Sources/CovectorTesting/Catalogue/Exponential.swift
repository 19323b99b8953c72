// Samples of the operations in Ops/Exponential.swift.

import Covector

let exponentialOps: [OpEntry] = [
  .unary("exp", "np.exp(x)", dtypes: .all) { exp($0) },
  .unary("exp2", "2.0 ** x", dtypes: .all) { exp2($0) },
  .unary("expm1", "np.expm1(x)", dtypes: .all) { expm1($0) },
  .unary("log", "np.log(x)", in: 0.3...4, dtypes: .all) { log($0) },
  .unary("log2", "np.log2(x)", in: 0.3...4, dtypes: .all) { log2($0) },
  .unary("log10", "np.log10(x)", in: 0.3...4, dtypes: .all) { log10($0) },
  .unary("log1p", "np.log1p(x)", in: -0.7...3, dtypes: .all) { log1p($0) },
  .unary("sqrt", "np.sqrt(x)", in: 0.3...4, dtypes: .all) { sqrt($0) },
  .unary("rsqrt", "1 / np.sqrt(x)", in: 0.3...4, dtypes: .all) { rsqrt($0) },
  .unary("cbrt", "np.cbrt(x)", in: 0.3...4, dtypes: .ordered) { cbrt($0) },
  .unary("sigmoid", "1 / (1 + np.exp(-1.0 * x))", dtypes: .all) { sigmoid($0) },
  .binary("logaddexp", "np.logaddexp(x, y)", dtypes: .ordered) { logaddexp($0, $1) },
]
