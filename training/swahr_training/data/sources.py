"""From the data sources of a configuration to the photos that training draws from."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint, SwahrError
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.run.data_set import ORIGIN
from swahr.video.suffixes import IMAGE_SUFFIXES
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.formats.base import Wanted
from swahr_training.data.found import find_labels
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels, Person, Photo, Problem, box_around
from swahr_training.data.left_right import check_sides
from swahr_training.data.middles import with_middles
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.skeletons import Additions, read_skeleton
from swahr_training.data.splitting import split
from swahr_training.data.told_apart import told_apart

# A joint this far outside the photo, pixels, is a rounding and no mistake.
OUTSIDE_TOLERANCE = 1.0
MAX_LISTED = 20  # joints in a line


@dataclass(frozen=True)
class TrainingData:
    """What a run trains on.

    weights: the probability of each photo where the sources' weights differ. notes: what the user should know,
    such as joints that are left out; one line each. validation: what AP is measured on.
    photo_side: the shorter side of most photos, pixels; None where labels do not tell.
    """

    skeleton: Skeleton
    photos: list[LabelledImage]
    weights: npt.NDArray[np.float64] | None
    notes: list[str]
    validation: Labels | None = None
    photo_side: int | None = None

    @property
    def people(self) -> int:
        """How many people with joints there are."""
        return sum(len(photo.joints) for photo in self.photos)


def load_training_data(config: TrainConfig) -> TrainingData:
    """Read all sources of a run.

    Raises:
        SwahrError: where labels are wrong in a way that training must not take.
    """
    found, given = read_sources([(source, "train") for source in config.train], config.skeleton)
    skeleton = given or next((labels.skeleton for labels in found if labels is not None), COCO_17)
    photos: list[LabelledImage] = []
    weights: list[float] = []
    notes: list[str] = []
    held: list[Labels] = []
    sides: list[int] = []
    for source, labels in zip(config.train, found, strict=True):
        if labels is None:
            new = photos_without_people(source, skeleton)
        else:
            refuse_wrong(labels)
            if config.split:
                labels, held_out, said = split(labels, config.split, config.fold, config.seed)
                held.append(held_out)
                notes.append(said)
            sides += [min(photo.size_wh) for photo in labels.photos if min(photo.size_wh) > 0]
            new, new_notes = training_images(labels, source, skeleton)
            notes += new_notes
            if config.augment.flip > 0:
                notes += [problem.kind for problem in check_sides(skeleton, labels.name)]
        photos += new
        weights += [source.weight] * len(new)
    validation = joined(held, skeleton) if held else None
    if config.validation is not None:
        validation = read_labels(config.validation, "val", skeleton)
        if validation is not None:
            refuse_wrong(validation, trains=False)
    probability = np.asarray(weights) / sum(weights) if len(set(weights)) > 1 else None
    side = int(np.median(sides)) if sides else None
    return TrainingData(skeleton, photos, probability, notes, validation, side)


def read_sources(
    sources: Sequence[tuple[DataSource, str]], skeleton: Path | None
) -> tuple[list[Labels | None], Skeleton | None]:
    """Read the labels of sources.

    Args:
        sources: each with the part that is read where it names none.
        skeleton: a file of one; what it adds, without joints of its own, makes that of the first labels whole.

    Returns:
        The labels, None where a source has photos alone, and the skeleton that the file gives.

    Raises:
        SwahrError: where the files cannot be read at all.
    """
    given = read_skeleton(skeleton) if skeleton else None
    found = []
    for source, part in sources:
        labels = read_labels(source, part, given)
        if isinstance(given, Additions) and labels is not None:
            given = labels.skeleton
        found.append(labels)
    return found, given if isinstance(given, Skeleton) else None


def read_labels(
    source: DataSource, split: str, skeleton: Skeleton | Additions | None = None
) -> Labels | None:
    """Read a source's labels; None where it has photos alone.

    Args:
        source: of the labels.
        split: of labels with parts, where the source names none.
        skeleton: the run's; it names the joints of a data set that does not. Additions: to the data set's own.

    Raises:
        SwahrError: where the files cannot be read at all.
    """
    if source.labels is None:
        return None
    known, file = find_labels(source.labels)
    named = skeleton if isinstance(skeleton, Skeleton) else None
    wanted = Wanted(source.images, source.category, source.split or split, named, source.only)
    try:
        labels = known.read(file, wanted)
    except SwahrError as error:
        raise error if str(file.path) in error.message else error.at(file.path) from error
    if isinstance(skeleton, Additions):
        labels.skeleton = skeleton.to(labels.skeleton)
    elif (
        skeleton is not None
        and skeleton.num_joints == labels.skeleton.num_joints
        and _nameless(labels.skeleton)
    ):
        labels.skeleton = skeleton
    labels.name_apart()
    labels.problems += [*missing_photos(labels), *told_apart(labels)]
    return labels


def photos_without_people(source: DataSource, skeleton: Skeleton) -> list[LabelledImage]:
    """Take every photo of a folder as one without people."""
    assert source.images is not None
    none = np.zeros((0, skeleton.num_joints, 3), np.float32)
    if not source.images.is_dir():
        raise SwahrError(f"{source.images}: no such folder of photos")
    paths = sorted(p for p in source.images.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    if not paths:
        raise SwahrError(f"{source.images}: no photos ({', '.join(IMAGE_SUFFIXES)})")
    return [LabelledImage(p, none, np.zeros((0, 4), np.float32), np.zeros(0, bool)) for p in paths]


def missing_photos(labels: Labels) -> list[Problem]:
    """Return the photos that are labelled, but not there."""
    hints = (Hint("images"),) if labels.sought else ()
    return [
        Problem("photos that are not there", str(photo.path), stops=True, photo=photo.path, hints=hints)
        for photo in labels.photos
        if not photo.path.is_file()
    ]


def joint_map(source: Skeleton, run: Skeleton, name: str) -> list[int]:
    """Return, for each joint of the run, its number in the source, or -1 where the source has no such joint."""
    if source.joints == run.joints:
        return list(range(run.num_joints))
    numbers = {joint: index for index, joint in enumerate(source.joints)}
    mapped = [numbers.get(joint, -1) for joint in run.joints]
    if max(mapped) < 0:
        raise SwahrError(
            f"{name}: its joints ({', '.join(source.joints)}) share no name with the skeleton {run.name} "
            f"({', '.join(run.joints)}); name them alike, or give a `skeleton` file"
        )
    return mapped


def in_joints(labels: Labels, skeleton: Skeleton) -> Labels:
    """Return labels in the joints of a skeleton, matched by name; joints that they lack are not labelled."""
    labels = with_middles(labels, skeleton)
    mapped = joint_map(labels.skeleton, skeleton, labels.name)
    nothing = np.zeros(3, np.float32)
    photos = [
        replace(
            photo,
            people=tuple(
                replace(person, joints=np.stack([person.joints[n] if n >= 0 else nothing for n in mapped]))
                for person in photo.people
            ),
        )
        for photo in labels.photos
    ]
    return Labels(labels.name, skeleton, photos, labels.problems)


def joined(sets: Sequence[Labels], skeleton: Skeleton) -> Labels:
    """Return data sets as one, in the joints of a skeleton; photos are numbered anew."""
    photos = [photo for labels in sets for photo in in_joints(labels, skeleton).photos]
    numbered = [replace(photo, id=number) for number, photo in enumerate(photos, start=1)]
    return Labels(", ".join(labels.name for labels in sets), skeleton, numbered)


def training_images(
    labels: Labels, source: DataSource, skeleton: Skeleton
) -> tuple[list[LabelledImage], list[str]]:
    """Return labels as training takes them, in the joints of the run's skeleton, and notes for the user."""
    labels = with_middles(labels, skeleton)
    mapped = joint_map(labels.skeleton, skeleton, labels.name)
    left_out = _unlabelled(labels, source, skeleton, mapped)
    notes = []
    if left_out:
        names = listed([skeleton.joints[joint] for joint in left_out])
        notes.append(f"{labels.name}: does not label {names}: left out of the loss there")
    found = sum(person.origin == ORIGIN for photo in labels.photos for person in photo.people)
    if found:
        people = sum(len(photo.people) for photo in labels.photos)
        notes.append(
            f"{labels.name}: {found} of {people} people are as a network found them, not put right by anybody"
        )
    unused = [joint for index, joint in enumerate(labels.skeleton.joints) if index not in mapped]
    if unused:
        notes.append(f"{labels.name}: {listed(unused)} not in {skeleton.name}: not used")
    for kind, count in Counter(problem.kind for problem in labels.problems if not problem.stops).items():
        notes.append(f"{labels.name}: {kind} ({count})")
    return [_image(photo, source, mapped, left_out) for photo in labels.photos], notes


def listed(names: Sequence[str]) -> str:
    """Return names as a list that stays readable.

    >>> listed(["nose", "left_eye"]), listed([f"face_{n}" for n in range(68)])
    ('nose, left_eye', '68 joints: face_0, face_1, face_2 ... face_67')
    """
    if len(names) <= MAX_LISTED:
        return ", ".join(names)
    return f"{len(names)} joints: {', '.join(names[:3])} ... {names[-1]}"


def _unlabelled(
    labels: Labels, source: DataSource, skeleton: Skeleton, mapped: Sequence[int]
) -> tuple[int, ...]:
    if source.never_labelled is None:
        never = set(labels.never_labelled())
        return tuple(joint for joint, number in enumerate(mapped) if number < 0 or number in never)
    for name in source.never_labelled:
        if name not in skeleton.joints:
            raise SwahrError(
                f"never_labelled: no joint {name!r}; the joints are {', '.join(skeleton.joints)}"
            )
    named = {skeleton.joints.index(name) for name in source.never_labelled}
    return tuple(joint for joint, number in enumerate(mapped) if number < 0 or joint in named)


def _image(
    photo: Photo, source: DataSource, mapped: Sequence[int], left_out: tuple[int, ...]
) -> LabelledImage:
    joints, boxes, unknown, ignored = [], [], [], []
    for person in photo.people:
        if person.ignored:
            region = ignore_region(person)
            if region is not None:
                ignored.append(region)
            continue
        points = np.asarray([person.joints[n] if n >= 0 else np.zeros(3) for n in mapped], np.float32)
        points[outside_photo(points, photo.size_wh), 2] = 0
        points[list(left_out), 2] = 0
        joints.append(points)
        boxes.append(person.box if min(person.box[2:]) > 0 else box_around(person.joints, photo.size_wh))
        unknown.append(source.unlabelled == "unknown" or person.origin in source.unknown_origins)
    return LabelledImage(
        photo.path,
        np.asarray(joints, np.float32).reshape(-1, len(mapped), 3),
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.asarray(unknown, bool),
        tuple(ignored),
        left_out,
        source.unlabelled is None,
    )


def ignore_region(person: Person) -> object:
    """Return what is masked of somebody without joints, as a COCO segmentation; None where nothing is known."""
    if person.segmentation is not None:
        return person.segmentation
    x, y, width, height = person.box
    if width <= 0 or height <= 0:
        return None
    return [[x, y, x + width, y, x + width, y + height, x, y + height]]


def outside_photo(joints: npt.NDArray[np.float32], size_wh: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Return [K] whether a joint is labelled, but outside the photo."""
    away = joints[:, :2] < -OUTSIDE_TOLERANCE
    away |= joints[:, :2] > np.asarray(size_wh, np.float32) + OUTSIDE_TOLERANCE - 1
    outside: npt.NDArray[np.bool_] = away.any(axis=1) & (joints[:, 2] > 0)
    return outside


def _nameless(skeleton: Skeleton) -> bool:
    return all(re.fullmatch(r"joint_\d+", joint) for joint in skeleton.joints)
