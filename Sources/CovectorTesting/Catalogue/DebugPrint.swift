// Samples of the operations in Ops/DebugPrint.swift.

import Covector

let debugPrintOps: [OpEntry] = [
  .unary("debugPrinted", "x", dtypes: .all) { x in
    debugPrinting(to: { _ in }) { x.debugPrinted("x") }
  }
]
