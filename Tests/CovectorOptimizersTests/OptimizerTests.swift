// Optimisers, schedules and clipping against PyTorch's (Tools/optimizer_fixtures.py), and under the
// transforms.

import Covector
import CovectorFiles
import CovectorOptimizers
import Foundation
import Testing

private struct Model: ArrayTree {
  var w: NDArray
  var b: NDArray
}

/// What the script recorded.
private struct Recorded {
  let file: SafetensorsFile

  init() throws {
    let url = URL(filePath: #filePath).appending(path: "../../Golden/optimizers.safetensors")
    file = try SafetensorsFile(url.standardized.path(percentEncoded: false))
  }

  func model(_ name: String) throws -> Model {
    try Model(w: file["\(name).w"], b: file["\(name).b"])
  }
}

/// The largest difference between the arrays of two trees.
private func distance(_ a: Model, _ b: Model) -> Double {
  zip(a.leaves, b.leaves).map { abs($0 - $1).max().item(Double.self) }.max() ?? .nan
}

@Suite struct OptimizerTests {
  private static let optimizers: [(String, any Optimizer)] = [
    ("sgd", SGD(learningRate: 0.1)),
    ("decay", SGD(learningRate: 0.1, weightDecay: 0.3)),
    ("momentum", SGD(learningRate: 0.1, momentum: 0.9)),
    ("nesterov", SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true, weightDecay: 0.1)),
    ("adam", Adam(learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3)),
    ("adamw", AdamW(learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.2)),
    ("rmsprop", RMSProp(learningRate: 0.1, decay: 0.9, epsilon: 1e-3)),
    ("adagrad", Adagrad(learningRate: 0.1, epsilon: 1e-3)),
    ("lion", Lion(learningRate: 0.1, beta1: 0.8, beta2: 0.95, weightDecay: 0.2)),
  ]

  @Test(arguments: optimizers.map(\.0)) func followsTheRecord(_ name: String) throws {
    let recorded = try Recorded()
    let optimizer = try #require(Self.optimizers.first { $0.0 == name }?.1)
    let (history, gradients) = try (recorded.model(name), recorded.model("gradients"))
    var model = try recorded.model("start")
    var state = optimizer.initialState(for: model)
    for step in 0..<history.b.shape[0] {
      optimizer.update(&model, with: gradients.mapLeaves { $0[step] }, &state)
      #expect(distance(model, history.mapLeaves { $0[step] }) < 1e-14, "step \(step)")
    }
    #expect(state.step.item(Int.self) == history.b.shape[0])
  }

  @Test func schedules() throws {
    let file = try Recorded().file
    for (name, schedule) in [
      ("linear", Schedule.linear(from: 0.5, to: 0.05, over: 10)),
      ("cosine", .cosine(from: 0.5, to: 0.05, over: 16)),
      ("exponential", .exponential(from: 0.5, times: 0.9, every: 1)),
      ("stepwise", .stepwise(from: 0.5, times: 0.5, every: 5)),
      ("warmup", .exponential(from: 0.5, times: 0.9, every: 1).warmedUp(over: 8)),
    ] {
      let rates = try file["schedule.\(name)"]
      let ours = schedule(NDArray.arange(rates.count))
      #expect(abs(ours - rates).max().item(Double.self) < 1e-15, "\(name)")
      // One number at a time is the same as all at once.
      #expect(schedule(NDArray(7)).item(Double.self) == ours[7].item(Double.self), "\(name)")
    }
    #expect((0.25 as Schedule)(NDArray(3)).item(Double.self) == 0.25)
  }

  @Test func clipping() throws {
    let recorded = try Recorded()
    let gradient = try recorded.model("gradients").mapLeaves { $0[0] }
    #expect(try distance(gradient.clipped(toNorm: 0.7), recorded.model("clipped.norm")) < 1e-15)
    #expect(try distance(gradient.clipped(toValue: 0.5), recorded.model("clipped.value")) == 0)
    #expect(distance(gradient.clipped(toNorm: 100), gradient) == 0)
    let none = gradient.mapLeaves { NDArray.zeros(like: $0) }
    #expect(distance(none.clipped(toNorm: 1), none) == 0)
    #expect(abs(gradient.clipped(toNorm: 0.7).leafNorm.item(Double.self) - 0.7) < 1e-15)
  }

  @Test func manyRunsAtOnce() throws {
    let recorded = try Recorded()
    let (start, gradients) = try (recorded.model("start"), recorded.model("gradients"))
    let gradient = gradients.mapLeaves { $0[0] }
    // One step from three starts and with three states at once, and from each alone.
    let optimizer = Adam(learningRate: .cosine(from: 0.1, over: 9))
    func step(_ model: Model, _ state: OptimizerState<Model>) -> Model {
      var (model, state) = (model, state)
      optimizer.update(&model, with: gradient, &state)
      return model
    }
    let starts = (0..<3).map { number in start.mapLeaves { $0 * Double(number) } }
    let states = (0..<3).map { number in
      var state = optimizer.initialState(for: start)
      state.step = NDArray(Int32(number))
      return state
    }
    let batch = starts[0].zipLeaves(with: starts[1], starts[2]) { stacked([$0, $1, $2]) }
    let stateBatch = states[0].zipLeaves(with: states[1], states[2]) { stacked([$0, $1, $2]) }
    let together = vmap(step)(batch, stateBatch)
    for number in 0..<3 {
      let alone = step(starts[number], states[number])
      #expect(distance(together.mapLeaves { $0[number] }, alone) < 1e-15)
    }
  }

  @Test func halfTypesAndIntegers() {
    struct Mixed: ArrayTree {
      var half: NDArray
      var count: NDArray
      var missing: NDArray?
    }
    var model = Mixed(half: NDArray([1.0, 2.0]).asType(.bfloat16), count: NDArray([3, 4]))
    let gradient = Mixed(half: NDArray([1.0, -1.0]).asType(.bfloat16), count: NDArray([0, 0]))
    let optimizer = AdamW(learningRate: 0.5)
    var state = optimizer.initialState(for: model)
    optimizer.update(&model, with: gradient, &state)
    #expect(model.half.dtype == .bfloat16)
    // 0.995 - 0.5 and 1.99 + 0.5, each rounded to 8 bits twice.
    let half = model.half.array(of: Float.self)
    #expect(abs(half[0] - 0.495) < 1.0 / 256 && abs(half[1] - 2.49) < 1.0 / 64)
    #expect(model.count.array(of: Int.self) == [3, 4])
    #expect(model.missing == nil)
  }

  @Test func stateIsSavedAndGoesOn() throws {
    let recorded = try Recorded()
    let gradients = try recorded.model("gradients")
    let optimizer = Adam(learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3)
    var model = try recorded.model("start")
    var state = optimizer.initialState(for: model)
    for step in 0..<3 {
      optimizer.update(&model, with: gradients.mapLeaves { $0[step] }, &state)
    }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "covector-\(UUID().uuidString).safetensors").path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try state.write(safetensors: path)
    #expect(
      try SafetensorsFile(path).names.sorted()
        == ["memory.average.b", "memory.average.w", "memory.square.b", "memory.square.w", "step"])
    var loaded = try optimizer.initialState(for: recorded.model("start"))
    try loaded.load(safetensors: path)
    for step in 3..<6 {
      optimizer.update(&model, with: gradients.mapLeaves { $0[step] }, &loaded)
    }
    #expect(try distance(model, recorded.model("adam").mapLeaves { $0[5] }) < 1e-14)
  }

  @Test func trainingIsFiveLines() {
    let x = NDArray.linspace(from: -1, to: 1, count: 32)
    let y = 3 * x - 0.5
    var model = Model(w: 0.0, b: 0.0).mapLeaves { $0.asType(.float32) }
    let optimizer = Adam(learningRate: .cosine(from: 0.1, over: 400))
    var state = optimizer.initialState(for: model)
    for _ in 0..<400 {
      let gradient = grad { (m: Model) in square(m.w * x + m.b - y).mean() }(model)
      optimizer.update(&model, with: gradient, &state)
    }
    #expect(abs(model.w.item(Double.self) - 3) < 1e-4)
    #expect(abs(model.b.item(Double.self) + 0.5) < 1e-4)
  }

  @Test func aStateOfAnotherModelIsAMistake() {
    func message(_ body: () -> Void) -> String {
      do { try checked(body) } catch { return (error as? ArrayError)?.summary ?? "" }
      return ""
    }
    let advice = "make the state by initialState(for:) of this optimizer and this model"
    var models: [NDArray] = [[1.0], [2.0]]
    let gradient = models
    var small = Adam(learningRate: 0.1).initialState(for: [models[0]])
    #expect(
      message { Adam(learningRate: 0.1).update(&models, with: gradient, &small) }
        == "[update] the state's average is a tree of 1, the model one of 2 arrays; \(advice)")
    var other = SGD(learningRate: 0.1).initialState(for: models)
    #expect(
      message { Adam(learningRate: 0.1).update(&models, with: gradient, &other) }
        == "[update] the state has no average; \(advice)")
  }
}
