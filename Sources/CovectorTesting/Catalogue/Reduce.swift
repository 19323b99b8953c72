// Samples of the operations in Ops/Reduce.swift.

import Covector

extension OpEntry {
  /// An entry for a reduction over any axes, as a NumPy function that takes `axis` and `keepdims`.
  ///
  /// - Parameters:
  ///   - hasEmpty: Whether the reduction of no elements has a value.
  ///   - ofNone: What the sweep must not expect of that value.
  static func reduction(
    _ name: String, _ oracle: String, _ options: String = "",
    in content: Input.Content = .real(-2, 2), dtypes: Set<DType> = .numbers,
    tolerance: Double = 1e-12, except: Exceptions = [], hasEmpty: Bool = true,
    ofNone: Exceptions = [],
    _ function: @escaping @Sendable (NDArray, [Int]?, Bool) -> NDArray
  ) -> OpEntry {
    func sample(
      _ label: String, _ shape: [Int], _ axes: [Int]?, keepDims: Bool = false, python: String
    ) -> Sample {
      let keeping = keepDims ? ", keepdims=True" : ""
      return Sample(
        label, [Input(shape, content)], oracle: "\(oracle)(x, axis=\(python)\(keeping)\(options))",
        tolerance: tolerance, except: except
      ) { function($0[0], axes, keepDims) }
    }
    var samples = [
      sample("all", [3, 4], nil, python: "None"),
      sample("all keepDims", [2, 3], nil, keepDims: true, python: "None"),
      sample("axis 0", [3, 4], [0], python: "0"),
      sample("axis -1", [2, 3, 4], [-1], python: "-1"),
      sample("axis 1 keepDims", [2, 3, 4], [1], keepDims: true, python: "1"),
      sample("axes 0, 2", [2, 3, 4], [0, 2], python: "(0, 2)"),
      sample("axes 2, 1 keepDims", [2, 3, 4], [2, 1], keepDims: true, python: "(2, 1)"),
      sample("no elements left", [3, 0], [0], python: "0"),
    ]
    if hasEmpty {
      var empty = sample("of no elements", [0, 3], [0], python: "0")
      empty.exceptions.formUnion(ofNone)
      if !ofNone.isEmpty { empty.reason = "the result of no elements is infinite" }
      samples.append(empty)
    }
    return OpEntry(name, dtypes: dtypes, samples)
  }
}

let reduceOps: [OpEntry] = [
  // A row and a column of a batch are added in different orders, to make the best of memory.
  .reduction("sum", "np.sum", dtypes: .all) { $0.sum(axes: $1, keepDims: $2) },
  .reduction("mean", "np.mean", dtypes: .all, hasEmpty: false) {
    $0.mean(axes: $1, keepDims: $2)
  },
  .reduction("variance", "np.var", dtypes: .all, hasEmpty: false) {
    $0.variance(axes: $1, keepDims: $2)
  },
  .reduction(
    "variance correction", "np.var", ", ddof=1", dtypes: .all, hasEmpty: false
  ) {
    $0.variance(axes: $1, correction: 1, keepDims: $2)
  },
  .reduction("standardDeviation", "np.std", dtypes: .all, hasEmpty: false) {
    $0.standardDeviation(axes: $1, keepDims: $2)
  },
  .reduction("any", "np.any", in: .whole(0, 1), dtypes: .all, except: .derivatives) {
    $0.any(axes: $1, keepDims: $2)
  },
  .reduction("all", "np.all", in: .whole(0, 1), dtypes: .all, except: .derivatives) {
    $0.all(axes: $1, keepDims: $2)
  },
  .reduction(
    "countNonzero", "np.count_nonzero", in: .whole(0, 2), dtypes: .all, except: .derivatives
  ) {
    $0.countNonzero(axes: $1, keepDims: $2)
  },
]
