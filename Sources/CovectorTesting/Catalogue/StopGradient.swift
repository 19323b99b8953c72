// Samples of the operations in Ops/StopGradient.swift.

import Covector

let stopGradientOps: [OpEntry] = [
  .unary("stopGradient", "x", dtypes: .all, except: .derivatives) { stopGradient($0) }
]
