"""Frames of a video that are worth labelling: spread over what is to be seen, least sure, or most changed."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2

from swahr.config import SourceSettings
from swahr.errors import SettingError
from swahr.pose.poses import Poses
from swahr.run.picking import doubt, largest_apart
from swahr.video.frame import FrameSource
from swahr.video.images import Image
from swahr.video.sources import open_source

Features = npt.NDArray[np.float32]

CANDIDATES = 10  # frames that are looked at for one that is picked
MAX_CANDIDATES = 2000
SMALL_WH = (32, 18)  # pixels of the picture that frames are told apart by


@dataclass(frozen=True)
class Candidate:
    """A frame that may be picked. features: what it looks like, [F]."""

    index: int
    features: Features


def candidates(
    source: str, frames: SourceSettings, count: int, seen: Callable[[Image], None] | None = None
) -> list[Candidate]:
    """Return frames of a video, evenly over it, some for each that is to be picked.

    Args:
        source: Address of the video.
        frames: Which of its frames may be picked.
        count: How many will be picked.
        seen: Is given the image of each candidate.

    Raises:
        SettingError: The video has fewer frames.
    """
    found: list[Candidate] = []
    wanted = min(MAX_CANDIDATES, CANDIDATES * count)
    with open_source(source, frames) as opened:
        step = max(1, _length(opened) // wanted)
        for number, frame in enumerate(opened):
            if number % step == 0 and frame.image is not None:
                found.append(Candidate(frame.index, describe(frame.image)))
                if seen is not None:
                    seen(frame.image)
    if len(found) < count:
        raise SettingError(f"{source} has {len(found)} frames to pick from; expected at least {count}")
    return found


def describe(image: Image) -> Features:
    """Return what a frame looks like: a small picture in Lab, whose distances are those that the eye sees, [F]."""
    small = cv2.resize(image, SMALL_WH, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    features: Features = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).ravel().astype(np.float32)
    return features


def spread(frames: Sequence[Candidate], count: int) -> list[int]:
    """Return the indices of frames that differ most: those nearest to the centres of k-means.

    >>> rows = [Candidate(n, np.float32([n // 5, 0])) for n in range(10)]  # five frames of one picture, five of another
    >>> [index // 5 for index in spread(rows, 2)]
    [0, 1]
    """
    features = np.stack([frame.features for frame in frames]).astype(np.float64)
    start = _far_apart(features, count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a centre that loses all its frames stays where it was
        centres, _ = kmeans2(features, features[start], minit="matrix")
    picked: list[int] = []
    for centre in centres:
        order = np.argsort(((features - centre) ** 2).sum(axis=1))
        picked.append(next(int(place) for place in order if int(place) not in picked))
    # Fewer pictures than frames that are wanted: the rest evenly over the time.
    rest = [place for place in range(len(frames)) if place not in picked]
    short = count - len(picked)
    picked += [rest[(2 * n + 1) * len(rest) // (2 * short)] for n in range(short)]
    return sorted(frames[place].index for place in picked)


def _far_apart(features: npt.NDArray[np.float64], count: int) -> list[int]:
    """Return up to `count` rows that differ, each farthest from those before it; the first is nearest to the mean."""
    chosen = [int(((features - features.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    distance = ((features - features[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count and distance.max() > 0:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((features - features[chosen[-1]]) ** 2).sum(axis=1))
    return chosen


def different(frames: Sequence[Candidate], count: int) -> list[int]:
    """Return the indices of frames that changed most against the candidate before them, not all at one place.

    >>> rows = [Candidate(n, np.float32([10 * (n >= 4)])) for n in range(8)]
    >>> different(rows, 1)
    [4]
    """
    features = np.stack([frame.features for frame in frames])
    change = np.abs(np.diff(features, axis=0, prepend=features[:1])).mean(axis=1)
    return _best(frames, change.tolist(), count)


def unsure(frames: Sequence[Candidate], found: Sequence[Poses], count: int) -> list[int]:
    """Return the indices of frames whose people are least sure, not all at one place; those without people are last.

    Args:
        frames: The candidates.
        found: Who was found in each.
        count: How many are picked.
    """
    return _best(frames, [doubt(poses) for poses in found], count)


def _best(frames: Sequence[Candidate], values: Sequence[float], count: int) -> list[int]:
    """Return the indices of the frames of the largest values, apart in time where there is room."""
    return [frames[place].index for place in largest_apart(values, count)]


def _length(source: FrameSource) -> int:
    return source.estimated_frames or MAX_CANDIDATES
