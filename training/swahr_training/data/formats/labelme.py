"""labelme, and what writes alike (AnyLabeling): one JSON a photo, points and boxes that a group_id makes one person."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from swahr._util.files import write_text
from swahr.errors import UnreadableError
from swahr_training.data.embedded import keep_photo
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Box, Labels, Person, Problem
from swahr_training.data.marks import HIDDEN, VISIBLE, MarkedPhoto, Marks, assemble, grouped
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none
from swahr_training.data.writing import copy_photos

# Flags of a point that say that it is hidden.
FLAGS = ("occluded", "hidden", "invisible", "difficult")


@register_label_format
class LabelmeFormat(LabelFormat):
    """A folder of JSON files, or one of them."""

    name = "labelme"
    description = "labelme and AnyLabeling: a JSON beside each photo, points and boxes with a group_id"

    def recognises(self, file: LabelFile) -> bool:
        """Go by shapes and imagePath; of a folder by its first JSON."""
        if file.path.is_dir():
            first = min(file.path.glob("*.json"), default=None)
            return (
                first is not None
                and '"shapes"' in LabelFile(first).head
                and _is_labelme(LabelFile(first).json)
            )
        return '"shapes"' in file.head and _is_labelme(file.json)

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read one file, or all of a folder."""
        files = sorted(file.path.glob("*.json")) if file.path.is_dir() else [file.path]
        find = PhotoFinder(files[0], wanted.images)
        problems: list[Problem] = []
        photos: list[MarkedPhoto] = []
        for path in files:
            content = LabelFile(path).read_json()
            if _is_labelme(content):
                try:
                    photos.append(_photo(path, content, find, problems))
                except (TypeError, ValueError, KeyError, IndexError) as error:
                    raise UnreadableError(f"{path}: its shapes make no sense ({error})") from error
        return assemble(str(file.path), photos, wanted, None, problems, find.folders)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write the photos into a folder, and a JSON beside each."""
        names = copy_photos(labels, target)
        for photo, name in zip(labels.photos, names, strict=True):
            shapes = [
                shape
                for group, person in enumerate(photo.people)
                if not person.crowd
                for shape in _shapes(person, group, labels)
            ]
            content: dict[str, Any] = {
                "version": "5.4.1",
                "flags": {},
                "shapes": shapes,
                "imagePath": name,
                "imageData": None,
            }
            sizes = {"imageWidth": photo.size_wh[0], "imageHeight": photo.size_wh[1]}
            write_text(target / f"{Path(name).stem}.json", json.dumps({**content, **sizes}))
        return target


def _shapes(person: Person, group: int, labels: Labels) -> Iterator[dict[str, Any]]:
    """Yield a person as a box and points of one group."""
    x, y, width, height = person.box
    common = {"group_id": group, "flags": {}}
    name = str(labels.skeleton.to_coco_category()["name"])
    yield {"label": name, "points": [[x, y], [x + width, y + height]], "shape_type": "rectangle", **common}
    for joint, (joint_x, joint_y, seen) in zip(labels.skeleton.joints, person.joints.tolist(), strict=True):
        if seen > 0:
            point = {"label": joint, "points": [[joint_x, joint_y]], "shape_type": "point"}
            yield {**point, "group_id": group, "flags": {"occluded": True} if seen == HIDDEN else {}}


def _is_labelme(content: Any) -> bool:
    return isinstance(content, Mapping) and isinstance(content.get("shapes"), list) and "imagePath" in content


def _photo(path: Path, content: Mapping[str, Any], find: PhotoFinder, problems: list[Problem]) -> MarkedPhoto:
    place = find(str(content["imagePath"]))
    if not place.is_file() and content.get("imageData"):
        place = keep_photo(path, str(content["imagePath"]), str(content["imageData"]))
    size = (int(content.get("imageWidth") or 0), int(content.get("imageHeight") or 0))
    if min(size) <= 0:
        size = size_or_none(place)
    groups: dict[Any, Marks] = {}
    loose: list[tuple[str, float, float, float]] = []
    boxes: list[Marks] = []
    for shape in content["shapes"]:
        group, kind = shape.get("group_id"), shape.get("shape_type")
        if kind == "point":
            x, y = (float(value) for value in shape["points"][0])
            mark = (str(shape["label"]), x, y, HIDDEN if _hidden(shape) else VISIBLE)
            if group is None:
                loose.append(mark)
            else:
                person = groups.setdefault(group, Marks(f"group {group}"))
                grouped(
                    [mark],
                    [Marks(person.name, person.joints, category=person.category)],
                    place.name,
                    problems,
                )
        elif kind in ("rectangle", "polygon"):
            person = groups.setdefault(group, Marks(f"group {group}"))
            if group is None:
                person = Marks(f"box {len(boxes) + 1}")
                boxes.append(person)
            person.box, person.category = _box(shape["points"]), str(shape["label"])
    groups.pop(None, None)
    people = [*groups.values(), *grouped(loose, boxes, place.name, problems)]
    return MarkedPhoto(place, size, people)


def _hidden(shape: Mapping[str, Any]) -> bool:
    flags = {
        **(shape.get("flags") or {}),
        **(shape.get("attributes") or {}),
        "difficult": shape.get("difficult"),
    }
    return any(flags.get(name) in (True, "true", "True", 1) for name in FLAGS)


def _box(points: Any) -> Box:
    xs, ys = zip(*((float(x), float(y)) for x, y in points), strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
