"""People found twice, by object keypoint similarity: the greedy and the soft suppression of top-down systems.

Papandreou et al., "Towards Accurate Multi-person Pose Estimation in the Wild", CVPR 2017 (arXiv 1701.01779),
section 2.2.3; the soft form after Bodla et al., "Soft-NMS", ICCV 2017 (arXiv 1704.04503). P people, K joints.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Indices = npt.NDArray[np.int64]
MAX_SOFT = 20  # people that the soft form keeps


def oks_to_one(
    person: int, others: Indices, keypoints: Floats, areas: Floats, sigmas: Sequence[float]
) -> npt.NDArray[np.float64]:
    """Return the similarity of some people to one: over all K joints, by the mean of both areas."""
    xy = np.asarray(keypoints[..., :2], np.float64)
    distance2 = ((xy[others] - xy[person]) ** 2).sum(axis=2)  # [M, K]
    area = (areas[person] + areas[others])[:, None] / 2 + np.spacing(1)
    variance = (2 * np.asarray(sigmas)) ** 2
    return np.asarray(np.exp(-distance2 / variance / area / 2).mean(axis=1))


def oks_nms(
    keypoints: Floats, scores: Floats, areas: Floats, sigmas: Sequence[float], max_similarity: float = 0.9
) -> Indices:
    """Return the people to keep, best first: who is no more similar than that to anybody better who is kept.

    Args:
        keypoints: [P, K, 2 or more] x, y.
        scores: [P].
        areas: [P], pixels squared.
        sigmas: K, as in `Skeleton`.
        max_similarity: 0.9 as published for COCO.
    """
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    kept: list[int] = []
    while len(order):
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[oks_to_one(best, order, keypoints, areas, sigmas) <= max_similarity]
    return np.asarray(kept, np.int64)


def soft_oks_nms(
    keypoints: Floats, scores: Floats, areas: Floats, sigmas: Sequence[float], spread: float = 0.9
) -> Indices:
    """Return at most 20 people, best first, where who is similar to a better one has a lower score from then on.

    Args:
        keypoints: [P, K, 2 or more] x, y.
        scores: [P].
        areas: [P], pixels squared.
        sigmas: K, as in `Skeleton`.
        spread: A score is multiplied by exp(-similarity^2 / spread).
    """
    left = np.asarray(scores, np.float64).copy()
    order = np.argsort(-left, kind="stable")
    kept: list[int] = []
    while len(order) and len(kept) < MAX_SOFT:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        left[order] *= np.exp(-(oks_to_one(best, order, keypoints, areas, sigmas) ** 2) / spread)
        order = order[np.argsort(-left[order], kind="stable")]
    return np.asarray(kept, np.int64)
