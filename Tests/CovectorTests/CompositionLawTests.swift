// Transforms, branches and loops inside each other: every pair in every order, and triples.

import Testing

@testable import Covector

@Suite struct CompositionLawTests {
  /// The function through the wrappers, from the first to the last.
  private func composed(_ wrappers: [Wrapper], of known: Known) -> Wrapper.Function {
    wrappers.reduce(known.function) { $1.apply($0) }
  }

  private func name(_ wrappers: [Wrapper], of known: Known) -> String {
    (wrappers.map(\.name).reversed() + [known.name]).joined(separator: " of ")
  }

  /// The value at 2, which is that of the derivative of the order in which derivatives were taken.
  private func checkValue(_ wrappers: [Wrapper], of known: Known) {
    let value = composed(wrappers, of: known)(double(2.0)).item(Double.self)
    let expected = known.derivative(wrappers.count(where: \.isDerivative), 2)
    #expect(abs(value - expected) <= 1e-13 * abs(expected), "\(name(wrappers, of: known))")
  }

  @Test(arguments: Wrapper.all) func everyPairInEveryOrder(first: Wrapper) {
    for known in Known.all {
      for second in Wrapper.all { checkValue([first, second], of: known) }
    }
  }

  // Where lanes go different ways, and at a point that no wrapper was made for.
  @Test(arguments: Wrapper.all) func everyPairIsTheLoopAndHasTheDerivativeOfDifferences(
    first: Wrapper
  ) {
    let points = [2.3, -1.3, 0.4, 3.2]
    for (place, second) in Wrapper.all.enumerated() {
      let known = Known.all[place % Known.all.count]
      let (f, name) = (composed([first, second], of: known), name([first, second], of: known))
      let each = points.map { f(double($0)) }
      #expect(areClose(numbers(vmap(f)(NDArray(points))), each.flatMap(numbers)), "vmap of \(name)")
      for x in points {
        let slope = difference(f, at: x, step: 1e-4)
        let forward = jvp(f, double(x), 1.0).tangents.item(Double.self)
        let backward = grad(f)(double(x)).item(Double.self)
        let tolerance = 1e-5 * Swift.max(abs(slope), 1)
        #expect(abs(forward - slope) < tolerance, "jvp of \(name) at \(x)")
        #expect(abs(backward - slope) < tolerance, "grad of \(name) at \(x)")
      }
    }
  }

  @Test(arguments: Wrapper.all) func triples(first: Wrapper) {
    for (i, second) in Wrapper.all.enumerated() {
      // Every pair stands beside every other wrapper in one triple or more; two of five are tried.
      for (j, third) in Wrapper.all.enumerated() where (i + 2 * j) % 5 < 2 {
        checkValue([first, second, third], of: Known.all[(i + j) % Known.all.count])
      }
    }
  }

  @Test func whatIsUsedFromOutsideIsDifferentiatedToo() {
    // A loop in a branch in a loop, each of which uses x.
    let f = { (x: NDArray) in
      scan(x, over: NDArray([1.0, -1.0, 2.0])) { y, a in
        let next = cond(a .> 0) {
          whileLoop(y, 0) { (_, n: NDArray) in
            n .< 2
          } do: { (y, n: NDArray) in
            (y * x * a * 0.5, n + 1)
          }.0
        } else: {
          y + x * x
        }
        return (next, next * x)
      }
    }
    let plain = { (x: NDArray) -> NDArray in
      let one = x * x * x * 0.25
      let two = one + x * x
      let three = two * x * x
      return three + (one + two + three) * x
    }
    let g = { (x: NDArray) -> NDArray in
      let (y, ys) = f(x)
      return y + ys.sum()
    }
    let x = NDArray([0.7, -1.3, 2.0])
    for (mine, other) in [
      (vmap(g), vmap(plain)), (vmap(grad(g)), vmap(grad(plain))),
      (vmap(grad(grad(g))), vmap(grad(grad(plain)))),
    ] {
      #expect(areClose(numbers(mine(x)), numbers(other(x)), 1e-13))
    }
  }

  @Test func hessiansThroughLoops() {
    let f = { (x: NDArray) in
      scan(double(1.0), over: x) { y, x in (y * (1 + x * x), y) }.carry
    }
    let x = NDArray([0.5, -1.0, 0.25])
    let plain = { (x: NDArray) in (1 + x * x).product() }
    #expect(areClose(numbers(hessian(f)(x)), numbers(hessian(plain)(x)), 1e-13))
    let counted = { (x: NDArray) in
      forLoop(0..<3, double(1.0)) { i, y in
        let element = x.take(i)
        return y * (1 + element * element)
      }
    }
    #expect(areClose(numbers(hessian(counted)(x)), numbers(hessian(plain)(x)), 1e-13))
  }

  @Test func tracingStaysLinear() {
    // The body is traced for each transform, not for each step.
    var traces = 0
    let f = { (x: NDArray) in
      scan(x, count: 10_000) { y in
        traces += 1
        return (y * 0.999, y)
      }.carry
    }
    let value = grad { x in grad { x in vmap(f)(stacked([x, x])).sum() }(x) + x }(1.0)
    #expect(value.item(Double.self) == 1)
    #expect(traces == 1)
  }
}
