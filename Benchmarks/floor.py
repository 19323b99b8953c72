"""What the hardware allows: for each workload the bytes it must read and write, and the operations
it must do, each over the measured rate; whichever takes longer."""

import workloads

M, S = 4 << 20, 2048 * 2048


def mlp(sizes, rows, products):
    """`products` counts products of each layer: 1 forward, 2 more for a gradient."""
    return 2 * rows * sum(a * b for a, b in zip(sizes, sizes[1:])) * products


# name: (bytes, operations on floats)
WORK = {
    "add 4M": (12 * M, M),
    "exp 4M": (8 * M, M),
    "gelu 4M": (8 * M, 8 * M),
    "gelu 1000": (8 * 1000, 8000),
    "mixed 4M": (12 * M, 10 * M),
    "gelu bf16 4M": (4 * M, 8 * M),
    "sum axis 0 2048": (4 * S, S),
    "sum axis 1 2048": (4 * S, S),
    "softmax 2048": (8 * S, 4 * S),
    "logsumexp 2048": (4 * S, 3 * S),
    "layer norm 2048": (8 * S, 5 * S),
    "variance 2048": (4 * S, 3 * S),
    "argmax 2048": (4 * S, S),
    "cumsum 4M": (8 * M, M),
    "cumsum axis 1 2048": (8 * S, S),
    "matmul 64": (12 * 64**2, 2 * 64**3),
    "matmul 256": (12 * 256**2, 2 * 256**3),
    "matmul 1024": (12 * 1024**2, 2 * 1024**3),
    "matmul 2048": (12 * 2048**2, 2 * 2048**3),
    "matmul f64 512": (24 * 512**2, 4 * 512**3),
    "matmul bf16 1024": (6 * 1024**2, 2 * 1024**3),
    "matvec 4096": (4 * 4096**2, 2 * 4096**2),
    "batched matmul": (12 * 512 * 64**2, 2 * 512 * 64**3),
    "gram 100000x64": (4 * 100000 * 64, 2 * 100000 * 64**2),
    "vmap matvec mapped": (4 * 1024 * 64 * 64, 2 * 1024 * 64**2),
    "vmap matvec unmapped": (4 * (256 * 256 + 2 * 1024 * 256), 2 * 1024 * 256**2),
    "convolution": (8 * 32**3 * 64, 2 * 32**3 * 64 * 64 * 9),
    "convolution backward": (16 * 32**3 * 64, 4 * 32**3 * 64 * 64 * 9),
    "attention": (16 * 8 * 512 * 64, 4 * 8 * 512 * 512 * 64),
    "attention backward": (24 * 8 * 512 * 64, 10 * 8 * 512 * 512 * 64),
    "gather 1M": ((1 << 20) * (4 + 64), 0),
    "scatter-add 1M": ((1 << 20) * 8 + 8 * 100000, 1 << 20),
    "sort 1M": (8 << 20, 0),
    "argsort 1M": (8 << 20, 0),
    "scalar gradient": (8, 8),
    "per-example gradients": (4 * 256 * (128 * 256 + 256 * 10), mlp([128, 256, 10], 256, 3)),
    "jacobian 64": (4 * 64 * 64 * 3, mlp([64, 64, 64], 64, 1)),
    "hessian 64": (4 * 64 * 64, 64 * 64 * 10),
    "value and gradient": (0, mlp([128, 512, 512, 10], 256, 3)),
    "sgd step": (0, mlp([128, 512, 512, 10], 256, 3)),
    "maml inner": (0, mlp([16, 64, 1], 16 * 32, 4)),
    "maml outer": (0, mlp([16, 64, 1], 16 * 32, 10)),
    "regression": (0, 2 * 50 * 236 * 60),
    "new shape": (0, 0),
    "fresh process": (0, 0),
}


def microseconds(name, copied, operated):
    """Given the bytes copied and the operations done in a microsecond."""
    transferred, operations = WORK[workloads.plain(name)]
    return max(transferred / copied, operations / operated)
