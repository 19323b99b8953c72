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
    parallel(keys.count / 2 * counters, grain: 16384) { range, _ in
      for row in (range.lowerBound / counters)..<((range.upperBound - 1) / counters + 1) {
        let own = range.clamped(to: (row * counters)..<((row + 1) * counters))
        let words = unsafe keys.start + row * 8
        unsafe cv_random_bits(
          words.load(as: UInt32.self), words.load(fromByteOffset: 4, as: UInt32.self),
          output.base + row * bytes, Int64(bytes), Int64(own.lowerBound - row * counters),
          Int64(own.upperBound - row * counters))
      }
    }
    withExtendedLifetime(owner) {}
  }
}
