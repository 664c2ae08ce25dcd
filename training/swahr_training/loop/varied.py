"""A contact sheet of samples as training varies them: what the network is shown, with the joints that it is to find."""

from pathlib import Path

import cv2
import numpy as np

from swahr.errors import OutputError
from swahr.overlay.skeletons import draw_poses
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image
from swahr_training.config import TrainConfig
from swahr_training.data.sheet import captioned, fit_tile, grid
from swahr_training.data.sources import load_training_data
from swahr_training.loop.resolve import resolve_config
from swahr_training.samples.batches import BatchLoader
from swahr_training.samples.photos import PhotoCache
from swahr_training.samples.plan import Plan
from swahr_training.samples.render import render_sample

COUNT = 12
CACHE_BYTES = 2e8


def write_varied(config: TrainConfig, target: Path) -> None:
    """Draw the first samples of a run.

    Args:
        config: Of the run, as it was given.
        target: The picture.

    Raises:
        SwahrError: Settings, labels or photos are at fault.
        OutputError: The picture cannot be written.
    """
    data = load_training_data(config)
    config = resolve_config(config, data.skeleton, len(data.photos), photo_side=data.photo_side)
    loader = BatchLoader(
        data.photos,
        data.weights,
        data.skeleton,
        config.input_size,
        COUNT,
        config.augment,
        config.seed,
        PhotoCache(CACHE_BYTES),
    )
    plans = loader.plans(0)
    tiles = [
        captioned(_tile(plan, data.skeleton), f"as trained: {name}")
        for plan, name in zip(plans.samples, plans.names, strict=True)
    ]
    if not cv2.imwrite(str(target), grid(tiles)):
        raise OutputError(f"{target}: OpenCV cannot write it")


def _tile(plan: Plan, skeleton: Skeleton) -> Image:
    sample = render_sample(plan)
    keypoints = np.full_like(plan.joints, np.nan)
    labelled = plan.joints[..., 2] > 0
    keypoints[labelled, :2] = plan.joints[labelled, :2]
    keypoints[..., 2] = np.clip(plan.joints[..., 2], 0, 2) / 2
    poses = Poses(keypoints, np.ones(len(keypoints), np.float32), skeleton)
    return fit_tile(draw_poses(sample.image, poses))
