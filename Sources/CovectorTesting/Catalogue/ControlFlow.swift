// The entries of branches and loops in the catalogue: small bodies, so that every law is tried on the primitives
// beneath them.

import Covector

let controlFlowOps: [OpEntry] = [
  OpEntry(
    "cond of branches", dtypes: .all,
    [
      .init("", [.bool(), .real(3, 4), .real(3, 4)], oracle: "np.where(x, y, z)") { x in
        cond(x[0]) {
          x[1]
        } else: {
          x[2]
        }
      }
    ]),
  OpEntry(
    "branch", dtypes: .inexact,
    [
      .init(
        "", [.index(in: 0...2), .real(3), .real()],
        oracle: "[np.sin(y) * z, y * y, z * np.ones_like(y)][int(x)]"
      ) { x in
        branch(x[0], { sin(x[1]) * x[2] }, { x[1] * x[1] }, { x[2].broadcast(to: [3]) })
      }
    ]),
  OpEntry(
    "scan", dtypes: .inexact,
    [
      .init(
        "", [.real(3, in: 0.5...1.5), .real(4, 3, in: 0.5...1.5)],
        oracle: "(x * np.prod(np.cos(y), 0), x * np.cumprod(np.cos(y), 0))",
        results: { x in
          let (carry, outputs) = scan(x[0], over: x[1]) { h, x in (h * cos(x), h * cos(x)) }
          return [carry, outputs]
        }),
      .init(
        "reverse, unrolled", [.real(4, 3, in: 0.5...1.5), .real(3, in: 0.5...1.5)],
        oracle: "y * np.cumprod(np.cos(x * y)[::-1], 0)[::-1]"
      ) { x in
        scan(x[1], over: x[0], reverse: true, unroll: 3) { h, row in
          (h * cos(row * x[1]), h * cos(row * x[1]))
        }.outputs
      },
    ]),
  OpEntry(
    "whileLoop", dtypes: .floats,
    [
      .init(
        "", [.real(3, in: 1...2), .real(in: 0.7...1.1)],
        oracle: "x * np.exp(y) ** np.ceil(np.log(10 / x.max()) / y)", tolerance: 1e-11
      ) { x in
        whileLoop(x[0]) { y in
          y.max() .< 10
        } do: { y in
          y * exp(x[1])
        }
      }
    ]),
  OpEntry(
    "forLoop", dtypes: .inexact,
    [
      .init("", [.real(3), .real()], oracle: "((x * np.cos(y)) * np.cos(y) + 1) * np.cos(y) + 2") {
        x in
        forLoop(0..<3, x[0]) { i, s in s * cos(x[1]) + i }
      },
      .init(
        "counted", [.real(3), .index(in: 0...3)], oracle: "x * np.cos(x) ** int(y)"
      ) { x in
        forLoop(x[1], x[0]) { _, s in s * cos(x[0]) }
      },
    ]),
  OpEntry(
    "map", dtypes: .all,
    [
      .init("", [.real(4, 3)], oracle: "x * np.cos(x).sum(1, keepdims=True)") { x in
        map(over: x[0]) { row in row * cos(row).sum() }
      },
      .init("chunk", [.real(5, 3), .real()], oracle: "x * np.cos(x).sum(1, keepdims=True) * y") {
        x in
        map(over: x[0], chunk: 2) { row in row * cos(row).sum() * x[1] }
      },
    ]),
  OpEntry(
    "associativeScan", dtypes: .all,
    [
      .init("", [.real(5, 2, in: 0.5...1.5)], oracle: "np.cumprod(x, 0)") { x in
        associativeScan(x[0]) { a, b in a * b }
      },
      .init(
        "reverse", [.real(2, 6, in: 0.5...1.5)], oracle: "np.cumprod(x[:, ::-1], 1)[:, ::-1]"
      ) { x in
        associativeScan(x[0], axis: 1, reverse: true) { a, b in a * b }
      },
    ]),
]
