"""Part of the labels for validation: whole videos where photos are frames of videos, else photo by photo.

Frames of one video are alike, so a network that saw some of them is no stranger to the others.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError, SwahrError
from swahr.video.images import read_image
from swahr_training.data.labels import Labels, Photo

NUMBER = re.compile(r"\d+(?=\D*$)")  # the last one in a name
THUMBNAIL = 16  # side, pixels
ALIKE = 14.0  # levels: mean difference of thumbnails, below which neighbours are of one video
LOOKED_AT = 6  # pairs of neighbours of a video


def split(labels: Labels, part: float, fold: int, seed: int) -> tuple[Labels, Labels, str]:
    """Split a data set in two.

    Args:
        labels: The data set.
        part: How much of it validation takes, between 0 and 1.
        fold: Which part, from 0: parts of one size do not overlap, and together they are all of it.
        seed: Of the order.

    Returns:
        What is trained on, what is validated on, and a line that says how it was split.

    Raises:
        SettingError: There are too few photos, or there is no such part.
    """
    low, high = fold * part, (fold + 1) * part
    if high > 1 + 1e-6:
        raise SettingError(
            f"fold is {fold}; parts of {part:g} are numbered from 0 to {int(1 / part + 1e-6) - 1}"
        )
    units, what = _units(labels.photos, seed)
    count = len(labels.photos)
    taken: set[int] = set()
    done = 0
    for unit in units:
        if low <= (done + len(unit) / 2) / count < high:
            taken |= set(unit)
        done += len(unit)
    if not taken:  # one unit is larger than the part
        taken = set(units[min(fold, len(units) - 1)])
    if len(taken) == count:
        raise SettingError(
            f"{labels.name}: {count} photos cannot be split into two parts; give a `validation` of its own"
        )
    said = f"{labels.name}: {len(taken)} of {count} photos are for validation, {what}"
    parts = [
        replace(labels, photos=[photo for n, photo in enumerate(labels.photos) if (n in taken) == validates])
        for validates in (False, True)
    ]
    return parts[0], parts[1], said


def _units(photos: Sequence[Photo], seed: int) -> tuple[list[list[int]], str]:
    """Return photos, by number, in groups that must not be torn apart, in their order; and what they are."""
    order = np.random.default_rng(seed)
    videos = videos_of([photo.path for photo in photos])
    groups: dict[str, list[int]] = defaultdict(list)
    for number, video in enumerate(videos):
        groups[video or f"\0{number}"].append(number)
    frames = sum(video is not None for video in videos)
    units = [list(group) for group in groups.values()]
    if len(units) == 1:  # one video: neighbours stay together, so parts are stretches of time
        in_time = sorted(units[0], key=lambda number: _last_number(photos[number].path))
        return [[number] for number in in_time], "a stretch of one video"
    order.shuffle(units)
    count = len({video for video in videos if video is not None})
    return units, f"by video: {count} are there" if frames else "photo by photo"


def videos_of(paths: Sequence[Path]) -> list[str | None]:
    """Return, for each photo, the name of the video that it seems to be a frame of; None for a photo of its own.

    Photos are of one video where their names differ in the last number alone and neighbours look alike.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for number, path in enumerate(paths):
        groups[str(path.parent / NUMBER.sub("#", path.stem))].append(number)
    videos: list[str | None] = [None] * len(paths)
    for name, members in groups.items():
        members.sort(key=lambda number: _last_number(paths[number]))
        if len(members) > 1 and _alike([paths[number] for number in members]):
            for number in members:
                videos[number] = name
    return videos


def _last_number(path: Path) -> int:
    found = NUMBER.search(path.stem)
    return int(found.group()) if found else -1


def _alike(frames: Sequence[Path]) -> bool:
    """Whether neighbours among frames are alike, by a few of them."""
    firsts = np.unique(np.linspace(0, len(frames) - 2, LOOKED_AT).astype(int))
    differences = []
    for first in firsts:
        one, other = _thumbnail(frames[first]), _thumbnail(frames[first + 1])
        if one is None or other is None:
            continue
        differences.append(float(np.abs(one - other).mean()))
    return bool(differences) and float(np.median(differences)) < ALIKE


def _thumbnail(path: Path) -> npt.NDArray[np.float32] | None:
    try:
        image = read_image(path)
    except SwahrError:
        return None
    small = cv2.resize(image, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32)
