// Samples of the operations in Ops/Normalize.swift.

import Covector

let normalizeOps: [OpEntry] = [
  .reduction("logSumExp", "sp.special.logsumexp", dtypes: .ordered, ofNone: .derivatives) {
    $0.logSumExp(axes: $1, keepDims: $2)
  },
  normalizing("softmax", "sp.special.softmax(x, axis=%)") { softmax($0, axes: $1) },
  normalizing("logSoftmax", "sp.special.log_softmax(x, axis=%)") { logSoftmax($0, axes: $1) },
  normalizing("softmin", "sp.special.softmax(-1.0 * x, axis=%)") { softmin($0, axes: $1) },
]

/// An entry for a function that keeps the shape; `%` stands for the axes.
private func normalizing(
  _ name: String, _ oracle: String, _ function: @escaping @Sendable (NDArray, [Int]?) -> NDArray
) -> OpEntry {
  func sample(
    _ label: String, _ input: OpEntry.Input, _ axes: [Int]?, _ python: String,
    except: OpEntry.Exceptions = [], because reason: String = ""
  ) -> OpEntry.Sample {
    let parts = oracle.split(separator: "%")
    return .init(
      label, [input], oracle: parts.joined(separator: python), except: except, because: reason
    ) { function($0[0], axes) }
  }
  return OpEntry(
    name, dtypes: .ordered,
    [
      sample("all", .real(3, 4), nil, "None"),
      sample("axis 0", .real(3, 4), [0], "0"),
      sample("axis -1", .real(2, 3, 4), [-1], "-1"),
      sample("axes 0, 2", .real(2, 3, 4), [0, 2], "(0, 2)"),
      sample(
        "large", .real(3, 4, in: -900...900), [1], "1", except: .derivatives,
        because: "shares of 1 and of 1e-300 leave derivatives that are nothing but rounding"),
      sample("empty", .real(0, 4), [1], "1"),
    ])
}
