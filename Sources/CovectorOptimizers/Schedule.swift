// Lengths of steps that change while training goes on.

public import Covector

/// A number that depends on how many steps have been taken, such as a learning rate.
///
/// A literal is a constant schedule; the others are made from it by names that read in order:
/// `.cosine(from: 1e-3, over: 1000).warmedUp(over: 100)`. They are made of array operations, so a
/// schedule also works where the number of steps is not known yet, as under `vmap`.
public struct Schedule: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  private let rule: @Sendable (NDArray) -> NDArray

  /// A schedule by a rule from the number of steps taken before, a `float64` scalar or a batch of
  /// them.
  public init(_ rule: @escaping @Sendable (NDArray) -> NDArray) { self.rule = rule }

  /// The same number at every step.
  public init(floatLiteral value: Double) { self = .constant(value) }

  /// The same number at every step.
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }

  /// The number after `step` steps, as a `float64` array of the shape of `step`.
  public func callAsFunction(_ step: NDArray) -> NDArray { rule(step.asType(.float64)) }

  /// The same number at every step.
  public static func constant(_ value: Double) -> Schedule {
    Schedule { NDArray.full(like: $0, NDArray(value)) }
  }

  /// A straight line from one number to another, which then stays.
  public static func linear(from start: Double, to end: Double, over steps: Int) -> Schedule {
    Schedule { step in start + (end - start) * share(step, of: steps) }
  }

  /// Half a cosine wave from one number down to another, which then stays.
  ///
  /// Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017,
  /// equation 5, without restarts.
  public static func cosine(from start: Double, to end: Double = 0, over steps: Int) -> Schedule {
    Schedule { step in
      let wave = 0.5 * (1.0 + cos(Double.pi * share(step, of: steps)))
      return end + (start - end) * wave
    }
  }

  /// Multiplied by a factor once in so many steps, evenly: `start * factor^(step / steps)`.
  public static func exponential(
    from start: Double, times factor: Double, every steps: Int
  ) -> Schedule {
    Schedule { step in start * pow(factor, step / Double(steps)) }
  }

  /// Multiplied by a factor once in so many steps, at once: `start * factor^floor(step / steps)`.
  public static func stepwise(
    from start: Double, times factor: Double, every steps: Int
  ) -> Schedule {
    Schedule { step in start * pow(factor, floor(step / Double(steps))) }
  }

  /// A straight line up from 0 over the first steps, before this schedule begins.
  public func warmedUp(over steps: Int) -> Schedule {
    let peak = rule
    return Schedule { step in
      let rest = peak(maximum(step - Double(steps), 0.0))
      return which(step .< Double(steps), rest * Self.share(step, of: steps), rest)
    }
  }

  /// The share of the steps that has been taken, at most 1.
  private static func share(_ step: NDArray, of steps: Int) -> NDArray {
    minimum(step / Double(max(steps, 1)), 1.0)
  }
}
