// Branches and loops inside transforms inside loops: every pair in every order, and triples.

import Testing

@testable import Covector

/// A transform of functions of one number: the derivative, or another way to compute the same.
private struct Wrapper: CustomTestStringConvertible, Sendable {
  typealias Function = (NDArray) -> NDArray

  let name: String
  let isDerivative: Bool
  let apply: @Sendable (@escaping Function) -> Function

  init(
    _ name: String, isDerivative: Bool = false,
    _ apply: @escaping @Sendable (@escaping Function) -> Function
  ) {
    (self.name, self.isDerivative, self.apply) = (name, isDerivative, apply)
  }

  var testDescription: String { name }

  static let all: [Wrapper] = [
    Wrapper("jvp", isDerivative: true) { f in { x in jvp(f, x, 1.0).tangents } },
    Wrapper("vjp", isDerivative: true) { f in { x in vjp(f, x, 1.0).vjps } },
    // Examples on both sides of every branch below.
    Wrapper("vmap") { f in { x in vmap(f)(stacked([x * -1, x, x + 1]))[1] } },
    Wrapper("cond") { f in
      { x in
        cond(x .> 0) {
          f(x)
        } else: {
          f(x) * -2
        }
      }
    },
    Wrapper("branch") { f in
      { x in branch(x.asType(.int32) % 4, { -x }, { x * 3 }, { f(x) }, { x - 1 }) }
    },
    Wrapper("scan") { f in
      { x in
        let ones = NDArray([1.0, 0.0])
        let (last, all) = scan(x, over: ones) { y, a in (a * f(y) + (1 - a) * y, y) }
        return last + all[0] - x
      }
    },
    // Two steps where x is positive, one elsewhere; the first applies the function.
    Wrapper("while") { f in
      { x in
        whileLoop(x, 0) { (_, n: NDArray) in
          n .< which(x .> 0, 2, 1)
        } do: { (y, n: NDArray) in
          (
            cond(n .== 0) {
              f(y)
            } else: {
              y
            }, n + 1
          )
        }.0
      }
    },
    Wrapper("compile") { f in compile { (x: NDArray) in f(x) } },
    Wrapper("for") { f in { x in forLoop(0..<1, x) { _, y in f(y) } } },
  ]
}

@Suite struct ControlFlowLawTests {
  /// `x⁵` at 2, through the wrappers from the first to the last; each derivative is one of a power.
  private func check(_ wrappers: [Wrapper]) {
    var f: (NDArray) -> NDArray = { x in x * x * x * x * x }
    var (factor, power) = (1.0, 5.0)
    for wrapper in wrappers {
      f = wrapper.apply(f)
      if wrapper.isDerivative { (factor, power) = (factor * power, power - 1) }
    }
    var expected = factor
    for _ in 0..<Int(power) { expected *= 2 }
    let name = wrappers.map(\.name).reversed().joined(separator: " of ")
    #expect(f(double(2.0)).item(Double.self) == expected, "\(name)")
  }

  @Test func everyPairInEveryOrder() {
    for a in Wrapper.all { for b in Wrapper.all { check([a, b]) } }
  }

  @Test(arguments: Wrapper.all) private func triples(first: Wrapper) {
    for (i, second) in Wrapper.all.enumerated() {
      // Every pair stands beside every other wrapper in one triple or more; two of five are tried.
      for (j, third) in Wrapper.all.enumerated() where (i + 2 * j) % 5 < 2 {
        check([first, second, third])
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
