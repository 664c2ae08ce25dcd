"""The second stage: a network for one person looks again at each person found, in a crop, and is more exact.

The first stage says who is there; people, down to a low score, are cropped, run through a crop network and get its
joints in place of their own. N crops, K joints.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.decode.duplicates import drop_duplicates, pairwise_oks
from swahr.decode.single_pose import CropMaps, measure_single
from swahr.errors import Hint, UnreadableError
from swahr.inference.cutting import cut, whole_pixels
from swahr.models.refined_scorer import RefinedScorer, TwoLooks
from swahr.models.uncertainty import Evidence, JointUncertainty
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image

Floats = npt.NDArray[np.float32]
# Maps crops [N, side, side, 3] uint8 RGB to maps.
CropNetwork = Callable[[npt.NDArray[np.uint8]], CropMaps]

# Of the crops that the network was made for, pixels of a side; of its maps, pixels of a cell.
INPUT_SIDE, STRIDE = 256, 4
# More at once gain nothing on a CPU, and take memory: 1.4 MB of maps each.
CROPS_AT_ONCE = 8


@dataclass(frozen=True)
class CropRule:
    """How people become crops, and which count.

    Attributes:
        side: Of a crop, pixels of the network's input, a multiple of 32.
        enlargement: Of the box around a person's joints.
        min_side: Of a crop in the frame, pixels.
        mask_from: Score from which a neighbour takes cells that are nearer to his joints.
        mask_below: Similarity below which someone is a neighbour, and not the same person found twice.
        max_similarity: Of two people whose similarity after this stage is above, the better one stays.
        min_confidence: A joint of less is missing: the network has a place for each, seen or not.
    """

    side: int = INPUT_SIDE
    enlargement: float = 1.25
    min_side: float = 24.0
    mask_from: float = 0.15
    mask_below: float = 0.4
    max_similarity: float = 0.7
    min_confidence: float = 0.03

    @property
    def cells(self) -> int:
        """Of a crop's maps on a side."""
        return self.side // STRIDE


class Looked(NamedTuple):
    """What the network sees of some people of a frame.

    joints: [P, K, 3] x, y in the frame and confidence, of every joint, wherever it is. spread: [P, K, 3] of their
    peaks, frame pixels^2. cell_px: [P] width of a cell of each crop, frame pixels.
    """

    joints: Floats
    spread: Floats
    cell_px: Floats


class SecondStage:
    """Refines the people of frames.

    Args:
        network: Of the crops.
        rule: How people become crops.
        flip_test: Look at the mirrored crop too, and average.
        mask: Leave cells to the neighbour whose joint is nearer.
        scorer: Of people whom both stages saw; None: the first stage's score, by the root of the mean confidence.
        uncertainty: Of joints; None: they have no covariance.
        across_frames: Show the network crops of several frames at once. Not for one whose numbers depend, in the last
            digit, on what else it is shown.
    """

    def __init__(
        self,
        network: CropNetwork,
        rule: CropRule | None = None,
        *,
        flip_test: bool = False,
        mask: bool = True,
        scorer: RefinedScorer | None = None,
        uncertainty: JointUncertainty | None = None,
        across_frames: bool = True,
    ) -> None:
        self.network, self.rule = network, rule or CropRule()
        self.flip_test, self.mask, self.across_frames = flip_test, mask, across_frames
        self.scorer, self.uncertainty = scorer, uncertainty
        self._flip = np.asarray(COCO_17.flip_permutation, np.intp)
        self._sigmas = np.asarray(COCO_17.sigmas, np.float32)

    def __call__(
        self,
        frames: Sequence[Image],
        people: Sequence[Poses],
        max_crops: int | None = None,
        max_similarity: float = 0.0,
    ) -> list[Poses]:
        """Return the people of each frame with the joints of this stage, best first.

        A frame's people do not depend on what else there is.

        Args:
            frames: [H, W, 3] uint8 BGR.
            people: Of each frame, best first, of COCO's 17 joints.
            max_crops: Of each frame: who is beyond keeps the joints of the first stage. None: everyone is looked at.
            max_similarity: Of two people, where it is more than the rule's; 1 keeps all.

        Raises:
            UnreadableError: The network gives NaN or infinity.
        """
        limit = max(self.rule.max_similarity, max_similarity)
        seen = self._look(frames, people, [len(poses[:max_crops]) for poses in people])
        return [
            self._of_frame(frame, poses, looked, limit) if len(poses) else poses
            for frame, poses, looked in zip(frames, people, seen, strict=True)
        ]

    def _of_frame(self, frame: Image, poses: Poses, looked: Looked, max_similarity: float) -> Poses:
        looked_at = len(looked.joints)
        rest = poses[looked_at:]
        everyone = np.concatenate([looked.joints, np.nan_to_num(rest.keypoints)])
        scores = self._scores(looked, poses, everyone, frame)
        kept = drop_duplicates(everyone, scores, self._sigmas.tolist(), max_similarity)
        joints = self._counting(looked, frame)
        refined = Poses(
            joints, scores[:looked_at], poses.skeleton, None, self._covariance(looked, joints, poses)
        )
        found = Poses.concatenate([refined, replace(rest, scores=scores[looked_at:])])
        return found[kept[(found.keypoints[kept, :, 2] > 0).any(axis=1)]]

    def settle(self, looked: Looked, poses: Poses, frame: Image) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return the joints that count of those who were looked at, and who of them are shown if all score enough."""
        scores = self._scores(looked, poses, looked.joints, frame)
        kept = drop_duplicates(looked.joints, scores, self._sigmas.tolist(), self.rule.max_similarity)
        joints = self._counting(looked, frame)
        return joints, kept[(joints[kept, :, 2] > 0).any(axis=1)]

    def _counting(self, looked: Looked, frame: Image) -> Floats:
        """Return the joints, of which those that do not count are missing."""
        joints = np.array(looked.joints, np.float32)
        joints[_outside(joints, frame) | (joints[..., 2] < self.rule.min_confidence)] = np.nan, np.nan, 0
        return joints

    def _scores(self, looked: Looked, poses: Poses, everyone: Floats, frame: Image) -> Floats:
        """Return [P], of those who were looked at and of those who were not: of one kind, so that they compare."""
        if self.scorer is None:
            return np.asarray(poses.scores * np.sqrt(everyone[..., 2].mean(axis=1)), np.float32)
        scores = np.array(poses.scores, np.float32)
        count = len(looked.joints)
        scores[:count] = self.scorer(self.looks(looked, poses, frame))
        return scores

    def looks(self, looked: Looked, poses: Poses, frame: Image) -> TwoLooks:
        """Return what both stages say of those who were looked at."""
        first = poses[: len(looked.joints)]
        alike = pairwise_oks(looked.joints, self._sigmas.tolist())
        frame_wh = (frame.shape[1], frame.shape[0])
        return TwoLooks(looked.joints, first.keypoints, first.scores, frame_wh, alike, self._sigmas)

    def _covariance(self, looked: Looked, joints: Floats, poses: Poses) -> Floats | None:
        return None if self.uncertainty is None else self.uncertainty(self.evidence(looked, joints, poses))

    def evidence(self, looked: Looked, joints: Floats, poses: Poses) -> Evidence:
        """Return what is known of the joints of those who were looked at.

        Args:
            looked: What the network saw of them.
            joints: [P, K, 3], of them those that count; the others are NaN.
            poses: What the first stage found.
        """
        first = poses[: len(joints)]
        moved = np.linalg.norm(first.keypoints[..., :2] - looked.joints[..., :2], axis=2)
        return Evidence(joints, looked.spread, looked.cell_px.astype(np.float64), first.scores, moved)

    def look(self, frame: Image, poses: Poses, looked_at: int) -> Looked:
        """Run the network on the crops of the first people of a frame."""
        return self._look([frame], [poses], [looked_at])[0]

    def _look(self, frames: Sequence[Image], people: Sequence[Poses], counts: Sequence[int]) -> list[Looked]:
        """Run the network on the crops of the first people of each frame, as many as `counts` says."""
        squares, known, others = [], [], []
        for poses, count in zip(people, counts, strict=True):
            square = self._squares(poses.keypoints[:count])
            squares.append(square)
            known.append(self._in_cells(poses.keypoints[:count, None, :, :2], square)[:, 0])
            others.append(self._neighbours(poses, square) if self.mask and len(poses) > 1 else None)
        joints = [np.empty((count, len(self._sigmas), 3), np.float32) for count in counts]
        spread = [np.empty_like(of_frame) for of_frame in joints]
        for part in self._parts(counts):
            crops = np.stack([cut(frames[i], squares[i][person], self.rule.side) for i, person in part])
            own = np.stack([known[i][person] for i, person in part])
            tolerance = np.broadcast_to(self._sigmas * self.rule.cells, own.shape[:2])
            measured = measure_single(self._maps(crops), own, tolerance, _neighbours_of(part, others))
            for (i, person), of_joints, of_spread in zip(part, *measured, strict=True):
                joints[i][person], spread[i][person] = of_joints, of_spread
        return [self._in_frame(*seen) for seen in zip(joints, spread, squares, strict=True)]

    def _in_frame(self, joints: Floats, spread: Floats, squares: Floats) -> Looked:
        """Take what was seen of a frame's people from cells to the frame."""
        _check_finite(joints)
        middle, side = squares[:, None, :2], squares[:, None, 2:]
        joints[..., :2] = middle + (joints[..., :2] / self.rule.cells - 0.5) * side
        cell_px = squares[:, 2] / np.float32(self.rule.cells)
        return Looked(joints, spread * cell_px[:, None, None] ** 2, cell_px)

    def _parts(self, counts: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
        """Give frame and person of the crops that the network is shown at once."""
        crops = [[(frame, person) for person in range(count)] for frame, count in enumerate(counts)]
        for together in [list(chain(*crops))] if self.across_frames else crops:
            for start in range(0, len(together), CROPS_AT_ONCE):
                yield together[start : start + CROPS_AT_ONCE]

    def _squares(self, keypoints: Floats) -> Floats:
        """Return [P, 3], x and y of the middle and side of each person's crop, frame pixels."""
        rule = self.rule
        if not len(keypoints):
            return np.empty((0, 3), np.float32)
        low, high = np.nanmin(keypoints[..., :2], axis=1), np.nanmax(keypoints[..., :2], axis=1)
        side = np.maximum(rule.enlargement * (high - low).max(axis=1), rule.min_side)
        return whole_pixels(np.column_stack([(low + high) / 2, side]), rule.side)

    def _maps(self, crops: npt.NDArray[np.uint8]) -> CropMaps:
        maps = self.network(crops)
        if not self.flip_test:
            return maps
        mirrored = self.network(np.ascontiguousarray(crops[:, :, ::-1]))
        return maps.averaged(mirrored.mirrored(self._flip))

    def _in_cells(self, xy_in_frame: Floats, squares: Floats) -> Floats:
        """Take points [P, M, K, 2] from the frame to the cells of each person's crop."""
        middle, side = squares[:, None, None, :2], squares[:, None, None, 2:]
        return np.asarray(((xy_in_frame - middle) / side + 0.5) * self.rule.cells, np.float32)

    def _neighbours(self, poses: Poses, squares: Floats) -> Floats:
        """Return [N, P, K, 2], the joints of neighbours in the cells of each crop, NaN where there are none."""
        alike = pairwise_oks(np.nan_to_num(poses.keypoints), self._sigmas.tolist())
        neighbour = (poses.scores[None] >= self.rule.mask_from) & (alike < self.rule.mask_below)
        np.fill_diagonal(neighbour, False)
        neighbour = neighbour[: len(squares)]
        joints = np.where(neighbour[:, :, None, None], poses.keypoints[None, :, :, :2], np.nan)
        return self._in_cells(joints.astype(np.float32), squares)


def _neighbours_of(part: Sequence[tuple[int, int]], others: Sequence[Floats | None]) -> Floats | None:
    """Return [N, M, K, 2] of crops: the neighbours' joints of each, filled up with NaN; None where nobody has any."""
    found = [None if (of_frame := others[i]) is None else of_frame[person] for i, person in part]
    there = [each for each in found if each is not None]
    if not there:
        return None
    stacked = np.full((len(part), max(map(len, there)), *there[0].shape[1:]), np.nan, np.float32)
    for place, each in zip(stacked, found, strict=True):
        if each is not None:
            place[: len(each)] = each
    return stacked


def _outside(joints: Floats, frame: Image) -> npt.NDArray[np.bool_]:
    """Return [P, K], whether a joint is beyond the frame's edges: a crop reaches further than the frame."""
    xy, size = joints[..., :2], (frame.shape[1], frame.shape[0])
    return np.asarray(((xy <= -0.5) | (xy >= np.asarray(size) - 0.5)).any(axis=2))


def _check_finite(joints: Floats) -> None:
    if not np.isfinite(joints).all():
        raise UnreadableError(
            "the crop network gave NaN or infinity; its weights are damaged, or too large for the arithmetic",
            hints=[Hint("precision", "float32"), Hint("refine", "off")],
        )
