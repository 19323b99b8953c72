// The results that the reference gets silently wrong, and the inputs it crashes on, each with the true
// value. Cases are numbered as in the list of its faults; those of compiled functions, 21 to 25, are in
// CompileTests.

import Testing

@testable import Covector

@Suite struct ReferenceFaultTests {
  let x = counting(3, 4)

  /// The rows of a function mapped over the first axis, one call at a time.
  private func looped(_ inputs: [NDArray], _ function: ([NDArray]) -> NDArray) -> NDArray {
    stacked((0..<inputs[0].shape[0]).map { row in function(inputs.map { $0[row] }) })
  }

  @Test("1: update with an unmapped value")
  func updateWithAnUnmappedValue() {
    let values = NDArray([1.0, 2.0])
    let zeros = NDArray.zeros([3, 4], dtype: .float64)
    let sums = vmap { (x: NDArray) in x.at[1..<3].adding(values) }(zeros)
    #expect(numbers(sums) == [0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2, 0])
    let products = vmap { (x: NDArray) in x.at[1..<3].multiplying(by: values) }(zeros + 1)
    #expect(numbers(products) == [1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1])
  }

  @Test("2: unmapped left operand of != and exclusive or") func unmappedLeftOperand() {
    let constant = NDArray([1.0, 4.0])
    let batch = counting(3, 2)
    let unequal = vmap { (b: NDArray) in constant .!= b }(batch)
    #expect(unequal.shape == [3, 2])
    #expect(unequal.array(of: Bool.self) == [true, true, true, true, true, true])
    let exclusive = vmap { (b: NDArray) in constant .^ b }(batch)
    #expect(exclusive.array(of: Bool.self) == [true, false, false, false, false, false])
  }

  @Test("3: bits of an unmapped array", arguments: [true, false])
  func bitsOfAnUnmappedArray(isLeft: Bool) {
    let constant = NDArray([6 as Int32, 3])
    let batch = NDArray([1 as Int32, 2, 3, 4, 5, 6], shape: [3, 2])
    let operations: [@Sendable (NDArray, NDArray) -> NDArray] = [
      { $0 & $1 }, { $0 | $1 }, { $0 ^ $1 }, { $0 << $1 }, { $0 >> $1 },
    ]
    for operation in operations {
      let one: @Sendable (NDArray) -> NDArray = {
        isLeft ? operation(constant, $0) : operation($0, constant)
      }
      let loop = looped([batch]) { one($0[0]) }
      #expect(numbers(vmap(one)(batch)) == numbers(loop))
    }
  }

  @Test("4: grouped convolution with mapped weights") func groupedConvolution() {
    let input = counting(1, 4, 4, 4) / 10
    let weights = counting(3, 4, 2, 2, 2) / 7
    let one: @Sendable (NDArray) -> NDArray = { conv2d(input, $0, groups: 2) }
    #expect(numbers(vmap(one)(weights)) == numbers(looped([weights]) { one($0[0]) }))
  }

  @Test("5: pullback of a mapped mask assignment") func maskAssignment() {
    let x = counting(2, 3)
    let masks = NDArray([true, false, false, false, true, false], shape: [2, 3])
    let f: @Sendable (NDArray) -> NDArray = { values in
      vmap { (x: NDArray, mask: NDArray, value: NDArray) in
        var y = x
        y[mask] = value
        return y
      }(x, masks, values)
    }
    let weights = NDArray([1.0, 10, 20, 30, 3, 40], shape: [2, 3])
    let (_, pullback) = vjp(f, NDArray([7.0, 8.0], shape: [2, 1]))
    #expect(numbers(pullback(weights)) == [1, 3])
  }

  @Test("6: one result under several output axes") func resultUnderSeveralAxes() {
    let results = vmap(out: [1, 0, 0]) { (x: NDArray) in (x, x, x) }(x)
    #expect(numbers(results.0) == numbers(x.T))
    #expect(numbers(results.1) == numbers(x))
    #expect(numbers(results.2) == numbers(x))
  }

  @Test("7: unmapped result under no output axis") func unmappedResult() {
    let constant = NDArray([1.0, 2.0])
    let result = vmap(out: nil) { (_: NDArray) in constant }(x)
    #expect(result.shape == [2])
  }

  @Test("8: one array returned twice") func resultTwice() {
    let (_, pullback) = vjp({ (x: NDArray) in (x * 2, x) }, NDArray(3.0))
    #expect(numbers(pullback(1.0, 10.0)) == [12])
    let twice = vjp(
      { (x: NDArray) -> (NDArray, NDArray) in
        let y = x * 2
        return (y, y)
      }, NDArray(3.0)
    ).pullback
    #expect(numbers(twice(1.0, 10.0)) == [22])
  }

  @Test("9: stopped result among others") func stoppedResult() {
    let (_, pullback) = vjp(
      { (x: NDArray) in (stopGradient(x * 100), x * 2, x * 3) }, NDArray(3.0))
    #expect(numbers(pullback(1000.0, 1.0, 4.0)) == [14])
  }

  @Test("10: gradient of full") func gradientOfFull() {
    #expect(numbers(grad { (v: NDArray) in NDArray.full([3], v).sum() }(7.0)) == [3])
    #expect(
      numbers(grad { (v: NDArray) in NDArray.full(like: counting(3), v).sum() }(7.0)) == [3])
  }

  @Test("11: tangent of addmm with factors") func tangentOfAddmm() {
    let (c, a, b) = (counting(2, 2), counting(2, 3), counting(3, 2))
    let (_, tangent) = jvp(
      { (c: NDArray, a: NDArray, b: NDArray) in addmm(c, a, b, alpha: 2, beta: 3) }, (c, a, b),
      (c, a, b))
    #expect(numbers(tangent) == numbers(3 * c + 4 * matmul(a, b)))
  }

  @Test("12: remainder of divmod") func remainderOfDivmod() {
    #expect(numbers(grad { (x: NDArray) in divmod(x, 2.0).remainder }(NDArray(5.5))) == [1])
    #expect(numbers(jvp({ divmod($0, 2.0).remainder }, NDArray(5.5), NDArray(1.0)).tangents) == [1])
  }

  @Test("13: tangent of an odd irfft") func tangentOfOddIrfft() {
    let spectrum = complex(counting(3), counting(3, from: 1))
    let (output, tangent) = jvp({ irfft($0, count: 5) }, spectrum, spectrum)
    #expect(output.shape == [5])
    #expect(tangent.shape == [5])
    #expect(numbers(tangent) == numbers(output))
  }

  @Test("14: pullback of a convolution with input dilation") func inputDilation() {
    let input = counting(1, 5, 6, 1)
    let kernel = counting(1, 3, 3, 1) / 9
    let (output, pullback) = vjp(
      { convGeneral($0, kernel, stride: [2, 2], inputDilation: [2, 2]) }, input)
    let gradient = pullback(NDArray.ones(like: output))
    #expect(gradient.shape == [1, 5, 6, 1])
    // The function is linear: its value is the product of input and gradient.
    let linear = (gradient * input).sum().item(Double.self)
    #expect(abs(linear - output.sum().item(Double.self)) < 1e-9)
  }

  @Test("15: pullback of a masked product") func maskedProduct() {
    let (a, b) = (counting(4, 4, from: 1) / 8, counting(4, 4, from: 2) / 9)
    let mask = NDArray([2.0, 1.0, 0.0, 3.0], shape: [2, 2])
    let gradient = grad { (mask: NDArray) in
      blockMaskedMatmul(a, b, blockSize: 2, outputMask: mask).sum()
    }(mask)
    let whole = matmul(a, b).reshaped(to: 2, 2, 2, 2).sum(axes: [1, 3])
    #expect(allClose(gradient, whole, relativeTolerance: 1e-14).item(Bool.self))
  }

  @Test("16: complex powers, products and signs") func complexDerivatives() {
    let z = NDArray([Complex(1.0, 2.0)])
    let cotangent = NDArray([Complex(1.0, 0.0)])
    // The cotangent of z³ is the conjugate of 3 z².
    let power = vjp({ pow($0, 3) }, z).pullback(cotangent)
    #expect(allClose(power, 3 * square(z.conjugated), relativeTolerance: 1e-13).item(Bool.self))
    let product = vjp({ $0.product() }, NDArray([Complex(1.0, 2.0), Complex(3.0, -1.0)]))
      .pullback(NDArray(Complex(1.0, 0.0)))
    #expect(numbers(product.real) == [3, 1])
    #expect(numbers(product.imaginary) == [1, -2])
    // |z| grows along z, by nothing to second order; across it by 1 / |z|.
    let modulus = { (z: NDArray) in abs(z).sum() }
    let along = jvp(grad(modulus), z, z / abs(z)).tangents
    let across = jvp(grad(modulus), z, NDArray([Complex(0.0, 1.0)]) * z / abs(z)).tangents
    #expect(abs(along).max().item(Double.self) < 1e-14)
    #expect(abs(abs(across)[0].item(Double.self) - 1 / 5.0.squareRoot()) < 1e-14)
  }

  @Test("17: second order of a cumulative product at 0") func cumulativeProductAtZero() {
    let x = NDArray([2.0, 0.0, 3.0])
    let second = hessian { (x: NDArray) in x.cumulativeProduct().sum() }(x)
    // x0 + x0 x1 + x0 x1 x2
    #expect(numbers(second) == [0, 4, 0, 4, 0, 2, 0, 2, 0])
  }

  @Test("18: custom pullback under the gradient of a mapped function") func customPullbackMapped() {
    let f = custom({ (x: NDArray) in x }, vjp: { _, _, ct in ct * 5 })
    let x = NDArray([1.0, 2.0])
    #expect(numbers(grad { (x: NDArray) in vmap(f)(x).sum() }(x)) == [5, 5])
    #expect(numbers(vmap(grad(f))(x)) == [5, 5])
  }

  @Test("18: replies of custom rules") func customReplies() {
    let x = NDArray([1.0, 2.0])
    let pullback = custom({ (x: NDArray) in x * 2 }, vjp: { _, _, _ in NDArray([1.0, 2.0, 3.0]) })
    #expect(mistake { vjp(pullback, x, x).vjps }.contains("must be float64[2]"))
    // A result that the batching rule does not map.
    let batching = custom({ (x: NDArray) in x }, vmap: { _, _, _ in NDArray([1.0, 2.0]) })
    #expect(mistake { vmap(batching)(counting(3, 2)) }.contains("must be float64[3, 2]"))
  }

  @Test("19: checkpoint with a captured array") func checkpointWithACapture() {
    let gradient = grad { (w: NDArray) in
      checkpoint { (x: NDArray) in (w * w * x).sum() }(NDArray([1.0, 2.0]))
    }
    #expect(numbers(gradient(NDArray(3.0))) == [18])
  }

  @Test("19: checkpoint with random numbers") func checkpointWithRandomNumbers() {
    let key = Random.key(3)
    func noisy(_ x: NDArray) -> NDArray {
      (x * x * Random.normal([4], dtype: .float64, key: key)).sum()
    }
    let x = counting(4)
    let noise = Random.normal([4], dtype: .float64, key: key)
    #expect(numbers(grad(checkpoint(noisy))(x)) == numbers(2 * x * noise))
  }

  @Test("20: integers are not differentiated") func integers() {
    let message = mistake { grad { (n: NDArray) in (2.5 * n).sum() }(NDArray([1 as Int32, 2])) }
    #expect(message.contains("int32"))
  }

  @Test("26: index out of range") func indexOutOfRange() {
    #expect(mistake { x[5, 0] } != "no mistake")
    #expect(
      mistake { x.take(NDArray([7 as Int32]), axis: 0).array(of: Double.self) } != "no mistake")
  }

  @Test("27: auxiliary result under an outer gradient") func auxiliaryResult() {
    let second = grad { (x: NDArray) in
      valueAndGrad { (x: NDArray) in (x, x * x * x) }(x).auxiliary
    }(NDArray(2.0))
    #expect(numbers(second) == [12])
  }

  @Test("28: float64 functions to float64 precision") func precision() {
    func isNear(_ x: NDArray, _ expected: Double) -> Bool {
      abs(x.item(Double.self) / expected - 1) < 1e-15
    }
    let one = NDArray([0.7])
    #expect(isNear(sin(one), 0.644217687237691019706798))
    #expect(isNear(cos(one), 0.764842187284488454864872))
    #expect(isNear(exp(one), 2.01375270747047643219596))
    #expect(isNear(sigmoid(one), 0.668187772168166096684758))
    #expect(isNear(erf(one), 0.677801193837418442276858))
    #expect(isNear(erfinv(one), 0.732869077959216784878763))
    #expect(isNear(softmax(NDArray([0.7, 0.0]))[0], 0.668187772168166096684758))
    #expect(isNear(logaddexp(one, NDArray([0.0])), 1.10318604888545786351740))
  }

  // MARK: Crashes

  @Test("crash: padding value") func paddingValue() {
    let (output, pullback) = vjp(
      { (x: NDArray, value: NDArray) in x.padded([(1, 1), (0, 2)], value: value) },
      (counting(2, 2), NDArray(5.0)))
    let (first, second) = pullback(NDArray.ones(like: output))
    #expect(numbers(first) == [1, 1, 1, 1])
    #expect(numbers(second) == [12])
    let mapped = vmap { (v: NDArray) in counting(1).padded(1, value: v) }(counting(2, from: 3))
    #expect(numbers(mapped) == [3, 0, 3, 4, 0, 4])
  }

  @Test("crash: a key added to a dictionary") func keyAdded() {
    func loss(_ parameters: [String: NDArray]) -> NDArray {
      var parameters = parameters
      parameters["b"] = parameters["a"].map { $0 * 3 }
      return parameters.values.reduce(0.0) { $0 + $1.sum() }
    }
    let parameters = ["a": NDArray([1.0, 2.0])]
    let gradient = grad(loss)(parameters)
    #expect(gradient.keys.sorted() == ["a"])
    #expect(gradient["a"].map { numbers($0) } == [4, 4])
    #expect(parameters.count == 1)
    // And between calls of a compiled function, which has seen other keys.
    let sum = compile { (x: [String: NDArray]) in x.values.reduce(0.0) { $0 + $1.sum() } }
    #expect(sum(parameters).item(Double.self) == 3)
    var more = parameters
    more["b"] = NDArray([10.0])
    #expect(sum(more).item(Double.self) == 13)
    #expect(sum(parameters).item(Double.self) == 3)
  }

  @Test("crash: divmod mapped") func mappedDivmod() {
    let (quotients, remainders) = vmap { (x: NDArray) -> (NDArray, NDArray) in
      let parts = divmod(x, 4.0)
      return (parts.quotient, parts.remainder)
    }(counting(6))
    #expect(numbers(quotients) == [0, 0, 0, 0, 1, 1])
    #expect(numbers(remainders) == [0, 1, 2, 3, 0, 1])
  }

  @Test("crash: long chains", .timeLimit(.minutes(1))) func longChains() {
    func chain(_ x: NDArray) -> NDArray {
      var y = x
      for _ in 0..<100_000 { y = y + 1 }
      return y
    }
    #expect(numbers(vmap(chain)(counting(2))) == [100_000, 100_001])
    #expect(numbers(vjp(chain, NDArray(0.0)).pullback(3.0)) == [3])
    #expect(numbers(jvp(chain, NDArray(0.0), NDArray(2.0)).tangents) == [2])
  }
}
