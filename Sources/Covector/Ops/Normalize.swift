// Sums of exponentials, and exponentials divided by them, without overflow.

import CovectorKernels

/// The third input where the condition holds not, the second where it does; but everywhere with the
/// derivative of the third.
struct Substitute: Elementwise, Parameterless {
  var name: String { "substitute" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_SELECT) }
  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 3 && x[0].dtype == .bool && x.dropFirst().haveOneDType
  }

  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { x[1].dtype }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { index == 2 ? .one : .zero }
}

/// `a - b`, and 0 where they are equal, also where they are equal infinities.
///
/// The derivative is that of `a - b` everywhere.
func difference(_ a: NDArray, _ b: NDArray) -> NDArray {
  NDArray(Substitute(), a .== b, .scalar(0, a.dtype), a - b)
}

extension NDArray {
  /// The elements less the largest along the axes, which is returned too, as a constant.
  ///
  /// What is computed from both must not depend on the shift.
  fileprivate func shifted(_ axes: [Int]) -> (difference: NDArray, shift: NDArray) {
    let largest = NDArray(
      ExtremumReduction(isMaximum: true, axes: axes, isConstant: true), self)
    let shift = largest.keepingAxes(axes, of: shape)
    return (difference(self, shift), shift)
  }

  /// Runs a function of real numbers along axes; `nil` stands for all.
  fileprivate func normalized(
    _ operation: String, _ axes: [Int]?, _ body: (NDArray, [Int]) -> NDArray
  ) -> NDArray {
    reduced(operation, axes, keepDims: false) { x, axes throws(ArrayError) in
      let x = x.inexact.strong
      _ = try requireFloating([x], operation)
      return body(x.wide, axes).promoted(to: x.dtype)
    }
  }

  /// The logarithm of the sum of the exponentials of the elements along axes, or of all elements.
  ///
  /// Floating-point dtypes are kept; integers become `float32`. Where all elements are minus
  /// infinity, or there are none, so is the result; where one is infinity, so is the result. The
  /// derivative is `softmax`.
  /// - Parameters:
  ///   - axes: The axes, negative ones counted from the end; all by default.
  ///   - keepDims: Whether the axes stay, with size 1.
  public func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) -> NDArray {
    let result = normalized("logSumExp", axes) { x, axes in
      if axes.contains(where: { x.shape[$0] == 0 }) {
        return NDArray.scalar(-.infinity, x.dtype).broadcast(to: reducedShape(x.shape, axes))
      }
      let (difference, shift) = x.shifted(axes)
      let sum = exp(difference).summed(over: axes)
      return log(sum) + shift.reshaped(sum.shape)
    }
    guard keepDims, !result.isPoisoned else { return result }
    return NDArray.reporting(like: self) { () throws(ArrayError) in
      result.keepingAxes(try normalizedAxes(axes, rank: rank, "logSumExp"), of: shape)
    }
  }

  /// The logarithm of the sum of the exponentials along an axis; see `logSumExp(axes:keepDims:)`.
  public func logSumExp(axis: Int, keepDims: Bool = false) -> NDArray {
    logSumExp(axes: [axis], keepDims: keepDims)
  }
}

/// Returns the exponentials of the elements divided by their sum along axes, or by the sum of all.
///
/// Floating-point dtypes are kept; integers become `float32`. Where all elements along the axes are
/// minus infinity they have equal shares; infinities share between themselves.
public func softmax(_ x: NDArray, axes: [Int]? = nil) -> NDArray {
  x.normalized("softmax", axes) { x, axes in
    let powers = exp(x.shifted(axes).difference)
    return powers / powers.summed(over: axes).keepingAxes(axes, of: x.shape)
  }
}

/// Returns the exponentials of the elements divided by their sum along an axis.
public func softmax(_ x: NDArray, axis: Int) -> NDArray { softmax(x, axes: [axis]) }

/// Returns the logarithm of `softmax`, accurate where that is small.
///
/// Floating-point dtypes are kept; integers become `float32`.
public func logSoftmax(_ x: NDArray, axes: [Int]? = nil) -> NDArray {
  x.normalized("logSoftmax", axes) { x, axes in
    let difference = x.shifted(axes).difference
    let sum = exp(difference).summed(over: axes)
    return difference - log(sum).keepingAxes(axes, of: x.shape)
  }
}

/// Returns the logarithm of `softmax` along an axis.
public func logSoftmax(_ x: NDArray, axis: Int) -> NDArray { logSoftmax(x, axes: [axis]) }

/// Returns `softmax` of the negated elements: the smallest has the largest share.
public func softmin(_ x: NDArray, axes: [Int]? = nil) -> NDArray { softmax(-x.inexact, axes: axes) }

/// Returns `softmax` of the negated elements along an axis.
public func softmin(_ x: NDArray, axis: Int) -> NDArray { softmin(x, axes: [axis]) }
