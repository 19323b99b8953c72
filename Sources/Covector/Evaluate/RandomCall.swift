// Random bits for the rows of an array of keys, split over threads by counters.

import CovectorKernels

extension KernelCall {
  /// Fills output 0 with random bytes: for each key, two words along the last axis of input 0, as many as
  /// are its share of the output.
  func randomBits() throws(ArrayError) {
    let output = outputs[0]
    if output.count == 0 { return }
    let (keys, owner) = try dense(0)
    let bytes = output.count * output.dtype.byteCount / (keys.count / 2)
    let counters = Int(cv_random_counters(Int64(bytes)))
    let level = device.kernels.level
    parallel(keys.count / 2 * counters, grain: 16384) { range, _ in
      for row in (range.lowerBound / counters)..<((range.upperBound - 1) / counters + 1) {
        let own = range.clamped(to: (row * counters)..<((row + 1) * counters))
        let words = unsafe keys.start + row * 8
        unsafe cv_random_bits(
          level, words.load(as: UInt32.self), words.load(fromByteOffset: 4, as: UInt32.self),
          output.base + row * bytes, Int64(bytes), Int64(own.lowerBound - row * counters),
          Int64(own.upperBound - row * counters))
      }
    }
    withExtendedLifetime(owner) {}
  }

  /// Fills output 0 with gamma-distributed numbers: input 0 holds keys, input 1 shape parameters.
  func randomGamma() throws(ArrayError) {
    let output = outputs[0]
    try forEachKey(grain: 512) { key, values, row, range in
      unsafe cv_random_gamma(
        key.first, key.second, values.start + row.start * output.dtype.byteCount,
        output.dtype.rawValue, Int64(range.lowerBound), Int64(range.upperBound),
        output.base + row.start * output.dtype.byteCount)
    }
  }

  /// Fills output 0 with Poisson-distributed numbers: input 0 holds keys, input 1 rates as `float64`.
  func randomPoisson() throws(ArrayError) {
    let output = outputs[0]
    let first = FirstFailedPosition()
    try forEachKey(grain: 512) { key, values, row, range in
      let rates = unsafe (values.start + row.start * 8).assumingMemoryBound(to: Double.self)
      let target = unsafe (output.base + row.start * 4).assumingMemoryBound(to: Int32.self)
      let failed = unsafe cv_random_poisson(
        key.first, key.second, rates, Int64(range.lowerBound), Int64(range.upperBound), target)
      if failed >= 0 { first.note(failed + Int64(row.start)) }
    }
    if first.position != nil {
      throw ArrayError(
        "Random.poisson", "a rate is negative or not-a-number; it must be at least 0")
    }
  }

  /// Calls `body` for ranges of the elements that belong to one key: with the key, the dense second
  /// input, where the key's elements start, and which of them are meant.
  private func forEachKey(
    grain: Int,
    _ body:
      @Sendable (
        (first: UInt32, second: UInt32), Operand, (start: Int, count: Int), Range<Int>
      ) -> Void
  ) throws(ArrayError) {
    if outputs[0].count == 0 { return }
    let (keys, keyOwner) = try dense(0)
    let (values, valueOwner) = try dense(1)
    let count = outputs[0].count / (keys.count / 2)
    parallel(outputs[0].count, grain: grain) { range, _ in
      for row in (range.lowerBound / count)..<((range.upperBound - 1) / count + 1) {
        let start = row * count
        let own = range.clamped(to: start..<(start + count))
        let words = unsafe keys.start + row * 8
        let key = unsafe (
          first: words.load(as: UInt32.self),
          second: words.load(fromByteOffset: 4, as: UInt32.self)
        )
        body(
          key, values, (start: start, count: count),
          (own.lowerBound - start)..<(own.upperBound - start))
      }
    }
    withExtendedLifetime(keyOwner) {}
    withExtendedLifetime(valueOwner) {}
  }
}
