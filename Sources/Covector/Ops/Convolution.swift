// Convolution over one to three axes: one bilinear primitive, whose transposes are convolutions
// again, and the functions made of it. Channels come last.

/// The convolution of `[examples, sizes…, channels]` with kernels `[results, sizes…, channels of a
/// group]`.
///
/// Channels and results are cut into groups that have nothing to do with each other.
struct Convolve: BilinearPrimitive {
  let window: ConvolutionWindow
  let groups: Int

  var name: String { "convGeneral" }

  var evaluation: Evaluation {
    .function { [window, groups] call in try call.convolve(window, groups: groups) }
  }

  private var axes: Int { window.strides.count }

  func accepts(_ x: [NDArray]) -> Bool {
    let axes = window.strides.count
    let numbers = [window.low, window.high, window.kernelDilation, window.inputDilation]
    let positive = window.strides + window.kernelDilation + window.inputDilation
    let limit = 1 << 31
    return x.count == 2 && x.haveOneDType
      && x.allSatisfy { $0.rank == axes + 2 && $0.shape.allSatisfy { $0 < limit } }
      && numbers.allSatisfy { $0.count == axes && $0.allSatisfy { $0.magnitude < limit } }
      && positive.allSatisfy { $0 > 0 && $0 < limit } && groups > 0
      && x[0].shape[axes + 1] / groups == x[1].shape[axes + 1]
      && x[0].shape[axes + 1] % groups == 0 && x[1].shape[0] % groups == 0
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let (input, weight) = (x[0].shape, x[1].shape)
    let sizes = (0..<axes).map { window.outputSize($0, input[$0 + 1], weight[$0 + 1]) }
    if let axis = sizes.firstIndex(where: { $0 < 0 }) {
      throw ArrayError(
        name,
        "kernels of shape \(weight) do not fit input of shape \(input) along spatial axis \(axis): "
          + "they reach over \(reach(weight)[axis]) elements, there are "
          + "\(ConvolutionWindow.dilated(input[axis + 1], window.inputDilation[axis])) "
          + "with padding \(window.low[axis]) and \(window.high[axis])")
    }
    return [ArrayType([input[0]] + sizes + [weight[0]], x[0].dtype)]
  }

  private func reach(_ weight: [Int]) -> [Int] {
    (0..<axes).map { ConvolutionWindow.dilated(weight[$0 + 1], window.kernelDilation[$0]) }
  }

  private func spread(_ input: [Int]) -> [Int] {
    (0..<axes).map { ConvolutionWindow.dilated(input[$0 + 1], window.inputDilation[$0]) }
  }

  /// The sizes of the result's spatial axes, with the elements a stride apart.
  private func spread(result: [Int]) -> [Int] {
    (0..<axes).map { ConvolutionWindow.dilated(result[$0 + 1], window.strides[$0]) }
  }

  // The cotangent, spread apart by the strides, convolved with the kernels backwards; channels and
  // results change places in every group.
  func transposeFirst(_ cotangent: NDArray, _ first: ArrayType, _ second: NDArray) -> NDArray {
    if cotangent.count == 0 || second.count == 0 { return zeros(first) }
    let (reach, spread) = (reach(second.shape), spread(first.shape))
    let covered = self.spread(result: cotangent.shape)
    let back = ConvolutionWindow(
      strides: window.inputDilation, low: (0..<axes).map { reach[$0] - 1 - window.low[$0] },
      high: (0..<axes).map { spread[$0] + window.low[$0] - covered[$0] },
      kernelDilation: window.kernelDilation, inputDilation: window.strides,
      flips: !window.flips)
    let kernel = second.shape[1...axes]
    let results = second.shape[0] / groups
    let channels = second.shape[axes + 1]
    let swapped = second.reshaped([groups, results] + kernel + [channels])
      .swappingAxes(1, -1).reshaped([groups * channels] + kernel + [results])
    return NDArray(Convolve(window: back, groups: groups), cotangent, swapped)
  }

  // The input convolved with the cotangent: examples are summed over, so they act as channels, and
  // the channels of a group as examples.
  func transposeSecond(_ cotangent: NDArray, _ first: NDArray, _ second: ArrayType) -> NDArray {
    if cotangent.count == 0 || first.count == 0 { return zeros(second) }
    let (reach, spread) = (reach(second.shape), spread(first.shape))
    let covered = self.spread(result: cotangent.shape)
    let over = ConvolutionWindow(
      strides: window.kernelDilation, low: window.low,
      high: (0..<axes).map { reach[$0] - 1 + covered[$0] - spread[$0] - window.low[$0] },
      kernelDilation: window.strides, inputDilation: window.inputDilation, flips: false)
    let sizes = first.shape[1...axes]
    let (examples, channels) = (first.shape[0], second.shape[axes + 1])
    let places = Array(1...axes)
    let input = first.reshaped([examples] + sizes + [groups, channels])
      .transposed([axes + 2] + places + [axes + 1, 0])
      .reshaped([channels] + sizes + [groups * examples])
    let kernel = cotangent.swappingAxes(0, -1)
    let product = NDArray(Convolve(window: over, groups: groups), input, kernel)
    let gradient = product.swappingAxes(0, -1)
    return window.flips ? places.reduce(gradient) { $0.flipped($1) } : gradient
  }

  private func zeros(_ type: ArrayType) -> NDArray {
    NDArray.zeros(type.shape, dtype: type.dtype)
  }

  // Mapped inputs are more examples; mapped kernels are more results of each group; where both are
  // mapped, every pair is a group of its own.
  func batch(_ x: [NDArray], _ mapped: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let front = zip(x, mapped).map { array, axis in
      axis.map { array.movingAxis($0, to: 0) } ?? array
    }
    let (input, weight) = (front[0], front[1])
    switch (mapped[0], mapped[1]) {
    case (_?, nil):
      let merged = input.reshaped([size * input.shape[1]] + input.shape.dropFirst(2))
      let result = NDArray(self, merged, weight)
      return ([result.reshaped([size, input.shape[1]] + result.shape.dropFirst())], [0])
    case (nil, _?):
      let results = weight.shape[1] / groups
      let merged = weight.reshaped([size, groups, results] + weight.shape.dropFirst(2))
        .swappingAxes(0, 1).reshaped([size * groups * results] + weight.shape.dropFirst(2))
      let result = NDArray(self, input, merged)
      let split = result.reshaped(result.shape.dropLast() + [groups, size, results])
        .movingAxis(-2, to: 0)
      return ([split.reshaped(split.shape.dropLast(2) + [groups * results])], [0])
    default:
      if size == 0 {
        // No group is left to convolve; the type alone matters.
        let one = (0..<2).map {
          NDArray.zeros(Array(front[$0].shape.dropFirst()), dtype: x[$0].dtype)
        }
        let shape = NDArray(self, one).shape
        return ([NDArray.zeros([0] + shape, dtype: x[0].dtype)], [0])
      }
      let moved = input.movingAxis(0, to: -2)
      let channels = input.shape[input.rank - 1]
      let results = weight.shape[1]
      let result = NDArray(
        Convolve(window: window, groups: size * groups),
        moved.reshaped(moved.shape.dropLast(2) + [size * channels]),
        weight.reshaped([size * results] + weight.shape.dropFirst(2)))
      return (
        [result.reshaped(result.shape.dropLast() + [size, results]).movingAxis(-2, to: 0)], [0]
      )
    }
  }
}

// MARK: - Checks

/// Numbers for each spatial axis; one number counts for all.
private func perAxis(
  _ numbers: [Int], _ axes: Int, _ what: String, atLeast least: Int?, _ operation: String
) throws(ArrayError) -> [Int] {
  let all = numbers.count == 1 ? [Int](repeating: numbers[0], count: axes) : numbers
  guard all.count == axes else {
    throw ArrayError(
      operation,
      "\(what) \(numbers) does not fit \(axes) spatial axes; give one number, or one each")
  }
  if let least, let wrong = all.first(where: { $0 < least }) {
    throw ArrayError(operation, "\(what) \(wrong) is too small; at least \(least) is needed")
  }
  return all
}

/// Checks the operands of a convolution over some number of axes and applies it.
private func convolved(
  _ input: NDArray, _ weight: NDArray, axes: Int?, strides: [Int], low: [Int], high: [Int],
  kernelDilation: [Int], inputDilation: [Int], groups: Int, flips: Bool, _ operation: String
) throws(ArrayError) -> NDArray {
  let (x, w) = promotedPair(input, weight)
  _ = try requireNumbers([x], operation)
  let axes = axes ?? x.rank - 2
  guard (1...3).contains(axes), x.rank == axes + 2, w.rank == axes + 2 else {
    let wanted = (1...3).contains(axes) ? "\(axes + 2)" : "3 to 5"
    throw ArrayError(
      operation,
      "input of shape \(input.shape) and kernels of shape \(weight.shape); both must have "
        + "\(wanted) axes: examples or results, spatial ones, channels")
  }
  guard groups > 0, w.shape[0] % groups == 0, x.shape[axes + 1] == w.shape[axes + 1] * groups else {
    throw ArrayError(
      operation,
      "input of shape \(input.shape) and kernels of shape \(weight.shape) do not fit with "
        + "\(groups) groups; the last size of the input must be \(groups) times that of the "
        + "kernels, and the first size of the kernels a multiple of \(groups)")
  }
  let window = ConvolutionWindow(
    strides: try perAxis(strides, axes, "stride", atLeast: 1, operation),
    low: try perAxis(low, axes, "padding", atLeast: nil, operation),
    high: try perAxis(high, axes, "padding", atLeast: nil, operation),
    kernelDilation: try perAxis(kernelDilation, axes, "kernelDilation", atLeast: 1, operation),
    inputDilation: try perAxis(inputDilation, axes, "inputDilation", atLeast: 1, operation),
    flips: flips)
  return NDArray(Convolve(window: window, groups: groups), x.strong, w.strong)
}

private func transposeConvolved(
  _ input: NDArray, _ weight: NDArray, axes: Int, stride: [Int], padding: [Int], dilation: [Int],
  outputPadding: [Int], groups: Int, _ operation: String
) -> NDArray {
  NDArray.reporting(like: input) { () throws(ArrayError) in
    let padding = try perAxis(padding, axes, "padding", atLeast: nil, operation)
    let dilation = try perAxis(dilation, axes, "dilation", atLeast: 1, operation)
    let extra = try perAxis(outputPadding, axes, "outputPadding", atLeast: 0, operation)
    guard weight.rank == axes + 2 else {
      throw ArrayError(
        operation, "kernels of shape \(weight.shape) must have \(axes + 2) axes")
    }
    let reach = (0..<axes).map { ConvolutionWindow.dilated(weight.shape[$0 + 1], dilation[$0]) }
    return try convolved(
      input, weight, axes: axes, strides: [1],
      low: (0..<axes).map { reach[$0] - 1 - padding[$0] },
      high: (0..<axes).map { reach[$0] - 1 - padding[$0] + extra[$0] }, kernelDilation: dilation,
      inputDilation: stride, groups: groups, flips: true, operation)
  }
}

// MARK: - Public functions

/// Returns the convolution of an input with kernels, over one to three spatial axes.
///
/// Each result is the sum of products of a kernel with the elements beneath it: a correlation, as
/// is usual for networks; with `flip` the kernel runs backwards. Lists have one number for each
/// spatial axis, or a single one for all. Dtypes are promoted; half types are summed in `float32`.
/// - Parameters:
///   - input: Of shape `[examples, sizes…, channels]`.
///   - weight: Kernels of shape `[results, sizes…, channels / groups]`.
///   - stride: How far the kernel moves from one result to the next.
///   - padding: Zeros before and after the input; negative numbers leave elements out.
///   - kernelDilation: The distance between neighbours of the kernel.
///   - inputDilation: The distance between neighbours of the input, with zeros between them.
///   - groups: The number of groups the channels and results are cut into; each result sees the
///     channels of its own group.
///   - flip: Whether the kernel runs backwards.
/// - Returns: An array of shape `[examples, sizes…, results]`.
public func convGeneral(
  _ input: NDArray, _ weight: NDArray, stride: [Int] = [1],
  padding: (low: [Int], high: [Int]) = ([0], [0]), kernelDilation: [Int] = [1],
  inputDilation: [Int] = [1], groups: Int = 1, flip: Bool = false
) -> NDArray {
  NDArray.reporting(like: input) { () throws(ArrayError) in
    try convolved(
      input, weight, axes: nil, strides: stride, low: padding.low, high: padding.high,
      kernelDilation: kernelDilation, inputDilation: inputDilation, groups: groups, flips: flip,
      "convGeneral")
  }
}

private func plainConvolution(
  _ input: NDArray, _ weight: NDArray, axes: Int, stride: [Int], padding: [Int], dilation: [Int],
  groups: Int, _ operation: String
) -> NDArray {
  NDArray.reporting(like: input) { () throws(ArrayError) in
    try convolved(
      input, weight, axes: axes, strides: stride, low: padding, high: padding,
      kernelDilation: dilation, inputDilation: [1], groups: groups, flips: false, operation)
  }
}

/// Returns the convolution over one axis; see `convGeneral`.
/// - Parameters:
///   - input: Of shape `[examples, size, channels]`.
///   - weight: Kernels of shape `[results, size, channels / groups]`.
public func conv1d(
  _ input: NDArray, _ weight: NDArray, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
  groups: Int = 1
) -> NDArray {
  plainConvolution(
    input, weight, axes: 1, stride: [stride], padding: [padding], dilation: [dilation],
    groups: groups, "conv1d")
}

/// Returns the convolution over two axes; see `convGeneral`.
/// - Parameters:
///   - input: Of shape `[examples, height, width, channels]`.
///   - weight: Kernels of shape `[results, height, width, channels / groups]`.
public func conv2d(
  _ input: NDArray, _ weight: NDArray, stride: [Int] = [1], padding: [Int] = [0],
  dilation: [Int] = [1], groups: Int = 1
) -> NDArray {
  plainConvolution(
    input, weight, axes: 2, stride: stride, padding: padding, dilation: dilation, groups: groups,
    "conv2d")
}

/// Returns the convolution over three axes; see `convGeneral`.
/// - Parameters:
///   - input: Of shape `[examples, depth, height, width, channels]`.
///   - weight: Kernels of shape `[results, depth, height, width, channels / groups]`.
public func conv3d(
  _ input: NDArray, _ weight: NDArray, stride: [Int] = [1], padding: [Int] = [0],
  dilation: [Int] = [1], groups: Int = 1
) -> NDArray {
  plainConvolution(
    input, weight, axes: 3, stride: stride, padding: padding, dilation: dilation, groups: groups,
    "conv3d")
}

/// Returns the transposed convolution over one axis: what undoes the sizes of `conv1d`.
///
/// It is the derivative of a convolution by its input, as a function of the cotangent.
/// - Parameters:
///   - input: Of shape `[examples, size, channels]`.
///   - weight: Kernels of shape `[results, size, channels / groups]`.
///   - stride: The distance between neighbours of the input in the result.
///   - padding: How much is cut from both ends of the result.
///   - dilation: The distance between neighbours of the kernel.
///   - outputPadding: How much the result is longer at its end.
public func convTranspose1d(
  _ input: NDArray, _ weight: NDArray, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
  outputPadding: Int = 0, groups: Int = 1
) -> NDArray {
  transposeConvolved(
    input, weight, axes: 1, stride: [stride], padding: [padding], dilation: [dilation],
    outputPadding: [outputPadding], groups: groups, "convTranspose1d")
}

/// Returns the transposed convolution over two axes; see `convTranspose1d`.
public func convTranspose2d(
  _ input: NDArray, _ weight: NDArray, stride: [Int] = [1], padding: [Int] = [0],
  dilation: [Int] = [1], outputPadding: [Int] = [0], groups: Int = 1
) -> NDArray {
  transposeConvolved(
    input, weight, axes: 2, stride: stride, padding: padding, dilation: dilation,
    outputPadding: outputPadding, groups: groups, "convTranspose2d")
}

/// Returns the transposed convolution over three axes; see `convTranspose1d`.
public func convTranspose3d(
  _ input: NDArray, _ weight: NDArray, stride: [Int] = [1], padding: [Int] = [0],
  dilation: [Int] = [1], outputPadding: [Int] = [0], groups: Int = 1
) -> NDArray {
  transposeConvolved(
    input, weight, axes: 3, stride: stride, padding: padding, dilation: dilation,
    outputPadding: outputPadding, groups: groups, "convTranspose3d")
}

/// Which part of a convolution of two vectors is wanted.
public enum ConvolutionMode: Hashable, Sendable {
  /// Wherever the vectors overlap: of size `m + n - 1`.
  case full
  /// The middle of it, of the size of the longer vector.
  case same
  /// Where the shorter vector lies within the longer one.
  case valid
}

/// Returns the discrete convolution of two vectors, with the shorter one running backwards.
/// - Parameters:
///   - a: A vector that is not empty.
///   - v: A vector that is not empty.
///   - mode: Which part is wanted.
public func convolve(_ a: NDArray, _ v: NDArray, mode: ConvolutionMode = .full) -> NDArray {
  NDArray.reporting(like: a) { () throws(ArrayError) in
    guard a.rank == 1, v.rank == 1, a.count > 0, v.count > 0 else {
      throw ArrayError(
        "convolve", "shapes \(a.shape) and \(v.shape); two vectors that are not empty are needed")
    }
    let (long, short) = a.count >= v.count ? (a, v) : (v, a)
    let reach = short.count - 1
    let (low, high) =
      switch mode {
      case .full: (reach, reach)
      case .same: (short.count / 2, reach - short.count / 2)
      case .valid: (0, 0)
      }
    let result = try convolved(
      long.reshaped([1, long.count, 1]), short.reshaped([1, short.count, 1]), axes: 1,
      strides: [1], low: [low], high: [high], kernelDilation: [1], inputDilation: [1], groups: 1,
      flips: true, "convolve")
    return result.reshaped([result.count])
  }
}
