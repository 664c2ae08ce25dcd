"""Writes TensorFlow Lite files as Google publishes them, so that reading them is tested without Google's."""

import struct

import numpy as np
import torch
from torch import nn

from swahr.models.blazepose import BlazePose, convolutions
from swahr.models.blazepose_files import WANTED
from swahr.models.tflite import CONVOLUTION, DEPTHWISE, DEQUANTIZE, IDENTIFIER, Operation

FLOAT32, FLOAT16 = 0, 1


def conv(tensors, weight, bias):
    """Add a convolution of torch's weights behind the last tensor; what it gives has no shape of its own."""
    return _step(CONVOLUTION, tensors, weight.transpose(0, 2, 3, 1), bias)


def depthwise(tensors, weight, bias):
    """Add a depthwise convolution of torch's weights [C, 1, rows, columns]."""
    return _step(DEPTHWISE, tensors, weight.transpose(1, 2, 3, 0), bias)


def _step(code, tensors, weight, bias):
    before = len(tensors) - 1
    tensors += [weight, bias, np.zeros(0, np.float32)]
    return Operation(code, (before, before + 1, before + 2), (before + 3,))


def tflite(tensors, operations, outputs, shapes):
    """Return a file whose weights are in half precision, widened by an operation each, as the published ones are.

    Args:
        tensors: arrays; empty and 4-dimensional zero ones are computed, the others constants.
        operations: on them.
        outputs: the tensors that it gives.
        shapes: of tensors that are computed, where they matter.
    """
    read = {number for each in operations for number in each.inputs[1:]}
    halves = {number: len(tensors) + at for at, number in enumerate(sorted(read))}
    all_tensors, buffers = [], [_table([None])]
    for number in [*range(len(tensors)), *sorted(read)]:
        half = len(all_tensors) >= len(tensors)
        value = tensors[number].astype(np.float16).tobytes() if half else b""
        shape = shapes.get(number, tensors[number].shape)
        all_tensors.append(
            _table([_ints(shape), bytes([FLOAT16 if half else FLOAT32]), struct.pack("<I", len(buffers))])
        )
        buffers.append(_table([_vector(value)]))
    widen = [Operation(DEQUANTIZE, (half,), (number,)) for number, half in halves.items()]
    codes = sorted({each.code for each in [*widen, *operations]})
    steps = [
        _table([struct.pack("<I", codes.index(each.code)), _ints(each.inputs), _ints(each.outputs)])
        for each in [*widen, *operations]
    ]
    graph = _table([_tables(all_tensors), _ints(()), _ints(outputs), _tables(steps)])
    kinds = [_table([bytes([code]), None, None, struct.pack("<i", code)]) for code in codes]
    model = _table([struct.pack("<I", 3), _tables(kinds), _tables([graph]), None, _tables(buffers)])
    return struct.pack("<I", 8 + model[0]) + IDENTIFIER + model[1]


# A piece of a file is (where its beginning lies in its bytes, the bytes); what it refers to follows it.


def _table(fields):
    """Return a table: bytes are a field's value, pieces what it refers to, None a field that is not there."""
    places, values, follow = [], b"", []
    for field in fields:
        if field is None:
            places.append(0)
            continue
        values += b"\0" * (-len(values) % 4)
        places.append(4 + len(values))
        if isinstance(field, tuple):
            follow.append((len(values), field))
            values += b"\0" * 4
        else:
            values += field
    values += b"\0" * (-len(values) % 4)
    names = struct.pack(f"<HH{len(places)}H", 4 + 2 * len(places), 4 + len(values), *places)
    names += b"\0" * (-len(names) % 4)
    return len(names), names + _filled(
        struct.pack("<i", len(names)) + values, [(4 + at, p) for at, p in follow]
    )


def _filled(body, follow):
    """Return a body with the offsets of the pieces that follow it."""
    body, after = bytearray(body), b""
    size = len(body)
    for at, (start, piece) in follow:
        struct.pack_into("<I", body, at, size + len(after) + start - at)
        after += piece + b"\0" * (-len(piece) % 4)
    return bytes(body) + after


def _vector(content):
    return 0, struct.pack("<I", len(content)) + content


def _ints(numbers):
    return 0, struct.pack(f"<I{len(numbers)}i", len(numbers), *numbers)


def _tables(tables):
    body = struct.pack("<I", len(tables)) + b"\0" * 4 * len(tables)
    return 0, _filled(body, [(4 + 4 * at, table) for at, table in enumerate(tables)])


def drawn_blazepose(size):
    """Return a network with weights that half precision holds."""
    torch.manual_seed(0)
    network = BlazePose(size).eval()
    for layer in convolutions(network):
        layer.weight.data = layer.weight.data.half().float()
        layer.bias.data = layer.bias.data.half().float()
    return network


def published_blazepose(network):
    """Return a file as Google publishes them: the convolutions, one after the other, and one that nothing reads."""
    outputs, tensors, operations = [], [np.zeros((1, 256, 256, 3), np.float32)], []
    for layer in [*convolutions(network), nn.Conv2d(4, 4, 1)]:
        kind = depthwise if layer.groups > 1 else conv
        operations.append(kind(tensors, layer.weight.detach().numpy(), layer.bias.detach().numpy()))
        outputs.append(operations[-1].outputs[0])
    unread = operations[-1]
    operations[-1] = unread._replace(inputs=(0, *unread.inputs[1:]))  # beside the chain
    chain = outputs[:-1]
    shapes = dict(zip(chain[-3:], WANTED, strict=True))
    return tflite(tensors, operations, outputs[-4:], shapes)
