// What jvp, linearize and linearTranspose promise, one test for each rule; the names are those of the
// reference's behaviours that they keep, or put right.

import Testing

@testable import Covector

@Suite struct JvpTests {
  let x = NDArray([1.0, 2.0, 3.0])
  let y = NDArray([4.0, 5.0, 6.0])

  @Test("jvp.return_types") func resultsHaveTheTypesOfTheFunction() {
    let (outputs, tangents) = jvp({ (x: NDArray) in Pair(first: [x * x], second: x.sum()) }, x, y)
    #expect(numbers(outputs.first[0]) == [1, 4, 9])
    #expect(numbers(tangents.first[0]) == [8, 20, 36])
    #expect(numbers(tangents.second) == [15])
  }

  @Test("jvp.count_mismatch") func tooFewTangents() {
    #expect(
      mistake { _ = jvp({ (p: [NDArray]) in p[0] + p[1] }, [x, y], [x]) }
        == "[jvp] there is no tangent for argument 0[1]; every array of the arguments needs one")
  }

  @Test("jvp.shape_mismatch") func tangentOfAnotherShape() {
    #expect(
      mistake { _ = jvp({ x, y in x * y }, (x, y), (x, NDArray([1.0]))) }
        == "[jvp] the tangent of argument 1 has type float64[1]; it must be float64[3], as argument 1 is"
    )
  }

  @Test("jvp.dtype_mismatch_f32_tangent_f16_primal") func tangentOfAnotherDType() {
    #expect(
      mistake { _ = jvp({ x in x * 2 }, x.asType(.float16), x.asType(.float32)) }
        == "[jvp] the tangent of argument 0 has type float32[3]; it must be float16[3], as argument 0 is"
    )
    let (_, tangent) = jvp({ x in x * 2 }, NDArray(1.0).asType(.float16), 3.0)
    #expect(tangent.dtype == .float16)
    #expect(numbers(tangent) == [6])
  }

  @Test("jvp.int_primal_float_tangent") func integerPrimalRefused() {
    #expect(
      mistake { _ = jvp({ n in n * 2 }, NDArray([1, 2]), NDArray([1.0, 1.0])) }
        == "[jvp] argument 0 has dtype int64, which has no derivatives; convert it with asType, or use it "
        + "from outside the function")
  }

  @Test("jvp.bool_output") func boolResult() {
    let (output, tangent) = jvp({ x in x .> 1.5 }, x, y)
    #expect(output.array(of: Bool.self) == [false, true, true])
    #expect(tangent.dtype == .bool)
    #expect(tangent.array(of: Bool.self) == [false, false, false])
  }

  @Test("jvp.argmax_output") func argMaxResult() {
    let (output, tangent) = jvp({ x in x.argMax() }, x, y)
    #expect(tangent.dtype == output.dtype)
    #expect(tangent.item(Int.self) == 0)
  }

  @Test("jvp.constant_output") func constantResult() {
    let (outputs, tangents) = jvp({ x in (NDArray([7.0]), x) }, x, y)
    #expect(numbers(outputs.0) == [7])
    #expect(numbers(tangents.0) == [0])
    #expect(numbers(tangents.1) == [4, 5, 6])
  }

  @Test("jvp.stop_gradient") func stoppedResult() {
    #expect(numbers(jvp({ x in stopGradient(x * x) + x }, x, y).tangents) == [4, 5, 6])
  }

  @Test("jvp.of_jvp") func secondDerivative() {
    let first = { (x: NDArray) in jvp({ x in x * x * x }, x, 1.0).tangents }
    #expect(numbers(jvp(first, 2.0, 1.0).tangents) == [12])
  }

  @Test("jvp.perturbation_confusion") func levelsDoNotMixForward() {
    // d/dx (x · d/dy (x + y)) = 1; a confusion of levels gives 2.
    let f = { (x: NDArray) in x * jvp({ y in x + y }, 1.0, 1.0).tangents }
    #expect(numbers(jvp(f, 1.0, 1.0).tangents) == [1])
  }

  @Test("jvp.perturbation_confusion_rev") func levelsDoNotMixReverse() {
    let f = { (x: NDArray) in x * grad { y in x + y }(1.0) }
    #expect(numbers(grad(f)(1.0)) == [1])
    #expect(numbers(jvp(f, 1.0, 1.0).tangents) == [1])
  }

  @Test("jvp.nested_closure_product") func nestedProduct() {
    // d/dx (x · d/dy (x y²) at y = 3) = d/dx 6 x² = 24 at x = 2.
    let f = { (x: NDArray) in x * jvp({ y in x * y * y }, 3.0, 1.0).tangents }
    #expect(numbers(jvp(f, 2.0, 1.0).tangents) == [24])
  }

  @Test("jvp.vjp_of_jvp") func reverseOverForward() {
    let f = { (x: NDArray) in jvp({ x in x * x * x }, x, y).tangents }
    #expect(numbers(vjp(f, x, NDArray([1.0, 1.0, 1.0])).vjps) == [24, 60, 108])
  }

  @Test("jvp.linear_in_tangent_grad") func gradientByTheTangent() {
    let gradient = grad { t in jvp({ x in x * x }, self.x, t).tangents.sum() }(y)
    #expect(numbers(gradient) == [2, 4, 6])
  }

  @Test func structTangents() {
    let network = Network.small
    let (_, tangent) = jvp({ $0(self.x) }, network, network.mapLeaves { $0 * 0 })
    #expect(numbers(tangent) == [0])
  }

  @Test func linearizedOnceCalledOften() {
    var calls = 0
    let (outputs, pushforward) = linearize(
      { (x: NDArray, y: NDArray) -> NDArray in
        calls += 1
        return x * y
      }, (x, y))
    #expect(numbers(outputs) == [4, 10, 18])
    #expect(numbers(pushforward(x, y)) == [8, 20, 36])
    #expect(numbers(pushforward(y, x)) == [17, 29, 45])
    #expect(calls == 1)
    #expect(numbers(vmap(in: [0, nil], pushforward)(stacked([x, y]), y)).count == 6)
  }

  @Test func linearFunctionTransposed() {
    let matrix = counting(2, 3)
    let transposed = linearTranspose({ x in matmul(matrix, x) }, like: x)
    #expect(numbers(transposed(NDArray([1.0, 10.0]))) == [30, 41, 52])
    let both = linearTranspose({ (a: NDArray, b: NDArray) in a * 2 + b.sum() }, like: (x, y))
    #expect(numbers(both(x).0) == [2, 4, 6])
    #expect(numbers(both(x).1) == [6, 6, 6])
  }

  @Test func functionThatIsNotLinear() {
    #expect(
      mistake { _ = linearTranspose({ x in x * x }, like: x) }
        == "[linearTranspose] the function is not linear: its derivative depends on its arguments; use "
        + "vjp to differentiate it at a point")
  }

  @Test func linearFunctionThatDifferentiatesInside() {
    let f = { (x: NDArray) in x * grad { y in (y * y).sum() }(self.y) }
    #expect(numbers(linearTranspose(f, like: x)(x)) == [8, 20, 36])
  }
}
