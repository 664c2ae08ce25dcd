"""Parsed people to poses: from the input's pixels to the frame's, and who is left out."""

from dataclasses import dataclass

import numpy as np

from swahr.decode import ParsedPeople
from swahr.decode.duplicates import drop_duplicates
from swahr.geometry import InputGeometry
from swahr.poses import Poses
from swahr.skeleton import Skeleton


@dataclass(frozen=True)
class Selection:
    """Who counts as a person.

    max_people: most a frame. min_score: people of a lower score are left out; 0 keeps all, as published.
    most_similar: so is a person whose object keypoint similarity to a better one is above; 1 keeps all, as published.
    """

    max_people: int
    min_score: float
    most_similar: float

    def poses(self, people: ParsedPeople, geometry: InputGeometry, skeleton: Skeleton) -> Poses:
        """Take people from heatmap to frame, best first; joints that were not found get NaN and score 0."""
        scores = np.clip(people.scores, 0.0, 1.0)
        kept = drop_duplicates(people.keypoints, scores, skeleton.sigmas, self.most_similar)
        # The parse may open more people than it gives joints to, so the limit is held here.
        kept = kept[scores[kept] >= self.min_score][: self.max_people]
        parsed = people.keypoints[kept]
        keypoints = np.full((len(kept), skeleton.num_joints, 3), np.nan, np.float32)
        xy = geometry.frame_from_heatmap(parsed[:, :, :2])
        # The input is wider than the frame; what the network sees in its margin is nobody.
        inside = (xy > -0.5).all(axis=2) & (xy < np.asarray(geometry.frame_wh) - 0.5).all(axis=2)
        found = (parsed[:, :, 2] > 0) & inside
        keypoints[found, :2] = xy[found]
        keypoints[:, :, 2] = np.where(found, np.clip(parsed[:, :, 2], 0.0, 1.0), 0.0)
        someone = found.any(axis=1)
        return Poses(keypoints[someone], scores[kept][someone].astype(np.float32), skeleton)
