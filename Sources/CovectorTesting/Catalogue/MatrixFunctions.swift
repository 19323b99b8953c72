// Samples of the operations in Ops/MatrixFunctions.swift.

import Covector

let matrixFunctionOps: [OpEntry] = [
  OpEntry(
    "pinv", dtypes: lapackDTypes,
    [[3, 3], [4, 2], [2, 3, 4]].map { shape in
      OpEntry.Sample(
        "\(shape)", [OpEntry.Input(shape, .real(-2, 2))], oracle: "np.linalg.pinv(x)",
        tolerance: 1e-11
      ) { pinv($0[0]) }
    } + [
      .init(
        "cutoff", [.real(3, 2)], oracle: "np.linalg.pinv(x, 0.9)", tolerance: 1e-11,
        except: .derivatives, because: "moving the matrix changes its rank, cut off or not"
      ) { pinv($0[0], cutoff: 0.9) }
    ]),
  OpEntry(
    "lstsq", dtypes: lapackDTypes,
    [([4, 2], [4, 3]), ([2, 3], [2]), ([3, 3], [3, 1])].map { a, b in
      OpEntry.Sample(
        "\(a), \(b)", [OpEntry.Input(a, .real(-2, 2)), OpEntry.Input(b, .real(-1, 3))],
        oracle: "np.linalg.lstsq(x, y, rcond=None)[0]", tolerance: 1e-11
      ) { lstsq($0[0], $0[1]) }
    }),
  OpEntry(
    "matrixRank", dtypes: lapackDTypes,
    [
      .init("", [.real(2, 3, 3)], oracle: "np.linalg.matrix_rank(x)", except: .derivatives) {
        matrixRank($0[0])
      },
      .init("of rank 1", [.real(3)], oracle: "np.array(1)", except: .derivatives) {
        matrixRank(outer($0[0], $0[0]), cutoff: 1e-3)
      },
    ]),
  OpEntry(
    "cond", dtypes: lapackDTypes,
    [
      .init("", [.real(2, 3, 3)], oracle: "np.linalg.cond(x)", tolerance: 1e-11) { cond($0[0]) }
    ]),
  OpEntry(
    "norm", dtypes: .inexact,
    [
      .init("all", [.real(3, 4)], oracle: "np.linalg.norm(x)", except: .batchBits) { norm($0[0]) },
      .init(
        "keepDims", [.real(2, 3, 4)], oracle: "np.linalg.norm(x, axis=(0, 2), keepdims=True)",
        except: .batchBits
      ) { norm($0[0], axes: [0, 2], keepDims: true) },
      .init(
        "frobenius", [.real(2, 3, 4)], oracle: "np.linalg.norm(x, 'fro', axis=(2, 0))",
        except: .batchBits
      ) { norm($0[0], .frobenius, axes: [-1, 0]) },
    ]
      + [
        ("0", NormOrder.p(0)), ("1", 1), ("2", 2), ("3", 3), ("0.5", 0.5), ("-1", -1),
        ("np.inf", .infinity), ("-np.inf", .negativeInfinity),
      ].map { text, order in
        OpEntry.Sample(
          "order \(text)", [.real(3, 4, in: 0.25...2)],
          oracle: "np.linalg.norm(x, \(text), axis=0)",
          tolerance: 1e-11, except: text == "0" ? [.batchBits, .derivatives] : .batchBits
        ) { norm($0[0], order, axes: [0]) }
      }
      + [
        ("1", NormOrder.p(1)), ("-1", -1), ("np.inf", .infinity), ("-np.inf", .negativeInfinity),
      ].map { text, order in
        OpEntry.Sample(
          "matrix \(text)", [.real(2, 3, 4)], oracle: "np.linalg.norm(x, \(text), axis=(1, 2))",
          except: .batchBits
        ) { norm($0[0], order, axes: [1, 2]) }
      }),
  OpEntry(
    "norm by singular values", dtypes: [.float32, .float64, .complex64, .complex128],
    [("2", NormOrder.p(2)), ("-2", -2), ("'nuc'", .nuclear)].map { text, order in
      OpEntry.Sample(
        "matrix \(text)", [.real(3, 2, 4)], oracle: "np.linalg.norm(x, \(text), axis=(2, 0))",
        tolerance: 1e-11, except: .batchBits
      ) { norm($0[0], order, axes: [2, 0]) }
    }),
  OpEntry(
    "matrixPower", dtypes: .numbers,
    [0, 1, 5].map { exponent in
      OpEntry.Sample(
        "\(exponent)", [.real(2, 3, 3)], oracle: "np.linalg.matrix_power(x, \(exponent))",
        tolerance: 1e-11
      ) { matrixPower($0[0], exponent) }
    }),
  OpEntry(
    "matrixPower of the inverse", dtypes: lapackDTypes,
    [
      .init(
        "", [.positiveDefinite(3, 3)], oracle: "np.linalg.matrix_power(x, -2)", tolerance: 1e-11
      ) { matrixPower($0[0], -2) }
    ]),
  OpEntry(
    "expm", dtypes: lapackDTypes,
    [
      .init("", [.real(3, 3)], oracle: "sp.linalg.expm(x)", tolerance: 1e-11) { expm($0[0]) },
      .init(
        "large and small", [.real(2, 3, 3)],
        oracle: "sp.linalg.expm(x * np.array([[[8.0]], [[0.01]]]))", tolerance: 1e-10
      ) { expm($0[0] * NDArray([8.0, 0.01], shape: [2, 1, 1]).asType($0[0].dtype.real)) },
    ]),
  OpEntry(
    "cross", dtypes: .numbers,
    [
      .init("", [.real(2, 3), .real(2, 3)], oracle: "np.cross(x, y)") { cross($0[0], $0[1]) },
      .init("axis 0", [.real(3, 2), .real(3, 1)], oracle: "np.cross(x, y, axis=0)") {
        cross($0[0], $0[1], axis: 0)
      },
      .init("broadcast", [.real(3), .real(4, 3)], oracle: "np.cross(x, y)") {
        cross($0[0], $0[1])
      },
      .init(
        "two and three", [.real(2), .real(3)],
        oracle: "np.cross(np.append(x, np.zeros_like(x[:1])), y)"
      ) { cross($0[0], $0[1]) },
      .init("two and two", [.real(4, 2), .real(4, 2)], oracle: "x[:, 0]*y[:, 1] - x[:, 1]*y[:, 0]")
      {
        cross($0[0], $0[1])
      },
    ]),
]
