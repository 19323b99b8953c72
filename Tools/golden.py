#!/usr/bin/env python3
"""Computes golden values for the sweep with NumPy, SciPy, JAX and mpmath.

    swift run -c release sweep --samples samples.json
    python3 Tools/golden.py samples.json            # writes Tests/Golden/golden.json

Every sample of every operation carries a Python expression; this script makes the sample's inputs
by the rule of Sources/CovectorTesting/InputRule.swift, for every dtype the operation accepts, and
evaluates the expression. For real and complex floating-point dtypes the inputs are rounded to the
dtype and the expression is evaluated in double precision: the true value of the function at these
inputs. For integers and bool the oracle computes in the dtype itself, or in float64 where it would
answer in a floating type, which may be a narrow one, or refuses the dtype.

Needs numpy, scipy, jax and mpmath; the tests need only the file it writes.
"""

import argparse
import json
import math
import os
import sys
import warnings

os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import jax.extend.random  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import mpmath as mp  # noqa: E402
import numpy as np  # noqa: E402
import scipy as sp  # noqa: E402
import scipy.fft  # noqa: E402
import scipy.linalg  # noqa: E402
import scipy.signal  # noqa: E402
import scipy.special  # noqa: E402
import scipy.stats  # noqa: E402

MASK = (1 << 64) - 1
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXED = {"bool": "bool", "index": "int32", "words": "uint32"}

# MARK: The rule for inputs: InputRule.swift, line by line.


def hashed(stream, index):
    z = ((((stream << 32) | index) + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def units(count, stream):
    hashes = [hashed(2 * stream, index) for index in range(count)]
    order = sorted(range(count), key=lambda index: (hashes[index], index))
    result = [0.0] * count
    for rank, index in enumerate(order):
        u = float(hashed(2 * stream + 1, index) >> 11) * 2.0**-53
        result[index] = (rank + 0.25 + 0.5 * u) / count
    return result


def positive_definite(shape, re, im):
    size = shape[-1] if shape else 0
    real = [0.0] * len(re)
    imaginary = [0.0] * len(re)
    for start in range(0, len(re), max(size * size, 1)):
        for row in range(size):
            for column in range(size):
                a = b = 0.0
                for k in range(size):
                    i, j = start + row * size + k, start + column * size + k
                    x, y = 2 * re[i] - 1, 2 * re[j] - 1
                    a += x * y
                    if im is not None:
                        u, v = 2 * im[i] - 1, 2 * im[j] - 1
                        a += u * v
                        b += u * y - x * v
                place = start + row * size + column
                real[place] = a / size + (1 if row == column else 0)
                imaginary[place] = 0.0 if row == column else b / size
    return real, imaginary


def numbers_of(spec, place, dtype):
    """The real and imaginary parts of the elements, before they are rounded."""
    shape, kind, numbers = spec["shape"], spec["kind"], spec["numbers"]
    count = math.prod(shape)
    main, other = 1 + place, 1 + place + 16
    is_complex = dtype.startswith("complex")
    none = [0.0] * count
    if kind == "real":
        low, high = numbers
        real = [low + (high - low) * u for u in units(count, main)]
        if not is_complex:
            return real, none
        return real, [(high - low) * (u - 0.5) for u in units(count, other)]
    if kind in ("whole", "index"):
        low, high = numbers
        return [low + math.floor((high - low + 1) * u) for u in units(count, main)], none
    if kind == "bool":
        return [u < 0.5 for u in units(count, main)], none
    if kind == "values":
        return [float(text) for text in numbers], none
    if kind == "words":
        return [hashed(2 * main, index) >> 32 for index in range(count)], none
    if kind == "positiveDefinite":
        return positive_definite(
            shape, units(count, main), units(count, other) if is_complex else None)
    raise ValueError(f"unknown kind of input {kind}")


def make_input(spec, place, dtype):
    """The elements of an input as an array of float64, complex128, or an exact dtype."""
    kind = spec["kind"]
    takes_dtype = kind not in FIXED
    dtype = FIXED.get(kind, dtype)
    real, imaginary = numbers_of(spec, place, dtype)
    if dtype == "bool" and takes_dtype:
        if kind == "real":
            low, high = spec["numbers"]
            middle = low + (high - low) * 0.5
            real = [value > middle for value in real]
        else:
            real = [value != 0 for value in real]
    elif "int" in dtype and takes_dtype:
        info = np.iinfo(dtype)
        real = [int(np.rint(value)) for value in real]
        if dtype.startswith("uint"):
            real = [abs(value) for value in real]
        real = [min(max(value, int(info.min)), int(info.max)) for value in real]
    if dtype.startswith("complex"):
        array = np.empty(len(real), np.complex128)
        array.real, array.imag = rounded(real, dtype), rounded(imaginary, dtype)
    elif "float" in dtype:
        array = rounded(real, dtype)
    else:
        array = np.array(real, dtype=dtype)
    return array.reshape(spec["shape"])


def rounded(values, dtype):
    """Numbers rounded to a floating-point dtype, as float64."""
    wide = np.array(values, dtype=np.float64)
    with np.errstate(over="ignore"):
        if dtype == "float16":
            return wide.astype(np.float16).astype(np.float64)
        if dtype in ("float32", "complex64"):
            return wide.astype(np.float32).astype(np.float64)
        if dtype == "bfloat16":
            bits = wide.astype(np.float32).view(np.uint32).astype(np.uint64)
            bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16
            return bits.astype(np.uint32).view(np.float32).astype(np.float64)
    return wide


# MARK: Evaluation.

NAMES = dict(
    np=np, sp=sp, scipy=scipy, jnp=jnp, jax=jax, lax=jax.lax, mp=mp, mpmath=mp, math=math)


def evaluate(oracle, arrays):
    names = dict(zip(["x", "y", "z", "w", "u", "v"], arrays))
    # One dictionary for all names, so that lambdas and comprehensions in an oracle see them.
    value = eval(oracle, {**NAMES, **names})
    results = value if isinstance(value, (tuple, list)) else [value]
    return [np.asarray(result) for result in results]


def results_for(sample, dtype):
    specs = sample["inputs"]
    arrays = [make_input(spec, place, dtype) for place, spec in enumerate(specs)]
    if "float" in dtype or "complex" in dtype:
        return evaluate(sample["oracle"], arrays)
    try:
        results = evaluate(sample["oracle"], arrays)
        if not any(result.dtype.kind in "fc" for result in results):
            return results
    except Exception:
        pass  # the oracle refuses the dtype
    wide = [
        array if spec["kind"] in FIXED else array.astype(np.float64)
        for spec, array in zip(specs, arrays)]
    return evaluate(sample["oracle"], wide)


# MARK: Text: a letter for the kind of number, the shape, and the numbers.

DIGITS = {"float16": 7, "bfloat16": 6, "float32": 10, "complex64": 10}


def number(value, digits):
    value = float(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = repr(value) if digits is None else f"{value:.{digits}g}"
    return text[:-2] if text.endswith(".0") else text


def text_of(array, dtype):
    digits = DIGITS.get(dtype)
    kind = {"b": "b", "i": "i", "u": "i", "f": "f", "c": "c"}[array.dtype.kind]
    shape = "[" + ",".join(str(size) for size in array.shape) + "]"
    flat = array.reshape(-1)
    if kind in "bi":
        numbers = [str(int(value)) for value in flat]
    elif kind == "f":
        numbers = [number(value, digits) for value in flat]
    else:
        numbers = [number(part, digits) for value in flat for part in (value.real, value.imag)]
    return " ".join([kind + shape] + numbers)


def golden(sample, dtypes):
    entry = {
        "inputs": [spec["specification"] for spec in sample["inputs"]],
        "oracle": sample["oracle"],
    }
    if all(spec["kind"] in FIXED for spec in sample["inputs"]):
        dtypes = dtypes[:1]  # nothing depends on the dtype under test
    groups = {}
    for dtype in dtypes:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                results = results_for(sample, dtype)
                texts = tuple(text_of(result, dtype) for result in results)
        except Exception as error:
            lines = str(error).strip().splitlines()
            entry["error"] = f"{dtype}: {type(error).__name__}: {lines[0] if lines else ''}"
            return entry
        groups.setdefault(texts, []).append(dtype)
    entry["results"] = {" ".join(names): list(texts) for texts, names in groups.items()}
    return entry


def write(path, operations):
    """One line for each sample, so that changes can be read."""
    blocks = []
    for name, entries in operations.items():
        lines = [
            f"    {json.dumps(label)}: {json.dumps(entry)}" for label, entry in entries.items()]
        blocks.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(blocks) + "\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", help="what sweep --samples wrote")
    parser.add_argument(
        "--op", help="compute these operations, separated by commas, and keep the rest of the file")
    parser.add_argument("--out", default=os.path.join(ROOT, "Tests", "Golden", "golden.json"))
    options = parser.parse_args()
    with open(options.samples, encoding="utf-8") as file:
        samples = json.load(file)
    chosen = options.op.split(",") if options.op else None
    previous = {}
    if chosen and os.path.exists(options.out):
        with open(options.out, encoding="utf-8") as file:
            previous = json.load(file)
    operations = {}
    failures = 0
    for operation in samples:
        name = operation["name"]
        if chosen and name not in chosen:
            operations[name] = previous.get(name, {})
            continue
        entries = {}
        for sample in operation["samples"]:
            entry = golden(sample, operation["dtypes"])
            if "error" in entry:
                failures += 1
                print(f"{name}: {sample['label']}: {entry['error']}", file=sys.stderr)
            entries[sample["label"]] = entry
        operations[name] = entries
    write(options.out, operations)
    count = sum(len(entries) for entries in operations.values())
    print(f"{count} samples of {len(operations)} operations, {failures} failures")


if __name__ == "__main__":
    main()
