// Samples of the operations in Ops/NaNReduce.swift.

import Covector

/// The elements with every one below -1 that is not whole replaced by not-a-number.
private func pierced(_ x: NDArray) -> NDArray {
  guard x.dtype.isInexact else { return x }
  let isHole = (x.real .< -1) .& (x.real .!= round(x.real))
  return which(isHole, NDArray(Double.nan).asType(x.dtype), x)
}

/// The same in NumPy.
private let piercedInNumPy =
  "np.where((np.real(x) < -1) & (np.real(x) != np.round(np.real(x))), np.nan, x)"

extension OpEntry {
  /// An entry for a reduction of what is left when elements below -1 are not numbers.
  fileprivate static func nanReduction(
    _ name: String, _ oracle: String, _ options: String = "", dtypes: Set<DType> = .ordered,
    except: Exceptions = [], _ function: @escaping @Sendable (NDArray, [Int]?, Bool) -> NDArray
  ) -> OpEntry {
    func sample(
      _ label: String, _ shape: [Int], _ axes: [Int]?, _ python: String, keepDims: Bool = false
    ) -> Sample {
      Sample(
        label, [Input(shape, .real(-2, 2))],
        oracle: "\(oracle)(\(piercedInNumPy)\(python)\(options)"
          + "\(keepDims ? ", keepdims=True" : ""))",
        except: except
      ) { function(pierced($0[0]), axes, keepDims) }
    }
    return OpEntry(
      name, dtypes: dtypes,
      [
        sample("all", [3, 4], nil, ""),
        sample("axis 0", [6, 3], [0], ", axis=0"),
        sample("axis 1 keepDims", [2, 7, 3], [1], ", axis=1", keepDims: true),
        sample("axes 0, 2", [3, 2, 4], [0, 2], ", axis=(0, 2)"),
      ])
  }
}

let nanReduceOps: [OpEntry] = [
  .nanReduction("nanSum", "np.nansum", dtypes: .all) { $0.nanSum(axes: $1, keepDims: $2) },
  .nanReduction("nanProduct", "np.nanprod", dtypes: .all) {
    $0.nanProduct(axes: $1, keepDims: $2)
  },
  .nanReduction("nanMean", "np.nanmean", dtypes: .all) { $0.nanMean(axes: $1, keepDims: $2) },
  .nanReduction("nanVariance", "np.nanvar", ", ddof=1", dtypes: .all) {
    $0.nanVariance(axes: $1, correction: 1, keepDims: $2)
  },
  .nanReduction("nanStandardDeviation", "np.nanstd", dtypes: .all) {
    $0.nanStandardDeviation(axes: $1, keepDims: $2)
  },
  .nanReduction("nanMax", "np.nanmax") { $0.nanMax(axes: $1, keepDims: $2) },
  .nanReduction("nanMin", "np.nanmin") { $0.nanMin(axes: $1, keepDims: $2) },
  .nanReduction("nanMedian", "np.nanmedian") { $0.nanMedian(axes: $1, keepDims: $2) },
  OpEntry(
    "nanQuantile", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 6), .real(2, in: 0.1...0.9)],
        oracle: "np.nanquantile(\(piercedInNumPy), y, axis=1)"
      ) { pierced($0[0]).nanQuantile($0[1], axes: [1]) },
      .init(
        "scalar", [.real(3, 6), .real(in: 0.1...0.9)],
        oracle: "np.nanquantile(\(piercedInNumPy), y)"
      ) { pierced($0[0]).nanQuantile($0[1]) },
    ]),
  OpEntry(
    "nanArgMax", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 6)], oracle: "np.nanargmax(\(piercedInNumPy), axis=1)",
        except: .derivatives
      ) { pierced($0[0]).nanArgMax(axis: 1) }
    ]),
  OpEntry(
    "nanArgMin", dtypes: .ordered,
    [
      .init(
        "", [.real(3, 6)], oracle: "np.nanargmin(\(piercedInNumPy), axis=1)",
        except: .derivatives
      ) { pierced($0[0]).nanArgMin(axis: 1) }
    ]),
]
