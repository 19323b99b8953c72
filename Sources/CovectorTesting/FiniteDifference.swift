// Derivatives by differences: the independent source for derivative rules.

import Covector
import CovectorValues

/// A function's directional derivative, by central differences extrapolated to step zero.
struct Differences {
  /// Half the distance of the outer pair of points.
  ///
  /// With values of order one, the error of the
  /// extrapolation is about h⁴/4 = 2e-14 and that of rounding about 2e-16 / h = 5e-13.
  static let step = 0x1p-11

  /// The derivative of each result; `nil` for results that are not inexact.
  let derivatives: [Values?]
  /// How far each may be from the truth.
  let errors: [Double]

  /// Differentiates `function` at `x` along `directions`, `nil` standing for zero.
  /// - Parameter tolerance: The relative error of the function in double precision.
  init(
    of function: ([NDArray]) -> [NDArray], at x: [Values], along directions: [Values?],
    tolerance: Double
  ) throws {
    let steps = [Self.step, -Self.step, Self.step / 2, -Self.step / 2]
    let arrays = steps.map { step in
      function(
        zip(x, directions).map { value, direction in
          (direction.map { value.moved(by: step, along: $0) } ?? value).array()
        })
    }
    let count = arrays[0].count
    let results = try values(arrays.flatMap { $0 })
    func at(_ step: Int, _ result: Int) -> Values { results[step * count + result] }

    var derivatives: [Values?] = []
    var errors: [Double] = []
    for result in 0..<count {
      guard at(0, result).type.dtype.isInexact else {
        derivatives.append(nil)
        errors.append(0)
        continue
      }
      let wide = Values.difference(at(0, result), at(1, result), over: 2 * Self.step)
      let narrow = Values.difference(at(2, result), at(3, result), over: Self.step)
      let extrapolated = narrow.moved(by: 1.0 / 3, along: narrow.minus(wide))
      derivatives.append(extrapolated)
      let precision = max(tolerance, 4 * at(0, result).type.dtype.epsilon)
      let rounding = precision * at(0, result).magnitude / Self.step
      errors.append(rounding + 0.02 * narrow.minus(wide).magnitude)
    }
    self.derivatives = derivatives
    self.errors = errors
  }
}

extension Values {
  static func difference(_ a: Values, _ b: Values, over distance: Double) -> Values {
    var result = a
    for index in a.real.indices { result.real[index] = (a.real[index] - b.real[index]) / distance }
    for index in a.imaginary.indices {
      result.imaginary[index] = (a.imaginary[index] - b.imaginary[index]) / distance
    }
    return result
  }

  func minus(_ other: Values) -> Values { Self.difference(self, other, over: 1) }
}

/// A function and where it is differentiated.
struct Differentiated {
  let function: @Sendable ([NDArray]) -> [NDArray]
  let x: [Values]
  let directions: [Values]
  let tolerance: Double

  var arrays: [NDArray] { x.map { $0.array() } }

  /// The call of a sample, as a function of the inputs that have derivatives.
  init?(_ subject: Subject, _ dtype: DType) {
    let places = subject.differentiable(dtype)
    guard !places.isEmpty else { return nil }
    let all = subject.values(dtype)
    function = subject.function(of: places, at: all.map { $0.array() })
    x = places.map { all[$0] }
    directions = places.map { subject.direction($0, dtype) }
    tolerance = subject.sample.tolerance
  }

  init(
    _ function: @escaping @Sendable ([NDArray]) -> [NDArray], at x: [Values],
    along directions: [Values], tolerance: Double
  ) {
    self.function = function
    self.x = x
    self.directions = directions
    self.tolerance = tolerance
  }

  /// Directions, or `nil`, for each choice of inputs to move: each alone, then all.
  var choices: [[Values?]] {
    let alone = directions.indices.map { chosen in
      directions.indices.map { $0 == chosen ? directions[$0] : nil }
    }
    return directions.count == 1 ? alone : alone + [directions]
  }

  /// Cotangents for the results, `nil` for those that are not inexact.
  func cotangents(_ results: [NDArray], stream: Int = 40) -> [Values?] {
    results.enumerated().map { number, result in
      result.dtype.isInexact
        ? InputRule.direction(result.type, stream: stream + number) : nil
    }
  }

  /// The function from `x` and the cotangents of inexact results to the cotangents of `x`.
  func gradient() -> (function: @Sendable ([NDArray]) -> [NDArray], cotangents: [Values])? {
    let results = function(arrays)
    let inexact = results.indices.filter { results[$0].dtype.isInexact }
    let cotangents = cotangents(results).compactMap { $0 }
    guard !cotangents.isEmpty else { return nil }
    let resultCount = results.count
    let count = x.count
    let function = self.function
    return (
      { arrays in
        let x = Array(arrays[..<count])
        var given = [NDArray?](repeating: nil, count: resultCount)
        for (place, array) in zip(inexact, arrays[count...]) { given[place] = array }
        let pulled = Flat.vjp(function, x).pullback(given)
        return zip(pulled, x).map { $0 ?? zeros($1.type) }
      }, cotangents
    )
  }
}
