// Samples of the operations in Ops/SpecialBessel.swift.

import Covector

let specialBesselOps: [OpEntry] = [
  .unary("besselI0", "sp.special.i0(x)", in: -5...25, dtypes: .ordered) { besselI0($0) },
  .unary("besselI0e", "sp.special.i0e(x)", in: 0.2...40, dtypes: .ordered) { besselI0e($0) },
  .unary("besselI1", "sp.special.i1(x)", in: -5...25, dtypes: .ordered) { besselI1($0) },
  .unary("besselI1e", "sp.special.i1e(x)", in: 0.2...40, dtypes: .ordered) { besselI1e($0) },
]
