"""The third stage: feet of the people of the second, by BlazePose's landmarks, where they can be trusted.

Each person is cropped turned upright, and heel and toe are taken over. The joints of the second stage stay as they are:
they are better. A foot whose ankle is not where the second stage has it, or that the network does not see, stays empty.
Knuckles of hands are taken in the same way, if wanted, by the wrists. P people, K = 17 joints before, 23 or 29 after.
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
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, COCO_FEET_HANDS_29
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


class Part(NamedTuple):
    """Feet or hands. Sides are left and right.

    anchors: the second stage's joint of each side, which says whether the part is trusted. points: of each side, those
    of the network's 33, the anchor's first. names: of each side, what the others are called in the skeleton.
    """

    anchors: tuple[int, int]
    points: tuple[tuple[int, ...], tuple[int, ...]]
    names: tuple[tuple[str, ...], tuple[str, ...]]


def _part(anchor: str, left: tuple[int, ...], names: tuple[str, ...]) -> Part:
    """Make a part; the network's points of the right side follow those of the left one by one."""
    return Part(
        (COCO_17.joints.index(f"left_{anchor}"), COCO_17.joints.index(f"right_{anchor}")),
        (left, tuple(point + 1 for point in left)),
        (tuple(f"left_{name}" for name in names), tuple(f"right_{name}" for name in names)),
    )


FEET = _part("ankle", (27, 29, 31), ("heel", "big_toe"))
HANDS = _part("wrist", (15, 17, 19, 21), ("pinky", "index", "thumb"))
SHOULDERS = tuple(COCO_17.joints.index(f"{side}_shoulder") for side in ("left", "right"))
HIPS = tuple(COCO_17.joints.index(f"{side}_hip") for side in ("left", "right"))

# The square around a person: the circle around the hips that holds all joints, and at least so many trunks; enlarged.
MIN_TRUNKS, ENLARGEMENT, MIN_SIDE = 1.6, 1.25, 24.0
# What a foot or a hand needs: see the docs for what it brings.
MIN_PRESENCE = 0.5  # that the crop shows a person
MIN_VISIBILITY = 0.5  # of each of its points
MIN_ANCHOR = 0.3  # confidence of the second stage's ankle or wrist
MAX_APART = (
    1.0  # of both ankles or wrists, standard deviations of COCO's labellers times 2, as its similarity counts
)
CROPS_AT_ONCE = 8


class Feet:
    """Adds the feet of people, and the knuckles of their hands if wanted.

    Args:
        network: of the crops.
        hands: whether hands are added.
    """

    def __init__(self, network: LandmarkNetwork, hands: bool = False) -> None:
        self.network = network
        self.parts = (FEET, HANDS) if hands else (FEET,)
        self.skeleton = COCO_FEET_HANDS_29 if hands else COCO_FEET_23

    def __call__(
        self, frames: Sequence[Image], people: Sequence[Poses], max_crops: int | None = None
    ) -> list[Poses]:
        """Return the people of each frame with the joints of `skeleton`; small toes are not seen.

        Args:
            frames: [H, W, 3] uint8 BGR.
            people: of each frame, best first, of COCO's 17 joints.
            max_crops: of each frame, the best people first. None: everyone whose ankle or wrist is sure is looked at.

        Raises:
            UnreadableError: the network gives NaN or infinity.
        """
        return [self._of_frame(frame, poses, max_crops) for frame, poses in zip(frames, people, strict=True)]

    def _of_frame(self, frame: Image, poses: Poses, max_crops: int | None) -> Poses:
        keypoints = np.full((len(poses), self.skeleton.num_joints, 3), np.nan, np.float32)
        keypoints[..., 2] = 0
        keypoints[:, : COCO_17.num_joints] = poses.keypoints
        anchors = [anchor for part in self.parts for anchor in part.anchors]
        who = np.flatnonzero((poses.keypoints[:, anchors, 2] > MIN_ANCHOR).any(axis=1))[:max_crops]
        for start in range(0, len(who), CROPS_AT_ONCE):
            chosen = who[start : start + CROPS_AT_ONCE]
            found = self._look(frame, poses.keypoints[chosen])
            for part, points in zip(self.parts, found, strict=True):
                for side, names in enumerate(part.names):
                    for place, name in enumerate(names, 1):
                        keypoints[chosen, self.skeleton.joints.index(name)] = points[:, side, place]
        covariance = poses.covariance
        if covariance is not None:  # of feet and hands it is not known
            more = keypoints.shape[1] - covariance.shape[1]
            unknown = np.full((len(poses), more, 2, 2), np.nan, np.float32)
            covariance = np.concatenate([covariance, unknown], axis=1)
        return Poses(keypoints, poses.scores, self.skeleton, poses.ids, covariance)

    def _look(self, frame: Image, keypoints: Floats) -> list[Floats]:
        """Return [P, 2, M, 3] of each part, left and right, M points: x, y, visibility; NaN and 0 where unsure."""
        squares = regions(keypoints)
        maps = self.network(np.stack([cut_turned(frame, square, INPUT_SIDE) for square in squares]))
        if not (np.isfinite(maps.landmarks).all() and np.isfinite(maps.heatmaps).all()):
            raise UnreadableError(
                "the network of feet gave NaN or infinity; its weights are damaged",
                hints=[Hint("feet", "off")],
            )
        found = []
        for part in self.parts:
            sides, kept = self.judged(part, maps, squares, keypoints, frame)
            sides[~kept] = np.nan, np.nan, 0
            found.append(sides)
        return found

    def judged(
        self, part: Part, maps: LandmarkMaps, squares: Floats, keypoints: Floats, frame: Image
    ) -> tuple[Floats, Bools]:
        """Return a part's points [P, 2, M, 3], the anchor's first, and whether each side is taken over [P, 2].

        Args:
            part: feet or hands.
            maps: what the network said of the people's crops.
            squares: [P, 4], where those were.
            keypoints: [P, K, 3] of the second stage.
            frame: [H, W, 3].
        """
        numbers = [point for side in part.points for point in side]
        points = decode_points(maps.landmarks, maps.heatmaps, numbers, INPUT_SIDE)
        points[..., :2] = in_frame(points[..., :2], squares)
        anchors = keypoints[:, part.anchors]
        sides = assigned(points.reshape(len(points), 2, -1, 3), anchors)
        areas = np.asarray([person_area(person) for person in keypoints])
        sigmas = np.asarray(COCO_17.sigmas)[list(part.anchors)]
        limits = MAX_APART * 2 * sigmas * np.sqrt(areas)[:, None]
        return sides, trusted(sides, maps.presence, anchors, limits, frame)


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


def assigned(sides: Floats, anchors: Floats) -> Floats:
    """Return points [P, 2, M, 3] with left and right changed where the anchors [P, 2, 3] lie nearer so."""
    apart = np.linalg.norm(sides[:, :, None, 0, :2] - anchors[:, None, :, :2], axis=-1)  # [P, side, anchor]
    change = apart[:, 0, 1] + apart[:, 1, 0] < apart[:, 0, 0] + apart[:, 1, 1]  # False where one is missing
    return np.where(change[:, None, None, None], sides[:, ::-1], sides)


def trusted(sides: Floats, presence: Floats, anchors: Floats, limits: Floats, frame: Image) -> Bools:
    """Return [P, 2], whether a foot or a hand is taken over.

    Args:
        sides: [P, 2, M, 3] of left and right the points, that of the anchor first: x, y, visibility.
        presence: [P], that the crop shows a person.
        anchors: [P, 2, 3] of the second stage.
        limits: [P, 2], how far both may be apart, pixels.
        frame: [H, W, 3].
    """
    apart = np.linalg.norm(sides[:, :, 0, :2] - anchors[..., :2], axis=-1)
    height, width = frame.shape[:2]
    xy = sides[..., :2]
    inside = ((xy > -0.5) & (xy < np.asarray([width, height]) - 0.5)).all(axis=(2, 3))
    seen = (sides[..., 2] > MIN_VISIBILITY).all(axis=2) & (presence[:, None] > MIN_PRESENCE)
    return np.asarray(seen & inside & (apart <= limits) & (anchors[..., 2] > MIN_ANCHOR))
