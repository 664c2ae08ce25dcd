"""Make a run's weights ready to ship: without scale heads, at half precision, with a card.

python -m swahr_training.bundle runs/x/best.safetensors CARD.json OUT.safetensors --input-size 320 --threshold 0.2
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from swahr.models.checkpoints import load_checkpoint, save_checkpoint
from swahr.models.hashes import record_sum


def bundle(
    source: Path,
    card: dict[str, object],
    target: Path,
    input_size: int,
    threshold: float,
    tag_scale: float = 1.0,
) -> None:
    """Write `target` from the checkpoint `source`, and its hash into the SHA256SUMS beside it.

    input_size: short side that users get unless they ask for another, pixels. threshold: least heat of a joint.
    tag_scale: all tags times this. Training separates people until the push term fades; the parse's thresholds are
    in units of the tags, so a scale says how sure the tags are.
    """
    checkpoint = load_checkpoint(source)
    num_joints = checkpoint.skeleton.num_joints
    layer = checkpoint.model.head.final_layers[0]
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    with torch.no_grad():  # channels: heatmaps, then tags
        layer.weight[num_joints:] *= tag_scale
        layer.bias[num_joints:] *= tag_scale
    checkpoint.model.drop_scale_heads()
    shipped = replace(
        checkpoint,
        architecture=checkpoint.architecture.model_copy(update={"scale_heads": False}),
        input_size=input_size,
        card=card,
        detection_threshold=threshold,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(target, shipped, float16=True)
    record_sum(target)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("card", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--input-size", type=int, required=True)
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("--tag-scale", type=float, default=1.0)
    options = parser.parse_args()
    card = json.loads(options.card.read_text())
    bundle(options.source, card, options.target, options.input_size, options.threshold, options.tag_scale)


if __name__ == "__main__":
    main()
