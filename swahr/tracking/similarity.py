"""How alike poses are that were seen at two moments. N tracks, P people, K joints."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# A person of whom joints in one line alone are seen is not taken to be that thin.
MIN_ASPECT = 0.35
# Sizes that the middles of one person's joints may be apart from one sight to the next, when others are found.
REACH = 1.5


class Seen(NamedTuple):
    """The people of a frame.

    xy: [P, K, 2], 0 where missing. weights: [P, K], the joints' scores, 0 where missing. boxes: [P, 2, 2], the
    smallest and the largest x and y. sizes: [P] pixels.
    """

    xy: Floats
    weights: Floats
    boxes: Floats
    sizes: Floats


def see(poses: Poses) -> Seen:
    """Take poses apart, in double precision and without NaN."""
    keypoints = poses.keypoints.astype(np.float64)
    found: Bools = np.isfinite(keypoints[:, :, 0]) & np.isfinite(keypoints[:, :, 1])
    xy = np.where(found[:, :, None], keypoints[:, :, :2], 0.0)
    # A joint of a low score still says where the person is.
    weights = np.where(found, 0.1 + keypoints[:, :, 2].clip(0.0, 1.0), 0.0)
    boxes = body_boxes(xy, found)
    return Seen(xy, weights, boxes, body_sizes(boxes))


def body_boxes(xy: Floats, known: Bools) -> Floats:
    """Return the smallest and the largest x and y [N, 2, 2] of known joints; 0 of people without any."""
    mask = known[:, :, None]
    low = np.where(mask, xy, np.inf).min(axis=1, initial=np.inf)
    high = np.where(mask, xy, -np.inf).max(axis=1, initial=-np.inf)
    boxes = np.stack([low, high], axis=1)
    return np.where(np.isfinite(boxes), boxes, 0.0)


def body_sizes(boxes: Floats) -> Floats:
    """Return the sizes [N] of people in pixels: the square root of the area of the box around their known joints."""
    sides = np.maximum(boxes[:, 1] - boxes[:, 0], 1.0)
    long, short = sides.max(axis=1), sides.min(axis=1)
    return np.asarray(np.sqrt(long * np.maximum(short, MIN_ASPECT * long)))


class Pairs(NamedTuple):
    """How alike tracks and people are, in [0, 1].

    similarity: [N, P]. rows: [N, P] into joints [M, K], of each joint alone; -1 for those who are far apart.
    """

    similarity: Floats
    rows: npt.NDArray[np.intp]
    joints: Floats


def pose_similarity(
    xy: Floats, known: Bools, sizes: Floats, slack: Floats, seen: Seen, sigmas: Floats
) -> Pairs:
    """Compare predicted tracks and seen people.

    The object keypoint similarity of COCO (cocodataset.org, keypoints-eval) over the joints that both have, weighted
    by score, with each joint's standard deviation widened by the doubt in the prediction. A track and a person with
    few joints in common are less alike. Those who are far apart are 0 and cost nothing.

    Args:
        xy: [N, K, 2] frame pixels, where the joints of the tracks are expected.
        known: [N, K], which joints of them are known.
        sizes: [N] pixels, of the tracks.
        slack: [N], doubt in the predictions, in parts of the size.
        seen: The people.
        sigmas: [K], of the skeleton.

    Returns:
        How alike they are.
    """
    middles, seen_middles = _middles(xy, known), _middles(seen.xy, seen.weights > 0)
    size = 0.5 * (sizes[:, None] + seen.sizes)
    reach = size * (REACH + 3 * slack[:, None])
    near = (np.abs(middles[:, None] - seen_middles) < reach[:, :, None]).all(axis=2)
    track, person = np.nonzero(near)
    apart = xy[track] - seen.xy[person]
    variance = ((2 * sigmas) ** 2 + slack[track, None] ** 2) * (size[track, person] ** 2)[:, None]
    both = known[track] & (seen.weights[person] > 0)
    alike = np.exp(np.einsum("mkc,mkc->mk", apart, apart) * (-0.5 / variance)) * both
    weights = seen.weights[person] * both
    common = both.sum(axis=1)
    total = (alike * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9) * common / (common + 1)
    similarity, rows = np.zeros(near.shape), np.full(near.shape, -1, np.intp)
    similarity[track, person], rows[track, person] = total, np.arange(len(track))
    return Pairs(similarity, rows, alike)


def _middles(xy: Floats, known: Bools) -> Floats:
    middles: Floats = (xy * known[:, :, None]).sum(axis=1) / np.maximum(known.sum(axis=1), 1)[:, None]
    return middles
