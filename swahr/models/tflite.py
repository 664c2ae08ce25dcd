"""TensorFlow Lite files: what a network computes, and with which weights; read with bounds checks, without TensorFlow.

A file is a FlatBuffer (flatbuffers.dev, internals): tables that name their fields by place, and offsets forward in
bytes. The places are those of TensorFlow Lite's schema (tensorflow/lite/schema/schema.fbs). Only what networks of
convolutions need is read; nothing in a file is run.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError

Floats = npt.NDArray[np.float32]

IDENTIFIER = b"TFL3"
CONVOLUTION, DEPTHWISE, DEQUANTIZE = 3, 4, 6  # of schema.fbs, BuiltinOperator
# Of schema.fbs, TensorType.
TYPES: dict[int, np.dtype[Any]] = {0: np.dtype("<f4"), 1: np.dtype("<f2"), 2: np.dtype("<i4")}
# What no network of a phone has more of; a damaged length is found before memory is asked for.
MAX_LENGTH = 1 << 20


class Operation(NamedTuple):
    """One step of a network: its code in the schema, and the numbers of the tensors that go in and come out."""

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Weights(NamedTuple):
    """Of a convolution, as torch has them: weight [C out, C in / groups, rows, columns] and bias [C out]."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Network:
    """The first graph of a file.

    Attributes:
        operations: in the order in which they run.
        shapes: of each tensor.
        outputs: the numbers of the tensors that it gives.
        constants: by tensor, float32 or int32.
    """

    operations: tuple[Operation, ...]
    shapes: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]
    constants: dict[int, npt.NDArray[np.generic]]

    def behind(self, wanted: Iterable[int]) -> tuple[Operation, ...]:
        """Return the operations that some tensors are made by, in the order in which they run."""
        needed, kept = set(wanted), []
        for operation in reversed(self.operations):
            if needed.intersection(operation.outputs):
                needed.update(operation.inputs)
                kept.append(operation)
        return tuple(reversed(kept))

    def convolutions(self, operations: Iterable[Operation]) -> list[Weights]:
        """Return the weights of the convolutions among operations, in their order.

        Raises:
            UnreadableError: one has no constant weights and bias, or they do not fit.
        """
        return [self._weights(each) for each in operations if each.code in (CONVOLUTION, DEPTHWISE)]

    def _weights(self, operation: Operation) -> Weights:
        found = [self.constants.get(tensor) for tensor in operation.inputs[1:3]]
        weight, bias = found if len(found) == 2 else (None, None)
        if weight is None or bias is None or weight.ndim != 4 or bias.ndim != 1:
            raise UnreadableError("a convolution of the TensorFlow Lite file has no weights of its own")
        # A convolution has [C out, rows, columns, C in], a depthwise one [1, rows, columns, C].
        order = (0, 3, 1, 2) if operation.code == CONVOLUTION else (3, 0, 1, 2)
        return Weights(
            np.ascontiguousarray(weight.transpose(order), np.float32), np.asarray(bias, np.float32)
        )


def read_tflite(data: bytes) -> Network:
    """Read a file.

    Args:
        data: its bytes.

    Raises:
        UnreadableError: it is no TensorFlow Lite file, or damaged.
    """
    if data[4:8] != IDENTIFIER:
        raise UnreadableError("not a TensorFlow Lite file: it has no TFL3 at its beginning")
    try:
        model = _Table(data, _number(data, 0, "<I"))
        codes = [
            max(code.number(0, "<b"), code.number(3, "<i")) for code in model.tables(1)
        ]  # codes above 127 stand in a field that was added later
        graph = model.tables(2)[0]
        tensors, buffers = graph.tables(0), model.tables(4)
        operations = [
            Operation(codes[each.number(0, "<I")], each.numbers(1), each.numbers(2))
            for each in graph.tables(3)
        ]
        shapes = tuple(tensor.numbers(0) for tensor in tensors)
        constants = {
            number: values
            for number, (tensor, shape) in enumerate(zip(tensors, shapes, strict=True))
            if (values := _constant(tensor, shape, buffers)) is not None
        }
        outputs = graph.numbers(2)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise UnreadableError(f"the TensorFlow Lite file is damaged ({error}); fetch it again") from error
    for operation in operations:  # weights that are stored in half precision are widened by an operation
        if operation.code == DEQUANTIZE and operation.outputs and constants.keys() & {*operation.inputs[:1]}:
            constants[operation.outputs[0]] = constants[operation.inputs[0]]
    return Network(tuple(operations), shapes, outputs, constants)


def _constant(
    tensor: "_Table", shape: tuple[int, ...], buffers: "list[_Table]"
) -> npt.NDArray[np.generic] | None:
    """Return what a tensor holds; None where it is computed, or of a type that is not read."""
    kind, data = TYPES.get(tensor.number(1, "<b")), buffers[tensor.number(2, "<I")].bytes(0)
    if kind is None or not data:
        return None
    values: npt.NDArray[np.generic] = np.frombuffer(data, kind).reshape(shape)
    return values.astype(np.float32) if kind.kind == "f" else values


def _number(data: bytes, at: int, form: str) -> int:
    """Return a whole number at a place. Raises struct.error for one beyond the end."""
    if at < 0:
        raise struct.error("an offset leads before the beginning")
    value: int = struct.unpack_from(form, data, at)[0]
    return value


class _Table:
    """A table of a FlatBuffer. A field that is not there has its default: 0, or nothing."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at
        self._fields = at - _number(data, at, "<i")  # where it says which fields it has
        self._size = _number(data, self._fields, "<H")

    def _place(self, field: int) -> int | None:
        entry = 4 + 2 * field
        if entry + 2 > self._size:
            return None
        offset = _number(self._data, self._fields + entry, "<H")
        return self._at + offset if offset else None

    def _vector(self, field: int) -> tuple[int, int]:
        """Return where the elements of a vector begin, and how many there are."""
        place = self._place(field)
        if place is None:
            return 0, 0
        start = place + _number(self._data, place, "<I")
        return start + 4, _number(self._data, start, "<I")

    def number(self, field: int, form: str) -> int:
        """Return a field that is a number."""
        place = self._place(field)
        return 0 if place is None else _number(self._data, place, form)

    def numbers(self, field: int) -> tuple[int, ...]:
        """Return a field that is a vector of 32-bit numbers."""
        start, count = self._vector(field)
        return struct.unpack_from(f"<{_checked(count)}i", self._data, start)

    def bytes(self, field: int) -> bytes:
        """Return a field that is a vector of bytes."""
        start, count = self._vector(field)
        if start + count > len(self._data):
            raise struct.error("a vector reaches beyond the end")
        return self._data[start : start + count]

    def tables(self, field: int) -> "list[_Table]":
        """Return a field that is a vector of tables."""
        start, count = self._vector(field)
        places = range(start, start + 4 * _checked(count), 4)
        return [_Table(self._data, place + _number(self._data, place, "<I")) for place in places]


def _checked(count: int) -> int:
    if count > MAX_LENGTH:
        raise struct.error(f"a vector has {count} elements")
    return count
