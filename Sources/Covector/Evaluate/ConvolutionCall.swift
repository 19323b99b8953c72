// How a convolution is computed: blocks of output positions, whose patches of the input are laid
// out as rows and multiplied by the kernels as a matrix.

import CovectorKernels

/// How the window of a convolution moves over the spatial axes; one number for each of them.
struct ConvolutionWindow: Hashable, Sendable, Codable {
  var strides: [Int]
  /// Zeros before the first element of each axis; negative numbers leave elements out.
  var low: [Int]
  var high: [Int]
  var kernelDilation: [Int]
  var inputDilation: [Int]
  /// Whether the kernel runs backwards, as in mathematics.
  var flips: Bool

  /// The size of an axis with its elements spread apart.
  static func dilated(_ size: Int, _ dilation: Int) -> Int {
    size == 0 ? 0 : (size - 1) * dilation + 1
  }

  /// The size of the result along an axis; below 0 where the kernel does not fit.
  func outputSize(_ axis: Int, _ input: Int, _ kernel: Int) -> Int {
    let spread = Self.dilated(input, inputDilation[axis])
    let reach = Self.dilated(kernel, kernelDilation[axis])
    let room = spread + low[axis] + high[axis] - reach
    return room < 0 ? -1 : room / strides[axis] + 1
  }
}

extension KernelCall {
  /// Convolves input 0, `[examples, sizes…, channels]`, with input 1, `[results, kernel sizes…,
  /// channels of a group]`.
  func convolve(_ window: ConvolutionWindow, groups: Int) throws(ArrayError) {
    let output = outputs[0]
    if output.count == 0 { return }
    let (input, inputOwner) = try dense(0)
    let (weight, weightOwner) = try dense(1)
    let results = weight.layout.shape[0] / groups
    let depth = weight.layout.shape.dropFirst().reduce(1, *)
    if depth == 0 || input.count == 0 { return fillZero(0) }
    let patches = unsafe patches(window, input, weight)
    let rows = output.count / (results * groups)
    // Blocks that stay in the cache next to a share of the kernels; cut by the shapes alone.
    let width = output.dtype.byteCount
    let block = Swift.max(16, Swift.min(256, 262_144 / (depth * width)))
    let blocks = (rows + block - 1) / block
    let kernels = device.kernels
    let patchBytes = (block * depth * width + 63) & ~63
    let type = output.dtype.rawValue
    let productBytes = unsafe kernels.table.gemm_scratch(
      Int64(block), Int64(results), Int64(depth), type, type)
    let scratch = try WorkerScratch(
      bytes: patchBytes + productBytes, workers: device.threads, pool: device.pool)
    let shared = unsafe SharedPatches(
      patches: patches, weight: weight.start, target: output.base, isDirect: isPointwise(patches))
    let work = 2 * block * results * depth
    parallel(blocks * groups, grain: Swift.max(1, 200_000 / work)) { range, worker in
      for unit in range {
        let (group, first) = (unit / blocks, unit % blocks * block)
        let part = first..<Swift.min(first + block, rows)
        unsafe shared.run(
          part, group: group, of: groups, results: results, depth: depth, dtype: output.dtype,
          kernels, scratch.at(worker), patchBytes)
      }
    }
    withExtendedLifetime((inputOwner, weightOwner)) {}
  }

  @unsafe private func patches(
    _ window: ConvolutionWindow, _ input: Operand, _ weight: Operand
  ) -> cv_patches {
    let axes = window.strides.count
    func three(_ numbers: some Sequence<Int>, _ missing: Int64) -> (Int64, Int64, Int64) {
      let padded = [Int64](repeating: missing, count: 3 - axes) + numbers.map(Int64.init)
      return (padded[0], padded[1], padded[2])
    }
    let channels = input.layout.shape[axes + 1]
    return unsafe cv_patches(
      data: input.start, width: input.dtype.byteCount,
      input: three(input.layout.shape[1...axes], 1),
      kernel: three(weight.layout.shape[1...axes], 1),
      output: three(outputs[0].layout.shape[1...axes], 1), stride: three(window.strides, 1),
      low: three(window.low, 0), kernel_dilation: three(window.kernelDilation, 1),
      input_dilation: three(window.inputDilation, 1), channels: Int64(channels), first: 0,
      count: Int64(weight.layout.shape[axes + 1]), flip: window.flips)
  }

  /// Whether the input is the matrix of its patches: every window is one element, in order.
  @unsafe private func isPointwise(_ patches: cv_patches) -> Bool {
    unsafe patches.kernel == (1, 1, 1) && patches.input == patches.output
      && patches.low == (0, 0, 0)
      && patches.stride == (1, 1, 1) && patches.input_dilation == (1, 1, 1)
  }
}

// What worker threads share for the length of one kernel; nothing in it changes.
@safe private struct SharedPatches: @unchecked Sendable {
  @unsafe let patches: cv_patches
  @unsafe let weight: UnsafeMutableRawPointer
  @unsafe let target: UnsafeMutableRawPointer
  let isDirect: Bool

  /// Computes some output positions of one group.
  @unsafe func run(
    _ rows: Range<Int>, group: Int, of groups: Int, results: Int, depth: Int, dtype: DType,
    _ kernels: KernelTable, _ scratch: UnsafeMutableRawPointer, _ patchBytes: Int
  ) {
    let width = dtype.byteCount
    let type = dtype.rawValue
    var part = unsafe patches
    unsafe part.first = Int64(group) * part.count
    let left: cv_matrix
    if isDirect {
      let channels = unsafe Int(part.channels)
      unsafe left = cv_matrix(
        data: part.data + (rows.lowerBound * channels + Int(part.first)) * width,
        row: part.channels, column: 1, dtype: type)
    } else {
      unsafe cv_patch_rows(&part, Int64(rows.lowerBound), Int64(rows.upperBound), scratch)
      unsafe left = cv_matrix(data: scratch, row: Int64(depth), column: 1, dtype: type)
    }
    // The kernels are rows; the product takes them as columns.
    let right = unsafe cv_matrix(
      data: weight + group * results * depth * width, row: 1, column: Int64(depth), dtype: type)
    let columns = results * groups
    unsafe kernels.table.gemm(
      Int64(rows.count), Int64(results), Int64(depth), left, right,
      target + (rows.lowerBound * columns + group * results) * width, Int64(columns), type,
      scratch + patchBytes)
  }
}
