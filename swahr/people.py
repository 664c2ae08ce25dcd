"""Parsed people to poses: from the input's pixels to the frame's, and who is left out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.decode import ParsedPeople
from swahr.decode.duplicates import drop_duplicates
from swahr.geometry import InputGeometry
from swahr.poses import Poses
from swahr.scorer import PersonScorer
from swahr.skeleton import Skeleton


@dataclass(frozen=True)
class Selection:
    """Who counts as a person.

    max_people: most a frame. min_score: people of a lower score are left out; 0 keeps all, as published.
    most_similar: so is a person whose object keypoint similarity to a better one is above; 1 keeps all, as published.
    scorer: gives people their scores; None: the mean heat of their joints, as published.
    """

    max_people: int
    min_score: float
    most_similar: float
    scorer: PersonScorer | None = None

    def poses(self, people: ParsedPeople, geometry: InputGeometry, skeleton: Skeleton) -> Poses:
        """Take people from heatmap to frame, best first; joints that were not found get NaN and score 0."""
        keypoints = _in_frame(people, geometry, skeleton.num_joints)
        scores = np.clip(people.scores, 0.0, 1.0)
        if self.scorer is not None:
            scores = self.scorer(keypoints, geometry.frame_wh).astype(np.float32)
        kept = drop_duplicates(people.keypoints, scores, skeleton.sigmas, self.most_similar)
        # The parse may open more people than it gives joints to, so the limit is held here.
        kept = kept[scores[kept] >= self.min_score][: self.max_people]
        kept = kept[(keypoints[kept, :, 2] > 0).any(axis=1)]
        return Poses(keypoints[kept], scores[kept].astype(np.float32), skeleton)


def _in_frame(people: ParsedPeople, geometry: InputGeometry, num_joints: int) -> npt.NDArray[np.float32]:
    """Return [P, K, 3] x, y in frame pixels and heat in [0, 1]; a joint outside the frame counts as missing."""
    parsed = people.keypoints
    keypoints = np.full((len(parsed), num_joints, 3), np.nan, np.float32)
    xy = geometry.frame_from_heatmap(parsed[:, :, :2])
    # The input is wider than the frame; what the network sees in its margin is nobody.
    inside = (xy > -0.5).all(axis=2) & (xy < np.asarray(geometry.frame_wh) - 0.5).all(axis=2)
    found = (parsed[:, :, 2] > 0) & inside
    keypoints[found, :2] = xy[found]
    keypoints[:, :, 2] = np.where(found, np.clip(parsed[:, :, 2], 0.0, 1.0), 0.0)
    return keypoints
