"""Read MoveNet MultiPose Lightning's trunk and heatmap head from its ONNX file (Apache-2.0, Google).

Needs the `onnx` package (extra: export). Only convolutions are read; their order in the graph is the order
in which the trunk runs, which is checked by shape.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from swahr.errors import SwahrError
from swahr.models.backbones.movenet import HEATMAP_WIDTH, MoveNetBackbone
from swahr.models.higher_hrnet import HigherHRNet

HEATMAP_HEAD = "kpt_heatmap_0"
NUM_JOINTS = 17


def load_movenet(model: HigherHRNet, path: Path) -> None:
    """Copy trunk, heatmap tower and the first stage's heatmap layer into `model`.

    Grouping tower, tags and second stage are left as they are.

    Args:
        model: on a MoveNetBackbone, 17 joints, heatmap_activation "sigmoid".
        path: the ONNX file.

    Raises:
        SwahrError: where the file is not MoveNet MultiPose Lightning, or the network another.
    """
    backbone = model.backbone
    if not isinstance(backbone, MoveNetBackbone) or model.num_joints != NUM_JOINTS:
        raise SwahrError(
            f"MoveNet's weights fit a MoveNetBackbone with 17 joints, not a {type(backbone).__name__} "
            f"with {model.num_joints}"
        )
    trunk_weights, heatmap_weights = _convolutions(path)
    if len(heatmap_weights) != 3:  # depthwise, pointwise, and the layer that gives the heatmaps
        raise SwahrError(
            f"{path}: its heatmap head has {len(heatmap_weights)} convolutions; expected the 3 of MoveNet MultiPose"
        )
    # The graph lists each lateral layer before the smoothing that follows it, so both lists run in parallel.
    trunk = backbone.trunk
    order: list[nn.Module] = [trunk.stem, *trunk.blocks, trunk.last]
    order += [trunk.lateral[i] for i in (3, 2, 1, 0)] + [trunk.smooth[i] for i in (2, 1, 0)]
    layers = [conv for module in order for conv in module.modules() if isinstance(conv, nn.Conv2d)]
    _copy(layers, trunk_weights, path)

    final = model.head.final_layers[0]
    assert isinstance(final, nn.Conv2d)
    assert final.bias is not None
    tower = [conv for conv in backbone.heatmap_tower.modules() if isinstance(conv, nn.Conv2d)]
    _copy(tower, heatmap_weights[:2], path)
    weight, bias = heatmap_weights[2]
    _copy([backbone.joint_layer], heatmap_weights[2:], path)
    with torch.no_grad():
        final.weight.zero_()
        for dim in range(min(2, model.tag_dims)):  # tags start as the pixel's own coordinates, x and y
            final.weight[(1 + dim) * NUM_JOINTS : (2 + dim) * NUM_JOINTS, dim - 2] = 1
        final.weight[:NUM_JOINTS, :HEATMAP_WIDTH] = weight
        assert bias is not None
        final.bias[:NUM_JOINTS] = bias


Weights = tuple[Tensor, Tensor | None]


def _convolutions(path: Path) -> tuple[list[Weights], list[Weights]]:
    """Return (weight, bias) of the trunk's convolutions and of the heatmap head's, each in graph order."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # onnx raises protobuf's own errors, which share no base class
        raise SwahrError(f"{path}: not a readable ONNX file ({error}); expected MoveNet MultiPose") from error
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in values:  # weights stored as float16
            values[node.output[0]] = values[node.input[0]]
    trunk: list[Weights] = []
    heatmap: list[Weights] = []
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        weight = torch.from_numpy(values[node.input[1]].astype("float32"))
        bias = torch.from_numpy(values[node.input[2]].astype("float32")) if len(node.input) > 2 else None
        if HEATMAP_HEAD in node.output[0]:
            heatmap.append((weight, bias))
        elif "feature_extractor" in node.output[0] or node.output[0].startswith("Conv__"):
            trunk.append((weight, bias))
    return trunk, heatmap


def _copy(layers: list[nn.Conv2d], weights: list[Weights], path: Path) -> None:
    if [layer.weight.shape for layer in layers] != [weight.shape for weight, _ in weights]:
        raise SwahrError(f"{path}: its convolutions are not those of MoveNet MultiPose Lightning")
    with torch.no_grad():
        for layer, (weight, bias) in zip(layers, weights, strict=True):
            layer.weight.copy_(weight)
            if (layer.bias is None) != (bias is None):
                raise SwahrError(f"{path}: a bias is missing or left over; not MoveNet MultiPose Lightning")
            if layer.bias is not None and bias is not None:
                layer.bias.copy_(bias)
