#!/usr/bin/env python3
"""Writes the files that the tests of CovectorFiles read, by NumPy, PyTorch, JAX and safetensors.

Needs: numpy ml_dtypes safetensors torch jax. The elements follow one rule, which the tests state again.
"""
import io
import pathlib
import struct

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import safetensors.flax
import safetensors.numpy
import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Golden/files"
NAMES = """bool uint8 uint16 uint32 uint64 int8 int16 int32 int64
float16 bfloat16 float32 float64 complex64 complex128""".split()


def elements(name, shape):
    """Element number i is i % 2 as a truth value, i, i - 12, i / 4 - 3 or i / 4 - 3 + i / 2 j."""
    i = np.arange(int(np.prod(shape)))
    if name == "bool":
        values = i % 2 == 1
    elif name.startswith("uint"):
        values = i
    elif name.startswith("int"):
        values = i - 12
    elif name.startswith("complex"):
        values = (i / 4 - 3) + 1j * (i / 2)
    else:
        values = i / 4 - 3
    dtype = ml_dtypes.bfloat16 if name == "bfloat16" else np.dtype(name)
    return values.astype(dtype).reshape(shape)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def with_header(version, header, data):
    """A file with a header that NumPy reads but does not write itself."""
    text = header.encode("latin1" if version < 3 else "utf8")
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    file = b"\x93NUMPY" + bytes([version, 0]) + length + text + data
    np.load(io.BytesIO(file), max_header_size=10_000_000)
    return file


def numpy_files():
    files = {}
    for name in NAMES:
        files[f"{name}.npy"] = npy(elements(name, (2, 3, 4)))
        if name not in ("bool", "uint8", "int8", "bfloat16"):
            files[f"{name}-big-endian.npy"] = npy(
                elements(name, (2, 3, 4)).astype(np.dtype(name).newbyteorder(">")))
    files["fortran.npy"] = npy(np.asfortranarray(elements("int16", (2, 3, 4))))
    files["fortran-big-endian.npy"] = npy(
        np.asfortranarray(elements("float64", (4, 3)).astype(">f8")))
    files["scalar.npy"] = npy(elements("float64", ()))
    files["empty.npy"] = npy(elements("float32", (0, 3)))
    files["empty-last.npy"] = npy(elements("int64", (5, 0)))
    files["vector.npy"] = npy(elements("int32", (24,)))
    files["many-axes.npy"] = npy(elements("uint8", (1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 2)))
    data = elements("float32", (2, 3)).tobytes()
    plain = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    files["version-2.npy"] = with_header(2, plain + " " * 70_000 + "\n", data)
    files["version-3.npy"] = with_header(3, plain + "\n", data)
    files["other-order.npy"] = with_header(
        1, '{"shape":(2,3),"descr":"=f4","fortran_order":False}\n', data)
    for name, array in {
        "objects": np.array([None, {}], dtype=object), "text": np.array(["a", "b"]),
        "dates": np.array(["2020-01-01"], dtype="M8[D]"), "records": np.zeros(2, dtype="i4,f8"),
        "long-double": np.ones(2, dtype=np.longdouble),
    }.items():
        file = io.BytesIO()
        np.save(file, array, allow_pickle=True)
        files[f"refused-{name}.npy"] = file.getvalue()
    for name, save in {"stored": np.savez, "deflated": np.savez_compressed}.items():
        file = io.BytesIO()
        save(file, **{name: elements(name, (2, 3, 4)) for name in sorted(NAMES)})
        files[f"{name}.npz"] = file.getvalue()
    file = io.BytesIO()
    np.savez_compressed(file, **{key: np.frombuffer(value, np.uint8) for key, value in layouts().items()})
    files["layouts.npz"] = file.getvalue()
    return files


def layouts():
    """Whole .npy files of every dtype in every layout, which layouts.npz holds as bytes."""
    files = {}
    for name in NAMES:
        array = elements(name, (2, 3, 4))
        files[f"fortran {name}"] = npy(np.asfortranarray(array))
        files[f"empty {name}"] = npy(elements(name, (0, 3)))
        files[f"scalar {name}"] = npy(elements(name, ()))
        descr = "<V2" if name == "bfloat16" else array.dtype.str
        header = {"descr": descr, "fortran_order": False, "shape": array.shape}
        files[f"huge {name}"] = with_header(2, str(header) + " " * 70_000 + "\n", array.tobytes())
        if name not in ("bool", "uint8", "int8", "bfloat16"):
            big = array.astype(array.dtype.newbyteorder(">"))
            files[f"big-endian {name}"] = npy(big)
            files[f"fortran-big-endian {name}"] = npy(np.asfortranarray(big))
    return files


def safetensors_files():
    kinds = [name for name in NAMES if name != "complex128"]
    arrays = {name: elements(name, (2, 3, 4)) for name in kinds}
    arrays |= {"empty": elements("float32", (0, 3)), "scalar": elements("float64", ()),
               'odd "name"\\ é\n': elements("int8", (3,))}
    files = {"all.safetensors": safetensors.numpy.save(arrays, {'about "it"': "one\ttwo é \u0001"})}
    files["empty.safetensors"] = safetensors.numpy.save({})

    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(5, 7), torch.nn.GELU(), torch.nn.LayerNorm(7), torch.nn.Linear(7, 3))
    torch.nn.init.normal_(model[2].weight)
    x = torch.randn(4, 5)
    y = torch.softmax(model(x), -1)
    state = {f"model.{name}": value for name, value in model.state_dict().items()}
    files["torch.safetensors"] = safetensors.torch.save(
        state | {"x": x, "y": y.detach()}, {"format": "pt"})

    keys = jax.random.split(jax.random.key(2), 3)
    params = {"w1": jax.random.normal(keys[0], (5, 7)), "w2": jax.random.normal(keys[1], (7, 3))}
    x = jax.random.normal(keys[2], (4, 5))
    y = jax.vmap(lambda row: jnp.tanh(row @ params["w1"]) @ params["w2"])(x)
    files["jax.safetensors"] = safetensors.flax.save(params | {"x": x, "y": y})
    return files


FOLDER.mkdir(parents=True, exist_ok=True)
for name, data in (numpy_files() | safetensors_files()).items():
    (FOLDER / name).write_bytes(data)
    print(f"{len(data):8d}  {name}")
