// The short-time Fourier transform: the spectra of overlapping frames of a signal, and back.

/// How a signal is continued beyond its ends.
public enum SignalPadding: Sendable {
  /// Mirrored at its first and last points, which are not repeated.
  case reflect
  /// By its first and last points.
  case edge
  /// By zeros.
  case zero
}

/// Returns the Fourier transforms of overlapping frames along the last axis of a signal.
///
/// The frequencies are along the last axis but one of the result, the frames along the last; a real
/// signal has the frequencies of `rfft`, a complex one those of `fft`.
/// - Parameters:
///   - x: The signal, or several.
///   - points: The length of a frame.
///   - hop: The distance between frames; a quarter of their length by default.
///   - window: What frames are multiplied with: one-dimensional, centred if shorter than a frame; ones by
///     default.
///   - padding: How the signal is continued by half a frame on both sides, so that frames are centred
///     at multiples of `hop`; with `nil` the first frame starts at its first point.
///   - scale: As in `fft`.
public func stft(
  _ x: NDArray, points: Int = 2048, hop: Int? = nil, window: NDArray? = nil,
  padding: SignalPadding? = .reflect, scale: FourierScale = .backward
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let hop = hop ?? Swift.max(points / 4, 1)
    let window = try preparedWindow(window, points, hop, "stft")
    guard let length = x.shape.last else {
      throw ArrayError("stft", "a scalar is no signal; at least one axis is needed")
    }
    let half = padding == nil ? 0 : points / 2
    guard length + 2 * half >= points, padding != .reflect || half < length else {
      throw ArrayError(
        "stft", "a signal of \(length) points is too short for frames of \(points)")
    }
    var signal = x.inexact.strong.wide
    if padding == .zero {
      var widths = [(before: Int, after: Int)](repeating: (0, 0), count: x.rank)
      widths[x.rank - 1] = (half, half)
      signal = signal.padded(widths)
    }
    let frames = (length + 2 * half - points) / hop + 1
    var places: [Int64] = []
    places.reserveCapacity(frames * points)
    for frame in 0..<frames {
      for point in 0..<points {
        places.append(Int64(place(frame * hop + point, half, length, padding)))
      }
    }
    let parts = signal.take(NDArray(places, shape: [frames, points]), axis: -1) * window(signal)
    let spectra = signal.isComplex ? fft(parts, scale: scale) : rfft(parts, scale: scale)
    return spectra.swappingAxes(-1, -2)
  }
}

/// Where in the signal a point of the continued signal comes from.
private func place(_ position: Int, _ half: Int, _ length: Int, _ padding: SignalPadding?) -> Int {
  switch padding {
  case nil, .zero: return position
  case .edge: return Swift.min(Swift.max(position - half, 0), length - 1)
  case .reflect:
    let signed = position - half
    if signed < 0 { return -signed }
    return signed < length ? signed : 2 * (length - 1) - signed
  }
}

/// Checks the frame's numbers, and gives the window, as long as a frame, in the precision of a signal.
private func preparedWindow(
  _ window: NDArray?, _ points: Int, _ hop: Int, _ operation: String
) throws(ArrayError) -> (NDArray) -> NDArray {
  guard points > 0, hop > 0 else {
    throw ArrayError(
      operation, "frames of \(points) points, \(hop) apart, were asked for; both must be at least 1"
    )
  }
  guard let window else {
    return { NDArray.scalar(1, $0.dtype.real).broadcast(to: [points]) }
  }
  guard window.rank == 1, window.count <= points, !window.dtype.isComplex else {
    throw ArrayError(
      operation,
      "\(window.type) is no window for frames of \(points) points; it must be real, with one axis and at "
        + "most as many points")
  }
  let before = (points - window.count) / 2
  let whole = window.padded([(before: before, after: points - window.count - before)])
  return { whole.promoted(to: $0.dtype.real) }
}

/// Returns the signal whose `stft` is `x`, as nearly as there is one: frames are added where they overlap,
/// and divided by the sum of the squared windows.
///
/// Where the windows are all zero, so is the signal.
/// - Parameters:
///   - x: Frequencies along the last axis but one, frames along the last.
///   - points: The length of a frame; that which has as many frequencies, and is even, by default.
///   - hop: The distance between frames; a quarter of their length by default.
///   - window: The window, as in `stft`.
///   - isCentered: Whether the signal was continued by half a frame on both sides.
///   - isReal: Whether the frequencies are those of a real signal, as of `rfft`.
///   - length: The number of points of the result; by default what the frames cover.
///   - scale: As in `fft`.
public func istft(
  _ x: NDArray, points: Int? = nil, hop: Int? = nil, window: NDArray? = nil,
  isCentered: Bool = true, isReal: Bool = true, length: Int? = nil,
  scale: FourierScale = .backward
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    guard x.rank > 1, x.shape[x.rank - 1] > 0, x.shape[x.rank - 2] > 0 else {
      throw ArrayError(
        "istft", "shape \(x.shape) has no frequencies and frames; two axes with elements are needed"
      )
    }
    let frequencies = x.shape[x.rank - 2]
    let points = points ?? (isReal ? Swift.max(2 * (frequencies - 1), 1) : frequencies)
    guard frequencies == (isReal ? points / 2 + 1 : points) else {
      throw ArrayError("istft", "\(frequencies) frequencies do not fit frames of \(points) points")
    }
    let hop = hop ?? Swift.max(points / 4, 1)
    let window = try preparedWindow(window, points, hop, "istft")
    let spectra = x.swappingAxes(-1, -2)
    let parts =
      isReal ? irfft(spectra, count: points, scale: scale) : ifft(spectra, scale: scale)
    let shaped = window(parts)
    let frames = x.shape[x.rank - 1]
    let covered = (frames - 1) * hop + points
    let starts = NDArray.arange(frames).reshaped([frames, 1]) * NDArray(Int32(hop))
    let places = starts + NDArray.arange(points)
    let leading = Array(parts.shape.dropLast(2))
    let sum = NDArray.zeros(leading + [covered], dtype: parts.dtype)
      .at[..., places].adding(parts * shaped)
    let weights = NDArray.zeros([covered], dtype: shaped.dtype)
      .at[places].adding(square(shaped).broadcast(to: [frames, points]))
    let isCovered = weights .> NDArray.scalar(1e-11, weights.dtype)
    let divisor = which(isCovered, weights, NDArray.scalar(1, weights.dtype))
    let signal = which(isCovered, sum / divisor, sum.zeroScalar)
    let start = isCentered ? points / 2 : 0
    let available = Swift.max(covered - 2 * start, 0)
    let kept = Swift.min(length ?? available, covered - start)
    let part = signal.sliced(axis: signal.rank - 1, from: start, count: kept)
    guard let length, length > kept else { return part }
    var widths = [(before: Int, after: Int)](repeating: (0, 0), count: part.rank)
    widths[part.rank - 1] = (0, length - kept)
    return part.padded(widths)
  }
}
