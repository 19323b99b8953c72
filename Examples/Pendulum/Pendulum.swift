// A pendulum whose parameters are found from noisy observations: the equation of motion is solved step
// by step, and the derivative of the whole solution by the parameters says how to change them.

import ArgumentParser
import Covector
import ExampleSupport
import Foundation

@main
struct PendulumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pendulum",
    abstract: "Recovers the parameters of a pendulum from noisy observations of its angle.",
    discussion: """
      The observations are made with known parameters and noise. Gauss's and Newton's steps, with \
      Jacobians of the ODE solver, are taken from many starts at once by vmap.
      """)

  @Option(help: "How many observations there are.")
  var observations = 80

  @Option(help: "Standard deviation of the noise of the observations, in radians.")
  var noise = 0.1

  @Option(help: "From how many starting points the parameters are sought.")
  var starts = 32

  @Option(help: "The seed of the noise and the starting points.")
  var seed: UInt64 = 1

  @Option(help: "The picture.")
  var output = "pendulum-output/pendulum.svg"

  func validate() throws {
    guard observations > 5, noise > 0, starts > 0 else {
      throw ValidationError("There must be more than 5 observations, noise and a start.")
    }
  }

  func run() throws {
    Interruption.listen()
    let truth = NDArray([9.81, 0.15, 2.4, 0.5])
    let pendulum = Pendulum(
      times: .linspace(from: 0.1, to: 12, count: observations, dtype: .float64))
    var keys = RandomKeys(seed: seed)
    let angles =
      pendulum.angles(truth)
      + noise * Random.normal([observations], dtype: .float64, key: keys.next())
    eval(angles)

    let spread = NDArray([4.0, 0.1, 0.6, 0.6])
    var guesses =
      truth + spread * (2 * Random.uniform([starts, 4], dtype: .float64, key: keys.next()) - 1)
    var progress = Progress(total: 25)
    let improve = vmap(in: [0, 0]) { (b: NDArray, damping: NDArray) in
      pendulum.step(b, angles, damping: damping)
    }
    let misfit = vmap { (b: NDArray) in pendulum.misfit(b, angles) }
    // Each start has its own damping: less after a step that helped, more after one that did not.
    var damping = NDArray.full([starts], NDArray(1e-2))
    var errors = misfit(guesses)
    for step in 0..<25 where !Interruption.isRequested {
      let next = improve(guesses, damping)
      let nextErrors = misfit(next)
      let isBetter = nextErrors .< errors
      guesses = which(isBetter.expandingAxes(1), next, guesses)
      errors = which(isBetter, nextErrors, errors)
      damping = which(isBetter, damping / 10, damping * 10)
      eval(guesses, errors, damping)
      progress.show(step + 1, "least misfit \(short(errors.min().item() * 1000)) mrad")
    }
    progress.clear()

    let best = guesses[errors.argMin().item(Int.self)]
    let uncertainty = pendulum.uncertainty(best, noise: noise)
    let (found, deviation) = (best.array(of: Double.self), uncertainty.array(of: Double.self))
    let good = (errors .< errors.min() * 1.001).sum().item(Int.self)
    say(
      "\(good) of \(starts) starts led to the best fit, \(short(errors.min().item() * 1000)) mrad rms"
    )
    say("parameter                   found     ± 1σ    truth")
    let names = [
      "gravity / length (1/s²)", "damping (1/s)", "angle at 0 (rad)", "speed at 0 (rad/s)",
    ]
    for (name, (value, (sigma, right))) in zip(
      names, zip(found, zip(deviation, truth.array(of: Double.self))))
    {
      say(
        name.padding(toLength: 24, withPad: " ", startingAt: 0)
          + String(format: "%9.4f %8.4f %8.4f", value, sigma, right))
    }
    try save(picture(pendulum, angles, best, guesses), to: output)
    say("The picture is in \(output)")
  }

  private func picture(
    _ pendulum: Pendulum, _ angles: NDArray, _ best: NDArray, _ guesses: NDArray
  ) -> String {
    let fine = Pendulum(times: .linspace(from: 0.02, to: 12, count: 600, dtype: .float64))
    let times = fine.times.array(of: Double.self)
    let curve = fine.angles(best).array(of: Double.self)
    let seen = zip(
      pendulum.times.array(of: Double.self), angles.array(of: Double.self)
    ).map { (x: $0, y: $1) }
    return Plot(
      "A pendulum, from noisy observations", subtitle: "θ″ = −(g/l) sin θ − c θ′", x: "time (s)",
      y: "angle (rad)",
      [
        .points(seen, label: "observed"),
        .line(zip(times, curve).map { (x: $0, y: $1) }, label: "recovered"),
      ]
    ).svg()
  }
}

/// The motion of a damped pendulum at some times.
struct Pendulum {
  /// Times at equal distances, the first one step after 0.
  let times: NDArray

  /// The angles at the times.
  ///
  /// `b` holds gravity over length, damping, angle and speed at time 0. Classical Runge–Kutta steps
  /// of fourth order; none is longer than 0.08 s.
  func angles(_ b: NDArray) -> NDArray {
    let instants = times.array(of: Double.self)
    var (angle, speed) = (b[2], b[3])
    var now = 0.0
    var result: [NDArray] = []
    func change(_ angle: NDArray, _ speed: NDArray) -> (NDArray, NDArray) {
      (speed, -b[0] * sin(angle) - b[1] * speed)
    }
    for instant in instants {
      let count = Int(((instant - now) / 0.08).rounded(.up))
      let h = (instant - now) / Double(count)
      for _ in 0..<count {
        let (a1, s1) = change(angle, speed)
        let (a2, s2) = change(angle + h / 2 * a1, speed + h / 2 * s1)
        let (a3, s3) = change(angle + h / 2 * a2, speed + h / 2 * s2)
        let (a4, s4) = change(angle + h * a3, speed + h * s3)
        angle = angle + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
        speed = speed + h / 6 * (s1 + 2 * s2 + 2 * s3 + s4)
      }
      now = instant
      result.append(angle)
    }
    return stacked(result)
  }

  /// The root mean square of the differences from the observations.
  func misfit(_ b: NDArray, _ observed: NDArray) -> NDArray {
    sqrt(square(angles(b) - observed).mean())
  }

  /// The parameters after a damped step of Gauss and Newton.
  func step(_ b: NDArray, _ observed: NDArray, damping: NDArray) -> NDArray {
    let residuals = angles(b) - observed
    let slopes = jacobian(mode: .forward, angles)(b)
    let normal = matmul(slopes.transposed(), slopes)
    let damped = normal + damping * diag(diag(normal))
    return b - solve(damped, matmul(slopes.transposed(), residuals))
  }

  /// The standard deviations of the parameters, for noise of the observations.
  func uncertainty(_ b: NDArray, noise: Double) -> NDArray {
    let slopes = jacobian(mode: .forward, angles)(b)
    return noise * sqrt(diag(inverse(matmul(slopes.transposed(), slopes))))
  }
}
