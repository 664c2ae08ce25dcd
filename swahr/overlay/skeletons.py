"""Skeletons drawn over frames."""

from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr.pose.sides import side_of
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image

Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]

# BGR. Warm on a person's left, cool on the right, so that the two tell apart at a glance and for the
# colour-blind; each side runs through its colours along the body, so that neighbouring limbs differ.
LEFT: tuple[Colour, ...] = ((60, 190, 255), (64, 124, 255), (92, 72, 246))
RIGHT: tuple[Colour, ...] = ((222, 214, 66), (250, 172, 56), (252, 118, 122))
MIDDLE: tuple[Colour, ...] = ((140, 232, 186),)
JOINT: Colour = (255, 255, 255)
OUTLINE: Colour = (30, 22, 18)  # lines show on light, dark and busy backgrounds alike

SUBPIXEL_BITS = 4
# Half width of a limb: a part of the person's extent and of the frame's short side, at least some pixels.
WIDTH_OF_PERSON = 1 / 105
WIDTH_OF_FRAME = 1 / 240
MIN_WIDTH = 1.0
# Short limbs, as in a face or of people far away, are thinner, or they would hide what they show.
WIDTH_OF_LIMB = 1 / 7
# A joint of this score or more has its full width, a weaker one less.
SURE = 0.6
WIDTH_OF_UNSURE = 0.45
# Half width of a joint, by its widest limb's: larger on large people, where there is room.
DOT_GROWTH, DOT_SHRINK = 1.3, 0.5
# Width of the outline, pixels, and what it gains with the limbs.
RIM, RIM_OF_WIDTH = 0.6, 0.22


def draw_poses(image: Image, poses: Poses, min_score: float = 0.1) -> Image:
    """Draw people over a copy of a frame, the best on top.

    Limbs need both ends. Lines are wider on larger people and thinner towards joints of a low score.

    Args:
        image: [H, W, 3] uint8 BGR.
        poses: of the frame, in its pixels.
        min_score: joints of a lower score are left out.
    """
    canvas: Image = image.copy()
    colours = limb_colours(poses.skeleton)
    for keypoints in poses.keypoints[::-1]:
        draw_person(canvas, keypoints.astype(np.float64), poses.skeleton, colours, min_score)
    return canvas


@lru_cache
def limb_colours(skeleton: Skeleton) -> tuple[Colour, ...]:
    """Return a BGR colour per limb: warm on the left side, cool on the right, green between."""
    sides = [{"left": LEFT, "right": RIGHT}.get(side, MIDDLE) for side in limb_sides(skeleton)]
    places = [sides[:index].count(side) for index, side in enumerate(sides)]
    return tuple(
        _blend(side, place / max(1, sides.count(side) - 1)) for side, place in zip(sides, places, strict=True)
    )


@lru_cache
def joint_sides(skeleton: Skeleton) -> tuple[str, ...]:
    """Return of each joint whether it is on the person's "left" or "right" side, or in the "middle"."""
    sides = ["middle"] * skeleton.num_joints
    for pair in skeleton.flip_pairs:
        left, right = pair[::-1] if side_of(skeleton.joints[pair[0]]) == "right" else pair
        sides[left], sides[right] = "left", "right"
    return tuple(sides)


@lru_cache
def limb_sides(skeleton: Skeleton) -> tuple[str, ...]:
    """Return of each limb whether it is on the person's "left" or "right" side, or in the "middle"."""
    sides = joint_sides(skeleton)
    touched = [tuple(side in (sides[a], sides[b]) for side in ("left", "right")) for a, b in skeleton.limbs]
    return tuple("middle" if a == b else "left" if a else "right" for a, b in touched)


def draw_person(
    canvas: Image,
    keypoints: Floats,
    skeleton: Skeleton,
    colours: tuple[Colour, ...],
    min_score: float,
    limbs: bool = True,
    joints: bool = True,
) -> None:
    """Draw a person into a frame.

    Args:
        canvas: [H, W, 3] uint8 BGR, which is changed.
        keypoints: [K, 3] x, y in frame pixels and score.
        skeleton: of the keypoints.
        colours: BGR, one per limb.
        min_score: joints of a lower score are left out.
        limbs: whether limbs are drawn.
        joints: whether dots are drawn.
    """
    points, scores = keypoints[:, :2], keypoints[:, 2]
    seen = (scores >= min_score) & np.isfinite(points).all(axis=1)
    if not seen.any():
        return
    full = _half_width(points[seen], canvas.shape[:2])
    sureness = WIDTH_OF_UNSURE + (1 - WIDTH_OF_UNSURE) * np.clip(scores / SURE, 0, 1)
    drawn = [limb for limb, (a, b) in enumerate(skeleton.limbs) if limbs and seen[a] and seen[b]]
    start, end = np.asarray([skeleton.limbs[limb] for limb in drawn], np.intp).reshape(-1, 2).T
    lengths = np.linalg.norm(points[start] - points[end], axis=1)
    limb_widths = np.clip(lengths * WIDTH_OF_LIMB, min(MIN_WIDTH, full), full)
    joint_widths = np.zeros(len(points))
    np.maximum.at(joint_widths, np.concatenate([start, end]), np.tile(limb_widths, 2))
    joint_widths[joint_widths == 0] = full  # joints without a limb
    at_start, at_end = limb_widths * sureness[start], limb_widths * sureness[end]
    dotted = seen if joints else np.zeros_like(seen)
    dots = (DOT_GROWTH * joint_widths - DOT_SHRINK)[dotted] * sureness[dotted]
    rim = RIM + RIM_OF_WIDTH * full
    # All outlines first, so that a person is one shape.
    for outline in _capsules(points[start], points[end], at_start + rim, at_end + rim):
        _fill(canvas, outline, OUTLINE)
    for outline in _discs(points[dotted], dots + rim):
        _fill(canvas, outline, OUTLINE)
    for outline, limb in zip(_capsules(points[start], points[end], at_start, at_end), drawn, strict=True):
        _fill(canvas, outline, colours[limb])
    for outline in _discs(points[dotted], dots):
        _fill(canvas, outline, JOINT)


def _half_width(points: Floats, frame_hw: tuple[int, ...]) -> float:
    extent = float((points.max(axis=0) - points.min(axis=0)).max())
    return max(MIN_WIDTH, min(extent * WIDTH_OF_PERSON, max(2.0, min(frame_hw) * WIDTH_OF_FRAME)))


def _blend(colours: tuple[Colour, ...], place: float) -> Colour:
    """Return the colour at a place in [0, 1] along a row of colours."""
    if len(colours) == 1:
        return colours[0]
    steps = list(pairwise(colours))
    index = min(int(place * len(steps)), len(steps) - 1)
    part = place * len(steps) - index
    b, g, r = (round(x + (y - x) * part) for x, y in zip(*steps[index], strict=True))
    return b, g, r


def _capsules(a: Floats, b: Floats, radius_a: Floats, radius_b: Floats) -> npt.NDArray[np.int32]:
    """Return the outlines [L, N, 2] of limbs: half circles around both ends and what is between them."""
    x, y = (b - a).T
    turn = np.arctan2(y, x)[:, None] + np.linspace(0.5 * np.pi, 1.5 * np.pi, 9)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=2)
    ends = a[:, None] + radius_a[:, None, None] * circle, b[:, None] - radius_b[:, None, None] * circle
    return _fixed(np.concatenate(ends, axis=1))


def _discs(centres: Floats, radii: Floats) -> npt.NDArray[np.int32]:
    """Return the outlines [K, N, 2] of joints."""
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return _fixed(centres[:, None] + radii[:, None, None] * circle)


def _fixed(points: Floats) -> npt.NDArray[np.int32]:
    """Return points in OpenCV's fixed-point numbers."""
    return np.clip(np.rint(points * (1 << SUBPIXEL_BITS)), -(2**26), 2**26).astype(np.int32)


def _fill(canvas: Image, outline: npt.NDArray[np.int32], colour: Colour) -> None:
    cv2.fillConvexPoly(canvas, outline, colour, cv2.LINE_AA, SUBPIXEL_BITS)
