"""People and joints that were found twice.

Two peaks on one joint open two people with the same tag, and refine then completes both with the same joints.
They are known by object keypoint similarity (COCO's keypoint metric), as boxes are by overlap. Refine may also give one
joint to several people whose tags are alike, and so make a ghost of a neighbour's joints.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import AREA_OF_BOX


def drop_duplicates(
    keypoints: npt.NDArray[np.float32],
    scores: npt.NDArray[np.float32],
    sigmas: Sequence[float],
    max_similarity: float,
) -> npt.NDArray[np.int64]:
    """Return the indices of the people to keep, best first.

    Args:
        keypoints: [P, K, 3 or more], x, y, confidence (0 is missing).
        scores: [P].
        sigmas: K, as in `Skeleton`.
        max_similarity: A person is dropped where the similarity to a better one is above, in [0, 1]; 1 keeps all.
    """
    order = np.argsort(-scores, kind="stable")
    similarity = pairwise_oks(keypoints, sigmas)
    kept: list[int] = []
    for person in order:
        if not kept or similarity[kept, person].max() <= max_similarity:
            kept.append(int(person))
    return np.asarray(kept, np.int64)


def joints_of_others(keypoints: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return [P, K]: which joints are at the very place where somebody with a better right to it has the same joint.

    Who was matched with a joint has the best right to it, then the best of those for whom refine filled it in, which
    leaves its tags 0.

    Args:
        keypoints: [P, K, 3 + T] as parsed, x, y, confidence, tags; the best person first.
    """
    person, joint = np.nonzero(keypoints[:, :, 2] > 0)
    x, y = keypoints[person, joint, :2].T
    filled_in = ~keypoints[person, joint, 3:].any(axis=1)
    order = np.lexsort((person, filled_in, y, x, joint))
    places = np.column_stack([joint, x, y])[order]
    again = order[1:][(places[1:] == places[:-1]).all(axis=1)]
    taken = np.zeros(keypoints.shape[:2], np.bool_)
    taken[person[again], joint[again]] = True
    return taken


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


def person_area(joints: npt.NDArray[np.float32]) -> float:
    """Return the area in square pixels that counts of a person [K, 3], x, y, confidence (0 is missing)."""
    return _area(joints[joints[:, 2] > 0, :2].astype(np.float64))
