"""Joints that data sets do not label, and that lie between two that they do: OpenPose's neck, and the middle hip."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import DEFAULT_SIGMA, Skeleton
from swahr_training.data.labels import Labels

# Cao et al., TPAMI 2019 (arXiv 1812.08008), section 5.1: the neck is the mean of the shoulders.
MIDDLES = {"neck": ("left_shoulder", "right_shoulder"), "mid_hip": ("left_hip", "right_hip")}


def with_middles(labels: Labels, wanted: Skeleton) -> Labels:
    """Return labels with the middles that a skeleton has and they lack, labelled where both joints are."""
    known = labels.skeleton.joints
    added = [
        (name, known.index(a), known.index(b))
        for name, (a, b) in MIDDLES.items()
        if name in wanted.joints and name not in known and a in known and b in known
    ]
    if not added:
        return labels
    pairs = [(a, b) for _, a, b in added]
    skeleton = replace(
        labels.skeleton,
        joints=(*known, *(name for name, _, _ in added)),
        sigmas=(*labels.skeleton.sigmas, *(DEFAULT_SIGMA for _ in added)),
        matching_order=(*labels.skeleton.matching_order, *range(len(known), len(known) + len(added))),
    )
    photos = [
        replace(
            photo,
            people=tuple(replace(person, joints=_joined(person.joints, pairs)) for person in photo.people),
        )
        for photo in labels.photos
    ]
    return replace(labels, skeleton=skeleton, photos=photos)


def _joined(joints: npt.NDArray[np.float32], pairs: list[tuple[int, int]]) -> npt.NDArray[np.float32]:
    rows = []
    for a, b in pairs:
        seen = min(joints[a, 2], joints[b, 2])
        rows.append([*((joints[a, :2] + joints[b, :2]) / 2), seen] if seen > 0 else [0, 0, 0])
    return np.concatenate([joints, np.asarray(rows, np.float32)])
