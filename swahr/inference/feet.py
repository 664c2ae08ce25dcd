"""The third stage: feet of the people of the second, by BlazePose's landmarks, where they can be trusted.

Each person is cropped turned upright, and heel and toe are taken over. The joints of the second stage stay as they are:
they are better. A foot whose ankle is not where the second stage has it, or that the network does not see, stays empty.
P people, K = 17 joints before, 23 after.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from swahr.decode.blazepose import decode_points
from swahr.decode.duplicates import person_area
from swahr.errors import Hint, UnreadableError
from swahr.models.blazepose import INPUT_SIDE
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, COCO_FEET_23
from swahr.video.images import Image

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


class LandmarkMaps(NamedTuple):
    """What the network says of N crops; see `swahr.models.blazepose.Landmarks`."""

    landmarks: Floats  # [N, 39, 5]
    presence: Floats  # [N]
    heatmaps: Floats  # [N, 39, h, w]


# Maps crops [N, side, side, 3] uint8 RGB to what is in them.
LandmarkNetwork = Callable[[npt.NDArray[np.uint8]], LandmarkMaps]

# Of the 33 points: ankle, heel and toe, left and right; the names of the last two in the skeleton.
POINTS = (27, 29, 31, 28, 30, 32)
NAMES = (("left_heel", "left_big_toe"), ("right_heel", "right_big_toe"))
ANKLES = tuple(COCO_17.joints.index(f"{side}_ankle") for side in ("left", "right"))
SHOULDERS = tuple(COCO_17.joints.index(f"{side}_shoulder") for side in ("left", "right"))
HIPS = tuple(COCO_17.joints.index(f"{side}_hip") for side in ("left", "right"))

# The square around a person: the circle around the hips that holds all joints, and at least so many trunks; enlarged.
MIN_TRUNKS, ENLARGEMENT, MIN_SIDE = 1.6, 1.25, 24.0
# What a foot needs: see the docs for what each of them brings.
MIN_PRESENCE = 0.5  # that the crop shows a person
MIN_VISIBILITY = 0.5  # of ankle, heel and toe
MIN_ANKLE = 0.3  # confidence of the second stage's ankle
MAX_APART = 1.0  # of both ankles, standard deviations of COCO's labellers times 2, as its similarity counts
CROPS_AT_ONCE = 8


class Feet:
    """Adds the feet of people.

    Args:
        network: of the crops.
    """

    def __init__(self, network: LandmarkNetwork) -> None:
        self.network = network

    def __call__(
        self, frames: Sequence[Image], people: Sequence[Poses], max_crops: int | None = None
    ) -> list[Poses]:
        """Return the people of each frame with the joints of `COCO_FEET_23`; small toes are not seen.

        Args:
            frames: [H, W, 3] uint8 BGR.
            people: of each frame, best first, of COCO's 17 joints.
            max_crops: of each frame, the best people first. None: everyone whose ankle is sure is looked at.

        Raises:
            UnreadableError: the network gives NaN or infinity.
        """
        return [self._of_frame(frame, poses, max_crops) for frame, poses in zip(frames, people, strict=True)]

    def _of_frame(self, frame: Image, poses: Poses, max_crops: int | None) -> Poses:
        keypoints = np.full((len(poses), COCO_FEET_23.num_joints, 3), np.nan, np.float32)
        keypoints[..., 2] = 0
        keypoints[:, : COCO_17.num_joints] = poses.keypoints
        who = np.flatnonzero((poses.keypoints[:, ANKLES, 2] > MIN_ANKLE).any(axis=1))[:max_crops]
        for start in range(0, len(who), CROPS_AT_ONCE):
            part = who[start : start + CROPS_AT_ONCE]
            feet = self._look(frame, poses.keypoints[part])
            for side, names in enumerate(NAMES):
                for place, name in enumerate(names, 1):
                    keypoints[part, COCO_FEET_23.joints.index(name)] = feet[:, side, place]
        covariance = poses.covariance
        if covariance is not None:  # of feet it is not known
            unknown = np.full(
                (len(poses), keypoints.shape[1] - covariance.shape[1], 2, 2), np.nan, np.float32
            )
            covariance = np.concatenate([covariance, unknown], axis=1)
        return Poses(keypoints, poses.scores, COCO_FEET_23, poses.ids, covariance)

    def _look(self, frame: Image, keypoints: Floats) -> Floats:
        """Return [P, 2, 3, 3], left and right, ankle, heel and toe: x, y, visibility; NaN and 0 where unsure."""
        squares = regions(keypoints)
        crops = np.stack([cut_turned(frame, square, INPUT_SIDE) for square in squares])
        maps = self.network(crops)
        if not (np.isfinite(maps.landmarks).all() and np.isfinite(maps.heatmaps).all()):
            raise UnreadableError(
                "the network of feet gave NaN or infinity; its weights are damaged",
                hints=[Hint("feet", "off")],
            )
        points = decode_points(maps.landmarks, maps.heatmaps, POINTS, INPUT_SIDE)
        points[..., :2] = in_frame(points[..., :2], squares)
        feet = points.reshape(-1, 2, 3, 3)
        feet = _assigned(feet, keypoints[:, ANKLES])
        feet[~trusted(feet, maps.presence, keypoints, frame)] = np.nan, np.nan, 0
        return feet


def regions(keypoints: Floats) -> Floats:
    """Return the squares in which people are looked at, turned so that hips to shoulders is up.

    Args:
        keypoints: [P, K, 3] of COCO's 17 joints, NaN where missing.

    Returns:
        [P, 4], x and y of the middle, side, frame pixels, and the angle, radians clockwise. Of people without hips or
        without shoulders the upright square around the box of their joints.
    """
    squares = np.empty((len(keypoints), 4), np.float32)
    for square, person in zip(squares, keypoints[..., :2].astype(np.float64), strict=True):
        found = person[np.isfinite(person).all(axis=1)]
        hips, shoulders = (_middle(person[list(pair)]) for pair in (HIPS, SHOULDERS))
        if hips is None or shoulders is None:
            low, high = found.min(axis=0), found.max(axis=0)
            square[:] = *(low + high) / 2, max(ENLARGEMENT * (high - low).max(), MIN_SIDE), 0
            continue
        up = shoulders - hips
        radius = max(np.linalg.norm(found - hips, axis=1).max(), MIN_TRUNKS * np.linalg.norm(up))
        square[:] = *hips, max(2 * ENLARGEMENT * radius, MIN_SIDE), np.pi / 2 - np.arctan2(-up[1], up[0])
    return squares


def _middle(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    """Return the mean of those of some points [2, 2] that there are."""
    found = points[np.isfinite(points).all(axis=1)]
    return found.mean(axis=0) if len(found) else None


def cut_turned(frame: Image, square: Floats, side: int) -> Image:
    """Return a turned square of a frame, [side, side, 3] uint8 RGB; beyond the frame its edge goes on.

    Args:
        frame: [H, W, 3] uint8 BGR.
        square: x and y of the middle, side, angle, as `regions` gives it.
        side: of the crop, pixels.
    """
    x, y, length, angle = (float(value) for value in square)
    step = length / side
    across, down = np.cos(angle) * step, np.sin(angle) * step
    frame_from_crop = np.asarray(
        [[across, -down, x - (across - down) * side / 2], [down, across, y - (down + across) * side / 2]]
    )
    crop = cv2.warpAffine(
        frame,
        frame_from_crop,
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB), np.uint8)


def in_frame(xy: Floats, squares: Floats) -> Floats:
    """Take points [P, M, 2] in parts of each person's square to frame pixels."""
    from_middle = (xy - 0.5) * squares[:, None, 2:3]
    cos, sin = np.cos(squares[:, None, 3]), np.sin(squares[:, None, 3])
    turned = np.stack(
        [
            cos * from_middle[..., 0] - sin * from_middle[..., 1],
            sin * from_middle[..., 0] + cos * from_middle[..., 1],
        ],
        axis=-1,
    )
    return np.asarray(turned + squares[:, None, :2], np.float32)


def _assigned(feet: Floats, ankles: Floats) -> Floats:
    """Return feet [P, 2, 3, 3] with left and right changed where the second stage's ankles [P, 2, 3] lie nearer so."""
    apart = np.linalg.norm(feet[:, :, None, 0, :2] - ankles[:, None, :, :2], axis=-1)  # [P, foot, ankle]
    change = (
        apart[:, 0, 1] + apart[:, 1, 0] < apart[:, 0, 0] + apart[:, 1, 1]
    )  # False where an ankle is missing
    return np.where(change[:, None, None, None], feet[:, ::-1], feet)


def trusted(feet: Floats, presence: Floats, keypoints: Floats, frame: Image) -> Bools:
    """Return [P, 2], whether a foot is taken over.

    Args:
        feet: [P, 2, 3, 3] ankle, heel and toe, x, y, visibility.
        presence: [P], that the crop shows a person.
        keypoints: [P, K, 3] of the second stage.
        frame: [H, W, 3].
    """
    ankles = keypoints[:, ANKLES]  # [P, 2, 3]
    size = np.sqrt([person_area(person) for person in keypoints])
    apart = np.linalg.norm(feet[:, :, 0, :2] - ankles[..., :2], axis=-1)
    limit = MAX_APART * 2 * np.asarray(COCO_17.sigmas)[list(ANKLES)] * size[:, None]
    height, width = frame.shape[:2]
    xy = feet[..., :2]
    inside = ((xy > -0.5) & (xy < np.asarray([width, height]) - 0.5)).all(axis=(2, 3))
    seen = (feet[..., 2] > MIN_VISIBILITY).all(axis=2) & (presence[:, None] > MIN_PRESENCE)
    return np.asarray(seen & inside & (apart <= limit) & (ankles[..., 2] > MIN_ANKLE))
