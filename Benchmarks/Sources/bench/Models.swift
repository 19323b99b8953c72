// The models the workloads differentiate.

import Covector

/// Numbers in -1...1 by a rule that is the same in Python: a multiplicative hash of the place.
func numbers(_ shape: [Int], seed: UInt32 = 1) -> NDArray {
  let count = shape.reduce(1, *)
  let values = (0..<count).map { index -> Float in
    let hash = (UInt32(truncatingIfNeeded: index) &+ seed) &* 2_654_435_761
    return Float(hash >> 8) / Float(1 << 23) - 1
  }
  return NDArray(values, shape: shape)
}

/// Whole numbers in 0..<limit, by the same hash.
func indices(_ count: Int, below limit: Int) -> NDArray {
  let values = (0..<count).map { index -> Int32 in
    let hash = (UInt32(truncatingIfNeeded: index) &+ 5) &* 2_654_435_761
    return Int32((UInt64(hash) * UInt64(limit)) >> 32)
  }
  return NDArray(values, shape: [count])
}

/// A perceptron with tanh between its layers.
struct Network: ArrayTree {
  var weights: [NDArray]
  var biases: [NDArray]

  init(_ sizes: [Int]) {
    weights = zip(sizes, sizes.dropFirst()).enumerated().map { layer, pair in
      numbers([pair.0, pair.1], seed: UInt32(layer + 7)) * (1 / Double(pair.0).squareRoot())
    }
    biases = sizes.dropFirst().map { NDArray.zeros([$0]) }
    eval(weights + biases)
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    var y = x
    for layer in weights.indices {
      y = matmul(y, weights[layer]) + biases[layer]
      if layer + 1 < weights.count { y = tanh(y) }
    }
    return y
  }

  /// The network after a step down the gradient.
  func descended(_ gradient: Network, rate: Double) -> Network {
    var result = self
    result.weights = zip(weights, gradient.weights).map { $0 - rate * $1 }
    result.biases = zip(biases, gradient.biases).map { $0 - rate * $1 }
    return result
  }

  var arrays: [NDArray] { weights + biases }
}

func loss(_ network: Network, _ x: NDArray, _ y: NDArray) -> NDArray {
  square(network(x) - y).mean()
}

func gelu(_ x: NDArray) -> NDArray {
  0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
}

/// Attention without a mask; heads first.
func attention(_ q: NDArray, _ k: NDArray, _ v: NDArray) -> NDArray {
  let scores = matmul(q, k.swappingAxes(1, 2)) * 0.125
  return matmul(softmax(scores, axis: 2), v)
}

/// Half the squared distance of the losses of 16 tasks after a step down their own gradients.
func metaLoss(_ network: Network, _ x: NDArray, _ y: NDArray) -> NDArray {
  let adapted = vmap(in: [nil, 0, 0]) { (network: Network, x: NDArray, y: NDArray) -> NDArray in
    let gradient = grad(loss)(network, x, y)
    return loss(network.descended(gradient, rate: 0.1), x, y)
  }
  return adapted(network, x, y).mean()
}

/// NIST's Hahn1: a quotient of cubic polynomials.
func hahn(_ b: NDArray, _ x: NDArray) -> NDArray {
  let above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
  let below = 1 + x * (b[4] + x * (b[5] + x * b[6]))
  return above / below
}

/// What is done to a function of one array before it is called: nothing, or `compile`.
typealias Preparation = (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray

/// Fifty steps of a regression whose Jacobian is one line.
func regression(_ prepare: Preparation) -> () -> [NDArray] {
  let x = (numbers([236]) + 1.5).asType(.float64)
  let truth = NDArray([1, 0.5, -0.3, 0.2, 0.4, 0.1, 0.05] as [Double])
  let y = vmap(in: [nil, 0], hahn)(truth, x)
  let start = NDArray([Double](repeating: 0.1, count: 7))
  eval(x, y, start)
  let point = vmap(in: [nil, 0], valueAndGrad(hahn))
  let step = prepare { b in
    let (value, slopes) = point(b, x)
    let scale = square(slopes).sum(axis: 0)
    return b - 0.3 * matmul(value - y, slopes) / scale
  }
  return {
    var b = start
    for _ in 0..<50 {
      b = step(b)
      eval(b)
    }
    return [b]
  }
}

func perExampleGradients() -> () -> [NDArray] {
  let network = Network([128, 256, 10])
  let (x, y) = (numbers([256, 128]), numbers([256, 10], seed: 2))
  let gradients = vmap(in: [nil, 0, 0], grad(loss))
  return { gradients(network, x, y).arrays }
}
