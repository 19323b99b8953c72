// Samples of the operations in Ops/Power.swift.

import Covector

extension Set<DType> {
  /// Everything but `bool` and complex numbers.
  static let reals: Set<DType> = integers.union(floats)
}

let powerOps: [OpEntry] = [
  .unary("abs", "np.abs(x)", dtypes: .numbers) { abs($0) },
  .unary("sign", "np.sign(x)", dtypes: .numbers) { sign($0) },
  .unary("square", "np.square(x)", dtypes: .numbers) { square($0) },
  .binary("pow", "x ** y", in: 0.4...2, 0.5...3, dtypes: .numbers) { pow($0, $1) },
  .unary("pow 3", "x ** 3", dtypes: .all) { pow($0, 3) },
  .unary("pow 0.5", "x ** 0.5", in: 0.4...2, dtypes: .all) { pow($0, 0.5) },
  .unary("pow 2.5", "x ** 2.5", in: 0.4...2, dtypes: .all) { pow($0, 2.5) },
  .unary("pow of 2", "2 ** x", in: 0.4...3, dtypes: .all) { pow(2, $0) },
  .binary(
    "floorDivide", "np.floor_divide(x, y)", in: -5...5, 1.3...2.9,
    dtypes: .reals, except: .derivatives
  ) { floorDivide($0, $1) },
  .binary(
    "remainder", "np.remainder(x, y)", in: -5...5, 1.3...2.9, dtypes: .reals
  ) { $0 % $1 },
  OpEntry(
    "divmod", dtypes: .reals,
    [
      .init(
        "", [.real(3, 4, in: -5...5), .real(4, in: 1.3...2.9)], oracle: "np.divmod(x, y)",
        results: {
          let (quotient, remainder) = divmod($0[0], $0[1])
          return [quotient, remainder]
        })
    ]),
  .binary("copysign", "np.copysign(x, y)", dtypes: .ordered) { copysign($0, $1) },
]
