// Forty-two ways in which users write transforms. That they compile, in the types they are given here, is
// half of the test; the other half is the value.

import Testing

@testable import Covector

private func cube(_ x: NDArray) -> NDArray { x * x * x }
private func product(_ x: NDArray, _ y: NDArray) -> NDArray { x * y }
private func loss(_ network: Network, _ x: NDArray, _ y: NDArray) -> NDArray {
  square(network(x) - y).sum()
}

@Suite struct Usage42Tests {
  let x = NDArray([1.0, 2.0, 3.0])
  let y = NDArray([4.0, 5.0, 6.0])
  let batch = counting(4, 3)

  @Test func u01_unannotatedClosureOfTwo() {
    let f = vmap { x, y in x * y }
    #expect(numbers(f(x, y)) == [4, 10, 18])
  }

  @Test func u02_axesListAndAnnotatedClosure() {
    let f = vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in x + y }
    #expect(f(x, y).shape == [3, 3])
  }

  @Test func u03_namedFunction() {
    #expect(numbers(vmap(product)(x, y)) == [4, 10, 18])
  }

  @Test func u04_tupleResult() {
    let (sum, product) = vmap { x, y in (x + y, x * y) }(x, y)
    #expect(numbers(sum) == [5, 7, 9])
    #expect(numbers(product) == [4, 10, 18])
  }

  @Test func u05_labelledTupleResult() {
    let (value, other) = vmap { (x: NDArray) in (value: x * 2, other: x + 1) }(x)
    #expect(numbers(value) == [2, 4, 6])
    #expect(numbers(other) == [2, 3, 4])
  }

  @Test func u06_multiStatementAnnotated() {
    let f = vmap { (x: NDArray, y: NDArray) in
      let z = x * y
      return z + 1
    }
    #expect(numbers(f(x, y)) == [5, 11, 19])
  }

  @Test func u07_multiStatementUnannotated() {
    let f = vmap { x in
      let z = x * x
      return z + 1
    }
    #expect(numbers(f(x)) == [2, 5, 10])
  }

  @Test func u08_chainedCall() {
    #expect(vmap(cube)(x).sum().item(Double.self) == 36)
  }

  @Test func u09_vmapOfGrad() {
    #expect(numbers(vmap(grad(cube))(x)) == [3, 12, 27])
  }

  @Test func u10_vmapOfGradOfItsResult() {
    #expect(numbers(vmap(cube)(vmap(grad(cube))(x))) == [27, 1728, 19683])
  }

  @Test func u11_gradOfVmap() {
    #expect(numbers(grad { x in vmap(cube)(x).sum() }(x)) == [3, 12, 27])
  }

  @Test func u12_vmapOfVmap() {
    #expect(numbers(vmap(vmap(cube))(batch)) == numbers(batch * batch * batch))
  }

  @Test func u13_gradOfGrad() {
    #expect(grad(grad { x in x * x * x })(2.0).item(Double.self) == 12)
  }

  @Test func u14_vmapOfGradWithClosure() {
    let f = vmap(in: [0, nil], grad { (a: NDArray, b: NDArray) in a * a * b })
    #expect(numbers(f(x, 10)) == [20, 40, 60])
  }

  @Test func u15_valueAndGradient() {
    let (value, gradient) = valueAndGrad { (x: NDArray, w: NDArray) in (x * w).sum() }(x, y)
    #expect(value.item(Double.self) == 32)
    #expect(numbers(gradient) == [4, 5, 6])
  }

  @Test func u16_auxiliaryResults() {
    let (value, auxiliary, gradient) = valueAndGrad { (x: NDArray) in
      (square(x).sum(), (square: square(x), note: "kept"))
    }(x)
    #expect(value.item(Double.self) == 14)
    #expect(numbers(auxiliary.square) == [1, 4, 9])
    #expect(auxiliary.note == "kept")
    #expect(numbers(gradient) == [2, 4, 6])
  }

  @Test func u17_vjpInOneExpression() {
    #expect(numbers(vjp({ x, y in x * y }, (x, y), y).vjps.1) == [4, 10, 18])
  }

  @Test func u18_vjpOfLiterals() {
    let (output, gradient) = vjp({ x in x * x }, 3.0, 1.0)
    #expect(output.item(Double.self) == 9)
    #expect(gradient.item(Double.self) == 6)
  }

  @Test func u19_pullbackCalledTwice() {
    let (outputs, pullback) = vjp(product, (x, y))
    #expect(numbers(outputs) == [4, 10, 18])
    #expect(numbers(pullback(x).0) == [4, 10, 18])
    #expect(numbers(pullback(y).1) == [4, 10, 18])
  }

  @Test func u20_jvp() {
    let (outputs, tangents) = jvp(product, (x, y), (y, x))
    #expect(numbers(outputs) == [4, 10, 18])
    #expect(numbers(tangents) == [17, 29, 45])
  }

  @Test func u21_gradientOfStruct() {
    let gradient = grad(loss)(.small, x, 1.0)
    #expect(gradient.name == "small")
    #expect(gradient.layers[0].weight.shape == [2, 3])
    #expect(gradient.layers[1].bias == nil)
  }

  @Test func u22_structOverBatch() {
    let f = vmap(in: [nil, 0]) { (network: Network, x: NDArray) in network(x) }
    #expect(f(.small, batch).shape == [4, 1])
  }

  @Test func u23_stackedStructs() {
    let stack = Network.small.mapLeaves { stacked([$0, $0 * 2], axis: -1) }
    let f = vmap(in: [-1, nil]) { (network: Network, x: NDArray) in network(x) }
    #expect(f(stack, x).shape == [2, 1])
  }

  @Test func u24_dictionary() {
    let parameters: [String: NDArray] = ["w": y, "b": 1.0]
    let gradient = grad { (p: [String: NDArray], x: NDArray) in
      (p["w", default: 0] * x + p["b", default: 0]).sum()
    }(parameters, x)
    #expect(numbers(gradient["w", default: 0]) == [1, 2, 3])
    #expect(numbers(gradient["b", default: 0]) == [3])
  }

  @Test func u25_optionalArgument() {
    let f = vmap { (x: NDArray, bias: NDArray?) in bias.map { x + $0 } ?? x }
    #expect(numbers(f(x, nil)) == [1, 2, 3])
    #expect(numbers(f(x, y)) == [5, 7, 9])
  }

  @Test func u26_arrayOfArrays() {
    let f = vmap(in: [[0, nil]]) { (parts: [NDArray]) in parts[0] + parts[1].sum() }
    #expect(numbers(f([x, y])) == [16, 17, 18])
  }

  @Test func u27_operator() {
    let f: (NDArray, NDArray) -> NDArray = vmap(*)
    #expect(numbers(f(x, y)) == [4, 10, 18])
  }

  @Test func u28_libraryFunction() {
    #expect(numbers(vmap(abs)(-x)) == [1, 2, 3])
  }

  @Test func u29_gradInsideVmap() {
    let f = vmap { (x: NDArray) in x * grad { y in y * y * x }(x) }
    #expect(numbers(f(x)) == [2, 16, 54])
  }

  @Test func u30_capturedArrayAndSwiftNumber() {
    let (scale, offset) = (2.5, y)
    #expect(vmap { x in x * scale + offset }(x).shape == [3, 3])
  }

  @Test func u31_gradientByKeyPath() {
    #expect(numbers(grad(wrt: \.1) { x, w in (x * w).sum() }(x, y)) == [1, 2, 3])
  }

  @Test func u32_gradientByAllArguments() {
    let (byX, byW) = grad(wrt: .all) { x, w in (x * w).sum() }(x, y)
    #expect(numbers(byX) == [4, 5, 6])
    #expect(numbers(byW) == [1, 2, 3])
  }

  @Test func u33_gradientByPartOfStruct() {
    let weight = grad(wrt: \.0.layers[1].weight, loss)(.small, x, 0.0)
    #expect(numbers(weight) == numbers(grad(loss)(.small, x, 0.0).layers[1].weight))
  }

  @Test func u34_jacobian() {
    #expect(numbers(jacobian { x in x * x }(x)) == [2, 0, 0, 0, 4, 0, 0, 0, 6])
  }

  @Test func u35_hessian() {
    #expect(numbers(hessian { x in cube(x).sum() }(x)) == [6, 0, 0, 0, 12, 0, 0, 0, 18])
  }

  @Test func u36_hessianVectorProduct() {
    #expect(numbers(hvp({ x in cube(x).sum() }, x, y)) == [24, 60, 108])
  }

  @Test func u37_perExampleGradients() {
    let gradients = vmap(in: [nil, 0, 0], grad(loss))(.small, batch, counting(4))
    #expect(gradients.layers[0].weight.shape == [4, 2, 3])
    let second = grad(loss)(.small, batch[1], 1.0)
    #expect(numbers(gradients.layers[0].weight[1]) == numbers(second.layers[0].weight))
  }

  @Test func u38_methodOfAValue() {
    #expect(vmap(Network.small.callAsFunction)(batch).shape == [4, 1])
  }

  @Test func u39_outputAxes() {
    let (columns, whole) = vmap(in: 1, out: [1, nil]) { (x: NDArray) in (x * 2, self.y) }(batch)
    #expect(numbers(columns) == numbers(batch * 2))
    #expect(numbers(whole) == [4, 5, 6])
  }

  @Test func u40_swiftIfUnderGrad() {
    let f = grad { x in x.item(Double.self) > 0 ? x * x : -x }
    #expect(f(3.0).item(Double.self) == 6)
    #expect(f(-3.0).item(Double.self) == -1)
  }

  @Test func u41_swiftWhileUnderGrad() {
    let f = grad { (x: NDArray) in
      var power = x
      while power.item(Double.self) < 100 { power = power * x }
      return power
    }
    #expect(f(5.0).item(Double.self) == 75)
  }

  @Test func u42_fiveArgumentsNestedThreeDeep() {
    let f = vmap { (a: NDArray, b: NDArray, c: NDArray, d: NDArray, e: NDArray) in
      a * b + c * d + e
    }
    #expect(numbers(f(x, x, x, x, x)) == [3, 10, 21])
    let g = vmap(in: [0, nil], vmap(in: [nil, 0], grad { (a: NDArray, b: NDArray) in a * a * b }))
    #expect(numbers(g(x, y)) == [8, 10, 12, 16, 20, 24, 24, 30, 36])
  }
}
