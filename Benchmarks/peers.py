"""Runs workloads on one library for compare.py, with the commands of Sources/bench/main.swift.

`peers.py LIBRARY` answers commands; `peers.py LIBRARY first` prints one gradient and ends.
"""

import os
import sys
import time

THREADS = 2
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(THREADS)

import numpy as np

import workloads


class Library:
    has_transforms = True
    lacks = ()

    def tree(self, x):
        return [self.tree(y) for y in x] if isinstance(x, (list, tuple)) else self.array(x)

    def leaves(self, x):
        if isinstance(x, (list, tuple)):
            return [leaf for y in x for leaf in self.leaves(y)]
        return [x]

    def jit(self, function):
        return function

    def wait(self, arrays):
        pass

    def numpy(self, array):
        return np.asarray(array)


class NumPy(Library):
    has_transforms = False
    lacks = ("gelu bf16 4M", "matmul bf16 1024", "convolution")

    def __init__(self):
        for name in ("tanh", "exp", "abs", "where", "maximum", "clip", "cumsum", "sort"):
            setattr(self, name, getattr(np, name))

    array = staticmethod(np.asarray)

    def cast(self, x, dtype):
        return x.astype(dtype)

    def swap(self, x):
        return x.swapaxes(-1, -2)

    def softmax(self, x, axis):
        powers = np.exp(x - x.max(axis, keepdims=True))
        return powers / powers.sum(axis, keepdims=True)

    def logsumexp(self, x, axis):
        largest = x.max(axis, keepdims=True)
        return np.log(np.exp(x - largest).sum(axis)) + largest.squeeze(axis)

    def layer_norm(self, x):
        centred = x - x.mean(1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(1, keepdims=True) + np.float32(1e-5))

    def variance(self, x):
        return x.var(1)

    def argsort(self, x):
        return np.argsort(x, stable=True)

    def take(self, x, i):
        return x[i]

    def scatter_add(self, x, i, values):
        x = x.copy()
        np.add.at(x, i, values)
        return x


class Jax(Library):
    def __init__(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        self.jax, self.jnp = jax, jnp
        for name in ("tanh", "exp", "sin", "abs", "where", "maximum", "clip", "cumsum", "sort", "argsort"):
            setattr(self, name, getattr(jnp, name))
        self.softmax, self.logsumexp = jax.nn.softmax, jax.nn.logsumexp
        self.array = jnp.asarray
        self.grad, self.value_and_grad, self.vmap = jax.grad, jax.value_and_grad, jax.vmap
        self.jacobian, self.hessian, self.jit = jax.jacrev, jax.hessian, jax.jit
        self.wait = jax.block_until_ready

    def cast(self, x, dtype):
        return x.astype(dtype)

    def swap(self, x):
        return self.jnp.swapaxes(x, -1, -2)

    def layer_norm(self, x):
        return self.jax.nn.standardize(x, axis=1, epsilon=1e-5)

    def variance(self, x):
        return x.var(1)

    def take(self, x, i):
        return x[i]

    def scatter_add(self, x, i, values):
        return x.at[i].add(values)

    def convolution(self, x, w):
        return self.jax.lax.conv_general_dilated(
            x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "OHWI", "NHWC"))

    def pullback(self, f):
        return lambda x, w, cotangent: list(self.jax.vjp(f, x, w)[1](cotangent))


class Torch(Library):
    def __init__(self):
        import torch

        torch.set_num_threads(THREADS)
        self.torch = torch
        for name in ("tanh", "exp", "sin", "abs", "where", "maximum", "clip", "cumsum", "softmax", "logsumexp"):
            setattr(self, name, getattr(torch, name))
        self.grad, self.vmap = torch.func.grad, torch.func.vmap
        self.jacobian, self.hessian = torch.func.jacrev, torch.func.hessian

    def array(self, x):
        return self.torch.from_numpy(np.array(x))

    def numpy(self, x):
        return x.detach().to(self.torch.float64).numpy()

    def value_and_grad(self, f):
        g = self.torch.func.grad_and_value(f)

        def swapped(*inputs):
            gradient, value = g(*inputs)
            return value, gradient

        return swapped

    def cast(self, x, dtype):
        return x.to(getattr(self.torch, dtype))

    def swap(self, x):
        return x.transpose(-1, -2)

    def layer_norm(self, x):
        return self.torch.nn.functional.layer_norm(x, (x.shape[1],), eps=1e-5)

    def variance(self, x):
        return self.torch.var(x, 1, correction=0)

    def sort(self, x):
        return self.torch.sort(x)[0]

    def argsort(self, x):
        return self.torch.argsort(x, stable=True)

    def take(self, x, i):
        return self.torch.index_select(x, 0, i)

    def scatter_add(self, x, i, values):
        return x.index_add(0, i, values)

    def convolution(self, x, w):
        y = self.torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), w.permute(0, 3, 1, 2), padding=1)
        return y.permute(0, 2, 3, 1)

    def pullback(self, f):
        return lambda x, w, cotangent: list(self.torch.func.vjp(f, x, w)[1](cotangent))


class Mlx(Library):
    def __init__(self):
        import mlx.core as mx

        mx.set_default_device(mx.cpu)
        self.mx = mx
        for name in ("tanh", "exp", "sin", "abs", "where", "maximum", "clip", "cumsum", "softmax", "logsumexp"):
            setattr(self, name, getattr(mx, name))
        self.sort, self.argsort = mx.sort, mx.argsort
        self.grad, self.value_and_grad = mx.grad, mx.value_and_grad
        self.wait = mx.eval

    def array(self, x):
        return self.mx.array(x, dtype=self.mx.float64) if x.dtype == np.float64 else self.mx.array(x)

    def numpy(self, x):
        return np.array(x.astype(self.mx.float64))

    def vmap(self, f, axes):
        return self.mx.vmap(f, in_axes=axes)

    def cast(self, x, dtype):
        return x.astype(getattr(self.mx, dtype))

    def swap(self, x):
        return x.swapaxes(-1, -2)

    def layer_norm(self, x):
        return self.mx.fast.layer_norm(x, None, None, 1e-5)

    def variance(self, x):
        return x.var(1)

    def take(self, x, i):
        return x[i]

    def scatter_add(self, x, i, values):
        return x.at[i].add(values)

    def convolution(self, x, w):
        return self.mx.conv2d(x, w, padding=1)

    def jacobian(self, f):
        def run(x):
            identity = self.mx.eye(x.shape[0])
            return self.mx.vmap(lambda v: self.mx.vjp(f, [x], [v])[1][0])(identity)

        return run

    def hessian(self, f):
        gradient = self.grad(f)

        def run(x):
            identity = self.mx.eye(x.shape[0])
            return self.mx.vmap(lambda v: self.mx.jvp(gradient, [x], [v])[1][0])(identity)

        return run

    def pullback(self, f):
        return lambda x, w, cotangent: self.mx.vjp(f, [x, w], [cotangent])[1]


def main():
    library = {"numpy": NumPy, "jax": Jax, "torch": Torch, "mlx": Mlx}[sys.argv[1]]()
    if sys.argv[2:] == ["first"]:
        result = workloads.workload(library, "per-example gradients")()
        library.wait(library.leaves(result))
        print(library.numpy(library.leaves(result)[1]).ravel()[0], flush=True)
        return
    made, run = None, None
    for line in sys.stdin:
        command, name, *rest = line.rstrip("\n").split("\t")
        try:
            if name != made:
                made, run = name, None
                run = workloads.workload(library, name)
            if run is None:
                print("unknown", flush=True)
                continue
            if command == "check":
                arrays = [library.numpy(x) for x in library.leaves(run())]
                with open(rest[0], "wb") as file:
                    for array in arrays:
                        file.write(np.ascontiguousarray(array, np.float32).tobytes())
                print("ok", flush=True)
                continue
            times = []
            for repetition in range(2 + int(rest[0])):
                start = time.perf_counter()
                result = run()
                library.wait(library.leaves(result))
                times.append((time.perf_counter() - start) * 1e6)
                del result
            print(*times[2:], flush=True)
        except Exception as error:
            print(f"{sys.argv[1]}: {name}: {error}", file=sys.stderr)
            made, run = name, None
            print("unknown", flush=True)


main()
