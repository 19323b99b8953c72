// Samples of the operations in Ops/ShortFourier.swift.

import Covector

let shortFourierOps: [OpEntry] = [
  OpEntry(
    "stft", dtypes: .all,
    [
      .init("", [.real(2, 20)], oracle: frames("np.pad(x, ((0, 0), (4, 4)), 'reflect')", 8, 2)) {
        stft($0[0], points: 8)
      },
      .init(
        "window, hop, edge", [.real(15), .real(5, in: 0.5...1)],
        oracle: frames("np.pad(x, (3, 3), 'edge')", 7, 3, "np.pad(np.real(y), (1, 1))")
      ) {
        stft($0[0], points: 7, hop: 3, window: $0[1].real, padding: .edge)
      },
      .init("zeros", [.real(9)], oracle: frames("np.pad(x, (2, 2))", 4, 1, scale: "ortho")) {
        stft($0[0], points: 4, padding: .zero, scale: .orthonormal)
      },
      .init("not centred", [.real(9)], oracle: frames("x", 6, 2)) {
        stft($0[0], points: 6, hop: 2, padding: nil)
      },
    ]),
  OpEntry(
    "istft", dtypes: .all,
    [
      .init("", [.real(2, 5, 6)], oracle: nil) { istft($0[0], hop: 2) },
      .init("undoes stft", [.real(2, 20)], oracle: "1.0 * np.real(x)") {
        istft(
          stft($0[0].real, points: 8, window: .hanning(8, dtype: .float64)), points: 8,
          window: .hanning(8, dtype: .float64), length: 20)
      },
      .init("odd, longer", [.real(4, 5), .real(7, in: 0.5...1)], oracle: nil) {
        istft($0[0], points: 7, hop: 3, window: $0[1].real, isCentered: false, length: 25)
      },
      .init("complex", [.real(4, 5)], oracle: nil) { istft($0[0], hop: 2, isReal: false) },
    ]),
]

/// The oracle of frames of a signal, which is already continued.
private func frames(
  _ signal: String, _ points: Int, _ hop: Int, _ window: String = "1.0", scale: String = "backward"
) -> String {
  "np.swapaxes((np.fft.fft if np.iscomplexobj(x) else np.fft.rfft)"
    + "(np.lib.stride_tricks.sliding_window_view(\(signal), \(points), -1)[..., ::\(hop), :]"
    + " * \(window), norm='\(scale)'), -1, -2)"
}
