"""Skeletons drawn over frames."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr.pose.sides import side_of
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image

Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]
Outline = npt.NDArray[np.int32]  # [N, 2]

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
    found = poses.keypoints.astype(np.float64)
    for shapes in shapes_of(found, poses.skeleton, canvas.shape[:2], min_score)[::-1]:
        draw_person(canvas, shapes, colours)
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


class Shapes(NamedTuple):
    """What a person is drawn of: outlines in OpenCV's fixed-point numbers, and the limbs that some belong to."""

    rims: Sequence[Outline]
    limbs: Sequence[Outline]
    limb_numbers: Sequence[int]
    dots: Sequence[Outline]


def draw_person(canvas: Image, shapes: Shapes, colours: tuple[Colour, ...]) -> None:
    """Draw a person into a frame.

    Args:
        canvas: [H, W, 3] uint8 BGR, which is changed.
        shapes: of the person, see `shapes_of`.
        colours: BGR, one per limb.
    """
    for outline in shapes.rims:  # all of them first, so that a person is one shape
        _fill(canvas, outline, OUTLINE)
    for outline, limb in zip(shapes.limbs, shapes.limb_numbers, strict=True):
        _fill(canvas, outline, colours[limb])
    for outline in shapes.dots:
        _fill(canvas, outline, JOINT)


def shapes_of(
    keypoints: Floats,
    skeleton: Skeleton,
    frame_hw: tuple[int, ...],
    min_score: float,
    limbs: bool = True,
    joints: bool = True,
) -> list[Shapes]:
    """Return what each person is drawn of; of all at once, as most of the time goes into the calls.

    Args:
        keypoints: [P, K, 3] x, y in frame pixels and score.
        skeleton: of the keypoints.
        frame_hw: of the frame, pixels.
        min_score: joints of a lower score are left out.
        limbs: whether limbs are drawn.
        joints: whether dots are drawn.
    """
    points, scores = keypoints[:, :, :2], keypoints[:, :, 2]
    seen = (scores >= min_score) & np.isfinite(points).all(axis=2)
    points = np.where(seen[:, :, None], points, 0)
    full = _half_widths(points, seen, frame_hw)
    sureness = WIDTH_OF_UNSURE + (1 - WIDTH_OF_UNSURE) * np.clip(scores / SURE, 0, 1)
    start, end = np.asarray(skeleton.limbs, np.intp).reshape(-1, 2).T
    lengths = np.linalg.norm(points[:, start] - points[:, end], axis=2)
    drawn = seen[:, start] & seen[:, end] & limbs
    widths = np.where(drawn, np.clip(lengths * WIDTH_OF_LIMB, MIN_WIDTH, full[:, None]), 0)
    of_joints = np.zeros_like(scores)
    for ends in (start, end):
        np.maximum.at(of_joints.T, ends, widths.T)
    of_joints = np.where(of_joints == 0, full[:, None], of_joints)  # joints without a limb
    rims = (RIM + RIM_OF_WIDTH * full)[:, None]
    at_start, at_end = widths * sureness[:, start], widths * sureness[:, end]
    dots = (DOT_GROWTH * of_joints - DOT_SHRINK) * sureness
    who, limb = np.nonzero(drawn)
    whose, joint = np.nonzero(seen & joints)
    ends = points[who, start[limb]], points[who, end[limb]]
    capsules = (
        _capsules(*ends, (at_start + rims)[drawn], (at_end + rims)[drawn]),
        _capsules(*ends, at_start[drawn], at_end[drawn]),
    )
    centres, radii = points[whose, joint], dots[whose, joint]
    discs = _discs(centres, radii + rims[whose, 0]), _discs(centres, radii)
    limb_parts = np.searchsorted(who, np.arange(len(keypoints) + 1))
    dot_parts = np.searchsorted(whose, np.arange(len(keypoints) + 1))
    return [
        Shapes(
            [*capsules[0][slice(*of_limbs)], *discs[0][slice(*of_dots)]],
            list(capsules[1][slice(*of_limbs)]),
            limb[slice(*of_limbs)].tolist(),
            list(discs[1][slice(*of_dots)]),
        )
        for of_limbs, of_dots in zip(pairwise(limb_parts), pairwise(dot_parts), strict=True)
    ]


def _half_widths(points: Floats, seen: npt.NDArray[np.bool_], frame_hw: tuple[int, ...]) -> Floats:
    """Return the half width [P] of each person's limbs; points [P, K, 2] count where they are seen [P, K]."""
    there = seen[:, :, None]
    low = np.where(there, points, np.inf).min(axis=1, initial=np.inf)
    high = np.where(there, points, -np.inf).max(axis=1, initial=-np.inf)
    extent = (high - low).max(axis=1, initial=0)
    widths: Floats = np.clip(extent * WIDTH_OF_PERSON, MIN_WIDTH, max(2.0, min(frame_hw) * WIDTH_OF_FRAME))
    return widths


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
