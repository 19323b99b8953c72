// Transforms inside transforms: every order to depth three, levels that close over each other's variables,
// and the pullbacks and linear maps of one transform under another.

import Testing

@testable import Covector

/// A transform of functions of one number, as the derivative or as the identity.
private struct Operator: CustomTestStringConvertible, Sendable {
  let name: String
  let isDerivative: Bool
  let apply: @Sendable (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray

  var testDescription: String { name }

  static let all: [Operator] = [
    Operator(name: "grad", isDerivative: true) { grad($0) },
    Operator(name: "jvp", isDerivative: true) { f in { x in jvp(f, x, 1.0).tangents } },
    Operator(name: "vjp", isDerivative: true) { f in { x in vjp(f, x, 1.0).vjps } },
    Operator(name: "vmap", isDerivative: false) { f in { x in vmap(f)(stacked([-x, x]))[1] } },
  ]
}

@Suite struct NestingTests {
  @Test func everyOrderToDepthThree() {
    let all = Operator.all
    var lists = all.map { [$0] }
    lists += all.flatMap { a in all.map { [a, $0] } }
    lists += all.flatMap { a in all.flatMap { b in all.map { [a, b, $0] } } }
    #expect(lists.count == 84)
    for list in lists {
      var f: (NDArray) -> NDArray = { x in x * x * x * x * x }
      var (factor, power) = (1.0, 5.0)
      for transform in list {
        f = transform.apply(f)
        if transform.isDerivative { (factor, power) = (factor * power, power - 1) }
      }
      var expected = factor
      for _ in 0..<Int(power) { expected *= 2 }
      let name = list.map(\.name).reversed().joined(separator: " of ")
      #expect(f(NDArray(2.0)).item(Double.self) == expected, "\(name)")
    }
  }

  // A[x · B[x y² · C[x y z³](y)](x)](x), where each function closes over the variables outside it.
  // Mixing up levels changes the value, which is one power of x throughout.
  @Test(arguments: Operator.all, Operator.all)
  private func levelsThatCloseOverEachOther(a: Operator, b: Operator) {
    for c in Operator.all {
      let f = a.apply { x in
        x
          * b.apply { y in
            x * y * y * c.apply { z in x * y * z * z * z }(y)
          }(x)
      }
      var (factor, ofX, ofY) = c.isDerivative ? (3.0, 1.0, 3.0) : (1.0, 1.0, 4.0)
      ofX += 1
      ofY += 2
      if b.isDerivative { (factor, ofY) = (factor * ofY, ofY - 1) }
      var power = ofX + ofY + 1
      if a.isDerivative { (factor, power) = (factor * power, power - 1) }
      var expected = factor
      for _ in 0..<Int(power) { expected *= 2 }
      #expect(f(NDArray(2.0)).item(Double.self) == expected, "\(a.name), \(b.name), \(c.name)")
    }
  }

  @Test func gradOfVmapIsVmapOfGrad() {
    let x = NDArray([0.5, 1.0, 1.5])
    let f = { (x: NDArray) in sin(x) * x }
    #expect(numbers(grad { x in vmap(f)(x).sum() }(x)) == numbers(vmap(grad(f))(x)))
  }

  @Test func vmapOfGradOfVmap() {
    let x = counting(2, 3)
    let w = NDArray([1.0, 2.0, 3.0])
    // For each row: the gradient by w of the sum over elements of (w x)².
    let f = vmap(in: [nil, 0]) { (w: NDArray, row: NDArray) in
      grad { w in vmap { (w: NDArray, x: NDArray) in w * x * w * x }(w, row).sum() }(w)
    }
    #expect(numbers(f(w, x)) == numbers(2 * w * x * x))
  }

  @Test func pullbackUnderOtherTransforms() {
    let x = NDArray([1.0, 2.0, 3.0])
    let (_, pullback) = vjp({ x in x * x * x }, x)
    let ones = NDArray([1.0, 1.0, 1.0])
    #expect(numbers(vmap(pullback)(stacked([ones, ones * 2]))) == [3, 12, 27, 6, 24, 54])
    #expect(numbers(grad { c in pullback(c).sum() }(ones)) == [3, 12, 27])
    #expect(numbers(jvp(pullback, ones, x).tangents) == [3, 24, 81])
  }

  @Test func pullbackMadeInsideAnOuterTransform() {
    let f = { (x: NDArray) -> NDArray in
      let (y, pullback) = vjp({ z in z * z * x }, x)
      return pullback(y)
    }
    // The pullback is 2 x · x, of x³: 2 x⁵.
    #expect(grad(f)(2.0).item(Double.self) == 160)
    #expect(numbers(vmap(f)(NDArray([1.0, 2.0]))) == [2, 64])
  }

  @Test func mappedTangentsOfOnePrimal() {
    let x = NDArray([1.0, 2.0])
    let f = vmap(in: [nil, 0]) { (x: NDArray, t: NDArray) in jvp({ x in x * x }, x, t).tangents }
    #expect(numbers(f(x, counting(3, 2))) == [0, 4, 4, 12, 8, 20])
  }

  @Test func capturedArrayOfAnOuterLevelIsDifferentiated() {
    let f = { (x: NDArray) in grad { y in x * x * y * y }(3.0) }
    #expect(grad(f)(2.0).item(Double.self) == 24)
  }

  @Test func readingUnderGradInsideVmap() {
    #expect(
      mistake { _ = vmap(grad { x in x.item(Double.self) > 0 ? x : -x })(NDArray([1.0, 2.0])) }
        == "[eval] the value of a float64[] array was read inside vmap, \(VmapInsideTests.remedy)")
  }

  @Test func readingUnderVmapInsideGrad() {
    let f = { (x: NDArray) in
      x.sum().item(Double.self) > 0 ? vmap { y in y * y }(x).sum() : vmap { y in -y }(x).sum()
    }
    #expect(numbers(grad(f)(NDArray([1.0, 2.0]))) == [2, 4])
    #expect(numbers(grad(f)(NDArray([-1.0, -2.0]))) == [-1, -1])
  }

  @Test func hessianOfEachExample() {
    let x = counting(3, 2)
    let result = vmap(hessian { x in (x * x * x).sum() + x[0] * x[1] })(x)
    #expect(result.shape == [3, 2, 2])
    #expect(numbers(result) == [0, 1, 1, 6, 12, 1, 1, 18, 24, 1, 1, 30])
  }

  @Test func jacobianOfEachExample() {
    let x = counting(3, 2)
    let result = vmap(jacobian { x in x * x.sum() })(x)
    #expect(numbers(result) == [1, 0, 1, 2, 7, 2, 3, 8, 13, 4, 5, 14])
  }

  @Test func sharedWorkIsDifferentiatedOnce() {
    // 2^60 paths lead through this graph; each node is walked once.
    let f = { (x: NDArray) in (0..<60).reduce(x) { y, _ in (y + y) / 2 } }
    #expect(grad(f)(3.0).item(Double.self) == 1)
    #expect(jvp(f, 3.0, 1.0).tangents.item(Double.self) == 1)
    #expect(numbers(vmap(f)(NDArray([1.0, 2.0]))) == [1, 2])
  }

  @Test func poisonedArgumentsStayPoisoned() {
    let first = ArrayError("matmul", "a scalar was given: [] × []; use * to multiply by scalars")
    #expect(throws: first) {
      try checked {
        let bad = matmul(NDArray(1.0), NDArray(1.0))
        _ = vmap { x in x * 2 }(bad)
        _ = grad { x in x.sum() }(bad)
        _ = jvp({ x in x * x }, bad, bad)
        return vjp({ x in x * x }, bad, bad).vjps.item(Double.self)
      }
    }
  }
}
