"""What a keypoint file holds, in memory: frames, their times, and the people in each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from swahr.errors import MissingError, SettingError
from swahr.pose.events import EventMark
from swahr.pose.poses import (
    Poses,
    Rows,
    as_rows,
    check_covariance,
    check_marks,
    check_people,
    chosen_people,
    joined_covariance,
    joined_ids,
    joined_marks,
    read_only,
    same_numbers,
)
from swahr.pose.skeleton import Skeleton

DEFAULT_FRAME_RATE = 25.0  # frames per second, wherever a source or a file says none
MAX_RANGES = 12  # of ids, in messages and in the repr
STEADY = 0.01  # part by which the mean step of steady frames differs from the usual one


class FramePoses(NamedTuple):
    """A frame of a recording: its index in the source, its time in seconds (NaN where unknown), and its people."""

    frame_index: int
    time_s: float
    poses: Poses


@dataclass(frozen=True, eq=False, repr=False)
class Recording:
    """N frames with R people in all, as a value: it has a length, is iterated, indexed, filtered, compared and saved.

    frames: [N] int64, each frame's index in the source, growing. times: [N] float64 seconds; NaN where unknown.
    starts: [N + 1] int64: the people of frame i are rows starts[i] to starts[i + 1] of what follows.
    keypoints: [R, K, 3] float32 and scores: [R] float32, as in `Poses`. ids: [R] int32, -1 where nobody followed;
    None where the file has no ids. notes: what a user should know of the file. covariance: [R, K, 2, 2] float32, as in
    `Poses`; None where the file has none. names: [N] of the frames, where they are photos: their files; empty where
    they have none. decimals: of places and of scores in the file that it was read from; None where it was not.

    unit: of places: px, in which y goes down, or m or mm, in which it goes up. marks: [R, K] uint8, which joints were
    corrected by hand, see `swahr.pose.marks`; None where nobody says. events: frames that a person named, in order.

    The arrays are read-only views of what is given. Recordings are equal where all but their notes and decimals are,
    NaN for NaN; they can't be hashed, as arrays can't. Raises SettingError for arrays that do not go together.

    >>> recording = swahr.read("people.csv")
    >>> recording
    Recording(3 frames, 4 people in them, ids 0 to 1, coco-17, 25 frames per second)
    >>> for frame in recording:
    ...     print(frame.frame_index, frame.time_s, len(frame.poses))
    0 0.0 2
    1 0.04 1
    2 0.08 1
    >>> recording[0].poses[0].id
    0
    >>> recording.filter(ids=1)
    Recording(3 frames, 1 person in them, id 1, coco-17, 25 frames per second)
    >>> recording[1:].save("later.jsonl")
    >>> swahr.read("later.jsonl") == recording[1:]
    True
    """

    skeleton: Skeleton
    frames: npt.NDArray[np.int64]
    times: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    keypoints: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    ids: npt.NDArray[np.int32] | None = None
    notes: tuple[str, ...] = ()
    covariance: npt.NDArray[np.float32] | None = None
    names: tuple[str, ...] = ()
    decimals: tuple[int, int] | None = None
    unit: str = "px"
    marks: npt.NDArray[np.uint8] | None = None
    events: tuple[EventMark, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in (("frames", np.int64), ("times", np.float64), ("starts", np.int64)):
            object.__setattr__(self, name, read_only(getattr(self, name), kind))
        for name in ("keypoints", "scores"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.float32))
        if self.ids is not None:
            object.__setattr__(self, "ids", read_only(self.ids, np.int32))
        check_people(self.keypoints, self.scores, self.skeleton)
        if self.covariance is not None:
            object.__setattr__(self, "covariance", read_only(self.covariance, np.float32))
            check_covariance(self.covariance, self.keypoints)
        if self.marks is not None:
            object.__setattr__(self, "marks", read_only(self.marks, np.uint8))
            check_marks(self.marks, self.keypoints)
        object.__setattr__(self, "events", tuple(sorted(self.events)))
        self._check()

    def _check(self) -> None:
        n, r = len(self.frames), len(self.scores)
        shapes = self.times.shape, self.starts.shape, (r,) if self.ids is None else self.ids.shape
        if shapes != ((n,), (n + 1,), (r,)):
            raise SettingError(
                f"times, starts and ids have shapes {shapes[0]}, {shapes[1]}, {shapes[2]}; expected "
                f"{(n,)}, {(n + 1,)} and {(r,)} for {n} frames and {r} people"
            )
        if self.starts[0] != 0 or self.starts[-1] != r or (np.diff(self.starts) < 0).any():
            raise SettingError(
                f"starts go from {self.starts[0]} to {self.starts[-1]}; expected 0 to {r}, growing"
            )
        if len(self.names) not in (0, n):
            raise SettingError(f"{len(self.names)} names; expected one for each of the {n} frames, or none")
        falling = np.flatnonzero(np.diff(self.frames) <= 0)
        if len(falling):
            pair = self.frames[falling[0] : falling[0] + 2].tolist()
            raise SettingError(f"frame {pair[1]} comes after {pair[0]}; expected indices that grow")

    @classmethod
    def from_frames(
        cls,
        frames: Iterable[tuple[int, float, Poses | None]],
        skeleton: Skeleton | None = None,
        notes: Sequence[str] = (),
    ) -> "Recording":
        """Make a recording of frames.

        >>> Recording.from_frames([*recording[:1], *recording[1:]]) == recording
        True

        Args:
            frames: index, time in seconds and people of each, in order; None for people stands for nobody.
            skeleton: needed where no frame has poses.
            notes: what a user should know.

        Raises:
            SettingError: the skeletons differ or none is known, or the indices do not grow.
        """
        listed = list(frames)
        known = skeleton or next((poses.skeleton for _, _, poses in listed if poses is not None), None)
        if known is None:
            raise SettingError("no frame has poses, so the joints are not known; give a skeleton")
        parts = [Poses.nobody(known) if poses is None else poses for _, _, poses in listed]
        people = Poses.concatenate([Poses.nobody(known), *parts])
        return cls(
            known,
            np.asarray([index for index, _, _ in listed], np.int64),
            np.asarray([time_s for _, time_s, _ in listed], np.float64),
            np.cumsum([0, *map(len, parts)], dtype=np.int64),
            people.keypoints,
            people.scores,
            joined_ids(parts),
            tuple(notes),
            joined_covariance(parts),
            marks=joined_marks(parts),
        )

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[FramePoses]:
        """Yield index, time and people of each frame."""
        for i in range(len(self)):
            yield self[i]

    @overload
    def __getitem__(self, which: int) -> FramePoses: ...
    @overload
    def __getitem__(self, which: Rows) -> "Recording": ...
    def __getitem__(self, which: int | Rows) -> "FramePoses | Recording":
        """Return a frame by its place, or a recording of some frames by a slice, a mask [N] or a list of places."""
        if isinstance(which, int | np.integer):
            place = range(len(self))[which]
            return FramePoses(int(self.frames[place]), float(self.times[place]), self.poses(place))
        places = np.arange(len(self))[as_rows(which)]
        kept = set(self.frames[places].tolist())
        spans = [np.arange(self.starts[place], self.starts[place + 1]) for place in places]
        rows = np.concatenate([np.zeros(0, np.int64), *spans])
        return replace(
            self,
            frames=self.frames[places],
            names=tuple(self.names[place] for place in places) if self.names else (),
            times=self.times[places],
            starts=np.cumsum([0, *map(len, spans)], dtype=np.int64),
            keypoints=self.keypoints[rows],
            scores=self.scores[rows],
            ids=None if self.ids is None else self.ids[rows],
            covariance=None if self.covariance is None else self.covariance[rows],
            marks=None if self.marks is None else self.marks[rows],
            events=tuple(event for event in self.events if event.frame in kept),
        )

    def poses(self, i: int) -> Poses:
        """Return the people of the i-th frame of the recording."""
        rows = slice(int(self.starts[i]), int(self.starts[i + 1]))
        ids = None if self.ids is None else self.ids[rows]
        covariance = None if self.covariance is None else self.covariance[rows]
        marks = None if self.marks is None else self.marks[rows]
        return Poses(self.keypoints[rows], self.scores[rows], self.skeleton, ids, covariance, marks)

    def filter(self, min_score: float | None = None, ids: int | Iterable[int] | None = None) -> "Recording":
        """Return the recording with some of its people. Frames stay.

        Args:
            min_score: who has a lower one is left out.
            ids: of those who stay.

        Raises:
            SettingError: ids are asked for where nobody was followed.
        """
        return self.where(chosen_people(self.scores, self.ids, min_score, ids))

    def only(self, person_id: int) -> "Recording":
        """Return the recording with one person alone; frames stay.

        Raises:
            MissingError: there is no such id.
        """
        if self.ids is None or not (self.ids == person_id).any():
            raise MissingError(f"there is no person {person_id}; the ids are {self.id_ranges or 'not known'}")
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
            covariance=None if self.covariance is None else self.covariance[kept],
            marks=None if self.marks is None else self.marks[kept],
        )

    def save(
        self,
        path: str | Path,
        format: str | None = None,
        *,
        frame_rate: float | None = None,
        keep_empty: bool = True,
        single: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Write the recording to a file or folder of any format; `swahr.read` reads it again.

        >>> recording.save("clip_dlc.csv")  # the name tells the format

        Args:
            path: where to.
            format: its name, such as "coco"; None goes by the ending of the path.
            frame_rate: frames per second; None goes by the times, and is 25 without them.
            keep_empty: frames without people are kept, by the formats that may leave them out.
            single: one person alone is in it: the layout of one animal in dlc, a single file in trc.
            overwrite: what is there is replaced.

        Raises:
            SettingError: the format is not known, or does not fit the skeleton.
            OutputExistsError: something is there already.
            OutputError: the path cannot be written.
        """
        from swahr.formats.files import save  # the only step upwards: formats stand on what they hold

        save(
            self,
            path,
            format,
            frame_rate=frame_rate,
            keep_empty=keep_empty,
            single=single,
            overwrite=overwrite,
        )

    @property
    def frame_of_row(self) -> npt.NDArray[np.int64]:
        """[R] int64: which frame of the recording, from 0, each person is in."""
        return np.repeat(np.arange(len(self)), self.people_per_frame)

    @property
    def people_per_frame(self) -> npt.NDArray[np.int64]:
        """[N] int64: how many people are in each frame."""
        return np.diff(self.starts)

    @property
    def computed_decimals(self) -> tuple[int, int] | None:
        """Decimals of places and scores once something was computed of them: no fewer than ours of pixels."""
        return self.decimals and (max(2, self.decimals[0]), max(4, self.decimals[1]))

    @property
    def names_by_frame(self) -> dict[int, str]:
        """What frames are called, by their index in the source; empty where they have no names."""
        return dict(zip(self.frames.tolist(), self.names, strict=True)) if self.names else {}

    @property
    def has_times(self) -> bool:
        """Whether any frame's time is known."""
        return bool(np.isfinite(self.times).any())

    def timed(self, frame_rate: float) -> "Recording":
        """Return the recording with times by a frame rate, per second, where they are not known."""
        return replace(self, times=np.where(np.isnan(self.times), self.frames / frame_rate, self.times))

    @property
    def frame_rate(self) -> float | None:
        """Frames of the source per second, by the median step; None without times or with one frame."""
        known = np.isfinite(self.times)
        frames, times = self.frames[known], self.times[known]
        if len(times) < 2 or times[-1] <= times[0]:
            return None
        steps = np.diff(times) / np.maximum(1, np.diff(frames))
        usual, mean = float(np.median(steps)), float((times[-1] - times[0]) / (frames[-1] - frames[0]))
        # Times are rounded, so the mean is the better one as long as no pause is in it.
        step = mean if usual <= 0 or abs(mean - usual) < STEADY * usual else usual
        return 1 / step if step > 0 else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recording):
            return NotImplemented
        names = ("frames", "times", "starts", "keypoints", "scores", "ids", "covariance", "marks")
        said = (self.skeleton, self.names, self.unit, self.events) == (
            other.skeleton,
            other.names,
            other.unit,
            other.events,
        )
        return said and all(same_numbers(getattr(self, name), getattr(other, name)) for name in names)

    def __repr__(self) -> str:
        counts = [
            f"{len(self)} {'frame' if len(self) == 1 else 'frames'}",
            f"{len(self.scores)} {'person' if len(self.scores) == 1 else 'people'} in them",
        ]
        ids = self.id_ranges
        if ids:
            counts.append(f"{'id' if ids.isdecimal() else 'ids'} {ids}")
        counts.append(self.skeleton.name)
        if self.frame_rate is not None:
            counts.append(f"{self.frame_rate:.4g} frames per second")
        return f"Recording({', '.join(counts)})"

    @property
    def id_ranges(self) -> str:
        """The ids that there are as `0 to 3, 7`; "" for none."""
        if self.ids is None:
            return ""
        known: list[int] = np.unique(self.ids[self.ids >= 0]).tolist()
        parts: list[list[int]] = []
        for number in known:
            if parts and number == parts[-1][-1] + 1:
                parts[-1] = [parts[-1][0], number]
            else:
                parts.append([number])
        shown = [" to ".join(map(str, part)) for part in parts]
        return ", ".join(shown if len(shown) <= MAX_RANGES else [*shown[:MAX_RANGES], "..."])
