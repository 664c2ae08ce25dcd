"""What is wrong with labels: everything that training would refuse, mask or quietly learn."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.run.data_set import ORIGIN
from swahr.video.images import read_image
from swahr_training.data.labels import Labels, Person, Photo, Problem
from swahr_training.data.left_right import check_sides
from swahr_training.data.refusal import refused
from swahr_training.data.sources import listed, outside_photo

# Two people of one photo are one person labelled twice where their joints are this near, part of the box's side.
SAME_PERSON = 0.02
# A joint this far outside its person's box, part of the box's side, belongs to somebody else or to no one.
FAR_FROM_BOX = 0.5
# Two boxes of people without joints are the same where they share this much.
SAME_BOX = 0.95


@dataclass(frozen=True)
class JointCount:
    """How a joint is labelled: how many people have it visible, hidden, and not at all."""

    name: str
    visible: int
    hidden: int
    unlabelled: int


def check(labels: Labels, others: Sequence[Labels] = (), trains: bool = True) -> list[Problem]:
    """Return everything that is wrong with a data set, what reading it found first.

    others: data sets that must not share photos with it, such as those that training sees. Missing photos are
    among what reading found (`read_labels`). trains: whether it is trained on, or validated on alone.
    """
    problems = [*labels.problems, *refused(labels, trains)]
    if not trains and not labels.has_people:
        problems.append(Problem("nobody to validate on: AP is not measured", labels.name))
    for photo in labels.photos:
        problems += check_photo(photo)
    problems += _listed_twice(labels)
    problems += _same_content([labels, *others])
    problems += _as_found(labels)
    if never := [labels.skeleton.joints[joint] for joint in labels.never_labelled()]:
        problems.append(Problem("joints that are never labelled: left out of the loss", listed(never)))
    problems += check_sides(labels.skeleton, labels.name)
    return problems


def check_photo(photo: Photo) -> Iterator[Problem]:
    """Yield what is wrong with the people of one photo."""
    if photo.path.is_file():
        yield from _wrong_size(photo)
    for person in photo.people:
        where = f"{photo.name}, {person.name}"
        if person.crowd:
            continue
        width, height = person.box[2:]
        if width <= 0 or height <= 0:
            kind = (
                "boxes of no size, without joints: nothing is masked"
                if person.ignored
                else "boxes of no size: taken around the joints"
            )
            yield Problem(kind, where, photo=photo.path)
        elif _outside(person, photo.size_wh):
            yield Problem("boxes outside the photo", where, photo=photo.path)
        if person.ignored:
            yield Problem("people without joints: masked", where, photo=photo.path)
            continue
        if not np.isin(person.joints[:, 2], (0, 1, 2)).all():
            odd = sorted(set(person.joints[:, 2].tolist()) - {0.0, 1.0, 2.0})
            yield Problem("visibilities other than 0, 1 and 2", f"{where}: {odd}", photo=photo.path)
        away = np.flatnonzero(outside_photo(person.joints, photo.size_wh))
        if len(away):
            yield Problem(
                "people with joints outside the photo: these joints are left out",
                f"{where}: joints {', '.join(map(str, away))}",
                photo=photo.path,
            )
        elif width > 0 and height > 0:
            far = np.flatnonzero(_far_from_box(person))
            if len(far):
                at = f"{where}: joints {', '.join(map(str, far))}"
                yield Problem("people with joints far from their box", at, photo=photo.path)
    yield from _labelled_twice(photo)


def count_joints(labels: Labels) -> list[JointCount]:
    """Return, for each joint, how often it is labelled."""
    people = [person.joints for photo in labels.photos for person in photo.people if not person.ignored]
    seen = np.asarray(people, np.float32).reshape(-1, labels.skeleton.num_joints, 3)[..., 2]
    return [
        JointCount(name, int((column > 1).sum()), int((column == 1).sum()), int((column <= 0).sum()))
        for name, column in zip(labels.skeleton.joints, seen.T, strict=True)
    ]


def _as_found(labels: Labels) -> Iterator[Problem]:
    """Yield the photos on which somebody is labelled as a network found them: what it missed, it learns to miss."""
    for photo in labels.photos:
        found = sum(person.origin == ORIGIN for person in photo.people)
        if found:
            kind = "people as a network found them, whom nobody has put right: look at them first"
            yield Problem(kind, f"{photo.name}: {found} of {len(photo.people)}", photo=photo.path)


def _wrong_size(photo: Photo) -> Iterator[Problem]:
    try:
        # Opened, and not asked for its size alone: a photo that is cut off has one.
        height, width = read_image(photo.path).shape[:2]
        size = (width, height)
    except SwahrError:
        yield Problem("photos that cannot be opened: left out", photo.name, photo=None)
        return
    if size != photo.size_wh:
        said = f"{photo.name}: {photo.size_wh[0]} x {photo.size_wh[1]}, the file has {size[0]} x {size[1]}"
        yield Problem("photos of another size than the labels say", said, photo=photo.path)


def _outside(person: Person, size_wh: tuple[int, int]) -> bool:
    x, y, width, height = person.box
    return x >= size_wh[0] or y >= size_wh[1] or x + width <= 0 or y + height <= 0


def _far_from_box(person: Person) -> npt.NDArray[np.bool_]:
    x, y, width, height = person.box
    margin = FAR_FROM_BOX * max(width, height)
    points = person.joints[:, :2]
    far = (points < (x - margin, y - margin)) | (points > (x + width + margin, y + height + margin))
    result: npt.NDArray[np.bool_] = far.any(axis=1) & (person.joints[:, 2] > 0)
    return result


def _labelled_twice(photo: Photo) -> Iterator[Problem]:
    people = [person for person in photo.people if not person.crowd]
    for index, person in enumerate(people):
        for other in people[:index]:
            if _same(person, other):
                where = f"{photo.name}, {other.name} and {person.name}"
                yield Problem("people labelled twice", where, photo=photo.path)


def _same(a: Person, b: Person) -> bool:
    if a.ignored != b.ignored:
        return False
    if a.ignored:
        return _shared(a, b) > SAME_BOX
    both = (a.joints[:, 2] > 0) & (b.joints[:, 2] > 0)
    if not both.any():
        return False
    near = np.linalg.norm(a.joints[both, :2] - b.joints[both, :2], axis=1)
    return bool(near.max() <= SAME_PERSON * max(*a.box[2:], *b.box[2:], 1.0))


def _shared(a: Person, b: Person) -> float:
    """Return the boxes' intersection over union."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = a.box, b.box
    width = max(0.0, min(ax + aw, bx + bw) - max(ax, bx))
    height = max(0.0, min(ay + ah, by + bh) - max(ay, by))
    union = aw * ah + bw * bh - width * height
    return width * height / union if union > 0 else 0.0


def _listed_twice(labels: Labels) -> Iterator[Problem]:
    times: dict[Path, int] = defaultdict(int)
    for photo in labels.photos:
        times[photo.path] += 1
    for path, count in times.items():
        if count > 1:
            yield Problem("photos listed more than once", f"{path.name}: {count} times", photo=path)


def _same_content(sets: Sequence[Labels]) -> Iterator[Problem]:
    """Yield the photos of the first set that are the same file as another of it, or of the other sets."""
    by_size: dict[int, dict[Path, str]] = defaultdict(dict)
    for labels in sets:
        for photo in labels.photos:
            if photo.path.is_file():
                by_size[photo.path.stat().st_size].setdefault(photo.path, labels.name)
    own = sets[0].name
    for files in by_size.values():
        if len(files) == 1:
            continue  # no other file has as many bytes
        same: dict[str, list[Path]] = defaultdict(list)
        for path in files:
            same[hashlib.sha256(path.read_bytes()).hexdigest()].append(path)
        for paths in same.values():
            if len(paths) < 2 or all(files[path] != own for path in paths):
                continue
            names = ", ".join(path.name for path in paths)
            others = sorted({files[path] for path in paths} - {own})
            if others:
                yield Problem(f"photos that are also in {', '.join(others)}", names, photo=paths[0])
            else:
                yield Problem("photos that are the same file", names, photo=paths[0])
