// Samples of the operations in Ops/Arithmetic.swift.

import Covector

let arithmeticOps: [OpEntry] = [
  .binary("add", "x + y", dtypes: .all) { $0 + $1 },
  .binary("subtract", "x - y", dtypes: .numbers) { $0 - $1 },
  .binary("multiply", "x * y", dtypes: .all) { $0 * $1 },
  .binary("divide", "x / y", in: -2...2, 0.5...3, dtypes: .all) { $0 / $1 },
  .unary("negative", "-x", dtypes: .numbers) { -$0 },
  .unary("reciprocal", "1 / x", in: 0.5...3, dtypes: .all) { reciprocal($0) },
]
