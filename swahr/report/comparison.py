"""Two recordings of one video compared: whom each found, how far apart they are, and where they differ."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.decode.duplicates import pairwise_oks, person_area
from swahr.errors import SettingError
from swahr.pose.poses import found_joints
from swahr.pose.recording import Recording
from swahr.run.picking import largest_apart
from swahr.tracking.matching import assign

Floats = npt.NDArray[np.float64]

ALIKE = 0.5  # keypoint similarity from which two people of a frame are the same one, as COCO's AP50 has it
MOST_FRAMES = 5


@dataclass(frozen=True)
class Side:
    """What one recording has in the frames that both have.

    people: In all of them. alone: Those whom the other did not find. joints: Mean number that a person has, of those
    in `Comparison.joints`. score: Mean of the people's; NaN without people. ids: How many; None where nobody followed.
    shake: How far a joint lies from the middle between the frames before and after, the median in pixels; NaN where
    nobody was followed.
    """

    people: int
    alone: int
    joints: float
    score: float
    ids: int | None
    shake: float


@dataclass(frozen=True)
class Comparison:
    """How two recordings differ. J joints, by the names that both have.

    frames: How many both have. lacking: How many each lacks that the other has. sides: Of each recording.
    together: How many people both found. joints: The names. apart: [J] pixels, the median distance of a joint of the
    same person; NaN where it is never in both. apart_of_all, far: Of all joints, the median and what one in twenty
    exceeds. part: The median in parts of the person's size, the square root of its area.
    different: Indices of frames in the source, where they differ most.
    """

    frames: int
    lacking: tuple[int, int]
    sides: tuple[Side, Side]
    together: int
    joints: tuple[str, ...]
    apart: Floats
    apart_of_all: float
    far: float
    part: float
    different: tuple[int, ...]


def compare(a: Recording, b: Recording) -> Comparison:
    """Compare two recordings of one video; neither is taken as true.

    People of a frame belong together where their keypoint similarity (COCO's OKS, over the joints that both have and
    by the mean of both sizes) is at least .5, by the assignment that makes the sum largest.

    Args:
        a: One.
        b: The other; its joints may be others, of which those of the same names count.

    Raises:
        SettingError: They have no frame in common, no joint, or other units.

    >>> compared = compare(recording, recording)
    >>> compared.frames, compared.together, compared.apart_of_all, compared.different
    (3, 4, 0.0, ())
    """
    if a.unit != b.unit:
        raise SettingError(f"one is in {a.unit}, the other in {b.unit}; compare both in pixels")
    names = tuple(joint for joint in a.skeleton.joints if joint in b.skeleton.joints)
    if not names:
        raise SettingError(
            f"no joint is in both: {', '.join(a.skeleton.joints)}; and {', '.join(b.skeleton.joints)}"
        )
    shared, in_a, in_b = np.intersect1d(a.frames, b.frames, return_indices=True)
    if not len(shared):
        raise SettingError(f"no frame is in both, {_span(a)} and {_span(b)}: of one video?")
    joints = [[each.skeleton.joints.index(name) for name in names] for each in (a, b)]
    sigmas = np.asarray(a.skeleton.sigmas)[joints[0]]
    meetings = _Meetings(len(names))
    for place_a, place_b in zip(in_a, in_b, strict=True):
        meetings.add(
            a.poses(place_a).keypoints[:, joints[0]], b.poses(place_b).keypoints[:, joints[1]], sigmas
        )
    together = sum(meetings.together)
    sides = tuple(
        _side(each[places], own, together)
        for each, places, own in zip((a, b), (in_a, in_b), joints, strict=True)
    )
    pixels, parts = meetings.pixels(), meetings.parts()
    different = largest_apart(meetings.different, MOST_FRAMES) if any(meetings.different) else []
    return Comparison(
        len(shared),
        (len(b) - len(shared), len(a) - len(shared)),
        (sides[0], sides[1]),
        together,
        names,
        np.asarray([_middle(column[np.isfinite(column)]) for column in pixels.T]),
        _middle(pixels[np.isfinite(pixels)]),
        float(np.quantile(pixels[np.isfinite(pixels)], 0.95)) if np.isfinite(pixels).any() else float("nan"),
        _middle(parts[np.isfinite(parts)]),
        tuple(int(shared[place]) for place in different if meetings.different[place] > 0),
    )


class _Meetings:
    """The people of frames, one recording's with the other's.

    together: How many of each frame. different: How much each frame differs: one for each who is alone, and of those
    together what their similarity lacks of 1.
    """

    def __init__(self, joints: int) -> None:
        self.together: list[int] = []
        self.different: list[float] = []
        self._pixels: list[Floats] = [np.zeros((0, joints))]
        self._sizes: list[float] = []

    def add(self, ours: npt.NDArray[np.float32], theirs: npt.NDArray[np.float32], sigmas: Floats) -> None:
        """Take in a frame. ours, theirs: [P, J, 3]."""
        everyone = np.concatenate([ours, theirs])
        everyone = np.where(found_joints(everyone)[:, :, None], everyone, np.float32(0))
        similarity = pairwise_oks(everyone, sigmas.tolist())
        count = len(ours)
        alike = 0.5 * (similarity[:count, count:] + similarity[count:, :count].T)
        pairs = assign(alike, ALIKE) if alike.size else []
        for one, other in pairs:
            mine, its = everyone[one], everyone[count + other]
            both = (mine[:, 2] > 0) & (its[:, 2] > 0)
            distance = np.linalg.norm((mine - its)[:, :2].astype(np.float64), axis=1)
            self._pixels.append(np.where(both, distance, np.nan)[None])
            self._sizes.append(float(np.sqrt(0.5 * (person_area(mine) + person_area(its)))))
        self.together.append(len(pairs))
        alone = len(everyone) - 2 * len(pairs)
        self.different.append(alone + sum(1 - float(alike[pair]) for pair in pairs))

    def pixels(self) -> Floats:
        """Return [M, J] how far apart the joints of each pair are, pixels; NaN where one lacks it."""
        return np.concatenate(self._pixels)

    def parts(self) -> Floats:
        """Return the same in parts of the person's size."""
        parts: Floats = self.pixels() / np.asarray(self._sizes).reshape(-1, 1)
        return parts


def _side(recording: Recording, joints: list[int], together: int) -> Side:
    people = len(recording.scores)
    ids = None if recording.ids is None else len(np.unique(recording.ids[recording.ids >= 0]))
    found = found_joints(recording.keypoints[:, joints])
    return Side(
        people,
        people - together,
        float(found.sum(axis=1).mean()) if people else 0.0,
        float(recording.scores.mean()) if people else float("nan"),
        ids,
        shake(recording, joints),
    )


def shake(recording: Recording, joints: list[int]) -> float:
    """Return how far joints lie from the middle between the frames before and after, the median over all.

    Who walks steadily has little of it, and a joint that jumps to and fro has much, whatever is true.

    Args:
        recording: With ids.
        joints: Numbers of those that count.

    Returns:
        In the recording's unit; NaN where nobody was followed through three frames.
    """
    if recording.ids is None or not len(recording.scores):
        return float("nan")
    step = int(np.median(np.diff(recording.frames))) if len(recording) > 1 else 1
    frames = recording.frames[recording.frame_of_row]
    places = recording.keypoints[:, joints, :2].astype(np.float64)
    places[~found_joints(recording.keypoints[:, joints])] = np.nan
    apart = []
    for person in np.unique(recording.ids[recording.ids >= 0]):
        rows = np.flatnonzero(recording.ids == person)
        even = (np.diff(frames[rows])[:-1] == step) & (np.diff(frames[rows])[1:] == step)
        before, now, after = places[rows[:-2]][even], places[rows[1:-1]][even], places[rows[2:]][even]
        apart.append(np.linalg.norm(now - 0.5 * (before + after), axis=2).ravel())
    all_of_them = np.concatenate(apart) if apart else np.zeros(0)
    return _middle(all_of_them[np.isfinite(all_of_them)])


def _middle(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _span(recording: Recording) -> str:
    if not len(recording):
        return "none"
    return f"{recording.frames[0]} to {recording.frames[-1]}"
