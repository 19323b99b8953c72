// The choice between two arrays by a condition.

import CovectorKernels

struct Select: Elementwise {
  var name: String { "which" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_SELECT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { x[1].dtype }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    switch index {
    case 0: .zero
    case 1: .oneWhere(x[0])
    default: .zeroWhere(x[0])
    }
  }
}

/// The elements of `a` where the condition is true (or not zero), those of `b` elsewhere.
///
/// All three broadcast; `a` and `b` are promoted to one dtype. The cotangent goes to the side that was
/// chosen; the other side gets zero.
public func which(_ condition: NDArray, _ a: NDArray, _ b: NDArray) -> NDArray {
  let (x, y) = promotedPair(a, b)
  return NDArray(Select(), [condition.promoted(to: .bool), x, y])
}

let selectOps: [OpEntry] = [
  OpEntry(
    "which", dtypes: .all,
    [
      .init("", [.bool(3, 4), .real(3, 4), .real(3, 4)], oracle: "np.where(x, y, z)") {
        which($0[0], $0[1], $0[2])
      },
      .init("broadcast", [.bool(4), .real(3, 1), .real()], oracle: "np.where(x, y, z)") {
        which($0[0], $0[1], $0[2])
      },
    ])
]
