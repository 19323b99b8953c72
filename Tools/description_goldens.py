#!/usr/bin/env python3
"""Writes Tests/CovectorTests/DescriptionGoldens.swift: arrays and what NumPy prints for them.

Needs NumPy 2.4. Two things differ by design: the dtype is always shown, and truth values are in lower case.
"""

import math
import pathlib

import numpy as np
import numpy._core.arrayprint

# Show every dtype, with NumPy's own layout of it.
numpy._core.arrayprint.dtype_is_implied = lambda dtype: False

SWIFT = {
    "float16": "Float16", "float32": "Float", "float64": "Double", "int8": "Int8", "int32": "Int32",
    "int64": "Int64", "uint8": "UInt8", "uint64": "UInt64", "bool": "Bool",
    "complex64": "Complex<Float>", "complex128": "Complex<Double>",
}
inf, nan = math.inf, math.nan

VALUES = [
    ("float32", (2, 2), [1.0, 2.0, 3.5, 4.0]),
    ("float32", (), [1.5]),
    ("float64", (3,), [0.1, 0.2, 0.30000000000000004]),
    ("float32", (3,), [1 / 3, 2 / 3, 100 / 3]),
    ("float64", (3,), [1 / 3, 2 / 3, 100 / 3]),
    ("float32", (2,), [1e-5, 1.0]),
    ("float32", (2,), [1e-4, 0.05]),
    ("float32", (2,), [123456.7, 1.0]),
    ("float32", (2,), [1e6, 2e6]),
    ("float32", (2,), [999999.0, -5e5]),
    ("float64", (2,), [1e8, 3e8]),
    ("float64", (2,), [99999999.0, 12345678.5]),
    ("float64", (3,), [1e300, 1e-300, -1.2345678901234]),
    ("float32", (3,), [nan, 1.0, -2.5]),
    ("float32", (3,), [inf, -inf, nan]),
    ("float64", (2,), [inf, 1.25]),
    ("float64", (2,), [-inf, 1e10]),
    ("float32", (2,), [0.0, -0.0]),
    ("float16", (2, 3), [1.0, -0.5, 2.25, 1000.0, 0.125, 3.0]),
    ("float16", (3,), [0.1, 0.2, 65504.0]),
    # Shortest digits that end halfway between two shorter ones: the exact value decides.
    ("float64", (4,), [0.123456785, 0.123456795, 0.123456775, 0.987654325]),
    ("float64", (4,), [1.0234567895e10, 2.0234567895e-7, 3.0234567885e100, 9.9999999995e-200]),
    ("float64", (2,), [0.5 + 2.0**-9, 2.5]),
    ("float64", (3,), [0.5, 2.5, 0.123456789012]),
    ("float64", (2,), [3.0517578125e-05, 1.0]),
    ("int32", (4,), [1, 2, 300, -4]),
    ("int64", (2, 2), [1, 2, 300, -4]),
    ("uint8", (2,), [0, 255]),
    ("int8", (2,), [-128, 127]),
    ("uint64", (2,), [18446744073709551615, 0]),
    ("complex64", (2,), [1 + 2j, -1.5 - 0.25j]),
    ("complex128", (2,), [1e10 + 2j, complex(nan, -inf)]),
    ("complex64", (), [0j]),
    ("bool", (3,), [True, False, True]),
    ("bool", (), [True]),
    ("float32", (0,), []),
    ("float32", (0, 3), []),
    ("int32", (2, 0), []),
    ("float32", (20,), [i / 7 for i in range(20)]),
    ("float64", (2, 3, 4), [i / 7 for i in range(24)]),
    ("int64", (12,), [10**i for i in range(12)]),
    ("float32", (1, 1, 1, 1), [1.0]),
    ("float64", (2,), [5e-324, 2.2250738585072014e-308]),
    ("float64", (3,), [1e-323, 1.5e-323, 1.0]),
    ("float32", (3,), [0.1, 1.2345679e-6, 7.0]),
    ("float16", (3,), [0.3333, 1.0009765625, 6e-8]),
    ("float64", (1,), [9.9999999999]),
    ("float64", (2,), [0.99999999995, 123.0]),
]

RULES = [
    ("NDArray.arange(1000)", np.arange(1000, dtype=np.int32)),
    ("NDArray.arange(1001)", np.arange(1001, dtype=np.int32)),
    ("NDArray.arange(2000, dtype: .float32).reshaped(to: 40, 50)",
     np.arange(2000, dtype=np.float32).reshape(40, 50)),
    ("NDArray.arange(4096, dtype: .float64).reshaped(to: 2, 4, 512)",
     np.arange(4096, dtype=np.float64).reshape(2, 4, 512)),
    ("NDArray.zeros([1200, 2])", np.zeros((1200, 2), np.float32)),
    ("NDArray.eye(3)", np.eye(3, dtype=np.float32)),
    ("NDArray.arange(30).reshaped(to: 5, 6).T", np.arange(30, dtype=np.int32).reshape(5, 6).T),
    ("NDArray.full([2, 1001], 0.1, dtype: .float64)", np.full((2, 1001), 0.1)),
]


def literal(value):
    if isinstance(value, complex):
        return f"Complex({literal(value.real)}, {literal(value.imag)})"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if math.isnan(value):
            return ".nan"
        if math.isinf(value):
            return "-.infinity" if value < 0 else ".infinity"
        if 0 < value < 2.3e-308:  # not normal: Swift refuses such literals
            return f"Double(bitPattern: {round(value / 5e-324)})"
    return repr(value)


def wrapped(values):
    lines, line = [], ""
    for value in values:
        if len(line) + len(value) > 85:
            lines.append(line.rstrip())
            line = ""
        line += value + ", "
    return ("\n" + " " * 8).join(lines + [line.rstrip(", ")])


def entry(expression, array):
    text = repr(array)
    if array.dtype == bool:
        text = text.replace("True", "true").replace("False", "false")
    text = "\n".join("      " + line for line in text.split("\n"))
    return f'    .init(\n      {expression},\n      """\n{text}\n      """),\n'


def main():
    entries = []
    for dtype, shape, values in VALUES:
        elements = wrapped([literal(value) for value in values])
        expression = f"NDArray([{elements}] as [{SWIFT[dtype]}], shape: {list(shape)})"
        if len(expression) > 92 or "\n" in elements:
            expression = f"NDArray(\n        [{elements}] as [{SWIFT[dtype]}],\n        shape: {list(shape)})"
        entries.append(entry(expression, np.array(values, dtype=dtype).reshape(shape)))
    entries += [entry(expression, array) for expression, array in RULES]
    target = pathlib.Path(__file__).parent.parent / "Tests/CovectorTests/DescriptionGoldens.swift"
    target.write_text(
        "// Written by Tools/description_goldens.py: arrays and how NumPy "
        f"{np.__version__} prints them.\n// Edit the script, not this file.\n"
        "// swift-format-ignore-file\n\n"
        "import Covector\n\nstruct DescriptionGolden {\n  let array: NDArray\n  let text: String\n\n"
        "  init(_ array: NDArray, _ text: String) {\n    self.array = array\n    self.text = text\n  }\n\n"
        "  static let all: [DescriptionGolden] = [\n" + "".join(entries) + "  ]\n}\n")
    print(len(entries), "arrays")


main()
