// Throughput of tasks that share nothing but the library.

import Covector

/// The times of mapped gradients in one task, and of as many shared out among eight.
func compareTasks() async throws -> String {
  let device = try Device(threads: 1, instructionSet: nil)
  let rounds = 5
  let calls = 8000
  @Sendable func work(_ calls: Int) {
    let x = NDArray([1.0, 2.0, 3.0])
    let slope = vmap(grad { (x: NDArray) in x * x * x })
    for _ in 0..<calls { eval(slope(x)) }
  }
  func time(tasks: Int) async -> Double {
    let clock = ContinuousClock()
    let elapsed = await clock.measure {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<tasks {
          group.addTask { Device.$current.withValue(device) { work(calls / tasks) } }
        }
      }
    }
    return elapsed / .milliseconds(1)
  }
  _ = await time(tasks: 8)
  var (one, eight) = (Double.infinity, Double.infinity)
  for _ in 0..<rounds {
    one = min(one, await time(tasks: 1))
    eight = min(eight, await time(tasks: 8))
  }
  return "\(calls) calls of vmap(grad(f)): \(one) ms in 1 task, \(eight) ms in 8 tasks, "
    + "ratio \(one / eight)"
}
