"""People that were found twice.

Two peaks on one joint open two people with the same tag, and refine then completes both with the same joints.
They are told by object keypoint similarity (COCO's keypoint metric), as boxes are by overlap.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Area of a person as a part of the box around the joints: its mean over COCO's labelled people.
AREA_OF_BOX = 0.53


def drop_duplicates(
    keypoints: npt.NDArray[np.float32],
    scores: npt.NDArray[np.float32],
    sigmas: Sequence[float],
    most_similar: float,
) -> npt.NDArray[np.int64]:
    """Return the indices of the people to keep, best first.

    keypoints: [P, K, 3 or more], x, y, heat (0 is missing). scores: [P]. sigmas: K, as in `Skeleton`.
    most_similar: a person is dropped where the similarity to a better one is above, in [0, 1]; 1 keeps all.
    """
    order = np.argsort(-scores, kind="stable")
    similarity = pairwise_oks(keypoints, sigmas)
    kept: list[int] = []
    for person in order:
        if not kept or similarity[kept, person].max() <= most_similar:
            kept.append(int(person))
    return np.asarray(kept, np.int64)


def pairwise_oks(keypoints: npt.NDArray[np.float32], sigmas: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return [P, P]: the similarity of person j to person i over the joints that both have, by i's size."""
    found = keypoints[:, :, 2] > 0  # [P, K]
    xy = keypoints[:, :, :2].astype(np.float64)
    area = np.asarray([_area(points[has]) for points, has in zip(xy, found, strict=True)])
    distance2 = ((xy[:, None] - xy[None]) ** 2).sum(axis=-1)  # [P, P, K]
    variance = (2 * np.asarray(sigmas)) ** 2
    alike = np.exp(-distance2 / (2 * area[:, None, None] * variance))
    shared = found[:, None] & found[None]
    similarity: npt.NDArray[np.float64] = (alike * shared).sum(axis=-1) / np.maximum(shared.sum(axis=-1), 1)
    return similarity


def _area(points: npt.NDArray[np.float64]) -> float:
    if len(points) == 0:
        return 1.0
    width, height = points.max(axis=0) - points.min(axis=0) + 1
    return float(AREA_OF_BOX * width * height)
