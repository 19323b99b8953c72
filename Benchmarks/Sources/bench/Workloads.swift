// The workloads, on the same inputs as compare.py makes. Each is a closure that computes its result
// completely; the inputs are made once, outside.

import Covector

/// Something to time, and a number that says what it computed.
struct Workload {
  let run: () -> NDArray
}

/// Numbers in -1...1 by a rule that is the same in Python: a multiplicative hash of the place.
func numbers(_ shape: [Int], seed: UInt32 = 1) -> NDArray {
  let count = shape.reduce(1, *)
  let values = (0..<count).map { index -> Float in
    let hash = (UInt32(truncatingIfNeeded: index) &+ seed) &* 2_654_435_761
    return Float(hash >> 8) / Float(1 << 23) - 1
  }
  return NDArray(values, shape: shape)
}

func gelu(_ x: NDArray) -> NDArray {
  0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
}

struct Network: ArrayTree {
  var weights: [NDArray]
  var biases: [NDArray]

  init(_ sizes: [Int]) {
    weights = zip(sizes, sizes.dropFirst()).enumerated().map { layer, pair in
      numbers([pair.0, pair.1], seed: UInt32(layer + 7)) * (1 / Double(pair.0).squareRoot())
    }
    biases = sizes.dropFirst().map { NDArray.zeros([$0]) }
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    var y = x
    for layer in weights.indices {
      y = matmul(y, weights[layer]) + biases[layer]
      if layer + 1 < weights.count { y = tanh(y) }
    }
    return y
  }
}

func loss(_ network: Network, _ x: NDArray, _ y: NDArray) -> NDArray {
  square(network(x) - y).mean()
}

/// The workload of that name, with its inputs made.
func workload(_ name: String) -> Workload? {
  func one(_ shape: [Int], _ body: @escaping (NDArray) -> NDArray) -> Workload {
    let x = numbers(shape)
    eval(x)
    return Workload { body(x) }
  }
  func two(
    _ a: [Int], _ b: [Int], _ body: @escaping (NDArray, NDArray) -> NDArray
  ) -> Workload {
    let (x, y) = (numbers(a), numbers(b, seed: 2))
    return Workload { body(x, y) }
  }
  let million = [4 << 20]
  let square2048 = [2048, 2048]
  switch name {
  case "add 4M": return two(million, million) { $0 + $1 }
  case "exp 4M": return one(million) { exp($0) }
  case "gelu 4M": return one(million) { gelu($0) }
  case "gelu 1000": return one([1000]) { gelu($0) }
  case "mixed 4M":
    return two(million, million) { x, y in
      let z = which(x .> y, x * y, x - y)
      return clip(which(abs(z) .< 0.5, z + 1, maximum(z, y) * 2), min: -1, max: 1.5)
    }
  case "gelu bf16 4M":
    let x = numbers(million).asType(.bfloat16)
    eval(x)
    return Workload { gelu(x) }
  case "sum axis 0 2048": return one(square2048) { $0.sum(axis: 0) }
  case "sum axis 1 2048": return one(square2048) { $0.sum(axis: 1) }
  case "softmax 2048": return one(square2048) { softmax($0, axis: 1) }
  case "logsumexp 2048": return one(square2048) { $0.logSumExp(axis: 1) }
  case "layer norm 2048":
    return one(square2048) { x in
      let centred = x - x.mean(axis: 1, keepDims: true)
      return centred * rsqrt(square(centred).mean(axis: 1, keepDims: true) + 1e-5)
    }
  case "variance 2048": return one(square2048) { $0.variance(axis: 1) }
  case "argmax 2048": return one(square2048) { $0.argMax(axis: 1).asType(.float32) }
  case "matmul 64": return two([64, 64], [64, 64]) { matmul($0, $1) }
  case "matmul 256": return two([256, 256], [256, 256]) { matmul($0, $1) }
  case "matmul 1024": return two([1024, 1024], [1024, 1024]) { matmul($0, $1) }
  case "matmul 2048": return two(square2048, square2048) { matmul($0, $1) }
  case "matmul f64 512":
    let (x, y) = (
      numbers([512, 512]).asType(.float64), numbers([512, 512], seed: 2).asType(.float64)
    )
    eval(x, y)
    return Workload { matmul(x, y) }
  case "matmul bf16 1024":
    let x = numbers([1024, 1024]).asType(.bfloat16)
    let y = numbers([1024, 1024], seed: 2).asType(.bfloat16)
    eval(x, y)
    return Workload { matmul(x, y) }
  case "matvec 4096": return two([4096, 4096], [4096]) { matmul($0, $1) }
  case "batched matmul": return two([512, 64, 64], [512, 64, 64]) { matmul($0, $1) }
  case "gram 100000x64": return one([100_000, 64]) { matmul($0.T, $0) }
  case "vmap matvec unmapped":
    return two([256, 256], [1024, 256]) { a, x in vmap(in: [nil, 0], { matmul($0, $1) })(a, x) }
  case "scalar gradient":
    let x = NDArray(0.5 as Float)
    eval(x)
    let gradient = grad { (x: NDArray) in sin(x) * x * x }
    return Workload { gradient(x) }
  case "per-example gradients":
    let network = Network([128, 256, 10])
    let (x, y) = (numbers([256, 128]), numbers([256, 10], seed: 2))
    eval(network.weights)
    let gradients = vmap(in: [nil, 0, 0], grad(loss))
    return Workload {
      let g = gradients(network, x, y)
      eval(g.weights + g.biases)
      return g.weights[1]
    }
  case "value and gradient":
    let network = Network([128, 512, 512, 10])
    let (x, y) = (numbers([256, 128]), numbers([256, 10], seed: 2))
    eval(network.weights)
    let step = valueAndGrad(loss)
    return Workload {
      let (value, g) = step(network, x, y)
      eval([value] + g.weights + g.biases)
      return value
    }
  case "hessian 64":
    let f = { (x: NDArray) in square(x[1...] - square(x[..<(-1)])).sum() * 100 + square(1 - x).sum()
    }
    let x = numbers([64])
    let h = hessian(f)
    return Workload { h(x) }
  default: return nil
  }
}
