import Foundation
import Testing

@testable import regression

@Suite struct FitTests {
  /// Each model from both of NIST's starts: the claim of the example.
  @Test(arguments: Model.all.map(\.name), [1, 2])
  func reachesTheCertifiedDigits(name: String, start: Int) throws {
    let model = try #require(Model.all.first { $0.name == name })
    let problem = try Problem(path: nistFile(name).relativePath)
    let solution = Solution(problem, model, start: start)
    #expect(solution.digits >= wantedDigits)
    let certified = problem.certifiedSumOfSquares
    #expect(abs(solution.fit.sumOfSquares - certified) <= 1e-9 * certified)
  }

  /// The derivatives the solver uses, against differences of the model's own values.
  @Test(arguments: Model.all.map(\.name))
  func jacobianIsTheSlope(name: String) throws {
    let model = try #require(Model.all.first { $0.name == name })
    let problem = try Problem(path: nistFile(name).relativePath)
    let observed = LeastSquares(problem, model)
    let here = observed.point(problem.certified)
    for parameter in problem.certified.indices {
      let width = abs(problem.certified[parameter]) * 1e-5
      let ends = [1.0, -1.0].map { sign in
        var b = problem.certified
        b[parameter] += sign * width
        return observed.point(b).residuals
      }
      let column = here.jacobian[parameter]
      let scale = norm(column) / Double(column.count).squareRoot()
      for row in column.indices {
        let slope = (ends[0][row] - ends[1][row]) / (2 * width)
        #expect(abs(slope - column[row]) <= 1e-5 * max(scale, abs(column[row])))
      }
    }
  }

  @Test func leastSquaresOfAKnownSystem() {
    // The normal equations of these columns and (1, 2, 4) are [[3, 3], [3, 5]] x = [7, 10].
    let x = solveLeastSquares([[1, 1, 1], [0, 1, 2]], [1, 2, 4])
    #expect(abs(x[0] - 5.0 / 6.0) < 1e-15)
    #expect(abs(x[1] - 1.5) < 1e-15)
  }

  @Test func leastSquaresOfColumnsFarApartInSize() {
    let x = solveLeastSquares([[1e200, 2e200, 1e200], [1e-180, 0, -1e-180]], [5, 6, 1])
    #expect(abs(x[0] * 1e200 - 3) < 1e-14)
    #expect(abs(x[1] * 1e-180 - 2) < 1e-14)
  }

  @Test func digits() {
    #expect(certifiedDigits([2, 4], [2, 4]) == 11)
    #expect(abs(certifiedDigits([2.002, 4], [2, 4]) - 3) < 1e-9)
    #expect(certifiedDigits([200, 4], [2, 4]) == 0)
    #expect(certifiedDigits([.nan, 4], [2, 4]) == 0)
    #expect(certifiedDigits([2, .infinity], [2, 4]) == 0)
  }
}
