// Optimisers that follow the gradient itself.

public import Covector

/// Gradient descent, with momentum if asked for.
///
/// The velocity is `v = momentum * v + g`, and the step `-rate * v`, or with Nesterov's look ahead
/// `-rate * (g + momentum * v)`.
/// Source: Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.
public struct SGD: Optimizer {
  /// The length of a step.
  public var learningRate: Schedule
  /// The share of the velocity that is kept.
  public var momentum: Double
  /// Whether the gradient is taken as if the velocity had been followed already.
  public var isNesterov: Bool
  /// What is added to the gradient for each unit of a parameter.
  public var weightDecay: Double

  /// Makes the optimiser.
  public init(
    learningRate: Schedule, momentum: Double = 0, isNesterov: Bool = false, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
  }

  /// The velocity, where there is momentum.
  public var memory: [String] { momentum == 0 ? [] : ["velocity"] }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    let slope = weightDecay == 0 ? gradient : gradient + weightDecay * parameter
    guard momentum != 0 else { return parameter - learningRate * slope }
    memory[0] = momentum * memory[0] + slope
    let direction = isNesterov ? slope + momentum * memory[0] : memory[0]
    return parameter - learningRate * direction
  }
}

/// Steps of one length along the sign of a smoothed gradient.
///
/// Source: Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, algorithm 2.
public struct Lion: Optimizer {
  /// The length of a step.
  public var learningRate: Schedule
  /// The share of the average in the direction.
  public var beta1: Double
  /// The share of the average that is kept.
  public var beta2: Double
  /// What is taken from each unit of a parameter, times the learning rate.
  public var weightDecay: Double

  /// Makes the optimiser.
  public init(
    learningRate: Schedule = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
  }

  /// The average of the gradients.
  public var memory: [String] { ["average"] }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    let direction = sign(beta1 * memory[0] + (1 - beta1) * gradient)
    memory[0] = beta2 * memory[0] + (1 - beta2) * gradient
    return parameter - learningRate * (direction + weightDecay * parameter)
  }
}
