// Modified Bessel functions of the first kind, of orders 0 and 1.

import CovectorKernels

/// A modified Bessel function, times `exp(-|x|)` where it is scaled.
struct BesselI: RealUnaryFunction {
  let order: Int
  let isScaled: Bool

  var name: String { "besselI\(order)\(isScaled ? "e" : "")" }

  var instruction: Instruction {
    switch (order, isScaled) {
    case (0, false): .init(CV_BESSEL_I0)
    case (0, true): .init(CV_BESSEL_I0E)
    case (_, false): .init(CV_BESSEL_I1)
    default: .init(CV_BESSEL_I1E)
    }
  }

  // I0' is I1, and I1' is I0 - I1/x (DLMF 10.29.2), where I1/x is 1/2 at 0.
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    let other = NDArray(BesselI(order: 1 - order, isScaled: isScaled), x)
    var slope = other
    if order == 1 {
      let isZero: NDArray = x .== 0
      slope = other - which(isZero, 0.5, y / which(isZero, 1, x))
    }
    return isScaled ? slope - sign(x) * y : slope
  }
}

/// Returns the modified Bessel function of the first kind of order 0 of each element.
///
/// Integers become `float32` first. The derivative is `besselI1`.
public func besselI0(_ x: NDArray) -> NDArray {
  NDArray(BesselI(order: 0, isScaled: false), x.inexact)
}

/// Returns `exp(-|x|) besselI0(x)` of each element, which does not overflow.
///
/// Integers become `float32` first.
public func besselI0e(_ x: NDArray) -> NDArray {
  NDArray(BesselI(order: 0, isScaled: true), x.inexact)
}

/// Returns the modified Bessel function of the first kind of order 1 of each element.
///
/// Integers become `float32` first. The derivative is `besselI0(x) - besselI1(x) / x`, 1/2 at 0.
public func besselI1(_ x: NDArray) -> NDArray {
  NDArray(BesselI(order: 1, isScaled: false), x.inexact)
}

/// Returns `exp(-|x|) besselI1(x)` of each element, which does not overflow.
///
/// Integers become `float32` first.
public func besselI1e(_ x: NDArray) -> NDArray {
  NDArray(BesselI(order: 1, isScaled: true), x.inexact)
}
