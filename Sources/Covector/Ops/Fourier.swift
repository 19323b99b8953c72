// Discrete Fourier transforms of one and several axes, of complex and of real arrays, and the
// frequencies and shifts that go with them.

import CovectorKernels

/// The unscaled discrete Fourier transform along the last axis: sums of x[j] exp(∓2πi jk / n).
struct FourierTransform: LinearPrimitive {
  let inverse: Bool

  var name: String { inverse ? "ifft" : "fft" }

  var evaluation: Evaluation { .function { [inverse] call in try call.fourier(inverse: inverse) } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].rank > 0 && x[0].dtype.isComplex }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  // The matrix is symmetric; its adjoint is its conjugate.
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(FourierTransform(inverse: !inverse), cotangent)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

/// The unscaled transform of real rows, of which the first half is kept, or the way back from that.
///
/// Of an even number of points, and not of few: half as much work as a complex one.
struct RealFourierTransform: LinearPrimitive {
  let count: Int
  let inverse: Bool

  var name: String { inverse ? "irfft" : "rfft" }

  var evaluation: Evaluation {
    .function { [count, inverse] call in try call.realFourier(count, inverse: inverse) }
  }

  /// Whether there is such a transform; a complex one serves otherwise.
  static func exists(_ count: Int) -> Bool { cv_rfft_is_planned(Int64(count)) }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && count > 0 && x[0].rank > 0 && Self.exists(count)
      && x[0].shape.last == (inverse ? count / 2 + 1 : count)
      && (inverse ? x[0].dtype.isComplex : x[0].dtype.isFloating)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let dtype = x[0].dtype
    return [
      ArrayType(
        x[0].shape.dropLast() + [inverse ? count : count / 2 + 1],
        inverse ? dtype.real : dtype.complex)
    ]
  }

  // Inner elements stand for two in the inverse, for one in the adjoint.
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    let places = NDArray.arange(count / 2 + 1)
    let isEnd = (places .== 0) .| (places .== NDArray(Int32(count / 2)))
    let dtype = cotangent.dtype.real
    let weight = which(isEnd, NDArray.scalar(1, dtype), NDArray.scalar(inverse ? 2 : 0.5, dtype))
    let adjoint = RealFourierTransform(count: count, inverse: !inverse)
    return [
      inverse ? NDArray(adjoint, cotangent) * weight : NDArray(adjoint, cotangent * weight)
    ]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

/// How a Fourier transform of n points and its inverse are scaled.
public enum FourierScale: Sendable {
  /// The inverse is divided by n.
  case backward
  /// Both are divided by the square root of n, which makes them unitary.
  case orthonormal
  /// The transform is divided by n.
  case forward

  /// What the unscaled sums are multiplied with.
  fileprivate func factor(_ count: Int, inverse: Bool) -> Double {
    switch self {
    case .backward: inverse ? 1 / Double(count) : 1
    case .orthonormal: 1 / Double(count).squareRoot()
    case .forward: inverse ? 1 : 1 / Double(count)
    }
  }
}

extension NDArray {
  /// The array cut short or filled with zeros at the end of an axis.
  fileprivate func resized(axis: Int, to count: Int) -> NDArray {
    let size = shape[axis]
    if count <= size { return sliced(axis: axis, from: 0, count: count) }
    var missing = shape
    missing[axis] = count - size
    return concatenated([self, zeroScalar.broadcast(to: missing)], axis: axis)
  }

  /// The array multiplied with a number, unless that is 1.
  fileprivate func scaled(by factor: Double) -> NDArray {
    factor == 1 ? self : self * NDArray.scalar(factor, dtype.real)
  }

  /// Transforms along an axis counted from the front.
  fileprivate func transformed(axis: Int, inverse: Bool, _ scale: FourierScale) -> NDArray {
    let factor = scale.factor(shape[axis], inverse: inverse)
    let last = movingAxis(axis, to: rank - 1)
    let sums = NDArray(FourierTransform(inverse: inverse), last).scaled(by: factor)
    return sums.movingAxis(rank - 1, to: axis)
  }

  /// The last half of the spectrum of a real signal of `count` points put behind its first half.
  fileprivate func mirrored(axis: Int, count: Int) -> NDArray {
    let rest = count - shape[axis]
    if rest == 0 { return self }
    let tail = sliced(axis: axis, from: 1, count: rest)
    return concatenated([self, tail.flipped(axis).conjugated], axis: axis)
  }

  /// Runs a transform over axes with numbers of points as users give them.
  ///
  /// - Parameters:
  ///   - real: Whether complex arrays are refused.
  ///   - body: Is given the array, its axes, and the numbers of points along them where they were given.
  fileprivate func fourier(
    _ operation: String, _ counts: [Int]?, _ axes: [Int]?, real: Bool = false,
    _ body: (NDArray, [Int], [Int]?) throws(ArrayError) -> NDArray
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      if real, dtype.isComplex {
        throw ArrayError(
          operation,
          "not defined for \(dtype), which is not real; take its real part, or use "
            + String(operation.dropFirst()))
      }
      var places: [Int]
      if let axes {
        places = try axes.mapAxes(rank: rank, operation)
      } else {
        let named = Swift.min(counts?.count ?? rank, rank)
        places = Array((rank - named)..<rank)
      }
      guard !places.isEmpty, counts == nil || counts?.count == places.count else {
        throw ArrayError(
          operation,
          "\(counts?.count ?? 0) numbers of points do not fit axes \(places); one is needed for each "
            + "axis, and at least one axis")
      }
      for count in counts ?? [] where count < 1 {
        throw ArrayError(operation, "\(count) points were asked for; at least 1 is needed")
      }
      if counts == nil, let axis = places.first(where: { shape[$0] == 0 }) {
        throw ArrayError(
          operation, "axis \(axis) of shape \(shape) is empty; at least one element is needed")
      }
      let x = strong
      return try body(real ? x.inexact : x.asType(x.dtype.complex), places, counts)
    }
  }

  /// The complex transform over several axes.
  fileprivate func complexTransform(
    _ operation: String, inverse: Bool, _ counts: [Int]?, _ axes: [Int]?, _ scale: FourierScale
  ) -> NDArray {
    fourier(operation, counts, axes) { x, axes, counts in
      var y = x
      for (number, axis) in axes.enumerated().reversed() {
        if let counts { y = y.resized(axis: axis, to: counts[number]) }
        y = y.transformed(axis: axis, inverse: inverse, scale)
      }
      return y
    }
  }

  /// The transform of a real array, of whose last transformed axis half is kept.
  fileprivate func realTransform(
    _ operation: String, _ counts: [Int]?, _ axes: [Int]?, _ scale: FourierScale
  ) -> NDArray {
    fourier(operation, counts, axes, real: true) { x, axes, counts in
      var y = x.wide
      for (number, axis) in axes.enumerated().reversed() {
        if let counts { y = y.resized(axis: axis, to: counts[number]) }
        let count = y.shape[axis]
        if number < axes.count - 1 {
          y = y.transformed(axis: axis, inverse: false, scale)
        } else if RealFourierTransform.exists(count) {
          let half = RealFourierTransform(count: count, inverse: false)
          let factor = scale.factor(count, inverse: false)
          y = NDArray(half, y.movingAxis(axis, to: -1)).movingAxis(-1, to: axis).scaled(by: factor)
        } else {
          y = y.asType(y.dtype.complex).transformed(axis: axis, inverse: false, scale)
            .sliced(axis: axis, from: 0, count: count / 2 + 1)
        }
      }
      return y
    }
  }

  /// The real array whose transform has this as the half that is kept.
  fileprivate func inverseRealTransform(
    _ operation: String, _ counts: [Int]?, _ axes: [Int]?, _ scale: FourierScale
  ) -> NDArray {
    fourier(operation, counts, axes) { x, axes, counts throws(ArrayError) in
      var y = x
      for (number, axis) in axes.enumerated() {
        if number < axes.count - 1 {
          if let counts { y = y.resized(axis: axis, to: counts[number]) }
          y = y.transformed(axis: axis, inverse: true, scale)
          continue
        }
        let count = counts?[number] ?? 2 * (y.shape[axis] - 1)
        guard count > 0 else {
          throw ArrayError(
            operation,
            "axis \(axis) of shape \(shape) is half of no points; give their number where it is 1")
        }
        y = y.resized(axis: axis, to: count / 2 + 1)
        if RealFourierTransform.exists(count) {
          let whole = RealFourierTransform(count: count, inverse: true)
          let factor = scale.factor(count, inverse: true)
          return NDArray(whole, y.movingAxis(axis, to: -1)).movingAxis(-1, to: axis)
            .scaled(by: factor)
        }
        y = y.mirrored(axis: axis, count: count)
        y = y.transformed(axis: axis, inverse: true, scale)
      }
      return y.real
    }
  }
}

// MARK: - One axis

/// Returns the discrete Fourier transform along an axis.
///
/// Element k is the sum of x[j] exp(-2πi jk / n). `float64` gives `complex128`, everything else real
/// `complex64`; complex dtypes are kept. Any length takes time in proportion to n log n.
/// - Parameters:
///   - x: The array.
///   - count: The number of points n: the axis is cut short or filled with zeros to that. Its size by default.
///   - axis: The axis, a negative one counted from the end; the last one by default.
///   - scale: Which of the transform and its inverse is divided by n.
public func fft(
  _ x: NDArray, count: Int? = nil, axis: Int = -1, scale: FourierScale = .backward
) -> NDArray {
  x.complexTransform("fft", inverse: false, count.map { [$0] }, [axis], scale)
}

/// Returns the array whose discrete Fourier transform along an axis is `x`; see `fft`.
public func ifft(
  _ x: NDArray, count: Int? = nil, axis: Int = -1, scale: FourierScale = .backward
) -> NDArray {
  x.complexTransform("ifft", inverse: true, count.map { [$0] }, [axis], scale)
}

/// Returns the first n / 2 + 1 elements of the Fourier transform of a real array along an axis.
///
/// The others are the conjugates of these. Arguments are those of `fft`.
/// - Precondition: The array is not complex.
public func rfft(
  _ x: NDArray, count: Int? = nil, axis: Int = -1, scale: FourierScale = .backward
) -> NDArray {
  x.realTransform("rfft", count.map { [$0] }, [axis], scale)
}

/// Returns the real array of n points whose `rfft` along an axis is `x`.
///
/// The imaginary parts of the first element, and for even n of the last, do not count.
/// - Parameters:
///   - x: The array.
///   - count: The number n of points of the result; by default twice the size of the axis, less 2: an even
///     number. Odd ones must be given.
///   - axis: The axis, a negative one counted from the end; the last one by default.
///   - scale: Which of the transform and its inverse is divided by n.
public func irfft(
  _ x: NDArray, count: Int? = nil, axis: Int = -1, scale: FourierScale = .backward
) -> NDArray {
  x.inverseRealTransform("irfft", count.map { [$0] }, [axis], scale)
}

// MARK: - Several axes

/// Returns the discrete Fourier transform over several axes.
/// - Parameters:
///   - x: The array.
///   - counts: The number of points along each of the axes; their sizes by default.
///   - axes: The axes; by default the last ones, as many as there are counts, or else all.
///   - scale: Which of the transform and its inverse is divided by the number of points.
public func fftn(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int]? = nil, scale: FourierScale = .backward
) -> NDArray { x.complexTransform("fftn", inverse: false, counts, axes, scale) }

/// Returns the array whose discrete Fourier transform over several axes is `x`; see `fftn`.
public func ifftn(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int]? = nil, scale: FourierScale = .backward
) -> NDArray { x.complexTransform("ifftn", inverse: true, counts, axes, scale) }

/// Returns the Fourier transform of a real array over several axes, half of the last of them; see `fftn`.
/// - Precondition: The array is not complex.
public func rfftn(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int]? = nil, scale: FourierScale = .backward
) -> NDArray { x.realTransform("rfftn", counts, axes, scale) }

/// Returns the real array whose `rfftn` is `x`; counts are those of the result, as in `irfft`.
public func irfftn(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int]? = nil, scale: FourierScale = .backward
) -> NDArray { x.inverseRealTransform("irfftn", counts, axes, scale) }

/// Returns the discrete Fourier transform over two axes, the last ones by default; see `fftn`.
public func fft2(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int] = [-2, -1], scale: FourierScale = .backward
) -> NDArray { x.complexTransform("fft2", inverse: false, counts, axes, scale) }

/// Returns the array whose `fft2` is `x`.
public func ifft2(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int] = [-2, -1], scale: FourierScale = .backward
) -> NDArray { x.complexTransform("ifft2", inverse: true, counts, axes, scale) }

/// Returns the Fourier transform of a real array over two axes, half of the last of them; see `rfftn`.
/// - Precondition: The array is not complex.
public func rfft2(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int] = [-2, -1], scale: FourierScale = .backward
) -> NDArray { x.realTransform("rfft2", counts, axes, scale) }

/// Returns the real array whose `rfft2` is `x`.
public func irfft2(
  _ x: NDArray, counts: [Int]? = nil, axes: [Int] = [-2, -1], scale: FourierScale = .backward
) -> NDArray { x.inverseRealTransform("irfft2", counts, axes, scale) }

// MARK: - Frequencies

/// Returns the array with frequency 0 moved from the start of the axes to their middle.
/// - Parameters:
///   - x: The array.
///   - axes: The axes to shift; all by default.
public func fftshift(_ x: NDArray, axes: [Int]? = nil) -> NDArray {
  shiftedHalfway(x, axes, "fftshift") { $0 / 2 }
}

/// Returns the array with frequency 0 moved from the middle of the axes to their start: undoes `fftshift`.
public func ifftshift(_ x: NDArray, axes: [Int]? = nil) -> NDArray {
  shiftedHalfway(x, axes, "ifftshift") { -($0 / 2) }
}

private func shiftedHalfway(
  _ x: NDArray, _ axes: [Int]?, _ operation: String, _ shift: (Int) -> Int
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    var result = x.strong
    for axis in try normalizedAxes(axes, rank: x.rank, operation) where x.shape[axis] > 1 {
      result = result.rolled(by: shift(x.shape[axis]), axis: axis)
    }
    return result
  }
}

/// Returns the frequencies of the elements of `fft`, in cycles per unit of the spacing.
/// - Parameters:
///   - count: The number of points, at least 1.
///   - spacing: The distance between points.
///   - dtype: A real floating-point type.
public func fftfreq(_ count: Int, spacing: Double = 1, dtype: DType = .float32) -> NDArray {
  frequencies("fftfreq", count, spacing, dtype) { k in k < (count + 1) / 2 ? k : k - count }
}

/// Returns the frequencies of the elements of `rfft`, in cycles per unit of the spacing; see `fftfreq`.
public func rfftfreq(_ count: Int, spacing: Double = 1, dtype: DType = .float32) -> NDArray {
  frequencies("rfftfreq", count, spacing, dtype, kept: count / 2 + 1) { k in k }
}

private func frequencies(
  _ operation: String, _ count: Int, _ spacing: Double, _ dtype: DType, kept: Int? = nil,
  _ cycles: (Int) -> Int
) -> NDArray {
  NDArray.reporting { () throws(ArrayError) in
    guard count > 0 else {
      throw ArrayError(operation, "\(count) points were given; at least 1 is needed")
    }
    guard dtype.isFloating else {
      throw ArrayError(
        operation, "not defined for \(dtype); a real floating-point dtype is needed")
    }
    let length = Double(count) * spacing
    return NDArray((0..<(kept ?? count)).map { Double(cycles($0)) / length }).asType(dtype)
  }
}
