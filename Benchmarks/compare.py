"""Runs every workload on Covector and its peers in turn, and prints medians and ratios."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=true")
HERE = pathlib.Path(__file__).parent
PEERS = {}

import numpy as np

PEERS["numpy"] = np
try:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    PEERS["jax"] = jax
except ImportError:
    pass


def numbers(shape, seed=1):
    count = int(np.prod(shape)) if shape else 1
    place = np.arange(count, dtype=np.uint32) + np.uint32(seed)
    hashed = place * np.uint32(2654435761)
    return ((hashed >> 8).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(shape)


M, S = (4 << 20,), (2048, 2048)


def gelu(xp, x):
    return 0.5 * x * (1 + xp.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def mixed(xp, x, y):
    z = xp.where(x > y, x * y, x - y)
    return xp.clip(xp.where(xp.abs(z) < 0.5, z + 1, xp.maximum(z, y) * 2), -1, 1.5)


def softmax(xp, x):
    e = xp.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def logsumexp(xp, x):
    m = x.max(1, keepdims=True)
    return xp.log(xp.exp(x - m).sum(1)) + m[:, 0]


def norm(xp, x):
    c = x - x.mean(1, keepdims=True)
    return c / xp.sqrt((c * c).mean(1, keepdims=True) + 1e-5)


# name: (input shapes, function of the array module and the inputs)
SHARED = {
    "add 4M": ([M, M], lambda xp, x, y: x + y),
    "exp 4M": ([M], lambda xp, x: xp.exp(x)),
    "gelu 4M": ([M], gelu),
    "gelu 1000": ([(1000,)], gelu),
    "mixed 4M": ([M, M], mixed),
    "sum axis 0 2048": ([S], lambda xp, x: x.sum(0)),
    "sum axis 1 2048": ([S], lambda xp, x: x.sum(1)),
    "softmax 2048": ([S], softmax),
    "logsumexp 2048": ([S], logsumexp),
    "layer norm 2048": ([S], norm),
    "variance 2048": ([S], lambda xp, x: x.var(1)),
    "argmax 2048": ([S], lambda xp, x: x.argmax(1)),
    "matmul 64": ([(64, 64)] * 2, lambda xp, x, y: x @ y),
    "matmul 256": ([(256, 256)] * 2, lambda xp, x, y: x @ y),
    "matmul 1024": ([(1024, 1024)] * 2, lambda xp, x, y: x @ y),
    "matmul 2048": ([S, S], lambda xp, x, y: x @ y),
    "matvec 4096": ([(4096, 4096), (4096,)], lambda xp, x, y: x @ y),
    "batched matmul": ([(512, 64, 64)] * 2, lambda xp, x, y: x @ y),
    "gram 100000x64": ([(100000, 64)], lambda xp, x: x.T @ x),
    "vmap matvec unmapped": ([(256, 256), (1024, 256)], lambda xp, a, x: x @ a.T),
}


def network(sizes):
    w = [numbers((a, b), i + 7) * np.float32(1 / a**0.5) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))]
    return w, [np.zeros(b, np.float32) for b in sizes[1:]]


def jax_loss(params, x, y):
    weights, biases = params
    for i, (w, b) in enumerate(zip(weights, biases)):
        x = x @ w + b
        if i + 1 < len(weights):
            x = jnp.tanh(x)
    return ((x - y) ** 2).mean()


def jax_workload(name):
    if name in SHARED:
        shapes, f = SHARED[name]
        inputs = [jnp.asarray(numbers(s, i + 1)) for i, s in enumerate(shapes)]
        g = jax.jit(lambda *a: f(jnp, *a))
        return lambda: g(*inputs)
    if name == "gelu bf16 4M":
        x = jnp.asarray(numbers(M)).astype(jnp.bfloat16)
        g = jax.jit(lambda x: gelu(jnp, x))
        return lambda: g(x)
    if name in ("matmul f64 512", "matmul bf16 1024"):
        n, t = (512, jnp.float64) if "f64" in name else (1024, jnp.bfloat16)
        x, y = (jnp.asarray(numbers((n, n), s)).astype(t) for s in (1, 2))
        g = jax.jit(lambda x, y: x @ y)
        return lambda: g(x, y)
    if name == "scalar gradient":
        x = jnp.float32(0.5)
        g = jax.jit(jax.grad(lambda x: jnp.sin(x) * x * x))
        return lambda: g(x)
    if name == "per-example gradients":
        p = jax.tree.map(jnp.asarray, network([128, 256, 10]))
        x, y = jnp.asarray(numbers((256, 128))), jnp.asarray(numbers((256, 10), 2))
        g = jax.jit(jax.vmap(jax.grad(jax_loss), (None, 0, 0)))
        return lambda: g(p, x, y)[0][1] if False else jax.block_until_ready(g(p, x, y))[0][1]
    if name == "value and gradient":
        p = jax.tree.map(jnp.asarray, network([128, 512, 512, 10]))
        x, y = jnp.asarray(numbers((256, 128))), jnp.asarray(numbers((256, 10), 2))
        g = jax.jit(jax.value_and_grad(jax_loss))
        return lambda: jax.block_until_ready(g(p, x, y))[0]
    if name == "hessian 64":
        x = jnp.asarray(numbers((64,)))
        f = lambda x: 100 * ((x[1:] - x[:-1] ** 2) ** 2).sum() + ((1 - x) ** 2).sum()
        g = jax.jit(jax.hessian(f))
        return lambda: g(x)
    return None


def numpy_workload(name):
    if name not in SHARED:
        return None
    shapes, f = SHARED[name]
    inputs = [numbers(s, i + 1) for i, s in enumerate(shapes)]
    return lambda: f(np, *inputs)


NAMES = list(SHARED) + [
    "gelu bf16 4M", "matmul f64 512", "matmul bf16 1024", "scalar gradient",
    "per-example gradients", "value and gradient", "hessian 64",
]


def timed(run, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        result = run()
        if hasattr(result, "block_until_ready"):
            result.block_until_ready()
        times.append((time.perf_counter() - start) * 1e6)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    binary = HERE / ".build" / "release" / "bench"
    covector = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rows = []
    print(f"{'workload':24}{'covector µs':>13}{'jax µs':>11}{'numpy µs':>11}{'jax ×':>8}{'numpy ×':>9}")
    for name in options.names or NAMES:
        peers = {"numpy": numpy_workload(name)}
        if "jax" in PEERS:
            peers["jax"] = jax_workload(name)
        peers = {peer: run for peer, run in peers.items() if run}
        sums = {p: float(np.abs(np.asarray(run()).astype(np.float64)).sum()) for p, run in peers.items()}
        times = {peer: [] for peer in [*peers, "covector"]}
        for _ in range(options.rounds):
            repetitions = 3
            covector.stdin.write(f"{name}\t{repetitions}\n")
            covector.stdin.flush()
            check, *values = covector.stdout.readline().split()
            times["covector"] += map(float, values)
            for peer, run in peers.items():
                times[peer] += timed(run, repetitions)
        for peer, total in sums.items():
            if abs(total - float(check)) > 1e-2 * abs(total) + 1e-3:
                raise SystemExit(f"{name}: covector {check}, {peer} {total}")
        row = {"name": name}
        for peer, values in times.items():
            row[f"{peer}_us"] = round(statistics.median(values), 2)
        rows.append(row)
        ours = row["covector_us"]
        cells = [row.get("jax_us"), row.get("numpy_us")]
        shown = "".join(f"{c:11.1f}" if c else " " * 11 for c in cells)
        ratios = "".join(f"{c / ours:8.2f}" if c else " " * 8 for c in cells)
        print(f"{name:24}{ours:13.1f}{shown}{ratios}", flush=True)
    (HERE / "results.json").write_text(json.dumps(rows, indent=1) + "\n")


main()
