"""`python -m benchmarks.graphs`: writes the graphs that come with the package, without weights.

To be run when an architecture, or the release of ONNX that is written, has changed; takes a few minutes.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from swahr.inference.backends.cache import inference_weights
from swahr.inference.backends.exported import OUTPUTS
from swahr.inference.backends.graphs import FOLDER, WEIGHTS, architecture_key, offsets
from swahr.inference.backends.onnx_export import export_module
from swahr.inference.crop_network import THUNDER, crop_network_file
from swahr.models import load_checkpoint, read_architecture
from swahr.models.blazepose import INPUT_SIDE, LAYOUTS, BlazePose
from swahr.models.blazepose import OUTPUTS as LANDMARKS
from swahr.models.bundled import resolve
from swahr.models.movenet_single import HEADS, KIND, load_single
from swahr.models.pose_network import to_inference_form

PUBLISHED = {"w32": 32, "w48": 48}  # HigherHRNet's widths


def main() -> None:
    """Write them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "exported.onnx"
        checkpoint = load_checkpoint(resolve("default"))
        export_module(to_inference_form(checkpoint.model), path, checkpoint.answers, {})
        write_graph("default", architecture_key(checkpoint.architecture), path, inference_weights(checkpoint))
        for name, width in PUBLISHED.items():
            architecture = read_architecture({"width": width})
            network = to_inference_form(architecture.build()).eval()
            draw_weights(network)
            export_module(network, path, OUTPUTS, {})
            write_graph(name, architecture_key(architecture), path, network.state_dict())
        crops = load_single(crop_network_file(THUNDER))
        export_module(crops, path, HEADS, {})
        write_graph(THUNDER, KIND, path, crops.state_dict())
        for size in LAYOUTS:
            landmarks = BlazePose(size).eval()
            draw_weights(landmarks)
            export_module(landmarks, path, LANDMARKS, {}, (INPUT_SIDE, INPUT_SIDE))
            write_graph(f"blazepose-{size}", f"blazepose-{size}", path, landmarks.state_dict())


def draw_weights(network: nn.Module) -> None:
    """Give a network weights of which no two are equal, as the exporter joins those that are."""
    torch.manual_seed(0)
    for weight in network.state_dict().values():
        weight.normal_(0, 0.1)


def write_graph(name: str, key: str, exported: Path, weights: Mapping[str, Tensor]) -> None:
    """Write a graph of an exported network, and what is known of it beside."""
    model = onnx.load(str(exported))
    own = [
        initial
        for initial in model.graph.initializer
        if initial.name in weights and (numpy_helper.to_array(initial) == weights[initial.name].numpy()).all()
    ]
    if missing := sorted(set(weights) - {initial.name for initial in own}):
        raise SystemExit(f"{name}: the graph has not all weights as they are, {missing[0]} among them")
    shapes = {initial.name: tuple(initial.dims) for initial in own}
    for initial in own:
        start, length = offsets(shapes)[initial.name]
        initial.ClearField("raw_data")
        initial.data_location = TensorProto.EXTERNAL
        for field, value in (("location", WEIGHTS), ("offset", str(start)), ("length", str(length))):
            initial.external_data.add(key=field, value=value)
    # What the exporter tells its own developers: three quarters of the file.
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.value_info[:]
    del model.metadata_props[:]
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{name}.onnx"
    target.write_bytes(model.SerializeToString())
    described = {"key": key, "shapes": shapes}
    target.with_suffix(".json").write_text(json.dumps(described, indent=0) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size} bytes, {len(own)} weights of {len(weights)}")


if __name__ == "__main__":
    main()
