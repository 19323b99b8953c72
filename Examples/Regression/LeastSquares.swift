// The solver: residuals and their Jacobian from `vmap` of `valueAndGrad`; Levenberg's and
// Marquardt's damped steps into the valley; Gauss's and Newton's undamped ones to its bottom.

import Covector

/// A model and the data it is to explain: find `b` that makes ‖f(b, x) − y‖² least.
struct LeastSquares {
  let model: ModelFunction
  /// The predictors, one row for each observation.
  let x: NDArray
  /// The responses.
  let y: NDArray

  /// What is known of the problem at some parameters.
  struct Point {
    let b: [Double]
    /// r = f(b, x) − y.
    let residuals: [Double]
    /// J = ∂r/∂b, column by column.
    let jacobian: [[Double]]
    /// ‖r‖².
    let sumOfSquares: Double

    var isFinite: Bool {
      sumOfSquares.isFinite && jacobian.allSatisfy { $0.allSatisfy(\.isFinite) }
    }
  }

  /// The model and its derivative by the parameters at one `x`, mapped over all of them.
  func point(_ b: [Double]) -> Point {
    let (fitted, slopes) = vmap(in: [nil, 0], out: [0, 1], valueAndGrad(model))(NDArray(b), x)
    let residuals = (fitted - y).array(of: Double.self)
    // One gradient stands beside the other, so what lies in a row are the slopes by one parameter.
    let elements = slopes.array(of: Double.self)
    let columns = b.indices.map {
      Array(elements[$0 * residuals.count..<($0 + 1) * residuals.count])
    }
    return Point(
      b: b, residuals: residuals, jacobian: columns, sumOfSquares: squaredNorm(residuals))
  }
}

/// Where a search ended.
struct Fit {
  let b: [Double]
  let sumOfSquares: Double
  let iterations: Int
}

extension LeastSquares {
  /// Fits the model, starting from `b`.
  ///
  /// Damping: H. B. Nielsen, Damping parameter in Marquardt's method, IMM-REP-1999-05 (1999).
  /// Scaling and predicted decrease: J. J. Moré, The Levenberg–Marquardt algorithm: implementation
  /// and theory, Lecture Notes in Mathematics 630 (1978), sections 5 and 6.
  func fit(
    from b: [Double], limit: Int = 2000,
    progress: (_ iteration: Int, _ sumOfSquares: Double) -> Void
  ) -> Fit {
    var here = point(b)
    var scale = [Double](repeating: 0, count: b.count)
    var damping = 1e-3
    var growth = 2.0
    var iterations = 0

    // The damped steps: min ‖J δ + r‖² + λ ‖D δ‖².
    var step: [Double]
    repeat {
      iterations += 1
      // D never shrinks: a parameter that has mattered once may not run away unseen.
      scale = zip(scale, here.jacobian).map { max($0, norm($1)) }
      step = dampedStep(here, damping, scale.map { $0 > 0 ? $0 : 1 })
      let there = point(sum(here.b, step))

      let linear = squaredNorm(here.jacobian * step)
      let damped = damping * squaredNorm(zip(scale, step).map { $0 * $1 })
      let gain = (here.sumOfSquares - there.sumOfSquares) / (linear + 2 * damped)
      if gain > 0, there.isFinite {
        here = there
        let surplus = 2 * gain - 1
        damping *= max(1.0 / 3.0, 1 - surplus * surplus * surplus)
        growth = 2
      } else {
        damping *= growth
        growth *= 2
      }
      progress(iterations, here.sumOfSquares)
    } while relativeSize(step, here.b) > 1e-6 && iterations < limit

    // The undamped steps: min ‖J δ + r‖². The sum of squares is flat at its bottom and no longer
    // tells the way, but the steps themselves go on shrinking until rounding stops them.
    var size = Double.infinity
    while iterations < limit {
      step = solveLeastSquares(here.jacobian, here.residuals.map { -$0 })
      let next = relativeSize(step, here.b)
      guard next < size, next > 1e-15 else { break }
      let there = point(sum(here.b, step))
      guard there.isFinite else { break }
      iterations += 1
      here = there
      size = next
      progress(iterations, here.sumOfSquares)
    }
    return Fit(b: here.b, sumOfSquares: here.sumOfSquares, iterations: iterations)
  }

  /// The step δ that makes ‖J δ + r‖² + λ ‖D δ‖² least: the rows of √λ D stand below those of J.
  private func dampedStep(_ here: Point, _ damping: Double, _ scale: [Double]) -> [Double] {
    let below = [Double](repeating: 0, count: here.b.count)
    var columns = here.jacobian.map { $0 + below }
    for column in columns.indices {
      columns[column][here.residuals.count + column] = damping.squareRoot() * scale[column]
    }
    return solveLeastSquares(columns, here.residuals.map { -$0 } + below)
  }

  /// The largest change of a parameter, relative to it; infinite for a step that is no number.
  private func relativeSize(_ step: [Double], _ b: [Double]) -> Double {
    zip(step, b).reduce(0) { largest, pair in
      if pair.0 == 0 { return largest }
      let size = abs(pair.0) / abs(pair.1)
      return size.isNaN ? .infinity : max(largest, size)
    }
  }
}
