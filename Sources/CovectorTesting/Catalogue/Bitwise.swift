// Samples of the operations in Ops/Bitwise.swift.

import Covector

extension Set<DType> {
  fileprivate static let bits: Set<DType> = .integers.union([.bool])
}

let bitwiseOps: [OpEntry] = [
  .whole("bitwiseAnd", "np.bitwise_and(x, y)", in: 0...100, dtypes: .bits) { $0 & $1 },
  .whole("bitwiseOr", "np.bitwise_or(x, y)", in: 0...100, dtypes: .bits) { $0 | $1 },
  .whole("bitwiseXor", "np.bitwise_xor(x, y)", in: 0...100, dtypes: .bits) { $0 ^ $1 },
  .whole("leftShift", "np.left_shift(x, y)", in: 0...7, 0...4, dtypes: .integers) { $0 << $1 },
  .whole("rightShift", "np.right_shift(x, y)", in: 0...100, 0...5, dtypes: .integers) { $0 >> $1 },
  OpEntry(
    "bitwiseNot", dtypes: .bits,
    [
      .init("", [.whole(3, 4, in: 0...100)], oracle: "np.invert(x)", except: .derivatives) {
        ~$0[0]
      }
    ]),
]
