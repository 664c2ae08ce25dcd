"""YOLO-pose folders: data.yaml with kpt_shape and flip_idx, and one text file for each photo.

A line holds: class, box centre x, y, width, height, then x, y (and visibility) of each joint; all positions are
parts of the photo's width and height. See docs.ultralytics.com/datasets/pose.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from swahr._util.reading import read_bytes, read_text
from swahr.errors import Hint, SettingError, SwahrError, UnreadableError, first_line
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.video.suffixes import IMAGE_SUFFIXES
from swahr_training.data.classes import ALL
from swahr_training.data.formats.base import SPLITS, LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import AREA_OF_BOX, Labels, Person, Photo, Problem
from swahr_training.data.sizes import size_or_none
from swahr_training.reading import read_yaml

MAX_POSITION = 100  # photo sides: positions are parts of them, so beyond it they are pixels or nonsense


@register_label_format
class YoloFormat(LabelFormat):
    """A data.yaml and a folder for each part, or the folder that holds them."""

    name = "yolo"
    description = "YOLO pose, as Ultralytics and Roboflow write it: data.yaml with kpt_shape"

    def recognises(self, file: LabelFile) -> bool:
        """Go by kpt_shape."""
        return is_yolo(file.yaml)

    def splits(self, file: LabelFile) -> tuple[str, ...]:
        """Return the parts that data.yaml names."""
        return tuple(split for split in SPLITS if file.yaml.get(split))

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read the wanted part."""
        category = None if wanted.category == ALL else wanted.category  # its classes share their joints
        return read_yolo(file.path, wanted.split, category=category)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write data.yaml, photos and labels."""
        from swahr_training.data.writing import write_yolo

        return write_yolo(labels, target)


def is_yolo(content: object) -> bool:
    """Whether the content of a YAML file describes a YOLO-pose data set."""
    return isinstance(content, Mapping) and "kpt_shape" in content


def read_yolo(
    data_yaml: Path, split: str = "train", skeleton: Skeleton | None = None, category: str | None = None
) -> Labels:
    """Read one split of a YOLO-pose data set.

    What is wrong with single labels is in `problems`.

    Args:
        data_yaml: its file.
        split: train, val or test.
        skeleton: stands for the file's, which seldom names joints.
        category: name of the class whose people are taken; None: all.

    Raises:
        SwahrError: where data.yaml is at fault.
    """
    content = _described(data_yaml)
    num_joints, dims = _shape(content, data_yaml)
    problems: list[Problem] = []
    if skeleton is None:
        skeleton = _skeleton(content, num_joints, data_yaml, problems)
    elif skeleton.num_joints != num_joints:
        raise SwahrError(
            f"{data_yaml}: kpt_shape has {num_joints} joints; the skeleton {skeleton.name} has {skeleton.num_joints}"
        )
    classes = _classes(content)
    if category is not None and category not in classes.values():
        raise SettingError(
            f"{data_yaml}: no class {category!r}; it has {', '.join(classes.values()) or 'none'}"
        )
    chosen = None if category is None else {n for n, name in classes.items() if name == category}
    paths = _photos(content, split, data_yaml)
    without = 0
    photos: list[Photo] = []
    for number, path in enumerate(paths):
        size = size_or_none(path)
        file = label_file(path)
        without += not file.is_file()
        people: tuple[Person, ...] = ()
        if file.is_file() and size[0]:
            people = _people(file, size, (num_joints, dims), problems, path, chosen)
        photos.append(Photo(number, path, size, people))
    if without:
        kind = "photos without a label file: taken as photos without people"
        problems.append(Problem(kind, f"{data_yaml}: {without} of {len(paths)} in {split}"))
    if without == len(paths):
        example = label_file(paths[0])
        problems.append(Problem("no label file at all", f"expected files such as {example}", stops=True))
    return Labels(f"{data_yaml} ({split})", skeleton, photos, problems)


def label_file(photo: Path) -> Path:
    """Return where the labels of a photo are: the last folder `images` of its path becomes `labels`."""
    parts = list(photo.parts)
    folders = [index for index, part in enumerate(parts[:-1]) if part == "images"]
    if folders:
        parts[folders[-1]] = "labels"
    return Path(*parts).with_suffix(".txt")


def _described(path: Path) -> dict[str, Any]:
    content = read_yaml(path)
    if not is_yolo(content):
        raise SwahrError(f"{path}: no kpt_shape; expected the data.yaml of a YOLO-pose data set")
    return dict(content)


def _shape(content: Mapping[str, Any], path: Path) -> tuple[int, int]:
    shape = content["kpt_shape"]
    if not (isinstance(shape, list) and len(shape) == 2 and shape[1] in (2, 3) and isinstance(shape[0], int)):
        raise SwahrError(f"{path}: kpt_shape is {shape}; expected [joints, 2] or [joints, 3]")
    if shape[0] < 1:
        raise SwahrError(f"{path}: kpt_shape has {shape[0]} joints; expected at least 1")
    return shape[0], shape[1]


def _skeleton(content: Mapping[str, Any], count: int, path: Path, problems: list[Problem]) -> Skeleton:
    order = content.get("flip_idx")
    pairs = list(range(count)) if order is None else _involution(order, count, path, problems)
    if count == COCO_17.num_joints and tuple(pairs) == COCO_17.flip_permutation:
        return COCO_17
    named = content.get("kpt_names")
    if isinstance(named, Mapping):  # by class; all classes share the joints
        named = next(iter(named.values()), None)
    if named is not None and not isinstance(named, list):
        raise SwahrError(f"{path}: kpt_names is {named!r}; expected a list of names, or one for each class")
    names = [f"joint_{index}" for index in range(count)] if named is None else [str(name) for name in named]
    if len(names) != count:
        raise SwahrError(f"{path}: kpt_names has {len(names)} names; kpt_shape has {count} joints")
    flip_pairs = [(a, b) for a, b in enumerate(pairs) if a < b]
    name = next(iter(_classes(content).values()), "custom")
    if order is None:
        return Skeleton.from_joints(names, name)
    return Skeleton.from_dict({"name": name, "joints": names, "flip_pairs": flip_pairs})


def _classes(content: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of the classes by number."""
    names = content.get("names")
    if isinstance(names, Mapping):
        return {int(number): str(name) for number, name in names.items() if str(number).isdecimal()}
    return dict(enumerate(map(str, names))) if isinstance(names, list) else {}


def _involution(order: Any, count: int, path: Path, problems: list[Problem]) -> list[int]:
    """Return flip_idx; where mirroring twice does not give every joint back, note it and mirror nothing."""
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(map(str, range(count))):
        problems.append(
            Problem(
                f"flip_idx {order} does not hold each joint from 0 to {count - 1} once", str(path), stops=True
            )
        )
        return list(range(count))
    odd = [joint for joint in range(count) if order[order[joint]] != joint]
    if odd:
        kind = f"flip_idx is no involution: mirroring twice changes joints {odd}"
        problems.append(Problem(kind, str(path), stops=True))
        return list(range(count))
    return [int(joint) for joint in order]


def _photos(content: Mapping[str, Any], split: str, data_yaml: Path) -> list[Path]:
    """Return the photos of a split: of folders, of lists in text files, or of several of these."""
    entries = content.get(split)
    if not entries:
        offered = ", ".join(name for name in ("train", "val", "test") if content.get(name))
        raise SettingError(
            f"{data_yaml}: no split {split!r}; it has {offered or 'none'}", hints=[Hint("split")]
        )
    root = Path(str(content.get("path") or "."))
    if not root.is_absolute():
        beside = data_yaml.parent / root
        # An exported data.yaml often names a folder that only its first owner had.
        root = beside if beside.is_dir() else data_yaml.parent
    photos: list[Path] = []
    for entry in entries if isinstance(entries, list) else [entries]:
        place = root / str(entry)
        if not place.exists() and str(entry).startswith("../"):  # as Roboflow names a folder beside the file
            place = root / str(entry)[3:]
        if place.is_dir():
            found = [path for path in place.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES]
            photos += sorted(found)
        elif place.is_file():
            photos += [place.parent / line for line in _listed(place, data_yaml)]
        else:
            raise SwahrError(
                f"{data_yaml}: {split} names {place}, which is neither a folder nor a list of photos"
            )
    if not photos:
        raise SwahrError(f"{data_yaml}: no photos in {split}")
    return photos


def _listed(place: Path, data_yaml: Path) -> list[str]:
    """Return the photos that a text names, one a line."""
    try:
        text = read_text(place)
    except (OSError, ValueError) as error:
        raise UnreadableError(
            f"{data_yaml} names {place}, which is no text ({first_line(error)}); expected a folder of photos, or a "
            "list of them"
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _people(
    file: Path,
    size_wh: tuple[int, int],
    shape: tuple[int, int],
    problems: list[Problem],
    photo: Path,
    classes: set[int] | None,
) -> tuple[Person, ...]:
    people: list[Person] = []
    num_joints, dims = shape
    text = read_bytes(file).decode("utf-8-sig", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        try:
            values = np.asarray([float(value) for value in line.split()])
        except ValueError:
            problems.append(Problem("lines that are not numbers", where, True, photo))
            continue
        expected = 5 + num_joints * dims
        if len(values) not in (5, expected):
            kind = "lines with another number of values"
            problems.append(Problem(kind, f"{where}: {len(values)}, expected {expected}", True, photo))
            continue
        if not np.isfinite(values).all():
            problems.append(Problem("lines that are not numbers", where, True, photo))
            continue
        if np.abs(values[1:]).max() > MAX_POSITION:
            problems.append(Problem("lines with positions far from any photo", where, True, photo))
            continue
        if classes is not None and int(values[0]) not in classes:
            continue
        people.append(_person(values, size_wh, num_joints, dims, f"line {number}"))
    return tuple(people)


def _person(
    values: "np.ndarray[Any, np.dtype[np.float64]]",
    size_wh: tuple[int, int],
    num_joints: int,
    dims: int,
    name: str,
) -> Person:
    size = np.asarray(size_wh, np.float64)
    centre, extent = values[1:3] * size, values[3:5] * size
    joints = np.zeros((num_joints, 3), np.float32)
    if len(values) > 5:  # a box alone is a person without joints
        given = values[5:].reshape(num_joints, dims)
        # Without visibilities a joint at the corner, or before it, is how the format says "none".
        seen = given[:, 2] if dims == 3 else 2.0 * ((given > 0).any(axis=1) & (given >= 0).all(axis=1))
        joints = np.column_stack([given[:, :2] * size, seen]).astype(np.float32)
    x, y = centre - extent / 2
    box = (float(x), float(y), float(extent[0]), float(extent[1]))
    return Person(name, joints, box, AREA_OF_BOX * box[2] * box[3])
