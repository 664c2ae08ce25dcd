"""From the joints of crops to the people of a frame: their scores, and those who were found twice.

Xiao et al., "Simple Baselines", ECCV 2018 (arXiv 1804.06208), section 4.1: rescoring, and suppression by object
keypoint similarity. P people, K joints.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from swahr.decode import ParseParams
from swahr.decode.crops import person_scores
from swahr.decode.oks_nms import oks_nms, soft_oks_nms
from swahr.inference.boxes import PersonBoxes
from swahr.inference.crops import contract_crops
from swahr.inference.postprocess import Selection
from swahr.models.crop_contract import CropContract
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

Floats = npt.NDArray[np.float32]
LEAST_SPREAD = 1e-6  # of the soft suppression, which divides by it


class PeopleOfCrops:
    """Makes people of the joints of crops.

    Args:
        skeleton: of the people.
        contract: of the crops.
        rescore: a person's score is the box's by the joints'; else the box's alone.
        soft: suppress softly: who is like a better one has a lower rank, and the first 20 stay.
    """

    def __init__(
        self, skeleton: Skeleton, contract: CropContract, *, rescore: bool = True, soft: bool = False
    ) -> None:
        self._skeleton, self._contract, self._rescore, self._soft = skeleton, contract, rescore, soft
        self.num_joints = skeleton.num_joints

    def __call__(
        self,
        joints: Floats,
        boxes: PersonBoxes,
        frame_wh: Sequence[int],
        params: ParseParams,
        selection: Selection,
    ) -> Poses:
        """Return the people who count, best first.

        Args:
            joints: [P, K, 3] x, y in the frame and confidence, of every joint, wherever it is; or [P, K, 5], with the
                variances of x and y, frame pixels^2, which become the covariance.
            boxes: of them.
            frame_wh: width and height of the frame, pixels.
            params: joints below its threshold are missing.
            selection: who counts; of two people more alike than its `max_similarity` the better one stays.
        """
        if not len(joints):
            return Poses.nobody(self._skeleton)
        joints, variances = joints[..., :3], joints[..., 3:]
        scores = self._scores(joints[..., 2], boxes.scores)
        areas = contract_crops(boxes.xywh, self._contract).size_in_frame.prod(axis=1)
        if self._soft:
            spread = max(selection.max_similarity, LEAST_SPREAD)
            kept = soft_oks_nms(joints, scores, areas, self._skeleton.sigmas, spread)
        else:
            kept = oks_nms(joints, scores, areas, self._skeleton.sigmas, selection.max_similarity)
        joints, variances = joints[kept], variances[kept]  # copies
        xy = joints[..., :2]
        outside = ((xy <= -0.5) | (xy >= np.asarray(frame_wh) - 0.5)).any(axis=2)
        joints[outside | (joints[..., 2] < params.detection_threshold) | (joints[..., 2] <= 0)] = (
            np.nan,
            np.nan,
            0,
        )
        kept_scores = scores[kept].astype(np.float32)
        good = np.flatnonzero((kept_scores >= selection.min_score) & (joints[..., 2] > 0).any(axis=1))
        good = good[np.argsort(-kept_scores[good], kind="stable")][: selection.max_people]
        found = Poses(joints[good], kept_scores[good], self._skeleton)
        if not variances.shape[2]:
            return found
        return replace(found, covariance=_covariance(variances[good], found.keypoints))

    def _scores(self, confidence: Floats, box_scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        if not self._rescore:
            return box_scores
        offset = self._contract.score_offset
        if not offset:
            return person_scores(confidence, box_scores)
        # As published, and brought to [0, 1] by the largest that it may be.
        return np.asarray((confidence.mean(axis=1) + offset) / (1 + offset) * box_scores, np.float64)


def _covariance(variances: Floats, keypoints: Floats) -> Floats:
    """Return [P, K, 2, 2] of variances [P, K, 2]: each axis by itself; NaN for missing joints."""
    covariance = variances[..., None] * np.eye(2, dtype=np.float32)
    covariance[~np.isfinite(keypoints[..., 0])] = np.nan
    return covariance
