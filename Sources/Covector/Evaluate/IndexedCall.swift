// How gather and scatter are computed: the walk over index arrays and whole axes as the kernels
// take it, the split over threads, and the error for an index out of range.

import CovectorKernels
import Synchronization

extension KernelCall {
  /// Copies the slices of input 0 that the other inputs name, along `axes`, into the output.
  ///
  /// - Parameters:
  ///   - name: The operation in errors.
  ///   - labels: The axes in errors.
  ///   - mistake: The error for an index out of range; by default one that tells the index.
  func gather(
    axes: [Int], name: String, labels: [Int], mistake: ArrayError? = nil
  ) throws(ArrayError) {
    let walk = IndexWalk(self, array: inputs[0].layout, axes: axes, updates: nil)
    if walk.positions == 0 { return }
    let first = FirstFailedPosition()
    let (source, target) = unsafe (SharedAddress(inputs[0].start), SharedAddress(outputs[0].start))
    let width = inputs[0].dtype.byteCount
    unsafe walk.withIndexing { indexing in
      let indexing = unsafe SharedIndexing(pointer: indexing)
      parallel(walk.positions, grain: max(1, 32768 / max(walk.sliceCount, 1))) { range, _ in
        first.note(
          unsafe cv_gather(
            indexing.pointer, source.pointer, width, target.pointer, Int64(range.lowerBound),
            Int64(range.upperBound)))
      }
    }
    if let position = first.position {
      throw mistake ?? walk.error(at: position, name: name, labels: labels)
    }
  }

  /// Copies input 0 and combines the slices of the last input into it at the places the others
  /// name.
  func scatter(
    axes: [Int], mode: cv_scatter_mode, name: String, labels: [Int]
  ) throws(ArrayError) {
    let output = outputs[0]
    let updates = inputs[inputs.count - 1]
    copy(0, to: 0, layout: output.layout)
    let walk = IndexWalk(self, array: output.layout, axes: axes, updates: updates.layout)
    if walk.positions == 0 { return }
    let first = FirstFailedPosition()
    let (target, source) = unsafe (SharedAddress(output.start), SharedAddress(updates.start))
    let dtype = output.dtype
    // Threads share the slices, never the positions: every element sees its updates in index order.
    let rows = max(walk.sliceSizes.first ?? 1, 1)
    let work = walk.positions * walk.sliceCount / rows
    parallel(rows, grain: max(1, 32768 / max(work, 1)), evenly: true) { range, _ in
      let part = walk.restricted(to: range)
      unsafe part.withIndexing { indexing in
        unsafe part.withUpdates { index, slice in
          first.note(
            unsafe cv_scatter(
              indexing, target.pointer + part.arrayOffset * dtype.byteCount, dtype.rawValue,
              source.pointer + part.updateOffset * dtype.byteCount, index, slice, mode))
        }
      }
    }
    if let position = first.position { throw walk.error(at: position, name: name, labels: labels) }
  }
}

/// Index arrays and the axes of an array they select along, as the kernels walk them.
private struct IndexWalk: Sendable {
  private let indices: [Operand]
  private let indexType: DType
  private var indexSizes: [Int]
  private var indexStrides: [[Int]]
  private let axisSizes: [Int]
  private let axisStrides: [Int]
  /// The axes taken whole.
  private(set) var sliceSizes: [Int]
  private var sliceStrides: [Int]
  private var updateIndexStrides: [Int] = []
  private var updateSliceStrides: [Int] = []
  private(set) var arrayOffset = 0
  private(set) var updateOffset = 0

  private typealias Operand = KernelCall.Operand

  init(_ call: KernelCall, array: Layout, axes: [Int], updates: Layout?) {
    indices = Array(call.inputs[1...axes.count])
    indexType = indices[0].dtype
    var joint: [Int] = []
    for index in indices { joint = broadcastShape(joint, index.layout.shape) ?? joint }
    let broadcast = Broadcast.layouts(indices.map(\.layout), to: joint)
    axisSizes = axes.map { array.shape[$0] }
    axisStrides = axes.map { array.strides[$0] }
    let whole = array.shape.indices.filter { !axes.contains($0) }
    let wholeSizes = whole.map { array.shape[$0] }
    let wholeStrides = whole.map { array.strides[$0] }
    if let updates {
      let split = joint.count
      let merged = collapsed(joint, broadcast + [Array(updates.strides[..<split])])
      indexSizes = merged.sizes
      indexStrides = Array(merged.strides.dropLast())
      updateIndexStrides = merged.strides[axes.count]
      let slices = collapsed(wholeSizes, [wholeStrides, Array(updates.strides[split...])])
      sliceSizes = slices.sizes
      sliceStrides = slices.strides[0]
      updateSliceStrides = slices.strides[1]
    } else {
      (indexSizes, indexStrides) = collapsed(joint, broadcast)
      let slices = collapsed(wholeSizes, [wholeStrides])
      (sliceSizes, sliceStrides) = (slices.sizes, slices.strides[0])
    }
  }

  var positions: Int { indexSizes.elementCount }
  var sliceCount: Int { sliceSizes.elementCount }

  /// The same walk over some of the outermost whole axis.
  func restricted(to rows: Range<Int>) -> IndexWalk {
    guard let size = sliceSizes.first, rows.count < size else { return self }
    var part = self
    part.sliceSizes[0] = rows.count
    part.arrayOffset = rows.lowerBound * sliceStrides[0]
    part.updateOffset = rows.lowerBound * updateSliceStrides[0]
    return part
  }

  /// Lays the numbers out for the kernels.
  @unsafe func withIndexing(_ body: (UnsafePointer<cv_indexing>) -> Void) {
    let lists = [indexSizes, indexStrides.flatMap { $0 }, axisSizes, axisStrides, sliceSizes]
    let numbers = (lists + [sliceStrides]).flatMap { $0 }.map(Int64.init)
    let starts = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let pointers = unsafe indices.map { index in unsafe UnsafeRawPointer?(index.start) }
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe pointers.withUnsafeBufferPointer { pointers in
        let part = unsafe starts.map { start in unsafe numbers.baseAddress.map { unsafe $0 + start }
        }
        var indexing = unsafe cv_indexing(
          indices: Int32(indices.count), index: pointers.baseAddress,
          index_type: indexType.rawValue, index_rank: Int32(indexSizes.count),
          index_sizes: part[0], index_strides: part[1], axis_sizes: part[2],
          axis_strides: part[3],
          slice: cv_walk(rank: Int32(sliceSizes.count), sizes: part[4], strides: part[5]))
        unsafe body(&indexing)
      }
    }
  }

  /// Lays the walks over the updates out for the kernels.
  @unsafe func withUpdates(_ body: (cv_walk, cv_walk) -> Void) {
    let numbers = [indexSizes, updateIndexStrides, sliceSizes, updateSliceStrides].map {
      $0.map(Int64.init)
    }
    unsafe numbers[0].withUnsafeBufferPointer { indexSizes in
      unsafe numbers[1].withUnsafeBufferPointer { indexStrides in
        unsafe numbers[2].withUnsafeBufferPointer { sliceSizes in
          unsafe numbers[3].withUnsafeBufferPointer { sliceStrides in
            unsafe body(
              cv_walk(
                rank: Int32(indexSizes.count), sizes: indexSizes.baseAddress,
                strides: indexStrides.baseAddress),
              cv_walk(
                rank: Int32(sliceSizes.count), sizes: sliceSizes.baseAddress,
                strides: sliceStrides.baseAddress))
          }
        }
      }
    }
  }

  /// Says which index at a position is out of range.
  func error(at position: Int, name: String, labels: [Int]) -> ArrayError {
    var rest = position
    var places = [Int](repeating: 0, count: indices.count)
    for axis in indexSizes.indices.reversed() {
      let coordinate = rest % indexSizes[axis]
      rest /= indexSizes[axis]
      for number in indices.indices { places[number] += coordinate * indexStrides[number][axis] }
    }
    for (number, place) in places.enumerated() {
      let address = unsafe indices[number].start
      let index =
        unsafe indexType == .int32
        ? Int(address.load(fromByteOffset: place * 4, as: Int32.self))
        : Int(address.load(fromByteOffset: place * 8, as: Int64.self))
      if !(-axisSizes[number]..<axisSizes[number]).contains(index) {
        return ArrayError(
          name,
          "index \(index) is out of range for axis \(labels[number]) of size \(axisSizes[number])")
      }
    }
    return ArrayError(name, "an index is out of range")
  }
}

/// Neighbouring axes merged where that serves all of the strides, and axes of size 1 dropped.
private func collapsed(_ shape: [Int], _ strides: [[Int]]) -> (sizes: [Int], strides: [[Int]]) {
  var sizes: [Int] = []
  var steps = [[Int]](repeating: [], count: strides.count)
  for axis in shape.indices where shape[axis] != 1 {
    let last = sizes.count - 1
    let fits = strides.indices.allSatisfy {
      last >= 0 && steps[$0][last] == strides[$0][axis] * shape[axis]
    }
    if fits {
      sizes[last] *= shape[axis]
      for number in strides.indices { steps[number][last] = strides[number][axis] }
    } else {
      sizes.append(shape[axis])
      for number in strides.indices { steps[number].append(strides[number][axis]) }
    }
  }
  return (sizes, steps)
}

extension Broadcast {
  /// The strides with which layouts are read as arrays of one larger shape.
  fileprivate static func layouts(_ layouts: [Layout], to shape: [Int]) -> [[Int]] {
    layouts.map { layout in
      let missing = shape.count - layout.shape.count
      return shape.indices.map { axis in
        let own = axis - missing
        return own >= 0 && layout.shape[own] == shape[axis] ? layout.strides[own] : 0
      }
    }
  }
}

/// The first position at which any thread failed.
final class FirstFailedPosition: Sendable {
  private let state = Mutex<Int?>(nil)
  var position: Int? { state.withLock { $0 } }
  func note(_ position: Int64) {
    guard position >= 0 else { return }
    state.withLock { $0 = min($0 ?? Int(position), Int(position)) }
  }
}

// Addresses that threads share for the length of one kernel.
@safe private struct SharedAddress: @unchecked Sendable {
  @unsafe let pointer: UnsafeMutableRawPointer
  init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }
}
@safe private struct SharedIndexing: @unchecked Sendable {
  @unsafe let pointer: UnsafePointer<cv_indexing>
}
