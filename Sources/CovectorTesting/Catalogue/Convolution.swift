// Samples of the operations in Ops/Convolution.swift.

import Covector

extension OpEntry.Sample {
  /// A sample of a convolution that JAX has too; `options` are more arguments of it.
  fileprivate static func convolution(
    _ label: String, _ input: [Int], _ weight: [Int], stride: String, padding: String,
    options: String = "", _ call: @escaping @Sendable (NDArray, NDArray) -> NDArray
  ) -> OpEntry.Sample {
    let spatial = ["W", "HW", "DHW"][input.count - 3]
    return OpEntry.Sample(
      label, [OpEntry.Input(input, .real(-2, 2)), OpEntry.Input(weight, .real(-1, 3))],
      oracle: "jax.lax.conv_general_dilated(x, y, \(stride), \(padding), "
        + "dimension_numbers=('N\(spatial)C', 'O\(spatial)I', 'N\(spatial)C')\(options))"
    ) { call($0[0], $0[1]) }
  }
}

let convolutionOps: [OpEntry] = [
  OpEntry(
    "conv1d", dtypes: .numbers,
    [
      .convolution("", [2, 6, 3], [4, 3, 3], stride: "(1,)", padding: "[(0, 0)]") {
        conv1d($0, $1)
      },
      .convolution(
        "stride, padding, dilation", [1, 7, 2], [3, 3, 2], stride: "(2,)", padding: "[(2, 2)]",
        options: ", rhs_dilation=(2,)"
      ) { conv1d($0, $1, stride: 2, padding: 2, dilation: 2) },
      .convolution(
        "groups", [2, 5, 4], [6, 2, 2], stride: "(1,)", padding: "[(1, 1)]",
        options: ", feature_group_count=2"
      ) { conv1d($0, $1, padding: 1, groups: 2) },
      .convolution(
        "each channel alone", [1, 5, 3], [3, 2, 1], stride: "(1,)", padding: "[(0, 0)]",
        options: ", feature_group_count=3"
      ) { conv1d($0, $1, groups: 3) },
    ]),
  OpEntry(
    "conv2d", dtypes: .numbers,
    [
      .convolution("", [2, 4, 5, 2], [3, 2, 3, 2], stride: "(1, 1)", padding: "[(0, 0), (0, 0)]") {
        conv2d($0, $1)
      },
      .convolution(
        "stride, padding", [1, 5, 4, 2], [2, 3, 3, 2], stride: "(2, 1)",
        padding: "[(1, 1), (2, 2)]"
      ) { conv2d($0, $1, stride: [2, 1], padding: [1, 2]) },
      .convolution("one by one", [2, 3, 3, 2], [4, 1, 1, 2], stride: "(1, 1)", padding: "'VALID'") {
        conv2d($0, $1)
      },
    ]),
  OpEntry(
    "conv3d", dtypes: .numbers,
    [
      .convolution(
        "", [1, 3, 3, 4, 2], [2, 2, 2, 2, 2], stride: "(1, 1, 1)",
        padding: "[(1, 1), (0, 0), (0, 0)]"
      ) { conv3d($0, $1, padding: [1, 0, 0]) }
    ]),
  OpEntry(
    "convGeneral", dtypes: .numbers,
    [
      .convolution(
        "dilated input", [1, 5, 6, 1], [1, 3, 3, 1], stride: "(2, 1)",
        padding: "[(1, 0), (0, 2)]", options: ", lhs_dilation=(2, 3)"
      ) {
        convGeneral(
          $0, $1, stride: [2, 1], padding: ([1, 0], [0, 2]), inputDilation: [2, 3])
      },
      .convolution(
        "all at once", [2, 6, 4], [4, 2, 2], stride: "(2,)", padding: "[(2, 1)]",
        options: ", lhs_dilation=(2,), rhs_dilation=(3,), feature_group_count=2"
      ) {
        convGeneral(
          $0, $1, stride: [2], padding: ([2], [1]), kernelDilation: [3], inputDilation: [2],
          groups: 2)
      },
      OpEntry.Sample(
        "flip, negative padding", [.real(1, 7, 2), .real(3, 3, 2)],
        oracle: "jax.lax.conv_general_dilated(x, y[:, ::-1], (1,), [(-1, 1)], "
          + "dimension_numbers=('NWC', 'OWI', 'NWC'))"
      ) { convGeneral($0[0], $0[1], padding: ([-1], [1]), flip: true) },
    ]),
  OpEntry(
    "convTranspose1d", dtypes: .numbers,
    [
      .convolution(
        "", [2, 4, 2], [3, 3, 2], stride: "(1,)", padding: "[(1, 2)]",
        options: ", lhs_dilation=(2,)"
      ) { convTranspose1d($0, flippedKernel($1), stride: 2, padding: 1, outputPadding: 1) }
    ]),
  OpEntry(
    "convTranspose2d", dtypes: .numbers,
    [
      .convolution(
        "", [1, 3, 3, 2], [2, 2, 3, 2], stride: "(1, 1)", padding: "[(2, 2), (2, 2)]",
        options: ", lhs_dilation=(2, 1), rhs_dilation=(2, 1)"
      ) { convTranspose2d($0, flippedKernel($1), stride: [2, 1], dilation: [2, 1]) }
    ]),
  OpEntry(
    "convTranspose3d", dtypes: .numbers,
    [
      .convolution(
        "", [1, 2, 2, 2, 2], [2, 2, 2, 2, 1], stride: "(1, 1, 1)",
        padding: "[(1, 1), (1, 1), (1, 1)]",
        options: ", lhs_dilation=(2, 2, 2), feature_group_count=2"
      ) { convTranspose3d($0, flippedKernel($1), stride: [2], groups: 2) }
    ]),
  OpEntry(
    "convolve", dtypes: .numbers,
    [("full", ConvolutionMode.full), ("same", .same), ("valid", .valid)].flatMap { label, mode in
      [(6, 3), (4, 4), (2, 5)].map { sizes in
        OpEntry.Sample(
          "\(label) \(sizes.0), \(sizes.1)", [.real(sizes.0), .real(sizes.1, in: -1...3)],
          oracle: "np.convolve(x, y, '\(label)')"
        ) { convolve($0[0], $0[1], mode: mode) }
      }
    }),
]

/// Kernels that run the other way along every spatial axis, as the oracle's.
private func flippedKernel(_ weight: NDArray) -> NDArray {
  (1..<(weight.rank - 1)).reduce(weight) { $0.flipped($1) }
}
