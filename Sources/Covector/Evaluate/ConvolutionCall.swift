// How a convolution is computed: as products of the kernels with what of the input lies under them. Where a
// kernel reaches over many elements along the last axis, lines of the input are padded, and their windows,
// which overlap, are the rows of a matrix as they lie; else patches of the input are copied to make rows.

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
    if outputs[0].count == 0 { return }
    if inputs[0].count * inputs[1].count == 0 { return fillZero(0) }
    let (input, inputOwner) = try dense(0)
    // A kernel that runs backwards is turned round first.
    let (weight, weightOwner) = try dense(
      1, reversed: window.flips ? 1..<(window.strides.count + 1) : 0..<0)
    let run = unsafe ConvolutionRun(
      window, groups, input: input, weight: weight, output: outputs[0], device)
    try run.run()
    withExtendedLifetime((inputOwner, weightOwner)) {}
  }
}

/// One run of a convolution.
///
/// Its pointers are shared by worker threads for the length of the run; nobody writes to the operands, and
/// every worker writes to a part of the output of its own.
@safe private struct ConvolutionRun: @unchecked Sendable {
  @unsafe private let patches: cv_patches
  private let weight: UnsafeMutableRawPointer
  private let target: UnsafeMutableRawPointer
  private let dtype: DType
  private let groups: Int
  /// Results of a group.
  private let results: Int
  /// Elements of a kernel.
  private let depth: Int
  /// Output positions.
  private let rows: Int
  private let device: Device

  @unsafe init(
    _ window: ConvolutionWindow, _ groups: Int, input: KernelCall.Operand,
    weight: KernelCall.Operand, output: KernelCall.Operand, _ device: Device
  ) {
    let axes = window.strides.count
    func three(_ numbers: some Sequence<Int>, _ missing: Int64) -> (Int64, Int64, Int64) {
      let padded = [Int64](repeating: missing, count: 3 - axes) + numbers.map(Int64.init)
      return (padded[0], padded[1], padded[2])
    }
    unsafe patches = cv_patches(
      data: input.start, width: input.dtype.byteCount,
      input: three(input.layout.shape[1...axes], 1),
      kernel: three(weight.layout.shape[1...axes], 1),
      output: three(output.layout.shape[1...axes], 1), stride: three(window.strides, 1),
      low: three(window.low, 0), kernel_dilation: three(window.kernelDilation, 1),
      input_dilation: three(window.inputDilation, 1),
      channels: Int64(input.layout.shape[axes + 1]), first: 0,
      count: Int64(weight.layout.shape[axes + 1]))
    unsafe self.weight = weight.start
    unsafe target = output.base
    dtype = output.dtype
    self.groups = groups
    results = weight.layout.shape[0] / groups
    depth = weight.layout.shape.dropFirst().reduce(1, *)
    rows = output.count / (results * groups)
    self.device = device
  }

  private var width: Int { dtype.byteCount }
  private var count: Int { unsafe Int(patches.count) }
  /// Sizes along the last axis.
  private var taps: Int { unsafe Int(patches.kernel.2) }
  private var lineRows: Int { unsafe Int(patches.output.2) }
  private var stride: Int { unsafe Int(patches.stride.2) }
  private var dilation: Int { unsafe Int(patches.kernel_dilation.2) }
  /// Places of the kernel on all axes but the last.
  private var places: Int { unsafe Int(patches.kernel.0 * patches.kernel.1) }
  /// Elements of a place that lie together in a line.
  private var stretch: Int { dilation == 1 ? taps * count : count }

  func run() throws(ArrayError) {
    if readsLines { try runLines() } else { try runPatches() }
  }

  /// The part of the input a group sees.
  @unsafe private func patches(of group: Int) -> cv_patches {
    var part = unsafe patches
    unsafe part.first = Int64(group) * part.count
    return unsafe part
  }

  @unsafe private func result(_ row: Int, _ group: Int) -> UnsafeMutableRawPointer {
    unsafe target + (row * groups + group) * results * width
  }

  // MARK: Lines

  /// Whether lines are worth it.
  ///
  /// The number of results, which `vmap` may change, decides only where the sums are the same either way.
  private var readsLines: Bool {
    (dtype == .float32 || dtype == .float64) && stretch >= 32 && lineRows >= 3
      && (results >= 8 || places > 1 || dilation > 1)
  }

  /// A stretch of a kernel that is multiplied at once.
  private struct Piece {
    /// Where it begins in a line, in elements, and in the kernel.
    var offset: Int
    var start: Int
    var count: Int
  }

  /// The pieces of one place; the sums of pieces are added in order.
  private func pieces(_ place: Int) -> [Piece] {
    let segment = Int(CV_GEMM_SEGMENT)
    let stretches = taps * count / stretch
    return (0..<stretches).flatMap { tap in
      Swift.stride(from: 0, to: stretch, by: segment).map { from in
        Piece(
          offset: tap * dilation * count + from,
          start: place * taps * count + tap * stretch + from,
          count: min(segment, stretch - from))
      }
    }
  }

  private func runLines() throws(ArrayError) {
    let pieces = (0..<places).map { self.pieces($0) }
    let all = pieces.flatMap { $0 }
    let kernels = device.kernels
    let type = dtype.rawValue
    // Columns as they are packed, filled up to the widest vector.
    let packedColumns = (results + 15) / 16 * 16
    let memory = try device.pool.buffer(groups * depth * packedColumns * width)
    @Sendable func packed(_ group: Int, _ piece: Piece) -> UnsafeMutableRawPointer {
      unsafe memory.base + (group * depth + piece.start) * packedColumns * width
    }
    let lineElements = ((lineRows - 1) * stride + (taps - 1) * dilation + 1) * count
    let scratch = try WorkerScratch(
      bytes: lineElements * width, workers: device.threads, pool: device.pool)
    device.parallel(
      groups * all.count, grain: max(1, 65536 / (results * depth / all.count + 1))
    ) { range, _ in
      for unit in range {
        let (group, piece) = (unit / all.count, all[unit % all.count])
        // The kernels are rows; the product takes them as columns.
        unsafe kernels.table.gemm_pack(
          cv_strip(
            b: cv_matrix(
              data: weight + (group * results * depth + piece.start) * width, row: 1,
              column: Int64(depth), dtype: type),
            rows: Int64(piece.count), columns: Int64(results), from: 0, to: Int64(results),
            packed: packed(group, piece)), type)
      }
    }
    let lines = rows / lineRows
    // As many lines at a time as have results that stay in the cache, next to some of the kernels.
    let block = max(1, 131_072 / (lineRows * results * width))
    device.parallel(
      lines * groups, grain: max(1, 200_000 / (2 * lineRows * results * depth))
    ) { range, worker in
      var unit = range.lowerBound
      while unit < range.upperBound {
        let (group, first) = (unit / lines, unit % lines)
        let end = min(first + block, lines, range.upperBound - group * lines)
        var part = unsafe patches(of: group)
        for place in pieces.indices {
          for line in first..<end {
            unsafe cv_patch_line(&part, Int64(line), Int64(place), scratch.at(worker))
            for piece in pieces[place] {
              unsafe kernels.table.gemm_rows(
                Int64(lineRows), Int64(results), Int64(piece.count),
                cv_matrix(
                  data: scratch.at(worker) + piece.offset * width, row: Int64(stride * count),
                  column: 1, dtype: type), packed(group, piece), result(line * lineRows, group),
                Int64(results * groups), type, piece.start > 0, cv_strip(), nil)
            }
          }
        }
        unit = group * lines + end
      }
    }
  }

  // MARK: Patches

  /// Whether the input is the matrix of its patches: every window is one element, in order.
  private var isPointwise: Bool {
    unsafe patches.kernel == (1, 1, 1) && patches.input == patches.output
      && patches.low == (0, 0, 0)
      && patches.stride == (1, 1, 1) && patches.input_dilation == (1, 1, 1)
  }

  private func runPatches() throws(ArrayError) {
    // Blocks that stay in the cache next to a share of the kernels; cut by the shapes alone.
    let block = max(16, min(256, 262_144 / (depth * width)))
    let blocks = (rows + block - 1) / block
    let patchBytes = (block * depth * width + 63) & ~63
    let type = dtype.rawValue
    let productBytes = unsafe device.kernels.table.gemm_scratch(
      Int64(block), Int64(results), Int64(depth), type, type)
    let scratch = try WorkerScratch(
      bytes: patchBytes + productBytes, workers: device.threads, pool: device.pool)
    let work = 2 * block * results * depth
    device.parallel(blocks * groups, grain: max(1, 200_000 / work)) { range, worker in
      for unit in range {
        let (group, first) = (unit / blocks, unit % blocks * block)
        unsafe multiplyPatches(
          first..<min(first + block, rows), group, scratch.at(worker), patchBytes)
      }
    }
  }

  /// Computes some output positions of one group.
  @unsafe private func multiplyPatches(
    _ rows: Range<Int>, _ group: Int, _ scratch: UnsafeMutableRawPointer, _ patchBytes: Int
  ) {
    let type = dtype.rawValue
    var part = unsafe patches(of: group)
    let left: cv_matrix
    if isPointwise {
      let channels = unsafe Int(part.channels)
      unsafe left = cv_matrix(
        data: part.data + (rows.lowerBound * channels + Int(part.first)) * width,
        row: part.channels, column: 1, dtype: type)
    } else {
      unsafe cv_patch_rows(&part, Int64(rows.lowerBound), Int64(rows.upperBound), scratch)
      unsafe left = cv_matrix(data: scratch, row: Int64(depth), column: 1, dtype: type)
    }
    let right = unsafe cv_matrix(
      data: weight + group * results * depth * width, row: 1, column: Int64(depth), dtype: type)
    unsafe device.kernels.table.gemm(
      Int64(rows.count), Int64(results), Int64(depth), left, right, result(rows.lowerBound, group),
      Int64(results * groups), type, scratch + patchBytes)
  }
}
