// Samples of the operations in Ops/SpecialEntropy.swift.

import Covector

let specialEntropyOps: [OpEntry] = [
  .binary("xlogy", "sp.special.xlogy(x, y)", in: -2...2, 0.2...3, dtypes: .ordered) {
    xlogy($0, $1)
  },
  .binary("xlog1py", "sp.special.xlog1py(x, y)", in: -2...2, -0.8...3, dtypes: .ordered) {
    xlog1py($0, $1)
  },
  .unary("entr", "sp.special.entr(x)", in: 0.2...3, dtypes: .ordered) { entr($0) },
  .binary("relEntr", "sp.special.rel_entr(x, y)", in: 1.6...4, 0.6...1.4, dtypes: .ordered) {
    relEntr($0, $1)
  },
  .binary("klDiv", "sp.special.kl_div(x, y)", in: 2.6...4, 0.6...1.4, dtypes: .ordered) {
    klDiv($0, $1)
  },
  OpEntry(
    "entropies at 0", dtypes: .ordered,
    [
      .init(
        "", [.values([0, 0, 1, -1, 0]), .values([0, 2, 0, 1, -1])],
        oracle: "(sp.special.entr(x), sp.special.rel_entr(x, y), sp.special.xlogy(x[:3], y[:3]))",
        except: .derivatives, because: "the values are infinite, or at the edge of the domain",
        results: {
          let (x, y) = ($0[0], $0[1])
          return [entr(x), relEntr(x, y), xlogy(x[..<3], y[..<3])]
        })
    ]),
  .unary("logit", "sp.special.logit(x)", in: 0.02...0.98, dtypes: .ordered) { logit($0) },
  .unary(
    "log1mexp", "np.where(x < 0.7, np.log(-np.expm1(-1.0 * x)), np.log1p(-np.exp(-1.0 * x)))",
    in: 0.1...5, dtypes: .ordered
  ) { log1mexp($0) },
  .unary("softplusInverse", "np.log(np.expm1(1.0 * x))", in: 0.1...5, dtypes: .ordered) {
    softplusInverse($0)
  },
  .binary("logaddexp2", "np.logaddexp2(x, y)", dtypes: .ordered) { logaddexp2($0, $1) },
]
