"""Parsed people to poses: from the input's pixels to the frame's, and who is left out."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.decode import ParsedPeople
from swahr.decode.duplicates import drop_duplicates, joints_of_others
from swahr.inference.geometry import InputGeometry
from swahr.models.scorer import PersonScorer
from swahr.models.uncertainty import Evidence, JointUncertainty
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
        uncertainty: gives joints a covariance, where the parse measured their spread; None: they have none.
    """

    skeleton: Skeleton
    max_people: int
    min_score: float
    max_similarity: float
    scorer: PersonScorer | None = None
    uncertainty: JointUncertainty | None = None

    def poses(self, people: ParsedPeople, geometry: InputGeometry, cell_px: float = 1.0) -> Poses:
        """Take people from the input to the frame, best first; joints that were not found get NaN and score 0.

        Args:
            people: as parsed, in pixels of the input.
            geometry: of their frame.
            cell_px: width of a pixel of the finest stage, pixels of the input.
        """
        found, rows = self.select(people, geometry)
        if self.uncertainty is None or people.spread is None:
            return found
        sure = self.uncertainty(evidence(found, people.spread[rows], geometry, cell_px))
        return replace(found, covariance=sure)

    def select(
        self, people: ParsedPeople, geometry: InputGeometry
    ) -> tuple[Poses, npt.NDArray[np.integer[Any]]]:
        """Return who counts, best first, and who of those that were parsed each one is."""
        skeleton = self.skeleton
        keypoints = _in_frame(people, geometry, skeleton.num_joints)
        scores = np.clip(people.scores, 0.0, 1.0)
        if self.scorer is not None:
            scores = self.scorer(keypoints, geometry.frame_wh).astype(np.float32)
        kept = drop_duplicates(people.keypoints, scores, skeleton.sigmas, self.max_similarity)
        keypoints, scores = keypoints[kept], scores[kept]
        if self.max_similarity < 1:
            keypoints, scores, order = self._without_joints_of_others(
                keypoints, scores, people.keypoints[kept], geometry
            )
            kept = kept[order]
        # The parse may open more people than it gives joints to, so the limit is held here.
        good = np.flatnonzero(scores >= self.min_score)[: self.max_people]
        good = good[(keypoints[good, :, 2] > 0).any(axis=1)]
        return Poses(keypoints[good], scores[good].astype(np.float32), skeleton), kept[good]

    def _without_joints_of_others(
        self, keypoints: Floats, scores: Floats, parsed: Floats, geometry: InputGeometry
    ) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
        """Take joints from those who have less right to them; who is left with few has a lower score.

        Returns:
            Keypoints, scores, and who of those that were given each one is.
        """
        taken = joints_of_others(parsed)
        if not taken.any():
            return keypoints, scores, np.arange(len(scores))
        keypoints[taken] = np.nan, np.nan, 0.0
        if self.scorer is not None:
            scores = self.scorer(keypoints, geometry.frame_wh).astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        return keypoints[order], scores[order], order


def evidence(found: Poses, spread: Floats, geometry: InputGeometry, cell_px: float) -> Evidence:
    """Return what is known of the joints of people who count.

    Args:
        found: the people.
        spread: [P, K, 3] of their joints' peaks, pixels of the input^2.
        geometry: of their frame.
        cell_px: width of a pixel of the finest stage, pixels of the input.
    """
    frame_px = geometry.frame_px  # a pixel of the input, in the frame
    cells = np.full(len(found), cell_px * frame_px)
    return Evidence(found.keypoints, spread * np.float32(frame_px**2), cells, found.scores)


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
