// The example of the README, as it stands there.

import Covector
import Testing

private struct Perceptron: ArrayTree {
  var w1, b1, w2: NDArray
  let activation = "tanh"
  func callAsFunction(_ x: NDArray) -> NDArray { matmul(tanh(matmul(x, w1) + b1), w2) }
}

private func loss(_ model: Perceptron, _ x: NDArray, _ y: NDArray) -> NDArray {
  square(model(x) - y).mean()
}

@Suite struct ReadmeTests {
  @Test func example() {
    let model = Perceptron(
      w1: NDArray.full([2, 8], 0.1), b1: .linspace(from: -1, to: 1, count: 8), w2: .ones([8, 1]))
    let xs: NDArray = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let ys: NDArray = [[0], [1], [1], [0]]

    let g = grad(loss)(model, xs * 1.0, ys * 1.0)
    let each = vmap(grad(loss), in: (nil, 0, 0))(model, xs * 1.0, ys * 1.0)
    #expect(each.w1.shape == [4, 2, 8])
    #expect(g.activation == "tanh")
    #expect(allClose(each.w1.mean(axis: 0), g.w1).item())

    let cube = { (x: NDArray) in x * x * x }
    #expect(vmap(grad(grad(cube)))([1.0, 2.0, 3.0]).array(of: Float.self) == [6, 12, 18])
  }
}
