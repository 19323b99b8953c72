// Samples of the operations in Ops/RandomRejection.swift.

import Covector

private let implicit =
  "the derivative is that of the distribution's quantile, which a draw by rejection does not follow"

let randomRejectionOps: [OpEntry] = [
  OpEntry(
    "Random.gamma",
    [
      .init(
        "", [.words(2), .real(4, in: 0.3...8), .real(3, 1, in: 0.5...2)], oracle: nil,
        except: .derivatives, because: implicit
      ) {
        Random.gamma(concentration: $0[1], scale: $0[2], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.beta",
    [
      .init(
        "", [.words(2), .real(4, in: 0.3...8), .real(3, 1, in: 0.5...2)], oracle: nil,
        except: .derivatives, because: implicit
      ) {
        Random.beta(alpha: $0[1], beta: $0[2], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.dirichlet",
    [
      .init(
        "", [.words(2), .real(3, in: 0.3...4)], oracle: nil, except: .derivatives, because: implicit
      ) {
        Random.dirichlet([2, 3], concentration: $0[1], dtype: $0[1].dtype, key: $0[0])
      }
    ]),
  OpEntry(
    "Random.poisson", dtypes: .ordered,
    [
      .init("", [.words(2), .real(3, 4, in: 0...30)], oracle: nil, except: .derivatives) {
        Random.poisson(rate: $0[1], key: $0[0])
      }
    ]),
]
