r"""Grouping learnt before photos are: heatmaps of labelled layouts in, tags out.

The grouping tower of `swahr.models.backbones.movenet` reads the trunk's heatmaps, so labels of joints are enough to
teach it who belongs together: heatmaps are drawn from them, with joints missing, weak, displaced and made up, as a
network's are. What the tower reads of the photo is zero meanwhile; training on photos comes after.

    python -m swahr_training.recipes.grouping person_keypoints_train2017.json --movenet MOVENET.onnx \
        --out layouts.safetensors
"""

import argparse
import math
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from swahr._util.reading import read_json
from swahr.models import Architecture, HigherHRNet
from swahr.models.backbones.movenet import (
    HEATMAP_WIDTH,
    PYRAMID_WIDTHS,
    MoveNetBackbone,
    MoveNetSettings,
    coordinates,
    draw_origin,
)
from swahr.models.backbones.movenet_onnx import load_movenet
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.heads.higher import HigherHeadSettings
from swahr.models.higher_hrnet import with_tags
from swahr.pose.skeleton import COCO_17
from swahr_training.loop.state import Ema
from swahr_training.losses.tags import tag_loss
from swahr_training.recipes.layouts import Layout, draw, read_layouts

ARCHITECTURE = Architecture(
    backbone=MoveNetSettings(),
    head=HigherHeadSettings(
        width=24, blocks=1, bottleneck=32, heatmap_activation="sigmoid", tag_dims=2, refine_first=True
    ),
)
MEAN = STD = (0.5, 0.5, 0.5)  # MoveNet's
AHEAD = 4  # batches that are drawn before their use
LOG_EVERY, SAVE_EVERY = 50, 500


class TagsOfHeatmaps(nn.Module):
    """The way from heatmaps to tags through a network's grouping tower, as if its trunk saw nothing."""

    def __init__(self, model: HigherHRNet) -> None:
        super().__init__()
        final = model.head.final_layers[0]
        assert isinstance(model.backbone, MoveNetBackbone)
        assert isinstance(final, nn.Conv2d)
        self.tower, self.final, self.num_joints = model.backbone.grouping_tower, final, model.num_joints

    def forward(self, joints: Tensor) -> Tensor:
        """Map [B, K, h, w] to tags [B, D K, h, w]."""
        batch, _, h, w = joints.shape
        w4, _, w16, w32 = PYRAMID_WIDTHS
        at4, at8, at16 = (
            joints.new_zeros(batch, channels, h // step, w // step)
            for channels, step in ((w4, 1), (w16, 2), (w32, 4))
        )
        origin = draw_origin(at4, self.training)
        grouping = self.tower(joints, at4, at8, at16, origin)
        features = torch.cat([grouping, coordinates(at4, origin)], dim=1)
        weight, bias = self.final.weight, self.final.bias
        assert bias is not None
        k = self.num_joints
        return nn.functional.conv2d(features, weight[k:, HEATMAP_WIDTH:], bias[k:])


def batches(
    layouts: list[Layout], size: int, batch_size: int, steps: int, seed: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield heatmaps [B, K, size/4, size/4] and tag indices [B, 30, K, 2], drawn ahead in a thread."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((seed, step))
        heatmaps, indices = zip(*(draw(layouts, size, rng) for _ in range(batch_size)), strict=True)
        return torch.from_numpy(np.stack(heatmaps)), torch.from_numpy(np.stack(indices))

    pending: deque[Future[tuple[Tensor, Tensor]]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="layouts") as pool:
        for step in range(steps):
            pending.append(pool.submit(batch, step))
            if len(pending) > AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def train_grouping(
    model: HigherHRNet,
    layouts: list[Layout],
    out: Path,
    *,
    steps: int,
    size: int = 320,
    batch_size: int = 16,
    rate: float = 2e-3,
    seed: int = 0,
) -> None:
    """Train the grouping tower and the tags of `model`, and write it to `out` with its weights averaged.

    Args:
        model: on MoveNet's backbone; changed in place.
        layouts: what is learnt.
        out: the checkpoint.
        steps: length of the training.
        size: side of the square that people are drawn into, pixels.
        batch_size: layouts of a batch.
        rate: highest rate of AdamW, cosine decay.
        seed: of the layouts' order and places.
    """
    tags_of = TagsOfHeatmaps(model).train()
    tags_of.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(tags_of.parameters(), lr=rate, weight_decay=1e-4)
    averaged = Ema(tags_of, 0.995)
    sums, started = np.zeros(2), time.monotonic()
    for step, (heatmaps, indices) in enumerate(batches(layouts, size, batch_size, steps, seed), 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, step / 100) * 0.5 * (1 + math.cos(math.pi * step / steps))
        with torch.autocast("cpu", torch.bfloat16):
            tags = tags_of(heatmaps.contiguous(memory_format=torch.channels_last))
        push, pull = (
            term.mean() for term in tag_loss(tags.float(), indices, model.num_joints, push_over="people")
        )
        optimiser.zero_grad(set_to_none=True)
        (push + pull).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(tags_of.parameters(), 1.0)
        optimiser.step()
        averaged.update(tags_of)
        sums += push.item(), pull.item()
        if step % LOG_EVERY == 0:
            speed = step * batch_size / (time.monotonic() - started)
            print(
                f"{step} push {sums[0] / LOG_EVERY:.4f} pull {sums[1] / LOG_EVERY:.4f} {speed:.1f} per second"
            )
            sums[:] = 0
        if step % SAVE_EVERY == 0 or step == steps:
            _save(model, tags_of, averaged, size, step, out)


def _save(
    model: HigherHRNet, tags_of: TagsOfHeatmaps, averaged: Ema, size: int, step: int, out: Path
) -> None:
    own = {name: value.clone() for name, value in tags_of.state_dict().items()}
    tags_of.load_state_dict(averaged.weights)
    save_checkpoint(out, Checkpoint(model, ARCHITECTURE, COCO_17, size, MEAN, STD, {"steps": step}))
    tags_of.load_state_dict(own)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Teach the grouping tower from labels without photos.")
    parser.add_argument(
        "layouts", type=Path, help="COCO keypoint JSON, or an .npz file (see swahr_training.recipes.layouts)"
    )
    parser.add_argument("--movenet", type=Path, required=True, help="MoveNet MultiPose ONNX file")
    parser.add_argument("--leave-out", type=Path, help="COCO JSON whose photos are not to be learnt from")
    parser.add_argument("--start-from", type=Path, help="checkpoint to go on from")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--size", type=int, default=320, help="side of the input, pixels")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    left_out = read_json(options.leave_out)["images"] if options.leave_out else []
    layouts = read_layouts(options.layouts, {image["id"] for image in left_out})
    print(f"{len(layouts)} photos' people")
    torch.manual_seed(options.seed)
    model = with_tags(ARCHITECTURE.build())
    model.initialise()
    load_movenet(model, options.movenet)
    assert isinstance(model.backbone, MoveNetBackbone)
    model.backbone.grouping_tower.start_from_layouts()
    if options.start_from:
        model.load_state_dict(load_checkpoint(options.start_from).model.state_dict())
    train_grouping(
        model,
        layouts,
        options.out,
        steps=options.steps,
        size=options.size,
        batch_size=options.batch_size,
        rate=options.rate,
        seed=options.seed,
    )


if __name__ == "__main__":
    main()
