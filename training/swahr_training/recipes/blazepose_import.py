"""Read BlazePose's landmarks (Apache-2.0, Google) and write them for the library.

    python -m swahr_training.recipes.blazepose_import LANDMARKS.onnx --out blazepose-full.safetensors
    python -m swahr_training.recipes.blazepose_import pose_landmarker_heavy.task --out blazepose-heavy.safetensors

An ONNX file is one of `full` without segmentation, and needs the `onnx` package (extra: export): its convolutions are
read in the order of its graph, which is checked by shape. Google's own files say their size themselves.
"""

import argparse
from pathlib import Path

from torch import nn

from swahr.errors import UnreadableError
from swahr.models.blazepose import BlazePose, empty
from swahr.models.blazepose_files import read_published, save_blazepose
from swahr_training.recipes.thunder_import import onnx_convolutions

CARD = {"origin": "BlazePose GHUM, pose landmarks, by Google", "licence": "Apache-2.0"}
WORLD = 117  # channels of the points in metres, which are not read


def load_onnx(path: Path) -> BlazePose:
    """Return the network `full` of an ONNX file.

    Raises:
        UnreadableError: It is no ONNX file, or another network.
    """
    model = empty("full")
    layers = [
        layer for module in _in_order(model) for layer in module.modules() if isinstance(layer, nn.Conv2d)
    ]
    weights = [each for each in onnx_convolutions(path) if each[0].shape[0] != WORLD]
    if [layer.weight.shape for layer in layers] != [weight.shape for weight, _ in weights]:
        raise UnreadableError(f"{path}: its {len(weights)} convolutions are not those of BlazePose full")
    for layer, (weight, bias) in zip(layers, weights, strict=True):
        if bias is None:
            raise UnreadableError(f"{path}: a convolution has no bias; expected BlazePose full")
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
    return model.eval()


def _in_order(model: BlazePose) -> list[nn.Module]:
    """Return the modules as the graph runs them: the encoder before the laterals of the way up."""
    *laterals, deepest = model.up
    return [
        model.stem, model.first, *model.blocks, model.last, deepest, *model.joins, model.tail,
        model.landmark_layer, model.presence_layer, *reversed(laterals), model.heatmap_layer,
    ]  # fmt: skip


def main() -> None:
    """Write the file that `swahr.models` reads."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    model = load_onnx(chosen.file) if chosen.file.suffix == ".onnx" else read_published(chosen.file)
    save_blazepose(chosen.out, model, CARD)


if __name__ == "__main__":
    main()
