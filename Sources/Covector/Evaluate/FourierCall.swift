// Fourier transforms of the rows of an array, and the plans a device keeps for them.

import CovectorKernels
import Synchronization

extension KernelCall {
  /// Transforms the rows of input 0, which lie along its last axis, into output 0, without scaling.
  func fourier(inverse: Bool) throws(ArrayError) {
    let (source, output) = (inputs[0], outputs[0])
    if output.count == 0 { return }
    let (rows, count, stride) = source.layout.rows
    let dtype = source.dtype
    let plan = try device.fourierPlans.plan(count, dtype, device)
    let bytes = cv_fft_scratch(Int64(count), dtype.rawValue)
    let scratch = try Scratch(self, bytesPerWorker: bytes)
    parallel(rows.shape.elementCount, grain: max(1, 8192 / count)) { range, worker in
      let offsets = rows.offsets(range)
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe cv_fft(
          plan.base, inverse, source.start, offsets.baseAddress, Int64(range.lowerBound),
          Int64(range.upperBound), Int64(stride), output.base, scratch[worker])
      }
    }
    withExtendedLifetime(plan) {}
  }
}

extension KernelCall {
  /// Transforms real rows of `count` points into the first half of their transforms, or back.
  func realFourier(_ points: Int, inverse: Bool) throws(ArrayError) {
    let (source, output) = (inputs[0], outputs[0])
    if output.count == 0 { return }
    let (rows, _, stride) = source.layout.rows
    let dtype = source.dtype.complex
    let plan = try device.fourierPlans.plan(points, dtype, isReal: true, device)
    let scratch = try Scratch(
      self, bytesPerWorker: cv_fft_scratch(Int64(points / 2), dtype.rawValue))
    parallel(rows.shape.elementCount, grain: max(1, 16384 / points)) { range, worker in
      let offsets = rows.offsets(range)
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe cv_rfft(
          plan.base, inverse, source.start, offsets.baseAddress, Int64(range.lowerBound),
          Int64(range.upperBound), Int64(stride), output.base, scratch[worker])
      }
    }
    withExtendedLifetime(plan) {}
  }
}

/// Plans of Fourier transforms: tables that depend on the length and the dtype alone.
final class FourierPlans: Sendable {
  private struct Key: Hashable {
    let count: Int
    let dtype: DType
    let isReal: Bool
  }
  private let known = Mutex<[Key: Buffer]>([:])
  /// With more plans than this, or longer ones, programs would hold memory for lengths they are done with.
  private static let most = 32
  private static let longest: Int = 1 << 24

  /// The plan for a length, made now where it is not known yet.
  ///
  /// Plans for real rows have a complex dtype too.
  func plan(
    _ count: Int, _ dtype: DType, isReal: Bool = false, _ device: Device
  ) throws(ArrayError) -> Buffer {
    let key = Key(count: count, dtype: dtype, isReal: isReal)
    if let plan = known.withLock({ $0[key] }) { return plan }
    let size = Int64(count)
    let bytes =
      isReal ? cv_rfft_plan_bytes(size, dtype.rawValue) : cv_fft_plan_bytes(size, dtype.rawValue)
    // Not from the pool: what is kept here is not memory of arrays.
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
    let plan = unsafe Buffer(base: base, byteCount: bytes, owner: nil)
    let level = device.kernels.level
    let scratch = try device.pool.buffer(cv_fft_scratch(isReal ? size / 2 : size, dtype.rawValue))
    if isReal {
      unsafe cv_rfft_plan(level, size, dtype.rawValue, plan.base, scratch.base)
    } else {
      unsafe cv_fft_plan(level, size, dtype.rawValue, plan.base, scratch.base)
    }
    if bytes <= Self.longest {
      known.withLock { known in
        if known.count >= Self.most { known = [:] }
        known[key] = plan
      }
    }
    return plan
  }
}
