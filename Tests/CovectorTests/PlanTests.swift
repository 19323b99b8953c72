// What canonical programs cost: operations, kernels, allocations and bytes, and their plans as text. A change
// of these is never an accident: the file is written anew by Tools/update-plans.

import Foundation
import Testing

@testable import Covector

@Suite struct PlanTests {
  private struct Program {
    let name: String
    let inputs: [NDArray]
    let body: ([NDArray]) -> [NDArray]

    init(_ name: String, _ shapes: [[Int]], _ body: @escaping ([NDArray]) -> [NDArray]) {
      self.name = name
      inputs = shapes.map { NDArray.ones($0) * 0.5 }
      self.body = body
    }
  }

  private static func gelu(_ x: NDArray) -> NDArray {
    0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
  }

  private static func network(_ parameters: [NDArray], _ x: NDArray) -> NDArray {
    let hidden = tanh(matmul(x, parameters[0]) + parameters[1])
    return matmul(hidden, parameters[2]) + parameters[3]
  }

  private static func loss(_ parameters: [NDArray], _ x: NDArray, _ y: NDArray) -> NDArray {
    square(network(parameters, x) - y).mean()
  }

  private static let networkShapes = [[8, 16], [16], [16, 4], [4], [32, 8], [32, 4]]

  private static var programs: [Program] {
    [
      Program("add", [[1000], [1000]]) { [$0[0] + $0[1]] },
      Program("gelu", [[1000]]) { [gelu($0[0])] },
      Program("gelu in bfloat16", [[1000]]) { [gelu($0[0].asType(.bfloat16))] },
      Program("broadcast row and column", [[20, 1], [30]]) { [$0[0] * $0[1] + $0[0]] },
      Program("two results of one chain", [[1000]]) {
        let y = exp($0[0])
        return [y, y * 2]
      },
      Program("sum along axis 0", [[64, 64]]) { [$0[0].sum(axis: 0)] },
      Program("mean of squares", [[64, 64]]) { [square($0[0]).mean(axis: 1)] },
      Program("softmax", [[64, 64]]) { [softmax($0[0], axis: 1)] },
      Program("log-sum-exp", [[64, 64]]) { [$0[0].logSumExp(axis: 1)] },
      Program("layer norm", [[64, 64]]) { inputs in
        let centred = inputs[0] - inputs[0].mean(axis: 1, keepDims: true)
        let variance = square(centred).mean(axis: 1, keepDims: true)
        return [centred * rsqrt(variance + 1e-5)]
      },
      Program("chain of four matrices", [[16, 16], [16, 16]]) {
        [matmul(matmul($0[0], $0[1]), matmul($0[1], $0[0]))]
      },
      Program("dense layer", [[32, 8], [8, 16], [16]]) {
        [tanh(matmul($0[0], $0[1]) + $0[2])]
      },
      Program("transposed view", [[16, 32]]) { [$0[0].T + 1] },
      Program("reshaped transposed view", [[16, 32]]) { [$0[0].T.reshaped([512]) * 2] },
      Program("cumulative sum of a chain", [[64]]) { [square($0[0]).cumulativeSum(axis: 0) + 1] },
      Program("gradient of a scalar", [[]]) { inputs in
        [grad { (x: NDArray) in sin(x) * x * x }(inputs[0])]
      },
      Program("hessian", [[16]]) { inputs in
        [
          hessian { (x: NDArray) in
            square(x[1...] - square(x[..<(-1)])).sum() * 100 + square(1 - x).sum()
          }(inputs[0])
        ]
      },
      Program("value and gradient of a network", networkShapes) { inputs in
        let (value, gradient) = valueAndGrad(loss)(Array(inputs[..<4]), inputs[4], inputs[5])
        return [value] + gradient
      },
      Program("gradient step of a network", networkShapes) { inputs in
        let parameters = Array(inputs[..<4])
        let gradient = grad(loss)(parameters, inputs[4], inputs[5])
        return zip(parameters, gradient).map { $0 - 0.1 * $1 }
      },
      Program("per-example gradients", networkShapes) { inputs in
        vmap(in: [nil, 0, 0], grad(loss))(Array(inputs[..<4]), inputs[4], inputs[5])
      },
      Program("attention", [[4, 256, 32], [4, 256, 32], [4, 256, 32]]) {
        [matmul(softmax(matmul($0[0], $0[1].swappingAxes(1, 2)) * 0.2, axis: -1), $0[2])]
      },
      Program("activation of a product of many rows", [[4096, 48], [48, 64], [64]]) {
        [tanh(matmul($0[0], $0[1]) + $0[2])]
      },
      Program("vmap of matrix by vector", [[16, 8], [32, 8]]) { inputs in
        [vmap(in: [nil, 0]) { (a: NDArray, x: NDArray) in matmul(a, x) }(inputs[0], inputs[1])]
      },
    ]
  }

  /// The plan of some results, and the nodes it is of.
  ///
  /// Nothing holds on to what lies between when it returns, or that would be kept.
  private static func planned(_ results: [NDArray]) throws -> (Plan, Int) {
    var claim = PendingGraph()
    _ = try claim.claim(results)
    defer { claim.release() }
    return (try Plan(claim.graph), claim.graph.operations.count)
  }

  /// The costs and the plan of a program, on a device of its own.
  private static func report(_ program: Program) throws -> String {
    eval(program.inputs)
    return try Device.$current.withValue(Device(threads: 1)) {
      let results = program.body(program.inputs)
      let (plan, nodes) = try planned(results)
      let before = Device.current.pool.statistics
      eval(results)
      let after = Device.current.pool.statistics
      let lines = plan.description.split(separator: "\n").map { "  \($0)\n" }.joined()
      return "\(program.name): \(nodes) nodes, \(plan.graph.operations.count) operations, "
        + "\(plan.steps.count) kernels, "
        + "\(after.allocations - before.allocations) allocations, "
        + "\(after.peak - before.active) bytes at most\n\(lines)"
    }
  }

  @Test func costsAndPlansAreThoseOfTheFile() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let file = root.appending(path: "Tests/Golden/plans.txt")
    let reports = try Self.programs.map(Self.report)
    if ProcessInfo.processInfo.environment["COVECTOR_UPDATE_PLANS"] != nil {
      try reports.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n\n")
      .map { $0.hasSuffix("\n") ? String($0) : "\($0)\n" }
    for (report, expected) in zip(reports, expected) {
      #expect(report == expected, "run Tools/update-plans where this is meant")
    }
    #expect(reports.count == expected.count)
  }

  // MARK: The cache

  @Test func aLoopIsPlannedOnce() {
    Device.$current.withValue(Device(threads: 1)) {
      var parameters = [[8, 16], [16], [16, 4], [4]].map { NDArray.ones($0) * 0.1 }
      let data = NDArray((0..<640).map { Double($0 % 7) }, shape: [80, 8]).asType(.float32)
      eval(parameters + [data])
      let before = Device.current.plans.statistics.misses
      for step in 0..<8 {
        // Another slice and another rate each time: neither is part of the structure.
        let x = data[(step * 10)..<(step * 10 + 10)]
        let gradient = grad(Self.loss)(parameters, x, x[0..., ..<4])
        let rate = 0.1 / Double(step + 1)
        parameters = zip(parameters, gradient).map { $0 - $1 * rate }
        eval(parameters)
      }
      #expect(Device.current.plans.statistics.misses == before + 1)
    }
  }

  @Test func scalarsAreInputs() {
    let x = NDArray([1.0, 2])
    for scale in [2.0, 3, 2, 1] {
      #expect(((x * scale) + 2.0).array(of: Double.self) == [scale + 2, 2 * scale + 2])
    }
  }

  @Test func parametersArePartOfTheStructure() {
    let x = NDArray((0..<6).map(Double.init), shape: [2, 3])
    for _ in 0..<2 {
      #expect((x * 2).sum(axis: 0).array(of: Double.self) == [6, 10, 14])
      #expect((x * 2).sum(axis: 1).array(of: Double.self) == [6, 24])
      #expect((x.T * 2).array(of: Double.self) == [0, 6, 2, 8, 4, 10])
    }
  }

  @Test func oldPlansAreForgotten() throws {
    let cache = PlanCache(limit: 4)
    func plan(_ size: Int) throws {
      var claim = PendingGraph()
      defer { claim.release() }
      _ = try claim.claim([NDArray.ones([size]) + 1])
      _ = try cache.schedule(for: claim.graph, kernels: .best)
    }
    for size in 1...20 { try plan(size) }
    #expect(cache.statistics.misses == 20)
    try plan(20)
    #expect(cache.statistics.hits == 1)
    try plan(1)
    #expect(cache.statistics.misses == 21)
  }

  @Test func equalHashesAreComparedInFull() throws {
    var graphs: [EvaluationGraph] = []
    let x = NDArray([1.0, 2])
    eval(x)
    for array in [x + x, x * x, x + 1, (x + 1) + x] {
      var claim = PendingGraph()
      _ = try claim.claim([array])
      graphs.append(claim.graph)
      claim.release()
    }
    for (row, graph) in graphs.enumerated() {
      for (column, other) in graphs.enumerated() {
        #expect(graph.hasStructure(of: other) == (row == column))
      }
    }
  }

  // MARK: Memory

  @Test func resultsTakeOverTheMemoryOfOperands() {
    Device.$current.withValue(Device(threads: 2)) {
      let size = 256 * 256
      let x = NDArray.ones([256, 256]) * 1
      eval(x)
      Device.current.resetPeakMemory()
      let before = Device.current.activeMemory
      // Products separate the loops; each loop overwrites the product before it.
      let y = matmul(matmul(x, x) * 0.01 + 1, x) * 0.01 + 2
      eval(y)
      let peak = Device.current.peakMemory - before
      #expect(peak < 2 * size * 4 + (2 << 20))
      #expect(y.array(of: Float.self).allSatisfy { abs($0 - 11.1136) < 1e-3 })
    }
  }

  @Test func operandsThatAreStillReadAreNotOverwritten() {
    let x = NDArray((0..<1000).map { Double($0 % 10) })
    let sorted = x.sorted()
    // `sorted` ends in a loop that stores two results, one before the other's operands are loaded.
    let first = sorted * 2
    let second = first + sorted
    eval(first, second)
    let values = x.sorted().array(of: Double.self)
    #expect(first.array(of: Double.self) == values.map { $0 * 2 })
    #expect(second.array(of: Double.self) == values.map { $0 * 3 })
    #expect(sorted.array(of: Double.self) == values)
  }

  @Test func theMemoryLimitHolds() throws {
    let device = try Device(threads: 1, instructionSet: nil, memoryLimit: 1 << 20)
    Device.$current.withValue(device) {
      let x = NDArray([Float](repeating: 1, count: 1000))
      let wide = x.reshaped([1000, 1]) * x
      let error = #expect(throws: ArrayError.self) { try checked { eval(wide) } }
      #expect(error?.message.contains("memory limit") == true)
      #expect(device.peakMemory <= 1 << 20)
      #expect((x + 1).sum().item(Float.self) == 2000)
      // The array is pending still, and computed where there is room.
      #expect(Device.$current.withValue(.processor) { wide.sum().item(Float.self) } == 1e6)
    }
  }

  @Test func theCacheLimitHolds() throws {
    let device = try Device(threads: 1, instructionSet: nil, cacheLimit: 1 << 16)
    Device.$current.withValue(device) {
      for size in [100, 5000, 100_000, 30] { eval(NDArray.ones([size]) + 1) }
      #expect(device.cacheMemory <= 1 << 16)
      device.clearCache()
      #expect(device.cacheMemory == 0)
      #expect(device.activeMemory == 0)
    }
  }

  @Test func cancellationLeavesArraysUsable() async {
    let x = NDArray((0..<100).map(Double.init))
    let y = (x.sorted() + 1).cumulativeSum(axis: 0)
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return #expect(throws: ArrayError.self) { try checked { eval(y) } }
    }
    let error = await task.value
    #expect(error?.message.contains("cancelled") == true)
    #expect(y.array(of: Double.self).last == 5050)
  }

  @Test func threadsChangeNoBits() throws {
    let x = NDArray((0..<300_000).map { Float($0 % 1013) / 7 }, shape: [300, 1000])
    func results() -> [[Float]] {
      let f = { (x: NDArray) in (tanh(x) * softmax(x, axis: 1)).sum() }
      let g = grad(f)(x)
      let compiled = compile(grad(f))(x)
      return [g, compiled, matmul(x, x.T), x.sum(axis: 0)].map { $0.array(of: Float.self) }
    }
    let expected = Device.$current.withValue(Device(threads: 1)) { results() }
    #expect(expected[0] == expected[1])
    for threads in [2, 3, 8] {
      let found = Device.$current.withValue(Device(threads: threads)) { results() }
      #expect(found == expected, "\(threads) threads")
    }
  }
}
