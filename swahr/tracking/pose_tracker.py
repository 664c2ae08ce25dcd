"""Our own tracker: who is who, from frame to frame, by pose, motion and appearance."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from swahr.config import TrackSettings
from swahr.errors import SettingError, UnreadableError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.tracking.appearance import AppearanceReader
from swahr.tracking.matching import FASTEST, Rows, Sight, match_by_appearance, match_by_motion
from swahr.tracking.params import TrackerParams
from swahr.tracking.shot_change import CutDetector
from swahr.tracking.similarity import Floats, body_boxes, body_sizes, see
from swahr.tracking.tracker import register_tracker
from swahr.tracking.tracks import Tracks
from swahr.video.images import Image

NEVER = -1e9  # seconds: a time before all times; infinity is no JSON
MIN_STEP_S = 1e-3  # where clocks stand still
MAX_PART_HITS = 50.0  # sights over which the appearance of a part is averaged
SIZE_MEMORY = 0.8  # of a size, a sight
NOBODY = -1


class PoseTracker:
    """Gives the people of a video, frame after frame, ids that stay theirs.

    Similar poses at the places where motion takes people are matched, all at once, for the largest sum of
    similarities. Who is new gets the next id, from 0; an id is never given to a second person. With the frame's
    image, people are kept apart by the colours of their clothes too, are known again when they come back within
    `max_absence_s`, and a scene cut ends what is known of places.

    Args:
        skeleton: Of the poses that will come.
        params: Its thresholds; None is the usual ones.

    >>> from swahr.pose.skeleton import COCO_17
    >>> tracker = PoseTracker(COCO_17, TrackerParams(max_absence_s=60))
    >>> nobody = Poses(np.zeros((0, 17, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    >>> tracker(nobody, time_s=0.0).ids
    array([], dtype=int32)
    """

    def __init__(self, skeleton: Skeleton, params: TrackerParams | None = None) -> None:
        self.skeleton = skeleton
        self.params = params or TrackerParams()
        self._appearance = AppearanceReader(skeleton)
        self._cuts = CutDetector()
        self._tracks = Tracks.none(skeleton.num_joints)
        self._next_id = 0
        self._last_s: float | None = None

    def __call__(self, poses: Poses, time_s: float, image: Image | None = None) -> Poses:
        """Return the poses with ids [P] int32.

        Args:
            poses: The people of the next frame.
            time_s: Of the frame, seconds; times grow.
            image: The frame [H, W, 3] uint8 BGR; None goes by poses alone.

        Raises:
            SettingError: The poses are of another skeleton.
        """
        if poses.skeleton.joints != self.skeleton.joints:
            raise SettingError(
                f"poses of the skeleton {poses.skeleton.name}; this tracker was made for {self.skeleton.name}"
            )
        before, tracks = self._last_s, self._tracks
        now = self._clock(time_s)
        if image is not None and self._cuts(image):
            tracks.moved_on[:] = True
        step_s = now - (now if before is None else before)
        tracks.keep(now - tracks.seen_s <= max(self.params.max_absence_s, 1.5 * step_s))
        seen = see(poses)
        colours, visible = self._appearance.read(image, seen)
        scores = poses.scores.astype(np.float64).clip(0.0, 1.0)
        sight = Sight(seen, scores, colours, visible, now, step_s)
        row_of, fits = match_by_motion(tracks, sight, self.params, self.skeleton)
        self._update(row_of, fits, sight)
        row_of = self._begin(row_of, sight)
        self._know_again(row_of, now)
        unnamed = np.flatnonzero(tracks.ids == NOBODY)
        tracks.ids[unnamed] = self._next_id + np.arange(len(unnamed))
        self._next_id += len(unnamed)
        return replace(poses, ids=tracks.ids[row_of].astype(np.int32))

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next frame depends on, as plain values; floats survive JSON exactly."""
        return {
            "next_id": self._next_id,
            "last_s": self._last_s,
            "cuts": self._cuts.state_dict(),
            "tracks": self._tracks.to_plain(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            UnreadableError: It is none.
        """
        try:
            self._tracks = Tracks.from_plain(state["tracks"], self.skeleton.num_joints)
            self._cuts.load_state_dict(state["cuts"])
            self._next_id, self._last_s = int(state["next_id"]), state["last_s"]
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"not the state of a tracker ({error!r})") from error

    def _clock(self, time_s: float) -> float:
        """Return the time, made to grow: some containers repeat theirs."""
        last = self._last_s
        if last is None:
            now = time_s if math.isfinite(time_s) else 0.0
        else:
            now = time_s if time_s > last else last + MIN_STEP_S
        self._last_s = now
        return now

    def _update(self, row_of: Rows, fits: Floats, sight: Sight) -> None:
        """Move the tracks that were found again."""
        tracks, params, seen = self._tracks, self.params, sight.seen
        people = np.flatnonzero(row_of >= 0)
        rows = row_of[people]
        if not len(rows):
            return
        away = sight.now - tracks.seen_s[rows]
        there = seen.weights[people] > 0
        recent = tracks.joint_s[rows] >= tracks.seen_s[rows, None] - params.joint_memory_s
        # Joints that fit the prediction say best how the body moved.
        trust = np.where(there & recent, seen.weights[people] * (fits[people] + 0.01), 0.0)[:, :, None]
        steps = seen.xy[people] - tracks.xy[rows]
        step = (steps * trust).sum(axis=1) / np.maximum(trust.sum(axis=1), 1e-9)
        speed = step / away[:, None]
        fastest = FASTEST * tracks.sizes[rows] / np.maximum(np.linalg.norm(speed, axis=1), 1e-9)
        speed *= np.minimum(1.0, fastest)[:, None]
        part = np.maximum(-np.expm1(-away / params.memory_s), 1 / tracks.hits[rows])[:, None]
        tracks.velocity[rows] += part * (speed - tracks.velocity[rows])
        tracks.xy[rows] = np.where(there[:, :, None], seen.xy[people], tracks.xy[rows] + step[:, None])
        tracks.joint_s[rows] = np.where(there, sight.now, tracks.joint_s[rows])
        sizes = body_sizes(
            body_boxes(tracks.xy[rows], tracks.joint_s[rows] >= sight.now - params.joint_memory_s)
        )
        tracks.sizes[rows] = SIZE_MEMORY * tracks.sizes[rows] + (1 - SIZE_MEMORY) * sizes
        tracks.seen_s[rows] = sight.now
        tracks.hits[rows] += 1
        part_hits = np.minimum(tracks.part_hits[rows] + sight.visible[people], MAX_PART_HITS)
        weight = (sight.visible[people] / np.maximum(part_hits, 1))[:, :, None]
        tracks.colours[rows] += weight * (sight.colours[people] - tracks.colours[rows])
        tracks.part_hits[rows] = part_hits

    def _begin(self, row_of: Rows, sight: Sight) -> Rows:
        """Add people who are new; return the rows with theirs."""
        people = np.flatnonzero(row_of < 0)
        count, seen = len(people), sight.seen
        row_of = row_of.copy()
        row_of[people] = len(self._tracks) + np.arange(count)
        times = np.full(count, sight.now)
        self._tracks.add(
            Tracks(
                ids=np.full(count, NOBODY, np.int64),
                xy=seen.xy[people],
                joint_s=np.where(seen.weights[people] > 0, sight.now, NEVER),
                sizes=seen.sizes[people],
                velocity=np.zeros((count, 2)),
                born_s=times,
                seen_s=times.copy(),
                hits=np.ones(count, np.int64),
                moved_on=np.zeros(count, bool),
                colours=sight.colours[people],
                part_hits=sight.visible[people].astype(np.float64),
            )
        )
        return row_of

    def _know_again(self, row_of: Rows, now: float) -> None:
        """Give people who came a moment ago the ids of those they turn out to be."""
        tracks = self._tracks
        young = row_of[now - tracks.born_s[row_of] <= self.params.adopt_s]
        present = np.zeros(len(tracks), bool)
        present[row_of] = True
        for old, row in match_by_appearance(tracks, young, present, now, self.params):
            tracks.ids[row] = tracks.ids[old]
            tracks.born_s[row] = tracks.born_s[old]  # no longer someone new
            tracks.hits[row] += tracks.hits[old]
            tracks.seen_s[old] = NEVER  # forgotten with the next frame
            tracks.hits[old] = 0


@register_tracker("default")
def make_pose_tracker(settings: TrackSettings, skeleton: Skeleton) -> PoseTracker:
    """Make our tracker as the settings of a run ask."""
    return PoseTracker(skeleton, TrackerParams(max_absence_s=settings.remember))
