"""From joints that are marked by name, as most tools of annotation keep them, to labels of one skeleton."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from swahr.errors import Hint, SettingError, UnreadableError
from swahr.pose.skeleton import AI_CHALLENGER_14, COCO_17, CROWDPOSE_14, Skeleton
from swahr_training.data.classes import ALL
from swahr_training.data.formats.base import Wanted
from swahr_training.data.labels import AREA_OF_BOX, Box, Labels, Person, Photo, Problem, box_around

HIDDEN, VISIBLE = 1.0, 2.0
# Names that are a known skeleton's are taken for it where so large a part of its joints is among them.
PART_OF_KNOWN = 0.75


@dataclass
class Marks:
    """What is marked of one person: joints by name, x, y, visibility, and a box.

    name: for messages. category: the class. crowd: a region of people who are not marked one by one.
    """

    name: str
    joints: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    box: Box | None = None
    category: str = ""
    crowd: bool = False


@dataclass
class MarkedPhoto:
    """A photo, its (width, height) in pixels and who is marked on it."""

    path: Path
    size_wh: tuple[int, int]
    people: list[Marks]


@dataclass
class Described:
    """What a file says of its joints: their order, limbs and mirror pairs by name; empty where it says nothing."""

    joints: Sequence[str] = ()
    limbs: Iterable[tuple[str, str]] = ()
    flip_pairs: Iterable[tuple[str, str]] = ()
    name: str = ""


def assemble(
    name: str,
    photos: Sequence[MarkedPhoto],
    wanted: Wanted,
    described: Described | None = None,
    problems: list[Problem] | None = None,
    sought: tuple[Path, ...] = (),
) -> Labels:
    """Return labels of what is marked.

    Args:
        name: of the labels, for messages.
        photos: what is marked.
        wanted: the class, and the skeleton whose names and order are taken where it has all joints.
        described: what the file says of its joints.
        problems: what reading found.
        sought: folders in which photos were sought.

    Raises:
        SwahrError: no joint is marked, or classes of different joints are.
    """
    described, problems = described or Described(), [] if problems is None else problems
    _choose_category(name, photos, wanted.category)
    _leave_things_out(name, photos, problems)
    marked = dict.fromkeys(joint for photo in photos for person in photo.people for joint in person.joints)
    if not marked and not described.joints:
        raise UnreadableError(f"{name}: no joint is marked in it; boxes and outlines alone are no keypoints")
    categories = {person.category for photo in photos for person in photo.people if person.category}
    skeleton = _skeleton(described, list(marked), wanted.skeleton, min(categories, default=""))
    foreign = [joint for joint in marked if joint not in skeleton.joints]
    if foreign:
        kind = f"joints that are not of the skeleton: left out ({', '.join(foreign)})"
        problems.append(Problem(kind, name))
    made = [
        Photo(
            number, photo.path, photo.size_wh, tuple(_person(each, skeleton, photo) for each in photo.people)
        )
        for number, photo in enumerate(photos, start=1)
    ]
    return Labels(name, skeleton, made, problems, sought)


def grouped(
    points: Sequence[tuple[str, float, float, float]],
    boxes: Sequence[Marks],
    where: str,
    problems: list[Problem],
) -> list[Marks]:
    """Give points to people: to the smallest box that holds them; without boxes all are one person's.

    Args:
        points: joint, x, y, visibility.
        boxes: people, who get the points.
        where: the photo, for messages.
        problems: gets a joint that one person has twice, and points outside all boxes.
    """
    people = list(boxes) if boxes or not points else [Marks("person 1")]
    for joint, x, y, seen in points:
        holding = [person for person in people if person.box is None or _holds(person.box, x, y)]
        if not holding:
            problems.append(Problem("joints that are in nobody's box: left out", f"{where}: {joint}"))
            continue
        person = min(holding, key=lambda each: 0.0 if each.box is None else each.box[2] * each.box[3])
        if joint in person.joints:
            kind = "joints that one person has twice: give each person a group or a box"
            problems.append(Problem(kind, f"{where}, {person.name}: {joint}", stops=True))
        person.joints[joint] = (x, y, seen)
    return people


def _holds(box: Box, x: float, y: float) -> bool:
    left, top, width, height = box
    return left <= x <= left + width and top <= y <= top + height


def _choose_category(name: str, photos: Sequence[MarkedPhoto], chosen: str | None) -> None:
    """Leave the people of other classes out, in place. Raises SettingError where classes have different joints."""
    if chosen == ALL:  # a person of a class that lacks a joint does not have it
        return
    joints: dict[str, set[str]] = {}
    for photo in photos:
        for person in photo.people:
            if person.joints or chosen == person.category:
                joints.setdefault(person.category, set()).update(person.joints)
    names = ", ".join(sorted(category or "(none)" for category in joints))
    if chosen is not None:
        if chosen not in joints:
            raise SettingError(f"{name}: nobody of the class {chosen!r}; it has {names or 'none'}")
        for photo in photos:
            photo.people = [person for person in photo.people if person.category == chosen]
    elif any(not a & b for a in joints.values() for b in joints.values()):
        raise SettingError(
            f"{name}: its classes have different joints; choose one of {names}, or {ALL}",
            hints=[Hint("category")],
        )


def _leave_things_out(name: str, photos: Sequence[MarkedPhoto], problems: list[Problem]) -> None:
    """Leave out, in place, boxes of classes of which nobody has joints: they are things, where somebody may stand."""
    everyone = [person for photo in photos for person in photo.people]
    posed = {person.category for person in everyone if person.joints and person.category}
    things = {person.category for person in everyone if person.category} - posed
    if posed and things:
        for photo in photos:
            photo.people = [person for person in photo.people if person.category not in things]
        kind = f"boxes of classes without joints: left out ({', '.join(sorted(things))})"
        problems.append(Problem(kind, name))


def _skeleton(described: Described, marked: list[str], given: Skeleton | None, category: str) -> Skeleton:
    names = list(described.joints) or marked
    if given is not None and {*names} <= {*given.joints}:
        return given
    for known in () if described.joints else (COCO_17, CROWDPOSE_14, AI_CHALLENGER_14):
        if {*names} <= {*known.joints} and len(names) >= PART_OF_KNOWN * known.num_joints:
            return known
    plain = Skeleton.from_joints(names, described.name or category or "custom")
    numbers = {joint: index for index, joint in enumerate(names)}

    def numbered(pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(numbers[a], numbers[b]) for a, b in pairs if a in numbers and b in numbers and a != b]

    limbs, flip_pairs = numbered(described.limbs), numbered(described.flip_pairs)
    data = {**plain.to_dict(), **({"limbs": limbs} if limbs else {})}
    return Skeleton.from_dict({**data, **({"flip_pairs": flip_pairs} if flip_pairs else {})})


def _person(marks: Marks, skeleton: Skeleton, photo: MarkedPhoto) -> Person:
    joints = np.zeros((skeleton.num_joints, 3), np.float32)
    for number, joint in enumerate(skeleton.joints):
        if joint in marks.joints:
            joints[number] = marks.joints[joint]
    box = marks.box or box_around(joints, photo.size_wh)
    return Person(marks.name, joints, box, AREA_OF_BOX * box[2] * box[3], marks.crowd)
