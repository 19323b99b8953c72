"""The workloads, written once for all array libraries; each gives (function, inputs).

`L` is a library of peers.py: the array functions under their common names, the library's own best
function where it has one for the whole workload, and its transforms.
"""

import numpy as np

M, S = (4 << 20,), (2048, 2048)


def numbers(shape, seed=1):
    """Numbers in -1...1: a multiplicative hash of the place, the same in Swift."""
    count = int(np.prod(shape)) if shape else 1
    place = np.arange(count, dtype=np.uint32) + np.uint32(seed)
    hashed = place * np.uint32(2654435761)
    return ((hashed >> 8).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(shape)


def indices(count, limit):
    hashed = (np.arange(count, dtype=np.uint32) + np.uint32(5)) * np.uint32(2654435761)
    return ((hashed.astype(np.uint64) * np.uint64(limit)) >> np.uint64(32)).astype(np.int32)


def gelu(L, x):
    return 0.5 * x * (1 + L.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def mixed(L, x, y):
    z = L.where(x > y, x * y, x - y)
    return L.clip(L.where(L.abs(z) < 0.5, z + 1, L.maximum(z, y) * 2), -1, 1.5)


def attention(L, q, k, v):
    scores = (q @ L.swap(k)) * 0.125
    return L.softmax(scores, 2) @ v


def network(sizes):
    weights = [
        numbers((a, b), i + 7) * np.float32(1 / a**0.5)
        for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
    ]
    return [weights, [np.zeros(b, np.float32) for b in sizes[1:]]]


def forward(L, parameters, x):
    weights, biases = parameters
    for i, (w, b) in enumerate(zip(weights, biases)):
        x = x @ w + b
        if i + 1 < len(weights):
            x = L.tanh(x)
    return x


def loss(L):
    return lambda parameters, x, y: ((forward(L, parameters, x) - y) ** 2).mean()


def descended(parameters, gradient, rate):
    return [[p - rate * g for p, g in zip(a, b)] for a, b in zip(parameters, gradient)]


def meta_loss(L):
    def one(parameters, x, y):
        gradient = L.grad(loss(L))(parameters, x, y)
        return loss(L)(descended(parameters, gradient, 0.1), x, y)

    return lambda parameters, x, y: L.vmap(one, (None, 0, 0))(parameters, x, y).mean()


def rosenbrock(L):
    return lambda x: ((x[1:] - x[:-1] ** 2) ** 2).sum() * 100 + ((1 - x) ** 2).sum()


def hahn(b, x):
    above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
    below = 1 + x * (b[4] + x * (b[5] + x * b[6]))
    return above / below


def regression(L):
    x = (numbers((236,)) + np.float32(1.5)).astype(np.float64)
    y = hahn(np.array([1, 0.5, -0.3, 0.2, 0.4, 0.1, 0.05]), x)
    x, y, start = L.array(x), L.array(y), L.array(np.full(7, 0.1))
    point = L.vmap(L.value_and_grad(hahn), (None, 0))

    def step(b, x, y):
        value, slopes = point(b, x)
        residual = value - y
        return b - 0.3 * (residual @ slopes) / (slopes**2).sum(0)

    step = L.jit(step)

    def run():
        b = start
        for _ in range(50):
            b = step(b, x, y)
            L.wait([b])
        return [b]

    return run


def mlp(sizes, rows):
    return network(sizes), numbers((rows, sizes[0])), numbers((rows, sizes[-1]), 2)


# name: function of the library, giving (function of arrays, inputs)
SIMPLE = {
    "add 4M": lambda L: (lambda x, y: x + y, [M, M]),
    "exp 4M": lambda L: (L.exp, [M]),
    "gelu 4M": lambda L: (lambda x: gelu(L, x), [M]),
    "gelu 1000": lambda L: (lambda x: gelu(L, x), [(1000,)]),
    "mixed 4M": lambda L: (lambda x, y: mixed(L, x, y), [M, M]),
    "sum axis 0 2048": lambda L: (lambda x: x.sum(0), [S]),
    "sum axis 1 2048": lambda L: (lambda x: x.sum(1), [S]),
    "softmax 2048": lambda L: (lambda x: L.softmax(x, 1), [S]),
    "logsumexp 2048": lambda L: (lambda x: L.logsumexp(x, 1), [S]),
    "layer norm 2048": lambda L: (L.layer_norm, [S]),
    "variance 2048": lambda L: (L.variance, [S]),
    "argmax 2048": lambda L: (lambda x: x.argmax(1), [S]),
    "cumsum 4M": lambda L: (lambda x: L.cumsum(x, 0), [M]),
    "cumsum axis 1 2048": lambda L: (lambda x: L.cumsum(x, 1), [S]),
    "matmul 64": lambda L: (lambda x, y: x @ y, [(64, 64)] * 2),
    "matmul 256": lambda L: (lambda x, y: x @ y, [(256, 256)] * 2),
    "matmul 1024": lambda L: (lambda x, y: x @ y, [(1024, 1024)] * 2),
    "matmul 2048": lambda L: (lambda x, y: x @ y, [S, S]),
    "matvec 4096": lambda L: (lambda x, y: x @ y, [(4096, 4096), (4096,)]),
    "batched matmul": lambda L: (lambda x, y: x @ y, [(512, 64, 64)] * 2),
    "gram 100000x64": lambda L: (lambda x: L.swap(x) @ x, [(100000, 64)]),
    "sort 1M": lambda L: (L.sort, [(1 << 20,)]),
    "argsort 1M": lambda L: (L.argsort, [(1 << 20,)]),
    "attention": lambda L: (lambda q, k, v: attention(L, q, k, v), [(8, 512, 64)] * 3),
    "convolution": lambda L: (L.convolution, [(32, 32, 32, 64), (64, 3, 3, 64)]),
}

# name: function of the library, giving (function of trees, input trees); needs transforms
TRANSFORMS = {
    "vmap matvec mapped": lambda L: (
        L.vmap(lambda a, x: a @ x, (0, 0)), [numbers((1024, 64, 64)), numbers((1024, 64), 2)]),
    "vmap matvec unmapped": lambda L: (
        L.vmap(lambda a, x: a @ x, (None, 0)), [numbers((256, 256)), numbers((1024, 256), 2)]),
    "convolution backward": lambda L: (
        L.pullback(L.convolution),
        [numbers((32, 32, 32, 64)), numbers((64, 3, 3, 64), 2), np.ones((32, 32, 32, 64), np.float32)]),
    "attention backward": lambda L: (
        L.grad(lambda q, k, v, w: (attention(L, q, k, v) * w).sum()),
        [numbers((8, 512, 64), s) for s in (1, 2, 3, 4)]),
    "scalar gradient": lambda L: (L.grad(lambda x: L.sin(x) * x * x), [np.float32(0.5)]),
    "per-example gradients": lambda L: (
        L.vmap(L.grad(loss(L)), (None, 0, 0)), mlp([128, 256, 10], 256)),
    "jacobian 64": lambda L: (
        lambda x, p: L.jacobian(lambda x: forward(L, p, x))(x), [numbers((64,)), network([64, 64, 64])]),
    "hessian 64": lambda L: (L.hessian(rosenbrock(L)), [numbers((64,))]),
    "value and gradient": lambda L: (L.value_and_grad(loss(L)), mlp([128, 512, 512, 10], 256)),
    "sgd step": lambda L: (
        lambda p, x, y: descended(p, L.grad(loss(L))(p, x, y), 0.1), mlp([128, 512, 512, 10], 256)),
    "maml inner": lambda L: (
        meta_loss(L), (network([16, 64, 1]), numbers((16, 32, 16)), numbers((16, 32, 1), 2))),
    "maml outer": lambda L: (
        L.grad(meta_loss(L)), (network([16, 64, 1]), numbers((16, 32, 16)), numbers((16, 32, 1), 2))),
}

NAMES = [
    "add 4M", "exp 4M", "gelu 4M", "gelu 1000", "mixed 4M", "gelu bf16 4M",
    "sum axis 0 2048", "sum axis 1 2048", "softmax 2048", "logsumexp 2048", "layer norm 2048",
    "variance 2048", "argmax 2048", "cumsum 4M", "cumsum axis 1 2048",
    "matmul 64", "matmul 256", "matmul 1024", "matmul 2048", "matmul f64 512", "matmul bf16 1024",
    "matvec 4096", "batched matmul", "gram 100000x64", "vmap matvec mapped", "vmap matvec unmapped",
    "convolution", "convolution backward", "attention", "attention backward",
    "gather 1M", "scatter-add 1M", "sort 1M", "argsort 1M",
    "scalar gradient", "scalar gradient compiled", "per-example gradients", "jacobian 64",
    "jacobian 64 compiled", "hessian 64", "hessian 64 compiled", "value and gradient", "sgd step",
    "maml inner", "maml inner compiled", "maml outer", "maml outer compiled", "regression",
    "regression compiled", "new shape", "fresh process",
]  # fmt: skip


def plain(name):
    """The workload of which this is the form where Covector compiles, as JAX does in either."""
    return name.removesuffix(" compiled")


def new_shape(L):
    """A gradient whose batch is one larger at every call."""
    parameters, x, y = mlp([128, 256, 10], 4096)
    parameters, x, y = L.tree(parameters), L.array(x), L.array(y)
    gradient = L.jit(L.grad(loss(L)))
    rows = 1

    def run():
        nonlocal rows
        rows += 1
        return gradient(parameters, x[:rows], y[:rows])[1]

    return run


def workload(L, name):
    """A function without arguments, or None where the library cannot do it."""
    name = plain(name)
    if name in L.lacks:
        return None
    if name in SIMPLE:
        function, shapes = SIMPLE[name](L)
        inputs = [L.array(numbers(shape, i + 1)) for i, shape in enumerate(shapes)]
    elif name == "gelu bf16 4M":
        function, inputs = (lambda x: gelu(L, x)), [L.cast(L.array(numbers(M)), "bfloat16")]
    elif name in ("matmul f64 512", "matmul bf16 1024"):
        n, dtype = (512, "float64") if "f64" in name else (1024, "bfloat16")
        function = lambda x, y: x @ y
        inputs = [L.cast(L.array(numbers((n, n), seed)), dtype) for seed in (1, 2)]
    elif name == "gather 1M":
        function = L.take
        inputs = [L.array(numbers((100000, 16))), L.array(indices(1 << 20, 100000))]
    elif name == "scatter-add 1M":
        function = L.scatter_add
        inputs = [
            L.array(np.zeros(100000, np.float32)), L.array(indices(1 << 20, 100000)),
            L.array(numbers((1 << 20,), 2))]
    elif not L.has_transforms:
        return None
    elif name == "regression":
        return regression(L)
    elif name == "new shape":
        return new_shape(L)
    else:
        function, inputs = TRANSFORMS[name](L)
        inputs = [L.tree(i) for i in inputs]
    function = L.jit(function)
    return lambda: function(*inputs)
