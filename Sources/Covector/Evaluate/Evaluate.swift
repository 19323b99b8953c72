// From pending arrays to values: claim the nodes that are pending, plan them, run the plan, and put the
// values into the nodes. The one way anything is computed.

import Dispatch
import Synchronization

/// One evaluation under way; others that need one of its nodes wait for it to end.
final class EvaluationTicket: Sendable {
  private struct State {
    var isEnded = false
    /// Made by the first that waits: most evaluations are never waited for.
    var waiting: DispatchGroup?
  }
  private let state = Mutex(State())

  func end() {
    let waiting = state.withLock { state in
      state.isEnded = true
      return state.waiting
    }
    waiting?.leave()
  }

  func wait() {
    let group = state.withLock { state -> DispatchGroup? in
      if state.isEnded { return nil }
      if let group = state.waiting { return group }
      let group = DispatchGroup()
      group.enter()
      state.waiting = group
      return group
    }
    group?.wait()
  }
}

/// Computes the arrays that are pending, all together.
///
/// Reading an array computes it too; computing several at once shares the work between them.
/// Failures that depend on values, such as an index out of range, are reported here. Inside `checked`, an
/// evaluation on a task that has been cancelled fails at its next step, and the arrays remain pending.
public func eval(_ arrays: NDArray...) { eval(arrays) }

/// Computes the arrays that are pending, all together.
public func eval(_ arrays: [NDArray]) {
  do throws(ArrayError) {
    try evaluate(arrays)
  } catch {
    ArrayError.report(error)
  }
}

/// Computes pending arrays; does nothing for the results of mistakes, which have been reported.
func evaluate(_ arrays: [NDArray]) throws(ArrayError) {
  var pending: [NDArray] = []
  for array in arrays where !array.isPoisoned && array.node.value(of: array.result) == nil {
    if let constant = array.node.constant {
      let value = try constant.value(on: Device.current)
      array.node.state.withLock { $0.values = [value] }
    } else {
      pending.append(array)
    }
  }
  if pending.isEmpty { return }
  while true {
    var claim = PendingGraph()
    let conflict: EvaluationTicket?
    do throws(ArrayError) {
      conflict = try claim.claim(pending)
    } catch {
      claim.release()
      throw error
    }
    if let conflict {
      // Holding nothing while waiting, two evaluations cannot wait for each other.
      claim.release()
      conflict.wait()
      continue
    }
    defer { claim.release() }
    let device = Device.current
    let schedule = try device.plans.schedule(for: claim.graph, kernels: device.kernels)
    try claim.commit(schedule.run(claim.inputs, on: device))
    return
  }
}

extension Node {
  /// What is said when the value of a tracer is asked for.
  func valueless() -> ArrayError {
    let transform = (primitive as? Placeholder)?.transform ?? "a transform"
    if serial == 0 {
      return ArrayError(
        "eval",
        "a placeholder of type \(type) has no value; it stands for a type in trace and evalShape")
    }
    guard Trace.isInside(serial) else {
      return ArrayError(
        "eval",
        "a \(type) array was kept from inside a function under \(transform) that has ended, and has no "
          + "value; return it from the function instead")
    }
    return ArrayError(
      "eval",
      "the value of a \(type) array was read inside \(transform), where it is not known; use which, "
        + "cond, whileLoop or scan in place of if and while, and return what is to be read")
  }
}

/// How many references an object has; decides only what is kept, never what is right.
enum References {
  /// The strong references to the object at an address, as the runtime counts them.
  @_silgen_name("swift_retainCount")
  private static func runtimeCount(_ object: UnsafeMutableRawPointer) -> UInt

  /// An address, unlike a reference, adds nothing to the count while it is passed around.
  @unsafe static func count(at address: UnsafeMutableRawPointer) -> Int {
    unsafe Int(runtimeCount(address))
  }
}
