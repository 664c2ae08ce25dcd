"""Exports without the exporter: graphs that come with the package, filled with a network's weights.

An export by torch takes half a minute and packages of its own. The graph is the same for all weights of an
architecture, so those of the bundled networks, of BlazePose heavy and of the published HigherHRNet W32 and W48 are
kept beside this module, without weights: a graph names a file of weights beside it and where in it each one stands.
`python -m benchmarks.graphs` writes them.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from swahr.errors import OutputError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.hashes import is_whole, sha256, write_sum

if TYPE_CHECKING:
    from onnx import ModelProto

FOLDER = Path(__file__).with_name("graphs")
NETWORK, WEIGHTS = "network.onnx", "weights.bin"
ALIGNMENT = 64  # bytes: runtimes map the file and read vectors from it


@dataclass(frozen=True)
class Graph:
    """A graph without weights.

    Attributes:
        path: Of the ONNX file.
        shapes: Of the weights by name, in the order in which they stand in the file of weights.
    """

    path: Path
    shapes: Mapping[str, tuple[int, ...]]

    def fits(self, weights: Mapping[str, Tensor]) -> bool:
        """Return whether weights are those of this graph, by names and shapes, and none is left over."""
        return {name: tuple(weight.shape) for name, weight in weights.items()} == dict(self.shapes)

    def is_filled(self, folder: Path) -> bool:
        """Return whether a folder holds this graph with all of its weights, by their hashes."""
        size = max(start + length for start, length in offsets(self.shapes).values())
        try:
            return (
                (folder / WEIGHTS).stat().st_size == size
                and is_whole(folder / WEIGHTS)
                and sha256(folder / NETWORK) == sha256(self.path)
            )
        except (OSError, UnreadableError):
            return False

    def fill(self, weights: Mapping[str, Tensor], folder: Path) -> Path:
        """Write a folder with the graph and its weights, by a temporary one and a rename; return its ONNX file.

        Args:
            weights: By name; they fit, and are written as float32.
            folder: Where; what is damaged there is replaced.

        Raises:
            OutputError: It cannot be written.
        """
        partial = folder.with_name(f"{folder.name}.{os.getpid()}.part")
        try:
            partial.mkdir(parents=True, exist_ok=True)
            with (partial / WEIGHTS).open("wb") as file:
                for name, (start, _) in offsets(self.shapes).items():
                    file.seek(start)
                    file.write(weights[name].detach().float().cpu().contiguous().numpy().tobytes())
            write_sum(partial / WEIGHTS)
            shutil.copyfile(self.path, partial / NETWORK)
            if not self.is_filled(folder):
                shutil.rmtree(folder, ignore_errors=True)
            os.replace(partial, folder)
        except OSError as error:
            shutil.rmtree(partial, ignore_errors=True)
            if not self.is_filled(folder):  # else another process was first
                raise OutputError(f"{folder}: the network could not be written ({error.strerror})") from error
        return folder / NETWORK

    def filled(self, weights: Mapping[str, Tensor]) -> "ModelProto":
        """Return the graph with its weights within, as the exporter makes it; needs onnx.

        Args:
            weights: By name; they fit, and become float32.
        """
        import onnx

        model = onnx.load(str(self.path), load_external_data=False)
        for initial in model.graph.initializer:
            if initial.name in self.shapes:
                values = weights[initial.name].detach().float().cpu().contiguous().numpy()
                initial.CopyFrom(onnx.numpy_helper.from_array(values, initial.name))
        return model


def architecture_key(architecture: Architecture) -> str:
    """Return what names a graph of an architecture; scale heads are no part of it, as inference does not read them."""
    described = architecture.model_dump(mode="json")
    if isinstance(head := described.get("head"), dict) and "scale_heads" in head:
        head["scale_heads"] = False
    return json.dumps(described, sort_keys=True)


def find_graph(key: str) -> Graph | None:
    """Return the graph of an architecture, None where none comes with the package.

    Args:
        key: Names the architecture: all that the graph depends on.
    """
    for described in sorted(FOLDER.glob("*.json")):
        content = json.loads(described.read_text(encoding="utf-8"))
        if content["key"] == key:
            shapes = {name: tuple(shape) for name, shape in content["shapes"].items()}
            return Graph(described.with_suffix(".onnx"), shapes)
    return None


def offsets(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, int]]:
    """Return where each weight stands in the file of weights: offset and length, bytes."""
    places, end = {}, 0
    for name, shape in shapes.items():
        start = -(-end // ALIGNMENT) * ALIGNMENT
        length = 4 * int(np.prod(shape))
        places[name], end = (start, length), start + length
    return places
