// Differentially private training: the gradient of every example by itself is vmap(grad(loss)); each
// is cut to a length, and noise hides what any one of them adds.
// Source: Abadi et al., Deep Learning with Differential Privacy, 2016, algorithm 1.

import ArgumentParser
import Covector
import CovectorOptimizers
import ExampleSupport
import Foundation

@main
struct PrivateTraining: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "private-training",
    abstract:
      "Trains a classifier with per-example gradients, so that no example can be told from it.",
    discussion: """
      The data are two spirals of points, made with the seed. The network is trained once without and \
      once with privacy, and the picture shows what each has learned.
      """)

  @Option(help: "Steps of training.")
  var steps = 600

  @Option(help: "Standard deviation of the noise, in units of the clipping length.")
  var noise = 4.0

  @Option(help: "The length to which the gradient of each example is cut.")
  var clip = 1.0

  @Option(help: "The seed of the data, the network and the noise.")
  var seed: UInt64 = 1

  @Option(help: "The folder for the pictures.")
  var output = "private-training-output"

  func validate() throws {
    guard steps > 0, noise > 0, clip > 0 else {
      throw ValidationError("Steps, noise and clip must be more than 0.")
    }
  }

  func run() throws {
    Interruption.listen()
    let data = Spirals(count: 4000, seed: seed)
    let test = Spirals(count: 1000, seed: seed + 1)
    for isPrivate in [false, true] {
      var trainer = Trainer(seed: seed, noise: isPrivate ? noise : nil, clip: clip, data: data)
      var progress = Progress(total: steps)
      for step in 0..<steps where !Interruption.isRequested {
        trainer.step()
        if step % 20 == 19 { eval(trainer.model) }
        progress.show(step + 1, isPrivate ? "with privacy" : "without privacy")
      }
      progress.clear()
      let accuracy = trainer.model.accuracy(test)
      let price = isPrivate ? trainer.privacy(delta: 1e-5) : .infinity
      let cost = isPrivate ? "ε = \(short(price)) at δ = 10⁻⁵" : "no privacy"
      say("\(cost): \(short(accuracy * 100)) % of 1000 new points are classified right")
      let path = "\(output)/\(isPrivate ? "private" : "plain").svg"
      try save(
        picture(trainer.model, data, "\(cost), \(short(accuracy * 100)) % right"), to: path)
      say("  the picture is in \(path)")
    }
  }

  /// What the network says of every point of the plane, and some of the points it was taught.
  private func picture(_ model: Network, _ data: Spirals, _ subtitle: String) -> String {
    let axis = NDArray.linspace(from: -1.2, to: 1.2, count: 120)
    let grid = meshgrid([axis, axis])
    let scores = vmap(vmap(model.score))(stacked(grid, axis: -1))
    let classes = data.labels.array(of: Int.self)
    let places = data.points.rows(of: Double.self)
    let marks = (0..<2).map { one in
      Mark.points(
        places.indices.prefix(800).filter { classes[$0] == one }.map {
          (places[$0][0], places[$0][1])
        },
        label: "class \(one)", color: one == 0 ? "#ff6f61" : "#161b22")
    }
    let colors = Mark.grid(sigmoid(scores).rows(), x: -1.2...1.2, y: -1.2...1.2)
    return Plot("Two spirals, learned", subtitle: subtitle, x: "x", y: "y", [colors] + marks).svg()
  }
}

/// Points on two spirals with noise, and which of the two each is on.
struct Spirals {
  let points: NDArray
  let labels: NDArray

  init(count: Int, seed: UInt64) {
    var keys = RandomKeys(seed: seed)
    let angle = 2.5 * Double.pi * sqrt(Random.uniform([count], key: keys.next()))
    let turn = NDArray.arange(count) % 2
    let direction = angle + Double.pi * turn.asType(.float32)
    let radius = angle / (2.5 * Double.pi)
    let places = stacked([radius * cos(direction), radius * sin(direction)], axis: -1)
    points = places + 0.03 * Random.normal([count, 2], key: keys.next())
    labels = turn
    eval(points, labels)
  }
}

/// A network with two hidden layers, from a point to the log-odds of class 1.
struct Network: ArrayTree {
  var weights: [NDArray]
  var biases: [NDArray]

  init(seed: UInt64) {
    var keys = RandomKeys(seed: seed)
    let sizes = [2, 48, 48, 1]
    weights = zip(sizes, sizes.dropFirst()).map { inner, outer in
      Random.normal([inner, outer], key: keys.next()) * (1.5 / Double(inner).squareRoot())
    }
    biases = sizes.dropFirst().map { NDArray.zeros([$0]) }
  }

  func score(_ point: NDArray) -> NDArray {
    var x = point
    for (weight, bias) in zip(weights.dropLast(), biases) { x = tanh(matmul(x, weight) + bias) }
    return (matmul(x, weights[weights.count - 1]) + biases[biases.count - 1])[0]
  }

  /// The loss of one example.
  func loss(_ point: NDArray, _ label: NDArray) -> NDArray {
    let score = score(point)
    return logaddexp(score, 0.0) - label.asType(.float32) * score
  }

  func accuracy(_ data: Spirals) -> Double {
    let isOne = vmap(score)(data.points) .> 0.0
    return (isOne .== (data.labels .== 1)).asType(.float32).mean().item()
  }
}

/// Training by Poisson-sampled batches.
struct Trainer {
  private(set) var model: Network
  private var state: OptimizerState<Network>
  private var keys: RandomKeys
  private(set) var stepCount = 0
  let noise: Double?
  let clip: Double
  let data: Spirals
  let rate = 0.05
  let optimizer = Adam(learningRate: 0.01)

  init(seed: UInt64, noise: Double?, clip: Double, data: Spirals) {
    model = Network(seed: seed)
    state = optimizer.initialState(for: model)
    keys = RandomKeys(seed: seed + 100)
    (self.noise, self.clip, self.data) = (noise, clip, data)
  }

  /// Takes one step on a batch to which every example belongs by chance.
  mutating func step() {
    let count = data.labels.count
    let draw = Random.uniform([count], key: keys.next()).array(of: Double.self)
    let batch = NDArray(draw.indices.filter { draw[$0] < rate })
    let (points, labels) = (data.points.take(batch, axis: 0), data.labels.take(batch, axis: 0))
    // One gradient for each example: every leaf has the examples along its first axis.
    let gradients = vmap(
      in: [nil, 0, 0], grad { (m: Network, x: NDArray, y: NDArray) in m.loss(x, y) })(
        model, points, labels)
    let expected = rate * Double(count)
    let gradient: Network
    if let noise {
      let cut = vmap { [clip] (one: Network) in one.clipped(toNorm: clip) }(gradients)
      gradient = cut.mapLeaves { leaf in
        let sum = leaf.sum(axis: 0)
        return (sum + noise * clip * Random.normal(sum.shape, key: keys.next())) / expected
      }
    } else {
      gradient = gradients.mapLeaves { $0.sum(axis: 0) / expected }
    }
    optimizer.update(&model, with: gradient, &state)
    stepCount += 1
  }

  /// The privacy spent so far: ε for a δ.
  func privacy(delta: Double) -> Double {
    noise.map { privacySpent(noise: $0, rate: rate, steps: stepCount, delta: delta) } ?? .infinity
  }
}

/// The ε that so many steps with noisy sums of random batches cost, for a δ.
///
/// Source: Mironov, Talwar and Zhang, Rényi Differential Privacy of the Sampled Gaussian Mechanism,
/// 2019, section 3.3, for whole orders; Mironov, Rényi Differential Privacy, 2017, proposition 3.
func privacySpent(noise: Double, rate: Double, steps: Int, delta: Double) -> Double {
  (2...128).map { order in
    // ln Σ C(α, k) (1 − q)^(α−k) q^k exp((k² − k) / 2σ²), the largest term taken out.
    let a = Double(order)
    let terms = (0...order).map { k in
      let k = Double(k)
      let choices =
        Foundation.lgamma(a + 1) - Foundation.lgamma(k + 1) - Foundation.lgamma(a - k + 1)
      return choices + (a - k) * Foundation.log1p(-rate) + k * Foundation.log(rate)
        + (k * k - k) / (2 * noise * noise)
    }
    let largest = terms.max() ?? 0
    let sum = terms.reduce(0) { $0 + Foundation.exp($1 - largest) }
    let divergence = (largest + Foundation.log(sum)) / (a - 1)
    return Double(steps) * divergence - Foundation.log(delta) / (a - 1)
  }.min() ?? .infinity
}
