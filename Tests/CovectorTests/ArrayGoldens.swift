// Written by Tools/array_goldens.py: arrays and what NumPy 2.4.6 says they are.
// Edit the script, not this file.
// swift-format-ignore-file

import Covector

private let X = NDArray((0..<24).map(Double.init), shape: [2, 3, 4])
private let V = NDArray((0..<10).map(Double.init))
private let M = NDArray((0..<12).map { Double($0 * 7 % 11) }, shape: [3, 4])
private let I = NDArray([2, 0, -1, 0] as [Int32])
private let J = NDArray([[0, 1], [2, -3]])
private let B = NDArray([true, false, true, true, true, false], shape: [2, 3])
private let Z = NDArray([Double](), shape: [0, 3])

private func updated(_ x: NDArray, _ change: (inout NDArray) -> Void) -> NDArray {
  var y = x
  change(&y)
  return y
}

/// What arrays are, and what they should be. One statement each: a literal of all would be slow to type-check.
struct ArrayGoldens {
  struct Golden {
    let label: String
    let array: NDArray
    let shape: [Int]
    let dtype: DType
    let values: [Double]
  }
  private(set) var all: [Golden] = []

  private mutating func add(
    _ label: String, _ array: NDArray, _ shape: [Int], _ dtype: DType, _ values: [Double]
  ) {
    all.append(Golden(label: label, array: array, shape: shape, dtype: dtype, values: values))
  }
}

extension ArrayGoldens {
  mutating func addCreation() {
    add(
      "NDArray.zeros([2, 3])", NDArray.zeros([2, 3]),
      [2, 3], .float32, [0, 0, 0, 0, 0, 0])
    add(
      "NDArray.ones([2, 0, 3], dtype: .int8)", NDArray.ones([2, 0, 3], dtype: .int8),
      [2, 0, 3], .int8, [])
    add(
      "NDArray.zeros(like: X)", NDArray.zeros(like: X),
      [2, 3, 4], .float64, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    add(
      "NDArray.ones(like: X, dtype: .int32)", NDArray.ones(like: X, dtype: .int32),
      [2, 3, 4], .int32, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    add(
      "NDArray.full([2, 2], 7)", NDArray.full([2, 2], 7),
      [2, 2], .int32, [7, 7, 7, 7])
    add(
      "NDArray.full([2, 3], [1.5, 2, 3])", NDArray.full([2, 3], [1.5, 2, 3]),
      [2, 3], .float32, [1.5, 2, 3, 1.5, 2, 3])
    add(
      "NDArray.full(like: M, 2.5)", NDArray.full(like: M, 2.5),
      [3, 4], .float64, [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5])
    add(
      "NDArray.full([3], true)", NDArray.full([3], true),
      [3], .bool, [1, 1, 1])
    add(
      "NDArray.eye(3)", NDArray.eye(3),
      [3, 3], .float32, [1, 0, 0, 0, 1, 0, 0, 0, 1])
    add(
      "NDArray.eye(3, 5, offset: 1, dtype: .int64)", NDArray.eye(3, 5, offset: 1, dtype: .int64),
      [3, 5], .int64, [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0])
    add(
      "NDArray.eye(4, 2, offset: -1, dtype: .bool)", NDArray.eye(4, 2, offset: -1, dtype: .bool),
      [4, 2], .bool, [0, 0, 1, 0, 0, 1, 0, 0])
    add(
      "NDArray.eye(3, offset: 3)", NDArray.eye(3, offset: 3),
      [3, 3], .float32, [0, 0, 0, 0, 0, 0, 0, 0, 0])
    add(
      "NDArray.eye(3, 4, offset: -5)", NDArray.eye(3, 4, offset: -5),
      [3, 4], .float32, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    add(
      "NDArray.identity(2, dtype: .complex64)", NDArray.identity(2, dtype: .complex64),
      [2, 2], .complex64, [1, 0, 0, 1])
    add(
      "NDArray.arange(5)", NDArray.arange(5),
      [5], .int32, [0, 1, 2, 3, 4])
    add(
      "NDArray.arange(from: 3, to: 20, by: 4)", NDArray.arange(from: 3, to: 20, by: 4),
      [5], .int32, [3, 7, 11, 15, 19])
    add(
      "NDArray.arange(from: 5, to: -6, by: -3)", NDArray.arange(from: 5, to: -6, by: -3),
      [4], .int32, [5, 2, -1, -4])
    add(
      "NDArray.arange(from: 5, to: 5)", NDArray.arange(from: 5, to: 5),
      [0], .int32, [])
    add(
      "NDArray.arange(from: 5, to: 0)", NDArray.arange(from: 5, to: 0),
      [0], .int32, [])
    add(
      "NDArray.arange(from: 250, to: 256, dtype: .uint8)",
      NDArray.arange(from: 250, to: 256, dtype: .uint8),
      [6], .uint8, [250, 251, 252, 253, 254, 255])
    add(
      "NDArray.arange(from: 1 << 53, to: 1 << 53 | 3, dtype: .int64)",
      NDArray.arange(from: 1 << 53, to: 1 << 53 | 3, dtype: .int64),
      [3], .int64, [9007199254740992, 9007199254740992, 9007199254740994])
    add(
      "NDArray.arange(from: 16777215, to: 16777220, dtype: .float32)",
      NDArray.arange(from: 16777215, to: 16777220, dtype: .float32),
      [5], .float32, [16777215, 16777216, 16777216, 16777218, 16777220])
    add(
      "NDArray.arange(from: 0, to: 1, by: 0.125)", NDArray.arange(from: 0, to: 1, by: 0.125),
      [8], .float32, [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875])
    add(
      "NDArray.arange(from: 1, to: 0, by: -0.25, dtype: .float64)",
      NDArray.arange(from: 1, to: 0, by: -0.25, dtype: .float64),
      [4], .float64, [1, 0.75, 0.5, 0.25])
    add(
      "NDArray.arange(from: 0, to: 0.35, by: 0.1, dtype: .float64)",
      NDArray.arange(from: 0, to: 0.35, by: 0.1, dtype: .float64),
      [4], .float64, [0, 0.1, 0.2, 0.30000000000000004])
    add(
      "NDArray.linspace(from: 0, to: 1, count: 5)", NDArray.linspace(from: 0, to: 1, count: 5),
      [5], .float32, [0, 0.25, 0.5, 0.75, 1])
    add(
      "NDArray.linspace(from: -3, to: 0.1, count: 7, dtype: .float64)",
      NDArray.linspace(from: -3, to: 0.1, count: 7, dtype: .float64),
      [7], .float64, [-3, -2.4833333333333334, -1.9666666666666666, -1.4499999999999997, -0.9333333333333331,
        -0.4166666666666665, 0.1])
    add(
      "NDArray.linspace(from: 0, to: 10, count: 4, endpoint: false, dtype: .float64)",
      NDArray.linspace(from: 0, to: 10, count: 4, endpoint: false, dtype: .float64),
      [4], .float64, [0, 2.5, 5, 7.5])
    add(
      "NDArray.linspace(from: 2, to: 3, count: 1)", NDArray.linspace(from: 2, to: 3, count: 1),
      [1], .float32, [2])
    add(
      "NDArray.linspace(from: 2, to: 3, count: 0)", NDArray.linspace(from: 2, to: 3, count: 0),
      [0], .float32, [])
    add(
      "NDArray.bartlett(6, dtype: .float64)", NDArray.bartlett(6, dtype: .float64),
      [6], .float64, [0, 0.4, 0.8, 0.8, 0.4, 0])
    add(
      "NDArray.hanning(7, dtype: .float64)", NDArray.hanning(7, dtype: .float64),
      [7], .float64, [0, 0.2500000000000001, 0.75, 1, 0.75, 0.2500000000000001, 0])
    add(
      "NDArray.hamming(8, dtype: .float64)", NDArray.hamming(8, dtype: .float64),
      [8], .float64, [0.08000000000000002, 0.2531946911449826, 0.6423596296199047, 0.9544456792351128,
        0.9544456792351128, 0.6423596296199047, 0.2531946911449826, 0.08000000000000002])
    add(
      "NDArray.blackman(9)", NDArray.blackman(9),
      [9], .float32, [-1.3877787807814457e-17, 0.06644660979509354, 0.3400000035762787, 0.7735533714294434,
        1, 0.7735533714294434, 0.3400000035762787, 0.06644660979509354,
        -1.3877787807814457e-17])
    add(
      "NDArray.hanning(1)", NDArray.hanning(1),
      [1], .float32, [1])
    add(
      "NDArray.tri(3)", NDArray.tri(3),
      [3, 3], .float32, [1, 0, 0, 1, 1, 0, 1, 1, 1])
    add(
      "NDArray.tri(3, 5, offset: 1, dtype: .int32)", NDArray.tri(3, 5, offset: 1, dtype: .int32),
      [3, 5], .int32, [1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0])
    add(
      "tril(X)", tril(X),
      [2, 3, 4], .float64, [0, 0, 0, 0, 4, 5, 0, 0, 8, 9, 10, 0, 12, 0, 0, 0, 16, 17, 0, 0, 20, 21, 22, 0])
    add(
      "tril(M, offset: -1)", tril(M, offset: -1),
      [3, 4], .float64, [0, 0, 0, 0, 6, 0, 0, 0, 1, 8, 0, 0])
    add(
      "triu(X, offset: 1)", triu(X, offset: 1),
      [2, 3, 4], .float64, [0, 1, 2, 3, 0, 0, 6, 7, 0, 0, 0, 11, 0, 13, 14, 15, 0, 0, 18, 19, 0, 0, 0, 23])
    add(
      "triu(M, offset: -2)", triu(M, offset: -2),
      [3, 4], .float64, [0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0])
    add(
      "diag(V[..<3])", diag(V[..<3]),
      [3, 3], .float64, [0, 0, 0, 0, 1, 0, 0, 0, 2])
    add(
      "diag(V[..<2], offset: 2)", diag(V[..<2], offset: 2),
      [4, 4], .float64, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    add(
      "diag(V[..<2], offset: -1)", diag(V[..<2], offset: -1),
      [3, 3], .float64, [0, 0, 0, 0, 0, 0, 0, 1, 0])
    add(
      "diag(M, offset: 1)", diag(M, offset: 1),
      [3], .float64, [7, 9, 0])
    add(
      "meshgrid([V[..<2], V[..<3]])[0]", meshgrid([V[..<2], V[..<3]])[0],
      [3, 2], .float64, [0, 1, 0, 1, 0, 1])
    add(
      "meshgrid([V[..<2], V[..<3]])[1]", meshgrid([V[..<2], V[..<3]])[1],
      [3, 2], .float64, [0, 0, 1, 1, 2, 2])
    add(
      "meshgrid([V[..<2], V[..<3], V[..<4]], indexing: .ij)[1]",
      meshgrid([V[..<2], V[..<3], V[..<4]], indexing: .ij)[1],
      [2, 3, 4], .float64, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    add(
      "meshgrid([V[..<2], V[..<3], V[..<4]], sparse: true)[1]",
      meshgrid([V[..<2], V[..<3], V[..<4]], sparse: true)[1],
      [3, 1, 1], .float64, [0, 1, 2])
    add(
      "[1, 2, 3]", [1, 2, 3],
      [3], .int32, [1, 2, 3])
    add(
      "[[1, 2], [3.5, 4]]", [[1, 2], [3.5, 4]],
      [2, 2], .float32, [1, 2, 3.5, 4])
    add(
      "[[true, false]]", [[true, false]],
      [1, 2], .bool, [1, 0])
    add(
      "[[[1], [2]], [[-3], [4]]]", [[[1], [2]], [[-3], [4]]],
      [2, 2, 1], .int32, [1, 2, -3, 4])
    add(
      "[true, 2]", [true, 2],
      [2], .int32, [1, 2])
    add(
      "[]", [],
      [0], .float32, [])
    add(
      "[V[..<2], V[2..<4]]", [V[..<2], V[2..<4]],
      [2, 2], .float64, [0, 1, 2, 3])
    add(
      "[V[1], 2, V[3]]", [V[1], 2, V[3]],
      [3], .float64, [1, 2, 3])
    add(
      "NDArray([[1, 2], [3, 4]])", NDArray([[1, 2], [3, 4]]),
      [2, 2], .int64, [1, 2, 3, 4])
    add(
      "NDArray([[1.5], [2]])", NDArray([[1.5], [2]]),
      [2, 1], .float64, [1.5, 2])
    add(
      "NDArray([[[1, 2]], [[3, 4]]] as [[[Float]]])", NDArray([[[1, 2]], [[3, 4]]] as [[[Float]]]),
      [2, 1, 2], .float32, [1, 2, 3, 4])
    add(
      "NDArray(2..<5)", NDArray(2..<5),
      [3], .int64, [2, 3, 4])
    add(
      "NDArray(-1...1)", NDArray(-1...1),
      [3], .int64, [-1, 0, 1])
  }

  mutating func addIndexing() {
    add(
      "X[1]", X[1],
      [3, 4], .float64, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[-1]", X[-1],
      [3, 4], .float64, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[1, 2, 3]", X[1, 2, 3],
      [], .float64, [23])
    add(
      "X[0, -1]", X[0, -1],
      [4], .float64, [8, 9, 10, 11])
    add(
      "V[2..<5]", V[2..<5],
      [3], .float64, [2, 3, 4])
    add(
      "V[2...5]", V[2...5],
      [4], .float64, [2, 3, 4, 5])
    add(
      "V[7...]", V[7...],
      [3], .float64, [7, 8, 9])
    add(
      "V[..<3]", V[..<3],
      [3], .float64, [0, 1, 2])
    add(
      "V[...3]", V[...3],
      [4], .float64, [0, 1, 2, 3])
    add(
      "V[(-3)...]", V[(-3)...],
      [3], .float64, [7, 8, 9])
    add(
      "V[..<(-7)]", V[..<(-7)],
      [3], .float64, [0, 1, 2])
    add(
      "V[...(-8)]", V[...(-8)],
      [3], .float64, [0, 1, 2])
    add(
      "V[...(-1)]", V[...(-1)],
      [10], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    add(
      "V[-3..<0]", V[-3..<0],
      [3], .float64, [7, 8, 9])
    add(
      "V[-3...(-1)]", V[-3...(-1)],
      [3], .float64, [7, 8, 9])
    add(
      "V[-4...(-2)]", V[-4...(-2)],
      [3], .float64, [6, 7, 8])
    add(
      "V[5..<100]", V[5..<100],
      [5], .float64, [5, 6, 7, 8, 9])
    add(
      "V[50..<100]", V[50..<100],
      [0], .float64, [])
    add(
      "V[-100..<2]", V[-100..<2],
      [2], .float64, [0, 1])
    add(
      "V[3..<3]", V[3..<3],
      [0], .float64, [])
    add(
      "V[.stride(by: 3)]", V[.stride(by: 3)],
      [4], .float64, [0, 3, 6, 9])
    add(
      "V[.stride(from: 1, to: 8, by: 2)]", V[.stride(from: 1, to: 8, by: 2)],
      [4], .float64, [1, 3, 5, 7])
    add(
      "V[.stride(by: -1)]", V[.stride(by: -1)],
      [10], .float64, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    add(
      "V[.stride(from: 8, to: 2, by: -2)]", V[.stride(from: 8, to: 2, by: -2)],
      [3], .float64, [8, 6, 4])
    add(
      "V[.stride(from: -2, by: -3)]", V[.stride(from: -2, by: -3)],
      [3], .float64, [8, 5, 2])
    add(
      "V[.stride(to: 4, by: -1)]", V[.stride(to: 4, by: -1)],
      [5], .float64, [9, 8, 7, 6, 5])
    add(
      "V[.stride(from: 2, to: 8, by: -1)]", V[.stride(from: 2, to: 8, by: -1)],
      [0], .float64, [])
    add(
      "V[.stride(from: 1, to: -1)]", V[.stride(from: 1, to: -1)],
      [8], .float64, [1, 2, 3, 4, 5, 6, 7, 8])
    add(
      "V[.stride(from: 100, to: -100, by: -4)]", V[.stride(from: 100, to: -100, by: -4)],
      [3], .float64, [9, 5, 1])
    add(
      "X[...]", X[...],
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[..., 0]", X[..., 0],
      [2, 3], .float64, [0, 4, 8, 12, 16, 20])
    add(
      "X[1, ...]", X[1, ...],
      [3, 4], .float64, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[1, ..., 0..<3]", X[1, ..., 0..<3],
      [3, 3], .float64, [12, 13, 14, 16, 17, 18, 20, 21, 22])
    add(
      "X[1, 0, ..., 2]", X[1, 0, ..., 2],
      [], .float64, [14])
    add(
      "X[1, 0, 2, ...]", X[1, 0, 2, ...],
      [], .float64, [14])
    add(
      "X[0..<1, ..., -1]", X[0..<1, ..., -1],
      [1, 3], .float64, [3, 7, 11])
    add(
      "X[0..<1, 1, .ellipsis, 1..<3]", X[0..<1, 1, .ellipsis, 1..<3],
      [1, 2], .float64, [5, 6])
    add(
      "X[.newAxis]", X[.newAxis],
      [1, 2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[0, .newAxis, 1]", X[0, .newAxis, 1],
      [1, 4], .float64, [4, 5, 6, 7])
    add(
      "X[..., .newAxis]", X[..., .newAxis],
      [2, 3, 4, 1], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[.newAxis, ..., .newAxis, 2]", X[.newAxis, ..., .newAxis, 2],
      [1, 2, 3, 1], .float64, [2, 6, 10, 14, 18, 22])
    add(
      "V[I]", V[I],
      [4], .float64, [2, 0, 9, 0])
    add(
      "V[J]", V[J],
      [2, 2], .float64, [0, 1, 2, 7])
    add(
      "V[[3, -1]]", V[[3, -1]],
      [2], .float64, [3, 9])
    add(
      "X[[1, 0, 1]]", X[[1, 0, 1]],
      [3, 3, 4], .float64, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[0, J]", X[0, J],
      [2, 2, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3])
    add(
      "X[..., I]", X[..., I],
      [2, 3, 4], .float64, [2, 0, 3, 0, 6, 4, 7, 4, 10, 8, 11, 8, 14, 12, 15, 12, 18, 16, 19, 16, 22, 20, 23, 20])
    add(
      "X[0..<1, I]", X[0..<1, I],
      [1, 4, 4], .float64, [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3])
    add(
      "X[[0, 1], [2, 0]]", X[[0, 1], [2, 0]],
      [2, 4], .float64, [8, 9, 10, 11, 12, 13, 14, 15])
    add(
      "X[[0, 1], 1..<3, [2, 0]]", X[[0, 1], 1..<3, [2, 0]],
      [2, 2], .float64, [6, 10, 16, 20])
    add(
      "X[0..<2, [2, 0], [1, 3]]", X[0..<2, [2, 0], [1, 3]],
      [2, 2], .float64, [9, 3, 21, 15])
    add(
      "X[0, 0..<3, [1, 3]]", X[0, 0..<3, [1, 3]],
      [2, 3], .float64, [1, 5, 9, 3, 7, 11])
    add(
      "X[0, [1, 2], [1, 3]]", X[0, [1, 2], [1, 3]],
      [2], .float64, [5, 11])
    add(
      "X[[0, 1], .newAxis, [2, 0]]", X[[0, 1], .newAxis, [2, 0]],
      [2, 1, 4], .float64, [8, 9, 10, 11, 12, 13, 14, 15])
    add(
      "X[.newAxis, [0, 1], [2, 0]]", X[.newAxis, [0, 1], [2, 0]],
      [1, 2, 4], .float64, [8, 9, 10, 11, 12, 13, 14, 15])
    add(
      "X[1..<2, .newAxis, [2, 0]]", X[1..<2, .newAxis, [2, 0]],
      [1, 1, 2, 4], .float64, [20, 21, 22, 23, 12, 13, 14, 15])
    add(
      "X[[0, 1], ..., [2, 0]]", X[[0, 1], ..., [2, 0]],
      [2, 3], .float64, [2, 6, 10, 12, 16, 20])
    add(
      "X[NDArray([[0, 1], [1, 0]]), 0..<2, J]", X[NDArray([[0, 1], [1, 0]]), 0..<2, J],
      [2, 2, 2], .float64, [0, 4, 13, 17, 14, 18, 1, 5])
    add(
      "X[NDArray([[0], [1]]), NDArray([0, 2])]", X[NDArray([[0], [1]]), NDArray([0, 2])],
      [2, 2, 4], .float64, [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23])
    add(
      "X[1, NDArray(2), ..., [0, 1]]", X[1, NDArray(2), ..., [0, 1]],
      [2], .float64, [20, 21])
    add(
      "X[NDArray(1)]", X[NDArray(1)],
      [3, 4], .float64, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X[NDArray(1), NDArray(-1), 0]", X[NDArray(1), NDArray(-1), 0],
      [], .float64, [20])
    add(
      "X[B]", X[B],
      [4, 4], .float64, [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    add(
      "X[B, 1..<3]", X[B, 1..<3],
      [4, 2], .float64, [1, 2, 9, 10, 13, 14, 17, 18])
    add(
      "X[B, [0, 1, 2, 3]]", X[B, [0, 1, 2, 3]],
      [4], .float64, [0, 9, 14, 19])
    add(
      "X[1, [true, false, true] as NDArray]", X[1, [true, false, true] as NDArray],
      [2, 4], .float64, [12, 13, 14, 15, 20, 21, 22, 23])
    add(
      "X[0..<2, 1, [true, false, true, true] as NDArray]",
      X[0..<2, 1, [true, false, true, true] as NDArray],
      [2, 3], .float64, [4, 6, 7, 16, 18, 19])
    add(
      "X[X .> 20]", X[X .> 20],
      [3], .float64, [21, 22, 23])
    add(
      "V[V .> 100]", V[V .> 100],
      [0], .float64, [])
    add(
      "Z[Z .> 5]", Z[Z .> 5],
      [0], .float64, [])
    add(
      "V[NDArray([Int]())]", V[NDArray([Int]())],
      [0], .float64, [])
    add(
      "Z[0..<0, [1, 1]]", Z[0..<0, [1, 1]],
      [0, 2], .float64, [])
    add(
      "M.T[1]", M.T[1],
      [3], .float64, [7, 2, 8])
    add(
      "X[.stride(by: -1), [2, 0]]", X[.stride(by: -1), [2, 0]],
      [2, 2, 4], .float64, [20, 21, 22, 23, 12, 13, 14, 15, 8, 9, 10, 11, 0, 1, 2, 3])
    add(
      "M.take(I)", M.take(I),
      [4], .float64, [3, 0, 0, 0])
    add(
      "M.take(I, axis: 0)", M.take(I, axis: 0),
      [4, 4], .float64, [1, 8, 4, 0, 0, 7, 3, 10, 1, 8, 4, 0, 0, 7, 3, 10])
    add(
      "M.take(J, axis: -1)", M.take(J, axis: -1),
      [3, 2, 2], .float64, [0, 7, 3, 7, 6, 2, 9, 2, 1, 8, 4, 8])
    add(
      "X.take(J, axis: 1)", X.take(J, axis: 1),
      [2, 2, 2, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 18, 19, 20,
        21, 22, 23, 12, 13, 14, 15])
    add(
      "X.take(NDArray(1), axis: 2)", X.take(NDArray(1), axis: 2),
      [2, 3], .float64, [1, 5, 9, 13, 17, 21])
    add(
      "M.takeAlongAxis(NDArray([[0, 2], [1, 1], [-1, 0]]))",
      M.takeAlongAxis(NDArray([[0, 2], [1, 1], [-1, 0]])),
      [3, 2], .float64, [0, 3, 2, 2, 0, 1])
    add(
      "M.takeAlongAxis(NDArray([[0, 2, 1, 1]]), axis: 0)",
      M.takeAlongAxis(NDArray([[0, 2, 1, 1]]), axis: 0),
      [1, 4], .float64, [0, 8, 9, 5])
    add(
      "M[..<1].takeAlongAxis(NDArray([[0], [1]]), axis: 1)",
      M[..<1].takeAlongAxis(NDArray([[0], [1]]), axis: 1),
      [2, 1], .float64, [0, 7])
    add(
      "M.sliced(from: NDArray([1, 2]), axes: [0, 1], sizes: [2, 2])",
      M.sliced(from: NDArray([1, 2]), axes: [0, 1], sizes: [2, 2]),
      [2, 2], .float64, [9, 5, 4, 0])
    add(
      "M.sliced(from: NDArray([-2, 1]), axes: [1, 0], sizes: [2, 1])",
      M.sliced(from: NDArray([-2, 1]), axes: [1, 0], sizes: [2, 1]),
      [1, 2], .float64, [9, 5])
    add(
      "X.sliced(from: NDArray([1]), axes: [1], sizes: [2])",
      X.sliced(from: NDArray([1]), axes: [1], sizes: [2]),
      [2, 2, 4], .float64, [4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "X.sliced(from: NDArray([0]), axes: [-1], sizes: [4])",
      X.sliced(from: NDArray([0]), axes: [-1], sizes: [4]),
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
  }

  mutating func addUpdates() {
    add(
      "y[3] = 100", updated(V) { y in y[3] = 100 },
      [10], .float64, [0, 1, 2, 100, 4, 5, 6, 7, 8, 9])
    add(
      "y[-1] = 100", updated(V) { y in y[-1] = 100 },
      [10], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 100])
    add(
      "y[0] = 5", updated(X) { y in y[0] = 5 },
      [2, 3, 4], .float64, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "y[1, 1...] = V[..<4]", updated(X) { y in y[1, 1...] = V[..<4] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3])
    add(
      "y[..., 0..<2] = V[..<2]", updated(X) { y in y[..., 0..<2] = V[..<2] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 0, 1, 6, 7, 0, 1, 10, 11, 0, 1, 14, 15, 0, 1, 18, 19, 0, 1, 22, 23])
    add(
      "y[1, ..., 0] *= 2", updated(X) { y in y[1, ..., 0] *= 2 },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 13, 14, 15, 32, 17, 18, 19, 40, 21, 22, 23])
    add(
      "y[.stride(by: -1), 0, .stride(from: 3, by: -2)] = NDArray([[1.0, 2], [3, 4]])",
      updated(X) { y in y[.stride(by: -1), 0, .stride(from: 3, by: -2)] = NDArray([[1.0, 2], [3, 4]]) },
      [2, 3, 4], .float64, [0, 4, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2, 14, 1, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "y[.newAxis, 0] = M.reshaped(to: 1, 3, 4)",
      updated(X) { y in y[.newAxis, 0] = M.reshaped(to: 1, 3, 4) },
      [2, 3, 4], .float64, [0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "y[0, .newAxis, 1] = V[..<4]", updated(X) { y in y[0, .newAxis, 1] = V[..<4] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "y[0] = M.reshaped(to: 1, 1, 3, 4)", updated(X) { y in y[0] = M.reshaped(to: 1, 1, 3, 4) },
      [2, 3, 4], .float64, [0, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
    add(
      "y[I] = V[..<4]", updated(V) { y in y[I] = V[..<4] },
      [10], .float64, [3, 1, 0, 3, 4, 5, 6, 7, 8, 2])
    add(
      "y[I] += 1", updated(V) { y in y[I] += 1 },
      [10], .float64, [1, 1, 3, 3, 4, 5, 6, 7, 8, 10])
    add(
      "y = y.at[I].adding(1)", updated(V) { y in y = y.at[I].adding(1) },
      [10], .float64, [2, 1, 3, 3, 4, 5, 6, 7, 8, 10])
    add(
      "y = y.at[I].adding(V[..<4])", updated(V) { y in y = y.at[I].adding(V[..<4]) },
      [10], .float64, [4, 1, 2, 3, 4, 5, 6, 7, 8, 11])
    add(
      "y = y.at[I].subtracting(V[..<4])", updated(V) { y in y = y.at[I].subtracting(V[..<4]) },
      [10], .float64, [-4, 1, 2, 3, 4, 5, 6, 7, 8, 7])
    add(
      "y = y.at[I].multiplying(by: V[3..<7])",
      updated(V) { y in y = y.at[I].multiplying(by: V[3..<7]) },
      [10], .float64, [0, 1, 6, 3, 4, 5, 6, 7, 8, 45])
    add(
      "y = y.at[I].dividing(by: V[3..<7])", updated(V) { y in y = y.at[I].dividing(by: V[3..<7]) },
      [10], .float64, [0, 1, 0.6666666666666666, 3, 4, 5, 6, 7, 8, 1.8])
    add(
      "y = y.at[I].maximum(V[3..<7])", updated(V) { y in y = y.at[I].maximum(V[3..<7]) },
      [10], .float64, [6, 1, 3, 3, 4, 5, 6, 7, 8, 9])
    add(
      "y = y.at[I].minimum(-V[3..<7])", updated(V) { y in y = y.at[I].minimum(-V[3..<7]) },
      [10], .float64, [-6, 1, -3, 3, 4, 5, 6, 7, 8, -5])
    add(
      "y = y.at[..., J].adding(1)", updated(X) { y in y = y.at[..., J].adding(1) },
      [2, 3, 4], .float64, [1, 3, 3, 3, 5, 7, 7, 7, 9, 11, 11, 11, 13, 15, 15, 15, 17, 19, 19, 19, 21, 23, 23, 23])
    add(
      "y = y.at[[0, 1], 1..<3, [2, 0]].multiplying(by: 3)",
      updated(X) { y in y = y.at[[0, 1], 1..<3, [2, 0]].multiplying(by: 3) },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 18, 7, 8, 9, 30, 11, 12, 13, 14, 15, 48, 17, 18, 19, 60, 21, 22, 23])
    add(
      "y[[0, 1], 1..<3, [2, 0]] = NDArray([[1.0, 2], [3, 4]])",
      updated(X) { y in y[[0, 1], 1..<3, [2, 0]] = NDArray([[1.0, 2], [3, 4]]) },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 1, 7, 8, 9, 2, 11, 12, 13, 14, 15, 3, 17, 18, 19, 4, 21, 22, 23])
    add(
      "y[0..<2, [2, 0], [1, 3]] = NDArray([[1.0, 2], [3, 4]])",
      updated(X) { y in y[0..<2, [2, 0], [1, 3]] = NDArray([[1.0, 2], [3, 4]]) },
      [2, 3, 4], .float64, [0, 1, 2, 2, 4, 5, 6, 7, 8, 1, 10, 11, 12, 13, 14, 4, 16, 17, 18, 19, 20, 3, 22, 23])
    add(
      "y[1, .newAxis, [0, 2]] = 9", updated(X) { y in y[1, .newAxis, [0, 2]] = 9 },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 9, 9, 9, 9, 16, 17, 18, 19, 9, 9, 9, 9])
    add(
      "y = y.at[0, 1...].maximum(5)", updated(M) { y in y = y.at[0, 1...].maximum(5) },
      [3, 4], .float64, [0, 7, 5, 10, 6, 2, 9, 5, 1, 8, 4, 0])
    add(
      "y = y.at[..., 1].minimum(5)", updated(M) { y in y = y.at[..., 1].minimum(5) },
      [3, 4], .float64, [0, 5, 3, 10, 6, 2, 9, 5, 1, 5, 4, 0])
    add(
      "y = y.at[1].dividing(by: 4)", updated(M) { y in y = y.at[1].dividing(by: 4) },
      [3, 4], .float64, [0, 7, 3, 10, 1.5, 0.5, 2.25, 1.25, 1, 8, 4, 0])
    add(
      "y = y.at[1].subtracting(4)", updated(M) { y in y = y.at[1].subtracting(4) },
      [3, 4], .float64, [0, 7, 3, 10, 2, -2, 5, 1, 1, 8, 4, 0])
    add(
      "y[X .> 20] = 0", updated(X) { y in y[X .> 20] = 0 },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 0, 0, 0])
    add(
      "y[B] = V[..<4]", updated(X) { y in y[B] = V[..<4] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 20, 21, 22, 23])
    add(
      "y[X .> 19] = V[..<4]", updated(X) { y in y[X .> 19] = V[..<4] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 1, 2, 3])
    add(
      "y[B] = X[0, 0..<1]", updated(X) { y in y[B] = X[0, 0..<1] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 20, 21, 22, 23])
    add(
      "y[B] = NDArray((0..<20).map(Double.init), shape: [5, 4])[..<(-1)]",
      updated(X) { y in y[B] = NDArray((0..<20).map(Double.init), shape: [5, 4])[..<(-1)] },
      [2, 3, 4], .float64, [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23])
    add(
      "y = y.at[B].multiplying(by: V[1..<5])",
      updated(X) { y in y = y.at[B].multiplying(by: V[1..<5]) },
      [2, 3, 4], .float64, [0, 2, 6, 12, 4, 5, 6, 7, 8, 18, 30, 44, 12, 26, 42, 60, 16, 34, 54, 76, 20, 21, 22, 23])
    add(
      "y = y.at[M .> 5].maximum(7)", updated(M) { y in y = y.at[M .> 5].maximum(7) },
      [3, 4], .float64, [0, 7, 3, 10, 7, 2, 9, 5, 1, 8, 4, 0])
    add(
      "y = y.at[M .> 5].dividing(by: 2)", updated(M) { y in y = y.at[M .> 5].dividing(by: 2) },
      [3, 4], .float64, [0, 3.5, 3, 5, 3, 2, 4.5, 5, 1, 4, 4, 0])
    add(
      "y[B, 1..<3] = 7", updated(X) { y in y[B, 1..<3] = 7 },
      [2, 3, 4], .float64, [0, 7, 7, 3, 4, 5, 6, 7, 8, 7, 7, 11, 12, 7, 7, 15, 16, 7, 7, 19, 20, 21, 22, 23])
    add(
      "y = y.putAlongAxis(-1, at: NDArray([[0, 2], [1, 1], [-1, 0]]))",
      updated(M) { y in y = y.putAlongAxis(-1, at: NDArray([[0, 2], [1, 1], [-1, 0]])) },
      [3, 4], .float64, [-1, 7, -1, 10, 6, -1, 9, 5, -1, 8, 4, -1])
    add(
      "y = y.putAlongAxis(V[..<4], at: NDArray([[2, 0, 1, -1]]), axis: 0)",
      updated(M) { y in y = y.putAlongAxis(V[..<4], at: NDArray([[2, 0, 1, -1]]), axis: 0) },
      [3, 4], .float64, [0, 1, 3, 10, 6, 2, 2, 5, 0, 8, 4, 3])
    add(
      "y = y.updatingSlice(with: -M[..<2, ..<3], from: NDArray([1, -3]), axes: [0, 1])",
      updated(M) { y in y = y.updatingSlice(with: -M[..<2, ..<3], from: NDArray([1, -3]), axes: [0, 1]) },
      [3, 4], .float64, [0, 7, 3, 10, 6, -0, -7, -3, 1, -6, -2, -9])
    add(
      "y = y.updatingSlice(with: -X[..., ..<1], from: NDArray([2]), axes: [2])",
      updated(X) { y in y = y.updatingSlice(with: -X[..., ..<1], from: NDArray([2]), axes: [2]) },
      [2, 3, 4], .float64, [0, 1, -0, 3, 4, 5, -4, 7, 8, 9, -8, 11, 12, 13, -12, 15, 16, 17, -16, 19, 20, 21, -20,
        23])
  }
}
