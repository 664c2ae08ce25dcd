"""Whether an exported network says what torch says of the same photos."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.inputs import input_of
from swahr.models.checkpoints import Checkpoint
from swahr.video.images import Image, read_image

MADE_UP_SIZES = ((240, 320), (320, 200))  # height, width: one lies, one stands


class Difference(NamedTuple):
    """The largest and the mean distance of heatmaps and tags from torch's, over all photos."""

    largest: float
    mean: float


def compare(checkpoint: Checkpoint, path: Path, backend: str, photos: Sequence[Path] = ()) -> Difference:
    """Run an exported file and torch in float32 on photos, or on noise without any, each at its own size.

    The checkpoint's network is taken over, as by the estimator.
    """
    cpu = torch.device("cpu")
    settings = NetworkSettings(device="cpu", precision="float32")
    ours = make_backend(checkpoint, settings.changed(backend="torch"), cpu)
    exported = make_backend(open_exported(path), settings.changed(backend=backend), cpu)
    largest, sums, count = 0.0, 0.0, 0
    for image in _images(photos):
        images = input_of(checkpoint, image)
        for one, other in zip(ours(images), exported(images), strict=True):
            distance = (one - other).abs()
            largest = max(largest, float(distance.max()))
            sums, count = sums + float(distance.sum()), count + distance.numel()
    return Difference(largest, sums / count)


def _images(photos: Sequence[Path]) -> list[Image]:
    if photos:
        return [read_image(photo) for photo in photos]
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (*size, 3), dtype=np.uint8) for size in MADE_UP_SIZES]
