// The activation functions of neural networks, composed of the mathematics in the other files.

/// Returns the larger of each element and 0; the derivative at 0 is 0.
public func relu(_ x: NDArray) -> NDArray { maximum(x, 0) }

/// Returns the square of the larger of each element and 0.
public func relu2(_ x: NDArray) -> NDArray { square(relu(x)) }

/// Returns each element moved into the interval from 0 to 6; the derivative at both ends is 0.
public func relu6(_ x: NDArray) -> NDArray { clip(x, min: 0, max: 6) }

/// Returns positive elements as they are and negative ones times `slope`; the derivative at 0 is 1.
public func leakyRelu(_ x: NDArray, slope: Double = 0.01) -> NDArray {
  requiringReal(x, "leakyRelu") { which($0 .>= 0, $0, $0 * slope) }
}

/// Returns positive elements as they are and negative ones times `slope`, which broadcasts.
///
/// The derivative at 0 is 1.
public func prelu(_ x: NDArray, slope: NDArray) -> NDArray {
  requiringReal(x, "prelu") { which($0 .>= 0, $0, $0 * slope) }
}

/// Returns positive elements as they are and `alpha (exp(x) - 1)` for others.
///
/// The derivative at 0 is `alpha`.
public func elu(_ x: NDArray, alpha: Double = 1) -> NDArray {
  requiringReal(x, "elu") { x in
    let isPositive: NDArray = x .> 0
    return which(isPositive, x, alpha * expm1(which(isPositive, 0, x)))
  }
}

/// Returns positive elements as they are and `alpha (exp(x / alpha) - 1)` for others.
///
/// The derivative is continuous: 1 at 0.
public func celu(_ x: NDArray, alpha: Double = 1) -> NDArray {
  requiringReal(x, "celu") { x in
    let isPositive: NDArray = x .> 0
    return which(isPositive, x, alpha * expm1(which(isPositive, 0, x) / alpha))
  }
}

/// Returns `elu` with the slope and scale that keep mean 0 and variance 1 through layers.
///
/// Constants from Klambauer et al., Self-Normalizing Neural Networks, 2017.
public func selu(_ x: NDArray) -> NDArray {
  requiringReal(x, "selu") { elu($0, alpha: 1.6732632423543772) * 1.0507009873554805 }
}

/// Returns each element times the probability that a normal number is below it.
///
/// `x ndtr(x)`, accurate in the left tail too.
public func gelu(_ x: NDArray) -> NDArray {
  requiringReal(x, "gelu") { roundingOnce($0) { $0 * ndtr($0) } }
}

/// A function of half types that is rounded to them at its end only.
private func roundingOnce(_ x: NDArray, _ function: (NDArray) -> NDArray) -> NDArray {
  x.dtype.isHalf ? function(x.asType(.float32)).asType(x.dtype) : function(x)
}

/// Returns `gelu` approximated with the hyperbolic tangent, to about 0.001.
///
/// `x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`, from Hendrycks and Gimpel, 2016.
public func geluApproximate(_ x: NDArray) -> NDArray {
  requiringReal(x, "geluApproximate") { x in
    let cubic = x + 0.044715 * x * x * x
    let inner = tanh(cubic * 0.79788456080286535588)
    return 0.5 * x * (inner + 1)
  }
}

/// Returns `gelu` approximated by `x sigmoid(1.702 x)`, to about 0.02.
public func geluFastApproximate(_ x: NDArray) -> NDArray {
  requiringReal(x, "geluFastApproximate") { $0 * sigmoid($0 * 1.702) }
}

/// Returns each element times its logistic function.
///
/// Accurate in the left tail too.
public func silu(_ x: NDArray) -> NDArray {
  requiringReal(x, "silu") { roundingOnce($0) { timesTail($0, sigmoid) } }
}

/// Each element times a function that is the exponential one far to the left.
///
/// There the function underflows before the product does: it is taken at a shifted place, which is exact, and
/// scaled back at the end.
private func timesTail(_ x: NDArray, _ function: (NDArray) -> NDArray) -> NDArray {
  let dtype = x.strong.dtype
  let (limit, shift, scale) =
    dtype == .float64
    ? (-600.0, 300.0, 5.148200222412013e-131) : (-64.0, 32.0, 1.2664165549094176e-14)
  func choose(_ far: Double, _ near: Double) -> NDArray {
    which(x .< limit, NDArray.scalar(far, dtype), NDArray.scalar(near, dtype))
  }
  return x * function(x + choose(shift, 0)) * choose(scale, 1)
}

/// Returns `log(1 + exp(x))` without overflow.
public func softplus(_ x: NDArray) -> NDArray { requiringReal(x, "softplus") { logaddexp($0, 0) } }

/// Returns the logarithm of the logistic function, accurate where that is small.
public func logSigmoid(_ x: NDArray) -> NDArray {
  requiringReal(x, "logSigmoid") { -logaddexp(-$0, 0) }
}

/// Returns each element divided by one more than its absolute value.
public func softsign(_ x: NDArray) -> NDArray {
  requiringReal(x, "softsign") { $0 / (abs($0) + 1) }
}

/// Returns each element moved towards 0 by `threshold`, and 0 where that would cross it.
///
/// The derivative at the threshold is 0.
public func softShrink(_ x: NDArray, threshold: Double = 0.5) -> NDArray {
  requiringReal(x, "softShrink") { x in
    which(abs(x) .> threshold, x - sign(x) * threshold, x.zeroScalar)
  }
}

/// Returns each element whose absolute value is above `threshold`, and 0 for others.
public func hardShrink(_ x: NDArray, threshold: Double = 0.5) -> NDArray {
  requiringReal(x, "hardShrink") { which(abs($0) .> threshold, $0, $0.zeroScalar) }
}

/// Returns each element moved into the interval from `min` to `max`; the derivative at both is 0.
public func hardTanh(_ x: NDArray, min: Double = -1, max: Double = 1) -> NDArray {
  requiringReal(x, "hardTanh") { clip($0, min: min.weakArray, max: max.weakArray) }
}

/// Returns each element times a straight line that goes from 0 at -3 to 1 at 3.
///
/// The derivatives at -3 and 3 are those of the straight parts outside.
public func hardSwish(_ x: NDArray) -> NDArray {
  requiringReal(x, "hardSwish") { $0 * clip($0 + 3, min: 0, max: 6) / 6 }
}

/// Returns each element times the hyperbolic tangent of its `softplus`.
///
/// Accurate in the left tail too.
public func mish(_ x: NDArray) -> NDArray {
  requiringReal(x, "mish") { roundingOnce($0) { timesTail($0) { tanh(softplus($0)) } } }
}

/// Returns 1 for elements of at least `threshold` and 0 for others; the derivative is 0.
public func step(_ x: NDArray, threshold: Double = 0) -> NDArray {
  requiringReal(x, "step") { x in
    which(x .>= threshold, NDArray.scalar(1, x.strong.dtype), NDArray.scalar(0, x.strong.dtype))
  }
}

/// Returns the first half of the array along an axis times the logistic function of the second
/// half.
public func glu(_ x: NDArray, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.inexact
    _ = try requireFloating([x], "glu")
    let axis = try normalizedAxis(axis, rank: x.rank, "glu")
    let size = x.shape[axis]
    guard size % 2 == 0 else {
      throw ArrayError(
        "glu", "axis \(axis) of shape \(x.shape) has size \(size); an even size is needed")
    }
    let first = x.sliced(axis: axis, from: 0, count: size / 2)
    return first * sigmoid(x.sliced(axis: axis, from: size / 2, count: size / 2))
  }
}
