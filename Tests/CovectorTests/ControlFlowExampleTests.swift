// Problems solved the way a user would: an adaptive solver that is fitted, a Kalman filter in sequence and in
// parallel, Newton's method on a batch of systems.

import Testing

@testable import Covector

@Suite struct ControlFlowExampleTests {
  private func exponential(_ x: Double) -> Double { exp(NDArray(x)).item() }

  /// The state of an adaptive solver of y' = f(y).
  private struct Solver: ArrayTree {
    var time: NDArray
    var y: NDArray
    var step: NDArray
  }

  /// Integrates from time 0 by the embedded pair of Bogacki and Shampine.
  ///
  /// "A 3(2) pair of Runge–Kutta formulas", Applied Mathematics Letters 2 (1989), 321–325. A step is taken
  /// again, shorter, where its error is too large.
  private func integrate(
    _ f: (NDArray) -> NDArray, from y: NDArray, until end: Double, tolerance: Double
  ) -> NDArray {
    whileLoop(Solver(time: double(0.0), y: y, step: double(0.1))) { s in
      s.time .< end
    } do: { s in
      let h = minimum(s.step, end - s.time)
      let k1 = f(s.y)
      let k2 = f(s.y + h / 2 * k1)
      let k3 = f(s.y + h * 3 / 4 * k2)
      let next = s.y + h * (k1 * 2 + k2 * 3 + k3 * 4) / 9
      let k4 = f(next)
      // The difference of the two formulas, whose weights sum to zero: of third order in the step.
      let error = h * (k2 / 12 + k3 / 9 - k1 * 5 / 72 - k4 / 8)
      let size = maximum(abs(error).max() / tolerance, 1e-10)
      // The step size is a matter of accuracy, not of the solution: nothing is differentiated through it.
      let step = stopGradient(h * minimum(pow(size, -1.0 / 3) * 0.9, 5.0))
      let isGood = size .<= 1
      return Solver(
        time: which(isGood, s.time + h, s.time), y: which(isGood, next, s.y), step: step)
    }.y
  }

  @Test func fittingAParameterThroughAnAdaptiveSolver() {
    // y' = -a y with one a for each example: y(2) = exp(-2 a).
    let rates = NDArray([0.3, 1.0, 2.5])
    let start = NDArray([1.0, 0.5])
    func end(_ a: NDArray) -> NDArray {
      integrate({ y in -a * y }, from: start, until: 2, tolerance: 1e-9)
    }
    let observed = vmap(end)(rates)
    let exact = [0.3, 1.0, 2.5].flatMap { a in [1.0, 0.5].map { $0 * exponential(-2 * a) } }
    #expect(areClose(numbers(observed), exact, 1e-7))

    // Gauss–Newton, every example with steps of its own, until the solver's tolerance hides any change.
    func fit(_ target: NDArray) -> NDArray {
      whileLoop(double(0.8), double(1.0)) { (_, change: NDArray) in
        abs(change) .> 1e-6
      } do: { (a, _) in
        let residual = end(a) - target
        let slope = jvp(end, a, 1.0).tangents
        let change = (slope * residual).sum() / (slope * slope).sum()
        return (a - change, change)
      }.0
    }
    #expect(areClose(numbers(vmap(fit)(observed)), numbers(rates), 1e-6))

    // The gradient of the misfit, backwards through the solver.
    let misfit = { (a: NDArray, target: NDArray) in square(end(a) - target).sum() }
    let slopes = vmap(in: [0, nil], grad(wrt: \.0, misfit))(rates, observed[1])
    for (i, a) in [0.3, 1.0, 2.5].enumerated() {
      // d/da Σ (y₀ exp(-2a) - target)² = -4 Σ y₀ exp(-2a) (y₀ exp(-2a) - target)
      let expected = [1.0, 0.5].reduce(0.0) { sum, y0 in
        let y = y0 * exponential(-2 * a)
        return sum - 4 * y * (y - y0 * exponential(-2))
      }
      #expect(abs(slopes[i].item(Double.self) - expected) < 1e-6)
    }
  }

  /// A linear Gaussian model: x' = F x + noise of covariance Q, seen as y = H x + noise of covariance R.
  private struct Model: ArrayTree {
    var transition: NDArray
    var observation: NDArray
    var processNoise: NDArray
    var noise: NDArray

    /// The noise of a step as a covariance is: the same from either side, whatever the four numbers.
    var spread: NDArray { (processNoise + processNoise.transposed()) / 2 }

    static var oscillator: Model {
      Model(
        transition: NDArray([0.9, 0.2, -0.3, 0.8], shape: [2, 2]),
        observation: NDArray([1.0, 0.5], shape: [1, 2]),
        processNoise: NDArray([0.1, 0.02, 0.02, 0.2], shape: [2, 2]),
        noise: NDArray([0.3], shape: [1, 1]))
    }
  }

  /// log N(y; mean, covariance) of one number.
  private func logDensity(_ y: NDArray, _ mean: NDArray, _ variance: NDArray) -> NDArray {
    let terms = square(y - mean) / variance + log(2 * Double.pi * variance)
    return terms.sum() * -0.5
  }

  /// The log-likelihood by the filter, step by step.
  private func likelihoodInSequence(_ m: Model, _ ys: NDArray) -> NDArray {
    let start = (NDArray([0.0, 0.0]), NDArray.identity(2, dtype: .float64))
    return scan(start, over: ys) { state, y in
      let (mean, covariance) = state
      let gainSide = matmul(covariance, m.observation.transposed())
      let variance = matmul(m.observation, gainSide) + m.noise
      let gain = gainSide / variance
      let predicted = matmul(m.observation, mean)
      let newMean = mean + matmul(gain, y - predicted)
      let newCovariance = covariance - matmul(gain, gainSide.transposed())
      let next = (
        matmul(m.transition, newMean),
        matmul(matmul(m.transition, newCovariance), m.transition.transposed()) + m.spread
      )
      return (next, logDensity(y, predicted, variance))
    }.outputs.sum()
  }

  /// What a stretch of observations does to a state.
  ///
  /// The elements of Särkkä and García-Fernández, "Temporal parallelization of Bayesian smoothers", IEEE
  /// Transactions on Automatic Control 66 (2021), 299–306, section IV.
  private struct Stretch: ArrayTree {
    var a: NDArray
    var b: NDArray
    var c: NDArray
    var eta: NDArray
    var j: NDArray
  }

  private func combined(_ p: Stretch, _ q: Stretch) -> Stretch {
    let one = NDArray.identity(2, dtype: .float64)
    let forward = matmul(q.a, inverse(one + matmul(p.c, q.j)))
    let back = matmul(p.a.transposed(), inverse(one + matmul(q.j, p.c)))
    return Stretch(
      a: matmul(forward, p.a),
      b: matmul(forward, p.b + matmul(p.c, q.eta)) + q.b,
      c: matmul(matmul(forward, p.c), q.a.transposed()) + q.c,
      eta: matmul(back, q.eta - matmul(q.j, p.b)) + p.eta,
      j: matmul(matmul(back, q.j), p.a) + p.j)
  }

  /// The log-likelihood with the filtered states by `associativeScan`.
  private func likelihoodInParallel(_ m: Model, _ ys: NDArray) -> NDArray {
    let one = NDArray.identity(2, dtype: .float64)
    let (f, h, q, r) = (m.transition, m.observation, m.spread, m.noise)
    func element(_ y: NDArray, _ isFirst: NDArray) -> Stretch {
      // The first observation meets the prior N(0, 1), the others what the transition adds.
      let prior = which(isFirst, one, q)
      let variance = matmul(matmul(h, prior), h.transposed()) + r
      let gain = matmul(prior, h.transposed()) / variance
      let rest = one - matmul(gain, h)
      let seen = matmul(f.transposed(), h.transposed()) / variance
      return Stretch(
        a: which(isFirst, 0, matmul(rest, f)), b: matmul(gain, y), c: matmul(rest, prior),
        eta: which(isFirst, 0, matmul(seen, y)),
        j: which(isFirst, 0, matmul(seen, matmul(h, f))))
    }
    let isFirst = NDArray((0..<ys.shape[0]).map { $0 == 0 })
    let filtered = associativeScan(vmap(element)(ys, isFirst), combined)
    // Predictions from each filtered state; the prior before the first.
    let means = concatenated([
      NDArray([0.0, 0.0], shape: [1, 2]), vmap { b in matmul(f, b) }(filtered.b),
    ])
    let spreads = vmap { c in matmul(matmul(f, c), f.transposed()) + q }(filtered.c)
    let covariances = concatenated([one.reshaped(to: 1, 2, 2), spreads])
    return vmap { (y: NDArray, mean: NDArray, covariance: NDArray) in
      logDensity(
        y, matmul(h, mean), matmul(matmul(h, covariance), h.transposed()) + r)
    }(ys, means[..<ys.shape[0]], covariances[..<ys.shape[0]]).sum()
  }

  @Test func kalmanFilterInSequenceAndInParallel() {
    let ys = NDArray((0..<37).map { Double(($0 * 7) % 11) / 4 - 1 }, shape: [37, 1])
    let model = Model.oscillator
    let (a, b) = (likelihoodInSequence(model, ys), likelihoodInParallel(model, ys))
    #expect(areClose([a.item()], [b.item()], 1e-11))
    let first = grad { m in likelihoodInSequence(m, ys) }(model)
    let second = grad { m in likelihoodInParallel(m, ys) }(model)
    for (x, y) in zip(first.leaves, second.leaves) {
      #expect(areClose(numbers(x), numbers(y), 1e-9))
    }
    let byNoise = difference(
      { r in
        var other = model
        other.noise = r.reshaped(to: 1, 1)
        return likelihoodInSequence(other, ys)
      }, at: 0.3)
    #expect(abs(first.noise.item(Double.self) - byNoise) < 1e-6 * abs(byNoise))
  }

  @Test func newtonsMethodOnABatchOfSystems() {
    // x² + y² = r and x y = 1.
    func residual(_ z: NDArray, _ r: NDArray) -> NDArray {
      stacked([z[0] * z[0] + z[1] * z[1] - r, z[0] * z[1] - 1])
    }
    func root(_ r: NDArray) -> NDArray {
      whileLoop(NDArray([2.0, 0.25])) { z in
        abs(residual(z, r)).max() .> 1e-11
      } do: { z in
        z - solve(jacobian { z in residual(z, r) }(z), residual(z, r))
      }
    }
    let r = NDArray([2.5, 4.25, 10.0])
    let roots = vmap(root)(r)
    // (x ± y)² = r ± 2
    for (i, r) in [2.5, 4.25, 10.0].enumerated() {
      let (sum, gap) = ((r + 2).squareRoot(), (r - 2).squareRoot())
      #expect(areClose(numbers(roots[i]), [(sum + gap) / 2, (sum - gap) / 2], 1e-10))
    }
    // The derivative of the root by r, through the iterations: x' = x / (2 (x² - y²)).
    let slopes = vmap(jacobian { r in root(r) })(r)
    for i in 0..<3 {
      let z = numbers(roots[i])
      let scale = 2 * (z[0] * z[0] - z[1] * z[1])
      #expect(areClose(numbers(slopes[i]), [z[0] / scale, -z[1] / scale], 1e-6))
    }
  }
}
