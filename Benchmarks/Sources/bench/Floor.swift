// The floor: how fast this machine copies memory, and how fast it multiplies and adds.

import Dispatch
import Foundation
import Machine

/// Measurements of the machine with `threads` threads.
struct Floor {
  let threads: Int

  /// Memory that threads share; each copies a part of its own.
  private struct Memory: @unchecked Sendable {
    let source: UnsafeMutablePointer<Float>
    let target: UnsafeMutablePointer<Float>
  }

  /// Bytes read and written in a microsecond by the better of two ways to copy, in arrays that
  /// together are as large as those of the addition of 4M floats.
  func copyRate() -> Double {
    let count = 6 << 20
    let memory = Memory(source: .allocate(capacity: count), target: .allocate(capacity: count))
    defer {
      memory.source.deallocate()
      memory.target.deallocate()
    }
    memory.source.initialize(repeating: 1, count: count)
    memory.target.initialize(repeating: 0, count: count)
    let part = count / threads / 16 * 16
    let best = [Int32(0), 1].map { streaming in
      median(
        (0..<15).map { _ in
          microseconds {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
              machine_copy(
                memory.target + thread * part, memory.source + thread * part, part, streaming)
            }
          }
        })
    }.min()
    return Double(2 * part * threads * 4) / (best ?? 1)
  }

  /// Operations in a microsecond, two for each fused multiply-add of floats.
  func multiplyAddRate() -> Double {
    // Long enough for the start of a thread not to matter.
    let rounds: Int64 = 5_000_000
    let operations = machine_multiply_add(rounds) * Double(threads)
    let time = median(
      (0..<9).map { _ in
        microseconds {
          DispatchQueue.concurrentPerform(iterations: threads) { _ in
            _ = machine_multiply_add(rounds)
          }
        }
      })
    return operations / time
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func microseconds(_ body: () -> Void) -> Double {
  let (seconds, attoseconds) = ContinuousClock().measure(body).components
  return Double(seconds) * 1e6 + Double(attoseconds) * 1e-12
}

/// The processor time of this process for a piece of work.
func processorMicroseconds(_ body: () -> Void) -> Double {
  let start = clock()
  body()
  return Double(clock() - start) * 1e6 / Double(CLOCKS_PER_SEC)
}
