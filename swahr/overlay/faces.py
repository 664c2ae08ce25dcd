"""Heads and people made unrecognisable: where they are, by whatever is seen of a person, and the blur."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr.tracking.similarity import body_boxes, body_sizes
from swahr.video.images import Image

Floats = npt.NDArray[np.float64]
Joints = dict[str, Floats]
Hide = Literal["none", "faces", "all"]

FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "head")
# A head's half height by what is seen of the person: generous, as what shows cannot be taken back.
BY_EARS, BY_EYES, BY_SHOULDERS, BY_TRUNK, BY_SIZE = 0.95, 2.1, 0.55, 0.35, 0.17
# How far the middle of the head lies above that of the shoulders, in shoulder widths and in lengths of the trunk.
ABOVE_SHOULDERS, ABOVE_BY_TRUNK = 0.75, 0.42
ONE_SIDE = 2.0  # how much more is hidden above one shoulder: to which side of it the head is is not known
# Of someone of whom neither face nor shoulders are seen: heights of a standing person's joints and head above the feet,
# parts of the whole; the head's half height, and how much more is hidden, as arms and knees bend.
STANDING = {"elbow": 0.64, "wrist": 0.48, "hip": 0.5, "knee": 0.28, "ankle": 0.04}
HEAD, HALF_HEAD, BENT = 0.93, 0.075, 2.6
# Around all joints of a person whose whole region is hidden, of the longer side.
BODY_MARGIN = 0.12
# Pixels that remain of a head and of a person, along the shorter side.
REMAINING_PIXELS = {"faces": 5, "all": 7}
# Of a whole frame: a face that is a third as high has six.
REMAINING_OF_FRAME = 20


class Region(NamedTuple):
    """An ellipse around a head, or a box around a person: its middle and half its sides, frame pixels."""

    x: float
    y: float
    across: float
    down: float

    def grown(self, times: float) -> "Region":
        """Return a larger one around the same middle."""
        return Region(self.x, self.y, self.across * times, self.down * times)


def find_region(keypoints: Floats, skeleton: Skeleton, hide: Hide) -> Region | None:
    """Return what is to be hidden of a person [K, 3]; all joints count, however weak. None where nothing is known.

    Args:
        keypoints: Frame pixels, NaN where missing.
        skeleton: Of them.
        hide: "faces": the whole head; "all": the whole person.
    """
    found: Joints = {
        joint: keypoints[place, :2]
        for place, joint in enumerate(skeleton.joints)
        if np.isfinite(keypoints[place, :2]).all()
    }
    head = _head(found, keypoints)
    if hide == "faces" or not found:
        return head
    points = np.stack(list(found.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = BODY_MARGIN * float((high - low).max())
    low, high = low - margin, high + margin
    if head is not None:
        low = np.minimum(low, (head.x - head.across, head.y - head.down))
        high = np.maximum(high, (head.x + head.across, head.y + head.down))
    (x, y), (across, down) = (low + high) / 2, (high - low) / 2
    return Region(float(x), float(y), float(across), float(down))


def _head(found: Joints, keypoints: Floats) -> Region | None:
    """Return the head by face and shoulders together; where these are not seen, by the rest of the body."""
    known = np.asarray(np.isfinite(keypoints[None, :, :2]).all(axis=2))
    size = float(body_sizes(body_boxes(np.nan_to_num(keypoints[None, :, :2]), known))[0])
    circles = [_by_face(found, size), _by_shoulders(found, size)]
    seen = [circle for circle in circles if circle is not None]
    if not seen:
        seen = [circle for circle in [_by_body(found)] if circle is not None]
    if not seen:
        return None
    x, y, radius = seen[0] if len(seen) == 1 else _around(*seen)
    return Region(x, y, radius, 1.2 * radius)


Circle = tuple[float, float, float]


def _apart(found: Joints, part: str) -> float:
    left, right = found.get(f"left_{part}"), found.get(f"right_{part}")
    return 0.0 if left is None or right is None else float(np.linalg.norm(left - right))


def _by_face(found: Joints, size: float) -> Circle | None:
    face = [found[joint] for joint in FACE if joint in found]
    if not face:
        return None
    x, y = np.mean(face, axis=0)
    spread = max(float(np.linalg.norm(joint - (x, y))) for joint in face)
    radius = max(
        BY_EARS * _apart(found, "ear"),
        BY_EYES * _apart(found, "eye"),
        BY_SHOULDERS * _apart(found, "shoulder"),
        BY_SIZE * size,
        1.5 * spread,
    )
    if "head" in found and "neck" in found:  # a joint at the top of the head
        x, y = (found["head"] + found["neck"]) / 2
        radius = max(radius, 0.75 * float(np.linalg.norm(found["head"] - found["neck"])))
    return float(x), float(y), radius


def _by_shoulders(found: Joints, size: float) -> Circle | None:
    """Return the head above the shoulders, along the trunk where hips are seen."""
    sides = [found[f"{side}_shoulder"] for side in ("left", "right") if f"{side}_shoulder" in found]
    hips = [found[f"{side}_hip"] for side in ("left", "right") if f"{side}_hip" in found]
    if not sides:
        return None
    middle, up, length = np.mean(sides, axis=0), np.asarray([0.0, -1.0]), 0.0
    if hips:
        trunk = middle - np.mean(hips, axis=0)
        length = float(np.linalg.norm(trunk))
        up = trunk / length if length > 0 else up
    width = _apart(found, "shoulder")
    radius = max(BY_SHOULDERS * width, BY_TRUNK * length, BY_SIZE * size)
    x, y = middle + up * max(ABOVE_SHOULDERS * width, ABOVE_BY_TRUNK * length, radius)
    return float(x), float(y), radius if len(sides) == 2 else ONE_SIDE * radius


def _by_body(found: Joints) -> Circle | None:
    """Return the head of someone of whom two parts of different height are seen, as if they stood."""
    heights, points = [], []
    for joint, place in found.items():
        part = joint.split("_")[-1]
        if part in STANDING:
            heights.append(STANDING[part])
            points.append(place)
    if len(set(heights)) < 2:
        return None
    away = np.asarray(heights) - np.mean(heights)
    up = (away[:, None] * (np.stack(points) - np.mean(points, axis=0))).sum(axis=0) / (away**2).sum()
    x, y = np.mean(points, axis=0) + up * (HEAD - np.mean(heights))
    return float(x), float(y), BENT * HALF_HEAD * float(np.linalg.norm(up))


def _around(a: Circle, b: Circle) -> Circle:
    """Return the smallest circle around two."""
    between = np.asarray(b[:2]) - a[:2]
    apart = float(np.linalg.norm(between))
    for larger, smaller in ((a, b), (b, a)):
        if apart + smaller[2] <= larger[2]:
            return larger
    radius = (apart + a[2] + b[2]) / 2
    x, y = np.asarray(a[:2]) + between * ((radius - a[2]) / apart)
    return float(x), float(y), radius


def hide_region(image: Image, region: Region, hide: Hide) -> None:
    """Blur a region of a frame [H, W, 3] uint8, in place."""
    height, width = image.shape[:2]
    most = 2.0 * max(height, width)
    across, down = (min(max(side, 2.0), most) for side in (region.across, region.down))
    left, right = (int(np.clip(np.floor(region.x + side * across), 0, width)) for side in (-1, 1))
    top, bottom = (int(np.clip(np.floor(region.y + side * down), 0, height)) for side in (-1, 1))
    right, bottom = min(right + 1, width), min(bottom + 1, height)
    if right - left < 1 or bottom - top < 1:
        return
    cut = image[top:bottom, left:right]
    remaining = REMAINING_PIXELS[hide]
    shorter = min(right - left, bottom - top)
    few = tuple(max(1, min(side, round(side * remaining / shorter))) for side in (right - left, bottom - top))
    blurred = cv2.resize(
        cv2.resize(cut, few, interpolation=cv2.INTER_AREA),
        (right - left, bottom - top),
        interpolation=cv2.INTER_CUBIC,
    )
    if hide == "all":
        cut[:] = blurred
        return
    y, x = np.ogrid[top:bottom, left:right]
    inside = ((x - region.x) / across) ** 2 + ((y - region.y) / down) ** 2 <= 1
    cut[inside] = blurred[inside]


def hide_all_but(image: Image, clear: Iterable[Region]) -> None:
    """Blur all of a frame [H, W, 3] uint8 but some boxes, in place: who else is there, nobody found."""
    height, width = image.shape[:2]
    mask = np.ones((height, width), bool)
    for region in clear:
        left, right = (int(np.clip(region.x + side * region.across, 0, width)) for side in (-1, 1))
        top, bottom = (int(np.clip(region.y + side * region.down, 0, height)) for side in (-1, 1))
        mask[top:bottom, left:right] = False
    scale = REMAINING_OF_FRAME / min(height, width)
    few = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, few, interpolation=cv2.INTER_AREA)
    image[mask] = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)[mask]
