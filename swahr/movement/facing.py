"""Which way a person faces in the frame: to its right, to its left, or neither, as from the front and behind."""

import numpy as np
import numpy.typing as npt

from swahr.movement.stretches import Floats
from swahr.pose.skeleton import Skeleton

Facing = npt.NDArray[np.int8]

RIGHT, LEFT, UNKNOWN = 1, -1, 0
WORDS = {RIGHT: "right", LEFT: "left", UNKNOWN: ""}
# What is in front of what: names of joints, the middle of those that are there.
IN_FRONT = (
    (("nose",), ("left_ear", "right_ear")),
    (("left_big_toe", "left_foot_index", "left_toe"), ("left_heel",)),
    (("right_big_toe", "right_foot_index", "right_toe"), ("right_heel",)),
)
# Part of a person's extent by which the front must be ahead of the back. From the side the nose is .05 to .08 ahead
# of the ears; from the front their middle wanders by .01.
MIN_AHEAD = 0.02
WINDOW_S = 0.6  # nobody turns round and back in less


def facing_of(places: Floats, times: Floats, skeleton: Skeleton) -> Facing:
    """Return which way someone faces in each frame, by the nose and the ears, the toes and the heels.

    Args:
        places: [n, K, 2], x to the right; NaN for missing joints.
        times: [n] seconds, which grow.
        skeleton: Of the joints.

    Returns:
        [n]: 1 to the right, -1 to the left, 0 where neither can be said.
    """
    if not len(times):
        return np.zeros(0, np.int8)
    x = places[:, :, 0]
    size = max(float(np.median(extents(places))), 1e-9)
    ahead = [_middle(x, front, skeleton) - _middle(x, back, skeleton) for front, back in IN_FRONT]
    evidence = _nan_median(np.stack(ahead, axis=1)) / size
    steady = _running_median(evidence, times)
    known = np.flatnonzero(np.isfinite(steady))
    if not len(known):
        return np.zeros(len(times), np.int8)
    # Where face and feet are hidden, the nearest frame in which they are seen says it.
    nearest = np.rint(np.interp(np.arange(len(times)), known, np.arange(len(known)))).astype(int)
    filled = steady[known[nearest]]
    return np.where(np.abs(filled) < MIN_AHEAD, UNKNOWN, np.sign(filled)).astype(np.int8)


def extents(places: Floats) -> Floats:
    """Return the longer sides of the boxes around people [n]; 0 where no joint is known. places: [n, K, 2]."""
    known = np.isfinite(places)
    low = np.where(known, places, np.inf).min(axis=1, initial=np.inf)
    high = np.where(known, places, -np.inf).max(axis=1, initial=-np.inf)
    sides = np.where(known.any(axis=1), high, 0) - np.where(known.any(axis=1), low, 0)
    return np.asarray(sides.max(axis=1, initial=0.0))


def _middle(x: Floats, names: tuple[str, ...], skeleton: Skeleton) -> Floats:
    places = [skeleton.joints.index(name) for name in names if name in skeleton.joints]
    if not places:
        return np.full(len(x), np.nan)
    part = x[:, places]
    count = np.isfinite(part).sum(axis=1)
    return np.where(count, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)


def _nan_median(values: Floats) -> Floats:
    """Return the medians of rows, of what is known in them; NaN where nothing is."""
    found = np.full(len(values), np.nan)
    some = np.isfinite(values).any(axis=1)
    found[some] = np.nanmedian(values[some], axis=1)
    return found


def _running_median(values: Floats, times: Floats) -> Floats:
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    half = max(0, round(WINDOW_S / 2 / step)) if step > 0 else 0
    padded = np.pad(values, half, constant_values=np.nan)
    return _nan_median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1))
