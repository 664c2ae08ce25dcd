"""Parsed people to poses: from the input's pixels to the frame's, and who is left out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.decode import ParsedPeople
from swahr.decode.duplicates import drop_duplicates, joints_of_others
from swahr.inference.geometry import InputGeometry
from swahr.models.scorer import PersonScorer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Selection:
    """Who counts as a person.

    Args:
        skeleton: of the people.
        max_people: most per frame.
        min_score: people of a lower score are left out; 0 keeps all, as published.
        max_similarity: so is a person whose object keypoint similarity to a better one is above, and so are joints
            that are another's; 1 keeps all, as published.
        scorer: gives people their scores; None: the mean confidence of their joints, as published.
    """

    skeleton: Skeleton
    max_people: int
    min_score: float
    max_similarity: float
    scorer: PersonScorer | None = None

    def poses(self, people: ParsedPeople, geometry: InputGeometry) -> Poses:
        """Take people from the input to the frame, best first; joints that were not found get NaN and score 0.

        Args:
            people: as parsed, in pixels of the input.
            geometry: of their frame.
        """
        skeleton = self.skeleton
        keypoints = _in_frame(people, geometry, skeleton.num_joints)
        scores = np.clip(people.scores, 0.0, 1.0)
        if self.scorer is not None:
            scores = self.scorer(keypoints, geometry.frame_wh).astype(np.float32)
        kept = drop_duplicates(people.keypoints, scores, skeleton.sigmas, self.max_similarity)
        keypoints, scores = keypoints[kept], scores[kept]
        if self.max_similarity < 1:
            keypoints, scores = self._without_joints_of_others(
                keypoints, scores, people.keypoints[kept], geometry
            )
        # The parse may open more people than it gives joints to, so the limit is held here.
        good = np.flatnonzero(scores >= self.min_score)[: self.max_people]
        good = good[(keypoints[good, :, 2] > 0).any(axis=1)]
        return Poses(keypoints[good], scores[good].astype(np.float32), skeleton)

    def _without_joints_of_others(
        self, keypoints: Floats, scores: Floats, parsed: Floats, geometry: InputGeometry
    ) -> tuple[Floats, Floats]:
        """Take joints from those who have less right to them; who is left with few has a lower score."""
        taken = joints_of_others(parsed)
        if not taken.any():
            return keypoints, scores
        keypoints[taken] = np.nan, np.nan, 0.0
        if self.scorer is not None:
            scores = self.scorer(keypoints, geometry.frame_wh).astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        return keypoints[order], scores[order]


def _in_frame(people: ParsedPeople, geometry: InputGeometry, num_joints: int) -> npt.NDArray[np.float32]:
    """Return [P, K, 3] x, y in frame pixels and confidence in [0, 1]; a joint outside the frame counts as missing."""
    parsed = people.keypoints
    keypoints = np.full((len(parsed), num_joints, 3), np.nan, np.float32)
    xy_in_frame = geometry.frame_from_heatmap(parsed[:, :, :2])
    # The input is wider than the frame; what the network sees in its margin is nobody.
    inside = (xy_in_frame > -0.5).all(axis=2) & (xy_in_frame < np.asarray(geometry.frame_wh) - 0.5).all(
        axis=2
    )
    found = (parsed[:, :, 2] > 0) & inside
    keypoints[found, :2] = xy_in_frame[found]
    keypoints[:, :, 2] = np.where(found, np.clip(parsed[:, :, 2], 0.0, 1.0), 0.0)
    return keypoints
