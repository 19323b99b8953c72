// Optimisers that scale the step of each element by the size its gradients have had.

public import Covector

/// Steps along the average gradient, each element divided by the root of its mean square.
///
/// Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
public struct Adam: Optimizer {
  /// The length of a step.
  public var learningRate: Schedule
  /// The share of the average gradient that is kept.
  public var beta1: Double
  /// The share of the mean square that is kept.
  public var beta2: Double
  /// What is added to the root, against division by zero.
  public var epsilon: Double

  /// Makes the optimiser.
  public init(
    learningRate: Schedule = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// The average of the gradients and of their squares.
  public var memory: [String] { ["average", "square"] }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    memory[0] = beta1 * memory[0] + (1 - beta1) * gradient
    memory[1] = beta2 * memory[1] + (1 - beta2) * square(gradient)
    // Both begin at zero; dividing by what has been forgotten of that makes them unbiased.
    let average = memory[0] / (1.0 - pow(beta1, step)).asType(parameter.dtype)
    let root = sqrt(memory[1] / (1.0 - pow(beta2, step)).asType(parameter.dtype))
    return parameter - learningRate * average / (root + epsilon)
  }
}

/// Adam with weights that decay by themselves, not through the gradient.
///
/// Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2.
public struct AdamW: Optimizer {
  /// The rule without the decay.
  public var adam: Adam
  /// What is taken from each unit of a parameter, times the learning rate.
  public var weightDecay: Double

  /// Makes the optimiser.
  public init(
    learningRate: Schedule = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8,
    weightDecay: Double = 0.01
  ) {
    adam = Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    self.weightDecay = weightDecay
  }

  /// The length of a step.
  public var learningRate: Schedule { adam.learningRate }

  /// The average of the gradients and of their squares.
  public var memory: [String] { adam.memory }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    let decayed = parameter - learningRate * weightDecay * parameter
    return adam.improved(
      decayed, by: gradient, memory: &memory, learningRate: learningRate, step: step)
  }
}

/// Steps along the gradient, each element divided by the root of its mean square.
///
/// Source: Hinton, Neural Networks for Machine Learning, 2012, lecture 6e.
public struct RMSProp: Optimizer {
  /// The length of a step.
  public var learningRate: Schedule
  /// The share of the mean square that is kept.
  public var decay: Double
  /// What is added to the root, against division by zero.
  public var epsilon: Double

  /// Makes the optimiser.
  public init(learningRate: Schedule = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
  }

  /// The average of the squares of the gradients.
  public var memory: [String] { ["square"] }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    memory[0] = decay * memory[0] + (1 - decay) * square(gradient)
    return parameter - learningRate * gradient / (sqrt(memory[0]) + epsilon)
  }
}

/// Steps along the gradient, each element divided by the root of the sum of its squares.
///
/// Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods, 2011, figure 1 (diagonal).
public struct Adagrad: Optimizer {
  /// The length of a step.
  public var learningRate: Schedule
  /// What is added to the root, against division by zero.
  public var epsilon: Double

  /// Makes the optimiser.
  public init(learningRate: Schedule = 1e-2, epsilon: Double = 1e-10) {
    self.learningRate = learningRate
    self.epsilon = epsilon
  }

  /// The sum of the squares of the gradients.
  public var memory: [String] { ["square"] }

  /// One step for one array.
  public func improved(
    _ parameter: NDArray, by gradient: NDArray, memory: inout [NDArray], learningRate: NDArray,
    step: NDArray
  ) -> NDArray {
    memory[0] = memory[0] + square(gradient)
    return parameter - learningRate * gradient / (sqrt(memory[0]) + epsilon)
  }
}
