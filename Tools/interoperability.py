#!/usr/bin/env python3
"""Runs a network that Covector trained and wrote in PyTorch and in JAX, and compares the results.

    swift run --package-path Examples -c release neural-field --output neural-field-output
    python3 Tools/interoperability.py neural-field-output

The way back, files of PyTorch and JAX read by Covector, is in the tests (Tools/file_fixtures.py).
Needs: numpy safetensors torch jax.
"""
import pathlib
import struct
import sys
import zlib

import jax
import jax.numpy as jnp
import numpy as np
import safetensors
import safetensors.flax
import safetensors.torch
import torch


def read_png(path):
    """The pixels of an RGB picture with unfiltered rows."""
    data, place, stream = path.read_bytes(), 8, b""
    while place < len(data):
        (length,), kind = struct.unpack(">I", data[place:place + 4]), data[place + 4:place + 8]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[place + 8:place + 16])
        if kind == b"IDAT":
            stream += data[place + 8:place + 8 + length]
        place += 12 + length
    rows = np.frombuffer(zlib.decompress(stream), np.uint8).reshape(height, 1 + 3 * width)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def field(numpy, sigmoid, tensors, places):
    """The network of Examples/NeuralField, in the functions of a library."""
    angles = places @ tensors["field.frequencies"]
    x = numpy.concatenate([numpy.sin(angles), numpy.cos(angles)], 1)
    for layer in range(3):
        x = x @ tensors[f"field.weights.{layer}"] + tensors[f"field.biases.{layer}"]
        x = numpy.maximum(x, 0 * x) if layer < 2 else sigmoid(x)
    return np.asarray(x)


if len(sys.argv) != 2:
    sys.exit("usage: interoperability.py FOLDER, which the neural-field example wrote")
folder = pathlib.Path(sys.argv[1])
picture = read_png(folder / "field.png")
height, width, _ = picture.shape
row, column = np.divmod(np.arange(width * height), width)
places = ((np.stack([column, row], -1) + 0.5) / max(width, height)).astype(np.float32)
file = str(folder / "field.safetensors")
with safetensors.safe_open(file, "np") as opened:
    print(f"{len(opened.keys())} arrays, after {opened.get_tensor('state.step')} steps")
results = {
    "PyTorch": field(torch, torch.sigmoid, safetensors.torch.load_file(file), torch.tensor(places)),
    "JAX": field(jnp, jax.nn.sigmoid, safetensors.flax.load_file(file), jnp.asarray(places)),
}
worst = 0
for name, colors in results.items():
    bytes_ = np.round(np.clip(colors, 0, 1) * 255).reshape(picture.shape)
    difference = np.abs(bytes_ - picture.astype(float))
    worst = max(worst, difference.max())
    print(f"{name}: {100 * (difference == 0).mean():.3f} % of the bytes are equal, the others differ by "
          f"at most {difference.max():.0f}")
sys.exit(int(worst > 1))
