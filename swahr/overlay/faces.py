"""Faces made unrecognisable, by the joints of the face or, where these are missing, of the shoulders."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.tracking.similarity import body_boxes, body_sizes
from swahr.video.images import Image

Floats = npt.NDArray[np.float64]

FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "head")
# A head's half height by what is seen of the person: generous, as what shows cannot be taken back.
BY_EARS, BY_EYES, BY_SHOULDERS, BY_SIZE = 0.85, 1.9, 0.5, 0.16
# How far the middle of the head lies above that of the shoulders, in shoulder widths.
ABOVE_SHOULDERS = 0.75
# Pixels that remain of a face, along a side.
REMAINING_PIXELS = 5


class Face(NamedTuple):
    """A circle around a head, frame pixels."""

    x: float
    y: float
    radius: float


def hide_faces(image: Image, poses: Poses) -> None:
    """Blur the faces of people in a frame [H, W, 3] uint8, in place; all joints count, however weak."""
    for keypoints in poses.keypoints.astype(np.float64):
        face = find_face(keypoints, poses.skeleton)
        if face is not None:
            _blur(image, face)


def find_face(keypoints: Floats, skeleton: Skeleton) -> Face | None:
    """Return where the head of a person [K, 3] is; None for people of whom neither face nor shoulders are known."""
    found = {
        joint: keypoints[place, :2]
        for place, joint in enumerate(skeleton.joints)
        if np.isfinite(keypoints[place, :2]).all()
    }
    known = np.asarray(np.isfinite(keypoints[:, :2]).all(axis=1))
    size = float(body_sizes(body_boxes(np.nan_to_num(keypoints[None, :, :2]), known[None]))[0])
    apart = {
        part: float(np.linalg.norm(found[f"left_{part}"] - found[f"right_{part}"]))
        for part in ("ear", "eye", "shoulder")
        if f"left_{part}" in found and f"right_{part}" in found
    }
    radius = max(
        BY_EARS * apart.get("ear", 0),
        BY_EYES * apart.get("eye", 0),
        BY_SHOULDERS * apart.get("shoulder", 0),
        BY_SIZE * size,
    )
    face = [found[joint] for joint in FACE if joint in found]
    if face:
        x, y = np.mean(face, axis=0)
        if "head" in found and "neck" in found:  # a joint at the top of the head
            x, y = (found["head"] + found["neck"]) / 2
            radius = max(radius, 0.75 * float(np.linalg.norm(found["head"] - found["neck"])))
        return Face(float(x), float(y), radius)
    if "shoulder" not in apart:
        return None
    shoulders = (found["left_shoulder"] + found["right_shoulder"]) / 2
    up = np.asarray([0.0, -1.0])
    if "left_hip" in found and "right_hip" in found:
        trunk = shoulders - (found["left_hip"] + found["right_hip"]) / 2
        length = float(np.linalg.norm(trunk))
        up = trunk / length if length > 0 else up
        radius = max(radius, 0.3 * length)
    x, y = shoulders + up * max(ABOVE_SHOULDERS * apart["shoulder"], radius)
    return Face(float(x), float(y), radius)


def _blur(image: Image, face: Face) -> None:
    height, width = image.shape[:2]
    radius = min(max(face.radius, 2.0), 2.0 * max(height, width))
    left, right = (int(np.clip(np.floor(face.x + side * radius), 0, width)) for side in (-1, 1))
    top, bottom = (int(np.clip(np.floor(face.y + side * radius * 1.2), 0, height)) for side in (-1, 1))
    right, bottom = min(right + 1, width), min(bottom + 1, height)
    if right - left < 1 or bottom - top < 1:
        return
    region = image[top:bottom, left:right]
    few = (min(REMAINING_PIXELS, right - left), min(REMAINING_PIXELS, bottom - top))
    blurred = cv2.resize(
        cv2.resize(region, few, interpolation=cv2.INTER_AREA),
        (right - left, bottom - top),
        interpolation=cv2.INTER_CUBIC,
    )
    y, x = np.ogrid[top:bottom, left:right]
    inside = ((x - face.x) / radius) ** 2 + ((y - face.y) / (1.2 * radius)) ** 2 <= 1
    region[inside] = blurred[inside]
