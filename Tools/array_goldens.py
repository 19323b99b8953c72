#!/usr/bin/env python3
"""Writes Tests/CovectorTests/ArrayGoldens.swift: creation, indexing and updates, with NumPy's results.

Each case is a Swift expression and the NumPy expression for the same array.
"""

import pathlib

import numpy as np

X = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
V = np.arange(10, dtype=np.float64)
M = (np.arange(12, dtype=np.float64).reshape(3, 4) * 7) % 11
I = np.array([2, 0, -1, 0])
J = np.array([[0, 1], [2, -3]])
B = (np.arange(6).reshape(2, 3) % 4) != 1
Z = np.zeros((0, 3))

CREATION = [
    ("NDArray.zeros([2, 3])", "np.zeros((2, 3), np.float32)"),
    ("NDArray.ones([2, 0, 3], dtype: .int8)", "np.ones((2, 0, 3), np.int8)"),
    ("NDArray.zeros(like: X)", "np.zeros_like(X)"),
    ("NDArray.ones(like: X, dtype: .int32)", "np.ones_like(X, dtype=np.int32)"),
    ("NDArray.full([2, 2], 7)", "np.full((2, 2), 7, np.int32)"),
    ("NDArray.full([2, 3], [1.5, 2, 3])", "np.full((2, 3), [1.5, 2, 3], np.float32)"),
    ("NDArray.full(like: M, 2.5)", "np.full_like(M, 2.5)"),
    ("NDArray.full([3], true)", "np.full((3,), True)"),
    ("NDArray.eye(3)", "np.eye(3, dtype=np.float32)"),
    ("NDArray.eye(3, 5, offset: 1, dtype: .int64)", "np.eye(3, 5, 1, dtype=np.int64)"),
    ("NDArray.eye(4, 2, offset: -1, dtype: .bool)", "np.eye(4, 2, -1, dtype=bool)"),
    ("NDArray.eye(3, offset: 3)", "np.eye(3, k=3, dtype=np.float32)"),
    ("NDArray.eye(3, 4, offset: -5)", "np.eye(3, 4, -5, dtype=np.float32)"),
    ("NDArray.identity(2, dtype: .complex64)", "np.identity(2, np.complex64)"),
    ("NDArray.arange(5)", "np.arange(5, dtype=np.int32)"),
    ("NDArray.arange(from: 3, to: 20, by: 4)", "np.arange(3, 20, 4, dtype=np.int32)"),
    ("NDArray.arange(from: 5, to: -6, by: -3)", "np.arange(5, -6, -3, dtype=np.int32)"),
    ("NDArray.arange(from: 5, to: 5)", "np.arange(5, 5, dtype=np.int32)"),
    ("NDArray.arange(from: 5, to: 0)", "np.arange(5, 0, dtype=np.int32)"),
    ("NDArray.arange(from: 250, to: 256, dtype: .uint8)", "np.arange(250, 256).astype(np.uint8)"),
    ("NDArray.arange(from: 1 << 53, to: 1 << 53 | 3, dtype: .int64)",
     "np.arange(2**53, 2**53 + 3, dtype=np.int64)"),
    ("NDArray.arange(from: 16777215, to: 16777220, dtype: .float32)",
     "np.arange(16777215, 16777220).astype(np.float32)"),
    ("NDArray.arange(from: 0, to: 1, by: 0.125)", "np.arange(0, 1, 0.125, dtype=np.float32)"),
    ("NDArray.arange(from: 1, to: 0, by: -0.25, dtype: .float64)", "np.arange(1, 0, -0.25)"),
    ("NDArray.arange(from: 0, to: 0.35, by: 0.1, dtype: .float64)", "np.arange(0, 0.35, 0.1)"),
    ("NDArray.linspace(from: 0, to: 1, count: 5)", "np.linspace(0, 1, 5, dtype=np.float32)"),
    ("NDArray.linspace(from: -3, to: 0.1, count: 7, dtype: .float64)", "np.linspace(-3, 0.1, 7)"),
    ("NDArray.linspace(from: 0, to: 10, count: 4, endpoint: false, dtype: .float64)",
     "np.linspace(0, 10, 4, endpoint=False)"),
    ("NDArray.linspace(from: 2, to: 3, count: 1)", "np.linspace(2, 3, 1, dtype=np.float32)"),
    ("NDArray.linspace(from: 2, to: 3, count: 0)", "np.linspace(2, 3, 0, dtype=np.float32)"),
    ("NDArray.bartlett(6, dtype: .float64)", "np.bartlett(6)"),
    ("NDArray.hanning(7, dtype: .float64)", "np.hanning(7)"),
    ("NDArray.hamming(8, dtype: .float64)", "np.hamming(8)"),
    ("NDArray.blackman(9)", "np.blackman(9).astype(np.float32)"),
    ("NDArray.hanning(1)", "np.hanning(1).astype(np.float32)"),
    ("NDArray.tri(3)", "np.tri(3, dtype=np.float32)"),
    ("NDArray.tri(3, 5, offset: 1, dtype: .int32)", "np.tri(3, 5, 1, dtype=np.int32)"),
    ("tril(X)", "np.tril(X)"),
    ("tril(M, offset: -1)", "np.tril(M, -1)"),
    ("triu(X, offset: 1)", "np.triu(X, 1)"),
    ("triu(M, offset: -2)", "np.triu(M, -2)"),
    ("diag(V[..<3])", "np.diag(V[:3])"),
    ("diag(V[..<2], offset: 2)", "np.diag(V[:2], 2)"),
    ("diag(V[..<2], offset: -1)", "np.diag(V[:2], -1)"),
    ("diag(M, offset: 1)", "np.diag(M, 1)"),
    ("meshgrid([V[..<2], V[..<3]])[0]", "np.meshgrid(V[:2], V[:3])[0]"),
    ("meshgrid([V[..<2], V[..<3]])[1]", "np.meshgrid(V[:2], V[:3])[1]"),
    ("meshgrid([V[..<2], V[..<3], V[..<4]], indexing: .ij)[1]",
     "np.meshgrid(V[:2], V[:3], V[:4], indexing='ij')[1]"),
    ("meshgrid([V[..<2], V[..<3], V[..<4]], sparse: true)[1]",
     "np.meshgrid(V[:2], V[:3], V[:4], sparse=True)[1]"),
    ("[1, 2, 3]", "np.array([1, 2, 3], np.int32)"),
    ("[[1, 2], [3.5, 4]]", "np.array([[1, 2], [3.5, 4]], np.float32)"),
    ("[[true, false]]", "np.array([[True, False]])"),
    ("[[[1], [2]], [[-3], [4]]]", "np.array([[[1], [2]], [[-3], [4]]], np.int32)"),
    ("[true, 2]", "np.array([1, 2], np.int32)"),
    ("[]", "np.array([], np.float32)"),
    ("[V[..<2], V[2..<4]]", "np.stack([V[:2], V[2:4]])"),
    ("[V[1], 2, V[3]]", "np.stack([V[1], 2, V[3]])"),
    ("NDArray([[1, 2], [3, 4]])", "np.array([[1, 2], [3, 4]])"),
    ("NDArray([[1.5], [2]])", "np.array([[1.5], [2]])"),
    ("NDArray([[[1, 2]], [[3, 4]]] as [[[Float]]])", "np.array([[[1, 2]], [[3, 4]]], np.float32)"),
    ("NDArray(2..<5)", "np.arange(2, 5)"),
    ("NDArray(-1...1)", "np.arange(-1, 2)"),
]

INDEXING = [
    ("X[1]", "X[1]"), ("X[-1]", "X[-1]"), ("X[1, 2, 3]", "X[1, 2, 3]"), ("X[0, -1]", "X[0, -1]"),
    ("V[2..<5]", "V[2:5]"), ("V[2...5]", "V[2:6]"), ("V[7...]", "V[7:]"), ("V[..<3]", "V[:3]"),
    ("V[...3]", "V[:4]"), ("V[(-3)...]", "V[-3:]"), ("V[..<(-7)]", "V[:-7]"),
    ("V[...(-8)]", "V[:-7]"), ("V[...(-1)]", "V[:]"), ("V[-3..<0]", "V[-3:]"),
    ("V[-3...(-1)]", "V[-3:]"), ("V[-4...(-2)]", "V[-4:-1]"), ("V[5..<100]", "V[5:100]"),
    ("V[50..<100]", "V[50:100]"), ("V[-100..<2]", "V[-100:2]"), ("V[3..<3]", "V[3:3]"),
    ("V[.stride(by: 3)]", "V[::3]"), ("V[.stride(from: 1, to: 8, by: 2)]", "V[1:8:2]"),
    ("V[.stride(by: -1)]", "V[::-1]"), ("V[.stride(from: 8, to: 2, by: -2)]", "V[8:2:-2]"),
    ("V[.stride(from: -2, by: -3)]", "V[-2::-3]"), ("V[.stride(to: 4, by: -1)]", "V[:4:-1]"),
    ("V[.stride(from: 2, to: 8, by: -1)]", "V[2:8:-1]"), ("V[.stride(from: 1, to: -1)]", "V[1:-1]"),
    ("V[.stride(from: 100, to: -100, by: -4)]", "V[100:-100:-4]"),
    ("X[...]", "X[...]"), ("X[..., 0]", "X[..., 0]"), ("X[1, ...]", "X[1, ...]"),
    ("X[1, ..., 0..<3]", "X[1, ..., 0:3]"), ("X[1, 0, ..., 2]", "X[1, 0, ..., 2]"),
    ("X[1, 0, 2, ...]", "X[1, 0, 2, ...]"), ("X[0..<1, ..., -1]", "X[0:1, ..., -1]"),
    ("X[0..<1, 1, .ellipsis, 1..<3]", "X[0:1, 1, ..., 1:3]"),
    ("X[.newAxis]", "X[None]"), ("X[0, .newAxis, 1]", "X[0, None, 1]"),
    ("X[..., .newAxis]", "X[..., None]"), ("X[.newAxis, ..., .newAxis, 2]", "X[None, ..., None, 2]"),
    ("V[I]", "V[I]"), ("V[J]", "V[J]"), ("V[[3, -1]]", "V[[3, -1]]"), ("X[[1, 0, 1]]", "X[[1, 0, 1]]"),
    ("X[0, J]", "X[0, J]"), ("X[..., I]", "X[..., I]"), ("X[0..<1, I]", "X[0:1, I]"),
    ("X[[0, 1], [2, 0]]", "X[[0, 1], [2, 0]]"), ("X[[0, 1], 1..<3, [2, 0]]", "X[[0, 1], 1:3, [2, 0]]"),
    ("X[0..<2, [2, 0], [1, 3]]", "X[0:2, [2, 0], [1, 3]]"),
    ("X[0, 0..<3, [1, 3]]", "X[0, 0:3, [1, 3]]"), ("X[0, [1, 2], [1, 3]]", "X[0, [1, 2], [1, 3]]"),
    ("X[[0, 1], .newAxis, [2, 0]]", "X[[0, 1], None, [2, 0]]"),
    ("X[.newAxis, [0, 1], [2, 0]]", "X[None, [0, 1], [2, 0]]"),
    ("X[1..<2, .newAxis, [2, 0]]", "X[1:2, None, [2, 0]]"),
    ("X[[0, 1], ..., [2, 0]]", "X[[0, 1], ..., [2, 0]]"),
    ("X[NDArray([[0, 1], [1, 0]]), 0..<2, J]", "X[np.array([[0, 1], [1, 0]]), 0:2, J]"),
    ("X[NDArray([[0], [1]]), NDArray([0, 2])]", "X[np.array([[0], [1]]), np.array([0, 2])]"),
    ("X[1, NDArray(2), ..., [0, 1]]", "X[1, 2, ..., [0, 1]]"),
    ("X[NDArray(1)]", "X[1]"), ("X[NDArray(1), NDArray(-1), 0]", "X[1, -1, 0]"),
    ("X[B]", "X[B]"), ("X[B, 1..<3]", "X[B, 1:3]"), ("X[B, [0, 1, 2, 3]]", "X[B, [0, 1, 2, 3]]"),
    ("X[1, [true, false, true] as NDArray]", "X[1, np.array([True, False, True])]"),
    ("X[0..<2, 1, [true, false, true, true] as NDArray]", "X[0:2, 1, np.array([True, False, True, True])]"),
    ("X[X .> 20]", "X[X > 20]"), ("V[V .> 100]", "V[V > 100]"), ("Z[Z .> 5]", "Z[Z > 5]"),
    ("V[NDArray([Int]())]", "V[np.array([], int)]"), ("Z[0..<0, [1, 1]]", "Z[0:0, [1, 1]]"),
    ("M.T[1]", "M.T[1]"), ("X[.stride(by: -1), [2, 0]]", "X[::-1, [2, 0]]"),
    ("M.take(I)", "M.take(I)"), ("M.take(I, axis: 0)", "np.take(M, I, 0)"),
    ("M.take(J, axis: -1)", "np.take(M, J, -1)"), ("X.take(J, axis: 1)", "np.take(X, J, 1)"),
    ("X.take(NDArray(1), axis: 2)", "np.take(X, 1, 2)"),
    ("M.takeAlongAxis(NDArray([[0, 2], [1, 1], [-1, 0]]))",
     "np.take_along_axis(M, np.array([[0, 2], [1, 1], [-1, 0]]), 1)"),
    ("M.takeAlongAxis(NDArray([[0, 2, 1, 1]]), axis: 0)",
     "np.take_along_axis(M, np.array([[0, 2, 1, 1]]), 0)"),
    ("M[..<1].takeAlongAxis(NDArray([[0], [1]]), axis: 1)",
     "np.take_along_axis(M[:1], np.array([[0], [1]]), 1)"),
    ("M.sliced(from: NDArray([1, 2]), axes: [0, 1], sizes: [2, 2])", "M[1:3, 2:4]"),
    ("M.sliced(from: NDArray([-2, 1]), axes: [1, 0], sizes: [2, 1])", "M[1:2, -2:]"),
    ("X.sliced(from: NDArray([1]), axes: [1], sizes: [2])", "X[:, 1:3]"),
    ("X.sliced(from: NDArray([0]), axes: [-1], sizes: [4])", "X"),
]

# Swift updates of `y`, a copy of the named array, and NumPy's.
UPDATES = [
    ("V", "y[3] = 100", None), ("V", "y[-1] = 100", None), ("X", "y[0] = 5", None),
    ("X", "y[1, 1...] = V[..<4]", "y[1, 1:] = V[:4]"),
    ("X", "y[..., 0..<2] = V[..<2]", "y[..., 0:2] = V[:2]"),
    ("X", "y[1, ..., 0] *= 2", None),
    ("X", "y[.stride(by: -1), 0, .stride(from: 3, by: -2)] = NDArray([[1.0, 2], [3, 4]])",
     "y[::-1, 0, 3::-2] = np.array([[1.0, 2], [3, 4]])"),
    ("X", "y[.newAxis, 0] = M.reshaped(to: 1, 3, 4)", "y[None, 0] = M.reshape(1, 3, 4)"),
    ("X", "y[0, .newAxis, 1] = V[..<4]", "y[0, None, 1] = V[:4]"),
    ("X", "y[0] = M.reshaped(to: 1, 1, 3, 4)", "y[0] = M.reshape(1, 1, 3, 4)"),
    ("V", "y[I] = V[..<4]", "y[I] = V[:4]"), ("V", "y[I] += 1", None),
    ("V", "y = y.at[I].adding(1)", "np.add.at(y, I, 1)"),
    ("V", "y = y.at[I].adding(V[..<4])", "np.add.at(y, I, V[:4])"),
    ("V", "y = y.at[I].subtracting(V[..<4])", "np.subtract.at(y, I, V[:4])"),
    ("V", "y = y.at[I].multiplying(by: V[3..<7])", "np.multiply.at(y, I, V[3:7])"),
    ("V", "y = y.at[I].dividing(by: V[3..<7])", "np.divide.at(y, I, V[3:7])"),
    ("V", "y = y.at[I].maximum(V[3..<7])", "np.maximum.at(y, I, V[3:7])"),
    ("V", "y = y.at[I].minimum(-V[3..<7])", "np.minimum.at(y, I, -V[3:7])"),
    ("X", "y = y.at[..., J].adding(1)", "np.add.at(y, (..., J), 1)"),
    ("X", "y = y.at[[0, 1], 1..<3, [2, 0]].multiplying(by: 3)",
     "np.multiply.at(y, ([0, 1], slice(1, 3), [2, 0]), 3)"),
    ("X", "y[[0, 1], 1..<3, [2, 0]] = NDArray([[1.0, 2], [3, 4]])",
     "y[[0, 1], 1:3, [2, 0]] = np.array([[1.0, 2], [3, 4]])"),
    ("X", "y[0..<2, [2, 0], [1, 3]] = NDArray([[1.0, 2], [3, 4]])",
     "y[0:2, [2, 0], [1, 3]] = np.array([[1.0, 2], [3, 4]])"),
    ("X", "y[1, .newAxis, [0, 2]] = 9", "y[1, None, [0, 2]] = 9"),
    ("M", "y = y.at[0, 1...].maximum(5)", "np.maximum.at(y, (0, slice(1, None)), 5)"),
    ("M", "y = y.at[..., 1].minimum(5)", "np.minimum.at(y, (..., 1), 5)"),
    ("M", "y = y.at[1].dividing(by: 4)", "y[1] /= 4"),
    ("M", "y = y.at[1].subtracting(4)", "y[1] -= 4"),
    ("X", "y[X .> 20] = 0", "y[X > 20] = 0"), ("X", "y[B] = V[..<4]", "y[B] = V[:4]"),
    ("X", "y[X .> 19] = V[..<4]", "y[X > 19] = V[:4]"),
    ("X", "y[B] = X[0, 0..<1]", "y[B] = X[0, 0:1]"),
    ("X", "y[B] = NDArray((0..<20).map(Double.init), shape: [5, 4])[..<(-1)]",
     "y[B] = np.arange(20.0).reshape(5, 4)[:-1]"),
    ("X", "y = y.at[B].multiplying(by: V[1..<5])", "y[B] *= V[1:5]"),
    ("M", "y = y.at[M .> 5].maximum(7)", "y[M > 5] = np.maximum(y[M > 5], 7)"),
    ("M", "y = y.at[M .> 5].dividing(by: 2)", "y[M > 5] /= 2"),
    ("X", "y[B, 1..<3] = 7", "y[B, 1:3] = 7"),
    ("M", "y = y.putAlongAxis(-1, at: NDArray([[0, 2], [1, 1], [-1, 0]]))",
     "np.put_along_axis(y, np.array([[0, 2], [1, 1], [-1, 0]]), -1, 1)"),
    ("M", "y = y.putAlongAxis(V[..<4], at: NDArray([[2, 0, 1, -1]]), axis: 0)",
     "np.put_along_axis(y, np.array([[2, 0, 1, -1]]), V[:4], 0)"),
    ("M", "y = y.updatingSlice(with: -M[..<2, ..<3], from: NDArray([1, -3]), axes: [0, 1])",
     "y[1:3, -3:] = -M[:2, :3]"),
    ("X", "y = y.updatingSlice(with: -X[..., ..<1], from: NDArray([2]), axes: [2])",
     "y[..., 2:3] = -X[..., :1]"),
]


def numbers(array):
    flat = array.reshape(-1)
    if flat.dtype == bool:
        flat = flat.astype(int)
    texts = [repr(float(v.real)) for v in flat]
    texts = [t[:-2] if t.endswith(".0") else t for t in texts]
    lines, line = [], ""
    for text in texts:
        if len(line) + len(text) > 86:
            lines.append(line.rstrip())
            line = ""
        line += text + ", "
    return "[" + ("\n" + " " * 8).join(lines + [line.rstrip(", ")]) + "]"


def entry(label, expression, array):
    quoted = '"' + label.replace('"', "'") + '"'
    head = f"      {quoted}, {expression},\n"
    if len(head) > 101:
        head = f"      {quoted},\n      {expression},\n"
    return f"    add(\n{head}      {list(array.shape)}, .{array.dtype}, {numbers(array)})\n"


def main():
    scope = dict(np=np, X=X, V=V, M=M, I=I, J=J, B=B, Z=Z)

    def listing(name, entries):
        return f"  mutating func add{name}() {{\n" + "".join(entries) + "  }\n"

    def evaluated(cases):
        for swift, python in cases:
            yield entry(swift, swift, eval(python, scope))

    def updated():
        for source, swift, python in UPDATES:
            local = dict(scope, y=scope[source].copy())
            exec(python or swift, local)
            yield entry(swift, f"updated({source}) {{ y in {swift} }}", local["y"])

    text = (
        "// Written by Tools/array_goldens.py: arrays and what NumPy "
        f"{np.__version__} says they are.\n// Edit the script, not this file.\n"
        "// swift-format-ignore-file\n\n"
        "import Covector\n\n"
        + listing_head()
        + "extension ArrayGoldens {\n"
        + listing("Creation", evaluated(CREATION))
        + "\n" + listing("Indexing", evaluated(INDEXING))
        + "\n" + listing("Updates", updated()) + "}\n")
    target = pathlib.Path(__file__).parent.parent / "Tests/CovectorTests/ArrayGoldens.swift"
    target.write_text(text)
    print(text.count("    add("), "arrays")


def listing_head():
    return """\
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

"""


main()
