// The error function and its relatives: the normal distribution and its quantiles.

import CovectorKernels

struct ErrorFunction: RealUnaryFunction, Parameterless {
  var name: String { "erf" }
  var instruction: Instruction { .init(CV_ERF) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(-(x * x)) * MathConstant.twoOverRootPi
  }
}

struct ComplementaryErrorFunction: RealUnaryFunction, Parameterless {
  var name: String { "erfc" }
  var instruction: Instruction { .init(CV_ERFC) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(-(x * x)) * -MathConstant.twoOverRootPi
  }
}

struct ScaledComplementaryErrorFunction: RealUnaryFunction, Parameterless {
  var name: String { "erfcx" }
  var instruction: Instruction { .init(CV_ERFCX) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    2 * x * y - MathConstant.twoOverRootPi
  }
}

struct InverseErrorFunction: RealUnaryFunction, Parameterless {
  var name: String { "erfinv" }
  var instruction: Instruction { .init(CV_ERFINV) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(y * y) * (1 / MathConstant.twoOverRootPi)
  }
}

struct NormalDistribution: RealUnaryFunction, Parameterless {
  var name: String { "ndtr" }
  var instruction: Instruction { .init(CV_NDTR) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(square(x) * -0.5) * (0.5 * MathConstant.rootTwoOverPi)
  }
}

struct LogNormalDistribution: RealUnaryFunction, Parameterless {
  var name: String { "logNdtr" }
  var instruction: Instruction { .init(CV_LOG_NDTR) }
  // The ratio of density and distribution. To the left neither is taken alone: both underflow.
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    let isLeft: NDArray = x .< 0
    let left = MathConstant.rootTwoOverPi / erfcx(which(isLeft, x, 0) * -MathConstant.rootHalf)
    let right = exp(x * x * -0.5 - y) * (0.5 * MathConstant.rootTwoOverPi)
    return which(isLeft, left, right)
  }
}

struct NormalQuantile: RealUnaryFunction, Parameterless {
  var name: String { "ndtri" }
  var instruction: Instruction { .init(CV_NDTRI) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray {
    exp(y * y * 0.5) * (2 / MathConstant.rootTwoOverPi)
  }
}

extension MathConstant {
  /// The square root of one half.
  static let rootHalf = 0.70710678118654752440
  /// The square root of 2 divided by pi.
  static let rootTwoOverPi = 0.79788456080286535588
}

// MARK: - Functions

/// Returns the error function of each element, `2/√π` times the integral of `exp(-t²)` from 0 to
/// it.
///
/// Integers become `float32` first. The derivative is `2/√π exp(-x²)`.
public func erf(_ x: NDArray) -> NDArray { NDArray(ErrorFunction(), x.inexact) }

/// Returns one minus the error function of each element, accurate where that is small.
///
/// Integers become `float32` first. The derivative is `-2/√π exp(-x²)`.
public func erfc(_ x: NDArray) -> NDArray { NDArray(ComplementaryErrorFunction(), x.inexact) }

/// Returns `exp(x²) erfc(x)` of each element, which neither underflows nor loses digits to the right.
///
/// Integers become `float32` first. With `y` the result, the derivative is `2 x y - 2/√π`.
public func erfcx(_ x: NDArray) -> NDArray {
  NDArray(ScaledComplementaryErrorFunction(), x.inexact)
}

/// Returns the number whose error function is each element.
///
/// -1 and 1 give infinities, numbers beyond them not-a-number; integers become `float32` first.
/// With `y` the result, the derivative is `√π/2 exp(y²)`.
public func erfinv(_ x: NDArray) -> NDArray { NDArray(InverseErrorFunction(), x.inexact) }

/// Returns the number whose complementary error function is each element, from 0 to 2.
///
/// 0 and 2 give infinities, numbers beyond them not-a-number; integers become `float32` first.
/// Accurate near 0, where `erfinv(1 - x)` is not. With `y` the result, the derivative is
/// `-√π/2 exp(y²)`.
public func erfcinv(_ x: NDArray) -> NDArray {
  requiringReal(x, "erfcinv") { ndtri($0 * 0.5) * -MathConstant.rootHalf }
}

/// Returns the probability that a normal number, of mean 0 and variance 1, is at most each element.
///
/// Accurate in the left tail too; integers become `float32` first. The derivative is the density,
/// `exp(-x²/2) / √(2π)`.
public func ndtr(_ x: NDArray) -> NDArray { NDArray(NormalDistribution(), x.inexact) }

/// Returns the natural logarithm of `ndtr`, accurate in both tails.
///
/// Integers become `float32` first. The derivative is the density divided by `ndtr`.
public func logNdtr(_ x: NDArray) -> NDArray { NDArray(LogNormalDistribution(), x.inexact) }

/// Returns the quantiles of the normal distribution: the number that each element is `ndtr` of.
///
/// 0 and 1 give infinities, numbers beyond them not-a-number; integers become `float32` first. With
/// `y` the result, the derivative is `√(2π) exp(y²/2)`.
public func ndtri(_ x: NDArray) -> NDArray { NDArray(NormalQuantile(), x.inexact) }
