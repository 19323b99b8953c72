// Writing at computed places: scatter and its rules, the overwriting of a slice, and the elements
// that a mask selects. NDArray+Updating.swift is where users meet them.

import CovectorKernels

/// How a scatter combines an update with what is there.
enum ScatterMode: String, Hashable, Sendable, Codable {
  case set, add, multiply, maximum, minimum

  fileprivate var kernel: cv_scatter_mode {
    switch self {
    case .set: CV_SCATTER_SET
    case .add: CV_SCATTER_ADD
    case .multiply: CV_SCATTER_MULTIPLY
    case .maximum: CV_SCATTER_MAX
    case .minimum: CV_SCATTER_MIN
    }
  }
}

/// The first input with the slices of the last combined into it at the places the inputs between
/// name.
///
/// Places are as in `Gather`; the updates have the shape it would give. Where a place occurs
/// several times, all its updates count, in the row-major order of the index arrays: under `set`
/// the last one stays.
struct Scatter: Primitive {
  let axes: [Int]
  let mode: ScatterMode
  /// The axes in errors: those of one example, where the array is a batch.
  let labels: [Int]

  init(axes: [Int], mode: ScatterMode, labels: [Int]? = nil) {
    self.axes = axes
    self.mode = mode
    self.labels = labels ?? axes
  }

  var name: String { "at" }

  var evaluation: Evaluation {
    .function { [axes, mode, labels, name] call in
      try call.scatter(axes: axes, mode: mode.kernel, name: name, labels: labels)
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == axes.count + 2 && x[0].dtype == x[x.count - 1].dtype
      && x[1..<(x.count - 1)].areIndices(of: x[0], axes, labels)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let updates = x[x.count - 1]
    if mode == .maximum || mode == .minimum, x[0].dtype.isComplex {
      throw ArrayError(name, "not defined for \(x[0].dtype); complex numbers have no order")
    }
    let shape = try indexShape(x[1..<(x.count - 1)], name) + reducedShape(x[0].shape, axes)
    guard updates.shape == shape else {
      throw ArrayError(
        name, "updates of shape \(updates.shape) do not fit the selection of shape \(shape)")
    }
    return [x[0].type]
  }

  // MARK: Derivatives

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    let (array, indices, updates) = parts(x)
    let (first, last) = (tangents[0], tangents[x.count - 1])
    switch mode {
    case .add:
      guard let last else { return [first] }
      return [scattered(.add, first ?? array.zerosLike(), indices, last)]
    case .set:
      // The same writes in the same order leave the tangents of the same winners.
      return [
        scattered(.set, first ?? array.zerosLike(), indices, last ?? updates.zerosLike())
      ]
    case .multiply:
      let fromArray = first.map { scattered(.multiply, $0, indices, updates) }
      guard let last else { return [fromArray] }
      let factors = last * factors(array, indices, updates)
      return [scattered(.add, fromArray ?? array.zerosLike(), indices, factors)]
    case .maximum, .minimum:
      let share = extremes(array, indices, updates, y[0])
      var total = array.zerosLike()
      if let first { total = which(share.array, first, first.zeroScalar) }
      if let last {
        total = scattered(.add, total, indices, which(share.updates, last, last.zeroScalar))
      }
      return [total / share.count]
    }
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    var answers = [NDArray?](repeating: nil, count: x.count)
    guard let cotangent = cotangents[0] else { return answers }
    let (array, indices, updates) = parts(x)
    let last = x.count - 1
    switch mode {
    case .add:
      if wanted[0] { answers[0] = cotangent }
      if wanted[last] { answers[last] = gathered(cotangent, indices) }
    case .set:
      if wanted[0] { answers[0] = scattered(.set, cotangent, indices, updates.zerosLike()) }
      if wanted[last] {
        answers[last] = which(
          winners(array, indices, updates), gathered(cotangent, indices), cotangent.zeroScalar)
      }
    case .multiply:
      if wanted[0] { answers[0] = scattered(.multiply, cotangent, indices, updates.conjugated) }
      if wanted[last] {
        answers[last] = gathered(cotangent, indices) * factors(array, indices, updates).conjugated
      }
    case .maximum, .minimum:
      let share = extremes(array, indices, updates, y[0])
      let part = cotangent / share.count
      if wanted[0] { answers[0] = which(share.array, part, part.zeroScalar) }
      if wanted[last] {
        answers[last] = which(share.updates, gathered(part, indices), part.zeroScalar)
      }
    }
    return answers
  }

  /// The result for arrays of any dtype.
  ///
  /// Sums and products of half types are kept in `float32` until all updates are in.
  func applied(_ array: NDArray, _ indices: [NDArray], _ updates: NDArray) -> NDArray {
    guard array.dtype.isHalf, mode == .add || mode == .multiply else {
      return NDArray(self, [array] + indices + [updates])
    }
    let wide = [array.asType(.float32)] + indices + [updates.asType(.float32)]
    return NDArray(self, wide).asType(array.dtype)
  }

  private func parts(_ x: [NDArray]) -> (NDArray, [NDArray], NDArray) {
    (x[0], Array(x[1..<(x.count - 1)]), x[x.count - 1])
  }

  private func scattered(
    _ mode: ScatterMode, _ array: NDArray, _ indices: [NDArray], _ updates: NDArray
  ) -> NDArray {
    Scatter(axes: axes, mode: mode, labels: labels).applied(array, indices, updates)
  }

  private func gathered(_ array: NDArray, _ indices: [NDArray]) -> NDArray {
    NDArray(Gather(axes: axes, labels: labels), [array] + indices)
  }

  /// For each index position, the number of the last one that names the same place.
  private func lastWriters(_ array: NDArray, _ indices: [NDArray], _ shape: [Int]) -> NDArray {
    let numbers = NDArray(Iota(size: shape.elementCount, dtype: .int64)).reshaped(shape)
    let places = NDArray.zeros(ArrayType(axes.map { array.shape[$0] }, .int64))
    let plane = Array(axes.indices)
    let written = NDArray(
      Scatter(axes: plane, mode: .set, labels: labels), [places] + indices + [numbers])
    return NDArray(Gather(axes: plane, labels: labels), [written] + indices)
  }

  /// Where an update is the one that stays, as a mask that broadcasts against the updates.
  private func winners(_ array: NDArray, _ indices: [NDArray], _ updates: NDArray) -> NDArray {
    let whole = array.rank - axes.count
    let shape = Array(updates.shape.dropLast(whole))
    let numbers = NDArray(Iota(size: shape.elementCount, dtype: .int64)).reshaped(shape)
    let isLast = lastWriters(array, indices, shape) .== numbers
    return isLast.reshaped(shape + [Int](repeating: 1, count: whole))
  }

  /// What each update is multiplied with: the array's element there and all other updates of that
  /// place.
  ///
  /// Never divides, so that zeros among the factors do no harm to this or to its own derivatives.
  private func factors(_ array: NDArray, _ indices: [NDArray], _ updates: NDArray) -> NDArray {
    let whole = array.rank - axes.count
    let shape = Array(updates.shape.dropLast(whole))
    let count = shape.elementCount
    let here = gathered(array, indices)
    if count < 2 { return here }
    let place = lastWriters(array, indices, shape).reshaped([count])
    let order = NDArray(ArgSort(), place)
    let group = place.take(order, axis: 0)
    let sorted = updates.reshaped([count] + updates.shape.suffix(whole)).take(order, axis: 0)
    let others =
      productsBefore(sorted, group, reversed: false) * productsBefore(sorted, group, reversed: true)
    let back = NDArray(ArgSort(), order)
    return here * others.take(back, axis: 0).reshaped(updates.shape)
  }

  /// Where the array and the updates equal the result at their place, and how many of them do.
  private func extremes(
    _ array: NDArray, _ indices: [NDArray], _ updates: NDArray, _ y: NDArray
  ) -> (array: NDArray, updates: NDArray, count: NDArray) {
    let inArray = array .== y
    let inUpdates = updates .== gathered(y, indices)
    let count = scattered(
      .add, inArray.asType(y.dtype), indices, inUpdates.asType(y.dtype))
    return (inArray, inUpdates, count)
  }

  // MARK: Batching

  func batch(_ x: [NDArray], _ mapped: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (array, indices, updates) = parts(x)
    let last = x.count - 1
    let indexAxes = Array(mapped[1..<last])
    let place = mapped[0] ?? 0
    let wide = array.mappedKeepingPlace(mapped[0], size: size)
    let shifted = axes.map { $0 < place ? $0 : $0 + 1 }
    // Unmapped indices: one more axis is taken whole. Mapped ones: one more index array counts the
    // examples.
    if indexAxes.allSatisfy({ $0 == nil }) {
      let rank = indices.map(\.rank).max() ?? 0
      let target = rank + place - shifted.count(where: { $0 < place })
      let spread = updates.mapped(mapped[last], size: size, to: target)
      let scatter = Scatter(axes: shifted, mode: mode, labels: labels)
      return ([NDArray(scatter, [wide] + indices + [spread])], [place])
    }
    let (aligned, lane) = alignedForBroadcast(indices, indexAxes)
    let spread = updates.mapped(mapped[last], size: size, to: lane)
    let scatter = Scatter(axes: shifted + [place], mode: mode, labels: labels + [place])
    let lanes = laneIndices(aligned, lane, size)
    return ([NDArray(scatter, [wide] + aligned + [lanes, spread])], [place])
  }
}

extension NDArray {
  /// The array with its mapped axis at `place`; an unmapped array is repeated along it.
  func mapped(_ axis: Int?, size: Int, to place: Int) -> NDArray {
    if let axis { return movingAxis(axis, to: place) }
    return reshaped(shape.inserting(1, at: place)).broadcast(to: shape.inserting(size, at: place))
  }

  /// The array with its mapped axis where it is; an unmapped array is repeated along a new first
  /// axis.
  fileprivate func mappedKeepingPlace(_ axis: Int?, size: Int) -> NDArray {
    axis == nil ? mapped(nil, size: size, to: 0) : self
  }
}

/// The product of the rows of the same group that come before (or after) each row; groups are
/// contiguous.
///
/// Doubling steps, as W. D. Hillis and G. L. Steele, "Data parallel algorithms", CACM 29 (1986)
/// 1170.
private func productsBefore(_ rows: NDArray, _ group: NDArray, reversed: Bool) -> NDArray {
  let count = rows.shape[0]
  /// Row `i - step` (or `i + step`) at row `i`, `fill` where there is none.
  func shifted(_ array: NDArray, by step: Int, fill: NDArray) -> NDArray {
    let kept = array.sliced(axis: 0, from: reversed ? step : 0, count: count - step)
    var widths = [(before: Int, after: Int)](repeating: (0, 0), count: array.rank)
    widths[0] = reversed ? (0, step) : (step, 0)
    return kept.padded(widths, value: fill)
  }
  func isSameGroup(_ step: Int) -> NDArray {
    (shifted(group, by: step, fill: -1) .== group)
      .reshaped([count] + [Int](repeating: 1, count: rows.rank - 1))
  }
  let one = NDArray.scalar(1, rows.dtype)
  var products = rows
  var step = 1
  while step < count {
    products = products * which(isSameGroup(step), shifted(products, by: step, fill: one), one)
    step *= 2
  }
  return which(isSameGroup(1), shifted(products, by: 1, fill: one), one)
}

// MARK: - Slices and masks

/// The first input with a slice of it replaced by the second: the elements at `starts[i] + j
/// steps[i]`.
struct Overwrite: LinearPrimitive {
  let starts: [Int]
  let steps: [Int]

  var name: String { "at" }

  var evaluation: Evaluation {
    .function { [starts, steps] call in
      let output = call.outputs[0].layout
      let part = call.inputs[1].layout.shape
      call.copy(0, to: 0, layout: output)
      guard part.elementCount > 0 else { return }
      call.copy(1, to: 0, layout: output.sliced(from: starts, part, by: steps))
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 2 && x.haveOneDType && x[0].shape.isSelected(by: x[1].shape, starts, steps)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    let part = inputs[1]
    return [
      wanted[0] ? NDArray(self, cotangent, .zeros(part)) : nil,
      wanted[1]
        ? NDArray(Slice(starts: starts, counts: part.shape, steps: steps), cotangent) : nil,
    ]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let place = axes[0] ?? 0
    let batched = Overwrite(
      starts: starts.inserting(0, at: place), steps: steps.inserting(1, at: place))
    let array = x[0].mappedKeepingPlace(axes[0], size: size)
    return ([NDArray(batched, array, x[1].mapped(axes[1], size: size, to: place))], [place])
  }
}

/// For each true element of a mask, its number among them in row-major order, from 1; 0 for false
/// ones.
///
/// It is an error, when it is computed, if their count is not the one expected.
struct MaskNumbers: LocallyConstantPrimitive {
  let expected: Int
  /// The number of trailing axes that are one mask; those before them are examples.
  let rank: Int

  var name: String { "at" }

  var evaluation: Evaluation {
    .function { [expected, rank, name] call in
      let (mask, owner) = try call.dense(0)
      let count = mask.layout.shape.suffix(rank).reduce(1, *)
      let source = unsafe mask.start.assumingMemoryBound(to: Bool.self)
      let target = unsafe call.outputs[0].start.assumingMemoryBound(to: Int64.self)
      for example in 0..<(count == 0 ? 0 : mask.count / count) {
        var number = 0
        for place in (example * count)..<((example + 1) * count) {
          if unsafe source[place] { number += 1 }
          unsafe target[place] = unsafe source[place] ? Int64(number) : 0
        }
        guard number == expected else {
          throw ArrayError(
            name, "\(expected) values do not fit a mask that selects \(number) elements")
        }
      }
      withExtendedLifetime(owner) {}
    }
  }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && x[0].dtype == .bool && expected >= 0 && (0...x[0].rank).contains(rank)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape, .int64)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}
