// Regression with a Gaussian process whose kernel is learned: the likelihood of the data goes through a
// Cholesky factorisation, and so does its gradient.
// Source: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, algorithm 2.1 and
// section 5.4.1.

import ArgumentParser
import Covector
import CovectorOptimizers
import ExampleSupport
import Foundation

@main
struct GaussianProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaussian-process",
    abstract: "Learns the rhythms of the southern oscillation with a Gaussian process.",
    discussion: """
      The data are 168 monthly differences of air pressure between Easter Island and Darwin, which \
      NIST gives as ENSO.dat. The kernel is a sum of a yearly rhythm that may change slowly, a slower \
      wandering, and noise; its parameters are those under which the data are most likely.
      """)

  @Option(help: "Steps of training.")
  var steps = 150

  @Option(help: "Months at the end that are kept from the process and foretold.")
  var hidden = 24

  @Option(help: "The data file. (default: the one of the regression example)")
  var data: String?

  @Option(help: "The picture.")
  var output = "gaussian-process-output/enso.svg"

  func validate() throws {
    guard steps > 0, (1...100).contains(hidden) else {
      throw ValidationError("There must be more than 0 steps, and 1 to 100 hidden months.")
    }
  }

  func run() throws {
    Interruption.listen()
    let (months, pressures) = try readObservations(path)
    let known = months.count - hidden
    let (x, y) = (NDArray(Array(months[..<known])), NDArray(Array(pressures[..<known])))
    var process = GaussianProcess(mean: y.mean().item())
    let optimizer = Adam(learningRate: .cosine(from: 0.1, to: 0.005, over: steps), beta2: 0.99)
    var state = optimizer.initialState(for: process)
    var progress = Progress(total: steps)
    for step in 0..<steps where !Interruption.isRequested {
      let (loss, gradient) = valueAndGrad { (p: GaussianProcess) in p.loss(x, y) }(process)
      optimizer.update(&process, with: gradient, &state)
      eval(process, state)
      progress.show(step + 1, "log likelihood \(short(-loss.item(Double.self)))")
    }
    progress.clear()
    say("log likelihood \(short(-process.loss(x, y).item(Double.self)))")
    say(process.description)

    let all = NDArray(months)
    let (mean, deviation) = process.prediction(at: all, x, y)
    let (means, deviations) = (mean.array(of: Double.self), deviation.array(of: Double.self))
    let inside = (known..<months.count).count {
      abs(pressures[$0] - means[$0]) < 2 * deviations[$0]
    }
    say("\(inside) of \(hidden) hidden months lie within two standard deviations")
    let seen = (0..<known).map { (x: months[$0], y: pressures[$0]) }
    let unseen = (known..<months.count).map { (x: months[$0], y: pressures[$0]) }
    let plot = Plot(
      "The southern oscillation, by a Gaussian process",
      subtitle: "the process has not seen the last \(hidden) months", x: "month", y: "pressure",
      [
        .band(
          x: months, low: zip(means, deviations).map { $0 - 2 * $1 },
          high: zip(means, deviations).map { $0 + 2 * $1 }, label: "two standard deviations"),
        .line(zip(months, means).map { (x: $0, y: $1) }, label: "mean", color: "#1f6fb4"),
        .points(seen, label: "seen", color: "#161b22"),
        .points(unseen, label: "hidden", color: "#c8324b"),
      ])
    try save(plot.svg(), to: output)
    say("The picture is in \(output)")
  }

  private var path: String {
    data
      ?? URL(filePath: #filePath).appending(path: "../../Data/nist/ENSO.dat").standardized
      .path(percentEncoded: false)
  }
}

/// The months and pressures of NIST's file: two columns after the heading of the data.
func readObservations(_ path: String) throws -> (months: [Double], pressures: [Double]) {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
    throw UserError("The data file “\(path)” cannot be read.")
  }
  let lines = text.split(whereSeparator: \.isNewline)
  let rows = lines.drop { !$0.hasPrefix("Data:   y") }.dropFirst().compactMap { line -> [Double]? in
    let numbers = line.split(separator: " ").compactMap { Double($0) }
    return numbers.count == 2 ? numbers : nil
  }
  guard rows.count > 100 else { throw UserError("“\(path)” is not NIST's file ENSO.dat.") }
  return (rows.map { $0[1] }, rows.map { $0[0] })
}

/// A process with a kernel of three parts.
///
/// What must be positive is kept as its logarithm.
struct GaussianProcess: ArrayTree, CustomStringConvertible {
  var mean: NDArray
  /// Size, length over which the yearly rhythm changes, and its smoothness.
  var yearly: NDArray
  /// Size and length of the wandering.
  var wandering: NDArray
  var noise: NDArray

  init(mean: Double) {
    self.mean = NDArray(mean)
    yearly = log(NDArray([3.0, 60.0, 1.0]))
    wandering = log(NDArray([2.0, 10.0]))
    noise = log(NDArray(2.0))
  }

  /// The covariance of the process at two months.
  func kernel(_ a: NDArray, _ b: NDArray) -> NDArray {
    let (year, wander) = (exp(yearly), exp(wandering))
    let distance = a - b
    let season = square(sin(Double.pi / 12 * distance) / year[2])
    let rhythm = square(year[0]) * exp(-2 * season - 0.5 * square(distance / year[1]))
    return rhythm + square(wander[0]) * exp(-0.5 * square(distance / wander[1]))
  }

  /// The kernel of every month of one list with every month of another.
  private func covariance(_ a: NDArray, _ b: NDArray) -> NDArray {
    vmap(in: [0, nil], vmap(in: [nil, 0], kernel))(a, b)
  }

  private func factor(_ x: NDArray) -> NDArray {
    let noise = square(exp(noise)) + 1e-8
    return cholesky(covariance(x, x) + noise * NDArray.eye(x.count, dtype: .float64))
  }

  /// The negative logarithm of the likelihood of observations.
  func loss(_ x: NDArray, _ y: NDArray) -> NDArray {
    let factor = factor(x)
    let white = solveTriangular(factor, y - mean)
    let half = log(diag(factor)).sum() + 0.5 * square(white).sum()
    return half + 0.5 * Double(x.count) * Foundation.log(2 * Double.pi)
  }

  /// The mean and standard deviation of an observation at other months.
  func prediction(
    at places: NDArray, _ x: NDArray, _ y: NDArray
  ) -> (mean: NDArray, deviation: NDArray) {
    let factor = factor(x)
    let across = solveTriangular(factor, covariance(x, places))
    let white = solveTriangular(factor, y - mean)
    let prior = vmap(kernel)(places, places) + square(exp(noise))
    return (
      mean + matmul(across.transposed(), white), sqrt(prior - square(across).sum(axis: 0))
    )
  }

  var description: String {
    let (year, wander) = (
      exp(yearly).array(of: Double.self), exp(wandering).array(of: Double.self)
    )
    return """
      yearly rhythm: size \(short(year[0])), changes over \(short(year[1])) months, smoothness \
      \(short(year[2]))
      wandering: size \(short(wander[0])), over \(short(wander[1])) months
      noise: size \(short(exp(noise).item(Double.self)))
      """
  }
}
