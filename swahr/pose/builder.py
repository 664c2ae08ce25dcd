"""Makes a recording of people that come frame by frame, in any order, as readers of files find them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError
from swahr.pose.events import EventMark
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

MAX_ID = 2**31 - 1
MAX_FRAME = 2**31 - 1  # four months at 200 frames per second
OURS = 2, 4  # decimals of places and of scores that are written where nothing else is known
MAX_DECIMALS = 6  # that are looked for; what has more was never rounded


def decimals_of(values: npt.NDArray[np.float64]) -> int:
    """Return with how many decimals numbers were written, as far as that is seen in them; NaN does not count.

    >>> decimals_of(np.asarray([0.61, 1.7908, np.nan])), decimals_of(np.asarray([3.0]))
    (4, 0)
    """
    finite = values[np.isfinite(values)]
    for decimals in range(MAX_DECIMALS):
        if np.abs(finite - np.round(finite, decimals)).max(initial=0) < 10.0 ** -(MAX_DECIMALS + 2):
            return decimals
    return MAX_DECIMALS


def decimals_kept(values: npt.NDArray[np.float64]) -> int:
    """Return how many decimals of numbers are the same in single precision; NaN does not count.

    >>> decimals_kept(np.asarray([0.61])), decimals_kept(np.asarray([1919.5]))
    (6, 3)
    """
    largest = np.float32(np.abs(values[np.isfinite(values)]).max(initial=1.0))
    return max(0, min(MAX_DECIMALS, int(np.floor(-np.log10(np.spacing(largest))))))


class _Row(NamedTuple):
    frame: int
    keypoints: npt.NDArray[np.float64]
    score: float | None
    person_id: int
    covariance: npt.NDArray[np.float32] | None
    marks: npt.NDArray[np.uint8] | None


@dataclass
class RecordingBuilder:
    """Collects people frame by frame, in any order, and makes a recording of them.

    frame_rate: frames per second, which gives the times of frames that come without one; None leaves them unknown.
    notes: what a user should know of the file. unit: of places, see `Recording`.

    >>> builder = RecordingBuilder(ARM, frame_rate=25.0)
    >>> builder.frame(10)
    >>> builder.person(10, [(5, 6, 0.9), None], score=None, person_id=3)
    >>> builder.build()[0]
    FramePoses(frame_index=10, time_s=0.4, poses=Poses(1 person, arm)
      id 3, score 0.45, 1 of 2 joints: elbow 5, 6)
    """

    skeleton: Skeleton
    frame_rate: float | None = None
    notes: list[str] = field(default_factory=list)
    unit: str = "px"
    _times: dict[int, float] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _rows: list[_Row] = field(default_factory=list)
    _events: set[EventMark] = field(default_factory=set)
    _clipped: bool = False

    def frame(self, index: int, time_s: float | None = None, name: str = "") -> None:
        """Note that there is a frame; its people may follow.

        Args:
            index: in the source, from 0.
            time_s: seconds; None goes by the frame rate.
            name: what it is called, where it is a photo.

        Raises:
            UnreadableError: the index is negative, or too large to be one.
        """
        if index < 0:
            raise UnreadableError(f"frame {index}: frames are counted from 0")
        if index > MAX_FRAME:
            raise UnreadableError(f"frame {index}: expected at most {MAX_FRAME}")
        if time_s is None:
            time_s = index / self.frame_rate if self.frame_rate else float("nan")
        self._times.setdefault(index, time_s)
        if name:
            self._names[index] = name

    def events(self, marks: Iterable[EventMark]) -> None:
        """Note what a person called frames; the same name of the same frame counts once."""
        self._events |= {*marks}

    def person(
        self,
        index: int,
        joints: Sequence[Sequence[float] | None],
        score: float | None,
        person_id: int | None,
        covariance: npt.NDArray[np.float32] | None = None,
        marks: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        """Add a person.

        Args:
            index: of the frame.
            joints: [K] x, y in frame pixels and score of each joint; None for a missing one.
            score: None where the file has none; the mean of the joints' then, missing ones counting 0.
            person_id: None where nobody followed.
            covariance: [K, 2, 2] of the joints' places, frame pixels^2, NaN for missing ones; None where the file has
                none.
            marks: [K], which joints were corrected by hand; None where the file has none.

        Raises:
            UnreadableError: there are more or fewer joints than in the skeleton.
        """
        if len(joints) != self.skeleton.num_joints:
            raise UnreadableError(f"frame {index}: {len(joints)} joints; expected {self.skeleton.num_joints}")
        keypoints = np.full((len(joints), 3), np.nan)
        keypoints[:, 2] = 0
        for place, joint in enumerate(joints):
            if joint is not None and np.isfinite(joint[0]) and np.isfinite(joint[1]):
                keypoints[place] = joint
        known = -1 if person_id is None else person_id
        self._rows.append(_Row(index, keypoints, score, known, covariance, marks))

    def build(self) -> Recording:
        """Return the recording. Scores outside [0, 1] are set to 0 and 1, and it is noted."""
        frames = np.asarray(sorted(self._times), np.int64)
        rows = sorted(self._rows, key=lambda row: row.frame)  # stable: the order within a frame is kept
        counts = np.searchsorted(np.asarray([row.frame for row in rows], np.int64), frames, side="right")
        exact = np.asarray([row.keypoints for row in rows]).reshape(-1, self.skeleton.num_joints, 3)
        decimals = self._decimals(exact)
        keypoints = exact.astype(np.float32)
        keypoints[:, :, 2] = np.nan_to_num(keypoints[:, :, 2], nan=1.0)  # a place without a score
        raw = [row.score for row in rows]
        means = self._clip(keypoints[:, :, 2]).mean(axis=1) if rows else np.zeros(0)
        keypoints[:, :, 2] = self._clip(keypoints[:, :, 2])
        given = [
            mean if score is None or np.isnan(score) else score
            for score, mean in zip(raw, means, strict=True)
        ]
        scores = self._clip(np.asarray(given, np.float32))
        if self._clipped:
            self.notes.append("scores below 0 or above 1 were set to 0 and 1")
        ids = self._ids([row.person_id for row in rows])
        return Recording(
            self.skeleton,
            frames,
            np.asarray([self._times[int(frame)] for frame in frames], np.float64),
            np.concatenate([np.zeros(1, np.int64), counts.astype(np.int64)]),
            keypoints,
            scores,
            ids if (ids >= 0).any() else None,
            tuple(self.notes),
            self._covariance(rows),
            tuple(self._names.get(int(frame), "") for frame in frames) if self._names else (),
            decimals,
            self.unit,
            self._marks(rows),
            tuple(self._events),
        )

    def _decimals(self, keypoints: npt.NDArray[np.float64]) -> tuple[int, int] | None:
        """Return the decimals of places and of scores; None of nobody. Those that are lost are noted."""
        places, scores = keypoints[:, :, :2], keypoints[:, :, 2]
        if not np.isfinite(places).any():
            return None
        given, kept = decimals_of(places), decimals_kept(places)
        if given > kept:
            self.notes.append(
                f"places have {given} or more decimals; {kept} are kept, as numbers of 24 bits have them"
            )
        in_scores = decimals_of(scores)
        # Whether a last 0 was written is not seen in numbers: where there are decimals, there are at least ours.
        return min(max(given, OURS[0]) if given else 0, kept), max(in_scores, OURS[1]) if in_scores else 0

    def _ids(self, given: list[int]) -> npt.NDArray[np.int32]:
        """Return the ids; where one is too large, all are counted anew in their order."""
        if max(given, default=0) <= MAX_ID:
            return np.asarray(given, np.int32)
        known = sorted({number for number in given if number >= 0})
        self.notes.append(f"ids go up to {known[-1]}; they are counted anew from 0, in their order")
        anew = {number: place for place, number in enumerate(known)}
        return np.asarray([anew.get(number, -1) for number in given], np.int32)

    def _covariance(self, rows: list[_Row]) -> npt.NDArray[np.float32] | None:
        """Return those of all people, NaN for who has none; None where nobody has."""
        if all(row.covariance is None for row in rows):
            return None
        unknown = np.full((self.skeleton.num_joints, 2, 2), np.nan, np.float32)
        return np.asarray([unknown if row.covariance is None else row.covariance for row in rows], np.float32)

    def _marks(self, rows: list[_Row]) -> npt.NDArray[np.uint8] | None:
        """Return those of all people; None where nobody has any."""
        if not any(row.marks is not None and row.marks.any() for row in rows):
            return None
        nothing = np.zeros(self.skeleton.num_joints, np.uint8)
        return np.asarray([nothing if row.marks is None else row.marks for row in rows])

    def _clip(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        if scores.size and (scores.min() < 0 or scores.max() > 1):
            self._clipped = True
        return np.clip(scores, 0, 1)
