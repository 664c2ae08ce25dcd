"""Parts of large frames, looked at at full size, and the people of all of them brought together.

A network sees a frame at the size of its input, and people who are small in it hardly at all. Tiles overlap, so that
who is cut by the border of one is whole in another, or in the whole frame, which is looked at too. T tiles, P people, K
joints.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from swahr.decode import ParseParams
from swahr.decode.duplicates import pairwise_oks
from swahr.inference.frame_maps import FrameMaps
from swahr.inference.output import NetworkOutput
from swahr.inference.postprocess import Selection
from swahr.pose.poses import Poses
from swahr.video.images import Image

Floats = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]  # left, top, right, bottom

OVERLAP = 0.25  # of a tile's side: who is smaller than that is whole in one of them
FULL_ENOUGH = 1.5  # a frame whose short side is at most so many inputs is seen well enough whole
MAX_ALONG = 4  # tiles along the longer side that auto takes; each costs as much as a whole frame
# Joints within so much of a tile's side of a border inside the frame may go on beyond it.
NEAR_BORDER = 0.03
# Two that are more alike than this are one person, found twice or cut in two.
SAME_PERSON = 0.35
MIN_SHARED = 3  # joints that two parts must have in common for that, or all of the smaller one


def tiles_of(frame_wh: tuple[int, int], along: int) -> list[Box]:
    """Return overlapping tiles of one size that cover a frame, row by row.

    Args:
        frame_wh: size of the frame, pixels.
        along: tiles along its longer side; 1 is the frame itself.

    >>> tiles_of((700, 400), 2)
    [(0, 0, 400, 400), (300, 0, 700, 400)]
    """
    side = math.ceil(max(frame_wh) / (along - (along - 1) * OVERLAP))
    ranges = []
    for length in frame_wh:
        size = min(side, length)
        count = 1 if size == length else math.ceil((length - size) / (size * (1 - OVERLAP))) + 1
        starts = np.linspace(0, length - size, count).round().astype(int).tolist()
        ranges.append([(start, start + size) for start in starts])
    return [(left, top, right, bottom) for top, bottom in ranges[1] for left, right in ranges[0]]


def tiles_along(frame_wh: tuple[int, int], input_size: int) -> int:
    """Return how many tiles along the longer side show a frame at full size; 1 where the whole frame does nearly.

    Args:
        frame_wh: size of the frame, pixels.
        input_size: short side of the network's input, pixels.
    """
    if min(frame_wh) <= FULL_ENOUGH * input_size:
        return 1
    return min(MAX_ALONG, math.ceil((max(frame_wh) / input_size - OVERLAP) / (1 - OVERLAP)))


@dataclass(frozen=True)
class TiledOutput(NetworkOutput):
    """What a network said of frames and of their tiles; its maps are those of the whole frames.

    Args:
        whole: of the frames.
        tiles: of all tiles, frame after frame.
        places: the tiles of each frame.
    """

    whole: NetworkOutput
    tiles: NetworkOutput
    places: Sequence[Sequence[Box]]

    @property
    def has_maps(self) -> bool:
        """Whether the maps of the whole frames are there."""
        return self.whole.has_maps and self.tiles.has_maps

    def __len__(self) -> int:
        return len(self.whole)

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame: of the whole and of its tiles."""
        of_tiles = iter(self.tiles.poses(params, selection))
        together = []
        for whole, boxes in zip(self.whole.poses(params, selection), self.places, strict=True):
            parts = [moved(next(of_tiles), box) for box in boxes]
            cut = [is_cut(part, box, boxes) for part, box in zip(parts, boxes, strict=True)]
            together.append(joined([whole, *parts], [np.zeros(len(whole), np.bool_), *cut], selection))
        return together

    def maps(self, index: int) -> FrameMaps:
        """Return the maps of a whole frame."""
        return self.whole.maps(index)


def cut_tiles(frame: Image, boxes: Sequence[Box]) -> list[Image]:
    """Return the parts of a frame, [h, w, 3] each."""
    return [np.ascontiguousarray(frame[top:bottom, left:right]) for left, top, right, bottom in boxes]


def moved(poses: Poses, box: Box) -> Poses:
    """Take people from a tile to its frame."""
    keypoints = poses.keypoints.copy()
    keypoints[..., :2] += np.asarray(box[:2], np.float32)
    return replace(poses, keypoints=keypoints)


def is_cut(poses: Poses, box: Box, boxes: Sequence[Box]) -> npt.NDArray[np.bool_]:
    """Return [P], who may go on beyond a border of a tile that is not one of the frame.

    Args:
        poses: of the tile, in pixels of the frame.
        box: the tile.
        boxes: all of them.
    """
    if not len(poses):
        return np.zeros(0, np.bool_)
    edges = np.asarray(boxes)
    near = NEAR_BORDER * max(box[2] - box[0], box[3] - box[1])
    low, high = np.nanmin(poses.keypoints[..., :2], axis=1), np.nanmax(poses.keypoints[..., :2], axis=1)
    inner_low = np.asarray(box[:2]) > edges[:, :2].min(axis=0)
    inner_high = np.asarray(box[2:]) < edges[:, 2:].max(axis=0)
    begins, ends = low < np.asarray(box[:2]) + near, high > np.asarray(box[2:]) - near
    return np.asarray(((begins & inner_low) | (ends & inner_high)).any(axis=1))


def joined(parts: Sequence[Poses], cut: Sequence[npt.NDArray[np.bool_]], selection: Selection) -> Poses:
    """Bring people of several parts of a frame together, best first.

    Of one person found several times a whole one stays, the best, before one who was cut; joints that it lacks are
    taken from the others.

    Args:
        parts: people of each part, in pixels of the frame.
        cut: of each part [P], who may go on beyond it.
        selection: how many people there may be.
    """
    everyone, is_part = Poses.concatenate(list(parts)), np.concatenate(list(cut))
    if len(everyone) < 2:
        return everyone
    order = np.lexsort((-everyone.scores, is_part))  # the whole ones first, the best of them before others
    everyone = everyone[order]
    keypoints = np.nan_to_num(everyone.keypoints)
    covariance = None if everyone.covariance is None else everyone.covariance.copy()
    alike = one_person(keypoints, everyone.skeleton.sigmas)
    kept: list[int] = []
    for person in range(len(keypoints)):
        same = next((other for other in kept if alike[other, person]), None)
        if same is None:
            kept.append(person)
            continue
        lacks = (keypoints[same, :, 2] == 0) & (keypoints[person, :, 2] > 0)
        keypoints[same, lacks] = keypoints[person, lacks]
        if covariance is not None:
            covariance[same, lacks] = covariance[person, lacks]
    keypoints[keypoints[..., 2] == 0] = np.nan, np.nan, 0
    best = np.asarray(kept)[np.argsort(-everyone.scores[kept], kind="stable")][: selection.max_people]
    return replace(everyone, keypoints=keypoints, covariance=covariance)[best]


def one_person(keypoints: Floats, sigmas: Sequence[float]) -> npt.NDArray[np.bool_]:
    """Return [P, P], which of some people are one: alike where both have joints, by the size of either.

    Args:
        keypoints: [P, K, 3], x, y, confidence, 0 where missing.
        sigmas: K, as in `Skeleton`.
    """
    similarity = pairwise_oks(keypoints, list(sigmas))
    found = keypoints[..., 2] > 0
    shared = (found[:, None] & found[None]).sum(axis=2)
    has = found.sum(axis=1)
    enough = np.minimum(
        MIN_SHARED, np.minimum(has[:, None], has[None])
    )  # a part may have a joint or two in all
    return np.asarray((np.maximum(similarity, similarity.T) > SAME_PERSON) & (shared >= enough))
