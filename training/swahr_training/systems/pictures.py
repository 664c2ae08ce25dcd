"""Pictures of a run: frames as a network sees them, and samples as it is shown them."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import InputMaps
from swahr.overlay.skeletons import draw_poses
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels
from swahr_training.samples.order import SampleOrder
from swahr_training.samples.plan import Plan
from swahr_training.samples.render import render_sample

PICTURES = 4
MAX_SIDE = 640  # of a picture, pixels


def shown_photos(validated: Labels | None, trained: list[LabelledImage]) -> list[Path]:
    """Choose photos with people: those of the validation, which training does not see, or else trained ones."""
    if validated is None:
        return [labelled.path for labelled in trained if len(labelled.joints)][:PICTURES]
    seen = (photo.path for photo in validated.photos if any(not person.ignored for person in photo.people))
    return list(islice(seen, PICTURES))


def picture_of(estimator: PoseEstimator, photo: Image) -> Image:
    """Return people, heatmaps and tags of a photo side by side, [H, 3 W, 3] BGR."""
    scale = min(1.0, MAX_SIDE / max(photo.shape[:2]))
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    maps = estimator.maps([photo])
    grey = cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    confidence, tags = _confidence_and_tags(maps, size)
    hot = cv2.applyColorMap((255 * confidence).astype(np.uint8), cv2.COLORMAP_INFERNO)
    tag_colours = cv2.applyColorMap((255 * tags).astype(np.uint8), cv2.COLORMAP_TURBO)
    shown = confidence[..., None] ** 0.5  # weak joints are seen, too
    drawn = [0.5 * grey + 0.8 * hot, (1 - shown) * 0.5 * grey + shown * tag_colours]
    layers = [np.clip(layer, 0, 255).astype(np.uint8) for layer in drawn]
    return np.hstack([draw_poses(photo, estimator(photo)), *layers])


def _confidence_and_tags(
    maps: InputMaps, size: tuple[int, int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return at each pixel of the photo the confidence of its surest joint and that joint's tag, both in [0, 1].

    Tags are spread over the range that they have where joints are, so that people get distinct colours.
    """
    heatmaps = maps.heatmaps[0].float().cpu().numpy()
    joint = heatmaps.argmax(axis=0)[None]
    confidence = np.take_along_axis(heatmaps, joint, axis=0)[0].clip(0, 1)
    tags = np.take_along_axis(maps.tags[0, ..., 0].float().cpu().numpy(), joint, axis=0)[0]
    sure = tags[confidence > 0.5 * confidence.max()]
    low, high = float(sure.min()), float(sure.max())
    tags = ((tags - low) / max(high - low, 1e-6)).clip(0, 1)
    frame_from_input = maps.geometry.input_from_frame[:2].astype(np.float64)
    warped = [
        cv2.warpAffine(m, frame_from_input, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        for m in (confidence, tags)
    ]
    return warped[0].astype(np.float32), warped[1].astype(np.float32)


def drawn_frames(order: SampleOrder[Plan], skeleton: Skeleton) -> list[tuple[Image, str]]:
    """Return the first batch's frames with their people drawn on them, and their photos' names."""
    plans = order.plans(0)
    return [
        (with_joints(render_sample(plan).image, plan.joints, skeleton), name)
        for plan, name in zip(plans.samples, plans.names, strict=True)
    ]


def with_joints(image: Image, joints: npt.NDArray[np.float32], skeleton: Skeleton) -> Image:
    """Draw labelled joints [P, K, 3] x, y, visibility on a sample."""
    keypoints = np.full_like(joints, np.nan)
    labelled = joints[..., 2] > 0
    keypoints[labelled, :2] = joints[labelled, :2]
    keypoints[..., 2] = np.clip(joints[..., 2], 0, 2) / 2
    return draw_poses(image, Poses(keypoints, np.ones(len(keypoints), np.float32), skeleton))
