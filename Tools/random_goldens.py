#!/usr/bin/env python3
"""Writes Tests/CovectorTests/RandomGoldens.swift: random numbers by key, as MLX 0.32.4 draws them.

Needs mlx and numpy. Numbers are written as the bits of their dtype (half types as float32).
"""

import pathlib

import mlx.core as mx
import numpy as np

SEEDS = [0, 42, 2**40 + 7]
SHAPES = [[], [1], [2], [7], [3, 4], [513]]
DTYPES = [("float32", mx.float32), ("float16", mx.float16), ("bfloat16", mx.bfloat16)]


def words(array):
    array = np.array(array.astype(mx.float32) if array.dtype != mx.uint32 else array)
    # Long draws are kept by their first and last numbers.
    flat = array.reshape(-1).view(np.uint32)
    kept = flat if flat.size <= 16 else np.concatenate([flat[:4], flat[-4:]])
    return [int(word) for word in kept]


lines = []
for seed in SEEDS:
    key = mx.random.key(seed)
    lines.append(f"  .init(.key, seed: {seed}, [2], .uint32, {[int(w) for w in words(key)]}),")
    for count in (2, 3):
        drawn = words(mx.random.split(key, count))
        lines.append(f"  .init(.split, seed: {seed}, [{count}, 2], .uint32, {drawn}),")
    for shape in SHAPES:
        for name, dtype in DTYPES:
            drawn = words(mx.random.uniform(shape=shape, dtype=dtype, key=key))
            lines.append(f"  .init(.uniform, seed: {seed}, {shape}, .{name}, {drawn}),")
            drawn = words(mx.random.normal(shape=shape, dtype=dtype, key=key))
            lines.append(f"  .init(.normal, seed: {seed}, {shape}, .{name}, {drawn}),")
        drawn = words(mx.random.uniform(-0.7, 2.3, shape=shape, key=key))
        lines.append(f"  .init(.range, seed: {seed}, {shape}, .float32, {drawn}),")

text = f"""// Written by Tools/random_goldens.py: what MLX {mx.__version__} draws with the same keys.
// Edit the script, not this file.
// swift-format-ignore-file

import Covector

struct RandomGolden: Sendable {{
  enum Draw {{ case key, split, uniform, range, normal }}
  let draw: Draw
  let seed: UInt64
  let shape: [Int]
  let dtype: DType
  /// The bits of the numbers, as `float32` or `uint32`; of many, those of the first and last four.
  let words: [UInt32]

  init(_ draw: Draw, seed: UInt64, _ shape: [Int], _ dtype: DType, _ words: [UInt32]) {{
    (self.draw, self.seed, self.shape, self.dtype, self.words) = (draw, seed, shape, dtype, words)
  }}
}}

let randomGoldens: [RandomGolden] = [
""" + "\n".join(lines) + "\n]\n"
root = pathlib.Path(__file__).resolve().parent.parent
(root / "Tests" / "CovectorTests" / "RandomGoldens.swift").write_text(text)
