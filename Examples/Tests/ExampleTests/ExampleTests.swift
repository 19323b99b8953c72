// Each example on a small scale: that it does what it shows.

import Covector
import CovectorFiles
import CovectorOptimizers
import ExampleSupport
import Foundation
import Testing

@testable import CharTransformer
@testable import Cloth
@testable import GaussianProcess
@testable import NeuralField
@testable import Pendulum
@testable import PrivateTraining

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether a text is well-formed XML.
private func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

/// The path of a file that is not there.
private func newPath(_ ending: String) -> String {
  FileManager.default.temporaryDirectory.appending(path: "covector-\(UUID().uuidString).\(ending)")
    .path(percentEncoded: false)
}

@Suite struct ExampleTests {
  @Test func noExampleCountsForMoreThanItsLength() throws {
    let data = Spirals(count: 400, seed: 1)
    var trainer = Trainer(seed: 1, noise: 1, clip: 0.5, data: data)
    let before = trainer.model
    let gradients = vmap(
      in: [nil, 0, 0], grad { (m: Network, x: NDArray, y: NDArray) in m.loss(x, y) })(
        before, data.points, data.labels)
    // The mean of the gradients of the examples is the gradient of the mean.
    let whole = grad { (m: Network) in
      vmap(in: [nil, 0, 0]) { (m: Network, x: NDArray, y: NDArray) in m.loss(x, y) }(
        m, data.points, data.labels
      ).mean()
    }(before)
    for (each, all) in zip(gradients.leaves, whole.leaves) {
      #expect(abs(each.mean(axis: 0) - all).max().item(Float.self) < 1e-5)
    }
    let norms = vmap { (one: Network) in one.clipped(toNorm: 0.5).leafNorm }(gradients)
    #expect(norms.max().item(Float.self) < 0.50001)
    for _ in 0..<3 { trainer.step() }
    #expect(trainer.stepCount == 3)
    #expect(trainer.model.leaves.allSatisfy { isFinite($0).all().item(Bool.self) })
  }

  @Test func privacyIsTheRényiDivergence() {
    // The least over the orders of the divergence, integrated numerically with mpmath from its definition.
    let first = privacySpent(noise: 1, rate: 0.05, steps: 1000, delta: 1e-5)
    #expect(abs(first - 13.017705985266517) < 1e-9)
    let second = privacySpent(noise: 1.1, rate: 256.0 / 60000, steps: 14062, delta: 1e-5)
    #expect(abs(second - 3.0090995257325117) < 1e-9)
  }

  @Test func pendulumKeepsItsEnergyAndIsRecovered() {
    let times = NDArray.linspace(from: 0.1, to: 4, count: 40, dtype: .float64)
    let pendulum = Pendulum(times: times)
    // Small swings without damping are those of a cosine.
    let small = pendulum.angles(NDArray([4.0, 0.0, 1e-4, 0.0]))
    #expect(abs(small - 1e-4 * cos(2 * times)).max().item(Double.self) < 1e-9)
    let truth = NDArray([9.0, 0.2, 1.5, 0.1])
    let seen = pendulum.angles(truth)
    var guess = NDArray([7.5, 0.1, 1.2, 0.3])
    for _ in 0..<8 { guess = pendulum.step(guess, seen, damping: NDArray(0.0)) }
    #expect(abs(guess - truth).max().item(Double.self) < 1e-9)
  }

  @Test func clothFallsAndKeepsItsCorners() throws {
    var cloth = Cloth(size: 6)
    let start = cloth.positions
    let (energy, corner) = (cloth.totalEnergy, start[0, 0])
    for _ in 0..<(4 * cloth.stepsPerFrame) { cloth.step() }
    #expect(arrayEqual(cloth.positions[0, 0], corner).item())
    #expect((cloth.positions[5, 3, 2] - start[5, 3, 2]).item(Double.self) < -0.05)
    // The air takes energy away; nothing gives any.
    #expect(cloth.totalEnergy < energy)
    let film = Film(size: 6, frames: [start, cloth.positions])
    #expect(isWellFormed(film.svg()))
  }

  @Test func likelihoodIsThatOfANormalDistribution() {
    let process = GaussianProcess(mean: 1)
    let places = [1.0, 2.0, 5.0]
    let (x, y) = (NDArray(places), NDArray([0.5, 2.0, 3.0]))
    // The same by the determinant and the inverse of the covariance.
    var entries: [Double] = []
    for a in places {
      for b in places {
        let shared = process.kernel(NDArray(a), NDArray(b)).item(Double.self)
        entries.append(shared + (a == b ? 4 + 1e-8 : 0))
      }
    }
    let covariance = NDArray(entries, shape: [3, 3])
    let rest = y - 1
    let exponent = 0.5 * (rest * matmul(inverse(covariance), rest)).sum()
    let expected = exponent + 0.5 * log(determinant(covariance)) + 1.5 * log(NDArray(2 * Double.pi))
    #expect(abs(process.loss(x, y) - expected).item(Double.self) < 1e-10)
    // Where it has seen a value with little noise, it foretells that value.
    var sure = process
    sure.noise = NDArray(-9.0)
    let foretold = sure.prediction(at: x, x, y)
    #expect(abs(foretold.mean - y).max().item(Double.self) < 1e-4)
    #expect(foretold.deviation.max().item(Double.self) < 1e-3)
  }

  @Test func fieldLearnsAndGoesOn() throws {
    let target = mandelbrot(width: 24, height: 16)
    let pixels = NDArray(target.bytes, shape: [24 * 16, 3]).asType(.float32) / 255
    var run = FieldRun(steps: 60)
    let first = run.step(pixels, width: 24, batch: 128, key: Random.key(0)).item(Double.self)
    for step in 1..<30 {
      _ = run.step(pixels, width: 24, batch: 128, key: Random.key(UInt64(step)))
    }
    let path = newPath("safetensors")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try run.write(safetensors: path)
    var other = FieldRun(steps: 60)
    try other.load(safetensors: path)
    var losses: [Double] = []
    for step in 30..<60 {
      let key = Random.key(UInt64(step))
      losses.append(run.step(pixels, width: 24, batch: 128, key: key).item())
      // What goes on from the checkpoint goes the same way, bit for bit.
      #expect(other.step(pixels, width: 24, batch: 128, key: key).item(Double.self) == losses.last)
    }
    #expect(try #require(losses.last) < first / 2)
    #expect(arrayEqual(FieldRun(steps: 1).field.frequencies, run.field.frequencies).item())
  }

  @Test func transformerSeesOnlyWhatCameBefore() throws {
    var keys = RandomKeys(seed: 1)
    var model = Transformer(vocabulary: 7, context: 8, width: 16, layers: 2, keys: &keys)
    model.output = Random.normal([16, 7], key: keys.next())
    let piece = NDArray([1, 2, 3, 4, 5, 6, 0, 1] as [Int32])
    let changed = NDArray([1, 2, 3, 4, 5, 0, 6, 2] as [Int32])
    let difference = abs(model(piece) - model(changed)).max(axis: 1).array(of: Float.self)
    #expect(difference[..<5].allSatisfy { $0 < 1e-5 })
    #expect(difference[5...].allSatisfy { $0 > 1e-3 })
  }

  @Test func transformerLearns() throws {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 40)
    let corpus = try Corpus(text: text, context: 16)
    var run = TrainingRun(
      vocabulary: corpus.characters.count, context: 16, width: 16, layers: 1, steps: 60)
    var loss = 0.0
    for step in 0..<60 {
      let pieces = corpus.pieces(8, of: corpus.training, key: Random.key(UInt64(step)))
      loss = run.step(pieces).item()
      // Before it has learned anything, every character costs the same.
      if step == 0 { #expect(abs(loss - Foundation.log(Double(corpus.characters.count))) < 1e-4) }
    }
    // Who knows only how often each character occurs pays the entropy of that.
    let shares = Dictionary(grouping: corpus.training) { $0 }.values.map {
      Double($0.count) / Double(corpus.training.count)
    }
    let entropy = -shares.reduce(0) { $0 + $1 * Foundation.log($1) }
    #expect(loss < entropy - 0.3, "\(loss), \(entropy)")
    #expect(sample(run.model, corpus, count: 20, seed: 1).count == 21)
    #expect(try Corpus.documentation().count > 10_000)
  }
}

@Suite struct SupportTests {
  @Test func plotsAreWellFormed() {
    let line = (0..<50).map { (x: Double($0), y: $0 == 25 ? .nan : Double($0 * $0)) }
    let plot = Plot(
      "a < b", subtitle: "\"c\" & d", x: "x", y: "y",
      [
        .grid([[0, 1], [2, 3]], x: 0...50, y: 0...2500), .line(line, label: "line"),
        .points(line, label: "points"),
        .band(x: [0, 50], low: [0, 1], high: [2, 2000], label: "band"),
      ])
    let svg = plot.svg()
    #expect(isWellFormed(svg))
    #expect(!svg.contains("nan"))
    #expect(isWellFormed(Plot("nothing", []).svg()))
  }

  @Test func pngOfOnePixel() {
    // The bytes that a PNG of one red pixel has by the standard, worked out by hand but for the sums,
    // which Python's zlib gave.
    let expected: [UInt8] = [
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
      1,
      0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 15, 0x49, 0x44, 0x41, 0x54, 0x78,
      0x01,
      1, 4, 0, 0xfb, 0xff, 0, 0xff, 0, 0, 0x03, 0x01, 0x01, 0x00, 0x8d, 0x1d, 0xe5, 0x82,
      0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ]
    #expect(Raster(width: 1, height: 1, bytes: [255, 0, 0]).png == expected)
  }

  @Test func ppmIsRead() throws {
    let path = newPath("ppm")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Array("P6 # a comment\n2 1\n255\n".utf8) + [1, 2, 3, 4, 5, 6]).write(
      to: URL(filePath: path))
    #expect(try Raster(ppm: path) == Raster(width: 2, height: 1, bytes: [1, 2, 3, 4, 5, 6]))
    try Data("P5 2 1 255 ".utf8).write(to: URL(filePath: path))
    #expect(throws: UserError.self) { try Raster(ppm: path) }
  }
}
