"""Poses: what the estimator returns and what every writer, drawer and tracker takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint, SettingError
from swahr.pose.skeleton import Skeleton

Rows = slice | Sequence[int] | Sequence[bool] | npt.NDArray[Any]  # which of some things, as numpy takes it

SHOWN = 8  # people in the repr of a frame's; more are counted


@dataclass(frozen=True, eq=False, repr=False)
class Person:
    """One person of a frame.

    keypoints: [K, 3] float32: x and y in frame pixels, score in [0, 1]; score 0 and x = y = NaN where a joint was not
    found. score: in [0, 1]. id: who this is through a video; None where nobody was followed. covariance: [K, 2, 2]
    float32, of each joint's place, as in `Poses`; None where it is not known.

    >>> person = Person(np.float32([[5, 6, 0.9], [np.nan, np.nan, 0]]), 0.9, ARM)
    >>> person
    Person(score 0.90, 1 of 2 joints: elbow 5, 6)
    >>> person["elbow"].tolist()[:2]
    [5.0, 6.0]
    """

    keypoints: npt.NDArray[np.float32]
    score: float
    skeleton: Skeleton
    id: int | None = None
    covariance: npt.NDArray[np.float32] | None = None

    def __getitem__(self, joint: str | int) -> npt.NDArray[np.float32]:
        """Return x, y and score [3] of a joint, by its name or number.

        Raises:
            KeyError: the skeleton has no such joint.
        """
        if isinstance(joint, str):
            if joint not in self.skeleton.joints:
                raise KeyError(
                    f"{self.skeleton.name} has no joint {joint!r}; it has {', '.join(self.skeleton.joints)}"
                )
            joint = self.skeleton.joints.index(joint)
        row: npt.NDArray[np.float32] = self.keypoints[joint]
        return row

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """[K] bool: which joints have a place."""
        return found_joints(self.keypoints)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Person):
            return NotImplemented
        return (
            (self.score, self.id, self.skeleton) == (other.score, other.id, other.skeleton)
            and same_numbers(self.keypoints, other.keypoints)
            and same_numbers(self.covariance, other.covariance)
        )

    def __repr__(self) -> str:
        return f"Person({_described(self)})"


@dataclass(frozen=True, eq=False, repr=False)
class Poses:
    """The people of one frame, as a value: it has a length, is iterated, indexed, filtered and compared.

    keypoints: [P, K, 3] float32: x and y in frame pixels (0, 0 is the centre of the top left pixel),
        score in [0, 1]. A joint that was not found has score 0 and x = y = NaN.
    scores: [P] float32, person scores in [0, 1], best first.
    skeleton: what the K joints are.
    ids: [P] int32, who each person is through a video, from 0, and -1 for who was not followed; None where nobody was.
    covariance: [P, K, 2, 2] float32, how sure each joint's place is, frame pixels^2: x with x, x with y; y with x, y
        with y. NaN where the joint was not found; None where the model was not calibrated for it.
    marks: [P, K] uint8, which joints were corrected by hand, see `swahr.pose.marks`; None where nobody says.

    The arrays are read-only views of what is given: make new poses with `dataclasses.replace` in place of changing
    them. Poses are equal where all their numbers are, and NaN is equal to NaN; they can't be hashed, as arrays can't.
    Raises SettingError for arrays of other shapes.

    >>> poses = Poses(np.zeros((3, 2, 3)), [0.9, 0.5, 0.2], ARM, ids=[4, 7, 9])
    >>> len(poses), poses[0].id, [person.id for person in poses]
    (3, 4, [4, 7, 9])
    >>> poses[poses.scores > 0.4] == poses[:2] == poses[[0, 1]] == poses.filter(min_score=0.4)
    True
    """

    keypoints: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    skeleton: Skeleton
    ids: npt.NDArray[np.int32] | None = None
    covariance: npt.NDArray[np.float32] | None = None
    marks: npt.NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        keypoints, scores = read_only(self.keypoints, np.float32), read_only(self.scores, np.float32)
        object.__setattr__(self, "keypoints", keypoints)
        object.__setattr__(self, "scores", scores)
        check_people(keypoints, scores, self.skeleton)
        if self.ids is not None:
            object.__setattr__(self, "ids", read_only(self.ids, np.int32))
            if self.ids.shape != scores.shape:
                raise SettingError(
                    f"ids have shape {self.ids.shape}; expected one per person, {scores.shape}"
                )
        if self.covariance is not None:
            object.__setattr__(self, "covariance", read_only(self.covariance, np.float32))
            check_covariance(self.covariance, keypoints)
        if self.marks is not None:
            object.__setattr__(self, "marks", read_only(self.marks, np.uint8))
            check_marks(self.marks, keypoints)

    @classmethod
    def nobody(cls, skeleton: Skeleton) -> "Poses":
        """Return a frame without people.

        >>> len(Poses.nobody(ARM))
        0
        """
        return cls(np.zeros((0, skeleton.num_joints, 3), np.float32), np.zeros(0, np.float32), skeleton)

    @classmethod
    def concatenate(cls, parts: "Sequence[Poses]") -> "Poses":
        """Return the people of several, one after the other; who has no id among those who have gets -1.

        >>> Poses.concatenate([poses[:1], poses[1:]]) == poses
        True

        Raises:
            SettingError: there is none, or their skeletons differ.
        """
        if not parts or any(part.skeleton != parts[0].skeleton for part in parts):
            names = [part.skeleton.name for part in parts]
            raise SettingError(f"the skeletons are {', '.join(names) or 'none'}; expected one for all")
        return cls(
            np.concatenate([part.keypoints for part in parts]),
            np.concatenate([part.scores for part in parts]),
            parts[0].skeleton,
            joined_ids(parts),
            joined_covariance(parts),
            joined_marks(parts),
        )

    def filter(self, min_score: float | None = None, ids: int | Iterable[int] | None = None) -> "Poses":
        """Return some of the people.

        Args:
            min_score: who has a lower one is left out.
            ids: of those who stay.

        Raises:
            SettingError: ids are asked for where nobody was followed.
        """
        return self[chosen_people(self.scores, self.ids, min_score, ids)]

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Person]:
        """Yield each person, best first."""
        for index in range(len(self)):
            yield self[index]

    @overload
    def __getitem__(self, which: int) -> Person: ...
    @overload
    def __getitem__(self, which: Rows) -> "Poses": ...
    def __getitem__(self, which: int | Rows) -> "Person | Poses":
        """Return one person by number, or the poses of several by a slice, a mask [P] or a list of numbers."""
        if isinstance(which, int | np.integer):
            score, known = float(self.scores[which]), -1 if self.ids is None else int(self.ids[which])
            sureness = None if self.covariance is None else self.covariance[which]
            return Person(
                self.keypoints[which], score, self.skeleton, known if known >= 0 else None, sureness
            )
        rows = as_rows(which)
        return replace(
            self,
            keypoints=self.keypoints[rows],
            scores=self.scores[rows],
            ids=None if self.ids is None else self.ids[rows],
            covariance=None if self.covariance is None else self.covariance[rows],
            marks=None if self.marks is None else self.marks[rows],
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Poses):
            return NotImplemented
        return self.skeleton == other.skeleton and all(
            same_numbers(a, b)
            for a, b in (
                (self.keypoints, other.keypoints),
                (self.scores, other.scores),
                (self.ids, other.ids),
                (self.covariance, other.covariance),
                (self.marks, other.marks),
            )
        )

    def __repr__(self) -> str:
        people = f"{len(self)} {'person' if len(self) == 1 else 'people'}"
        lines = [f"  {_described(self[index])}" for index in range(min(SHOWN, len(self)))]
        if len(self) > SHOWN:
            lines.append(f"  ... and {len(self) - SHOWN} more")
        return "\n".join([f"Poses({people}, {self.skeleton.name})", *lines])


def found_joints(keypoints: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return which joints [..., K, 3] have a place: [..., K] bool."""
    return np.asarray(np.isfinite(keypoints[..., :2]).all(axis=-1))


def read_only(values: Any, kind: Any) -> npt.NDArray[Any]:
    """Return an array of a dtype that can't be written to; the one that is given stays as it is."""
    view: npt.NDArray[Any] = np.asarray(values, kind).view()
    view.flags.writeable = False
    return view


def as_rows(which: Rows) -> slice | npt.NDArray[Any]:
    """Return what chooses rows of an array; an empty list chooses none, which numpy would take for numbers."""
    if isinstance(which, slice):
        return which
    rows = np.asarray(which)
    return rows if rows.size or rows.dtype == bool else rows.astype(np.intp)


def same_numbers(a: npt.NDArray[Any] | None, b: npt.NDArray[Any] | None) -> bool:
    """Return whether two arrays are equal, NaN for NaN, or both are absent."""
    return a is b if a is None or b is None else np.array_equal(a, b, equal_nan=True)


def joined_ids(parts: "Sequence[Poses]") -> npt.NDArray[np.int32] | None:
    """Return the ids of several frames one after the other, -1 where a frame has none; None where all have none."""
    if all(part.ids is None for part in parts):
        return None
    return np.concatenate([np.full(len(p), -1, np.int32) if p.ids is None else p.ids for p in parts])


def joined_covariance(parts: "Sequence[Poses]") -> npt.NDArray[np.float32] | None:
    """Return the covariances of several frames one after the other, NaN where a frame has none; None where all lack."""
    if all(part.covariance is None for part in parts):
        return None
    shapes = [(*part.keypoints.shape[:2], 2, 2) for part in parts]
    return np.concatenate(
        [
            np.full(shape, np.nan, np.float32) if part.covariance is None else part.covariance
            for part, shape in zip(parts, shapes, strict=True)
        ]
    )


def joined_marks(parts: "Sequence[Poses]") -> npt.NDArray[np.uint8] | None:
    """Return the marks of several frames one after the other, 0 where a frame has none; None where all lack."""
    if all(part.marks is None for part in parts):
        return None
    return np.concatenate(
        [np.zeros(p.keypoints.shape[:2], np.uint8) if p.marks is None else p.marks for p in parts]
    )


def check_marks(marks: npt.NDArray[np.uint8], keypoints: npt.NDArray[np.float32]) -> None:
    """Raise SettingError where marks do not go with keypoints."""
    if marks.shape != keypoints.shape[:2]:
        raise SettingError(f"the marks have shape {marks.shape}; expected {keypoints.shape[:2]}")


def check_covariance(covariance: npt.NDArray[np.float32], keypoints: npt.NDArray[np.float32]) -> None:
    """Raise SettingError where covariances do not go with keypoints."""
    expected = (*keypoints.shape[:2], 2, 2)
    if covariance.shape != expected:
        raise SettingError(f"the covariance has shape {covariance.shape}; expected {expected}")


def chosen_people(
    scores: npt.NDArray[np.float32],
    known: npt.NDArray[np.int32] | None,
    min_score: float | None,
    ids: int | Iterable[int] | None,
) -> npt.NDArray[np.bool_]:
    """Return who [P] has a score of at least `min_score`, and one of some ids; None asks for nothing."""
    kept = np.ones(len(scores), bool) if min_score is None else scores >= np.float32(min_score)
    if ids is None:
        return kept
    if known is None and not len(scores):  # nobody at all: there is nobody to leave out
        return kept
    if known is None:
        raise SettingError("nobody was followed, so there are no ids", hints=[Hint("track", True)])
    wanted = [ids] if isinstance(ids, int | np.integer) else list(ids)
    return np.asarray(kept & np.isin(known, wanted))


def check_people(
    keypoints: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], skeleton: Skeleton
) -> None:
    """Raise SettingError where keypoints and scores are not those of some people of a skeleton."""
    expected = (len(scores) if scores.ndim else 0, skeleton.num_joints, 3)
    if scores.ndim != 1 or keypoints.shape != expected:
        raise SettingError(
            f"keypoints have shape {keypoints.shape} and scores {scores.shape}; expected (people, "
            f"{skeleton.num_joints}, 3) and (people,) for {skeleton.name}"
        )


def _described(person: Person) -> str:
    """Return a person in one line."""
    numbers = np.flatnonzero(person.found)
    who = "" if person.id is None else f"id {person.id}, "
    text = f"{who}score {person.score:.2f}, {len(numbers)} of {len(person.keypoints)} joints"
    if not len(numbers):
        return text
    x, y = person.keypoints[numbers[0], :2]
    return f"{text}: {person.skeleton.joints[numbers[0]]} {x:.4g}, {y:.4g}" + (
        ", ..." if len(numbers) > 1 else ""
    )
