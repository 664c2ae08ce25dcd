"""COCO keypoint JSON with any joints, as CVAT, Label Studio, Roboflow and the COCO site lay it out, and CrowdPose's.

CrowdPose's lacks areas and adds a crowd index. Layout: cocodataset.org, format-data.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from swahr.errors import Hint, SettingError, SwahrError, UnreadableError
from swahr.pose.skeleton import Skeleton, first_joint
from swahr_training.data.classes import ALL, join_classes
from swahr_training.data.formats.base import SPLITS, LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.coco_annotations import AnnotationReader
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Problem
from swahr_training.data.photo_paths import PhotoFinder

# What names of files and folders call each part of a data set.
PART = re.compile(r"(?<![a-z])(train|val|test)(?:id|idation|ing)?(?![a-z])")


@register_label_format
class CocoFormat(LabelFormat):
    """A JSON file, or a folder with one for each part."""

    name = "coco"
    description = "COCO keypoint JSON, as CVAT, Label Studio, Roboflow and the COCO site write it"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the lists of the JSON; of a folder by the parts in the names."""
        if file.path.is_dir():
            return len(_parts(file.path)) > 1
        content = file.json
        return isinstance(content, dict) and all(
            isinstance(content.get(name), list) for name in ("images", "annotations")
        )

    def splits(self, file: LabelFile) -> tuple[str, ...]:
        """Return the parts of a folder that have a file each."""
        return tuple(_parts(file.path)) if file.path.is_dir() else ()

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read a file, or that of the wanted part."""
        path = file.path
        if path.is_dir():
            parts = _parts(path)
            if wanted.split not in parts:
                raise SettingError(
                    f"{path}: no part {wanted.split!r}; it has {', '.join(parts)}", hints=[Hint("split")]
                )
            path, file = parts[wanted.split], LabelFile(parts[wanted.split])
        return _read(path, file.json if file.json is not None else file.read_json(), wanted)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write one JSON beside the folder of its photos."""
        from swahr_training.data.writing import write_coco

        return write_coco(labels, target)


def _parts(folder: Path) -> dict[str, Path]:
    """Return the one keypoint file of each part: of train/_annotations.coco.json or annotations/..._val2017.json."""
    found: dict[str, list[Path]] = {split: [] for split in SPLITS}
    places = [folder, folder / "annotations", *(folder / name for name in (*SPLITS, "valid"))]
    for place in places:
        for path in sorted(place.glob("*.json")) if place.is_dir() else ():
            named = PART.search(path.stem.lower()) or (
                PART.fullmatch(place.name.lower()) if place != folder else None
            )
            if named and '"' in LabelFile(path).head and _is_coco(path):
                found[named[1]].append(path)
    chosen: dict[str, Path] = {}
    for split, paths in found.items():
        posed = [path for path in paths if "keypoint" in path.stem.lower()] if len(paths) > 1 else paths
        if len(posed) == 1:
            chosen[split] = posed[0]
    return chosen


def _is_coco(path: Path) -> bool:
    """Whether a file begins as COCO's do, without reading all of it."""
    head = LabelFile(path).head
    return head.lstrip().startswith("{") and any(
        f'"{name}"' in head for name in ("images", "annotations", "categories")
    )


def _read(path: Path, content: Any, wanted: Wanted) -> Labels:
    listed, annotations = _records(path, content, "images"), _records(path, content, "annotations")
    categories = _records(path, content, "categories") if content.get("categories") else []
    if wanted.only:
        only = wanted.only
        listed = [image for image in listed if all(image.get(name) in only[name] for name in only)]
        ids = {image.get("id") for image in listed}
        annotations = [annotation for annotation in annotations if annotation.get("image_id") in ids]
    problems: list[Problem] = []
    if wanted.category == ALL:
        posed = [category for category in categories if category.get("keypoints")]
        if posed:
            joined, annotations = join_classes(posed, annotations)
            categories = [joined, *(category for category in categories if category not in posed)]
        wanted = replace(wanted, category=None)
    chosen = choose_categories(path, categories, wanted.category)
    skeleton = _skeleton(path, chosen, annotations, wanted.skeleton, problems)
    reader = AnnotationReader(path, skeleton, problems, {category.get("id") for category in categories})
    people = reader.people(annotations, {category.get("id") for category in chosen}, listed)
    find = PhotoFinder(path, wanted.images)
    return Labels(str(path), skeleton, reader.photos(listed, find, people), problems, find.folders)


def _records(path: Path, content: Any, name: str) -> list[dict[str, Any]]:
    records = content.get(name) if isinstance(content, dict) else None
    wrong = ""
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        wrong = f"{name} is no list of records"
    elif not all(
        isinstance(record.get(key), int | str | None)
        for record in records
        for key in ("id", "image_id", "category_id")
    ):
        wrong = f"{name} has an id that is neither a number nor text"
    if wrong or records is None:
        raise UnreadableError(f"{path}: not a COCO keypoint file: {wrong}")
    return list(records)


def choose_categories(path: Path, categories: list[dict[str, Any]], name: str | None) -> list[dict[str, Any]]:
    """Return the categories with keypoints, all of the same joints. Raises SwahrError where none or several fit."""
    posed = [category for category in categories if category.get("keypoints")]
    for category in posed:
        joints = category["keypoints"]
        if not isinstance(joints, list) or not all(isinstance(joint, str) for joint in joints):
            raise UnreadableError(f"{path}: keypoints of a category are {joints!r}; expected a list of names")
    names = ", ".join(str(category.get("name")) for category in posed)
    if name is not None:
        posed = [category for category in posed if category.get("name") == name]
        if not posed:
            there = f"those with keypoints are {names}" if names else "none has keypoints"
            raise SettingError(f"{path}: no category {name!r} with keypoints; {there}")
    if len({tuple(category["keypoints"]) for category in posed}) > 1:
        raise SettingError(
            f"{path}: its categories have different joints; choose one of {names}, or {ALL}",
            hints=[Hint("category")],
        )
    return posed


def _skeleton(
    path: Path,
    chosen: list[dict[str, Any]],
    annotations: list[dict[str, Any]],
    given: Skeleton | None,
    problems: list[Problem],
) -> Skeleton:
    """Return the category's skeleton; the given one where that has the same joints, or the file has no category."""
    if not chosen:
        if given is not None:
            return given
        if annotations and not any(annotation.get("keypoints") for annotation in annotations):
            raise UnreadableError(
                f"{path}: COCO labels of boxes or outlines, without keypoints; export it as COCO keypoints"
            )
        raise UnreadableError(f"{path}: no category with keypoints", hints=[Hint("skeleton")])
    category = chosen[0]
    if given is not None and list(given.joints) == category["keypoints"]:
        return given
    try:
        skeleton = Skeleton.from_coco_category(category)
    except SwahrError as error:
        problems.append(Problem(error.message, str(path), stops=True))
        # The rest of the file can still be looked at.
        plain = {"name": category.get("name", "custom"), "keypoints": category["keypoints"]}
        return Skeleton.from_coco_category(plain)
    if first_joint(category) == 0:
        problems.append(Problem("limbs that count joints from 0, not from 1: read so", str(path)))
    return skeleton
