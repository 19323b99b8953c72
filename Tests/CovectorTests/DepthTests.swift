// Chains of a million operations, on a thread with a stack of 512 KiB: nothing may recurse along them.

import Foundation
import Synchronization
import Testing

@testable import Covector

// One after another: a chain takes some hundred megabytes.
@Suite(.serialized) struct DepthTests {
  static let length = 1_000_000

  static func chain(_ x: NDArray, _ length: Int = length) -> NDArray {
    var y = x
    for _ in 0..<length { y = y + 1 }
    return y
  }

  /// Runs a body on a thread of its own with a small stack.
  static func onSmallStack(_ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      body()
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
  }

  @Test func everyTransformOnASmallStack() {
    let results = Mutex<[String: [Double]]>([:])
    Self.onSmallStack {
      func note(_ name: String, _ x: NDArray) { results.withLock { $0[name] = numbers(x) } }
      let x = NDArray([1.0, 2.0])
      let sum = { (x: NDArray) in Self.chain(x * x).sum() }
      note("grad", grad(sum)(x))
      note("jvp", jvp(sum, x, x).tangents)
      note("vmap", vmap { (x: NDArray) in Self.chain(x) }(x))
      note("grad of vmap", grad { (x: NDArray) in vmap { Self.chain($0 * $0) }(x).sum() }(x))
      note("vmap of grad", vmap(grad { (x: NDArray) in Self.chain(x * x) })(x))
      note("jvp of grad", jvp(grad(sum), x, NDArray([1.0, 0.0])).tangents)
      note("compile", compile { (x: NDArray) in Self.chain(x) }(x))
      note("checkpoint", grad(checkpoint(sum))(x))
      let linear = linearize(sum, x)
      note("linearize", linear.pushforward(x))
      let kept = Self.chain(x)
      note("evaluated", kept)
      _ = "\(Self.chain(x))"
      _ = Self.chain(x)
    }
    let expected: [String: [Double]] = [
      "grad": [2, 4], "jvp": [10], "vmap": [1_000_001, 1_000_002], "grad of vmap": [2, 4],
      "vmap of grad": [2, 4], "jvp of grad": [2, 0], "compile": [1_000_001, 1_000_002],
      "checkpoint": [2, 4], "linearize": [10], "evaluated": [1_000_001, 1_000_002],
    ]
    #expect(results.withLock { $0 } == expected)
  }

  @Test func sizesBeyondMemoryAreMistakes() {
    #expect(
      mistake { _ = NDArray.zeros([1 << 40, 1 << 40]) }
        .contains("float32[1099511627776, 1099511627776] is larger than memory can be addressed"))
    #expect(
      mistake {
        _ = NDArray.ones([1 << 31]).reshaped(to: [1 << 31, 1]).broadcast(to: [1 << 31, 1 << 33])
      }
      .contains("larger than memory can be addressed"))
    let large = mistake { eval(NDArray.arange(1 << 46, dtype: .int64) + 1) }
    #expect(large.contains("could not be allocated"))
    // And the process goes on.
    #expect(numbers(counting(3) + 1) == [1, 2, 3])
  }

  /// What comes and goes leaves no memory behind.
  @Test func memoryIsFlat() throws {
    let device = try Device(threads: 2, instructionSet: nil)
    Device.$current.withValue(device) {
      func work(_ size: Int) {
        let x = counting(size, 4) / Double(size)
        let slopes = vmap(grad { (x: NDArray) in (tanh(x) * x).sum() })(x)
        #expect(slopes.sum().item(Double.self).isFinite)
      }
      for size in 1...50 { work(size) }
      let before = device.activeMemory
      device.resetPeakMemory()
      for round in 0..<2000 { work(1 + round % 50) }
      #expect(device.activeMemory == before)
      #expect(device.peakMemory < before + (1 << 20))
    }
  }

  @Test func evaluated() {
    #expect(Self.chain(NDArray([1.0, 2.0])).array(of: Double.self) == [1_000_001, 1_000_002])
  }

  @Test func printed() {
    #expect("\(Self.chain(NDArray([1.0, 2.0])))" == "array([1000001., 1000002.], dtype=float64)")
  }

  @Test func freedUnevaluated() {
    let chain = Self.chain(NDArray([1.0]))
    #expect(chain.shape == [1])
  }

  @Test func differentiated() {
    let x = NDArray([1.0, 2.0])
    let (_, pullback) = Differentiate.vjp({ [Self.chain($0[0] * $0[0])] }, [x])
    let pulled = pullback([NDArray([1.0, 1.0])])[0]
    #expect(pulled?.array(of: Double.self) == [2, 4])
    let (outputs, tangents) = Differentiate.jvp(
      { [Self.chain($0[0] * $0[0])] }, [x], [NDArray([1.0, 1.0])])
    #expect(tangents[0]?.array(of: Double.self) == [2, 4])
    #expect(outputs[0].array(of: Double.self) == [1_000_001, 1_000_004])
  }

  @Test func mapped() {
    let x = NDArray([1.0, 2.0])
    let mapped = Vectorize.apply({ [Self.chain($0[0])] }, to: [x], size: 2, axes: [0])
    #expect(mapped[0].array.array(of: Double.self) == [1_000_001, 1_000_002])
  }
}
