// Every instruction set's kernels, in one run: each is forced in turn.

import CovectorFuzzing
import CovectorTesting
import CovectorValues
import Testing

@testable import Covector

@Suite struct PortabilityTests {
  /// The instruction sets this processor has kernels for.
  static let sets: [String] = ["baseline", "avx2", "avx512", "neon"].filter {
    (try? Device(threads: 1, instructionSet: $0)) != nil
  }

  private func on<Result>(_ set: String, threads: Int = 1, _ body: () throws -> Result) throws
    -> Result
  {
    try Device.$current.withValue(Device(threads: threads, instructionSet: set), operation: body)
  }

  @Test func thereIsAtLeastOne() {
    #expect(!Self.sets.isEmpty)
    #expect(Self.sets.contains(Device.processor.instructionSet))
    #expect(
      mistake { _ = try Device(threads: 1, instructionSet: "altivec") }
        == "[Device] no kernels for instruction set 'altivec' can run here")
  }

  @Test(arguments: sets) func catalogueHasItsValues(_ set: String) throws {
    let golden = try Golden.committed()
    let report = try on(set) {
      Sweep(Catalogue.all, golden: golden).run(
        laws: Law.all.filter { ["value", "fused", "views", "poison"].contains($0.name) }, workers: 2
      )
    }
    #expect(report.failures == [])
    #expect(report.passed > 1000)
  }

  @Test(arguments: sets) func randomProgramsAgree(_ set: String) throws {
    let report = try on(set) { Fuzz(seed: 77).run(programs: 0..<300) }
    #expect(report.differences == [])
    #expect(report.compared > 250)
  }

  /// A choice made of two arrays, and of two numbers.
  struct Choice: Sendable {
    let arrays: @Sendable (NDArray, NDArray) -> [NDArray]
    let numbers: @Sendable (Double, Double) -> [Double]
  }

  /// Masks that the next choice uses, that are used behind another comparison, by two choices, or as a result.
  static let choices: [Choice] = [
    Choice {
      x, y in
      let z = which(x .< y, x * y, x - y)
      return [which(abs(z) .< 0.5, z + 1, maximum(z, y) * 2)]
    } numbers: { x, y in
      let z = x < y ? x * y : x - y
      return [abs(z) < 0.5 ? z + 1 : max(z, y) * 2]
    },
    Choice { x, y in
      [which(x .< y, which(x .>= 0.25, x + 1, y), y - 2)]
    } numbers: { x, y in
      let inner = x >= 0.25 ? x + 1 : y
      return [x < y ? inner : y - 2]
    },
    Choice { x, y in
      let mask: NDArray = x .< y
      return [which(mask, x, y) * which(mask, y + 3, x)]
    } numbers: { x, y in
      [(x < y ? x : y) * (x < y ? y + 3 : x)]
    },
    Choice { x, y in
      let mask: NDArray = x .< y
      return [which(mask, x + y, y), mask]
    } numbers: { x, y in
      [x < y ? x + y : y, x < y ? 1 : 0]
    },
  ]

  /// The arrays are long enough for chains, and all numbers are exact.
  @Test(arguments: sets) func choicesFollowTheirComparisons(_ set: String) throws {
    func numbers(_ factor: Int) -> [Double] {
      (0..<1003).map { Double($0 * factor % 41 - 20) / 4 }
    }
    let (p, q) = (numbers(7), numbers(11))
    for dtype in [DType.float32, .float64] {
      for (number, choice) in Self.choices.enumerated() {
        let results = try on(set) {
          let (x, y) = (NDArray(p).asType(dtype), NDArray(q).asType(dtype))
          eval(x, y)
          let results = choice.arrays(x, y)
          eval(results)
          return results.map { $0.asType(.float64).array(of: Double.self) }
        }
        for place in results.indices {
          let expected = zip(p, q).map { choice.numbers($0, $1)[place] }
          #expect(results[place] == expected, "choice \(number) of \(dtype), result \(place)")
        }
      }
    }
  }

  /// What is made of integers, and of single additions and multiplications in a stated order.
  @Test func exactResultsAreTheSameEverywhere() throws {
    func results() throws -> [[UInt8]] {
      let key = Random.key(42)
      let x = Random.uniform([3, 1000], key: key)
      let arrays = [
        Random.bits([1003], key: key), Random.bits([7, 33], dtype: .uint8, key: key), x,
        Random.integers([500], from: -7, to: 1000, key: key), Random.permutation(700, key: key),
        Random.bernoulli([400], key: key), x.sum(axis: 1), x.sum(axis: 0), x.sum(), x.mean(),
        x * x + 1, sqrt(x) / 3, x.sorted(axis: 1), x.cumulativeSum(axis: 1), x.max(axis: 0),
      ]
      return try arrays.map { array in unsafe try array.withUnsafeBytes { unsafe Array($0) } }
    }
    let expected = try on(Self.sets[0], results)
    for set in Self.sets {
      for threads in [1, 2, 5] {
        let other = try on(set, threads: threads, results)
        for place in expected.indices {
          #expect(other[place] == expected[place], "result \(place) on \(set), \(threads) threads")
        }
      }
    }
  }
}
