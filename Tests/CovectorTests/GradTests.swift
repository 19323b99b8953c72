// What grad, valueAndGrad, jacobian and hessian promise, one test for each rule; the names are those of
// the reference's behaviours that they keep, or put right.

import Testing

@testable import Covector

@Suite struct GradTests {
  let x = NDArray([1.0, 2.0, 3.0])
  let y = NDArray([4.0, 5.0, 6.0])

  @Test("grad.default_argument") func firstArgument() {
    #expect(numbers(grad { x, y in (x * y).sum() }(x, y)) == [4, 5, 6])
  }

  @Test("grad.argnums_one") func chosenArgument() {
    #expect(numbers(grad(wrt: \.1) { x, y in (x * x * y).sum() }(x, y)) == [1, 4, 9])
    #expect(numbers(grad(wrt: \.0) { x, y in (x * x * y).sum() }(x, y)) == [8, 20, 36])
  }

  @Test("grad.argnums_all") func allArguments() {
    let (a, b, c) = grad(wrt: .all) { a, b, c in (a * b * c).sum() }(x, y, x)
    #expect(numbers(a) == [4, 10, 18])
    #expect(numbers(b) == [1, 4, 9])
    #expect(numbers(c) == [4, 10, 18])
  }

  @Test("grad.argnums_part") func partOfAnArgument() {
    let f = { (p: Pair<NDArray, [NDArray]>, x: NDArray) in (p.second[1] * x * p.first).sum() }
    let gradient = grad(wrt: \.0.second[1], f)(Pair(first: 2.0, second: [x, y]), x)
    #expect(numbers(gradient) == [2, 4, 6])
    let alone = grad(wrt: \.first) { (p: Pair<NDArray, NDArray>) in (p.first * p.second).sum() }
    #expect(numbers(alone(Pair(first: x, second: y))) == [4, 5, 6])
  }

  @Test("grad.other_arg_object") func otherArgumentsOfAnyType() {
    struct Settings { let power: Int }
    let f = { (x: NDArray, settings: Settings) in pow(x, settings.power).sum() }
    #expect(numbers(grad(f)(x, Settings(power: 2))) == [2, 4, 6])
    #expect(numbers(grad(wrt: \.0, f)(x, Settings(power: 3))) == [3, 12, 27])
  }

  @Test("grad.dict_order") func dictionaryByName() {
    let gradient = grad { (p: [String: NDArray]) in
      (p["z", default: 0] * 2 + p["a", default: 0] * 3).sum()
    }(["z": x, "a": y])
    #expect(gradient.namedLeaves.map(\.name) == ["[\"a\"]", "[\"z\"]"])
    #expect(numbers(gradient["a", default: 0]) == [3, 3, 3])
    #expect(numbers(gradient["z", default: 0]) == [2, 2, 2])
  }

  @Test("grad.empty_tree") func nothingToDifferentiateBy() {
    #expect(
      mistake { _ = grad { (p: [NDArray]) in self.x.sum() }([]) }
        == "[grad] what is differentiated by holds no arrays; at least one is needed for a gradient"
    )
  }

  @Test("grad.tree_arg_with_none_leaf") func optionalLeaf() {
    let gradient = grad { (p: [NDArray?]) in p.compactMap(\.self).reduce(0, +).sum() }([x, nil, y])
    #expect(gradient.map { $0 == nil } == [false, true, false])
    #expect(numbers(gradient[2] ?? 0) == [1, 1, 1])
  }

  @Test("grad.non_scalar") func resultIsNotAScalar() {
    #expect(
      mistake { _ = grad { x in x * 2 }(x) }
        == "[grad] the function returned shape [3]; a gradient needs a scalar of shape [], so reduce it "
        + "with sum or mean, or use jacobian or vjp")
  }

  @Test("grad.size1_vector_output") func resultOfOneElement() {
    #expect(
      mistake { _ = valueAndGrad { x in x[0..<1] }(x) }
        == "[valueAndGrad] the function returned shape [1]; a gradient needs a scalar of shape [], so "
        + "reduce it with sum or mean, or use jacobian or vjp")
  }

  @Test("grad.int_input") func integerArgumentRefused() {
    #expect(
      mistake { _ = grad { n in (n * 2.5).sum() }(NDArray([1, 2])) }
        == "[grad] argument 0 has dtype int64, which has no derivatives; convert it with asType, or use it "
        + "from outside the function")
    #expect(
      mistake { _ = grad(wrt: \.1) { x, n in (x * n).sum() }(self.x, NDArray([1, 2, 3])) }
        == "[grad] the chosen part has dtype int64, which has no derivatives; convert it with asType, or "
        + "use it from outside the function")
    #expect(numbers(grad { x, n in (x * n).sum() }(x, NDArray([1, 2, 3]))) == [1, 2, 3])
  }

  @Test("grad.int_output_value") func integerLossGivesZeros() {
    #expect(numbers(grad { x in x.sum().asType(.int32) }(x)) == [0, 0, 0])
  }

  @Test("grad.complex_output") func complexLoss() {
    let gradient = grad { z in z * z }(NDArray(Complex(1.0, 2.0)))
    #expect(gradient.item(Complex<Double>.self) == Complex(2, -4))
  }

  @Test("grad.f16_loss", arguments: [DType.float16, .bfloat16, .float32, .float64])
  func dtypeOfTheLoss(dtype: DType) {
    let (value, gradient) = valueAndGrad { x in (x * x).sum() }(x.asType(dtype))
    #expect(value.dtype == dtype)
    #expect(gradient.dtype == dtype)
    #expect(numbers(gradient) == [2, 4, 6])
  }

  @Test("grad.unused_argument") func unusedArgument() {
    #expect(numbers(grad { x, y in y.sum() }(x, y)) == [0, 0, 0])
  }

  @Test("grad.mutation_in_arg_dict") func changesToArgumentsStayInside() {
    let parameters = ["w": x]
    let gradient = grad { (p: [String: NDArray]) in
      var p = p
      p["w"] = p["w", default: 0] * 2
      p["new"] = self.y
      return (p["w", default: 0] * p["new", default: 0]).sum()
    }(parameters)
    #expect(gradient.keys.sorted() == ["w"])
    #expect(numbers(gradient["w", default: 0]) == [8, 10, 12])
    #expect(numbers(parameters["w", default: 0]) == [1, 2, 3])
  }

  @Test("grad.mutation_adds_key") func keyAddedInside() {
    let parameters = ["a": NDArray(3.0)]
    let gradient = grad { (p: [String: NDArray]) in
      var p = p
      p["b"] = p["a", default: 0] * 2
      return p["b", default: 0] * p["a", default: 0]
    }(parameters)
    #expect(gradient.keys.sorted() == ["a"] && gradient["a"]?.item(Double.self) == 12)
    #expect(parameters.keys.sorted() == ["a"])
  }

  @Test("grad.exception_in_fun_arg_is_tracer") func mistakeLeavesArgumentsAlone() {
    #expect(mistake { _ = grad { x in matmul(x, NDArray([1.0])) }(x) } != "no mistake")
    #expect(numbers(x) == [1, 2, 3])
  }

  @Test("grad.of_grad") func manyDerivatives() {
    let fifth = grad(grad(grad(grad { x in x * x * x * x * x })))
    #expect(numbers(fifth(2.0)) == [240])
  }

  @Test("grad.full") func repeatedScalar() {
    #expect(numbers(grad { v in v.broadcast(to: [3]).sum() }(7.0)) == [3])
  }
}

@Suite struct ValueAndGradTests {
  let x = NDArray([1.0, 2.0, 3.0])

  @Test("vag.returns_tuple_aux") func auxiliaryOfAnyType() {
    var calls = 0
    let f = valueAndGrad { (x: NDArray) -> (NDArray, [String]) in
      calls += 1
      return ((x * x).sum(), ["any", "value"])
    }
    let (value, auxiliary, gradient) = f(x)
    #expect(numbers(value) == [14])
    #expect(auxiliary == ["any", "value"])
    #expect(numbers(gradient) == [2, 4, 6])
    #expect(calls == 1)
  }

  @Test("vag.aux_nonscalar_ok") func auxiliaryArray() {
    let result = valueAndGrad { (x: NDArray) in ((x * x).sum(), x * 10) }(x)
    #expect(numbers(result.auxiliary) == [10, 20, 30])
  }

  @Test("vag.aux_optional") func auxiliaryThatIsNil() {
    let result = valueAndGrad { (x: NDArray) -> (NDArray, Int?) in (x.sum(), nil) }(x)
    #expect(result.auxiliary == nil)
  }

  @Test("vag.aux_no_gradient") func auxiliaryTakesNoPart() {
    let result = valueAndGrad { (x: NDArray) in (x.sum(), (x * x * x).sum()) }(x)
    #expect(numbers(result.gradient) == [1, 1, 1])
  }

  @Test("vag.aux_differentiable_outer") func auxiliaryUnderAnOuterGradient() {
    let gradient = grad { x in
      valueAndGrad { (x: NDArray) in (x, x * x * x) }(x).auxiliary
    }(2.0)
    #expect(numbers(gradient) == [12])
  }

  @Test("vag.value_differentiable_outer") func valueUnderAnOuterGradient() {
    #expect(numbers(grad { x in valueAndGrad { x in x * x * x }(x).value }(2.0)) == [12])
  }

  @Test("vag.choice") func choiceOfArguments() {
    let f = { (x: NDArray, w: NDArray) in ((x * w).sum(), "aux") }
    #expect(numbers(valueAndGrad(f)(x, x * 2).gradient) == [2, 4, 6])
    #expect(numbers(valueAndGrad(wrt: \.1, f)(x, x * 2).gradient) == [1, 2, 3])
    let all = valueAndGrad(wrt: .all, f)(x, x * 2)
    #expect(numbers(all.gradient.0) == [2, 4, 6])
    #expect(all.auxiliary == "aux")
  }

  @Test("vag.labels") func labelsOfTheFunctionsTuple() {
    let result = valueAndGrad { (x: NDArray) in (loss: x.sum(), logits: x * 2) }(x)
    #expect(numbers(result.value) == [6])
    #expect(numbers(result.auxiliary) == [2, 4, 6])
  }
}

@Suite struct JacobianTests {
  let x = NDArray([1.0, 2.0, 3.0])
  private func f(_ x: NDArray) -> NDArray { stacked([x.sum(), (x * x).sum()]) }

  @Test(arguments: [JacobianMode.automatic, .forward, .reverse])
  func bothModesAgree(mode: JacobianMode) {
    let result = jacobian(mode: mode, f)(x)
    #expect(result.shape == [2, 3])
    #expect(numbers(result) == [1, 1, 1, 2, 4, 6])
  }

  @Test(arguments: [JacobianMode.forward, .reverse])
  func shapesOfMatrices(mode: JacobianMode) {
    let matrix = counting(2, 3)
    let result = jacobian(mode: mode) { m in m.T * 2 }(matrix)
    #expect(result.shape == [3, 2, 2, 3])
    #expect(result.sum().item(Double.self) == 12)
    #expect(result[2, 1, 1, 2].item(Double.self) == 2)
  }

  @Test(arguments: [JacobianMode.forward, .reverse])
  func trees(mode: JacobianMode) {
    let result = jacobian(mode: mode) { (p: [String: NDArray], x: NDArray) in
      p["a", default: 0] * x + p["b", default: 0]
    }(["a": 2.0, "b": x, "unused": NDArray([1.0, 2.0])], x)
    #expect(numbers(result["a", default: 0]) == [1, 2, 3])
    #expect(numbers(result["b", default: 0]) == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(result["unused"]?.shape == [3, 2])
    #expect(numbers(result["unused", default: 1]) == [0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: [JacobianMode.forward, .reverse])
  func emptyArrays(mode: JacobianMode) {
    #expect(jacobian(mode: mode) { x in x * 2 }(counting(0)).shape == [0, 0])
    #expect(jacobian(mode: mode) { x in x.sum() }(counting(0)).shape == [0])
  }

  @Test(arguments: [JacobianMode.forward, .reverse])
  func holomorphic(mode: JacobianMode) {
    let result = jacobian(mode: mode) { z in z * z }(NDArray([Complex(1.0, 2.0)]))
    #expect(result.array(of: Complex<Double>.self) == [Complex(2, 4)])
  }

  @Test func complexResultOfRealArgument() {
    let result = jacobian { x in complex(x, x * 2) }(NDArray([1.0]))
    #expect(result.array(of: Complex<Double>.self) == [Complex(1, 2)])
    #expect(
      mistake { _ = jacobian(mode: .reverse) { x in complex(x, x * 2) }(self.x) }
        == "[jacobian] cotangents give half of the derivatives of a complex result by a real argument; use "
        + "the mode .forward")
    #expect(
      mistake { _ = jacobian { z in abs(z) }(NDArray([Complex(1.0, 2.0)])) }
        == "[jacobian] a real result of a complex argument has two derivatives for each pair of elements; "
        + "use grad or vjp, or make the result complex")
  }

  @Test func hessianOfChosenPart() {
    let result = hessian(wrt: \.1) { x, y in (x * y * y).sum() }(x, x)
    #expect(numbers(result) == [2, 0, 0, 0, 4, 0, 0, 0, 6])
    let first = hessian { (x: NDArray, power: Int) in pow(x, power).sum() }(x, 3)
    #expect(numbers(first.diagonal()) == [6, 12, 18])
  }

  @Test func hessianIsSymmetric() {
    let result = hessian { x in exp((x * x.flipped()).sum() / 10) }(x)
    #expect(numbers(abs(result - result.T).max())[0] < 1e-15)
  }

  @Test func hessianOfComplexRefused() {
    #expect(
      mistake { _ = hessian { z in abs(z).sum() }(NDArray([Complex(1.0, 2.0)])) }
        == "[hessian] argument 0 has dtype complex128; the Hessian is defined for real arrays")
  }

  @Test func hessianOfNonScalar() {
    #expect(
      mistake { _ = hessian { x in x * x }(self.x) }
        == "[hessian] the function returned shape [3]; a gradient needs a scalar of shape [], so reduce it "
        + "with sum or mean, or use jacobian or vjp")
  }

  @Test func productsWithVectors() {
    let f = { (x: NDArray, y: NDArray) in (x * x * y).sum() }
    let (y, v, w) = (x * 10, NDArray([1.0, 0.0, 2.0]), NDArray([0.0, 1.0, 1.0]))
    // The Hessian's blocks are diag(2 y), diag(2 x), diag(2 x), 0.
    for product in [hvp(f, (x, y), (v, w)), vhp(f, (x, y), (v, w))] {
      #expect(numbers(product.0) == [20, 4, 126])
      #expect(numbers(product.1) == [2, 0, 12])
    }
    #expect(
      mistake { _ = hvp(f, (x, y), (v, NDArray([1.0]))) }
        == "[hvp] the tangent of argument 1 has type float64[1]; it must be float64[3], as argument 1 is"
    )
  }
}
