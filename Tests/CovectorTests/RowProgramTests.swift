// Programs over rows that are run in many pieces, the last one shorter, against the same over a few rows.

import Testing

@testable import Covector

@Suite struct RowProgramTests {
  private static let programs: [@Sendable (NDArray) -> NDArray] = [
    { softmax($0, axis: 1) },
    { $0.logSumExp(axis: 1) },
    { $0.variance(axis: 1) },
    { x in
      let centred = x - x.mean(axis: 1, keepDims: true)
      return centred * rsqrt(square(centred).mean(axis: 1, keepDims: true) + 1e-5)
    },
  ]

  // 1003 rows are six pieces of 163, and 25 more; those of 700 elements are 43 of 23, and 14 more.
  @Test(arguments: PortabilityTests.sets, [100, 700])
  func manyPiecesAgreeWithOne(_ set: String, _ width: Int) throws {
    for threads in [1, 2, 3] {
      try Device.$current.withValue(Device(threads: threads, instructionSet: set)) {
        let x = Random.normal([1003, width], key: Random.key(7))
        eval(x)
        for (number, program) in Self.programs.enumerated() {
          let whole = program(x)
          eval(whole)
          for start in stride(from: 0, to: 1003, by: 17) {
            let rows = start..<min(start + 17, 1003)
            let (few, same) = (program(x[rows]), whole[rows])
            #expect(
              few.flattened().array(of: Float.self) == same.flattened().array(of: Float.self),
              "program \(number), rows \(rows)")
          }
        }
      }
    }
  }
}
