// Samples of the operations in Ops/RandomDistributions.swift.

import Covector

let randomDistributionOps: [OpEntry] = [
  OpEntry(
    "Random.truncatedNormal",
    [
      .init("", [.words(2), .real(4, in: -2...(-0.5)), .real(3, 1, in: 0.5...2)], oracle: nil) {
        Random.truncatedNormal(from: $0[1], to: $0[2], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.multivariateNormal",
    [
      .init("", [.words(2), .real(3), .positiveDefinite(3, 3)], oracle: nil, except: .batchBits) {
        Random.multivariateNormal(
          [4], mean: $0[1], covariance: $0[2], dtype: $0[1].dtype, key: $0[0])
      },
      .init(
        "broadcast", [.words(2), .real(2, 1, 3), .positiveDefinite(2, 3, 3)], oracle: nil,
        except: .batchBits
      ) {
        Random.multivariateNormal(
          mean: $0[1], covariance: $0[2], dtype: $0[1].dtype, key: $0[0])
      },
    ]),
  OpEntry(
    "Random.gumbel", dtypes: [.float32],
    [.init("", [.words(2)], oracle: nil) { Random.gumbel([3, 4], key: $0[0]) }]),
  OpEntry(
    "Random.laplace",
    [
      .init("", [.words(2), .real(4), .real(3, 1, in: 1...2)], oracle: nil) {
        Random.laplace(mean: $0[1], scale: $0[2], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.exponential",
    [
      .init("", [.words(2), .real(4, in: 1...2)], oracle: nil) {
        Random.exponential([3, 4], rate: $0[1], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.bernoulli", dtypes: .ordered,
    [
      .init("", [.words(2), .real(3, 4, in: 0...1)], oracle: nil, except: .derivatives) {
        Random.bernoulli(probability: $0[1], key: $0[0])
      }
    ]),
  OpEntry(
    "Random.integers", dtypes: .integers,
    [
      .init(
        "", [.words(2), .whole(4, in: 0...3), .whole(4, in: 5...20)],
        oracle: "y.astype(np.int64) + (\(threefry(8)).view(np.uint64) % (z - y).astype(np.uint64))"
          + ".astype(np.int64)", except: .derivatives
      ) { Random.integers(from: $0[1], to: $0[2], dtype: $0[1].dtype, key: $0[0]) },
      .init(
        "whole range", [.words(2)], oracle: "\(threefry(12)).view(np.uint64) % np.uint64(10)",
        except: .derivatives
      ) { Random.integers([6], from: 0, to: 10, key: $0[0]) },
    ]),
  OpEntry(
    "Random.permutation", dtypes: [.uint32],
    [
      .init("", [.words(2)], oracle: "np.argsort(\(threefry(9)), kind='stable')") {
        Random.permutation(9, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.shuffled", dtypes: .all,
    [
      .init(
        "", [.words(2), .real(5, 3)], oracle: "y[np.argsort(\(threefry(5)), kind='stable')]"
      ) { Random.shuffled($0[1], key: $0[0]) },
      .init(
        "axis -1", [.words(2), .real(2, 6)],
        oracle: "y[:, np.argsort(\(threefry(6)), kind='stable')]"
      ) { Random.shuffled($0[1], axis: -1, key: $0[0]) },
    ]),
  OpEntry(
    "Random.categorical", dtypes: .ordered,
    [
      .init("", [.words(2), .real(4, 3)], oracle: nil, except: .derivatives) {
        Random.categorical(logits: $0[1], key: $0[0])
      },
      .init("axis 0, shape", [.words(2), .real(3, 4)], oracle: nil, except: .derivatives) {
        Random.categorical([5, 4], logits: $0[1], axis: 0, key: $0[0])
      },
    ]),
  OpEntry(
    "Random.choice", dtypes: .all,
    [
      .init("", [.words(2), .real(5, 3)], oracle: nil) {
        Random.choice($0[1], count: 4, key: $0[0])
      },
      .init(
        "without replacement", [.words(2), .real(2, 6)],
        oracle: "y[:, np.argsort(\(threefry(6)), kind='stable')[:4]]"
      ) { Random.choice($0[1], count: 4, replacing: false, axis: 1, key: $0[0]) },
      .init("probabilities", [.words(2), .real(5)], oracle: nil) {
        Random.choice(
          $0[1], count: 7, probabilities: NDArray([0.1, 0.2, 0, 0.3, 0.4] as [Float]), key: $0[0])
      },
      .init("probabilities without replacement", [.words(2), .real(5)], oracle: nil) {
        Random.choice(
          $0[1], count: 3, replacing: false,
          probabilities: NDArray([0.1, 0.2, 0, 0.3, 0.4] as [Float]), key: $0[0])
      },
    ]),
]
