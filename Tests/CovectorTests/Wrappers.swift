// What the laws of composition are tested with: everything that makes a function of a function, and functions
// of one number whose derivatives of every order are known.

import Testing

@testable import Covector

/// A transform of functions of one number: the derivative, or another way to compute the same.
///
/// At 2 the function comes back as it was, or its derivative. Elsewhere branches and loops may go another way.
struct Wrapper: CustomTestStringConvertible, Sendable {
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
    Wrapper("vmap in chunks") { f in { x in vmap(chunk: 2, f)(stacked([x * -1, x, x + 1]))[1] } },
    Wrapper("vmap of a named axis") { f in
      { x in
        vmap(axisName: "lane") { x in
          which(axisIndex("lane") .== 1, f(x), 0).sum(over: "lane")
        }(stacked([x * -1, x, x + 1]))[0]
      }
    },
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
    Wrapper("whileLoop") { f in
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
    Wrapper("forLoop") { f in { x in forLoop(0..<1, x) { _, y in f(y) } } },
    Wrapper("compile") { f in compile { (x: NDArray) in f(x) } },
    Wrapper("checkpoint") { f in checkpoint(f) },
    Wrapper("custom vjp") { f in custom(f, vjp: { x, _, ct in vjp(f, x, ct).vjps }) },
    Wrapper("custom jvp") { f in custom(f, jvp: { x, _, t in jvp(f, x, t).tangents }) },
    Wrapper("program") { f in { x in trace(f)(x)(x)[0] } },
  ]
}

/// A function of one number with its derivative of every order.
struct Known: CustomTestStringConvertible, Sendable {
  let name: String
  let function: @Sendable (NDArray) -> NDArray
  let derivative: @Sendable (_ order: Int, _ x: Double) -> Double

  var testDescription: String { name }

  static let all: [Known] = [
    Known(name: "x⁵", function: { x in x * x * x * x * x }) { order, x in
      (0..<order).reduce(1) { $0 * Double(5 - $1) } * (0..<(5 - order)).reduce(1) { y, _ in y * x }
    },
    // Of more axes, with a sum, a product of matrices and an array from outside.
    Known(
      name: "Σ exp(c x)",
      function: { x in
        let c = NDArray([0.25, -0.125, 0.375])
        let y = exp(c * x).reshaped([1, 3])
        return matmul(y, NDArray.ones([3, 1], dtype: .float64))[0, 0]
      }
    ) { order, x in
      [0.25, -0.125, 0.375].reduce(0) { sum, c in
        sum + (0..<order).reduce(1) { y, _ in y * c } * numbers(exp(NDArray(c * x)))[0]
      }
    },
  ]
}
