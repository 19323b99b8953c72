// Examples of a batch that go different ways. Each way is computed for the lanes that take it and for no
// others, so that what would not end or would fail in a lane that does not take it is never started.

/// The examples of a batch whose branch, or number of steps, is their own.
struct Lanes: Hashable, Sendable, Codable {
  let count: Int
  /// For each operand, whether it has one value for each lane, along its first axis.
  let mapped: [Bool]

  /// How many rows a program is run on for a number of lanes; the last lane fills the rows that are over.
  ///
  /// As many as there are lanes up to 16, then at most an eighth more, so that lanes that drop out one
  /// by one do not each need a plan of their own.
  static func rows(for lanes: Int) -> Int {
    guard lanes > 16 else { return lanes }
    let step = 1 << (Int.bitWidth - 4 - lanes.leadingZeroBitCount)
    return (lanes + step - 1) / step * step
  }

  /// The lanes, and the last of them again for each row that is over.
  static func padded(_ lanes: [Int], within count: Int) -> [Int] {
    guard let last = lanes.last else { return lanes }
    let rows = Swift.min(Self.rows(for: lanes.count), count)
    return lanes + [Int](repeating: last, count: rows - lanes.count)
  }
}

extension ClosedProgram {
  /// The program on a batch: mapped inputs have the lanes first, as have all results.
  func onLanes(_ mapped: [Bool], size: Int) -> ClosedProgram {
    derived(.batched(mapped, size: size)) {
      batched(mapped, size: size, results: outputTypes.map { _ in true })
    }
  }

  /// The program on a batch: mapped inputs have the examples first, as have these results.
  func batched(_ mapped: [Bool], size: Int, results: [Bool]) -> ClosedProgram {
    let types = zip(inputTypes, mapped).map { type, isMapped in
      isMapped ? ArrayType([size] + type.shape, type.dtype) : type
    }
    return ClosedProgram.derive("vmap", types) { inputs in
      let answers = Vectorize.apply(
        callAsFunction, to: inputs, size: size, axes: mapped.map { $0 ? 0 : nil })
      return zip(answers, results).map { answer, isMapped in
        isMapped ? answer.array.mappedInFront(answer.axis, size: size) : answer.array
      }
    }
  }
}

extension NDArray {
  /// The lanes of a batch of batches, as one batch; what is the same for some is repeated.
  ///
  /// - Parameters:
  ///   - axis: The axis of the outer batch.
  ///   - isMapped: Whether the first of the other axes is that of the inner batch.
  func lanes(outer: (axis: Int?, size: Int), inner: (isMapped: Bool, size: Int)) -> NDArray {
    let front = mappedInFront(outer.axis, size: outer.size)
    if inner.isMapped {
      return front.reshaped([outer.size * inner.size] + front.shape.dropFirst(2))
    }
    let rest = front.shape.dropFirst()
    return front.reshaped([outer.size, 1] + rest)
      .broadcast(to: [outer.size, inner.size] + rest)
      .reshaped([outer.size * inner.size] + rest)
  }
}
