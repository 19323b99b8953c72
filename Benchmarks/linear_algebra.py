#!/usr/bin/env python3
"""Times vmap of linear algebra over a thousand small matrices beside NumPy's batched calls.

    swift build --package-path Benchmarks -c release
    python3 Benchmarks/linear_algebra.py [--sizes 3,8] [--dtypes float64] [FUNCTION…]

The two take turns, Covector on two threads, NumPy on as many as it uses. With --processor the time is
that of the processor on one thread each, which tells more on a busy machine. The least time of all turns is what a library needs, the median what a busy machine
makes of it. Results are compared first, where they are determined but for signs.
"""

import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

if "--processor" in sys.argv:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from workloads import numbers

linalg = np.linalg
BINARY = pathlib.Path(__file__).parent / ".build" / "release" / "bench"


def scattered(shape, dtype, seed=1):
    """Numbers in -1...1 without the pattern of `numbers`, of which small matrices would be singular."""
    return np.sin(1000 * np.square(numbers(shape, seed).astype(np.float64))).astype(dtype)


def symmetric(x):
    return x @ x.swapaxes(1, 2) + np.eye(x.shape[-1], dtype=x.dtype)


# name: function of a thousand matrices, a thousand others and a thousand vectors
FUNCTIONS = {
    "cholesky": lambda x, y, v: linalg.cholesky(x),
    "solve": lambda x, y, v: linalg.solve(x, v[..., None])[..., 0],
    "solve-matrix": lambda x, y, v: linalg.solve(x, y),
    "inverse": lambda x, y, v: linalg.inv(x),
    "determinant": lambda x, y, v: linalg.det(x),
    "slogdet": lambda x, y, v: linalg.slogdet(x),
    "qr": lambda x, y, v: linalg.qr(x),
    "svd": lambda x, y, v: linalg.svd(x),
    "svdvals": lambda x, y, v: linalg.svdvals(x),
    "eigh": lambda x, y, v: linalg.eigh(x),
    "eigvalsh": lambda x, y, v: linalg.eigvalsh(x),
    "eig": lambda x, y, v: linalg.eig(x),
    "eigvals": lambda x, y, v: linalg.eigvals(x),
    "pinv": lambda x, y, v: linalg.pinv(x),
    "cond": lambda x, y, v: linalg.cond(x),
    "matrix-rank": lambda x, y, v: linalg.matrix_rank(x),
    "norm": lambda x, y, v: linalg.norm(x, axis=(1, 2)),
    "norm-1": lambda x, y, v: linalg.norm(x, 1, axis=(1, 2)),
    "norm-2": lambda x, y, v: linalg.norm(x, 2, axis=(1, 2)),
    "norm-nuclear": lambda x, y, v: linalg.norm(x, "nuc", axis=(1, 2)),
    "matrix-power-5": lambda x, y, v: linalg.matrix_power(x, 5),
    "matmul": lambda x, y, v: x @ y,
    "matvec": lambda x, y, v: np.matvec(x, v),
    "trace": lambda x, y, v: linalg.trace(x),
    "outer": lambda x, y, v: x[:, 0, :, None] * v[:, None, :],
}
# Functions of symmetric matrices.
SYMMETRIC = ("cholesky", "eigh", "eigvalsh")
# Of complex results, in an order of their own.
UNCHECKED = ("eig", "eigvals")


class Covector:
    def __init__(self, arguments):
        self.process = subprocess.Popen([BINARY, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def results(self, name):
        with tempfile.NamedTemporaryFile() as file:
            if self.ask("check", name, file.name) != ["ok"]:
                raise SystemExit(f"Covector has no {name}")
            return np.fromfile(file.name, np.float32)

    def times(self, name, count):
        return list(map(float, self.ask("time", name, count)))


def numpy_workload(function, size, dtype):
    call = FUNCTIONS[function]
    x = scattered((1000, size, size), dtype)
    y = scattered((1000, size, size), dtype, 2)
    v = scattered((1000, size), dtype, 2)
    if function == "outer":
        x = scattered((1000, size), dtype)[:, None, :]
    if function in SYMMETRIC:
        x = symmetric(x)
    return lambda: call(x, y, v)


def numpy_times(work, count, clock):
    times = []
    for repetition in range(2 + count):
        start = clock()
        work()
        times.append((clock() - start) * 1e6)
    return times[2:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help=", ".join(FUNCTIONS))
    parser.add_argument("--sizes", default="3,8,16,32")
    parser.add_argument("--dtypes", default="float32,float64")
    parser.add_argument("--rounds", type=int, default=7, help="turns each library gets")
    parser.add_argument("--seconds", type=float, default=0.03, help="the length of a turn")
    parser.add_argument("--processor", action="store_true", help="processor time on one thread each")
    options = parser.parse_args()
    clock = time.process_time if options.processor else time.perf_counter
    covector, ratios, behind = Covector(["processor"] if options.processor else []), [], []
    print(f"{'function':15}{'size':>5}  {'dtype':8}{'Covector':>10}{'NumPy':>10} µs, least{'×':>6}{'× of medians':>14}")
    for function in options.functions or FUNCTIONS:
        for size in map(int, options.sizes.split(",")):
            for dtype in options.dtypes.split(","):
                name = f"{function} {size} {dtype}"
                work = numpy_workload(function, size, dtype)
                ours = covector.results(name)
                if function not in UNCHECKED and dtype == "float64":
                    theirs = work()
                    theirs = theirs if isinstance(theirs, tuple) else (theirs,)
                    theirs = np.abs(np.concatenate([np.ravel(t) for t in theirs]).astype(np.float32))
                    difference = np.abs(np.abs(ours) - theirs).max() / theirs.max()
                    if not difference < 1e-5:
                        raise SystemExit(f"{name}: differs from NumPy by {difference:.2g} of the largest element")
                times = {True: [], False: []}
                estimate = numpy_times(work, 1, clock)[0]
                count = max(1, min(300, int(options.seconds * 1e6 / estimate)))
                for _ in range(options.rounds):
                    times[True] += covector.times(name, count)
                    times[False] += numpy_times(work, count, clock)
                least = min(times[False]) / min(times[True])
                middle = statistics.median(times[False]) / statistics.median(times[True])
                ratios.append(least)
                if least < 1:
                    behind.append(f"{name} ({least:.2f})")
                print(
                    f"{function:15}{size:5}  {dtype:8}{min(times[True]):10.0f}{min(times[False]):10.0f}"
                    f"{least:16.2f}{middle:14.2f}", flush=True)
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"geometric mean {mean:.2f}; behind NumPy in {len(behind)} of {len(ratios)}: {', '.join(behind)}")


if __name__ == "__main__":
    main()
