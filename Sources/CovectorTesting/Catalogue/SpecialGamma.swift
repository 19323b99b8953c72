// Samples of the operations in Ops/SpecialGamma.swift.

import Covector

let specialGammaOps: [OpEntry] = [
  .unary("gamma", "sp.special.gamma(x)", in: 0.3...6, dtypes: .ordered) { gamma($0) },
  .unary("gamma below 0", "sp.special.gamma(x)", in: -0.9...(-0.1), dtypes: .ordered) {
    gamma($0)
  },
  .unary("lgamma", "sp.special.gammaln(x)", in: 1.1...6, dtypes: .ordered) { lgamma($0) },
  .unary("lgamma below 0", "sp.special.gammaln(x)", in: -0.9...(-0.1), dtypes: .ordered) {
    lgamma($0)
  },
  .unary("digamma", "sp.special.digamma(x)", in: 2.1...6, dtypes: .ordered) { digamma($0) },
  .unary("digamma below 0", "sp.special.digamma(x)", in: -0.9...(-0.6), dtypes: .ordered) {
    digamma($0)
  },
  .unary("polygamma 1", "sp.special.polygamma(1, x)", in: 0.6...20, dtypes: .ordered) {
    polygamma(1, $0)
  },
  .unary(
    "polygamma 2 below 0",
    "np.vectorize(lambda v: float(mp.polygamma(2, mp.mpf(float(v)))) if v > 0 or v != round(v)"
      + " else -np.inf, [float])(x)",
    in: -1.9...(-1.1), dtypes: .ordered
  ) { polygamma(2, $0) },
  .unary(
    "multivariateLogGamma",
    "1.5 * np.log(np.pi) + sp.special.gammaln(x) + sp.special.gammaln(x - 0.5)"
      + " + sp.special.gammaln(x - 1.0)",
    in: 2...6, dtypes: .ordered
  ) { multivariateLogGamma($0, dimension: 3) },
  .binary("beta", "sp.special.beta(x, y)", in: 0.6...6, dtypes: .ordered) { beta($0, $1) },
  .binary("logBeta", "sp.special.betaln(x, y)", in: 1.6...40, dtypes: .ordered) {
    logBeta($0, $1)
  },
  .binary("zeta", "sp.special.zeta(x, y)", in: 1.6...6, 0.6...9, dtypes: .ordered) {
    zeta($0, $1)
  },
  .binary("gammainc", "sp.special.gammainc(x, y)", in: 0.6...6, dtypes: .ordered) {
    gammainc($0, $1)
  },
  .binary("gammaincc", "sp.special.gammaincc(x, y)", in: 0.6...6, dtypes: .ordered) {
    gammaincc($0, $1)
  },
  OpEntry(
    "betainc", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 4, in: 0.6...5), .real(3, 4, in: 0.6...5), .real(3, 4, in: 0.1...0.9)],
        oracle: "np.where((x > 0) & (y > 0), sp.special.betainc(x, y, z), np.nan)"
      ) { betainc($0[0], $0[1], $0[2]) },
      .init(
        "broadcast", [.real(4, in: 1...5), .real(in: 1...5), .real(3, 1, in: 0.1...0.9)],
        oracle: "np.where((x > 0) & (y > 0), sp.special.betainc(x, y, z), np.nan)"
      ) { betainc($0[0], $0[1], $0[2]) },
    ]),
]
