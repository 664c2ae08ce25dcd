"""A training step on this machine: where its time goes, and how long it waits for data.

python -m benchmarks.training [--size 512] [--photos 2] [--width 32] [--device cpu] [--threads 1]
"""

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from benchmarks.timing import best_ms, show
from swahr.models import Architecture, HigherHRNet
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.heads.higher import HigherHeadSettings
from swahr.models.stages import split_stages
from swahr.pose.skeleton import COCO_17
from swahr_training import toy
from swahr_training.config import TrainConfig
from swahr_training.data.labelled import LabelledImage
from swahr_training.loop.meter import Meter
from swahr_training.loop.processes import Processes
from swahr_training.loop.state import Ema, RunState
from swahr_training.loop.stepping import TrainingStep
from swahr_training.loss import SwahrLoss, tag_loss
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.batches import BatchLoader, collate, drawn_ahead
from swahr_training.samples.photos import PhotoCache
from swahr_training.samples.render_torch import pack, render_batch

PEOPLE = 30
MAX_OF_STEP = 0.05  # that the tag loss may cost with as many people


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=512, help="side of the input, pixels")
    parser.add_argument("--photos", type=int, default=2, help="photos of a batch")
    parser.add_argument("--width", type=int, default=32, help="width of the HRNet")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    run(**vars(parser.parse_args()))


def run(size: int, photos: int, width: int, device: str, threads: int) -> None:
    """Print what the parts of a step cost, and what drawing a batch costs here and on the device."""
    torch.set_num_threads(threads)
    on = torch.device(device)
    with tempfile.TemporaryDirectory() as folder:
        config = TrainConfig.model_validate(
            {"train": [{"images": folder}], "steps": 1, "input_size": size, "precision": "bfloat16"}
        )
        loader = people_everywhere(Path(folder), size, photos)
        architecture = Architecture(backbone=HRNetSettings(width=width), head=HigherHeadSettings(width=width))
        model = architecture.build().to(on, memory_format=torch.channels_last)  # type: ignore[call-overload]
        model.initialise()
        batch = collate(loader.plans(0), config.sigma).to(on)
        tags = torch.randn(photos, 17, size // 4, size // 4, device=on)

        def timed(call: object, seconds: float = 1.0) -> float:
            assert callable(call)
            return best_ms(lambda: (call(), _finish(on)), seconds)

        step = make_step(config, model, on)
        step_ms = timed(lambda: step(iter([batch])), 0)
        tag_ms = timed(partial(tag_step, tags, batch.tags))
        loss_ms = timed(partial(loss_step, model, batch.heatmaps, batch.masks, batch.tags))
        draw_ms = timed(lambda: collate(loader.plans(1), config.sigma))
        packed = pack(loader.plans(1))
        device_ms = timed(lambda: render_batch(packed, on, config.sigma))
        pack_ms = timed(lambda: pack(loader.plans(1)))
        waiting = share_of_waiting(loader, step, config, on)
    share = tag_ms / step_ms
    verdict = "within" if share <= MAX_OF_STEP else "ABOVE"
    show(
        f"A step of W{width} at {size}, {photos} photos with {PEOPLE} people each, bfloat16, {device}",
        ["work", "ms", "part of the step"],
        [
            ["whole step", f"{step_ms:.0f}", "1"],
            ["loss with its gradient", f"{loss_ms:.1f}", f"{loss_ms / step_ms:.3f}"],
            [f"tag loss with its gradient ({verdict} {MAX_OF_STEP:.0%})", f"{tag_ms:.2f}", f"{share:.4f}"],
            [
                "drawing a batch by cv2, one thread, beside the step",
                f"{draw_ms:.0f}",
                f"{draw_ms / step_ms:.3f}",
            ],
            ["gathering a batch for the device, likewise", f"{pack_ms:.0f}", f"{pack_ms / step_ms:.3f}"],
            [f"drawing it by torch on {device}", f"{device_ms:.1f}", f"{device_ms / step_ms:.3f}"],
            ["waiting for data, of 5 steps with one loader thread", "", f"{waiting:.3f}"],
        ],
    )


def people_everywhere(folder: Path, size: int, photos: int) -> BatchLoader:
    """Return a loader of photos of that size with as many people as the tags of a photo allow."""
    random = np.random.default_rng(0)

    dataset = []
    for number in range(2 * photos):
        path = folder / f"{number}.jpg"
        cv2.imwrite(str(path), cv2.resize(toy.background(random), (size * 4 // 3, size)))
        joints = np.full((PEOPLE, 17, 3), 2, np.float32)
        joints[..., :2] = random.uniform(0.2, 0.8, (PEOPLE, 17, 2)) * (size * 4 // 3, size)
        boxes = np.tile(np.asarray([0, 0, size, size], np.float32), (PEOPLE, 1))
        dataset.append(LabelledImage(path, joints, boxes, np.zeros(PEOPLE, bool)))
    augment = AugmentConfig(scale=(0.9, 1.1), rotation_deg=10, colour=0.5)
    return BatchLoader(dataset, None, COCO_17, size, photos, augment, 0, PhotoCache(1e9))


def make_step(config: TrainConfig, model: HigherHRNet, device: torch.device) -> TrainingStep:
    optimiser = torch.optim.AdamW([{"params": list(model.parameters()), "factor": 1.0}])
    state = RunState(model, Ema(model, 0.9), optimiser, torch.amp.GradScaler(device.type, enabled=False))
    return TrainingStep(config, state, model, model, Processes(0, 1, device))


def loss_step(model: HigherHRNet, heatmaps: list[Tensor], masks: list[Tensor], indices: Tensor) -> None:
    k, device = model.num_joints, heatmaps[0].device
    outputs = [
        torch.randn(*maps.shape[:1], channels, *maps.shape[2:], device=device, requires_grad=True)
        for maps, channels in zip(heatmaps, (3 * k, 2 * k), strict=True)
    ]
    split_stages(outputs, k)
    SwahrLoss()(outputs, heatmaps, masks, indices).total.backward()  # type: ignore[no-untyped-call]


def tag_step(tags: Tensor, indices: Tensor) -> None:
    push, pull = tag_loss(tags.requires_grad_(), indices)
    torch.autograd.grad(push.mean() + pull.mean(), tags)


def share_of_waiting(
    loader: BatchLoader, step: TrainingStep, config: TrainConfig, device: torch.device
) -> float:
    """Return the share of the time that five steps wait for their batches."""
    meter = Meter(5, 1)
    drawn = drawn_ahead(lambda n: collate(loader.plans(n), config.sigma).to(device), range(6))
    next(drawn)  # the first is waited for once in a run
    started, batches = time.perf_counter(), meter.timed(drawn)
    for _ in range(5):
        step(batches)
    return meter.waited / (time.perf_counter() - started)


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
