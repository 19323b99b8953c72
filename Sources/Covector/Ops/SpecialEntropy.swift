// Products with logarithms as entropies have them, where 0 times an infinite logarithm is 0, and
// logarithms of sums and differences of exponentials.

import CovectorKernels

struct Entropy: RealUnaryFunction, Parameterless {
  var name: String { "entr" }
  var instruction: Instruction { .init(CV_ENTROPY) }
  func derivative(_ x: NDArray, _ y: NDArray) -> NDArray { -log(x) - 1 }
}

/// The result of a composed function of two arrays of real numbers, promoted to one dtype.
func realPair(
  _ operation: String, _ a: NDArray, _ b: NDArray, _ body: (NDArray, NDArray) -> NDArray
) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    let (x, y) = promotedPair(a, b)
    _ = try requireFloating([x.inexact], operation)
    return body(x.inexact, y.inexact)
  }
}

/// Returns `x log(y)`, and 0 where `x` is 0 and `log(y)` is not finite.
///
/// The arrays broadcast; integers become `float32` first. The derivatives are `log(y)` and `x / y`,
/// 0 where that rule applies.
public func xlogy(_ x: NDArray, _ y: NDArray) -> NDArray {
  realPair("xlogy", x, y) { x, y in
    let isFinite: NDArray = (y .> 0) .& (y .< Double.infinity)
    return x * log(which((x .== 0) .& .!isFinite, 1, y))
  }
}

/// Returns `x log(1 + y)`, and 0 where `x` is 0 and the logarithm is not finite; accurate for small
/// `y`.
///
/// The arrays broadcast; integers become `float32` first. The derivatives are `log(1 + y)` and
/// `x / (1 + y)`, 0 where that rule applies.
public func xlog1py(_ x: NDArray, _ y: NDArray) -> NDArray {
  realPair("xlog1py", x, y) { x, y in
    let isFinite: NDArray = (y .> -1) .& (y .< Double.infinity)
    return x * log1p(which((x .== 0) .& .!isFinite, 0, y))
  }
}

/// Returns `-x log(x)`, the share of each element in an entropy: 0 at 0, minus infinity below.
///
/// Integers become `float32` first. The derivative is `-log(x) - 1`, infinite at 0.
public func entr(_ x: NDArray) -> NDArray { NDArray(Entropy(), x.inexact) }

/// Returns `x log(x / y)`, the share of each pair in a relative entropy.
///
/// 0 where `x` is 0 and `y` is not negative; infinite where one of them is negative, or `y` alone is
/// 0. The arrays broadcast; integers become `float32` first. The derivatives are `log(x / y) + 1`
/// and `-x / y`, 0 where the value is 0 or infinite by rule.
public func relEntr(_ x: NDArray, _ y: NDArray) -> NDArray {
  realPair("relEntr", x, y) { x, y in
    let isInside: NDArray = (x .> 0) .& (y .> 0)
    let isZero: NDArray = (x .== 0) .& (y .>= 0)
    let share = x * log(which(isInside, x, 1) / which(isInside, y, 1))
    let rest = which(
      isZero, 0, which(isNaN(x) .| isNaN(y), Double.nan.weakArray, Double.infinity.weakArray))
    return which(isInside, share, rest)
  }
}

/// Returns `relEntr(x, y) - x + y`, the share of each pair in a Kullback-Leibler divergence, which
/// is never negative.
///
/// The arrays broadcast; integers become `float32` first.
public func klDiv(_ x: NDArray, _ y: NDArray) -> NDArray {
  realPair("klDiv", x, y) { x, y in relEntr(x, y) - x + y }
}

/// Returns the logarithm of the odds, `log(x / (1 - x))`, which `sigmoid` undoes.
///
/// 0 and 1 give infinities, numbers beyond them not-a-number; integers become `float32` first. The
/// derivative is `1 / (x (1 - x))`.
public func logit(_ x: NDArray) -> NDArray {
  requiringReal(x, "logit") { x in
    // Near the middle the quotient is near 1, and its logarithm loses digits.
    let isMiddle: NDArray = abs(x - 0.5) .< 0.25
    let middle = 2 * atanh(2 * which(isMiddle, x, 0.5) - 1)
    let outside = which(isMiddle, 0.25, x)
    return which(isMiddle, middle, log(outside / (1 - outside)))
  }
}

/// Returns `log(1 - exp(-x))` of each element, accurate for all positive numbers.
///
/// Infinite at 0, not-a-number below; integers become `float32` first. The derivative is
/// `1 / (exp(x) - 1)`. After M. Mächler, "Accurately computing log(1 - exp(-|a|))" (2012).
public func log1mexp(_ x: NDArray) -> NDArray {
  requiringReal(x, "log1mexp") { x in
    let isSmall: NDArray = x .< MathConstant.ln2
    let small = log(-expm1(-which(isSmall, x, MathConstant.ln2.weakArray)))
    return which(isSmall, small, log1p(-exp(-which(isSmall, MathConstant.ln2.weakArray, x))))
  }
}

/// Returns the number whose `softplus` is each element, `log(exp(x) - 1)`, of positive numbers.
///
/// Minus infinity at 0, not-a-number below; integers become `float32` first. The derivative is
/// `1 / (1 - exp(-x))`.
public func softplusInverse(_ x: NDArray) -> NDArray {
  requiringReal(x, "softplusInverse") { x in x + log1mexp(x) }
}

/// Returns `log2(2^a + 2^b)`, element by element, without overflow.
///
/// The arrays broadcast; integers become `float32` first.
public func logaddexp2(_ a: NDArray, _ b: NDArray) -> NDArray {
  realPair("logaddexp2", a, b) { a, b in
    logaddexp(a * MathConstant.ln2, b * MathConstant.ln2) / MathConstant.ln2
  }
}
