"""Skeletons drawn over frames."""

import colorsys
from functools import lru_cache

import cv2
import numpy as np

from swahr.images import Image
from swahr.poses import Poses
from swahr.skeleton import Skeleton

Colour = tuple[int, int, int]

OUTLINE: Colour = (24, 20, 16)
# Hues by side, degrees: people's left in warm, right in cool colours, the middle in yellow-green.
LEFT_HUES = (2.0, 42.0)
RIGHT_HUES = (188.0, 268.0)
MIDDLE_HUE = 74.0
SUBPIXEL_BITS = 4


def draw_poses(image: Image, poses: Poses, min_score: float = 0.1) -> Image:
    """Draw people over a copy of a frame.

    image: [H, W, 3] uint8 BGR. Joints below `min_score` are left out, limbs need both ends. Lines are
    thicker on larger people.
    """
    canvas: Image = image.copy()
    colours = limb_colours(poses.skeleton)
    for keypoints in poses.keypoints[::-1]:  # the best person on top
        seen = (keypoints[:, 2] >= min_score) & np.isfinite(keypoints[:, :2]).all(axis=1)
        if not seen.any():
            continue
        thickness = _thickness(keypoints[seen, :2], image.shape[:2])
        limbs = [
            (limb, colour)
            for limb, colour in zip(poses.skeleton.limbs, colours, strict=True)
            if seen[limb[0]] and seen[limb[1]]
        ]
        for (a, b), _ in limbs:
            _line(canvas, keypoints[a], keypoints[b], OUTLINE, thickness + 2)
        for (a, b), colour in limbs:
            _line(canvas, keypoints[a], keypoints[b], colour, thickness)
        for joint in np.flatnonzero(seen):
            _dot(canvas, keypoints[joint], OUTLINE, 0.75 * thickness + 1.5)
            _dot(canvas, keypoints[joint], (250, 250, 250), 0.75 * thickness)
    return canvas


@lru_cache
def limb_colours(skeleton: Skeleton) -> tuple[Colour, ...]:
    """Return a BGR colour a limb: warm on the left side, cool on the right, yellow-green between."""
    left = {pair[0] for pair in skeleton.flip_pairs}
    right = {pair[1] for pair in skeleton.flip_pairs}
    sides = [
        "left"
        if {a, b} & left and not {a, b} & right
        else "right"
        if {a, b} & right and not {a, b} & left
        else ""
        for a, b in skeleton.limbs
    ]
    colours = []
    for index, side in enumerate(sides):
        place = sides[:index].count(side) / max(1, sides.count(side) - 1)
        low, high = {"left": LEFT_HUES, "right": RIGHT_HUES}.get(side, (MIDDLE_HUE, MIDDLE_HUE))
        colours.append(_bgr(low + (high - low) * min(1.0, place)))
    return tuple(colours)


def _bgr(hue_deg: float) -> Colour:
    r, g, b = colorsys.hsv_to_rgb(hue_deg / 360, 0.78, 1.0)
    return round(255 * b), round(255 * g), round(255 * r)


def _thickness(points: np.ndarray, frame_hw: tuple[int, ...]) -> int:
    """A fiftieth of the person, within bounds that suit the frame."""
    extent = float((points.max(axis=0) - points.min(axis=0)).max()) if len(points) > 1 else 0.0
    largest = max(3.0, min(frame_hw) / 110)
    return max(2, round(min(extent / 45, largest)))


def _fixed(point: np.ndarray) -> tuple[int, int]:
    scaled = np.clip(np.rint(point[:2] * (1 << SUBPIXEL_BITS)), -(2**30), 2**30).astype(int)
    return int(scaled[0]), int(scaled[1])


def _line(canvas: Image, a: np.ndarray, b: np.ndarray, colour: Colour, thickness: int) -> None:
    cv2.line(canvas, _fixed(a), _fixed(b), colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _dot(canvas: Image, point: np.ndarray, colour: Colour, radius: float) -> None:
    scaled = max(1, round(radius * (1 << SUBPIXEL_BITS)))
    cv2.circle(canvas, _fixed(point), scaled, colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)
