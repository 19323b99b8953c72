// Samples of the operations in Ops/Random.swift.

import Covector

let randomOps: [OpEntry] = [
  OpEntry(
    "Random.split", dtypes: [.uint32],
    [
      .init("", [.words(2)], oracle: "\(threefry(4)).reshape(2, 2)") { Random.split($0[0]) },
      .init("five", [.words(2)], oracle: "\(threefry(10)).reshape(5, 2)") {
        Random.split($0[0], into: 5)
      },
    ]),
  OpEntry(
    "Random.bits", dtypes: [.uint32],
    [
      .init("", [.words(2)], oracle: "\(threefry(15)).reshape(3, 5)") {
        Random.bits([3, 5], key: $0[0])
      },
      .init("one", [.words(2)], oracle: "\(threefry(1)).reshape(())") {
        Random.bits([], key: $0[0])
      },
      .init("none", [.words(2)], oracle: "\(threefry(0)).reshape(0, 2)") {
        Random.bits([0, 2], key: $0[0])
      },
      .init("uint8", [.words(2)], oracle: "\(threefry(3)).view(np.uint8)[:9]") {
        Random.bits([9], dtype: .uint8, key: $0[0])
      },
      .init("uint16", [.words(2)], oracle: "\(threefry(4)).view(np.uint16)[:7]") {
        Random.bits([7], dtype: .uint16, key: $0[0])
      },
      .init("uint64", [.words(2)], oracle: "\(threefry(10)).view(np.uint64)") {
        Random.bits([5], dtype: .uint64, key: $0[0])
      },
    ]),
  OpEntry(
    "Random.uniform",
    [
      .init("", [.words(2), .real(4, in: -2...0), .real(3, 4, in: 1...2)], oracle: nil) {
        Random.uniform(from: $0[1], to: $0[2], dtype: $0[1].dtype, key: $0[0])
      },
      .init("shape", [.words(2), .real(in: 1...2)], oracle: nil) {
        Random.uniform([2, 5], to: $0[1], dtype: $0[1].dtype, key: $0[0])
      },
    ]),
  OpEntry(
    "Random.normal", dtypes: .inexact,
    [
      .init("", [.words(2), .real(4), .real(3, 1, in: 1...2)], oracle: nil) {
        Random.normal(mean: $0[1], deviation: $0[2], dtype: $0[1].dtype, key: $0[0])
      },
      .init("shape", [.words(2), .real()], oracle: nil) {
        Random.normal([2, 5], mean: $0[1], dtype: $0[1].dtype, key: $0[0])
      },
    ]),
]

/// The oracle of that many random words under the key `x`.
func threefry(_ count: Int) -> String {
  "np.asarray(jax.extend.random.threefry_2x32(x, np.arange(\(count), dtype=np.uint32)))"
}
