"""Caffe's files of weights (.caffemodel): the few fields of its messages that hold weights, read by protobuf.

A network is a list of layers with names, a layer a list of blobs: the weight, then the bias. Both forms are read that
layers and blobs have had. Nothing of caffe is needed.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from swahr.errors import MissingError, UnreadableError

# OpenPose's largest has 209 MB; protobuf reads no more than 2 GB.
MAX_BYTES = 1 << 30
MAX_DIMENSIONS = 5
PACKAGE = "swahr.caffe"
# Message, then name, number, type and whether there are many; types as protobuf numbers them.
INT64, INT32, STRING, BYTES = 3, 5, 9, 12
FIELDS: dict[str, tuple[tuple[str, int, int | str, bool], ...]] = {
    "BlobShape": (("dim", 1, INT64, True),),
    "Blob": (
        ("num", 1, INT32, False),
        ("channels", 2, INT32, False),
        ("height", 3, INT32, False),
        ("width", 4, INT32, False),
        ("data", 5, BYTES, True),  # packed float32, which is read as it lies
        ("shape", 7, "BlobShape", False),
    ),
    "OldLayer": (("name", 4, STRING, False), ("blobs", 6, "Blob", True)),
    "Layer": (("name", 1, STRING, False), ("blobs", 7, "Blob", True)),
    "Network": (("name", 1, STRING, False), ("old", 2, "OldLayer", True), ("layers", 100, "Layer", True)),
}


def read_caffemodel(path: Path) -> dict[str, Tensor]:
    """Return weights by name: `conv1_1.weight`, `conv1_1.bias`; float32.

    Raises:
        MissingError: protobuf is not installed.
        UnreadableError: the file is too large, no caffemodel, cut off, or a blob's size is not that of its numbers.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableError(f"{path} has {size} bytes; expected at most {MAX_BYTES} of a caffemodel")
    message, decode_error = _network_message()
    network = message()
    try:
        network.ParseFromString(path.read_bytes())
    except decode_error as error:
        raise UnreadableError(
            f"{path} is no whole caffemodel ({error}); download or copy it again"
        ) from error
    weights = {}
    for layer in (*network.old, *network.layers):
        for kind, blob in zip(("weight", "bias"), layer.blobs, strict=False):
            try:
                weights[f"{layer.name}.{kind}"] = _tensor(blob, flat=kind == "bias")
            except ValueError as error:
                raise UnreadableError(f"{path}: the {kind} of layer {layer.name!r} {error}") from error
    if not weights:
        raise UnreadableError(f"{path} holds no weights that caffe would know; expected layers with blobs")
    return weights


def _tensor(blob: Any, flat: bool) -> Tensor:
    """Return a blob's numbers. Raises ValueError where its shape is not that of its numbers."""
    old_form = not blob.HasField("shape")
    shape = [blob.num, blob.channels, blob.height, blob.width] if old_form else list(blob.shape.dim)
    # Before anything is made of that shape: what a file claims may be far more than it holds.
    size = sum(map(len, blob.data)) / np.dtype(np.float32).itemsize
    if len(shape) > MAX_DIMENSIONS or min(shape, default=1) < 1 or math.prod(shape) != size:
        raise ValueError(f"has shape {shape[:MAX_DIMENSIONS]} and {size:g} numbers; expected as many")
    values = torch.from_numpy(np.frombuffer(b"".join(blob.data), "<f4").astype(np.float32))
    return values if flat or (old_form and shape[:3] == [1, 1, 1]) else values.reshape(shape)


def _network_message() -> tuple[Any, type[Exception]]:
    """Make the messages, and return that of a network and the error of one that cannot be read."""
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory
    except ImportError as error:
        raise MissingError(
            "a caffemodel is read by protobuf, which is not installed; `pip install protobuf` brings it"
        ) from error
    file = descriptor_pb2.FileDescriptorProto(name="swahr_caffe.proto", package=PACKAGE, syntax="proto2")
    for name, fields in FIELDS.items():
        described = file.message_type.add(name=name)
        for field, number, kind, many in fields:
            added = described.field.add(name=field, number=number, label=3 if many else 1)
            if isinstance(kind, str):
                added.type, added.type_name = 11, f".{PACKAGE}.{kind}"
            else:
                added.type = kind
                if many:
                    added.options.packed = True
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(
        pool.FindMessageTypeByName(f"{PACKAGE}.Network")
    ), message.DecodeError
