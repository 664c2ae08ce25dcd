"""Data sets joined: a photo that several have is taken from the last, which corrected it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from swahr.errors import UnreadableError
from swahr_training.data.labels import Labels, Photo


@dataclass(frozen=True)
class Merged:
    """What came out: the labels, and how many photos a later data set replaced."""

    labels: Labels
    replaced: int


def merge(sets: Sequence[Labels]) -> Merged:
    """Join data sets of the same joints, in whatever order they have them.

    Raises:
        UnreadableError: they have other joints, or a photo cannot be read.
    """
    first = sets[0]
    names = first.skeleton.joints
    photos: dict[str, Photo] = {}
    replaced = 0
    for labels in sets:
        if {*labels.skeleton.joints} != {*names}:
            odd = ", ".join(sorted({*labels.skeleton.joints} ^ {*names}))
            raise UnreadableError(
                f"{labels.name}: its joints are not those of {first.name}: {odd} in one alone; name them alike"
            )
        order = [labels.skeleton.joints.index(name) for name in names]
        for photo in labels.photos:
            key = _content(photo.path)
            replaced += key in photos
            people = tuple(
                replace(person, joints=person.joints[np.asarray(order)]) for person in photo.people
            )
            photos[key] = replace(photo, people=people)
    numbered = [replace(photo, id=number) for number, photo in enumerate(photos.values(), start=1)]
    return Merged(Labels(first.name, first.skeleton, numbered), replaced)


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror})") from error
