// Functions with derivatives and batching rules of their own: kept in every order of transforms, over trees,
// closing over traced values, with replies that are checked.

import Synchronization
import Testing

@testable import Covector

/// Functions that square, with derivatives five times too large, so that it shows which rule was used.
private enum Marked {
  static func square(_ x: NDArray) -> NDArray { x * x }

  static var all: [(name: String, function: (NDArray) -> NDArray)] {
    [
      ("vjp", custom(square, vjp: { x, _, ct in 10 * x * ct })),
      ("jvp", custom(square, jvp: { x, _, t in 10 * x * t })),
      (
        "vjp and jvp",
        custom(square, vjp: { x, _, ct in 10 * x * ct }, jvp: { x, _, t in 10 * x * t })
      ),
      (
        "vjp and vmap",
        custom(square, vjp: { x, _, ct in 10 * x * ct }, vmap: { x, _, _ in x * x })
      ),
    ]
  }

  /// The n-th derivative at 2, as the rules have it.
  static func expected(_ order: Int) -> Double { [4, 20, 10, 0][order] }
}

@Suite struct CustomRuleTests {
  @Test func rulesAreKeptInEveryOrderToDepthThree() {
    let operators:
      [(name: String, order: Int, apply: (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray)] =
        [
          ("grad", 1, { grad($0) }),
          ("jvp", 1, { f in { x in jvp(f, x, 1.0).tangents } }),
          ("vjp", 1, { f in { x in vjp(f, x, 1.0).vjps } }),
          ("vmap", 0, { f in { x in vmap(f)(stacked([-x, x]))[1] } }),
          ("chunked vmap", 0, { f in { x in vmap(chunk: 1, f)(stacked([-x, x]))[1] } }),
        ]
    var lists = operators.map { [$0] }
    lists += operators.flatMap { a in operators.map { [a, $0] } }
    lists += operators.flatMap { a in operators.flatMap { b in operators.map { [a, b, $0] } } }
    for (rules, function) in Marked.all {
      for list in lists {
        let f = list.reduce(function) { f, transform in transform.apply(f) }
        let order = list.reduce(0) { $0 + $1.order }
        let name = list.map(\.name).reversed().joined(separator: " of ")
        #expect(
          f(NDArray(2.0)).item(Double.self) == Marked.expected(order), "\(name) with \(rules)")
      }
    }
  }

  @Test func outsideOfTransformsNoRuleRuns() {
    let calls = Mutex(0)
    let f = custom(
      { (x: NDArray) in x * 2 },
      vjp: { _, _, ct in
        calls.withLock { $0 += 1 }
        return ct * 2
      })
    #expect(f(3.0).item(Double.self) == 6)
    #expect(calls.withLock { $0 } == 0)
    #expect(grad(f)(3.0).item(Double.self) == 2)
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func severalArgumentsAndResults() {
    // The quotient and the remainder, with derivatives that only rules can give.
    let divide = { (x: NDArray, y: NDArray) -> (NDArray, NDArray) in
      let quotient = floor(x / y)
      return (quotient, x - quotient * y)
    }
    let rule = {
      (x: (NDArray, NDArray), y: (NDArray, NDArray), ct: (NDArray, NDArray)) -> (NDArray, NDArray)
      in
      (ct.0 / x.1 + ct.1, -ct.1 * y.0)
    }
    let f = custom(divide, vjp: rule)
    let (outputs, pulled) = vjp(f, (NDArray(7.0), NDArray(2.0)), (NDArray(1.0), NDArray(10.0)))
    #expect(outputs.0.item(Double.self) == 3)
    #expect(outputs.1.item(Double.self) == 1)
    #expect(pulled.0.item(Double.self) == 10.5)
    #expect(pulled.1.item(Double.self) == -30)
    let tangents = jvp(f, (NDArray(7.0), NDArray(2.0)), (NDArray(1.0), NDArray(1.0))).tangents
    #expect(tangents.0.item(Double.self) == 0.5)
    #expect(tangents.1.item(Double.self) == -2)
  }

  @Test func treesOfArguments() {
    let layer = Layer(weight: counting(1, 2, from: 1), bias: NDArray([1.0]), activation: "none")
    let f = custom(
      { (layer: Layer, x: NDArray) in layer(x) },
      vjp: { primals, _, ct in
        var cotangent = primals.0
        cotangent.weight = ct * primals.1.expandingAxes(0) * 7
        cotangent.bias = ct * 3
        return (cotangent, ct * primals.0.weight[0])
      })
    let gradient = grad { (layer: Layer) in f(layer, NDArray([1.0, 2.0])).sum() }(layer)
    #expect(numbers(gradient.weight) == [7, 14])
    #expect(gradient.bias.map(numbers) == [3])
    #expect(gradient.activation == "none")
  }

  @Test func integersHaveNoCotangentToGive() {
    let f = custom(
      { (x: NDArray, index: NDArray) in x.take(index, axis: 0) },
      vjp: { primals, _, ct in
        (NDArray.zeros([3], dtype: .float64) + ct * 2, primals.1)
      })
    let gradient = grad { (x: NDArray) in f(x, NDArray(Int32(1))) }(NDArray([1.0, 2.0, 3.0]))
    #expect(numbers(gradient) == [2, 2, 2])
  }

  @Test func complexPullbackTransposesToThePushforward() {
    // The derivative of z² is 2z; a pullback multiplies by the conjugate.
    let f = custom({ (z: NDArray) in z * z }, vjp: { z, _, ct in ct * (2 * z).conjugated })
    let z = NDArray(Complex(1.0, 2.0))
    let t = NDArray(Complex(0.5, -1.0))
    let own = jvp(f, z, t).tangents
    let plain = jvp({ z in z * z }, z, t).tangents
    #expect(numbers(own.real) == numbers(plain.real))
    #expect(numbers(own.imaginary) == numbers(plain.imaginary))
  }

  // MARK: Traced values in functions and rules

  @Test func ruleCapturesAVariableOfAnOuterLevel() {
    // The derivative by x is w x; by w of that, x.
    let f = { (w: NDArray, x: NDArray) in
      custom({ (x: NDArray) in x * x / 2 }, vjp: { x, _, ct in ct * w * x })(x)
    }
    let slope = { (w: NDArray, x: NDArray) in grad { (x: NDArray) in f(w, x) }(x) }
    #expect(slope(3.0, 5.0).item(Double.self) == 15)
    #expect(grad(slope)(3.0, 5.0).item(Double.self) == 5)
    let w = NDArray([3.0, 4.0])
    let x = NDArray([5.0, 7.0])
    #expect(numbers(vmap(slope)(w, x)) == [15, 28])
    // Each lane's rule belongs to its own w, also when the gradient is taken outside.
    #expect(numbers(grad { (x: NDArray) in vmap(f)(w, x).sum() }(x)) == [15, 28])
    #expect(numbers(vmap(grad(slope))(w, x)) == [5, 7])
    let outer = grad { (w: NDArray) in
      grad { (x: NDArray) in vmap(f)(w, x).sum() }(x).sum()
    }
    #expect(numbers(outer(w)) == [5, 7])
    // The rule alone captures what is mapped.
    #expect(numbers(vmap(in: [0, nil], slope)(w, NDArray([2.0])[0])) == [6, 8])
  }

  @Test func functionCapturesAMappedArray() {
    // The arguments are the same for every lane; what is captured is not.
    let f = { (x: NDArray, y: NDArray) in
      custom({ (_: NDArray) in x }, vjp: { _, _, ct in ct })(y)
    }
    #expect(f(1.0, 2.0).item(Double.self) == 1)
    #expect(numbers(vmap(f)(NDArray([1.0]), NDArray([2.0]))) == [1])
    let shared = NDArray([2.0])[0]
    #expect(numbers(vmap(in: [0, nil], f)(NDArray([1.0, 4.0]), shared)) == [1, 4])
  }

  @Test func functionCapturesAMappedKey() {
    let sample = { (key: NDArray) in
      custom(
        { (alpha: NDArray) in alpha * Random.normal([2], dtype: .float64, key: key) },
        jvp: { _, sample, t in sample * t })(2.0)
    }
    let keys = Random.split(Random.key(1), into: 3)
    let all = vmap(sample)(keys)
    for lane in 0..<3 { #expect(numbers(all[lane]) == numbers(sample(keys[lane]))) }
    let slopes = vmap { (key: NDArray) in
      jvp(
        { (alpha: NDArray) in
          custom(
            { (alpha: NDArray) in alpha * Random.normal([2], dtype: .float64, key: key) },
            jvp: { _, sample, t in sample * t })(alpha)
        }, NDArray(2.0), NDArray(1.0)
      ).tangents
    }(keys)
    #expect(numbers(slopes) == numbers(all))
  }

  @Test func derivativeByWhatTheFunctionCaptures() {
    let f = { (w: NDArray) in custom({ (x: NDArray) in w * x }, vjp: { _, _, ct in ct })(2.0) }
    let expected =
      "[custom] the function captures an array that the derivative is taken by, and its rules answer for "
      + "arguments only; pass it as an argument, or capture stopGradient of it"
    #expect(mistake { _ = grad(f)(3.0) } == expected)
    #expect(mistake { _ = jvp(f, NDArray(3.0), NDArray(1.0)) } == expected)
    let stopped = { (w: NDArray) in
      custom({ (x: NDArray) in stopGradient(w) * x }, vjp: { _, _, ct in ct })(w)
    }
    #expect(grad(stopped)(3.0).item(Double.self) == 1)
  }

  @Test func sharedArgumentsGetTheSumOverLanes() {
    let f = custom(
      { (w: NDArray, x: NDArray) in w * x },
      vjp: { primals, _, ct in (ct * primals.1, ct * primals.0) })
    let x = NDArray([1.0, 2.0, 3.0])
    let gradient = grad { (w: NDArray) in vmap(in: [nil, 0], f)(w, x).sum() }
    #expect(gradient(NDArray([2.0])[0]).item(Double.self) == 6)
  }

  // MARK: Batching rules

  @Test func batchingRuleIsUsedAndDifferentiable() {
    let sizes = Mutex<[Int]>([])
    let f = custom(
      { (w: NDArray, x: NDArray) in (w * x).sum() },
      vmap: { arguments, size, isMapped in
        sizes.withLock { $0.append(isMapped == [false, true] ? size : -1) }
        return matmul(arguments.1, arguments.0)
      })
    let w = NDArray([1.0, 2.0])
    let x = counting(3, 2)
    #expect(numbers(vmap(in: [nil, 0], f)(w, x)) == [2, 8, 14])
    #expect(sizes.withLock { $0 } == [3])
    #expect(numbers(grad { (w: NDArray) in vmap(in: [nil, 0], f)(w, x).sum() }(w)) == [6, 9])
  }

  @Test func ownPullbackInsideAnOwnBatchingRule() {
    let add = custom({ (a: NDArray, b: NDArray) in a + b }, vjp: { _, _, ct in (ct, ct) })
    let batched = custom(
      { (a: NDArray, b: NDArray) in add(a, b) },
      vmap: { arguments, _, _ in arguments.0 + arguments.1 })
    let pulled = vjp(batched, (NDArray(1.0), NDArray(2.0)), NDArray(3.0)).vjps
    #expect(pulled.0.item(Double.self) == 3)
    #expect(pulled.1.item(Double.self) == 3)
    #expect(numbers(vmap(batched)(NDArray([1.0, 2.0]), NDArray([3.0, 4.0]))) == [4, 6])
  }

  @Test func wrongReplyOfABatchingRule() {
    let f = custom({ (x: NDArray) in x * 2 }, vmap: { x, _, _ in x.sum() })
    #expect(
      mistake { _ = vmap(f)(NDArray([1.0, 2.0])) }
        == "[custom] the vmap rule gave float64[] for result 0; it must be float64[2], with the mapped axis "
        + "in front")
  }

  // MARK: Replies

  @Test func repliesAreChecked() {
    let x = NDArray([1.0, 2.0])
    let shape = custom({ (x: NDArray) in x * 2 }, vjp: { _, _, ct in ct.sum() })
    #expect(
      mistake { _ = vjp(shape, x, x) }
        == "[vjp rule of custom] the cotangent of argument 0 has type float64[]; it must be float64[2], "
        + "as argument 0 is")
    let dtype = custom({ (x: NDArray) in x * 2 }, jvp: { _, _, t in t.asType(.float32) })
    #expect(
      mistake { _ = jvp(dtype, x, x) }
        == "[jvp rule of custom] the tangent of the result has type float32[2]; it must be float64[2], "
        + "as the result is")
    let count = custom(
      { (x: [NDArray]) in x[0] * x[1] }, vjp: { _, _, ct in [ct] })
    #expect(
      mistake { _ = grad { (x: [NDArray]) in count(x).sum() }([x, x]) }
        == "[vjp rule of custom] there is no cotangent for argument 0[1]; every array of the arguments "
        + "needs one")
    // A scalar without a dtype fits where the shape does.
    let weak = custom({ (x: NDArray) in x * 2 }, vjp: { _, _, _ in 4.0 })
    #expect(grad(weak)(NDArray(1.0)).item(Double.self) == 4)
  }

  @Test func rulesThatCallEachOtherWithoutEnd() {
    func f(_ x: NDArray) -> NDArray { custom({ x in exp(x) }, vjp: { x, _, ct in ct * f(x) })(x) }
    #expect(
      mistake { _ = grad(f)(1.0) }
        == "[custom] a rule calls functions with rules that call it again; write it with the results "
        + "it is given")
  }

  @Test func rulesMayReadPrimalsButNotCotangents() {
    let f = custom(
      { (x: NDArray) in abs(x) },
      vjp: { x, _, ct in x.item(Double.self) > 0 ? ct * 3 : ct * -3 })
    #expect(grad(f)(2.0).item(Double.self) == 3)
    #expect(grad(f)(-2.0).item(Double.self) == -3)
    let reading = custom(
      { (x: NDArray) in x }, vjp: { _, _, ct in ct.item(Double.self) > 0 ? ct : -ct })
    #expect(
      mistake { _ = grad(reading)(1.0) }
        == "[eval] the value of a float32[] array was read inside a rule of custom, \(VmapInsideTests.remedy)"
    )
  }

  // MARK: Examples

  @Test func keepingWhatThePullbackNeeds() {
    let runs = Mutex(0)
    let f = custom(
      keeping: { (x: NDArray) -> (NDArray, NDArray) in
        runs.withLock { $0 += 1 }
        let e = exp(x)
        return (e / (1 + e), e)
      }, pullback: { (e: NDArray, ct: NDArray) in ct * e / square(1 + e) })
    let x = NDArray([0.5, -1.0])
    let expected = numbers(vmap(grad { (x: NDArray) in sigmoid(x) })(x))
    for (own, plain) in zip(numbers(vmap(grad(f))(x)), expected) {
      #expect(abs(own - plain) < 1e-15)
    }
    for (own, plain) in zip(numbers(grad { (x: NDArray) in vmap(f)(x).sum() }(x)), expected) {
      #expect(abs(own - plain) < 1e-15)
    }
    #expect(runs.withLock { $0 } == 2)
  }

  // A layer whose result solves z = tanh(W z + x): it is found by iterating until it stands still, and
  // differentiated by the implicit function theorem, without the iterations.
  @Test func fixedPointLayer() {
    let layer = custom(
      { (weight: NDArray, x: NDArray) -> NDArray in
        var z = x.zerosLike()
        while true {
          let next = tanh(matmul(weight, z) + x)
          let change = abs(next - z).max().item(Double.self)
          z = next
          if change < 1e-14 { return z }
        }
      },
      vjp: { primals, z, ct in
        let (weight, x) = primals
        let (_, pullback) = vjp(
          { (weight: NDArray, x: NDArray, z: NDArray) in tanh(matmul(weight, z) + x) },
          (weight, x, z))
        // u = ct + (∂f/∂z)ᵀ u
        var u = ct
        for _ in 0..<60 { u = ct + pullback(u).2 }
        let cotangents = pullback(u)
        return (cotangents.0, cotangents.1)
      })
    let weight = NDArray([0.2, -0.3, 0.1, 0.25], shape: [2, 2])
    let x = NDArray([0.5, -1.0])
    let loss = { (weight: NDArray, x: NDArray) in square(layer(weight, x)).sum() }
    let gradient = grad(wrt: .all, loss)(weight, x)
    let step = 1e-5
    for place in 0..<4 {
      let nudge = NDArray((0..<4).map { $0 == place ? step : 0 }, shape: [2, 2])
      let difference = loss(weight + nudge, x) - loss(weight - nudge, x)
      let slope = difference.item(Double.self) / (2 * step)
      #expect(abs(numbers(gradient.0)[place] - slope) < 1e-9)
    }
    for place in 0..<2 {
      let nudge = NDArray((0..<2).map { $0 == place ? step : 0 })
      let slope = (loss(weight, x + nudge) - loss(weight, x - nudge)).item(Double.self) / (2 * step)
      #expect(abs(numbers(gradient.1)[place] - slope) < 1e-9)
    }
  }
}
