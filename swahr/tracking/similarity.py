"""How alike poses are that were seen at two moments. N tracks, P people, K joints."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.poses import Poses

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# A person of whom joints in one line alone are seen is not taken to be that thin.
LEAST_ASPECT = 0.35


class Seen(NamedTuple):
    """The people of a frame: xy [P, K, 2], 0 where missing; weights [P, K], the joints' scores; sizes [P] pixels."""

    xy: Floats
    weights: Floats
    sizes: Floats


def see(poses: Poses) -> Seen:
    """Take poses apart."""
    keypoints = poses.keypoints.astype(np.float64)
    found: Bools = np.asarray(np.isfinite(keypoints[:, :, :2]).all(axis=2))
    xy = np.where(found[:, :, None], keypoints[:, :, :2], 0.0)
    # A joint of a low score still says where the person is.
    weights = np.where(found, 0.1 + np.clip(keypoints[:, :, 2], 0.0, 1.0), 0.0)
    return Seen(xy, weights, body_sizes(xy, found))


def body_sizes(xy: Floats, known: Bools) -> Floats:
    """Return the sizes [N] of people in pixels: the square root of the area of the box around their known joints."""
    mask = known[:, :, None]
    low = np.where(mask, xy, np.inf).min(axis=1, initial=np.inf)
    high = np.where(mask, xy, -np.inf).max(axis=1, initial=-np.inf)
    sides = np.maximum(np.where(np.isfinite(low), high - low, 0.0), 1.0)
    long, short = sides.max(axis=1), sides.min(axis=1)
    return np.asarray(np.sqrt(long * np.maximum(short, LEAST_ASPECT * long)))


def pose_similarity(
    xy: Floats, known: Bools, sizes: Floats, slack: Floats, seen: Seen, sigmas: Floats
) -> tuple[Floats, Floats]:
    """Return the similarity [N, P] in [0, 1] of predicted tracks to seen people, and each joint's part [N, P, K].

    The object keypoint similarity of COCO (cocodataset.org, keypoints-eval) over the joints that both have, weighted
    by score, with each joint's deviation widened by the doubt in the prediction. A track and a person with few joints
    in common are less alike.
    xy, known, sizes: [N, K, 2], [N, K], [N] of the tracks. slack: [N], doubt in parts of the size.
    sigmas: [K], of the skeleton.
    """
    dx = xy[:, None, :, 0] - seen.xy[None, :, :, 0]
    dy = xy[:, None, :, 1] - seen.xy[None, :, :, 1]
    size = 0.5 * (sizes[:, None] + seen.sizes[None])
    variance = (2 * sigmas) ** 2 + slack[:, None] ** 2
    alike = np.exp((dx * dx + dy * dy) * (-0.5 / variance)[:, None] / (size * size)[:, :, None])
    alike *= known[:, None]
    weight = known.astype(np.float64) @ seen.weights.T
    common = known.astype(np.float64) @ (seen.weights > 0).astype(np.float64).T
    total = np.einsum("npk,pk->np", alike, seen.weights)
    return total / np.maximum(weight, 1e-9) * common / (common + 1), alike
