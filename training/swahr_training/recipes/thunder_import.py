"""Read MoveNet SinglePose Thunder (Apache-2.0, Google) from an ONNX file of its heads, and write it for the library.

    python -m swahr_training.recipes.thunder_import THUNDER.onnx --out thunder.safetensors

Needs the `onnx` package (extra: export). Only convolutions are read; their order in the graph is the order in which the
network runs, which is checked by shape.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from swahr.errors import UnreadableError
from swahr.models.movenet_single import MoveNetSingle, save_single

CARD = {
    "origin": "MoveNet SinglePose Thunder, version 4, by Google",
    "licence": "Apache-2.0",
}


def load_single(path: Path, width: float) -> MoveNetSingle:
    """Return the network of an ONNX file.

    Args:
        path: The file, which gives heatmaps, centre, regression and offsets.
        width: Of the trunk: 1.75 for Thunder, 1 for Lightning.

    Raises:
        UnreadableError: It is no ONNX file, or another network.
    """
    model = MoveNetSingle(width)
    layers = [
        layer for module in _in_order(model) for layer in module.modules() if isinstance(layer, nn.Conv2d)
    ]
    weights = onnx_convolutions(path)
    fitting = [layer.weight.shape for layer in layers] == [weight.shape for weight, _ in weights]
    if not fitting or any(
        (layer.bias is None) != (bias is None) for layer, (_, bias) in zip(layers, weights, strict=True)
    ):
        raise UnreadableError(
            f"{path}: its {len(weights)} convolutions are not those of MoveNet SinglePose at width {width:g}"
        )
    with torch.no_grad():
        for layer, (weight, bias) in zip(layers, weights, strict=True):
            layer.weight.copy_(weight)
            if layer.bias is not None and bias is not None:
                layer.bias.copy_(bias)
    return model.eval()


def _in_order(model: MoveNetSingle) -> list[nn.Module]:
    """Return the modules as the graph runs them: each lateral layer where the trunk is tapped."""
    trunk = model.trunk
    order: list[nn.Module] = [trunk.stem]
    for index, block in enumerate(trunk.blocks):
        order.append(block)
        if index in trunk.taps:
            order.append(trunk.lateral[trunk.taps.index(index)])
    return [*order, trunk.last, trunk.lateral[3], *reversed(trunk.smooth), *model.heads.values()]


def onnx_convolutions(path: Path) -> list[tuple[Tensor, Tensor | None]]:
    """Return (weight, bias) of all convolutions, in graph order."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # onnx raises protobuf's own errors, which share no base class
        raise UnreadableError(
            f"{path}: not a readable ONNX file ({error}); expected a published network"
        ) from error
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in values:  # weights stored as float16
            values[node.output[0]] = values[node.input[0]]

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(values[name].astype("float32"))

    return [
        (tensor(node.input[1]), tensor(node.input[2]) if len(node.input) > 2 else None)
        for node in graph.node
        if node.op_type == "Conv"
    ]


def main() -> None:
    """Write the file that `swahr.models` reads."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("onnx", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=float, default=1.75)
    chosen = parser.parse_args()
    save_single(chosen.out, load_single(chosen.onnx, chosen.width), CARD)


if __name__ == "__main__":
    main()
