r"""Make a run's weights ready to ship: without scale heads, at half precision, with a card.

python -m swahr_training.recipes.bundle runs/x/best.safetensors CARD.json OUT.safetensors \
    --input-size 320 --threshold 0.2
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from swahr._util.reading import read_json
from swahr.models import HigherHRNet
from swahr.models.checkpoints import load_checkpoint, save_checkpoint
from swahr.models.hashes import record_sum
from swahr.models.higher_hrnet import with_tags

Reader = nn.Conv2d | nn.ConvTranspose2d


def bundle(
    source: Path,
    card: dict[str, object],
    target: Path,
    input_size: int,
    threshold: float,
    tag_scale: float = 1.0,
    second_stage: str | None = None,
    base: Path | None = None,
) -> None:
    """Write `target` from the checkpoint `source`, and its hash into the SHA256SUMS beside it.

    Args:
        source: a checkpoint of a run.
        card: what is known of the weights: training data, licence, figures.
        target: the file.
        input_size: short side that users get unless they ask for another, pixels.
        threshold: confidence from which a joint counts.
        tag_scale: all tags times this. Training separates people until the push term fades; the parse's thresholds
            are in units of the tags, so a scale says how sure the tags are.
        second_stage: the bundled crop network that people are refined by without being asked: measure that it gains.
        base: a bundled file in the folder of `target`; what is equal in both is stored in it alone.
    """
    checkpoint = load_checkpoint(source)
    model = with_tags(checkpoint.model)
    scale_tags(model, tag_scale)
    model.drop_scale_heads()
    shipped = replace(
        checkpoint,
        architecture=checkpoint.architecture.changed(head=checkpoint.architecture.head.for_inference()),
        input_size=input_size,
        card=card,
        detection_threshold=threshold,
        second_stage=second_stage,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(target, shipped, float16=True, base=base)
    record_sum(target)


@torch.no_grad()
def scale_tags(model: HigherHRNet, factor: float) -> None:
    """Multiply all tags, and leave what the second stage makes of them as it is."""
    head, num_joints = model.head, model.num_joints
    final = head.final_layers[0]  # its channels: heatmaps, then tags
    assert isinstance(final, nn.Conv2d)
    assert final.bias is not None
    final.weight[num_joints:] *= factor
    final.bias[num_joints:] *= factor
    first_tag = final.in_channels + num_joints  # the second stage reads features, heatmaps, tags
    reader = next(m for m in (*head.reduce.modules(), *head.deconv_layers.modules()) if isinstance(m, Reader))
    by_input = reader.weight if isinstance(reader, nn.ConvTranspose2d) else reader.weight.transpose(0, 1)
    by_input[first_tag:] /= factor


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
    parser.add_argument("--second-stage", help="crop network that gains on these weights: thunder")
    parser.add_argument(
        "--base", type=Path, help="bundled file beside the target that holds most of it already"
    )
    options = parser.parse_args()
    card = read_json(options.card)
    bundle(
        options.source,
        card,
        options.target,
        options.input_size,
        options.threshold,
        options.tag_scale,
        options.second_stage,
        options.base,
    )


if __name__ == "__main__":
    main()
