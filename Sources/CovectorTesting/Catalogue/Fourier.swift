// Samples of the operations in Ops/Fourier.swift.

import Covector

let fourierOps: [OpEntry] = [
  transform("fft", "np.fft.fft", lengths: [1, 2, 7, 12, 31, 64], fft),
  transform("ifft", "np.fft.ifft", lengths: [5, 8], ifft),
  transform("rfft", "np.fft.rfft", lengths: [1, 2, 7, 12, 130, 146], dtypes: .ordered, rfft),
  transform("irfft", "np.fft.irfft", lengths: [5, 8, 66, 74], counts: [7, 8, 1], irfft),
  transforms("fftn", "np.fft.fftn", fftn),
  transforms("ifftn", "np.fft.ifftn", ifftn),
  transforms("rfftn", "np.fft.rfftn", dtypes: .ordered, rfftn),
  transforms("irfftn", "np.fft.irfftn", irfftn),
  planeTransform("fft2", "np.fft.fft2", fft2),
  planeTransform("ifft2", "np.fft.ifft2", ifft2),
  planeTransform("rfft2", "np.fft.rfft2", dtypes: .ordered, rfft2),
  planeTransform("irfft2", "np.fft.irfft2", irfft2),
  shift("fftshift", fftshift),
  shift("ifftshift", ifftshift),
  OpEntry(
    "fftfreq", dtypes: [.float32],
    [
      .init("even", [], oracle: "np.fft.fftfreq(8, 0.5)") { _ in fftfreq(8, spacing: 0.5) },
      .init("odd", [], oracle: "np.fft.fftfreq(7)") { _ in fftfreq(7) },
    ]),
  OpEntry(
    "rfftfreq", dtypes: [.float32],
    [
      .init("even", [], oracle: "np.fft.rfftfreq(8, 0.5)") { _ in rfftfreq(8, spacing: 0.5) },
      .init("odd", [], oracle: "np.fft.rfftfreq(7)") { _ in rfftfreq(7) },
    ]),
]

/// An entry for a transform of one axis.
private func transform(
  _ name: String, _ oracle: String, lengths: [Int], counts: [Int] = [4, 9],
  dtypes: Set<DType> = .all,
  _ function: @escaping @Sendable (NDArray, Int?, Int, FourierScale) -> NDArray
) -> OpEntry {
  var samples = lengths.map { length in
    OpEntry.Sample("\(length) points", [.real(2, length)], oracle: "\(oracle)(x)") {
      function($0[0], nil, -1, .backward)
    }
  }
  samples += counts.map { count in
    .init("as \(count) points", [.real(6)], oracle: "\(oracle)(x, \(count))") {
      function($0[0], count, -1, .backward)
    }
  }
  samples += [
    .init("axis 0", [.real(6, 3)], oracle: "\(oracle)(x, axis=0)") {
      function($0[0], nil, 0, .backward)
    },
    .init("orthonormal", [.real(2, 6)], oracle: "\(oracle)(x, norm='ortho')") {
      function($0[0], nil, -1, .orthonormal)
    },
    .init("forward", [.real(2, 6)], oracle: "\(oracle)(x, norm='forward')") {
      function($0[0], nil, -1, .forward)
    },
    .init("none", [.real(0, 6)], oracle: "\(oracle)(x)") { function($0[0], nil, -1, .backward) },
  ]
  return OpEntry(name, dtypes: dtypes, samples)
}

/// An entry for a transform of several axes.
private func transforms(
  _ name: String, _ oracle: String, dtypes: Set<DType> = .all,
  _ function: @escaping @Sendable (NDArray, [Int]?, [Int]?, FourierScale) -> NDArray
) -> OpEntry {
  OpEntry(
    name, dtypes: dtypes,
    [
      .init("all", [.real(3, 4)], oracle: "\(oracle)(x, axes=(0, 1))") {
        function($0[0], nil, nil, .backward)
      },
      .init("axes 2, 0", [.real(4, 2, 3)], oracle: "\(oracle)(x, axes=(2, 0), norm='ortho')") {
        function($0[0], nil, [2, 0], .orthonormal)
      },
      .init("counts", [.real(2, 3, 4)], oracle: "\(oracle)(x, (5, 6), axes=(1, 2))") {
        function($0[0], [5, 6], nil, .backward)
      },
      .init(
        "counts and axes", [.real(5, 2, 4)],
        oracle: "\(oracle)(x, (3, 7), axes=(0, -1), norm='forward')"
      ) { function($0[0], [3, 7], [0, -1], .forward) },
    ])
}

/// An entry for a transform of two axes.
private func planeTransform(
  _ name: String, _ oracle: String, dtypes: Set<DType> = .all,
  _ function: @escaping @Sendable (NDArray, [Int]?, [Int], FourierScale) -> NDArray
) -> OpEntry {
  OpEntry(
    name, dtypes: dtypes,
    [
      .init("", [.real(2, 3, 4)], oracle: "\(oracle)(x)") {
        function($0[0], nil, [-2, -1], .backward)
      },
      .init("axes 0, 1", [.real(4, 5, 2)], oracle: "\(oracle)(x, axes=(0, 1))") {
        function($0[0], nil, [0, 1], .backward)
      },
      .init("counts", [.real(3, 4)], oracle: "\(oracle)(x, (5, 6), norm='ortho')") {
        function($0[0], [5, 6], [-2, -1], .orthonormal)
      },
    ])
}

/// An entry for a shift.
private func shift(
  _ name: String, _ function: @escaping @Sendable (NDArray, [Int]?) -> NDArray
) -> OpEntry {
  OpEntry(
    name, dtypes: .all,
    [
      .init("", [.real(4, 5)], oracle: "np.fft.\(name)(x)") { function($0[0], nil) },
      .init("axis -1", [.real(2, 5)], oracle: "np.fft.\(name)(x, axes=(-1,))") {
        function($0[0], [-1])
      },
      .init("empty", [.real(0, 3)], oracle: "np.fft.\(name)(x)") { function($0[0], nil) },
    ])
}
