// The workloads, on the same inputs as peers.py makes. Each is a closure that gives the arrays to
// compute; its inputs are made once, outside.

import Covector

typealias Workload = () -> [NDArray]

private func on(
  _ shape: [Int], _ dtype: DType = .float32, _ body: @escaping (NDArray) -> NDArray
) -> Workload {
  let x = numbers(shape).asType(dtype)
  eval(x)
  return { [body(x)] }
}

private func on(
  _ a: [Int], _ b: [Int], _ dtype: DType = .float32,
  _ body: @escaping (NDArray, NDArray) -> NDArray
) -> Workload {
  let (x, y) = (numbers(a).asType(dtype), numbers(b, seed: 2).asType(dtype))
  eval(x, y)
  return { [body(x, y)] }
}

/// All workloads, by name; calling one makes its inputs.
let workloads: [String: @Sendable () -> Workload] =
  elementwise.merging(reductions) { $1 }.merging(products) { $1 }.merging(indexed) { $1 }
  .merging(transforms) { $1 }

private let million = [4 << 20]
private let square2048 = [2048, 2048]

private let elementwise: [String: @Sendable () -> Workload] = [
  "add 4M": { on(million, million) { $0 + $1 } },
  "exp 4M": { on(million) { exp($0) } },
  "gelu 4M": { on(million) { gelu($0) } },
  "gelu 1000": { on([1000]) { gelu($0) } },
  "gelu bf16 4M": { on(million, .bfloat16) { gelu($0) } },
  "mixed 4M": {
    on(million, million) { x, y in
      let z = which(x .> y, x * y, x - y)
      return clip(which(abs(z) .< 0.5, z + 1, maximum(z, y) * 2), min: -1, max: 1.5)
    }
  },
]

private let reductions: [String: @Sendable () -> Workload] = [
  "sum axis 0 2048": { on(square2048) { $0.sum(axis: 0) } },
  "sum axis 1 2048": { on(square2048) { $0.sum(axis: 1) } },
  "softmax 2048": { on(square2048) { softmax($0, axis: 1) } },
  "logsumexp 2048": { on(square2048) { $0.logSumExp(axis: 1) } },
  "layer norm 2048": {
    on(square2048) { x in
      let centred = x - x.mean(axis: 1, keepDims: true)
      return centred * rsqrt(square(centred).mean(axis: 1, keepDims: true) + 1e-5)
    }
  },
  "variance 2048": { on(square2048) { $0.variance(axis: 1) } },
  "argmax 2048": { on(square2048) { $0.argMax(axis: 1) } },
  "cumsum 4M": { on(million) { $0.cumulativeSum(axis: 0) } },
  "cumsum axis 1 2048": { on(square2048) { $0.cumulativeSum(axis: 1) } },
]

private let products: [String: @Sendable () -> Workload] = [
  "matmul 64": { on([64, 64], [64, 64]) { matmul($0, $1) } },
  "matmul 256": { on([256, 256], [256, 256]) { matmul($0, $1) } },
  "matmul 1024": { on([1024, 1024], [1024, 1024]) { matmul($0, $1) } },
  "matmul 2048": { on(square2048, square2048) { matmul($0, $1) } },
  "matmul f64 512": { on([512, 512], [512, 512], .float64) { matmul($0, $1) } },
  "matmul bf16 1024": { on([1024, 1024], [1024, 1024], .bfloat16) { matmul($0, $1) } },
  "matvec 4096": { on([4096, 4096], [4096]) { matmul($0, $1) } },
  "batched matmul": { on([512, 64, 64], [512, 64, 64]) { matmul($0, $1) } },
  "gram 100000x64": { on([100_000, 64]) { matmul($0.T, $0) } },
  "vmap matvec mapped": {
    on([1024, 64, 64], [1024, 64]) { a, x in vmap { matmul($0, $1) }(a, x) }
  },
  "vmap matvec unmapped": {
    on([256, 256], [1024, 256]) { a, x in vmap(in: [nil, 0], { matmul($0, $1) })(a, x) }
  },
  "convolution": { on([32, 32, 32, 64], [64, 3, 3, 64]) { conv2d($0, $1, padding: [1]) } },
  "convolution backward": {
    let (x, w) = (numbers([32, 32, 32, 64]), numbers([64, 3, 3, 64], seed: 2))
    let ones = NDArray.ones([32, 32, 32, 64])
    eval(ones)
    return {
      let (gradients) = vjp(
        { (x: NDArray, w: NDArray) in conv2d(x, w, padding: [1]) }, (x, w), ones)
      return [gradients.vjps.0, gradients.vjps.1]
    }
  },
  "attention": {
    let (q, k, v) = attentionInputs()
    return { [attention(q, k, v)] }
  },
  "attention backward": {
    let (q, k, v) = attentionInputs()
    let weight = numbers([8, 512, 64], seed: 4)
    let gradient = grad { (q: NDArray, k: NDArray, v: NDArray) in
      (attention(q, k, v) * weight).sum()
    }
    return { [gradient(q, k, v)] }
  },
]

private func attentionInputs() -> (NDArray, NDArray, NDArray) {
  (numbers([8, 512, 64]), numbers([8, 512, 64], seed: 2), numbers([8, 512, 64], seed: 3))
}

private let indexed: [String: @Sendable () -> Workload] = [
  "gather 1M": {
    let (table, index) = (numbers([100_000, 16]), indices(1 << 20, below: 100_000))
    return { [table.take(index, axis: 0)] }
  },
  "scatter-add 1M": {
    let (index, values) = (indices(1 << 20, below: 100_000), numbers([1 << 20], seed: 2))
    let zero = NDArray.zeros([100_000])
    eval(zero)
    return { [zero.at[index].adding(values)] }
  },
  "sort 1M": { on([1 << 20]) { $0.sorted() } },
  "argsort 1M": { on([1 << 20]) { $0.argSort() } },
]

private let transforms: [String: @Sendable () -> Workload] = [
  "scalar gradient": { scalarGradient { $0 } },
  "scalar gradient compiled": { scalarGradient { compile($0) } },
  "per-example gradients": { perExampleGradients() },
  "jacobian 64": { jacobian64 { $0 } },
  "jacobian 64 compiled": { jacobian64 { compile($0) } },
  "hessian 64": { hessian64 { $0 } },
  "hessian 64 compiled": { hessian64 { compile($0) } },
  "value and gradient": {
    let (network, x, y) = perceptron()
    let step = valueAndGrad(loss)
    return {
      let (value, gradient) = step(network, x, y)
      return [value] + gradient.arrays
    }
  },
  "sgd step": {
    let (network, x, y) = perceptron()
    let gradient = grad(loss)
    return { network.descended(gradient(network, x, y), rate: 0.1).arrays }
  },
  "maml inner": { onTasks(metaLoss) { [$0] } },
  "maml inner compiled": { onTasks(compile(metaLoss)) { [$0] } },
  "maml outer": { onTasks(grad(metaLoss)) { $0.arrays } },
  "maml outer compiled": { onTasks(compile(grad(metaLoss))) { $0.arrays } },
  "regression": { regression { $0 } },
  "regression compiled": { regression { compile($0) } },
  "new shape": {
    let network = Network([128, 256, 10])
    let (x, y) = (numbers([4096, 128]), numbers([4096, 10], seed: 2))
    var rows = 1
    return {
      rows += 1
      let gradient = grad(loss)(network, x[0..<rows], y[0..<rows])
      return gradient.biases
    }
  },
]

private func scalarGradient(_ prepare: Preparation) -> Workload {
  let x = NDArray(0.5 as Float)
  let gradient = prepare(grad { (x: NDArray) in sin(x) * x * x })
  return { [gradient(x)] }
}

private func jacobian64(_ prepare: Preparation) -> Workload {
  let network = Network([64, 64, 64])
  let slopes = prepare(jacobian { network($0) })
  let x = numbers([64])
  return { [slopes(x)] }
}

private func hessian64(_ prepare: Preparation) -> Workload {
  let h = prepare(
    hessian { (x: NDArray) in
      square(x[1...] - square(x[..<(-1)])).sum() * 100 + square(1 - x).sum()
    })
  let x = numbers([64])
  return { [h(x)] }
}

/// A function of a small network and sixteen tasks of 32 examples.
private func onTasks<Result>(
  _ function: @escaping (Network, NDArray, NDArray) -> Result,
  _ arrays: @escaping (Result) -> [NDArray]
) -> Workload {
  let network = Network([16, 64, 1])
  let (x, y) = (numbers([16, 32, 16]), numbers([16, 32, 1], seed: 2))
  return { arrays(function(network, x, y)) }
}

/// A perceptron and the examples it learns.
private func perceptron() -> (Network, NDArray, NDArray) {
  (Network([128, 512, 512, 10]), numbers([256, 128]), numbers([256, 10], seed: 2))
}
