#!/usr/bin/env python3
"""Writes what PyTorch's optimisers and schedules do, for the tests of CovectorOptimizers.

Needs: numpy torch safetensors. Lion and clipping, which PyTorch has not or has otherwise, are computed
here from their definitions.
"""
import pathlib

import numpy as np
import safetensors.torch
import torch

FILE = pathlib.Path(__file__).resolve().parent.parent / "Tests/Golden/optimizers.safetensors"
STEPS = 6
rng = np.random.default_rng(7)
START = {"w": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
GRADIENTS = {k: rng.normal(size=(STEPS, *v.shape)) for k, v in START.items()}


def trace(make):
    """The parameters after every step."""
    parameters = {k: torch.tensor(v, requires_grad=True) for k, v in START.items()}
    optimizer = make(list(parameters.values()))
    history = {k: [] for k in parameters}
    for step in range(STEPS):
        for k, p in parameters.items():
            p.grad = torch.tensor(GRADIENTS[k][step])
        optimizer.step()
        for k, p in parameters.items():
            history[k].append(p.detach().clone())
    return {k: torch.stack(v) for k, v in history.items()}


def lion(rate, b1, b2, decay):
    """Chen et al. 2023, algorithm 2."""
    result = {}
    for k, start in START.items():
        p, m, history = start.copy(), np.zeros_like(start), []
        for g in GRADIENTS[k]:
            p = p - rate * (np.sign(b1 * m + (1 - b1) * g) + decay * p)
            m = b2 * m + (1 - b2) * g
            history.append(p)
        result[k] = torch.tensor(np.stack(history))
    return result


def schedule(make, peak=0.5, steps=24):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return torch.tensor(rates, dtype=torch.float64)


O, S = torch.optim, torch.optim.lr_scheduler
traces = {
    "sgd": lambda p: O.SGD(p, lr=0.1),
    "decay": lambda p: O.SGD(p, lr=0.1, weight_decay=0.3),
    "momentum": lambda p: O.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adam": lambda p: O.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3),
    "adamw": lambda p: O.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.2),
    "rmsprop": lambda p: O.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-3),
    "adagrad": lambda p: O.Adagrad(p, lr=0.1, eps=1e-3),
}
arrays = {f"start.{k}": torch.tensor(v) for k, v in START.items()}
arrays |= {f"gradients.{k}": torch.tensor(v) for k, v in GRADIENTS.items()}
for name, make in traces.items():
    arrays |= {f"{name}.{k}": v for k, v in trace(make).items()}
arrays |= {f"lion.{k}": v for k, v in lion(0.1, 0.8, 0.95, 0.2).items()}
arrays |= {
    "schedule.linear": schedule(lambda o: S.LinearLR(o, 1.0, 0.1, total_iters=10)),
    "schedule.cosine": schedule(
        lambda o: S.LambdaLR(o, lambda t: 0.1 + 0.45 * (1 + np.cos(np.pi * min(t, 16) / 16)))),
    "schedule.exponential": schedule(lambda o: S.ExponentialLR(o, 0.9)),
    "schedule.stepwise": schedule(lambda o: S.StepLR(o, 5, 0.5)),
    "schedule.warmup": schedule(lambda o: S.SequentialLR(
        o, [S.LambdaLR(o, lambda t: t / 8), S.ExponentialLR(o, 0.9)], [8])),
}
norm = np.sqrt(sum((g[0] ** 2).sum() for g in GRADIENTS.values()))
for k, g in GRADIENTS.items():
    arrays[f"clipped.norm.{k}"] = torch.tensor(g[0] * min(1, 0.7 / norm))
    arrays[f"clipped.value.{k}"] = torch.tensor(np.clip(g[0], -0.5, 0.5))
FILE.write_bytes(safetensors.torch.save(arrays))
print(f"{FILE.stat().st_size} bytes, {len(arrays)} arrays")
