"""What a keypoint file holds, in memory: frames, their times, and the people in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

STEADY = 0.01  # part by which the mean step of steady frames differs from the usual one


@dataclass(frozen=True)
class Recording:
    """N frames with R people in all, in the order of the frames. K joints.

    frames: [N] int64, each frame's index in the source, growing. times: [N] float64 seconds; NaN where unknown.
    starts: [N + 1] int64: the people of frame i are rows starts[i] to starts[i + 1] of what follows.
    keypoints: [R, K, 3] float32 and scores: [R] float32, as in `Poses`. ids: [R] int32, -1 where nobody followed;
    None where the file has no ids. notes: what a user should know of the file.
    """

    skeleton: Skeleton
    frames: npt.NDArray[np.int64]
    times: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    keypoints: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    ids: npt.NDArray[np.int32] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[tuple[int, float, Poses]]:
        """Yield index, time and people of each frame."""
        for i in range(len(self)):
            yield int(self.frames[i]), float(self.times[i]), self.poses(i)

    def poses(self, i: int) -> Poses:
        """Return the people of the i-th frame of the recording."""
        rows = slice(int(self.starts[i]), int(self.starts[i + 1]))
        ids = None if self.ids is None else self.ids[rows]
        return Poses(self.keypoints[rows], self.scores[rows], self.skeleton, ids)

    def only(self, person_id: int) -> "Recording":
        """Return the recording with one person alone; raises SwahrError where there is no such id."""
        if self.ids is None or not (self.ids == person_id).any():
            known = [] if self.ids is None else np.unique(self.ids[self.ids >= 0]).tolist()
            raise SwahrError(f"there is no person {person_id}; the ids are {_ranges(known) or 'not known'}")
        return self.where(self.ids == person_id)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Recording":
        """Return the recording with some of its people alone: kept [R]. Frames stay."""
        counts = np.bincount(self.frame_of_row[kept], minlength=len(self))
        return replace(
            self,
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            keypoints=self.keypoints[kept],
            scores=self.scores[kept],
            ids=None if self.ids is None else self.ids[kept],
        )

    @property
    def frame_of_row(self) -> npt.NDArray[np.int64]:
        """[R] int64: which frame of the recording, from 0, each person is in."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def frame_rate(self) -> float | None:
        """Frames of the source a second, by the median step; None without times or with one frame."""
        known = np.isfinite(self.times)
        frames, times = self.frames[known], self.times[known]
        if len(times) < 2 or times[-1] <= times[0]:
            return None
        steps = np.diff(times) / np.maximum(1, np.diff(frames))
        usual, mean = float(np.median(steps)), float((times[-1] - times[0]) / (frames[-1] - frames[0]))
        # Times are rounded, so the mean is the better one as long as no pause is in it.
        step = mean if abs(mean - usual) < STEADY * usual else usual
        return 1 / step if step > 0 else None


def _ranges(numbers: list[int]) -> str:
    """Return numbers that grow as `0 to 3, 7`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join(" to ".join(map(str, part)) for part in parts)


@dataclass
class RecordingBuilder:
    """Collects people frame by frame, in any order, and makes a recording of them."""

    skeleton: Skeleton
    frame_rate: float | None = None
    notes: list[str] = field(default_factory=list)
    _times: dict[int, float] = field(default_factory=dict)
    _rows: list[tuple[int, npt.NDArray[np.float32], float | None, int]] = field(default_factory=list)
    _clipped: bool = False

    def frame(self, index: int, time_s: float | None = None) -> None:
        """Note that there is a frame; its people may follow."""
        if index < 0:
            raise SwahrError(f"frame {index}: frames are counted from 0")
        if time_s is None:
            time_s = index / self.frame_rate if self.frame_rate else float("nan")
        self._times.setdefault(index, time_s)

    def person(
        self, index: int, joints: Sequence[Sequence[float] | None], score: float | None, person_id: int | None
    ) -> None:
        """Add a person: x, y, score of each joint, or None for a missing one.

        score: None where the file has none; the mean of the joints' then, missing ones counting 0.
        """
        if len(joints) != self.skeleton.num_joints:
            raise SwahrError(f"frame {index}: {len(joints)} joints; expected {self.skeleton.num_joints}")
        keypoints = np.full((len(joints), 3), np.nan, np.float32)
        keypoints[:, 2] = 0
        for place, joint in enumerate(joints):
            if joint is not None and np.isfinite(joint[0]) and np.isfinite(joint[1]):
                keypoints[place] = joint
        self._rows.append((index, keypoints, score, -1 if person_id is None else person_id))

    def build(self) -> Recording:
        """Return the recording."""
        frames = np.asarray(sorted(self._times), np.int64)
        rows = sorted(self._rows, key=lambda row: row[0])  # stable: the order within a frame is kept
        counts = np.searchsorted(np.asarray([row[0] for row in rows], np.int64), frames, side="right")
        keypoints = np.asarray([row[1] for row in rows], np.float32).reshape(-1, self.skeleton.num_joints, 3)
        keypoints[:, :, 2] = np.nan_to_num(keypoints[:, :, 2], nan=1.0)  # a place without a score
        raw = [row[2] for row in rows]
        means = self._clip(keypoints[:, :, 2]).mean(axis=1) if rows else np.zeros(0)
        keypoints[:, :, 2] = self._clip(keypoints[:, :, 2])
        given = [
            mean if score is None or np.isnan(score) else score
            for score, mean in zip(raw, means, strict=True)
        ]
        scores = self._clip(np.asarray(given, np.float32))
        if self._clipped:
            self.notes.append("scores below 0 or above 1 were set to 0 and 1")
        ids = np.asarray([row[3] for row in rows], np.int32)
        return Recording(
            self.skeleton,
            frames,
            np.asarray([self._times[int(frame)] for frame in frames], np.float64),
            np.concatenate([np.zeros(1, np.int64), counts.astype(np.int64)]),
            keypoints,
            scores,
            ids if (ids >= 0).any() else None,
            tuple(self.notes),
        )

    def _clip(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        if scores.size and (scores.min() < 0 or scores.max() > 1):
            self._clipped = True
        return np.clip(scores, 0, 1)
