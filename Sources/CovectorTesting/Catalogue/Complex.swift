// Samples of the operations in Ops/Complex.swift.

import Covector

let complexOps: [OpEntry] = [
  .unary("real", "np.real(x)", dtypes: .all) { $0.real },
  .unary("imaginary", "np.imag(x)", dtypes: .all) { $0.imaginary },
  .unary("conjugate", "np.conj(x)", dtypes: .all) { $0.conjugated },
  .binary("complex", "x + 1j * y", dtypes: .ordered) { complex($0, $1) },
]
