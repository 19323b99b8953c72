// Chains of the loop machine: programs over many elements, which run strip by strip, against the same programs
// over few, which run instruction by instruction.

import Testing

@testable import Covector
@testable import CovectorFuzzing

@Suite struct ChainTests {
  /// A random program: operations on values that came before, so that some are read again much later.
  struct Program {
    enum Step {
      case unary(Int, Int)
      case binary(Int, Int, Int)
      case scalar(Int, Int, Double)
      case choice(Int, Int, Int, Int, Int)
    }
    var steps: [Step] = []

    init(seed: UInt64, length: Int) {
      var draw = Draw(seed: seed)
      func below(_ bound: Int) -> Int { draw.int(0...(bound - 1)) }
      for step in 0..<length {
        let known = 3 + step
        // Mostly of late values: chains hand them on.
        func value() -> Int { below(3) == 0 ? below(known) : known - 1 - below(min(known, 2)) }
        switch below(8) {
        case 0, 1: steps.append(.unary(below(9), value()))
        case 2, 3, 4: steps.append(.binary(below(6), value(), value()))
        case 5: steps.append(.scalar(below(6), value(), Double(below(9) - 4) / 2))
        default: steps.append(.choice(below(6), value(), value(), value(), value()))
        }
      }
    }

    private static func unary(_ operation: Int, _ x: NDArray) -> NDArray {
      switch operation {
      case 0: -x
      case 1: abs(x)
      case 2: square(x)
      case 3: sqrt(x)
      case 4: reciprocal(x)
      case 5: exp(x)
      case 6: expm1(x)
      case 7: tanh(x)
      default: floor(x)
      }
    }

    private static func binary(_ operation: Int, _ x: NDArray, _ y: NDArray) -> NDArray {
      switch operation {
      case 0: x + y
      case 1: x - y
      case 2: x * y
      case 3: x / y
      case 4: maximum(x, y)
      default: minimum(x, y)
      }
    }

    private static func test(_ operation: Int, _ x: NDArray, _ y: NDArray) -> NDArray {
      switch operation {
      case 0: x .== y
      case 1: x .!= y
      case 2: x .< y
      case 3: x .<= y
      case 4: x .> y
      default: x .>= y
      }
    }

    /// The last value, and one before it.
    func callAsFunction(_ inputs: [NDArray]) -> [NDArray] {
      var values = inputs
      for step in steps {
        switch step {
        case .unary(let operation, let x): values.append(Self.unary(operation, values[x]))
        case .binary(let operation, let x, let y):
          values.append(Self.binary(operation, values[x], values[y]))
        case .scalar(let operation, let x, let y):
          values.append(Self.binary(operation, values[x], NDArray(y).asType(values[x].dtype)))
        case .choice(let operation, let p, let q, let x, let y):
          values.append(which(Self.test(operation, values[p], values[q]), values[x], values[y]))
        }
      }
      return [values[values.count - 1], values[values.count - 4]]
    }
  }

  private static let columns = 701

  /// Two arrays that have zeros of both signs and what is no finite number among their elements, and one number
  /// for each row.
  private static func inputs(_ dtype: DType) -> [NDArray] {
    func numbers(_ factor: Int, _ count: Int) -> [Double] {
      (0..<count).map { index in
        switch index * factor % 61 {
        case 0: -0.0
        case 1: .infinity
        case 2: -.infinity
        case 3: .nan
        case let rest: Double(rest - 32) / 8
        }
      }
    }
    let wide = [7, 11].map { NDArray(numbers($0, 3 * columns)).reshaped([3, columns]) }
    return (wide + [NDArray(numbers(5, 3)).reshaped([3, 1])]).map { $0.asType(dtype) }
  }

  private static func elements(_ array: NDArray) -> [Double] {
    array.asType(.float64).flattened().array(of: Double.self)
  }

  @Test(arguments: PortabilityTests.sets, [DType.float32, .float64])
  func longAndShortArraysAgree(_ set: String, _ dtype: DType) throws {
    try Device.$current.withValue(Device(threads: 2, instructionSet: set)) {
      let inputs = Self.inputs(dtype)
      eval(inputs)
      for seed in 0..<300 {
        let program = Program(seed: UInt64(seed), length: 4 + seed % 12)
        let whole = program(inputs)
        eval(whole)
        var parts: [[NDArray]] = [[], []]
        for start in stride(from: 0, to: Self.columns, by: 20) {
          let some = start..<min(start + 20, Self.columns)
          let results = program([inputs[0][0..., some], inputs[1][0..., some], inputs[2]])
          eval(results)
          for (place, result) in results.enumerated() {
            parts[place].append(result.broadcast(to: [3, some.count]))
          }
        }
        for place in 0..<2 {
          let long = Self.elements(whole[place].broadcast(to: [3, Self.columns]))
          let short = Self.elements(concatenated(parts[place], axis: 1))
          let differing = long.indices.filter { index in
            long[index].bitPattern != short[index].bitPattern
              && !(long[index].isNaN && short[index].isNaN)
          }
          #expect(differing.isEmpty, "program \(seed) of \(dtype), result \(place)")
        }
      }
    }
  }
}
