// A problem fitted from one of its starting points, how good the fit is, and the picture of it.

import Covector
import Foundation

/// The best that can be said of a fit: the certified values have eleven digits.
let mostDigits = 11.0

/// The digits every fit should reach in every parameter.
let wantedDigits = 8.5

/// The fit of one problem from one start.
struct Solution {
  let problem: Problem
  let model: Model
  /// One or two.
  let start: Int
  let fit: Fit
  let milliseconds: Double

  /// The certified digits reached in the worst parameter.
  var digits: Double { certifiedDigits(fit.b, problem.certified) }

  init(
    _ problem: Problem, _ model: Model, start: Int,
    progress: (_ iteration: Int, _ sumOfSquares: Double) -> Void = { _, _ in }
  ) {
    let clock = ContinuousClock()
    let begin = clock.now
    let fit = LeastSquares(problem, model).fit(from: problem.starts[start - 1], progress: progress)
    self.fit = fit
    milliseconds = (clock.now - begin) / .milliseconds(1)
    self.problem = problem
    self.model = model
    self.start = start
  }
}

/// How many leading digits of the certified values a result has: the least −log₁₀ |b − c| / |c|.
func certifiedDigits(_ b: [Double], _ certified: [Double]) -> Double {
  zip(b, certified).reduce(mostDigits) { least, pair in
    let error: Double = abs(pair.0 - pair.1) / abs(pair.1)
    guard error.isFinite else { return 0 }
    return error == 0 ? least : max(0, min(least, -log10(error)))
  }
}

extension LeastSquares {
  init(_ problem: Problem, _ model: Model) {
    self.init(
      model: model.function, x: .predictors(problem.predictors),
      y: model.response(NDArray(problem.responses)))
  }
}

extension NDArray {
  /// Rows of predictors: a plain list where there is one.
  static func predictors(_ rows: [[Double]]) -> NDArray {
    let count = rows.first?.count ?? 1
    return NDArray(rows.flatMap { $0 }, shape: count == 1 ? [rows.count] : [rows.count, count])
  }
}

extension Solution {
  /// The data, the fitted curve and the residuals; one series for each value of a second predictor.
  func chart(note: String) -> Chart {
    let problem = problem
    let observed = LeastSquares(problem, model)
    let point = observed.point(fit.b)
    let responses = observed.y.array(of: Double.self)
    let times = problem.predictors.map { $0[0] }
    let conditions = problem.predictors.map { Array($0[1...]) }

    var distinct: [[Double]] = []
    for condition in conditions where !distinct.contains(condition) { distinct.append(condition) }
    let low = times.min() ?? 0
    let high = times.max() ?? 1
    let grid = (0...400).map { low + (high - low) * Double($0) / 400 }

    let series = distinct.map { condition in
      let rows = responses.indices.filter { conditions[$0] == condition }
      let fitted = vmap(in: [nil, 0], model.function)(
        NDArray(fit.b), .predictors(grid.map { [$0] + condition }))
      return Series(
        label: condition.isEmpty ? "data" : "\(problem.predictorLabels[1]) \(Int(condition[0]))",
        points: rows.map { (x: times[$0], y: responses[$0]) },
        curve: zip(grid, fitted.array(of: Double.self)).map { (x: $0, y: $1) },
        residuals: rows.map { -point.residuals[$0] })
    }
    let isLog = model.formula.hasPrefix("log")
    return Chart(
      title: problem.name, subtitle: model.formula, note: note,
      xLabel: problem.predictorLabels[0],
      yLabel: isLog ? "log \(problem.responseLabel)" : problem.responseLabel,
      series: series)
  }
}
