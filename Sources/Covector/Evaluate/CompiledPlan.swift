// A traced program planned once and run many times: the body of a loop, a compiled function. A run makes
// no nodes and claims none.

import Synchronization

/// A program as a plan for given inputs.
///
/// It holds on to nothing of the program but its primitives and scalars. Runs may overlap.
final class CompiledPlan: Sendable {
  /// The inputs are the first values of the graph; their layouts are filled in for each plan.
  private let graph: EvaluationGraph
  /// What every run is given beside the inputs.
  private let constants: RunInputs
  private let outputs: [Output]
  /// Whether the outputs are the results of a run, in order.
  private let isWhole: Bool

  /// Where an output is found after a run.
  private enum Output {
    case result(Int)
    case input(Int)
    case captured(ArrayValue)
    case scalar(Constant)
  }

  private struct Planned {
    let strides: [[Int]]
    let schedule: Schedule
  }
  private let planned = Mutex<[Planned]>([])
  /// More layouts than these are not met in practice; the oldest plan then goes.
  private static let limit = 8

  /// Prepares a program.
  ///
  /// - Parameter inputs: The numbers of the program's values that each run is given, in order; its
  ///   inputs by default. Other captured arrays are computed now and kept.
  /// - Throws: `ArrayError` where the program depends on an array that has no value.
  init(_ program: Program, inputs: [Int]? = nil) throws(ArrayError) {
    var graph = EvaluationGraph()
    var constants = RunInputs()
    var numbers = [Int](repeating: -1, count: program.values.count)
    for input in inputs ?? Array(0..<program.inputCount) {
      let type = program.values[input].storedType
      numbers[input] = graph.addLeaf(Layout(type.shape), type)
    }
    try evaluate(
      program.captures.filter { numbers[$0] < 0 && !program.isPartOfPlan($0) }
        .map { program.values[$0] })
    for capture in program.captures where numbers[capture] < 0 {
      let array = program.values[capture]
      if let constant = array.node.constant {
        numbers[capture] = graph.addScalar(constant.dtype)
        constants.scalars.append(constant)
      } else if program.isPartOfPlan(capture) {
        numbers[capture] = graph.addOperation(array.node, Operands())
      } else if let value = array.node.value(of: array.result) {
        numbers[capture] = graph.addLeaf(value.layout, array.storedType)
        constants.leaves.append(
          RunInputs.Leaf(
            value: numbers[capture], buffer: value.buffer, offset: value.layout.offset))
      } else {
        throw array.node.valueless()
      }
    }
    graph.addOperations(of: program, &numbers)
    let wanted = program.outputs.map { numbers[$0] }
    for output in wanted {
      if case .operation(let index) = graph.sources[output] { graph.keep(index) }
    }
    let results = graph.keptValues
    outputs = wanted.compactMap { output -> Output? in
      switch graph.sources[output] {
      case .operation: return results.firstIndex(of: output).map { .result($0) }
      case .scalar(let scalar): return .scalar(constants.scalars[scalar.number])
      case .leaf(var layout):
        guard let leaf = constants.leaf(output) else { return .input(output) }
        layout.offset = leaf.offset
        return .captured(ArrayValue(buffer: leaf.buffer, layout: layout))
      }
    }
    isWhole =
      outputs.count == results.count
      && outputs.enumerated().allSatisfy { number, output in
        if case .result(number) = output { true } else { false }
      }
    self.graph = graph
    self.constants = constants
  }

  /// Computes the outputs from the inputs, now.
  ///
  /// - Parameter inputs: Values of the types the program was traced for, in any layout.
  func run(
    _ inputs: [ArrayValue], on device: Device = .current
  ) throws(ArrayError) -> [ArrayValue] {
    let schedule = try schedule(for: inputs, on: device)
    let values = try schedule.run(constants, first: inputs, on: device)
    if isWhole { return values }
    var results: [ArrayValue] = []
    results.reserveCapacity(outputs.count)
    for output in outputs {
      switch output {
      case .result(let number): results.append(values[number])
      case .input(let number): results.append(inputs[number])
      case .captured(let value): results.append(value)
      case .scalar(let constant): try results.append(constant.value(on: device))
      }
    }
    return results
  }

  /// The plan for inputs laid out as these are; made the first time they are.
  private func schedule(
    for inputs: [ArrayValue], on device: Device
  ) throws(ArrayError) -> Schedule {
    let known = planned.withLock { planned in
      planned.first { entry in
        entry.schedule.kernels.level == device.kernels.level
          && zip(entry.strides, inputs).allSatisfy { $0 == $1.layout.strides }
      }
    }
    if let known { return known.schedule }
    var graph = graph
    for (number, input) in inputs.enumerated() { graph.setLayout(number, input.layout) }
    let schedule = Schedule(try Plan(graph), for: device.kernels)
    planned.withLock { planned in
      if planned.count == Self.limit { planned.removeLast() }
      planned.insert(Planned(strides: inputs.map(\.layout.strides), schedule: schedule), at: 0)
    }
    return schedule
  }
}

extension Program {
  /// Whether a captured array is computed from nothing, as `arange` is, so that each run may do it.
  fileprivate func isPartOfPlan(_ capture: Int) -> Bool {
    let node = values[capture].node
    if node.constant != nil { return true }
    return !node.flags.contains(.valueless) && node.isPendingWithoutInputs
  }
}
