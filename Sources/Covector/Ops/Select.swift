// The choice between two arrays by a condition.

import CovectorKernels

struct Select: Elementwise, Parameterless {
  var name: String { "which" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_SELECT) }
  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 3 && x[0].dtype == .bool && x.dropFirst().haveOneDType
  }

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

/// The elements of one side where the condition is true (or not zero), those of the other elsewhere; no
/// derivative leaks from the side that is not chosen.
///
/// With `which`, an infinite derivative at an element that is not chosen meets a cotangent of zero, and their
/// product, a not-a-number, reaches the gradient. Here a cotangent of zero gives zero, whatever the
/// derivative:
///
///     let y = select(x .> 0) { sqrt(x) } else: { 0 }     // grad is 0 at x = 0, not NaN
///
/// Both sides are computed everywhere. That holds for the operations asked for inside the two functions,
/// in every mode and to every order. Elementwise operations are guarded at each element; others where all of
/// their cotangents are zero, under `vmap` in each lane by itself.
/// - Parameters:
///   - condition: Broadcasts against both sides.
///   - body: The side where the condition holds.
///   - otherwise: The side where it does not.
/// - Returns: An array of the joint shape, of the promoted dtype of the sides.
public func select(
  _ condition: NDArray, _ body: () -> NDArray, else otherwise: () -> NDArray
) -> NDArray {
  let (a, b) = Recording.guarded { (body(), otherwise()) }
  return which(condition, a, b)
}

extension Primitive {
  /// The vjp rule where a cotangent of zero gives zeros, though derivatives be infinite.
  func guardedVJP(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    if self is any LinearPrimitive { return vjp(x, cotangents, y, wanted: wanted) }
    guard self is any Elementwise, let cotangent = cotangents[0] else {
      let isZero = cotangents.reduce(NDArray(true)) { all, cotangent in
        cotangent.map { all .& ($0 .== 0).all() } ?? all
      }
      return vjp(x, cotangents, y, wanted: wanted).map { answer in
        answer.map { which(isZero, $0.zeroScalar, $0) }
      }
    }
    // Inputs of the result's shape, so that elements are guarded before they are summed.
    let wide = x.map { $0.broadcast(to: y[0].shape) }
    let answers = vjp(wide, cotangents, y, wanted: wanted)
    return zip(answers, x).map { answer, x in
      answer.map { which(cotangent .== 0, $0.zeroScalar, $0).summed(to: x.shape) }
    }
  }
}
