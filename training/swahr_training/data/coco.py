"""COCO keypoint JSON with any joints, and CrowdPose's, which lacks areas and adds a crowd index."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.pose.skeleton import Skeleton
from swahr_training.data.labels import AREA_OF_BOX, Box, Labels, Person, Photo, Problem, box_around
from swahr_training.data.sizes import photo_size
from swahr_training.reading import read_json

MAX_POSITION = 1e6  # pixels: OpenCV counts positions in 32 bits, and no photo is as large


def read_coco(
    labels: Path,
    images: Path | None = None,
    category: str | None = None,
    skeleton: Skeleton | None = None,
    only: Mapping[str, Sequence[str]] | None = None,
) -> Labels:
    """Read a COCO or CrowdPose keypoint file.

    What is wrong with single labels is in `problems`.

    Args:
        labels: the file.
        images: the folder that its file names are relative to; None: `images` beside the file, or the file's own.
        category: by name, where several have different joints.
        skeleton: for files without a category of joints.
        only: leave out the photos whose fields have none of these values.

    Raises:
        SwahrError: where the file is no COCO keypoint file.
    """
    images = images or (labels.parent / "images" if (labels.parent / "images").is_dir() else labels.parent)
    content = read_json(labels)
    try:
        listed, annotations = _records(content, "images"), _records(content, "annotations")
        categories = _records(content, "categories") if content.get("categories") else []
    except (KeyError, TypeError) as error:
        raise SwahrError(f"{labels}: not a COCO keypoint file ({error!r})") from error
    if only:
        listed = [image for image in listed if all(image.get(field) in only[field] for field in only)]
        ids = {image["id"] for image in listed}
        annotations = [annotation for annotation in annotations if annotation.get("image_id") in ids]
    problems: list[Problem] = []
    chosen = choose_categories(labels, categories, category)
    if chosen or skeleton is None:
        skeleton = _skeleton(labels, chosen[0] if chosen else None, problems)
    reader = _Reader(labels, skeleton, problems)
    photos = reader.photos(listed, images, reader.people(annotations, {c.get("id") for c in chosen}, listed))
    return Labels(str(labels), skeleton, photos, problems)


def _records(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    records = content[name]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise TypeError(f"{name} is no list of records")
    for record in records:
        if not all(
            isinstance(record.get(key), int | str | None) for key in ("id", "image_id", "category_id")
        ):
            raise TypeError(f"{name} has an id that is neither a number nor text")
    return records


def choose_categories(
    labels: Path, categories: list[dict[str, Any]], name: str | None
) -> list[dict[str, Any]]:
    """Return the categories with keypoints, all of the same joints. Raises SwahrError where none or several fit."""
    posed = [category for category in categories if category.get("keypoints")]
    for category in posed:
        joints = category["keypoints"]
        if not isinstance(joints, list) or not all(isinstance(joint, str) for joint in joints):
            raise SwahrError(f"{labels}: keypoints of a category are {joints!r}; expected a list of names")
    if name is not None:
        posed = [category for category in posed if category.get("name") == name]
        if not posed:
            raise SwahrError(f"{labels}: no category {name!r} with keypoints")
    if len({tuple(category["keypoints"]) for category in posed}) > 1:
        names = ", ".join(str(category.get("name")) for category in posed)
        raise SwahrError(f"{labels}: its categories have different joints; choose one by `category`: {names}")
    return posed


def _skeleton(labels: Path, category: dict[str, Any] | None, problems: list[Problem]) -> Skeleton:
    if category is None:
        raise SwahrError(f"{labels}: no category with keypoints; name the joints in a `skeleton` file")
    try:
        return Skeleton.from_coco_category(category)
    except SwahrError as error:
        problems.append(Problem(str(error), str(labels), stops=True))
    # The rest of the file can still be looked at.
    return Skeleton.from_coco_category(
        {"name": category.get("name", "custom"), "keypoints": category["keypoints"]}
    )


class _Reader:
    """Turns annotations into people, and takes note of those that are no such thing."""

    def __init__(self, labels: Path, skeleton: Skeleton, problems: list[Problem]) -> None:
        self.labels, self.skeleton, self.problems = labels, skeleton, problems

    def wrong(self, kind: str, where: str) -> None:
        self.problems.append(Problem(kind, f"{self.labels.name}: {where}", stops=True))

    def people(
        self, annotations: list[dict[str, Any]], categories: set[Any], images: list[dict[str, Any]]
    ) -> dict[Any, list[Person]]:
        """Return the people by image id."""
        by_image: dict[Any, list[Person]] = {image.get("id"): [] for image in images}
        ids: set[Any] = set()
        for annotation in annotations:
            name = f"annotation {annotation.get('id')}"
            if categories and annotation.get("category_id", next(iter(categories))) not in categories:
                continue
            if annotation.get("id") in ids and annotation.get("id") is not None:
                self.wrong("annotation ids that are used twice", name)
            ids.add(annotation.get("id"))
            if annotation.get("image_id") not in by_image:
                self.wrong(
                    "annotations of images that are not listed", f"{name}, image {annotation.get('image_id')}"
                )
                continue
            person = self.person(annotation, name)
            if person is not None:
                by_image[annotation["image_id"]].append(person)
        return by_image

    def person(self, annotation: Mapping[str, Any], name: str) -> Person | None:
        k = self.skeleton.num_joints
        try:
            joints = np.asarray(annotation.get("keypoints") or [0] * (3 * k), np.float32)
            if joints.size != 3 * k:
                expected = f"expected {k}, as {self.skeleton.name} has"
                self.wrong(
                    "annotations with another number of joints", f"{name} has {joints.size / 3:g}; {expected}"
                )
                return None
            joints = joints.reshape(k, 3)
            box = _box(annotation, joints)
            area = float(annotation.get("area") or AREA_OF_BOX * box[2] * box[3])
            segmentation = _segmentation(annotation.get("segmentation"))
        except (TypeError, ValueError, KeyError, OverflowError):
            self.wrong("annotations that are not numbers", name)
            return None
        if not np.isfinite([*joints.ravel(), *box, area]).all():
            self.wrong("annotations that are not numbers", name)
            return None
        if np.abs([*joints.ravel(), *box]).max() > MAX_POSITION:
            self.wrong("annotations far from any photo", name)
            return None
        return Person(
            name,
            joints,
            box,
            area,
            bool(annotation.get("iscrowd")),
            segmentation,
            str(annotation["origin"]) if annotation.get("origin") is not None else None,
        )

    def photos(
        self, images: list[dict[str, Any]], folder: Path, people: dict[Any, list[Person]]
    ) -> list[Photo]:
        photos, ids = [], set()
        for number, image in enumerate(images):
            if image.get("id") in ids:
                self.wrong("image ids that are used twice", f"image {image.get('id')}")
                continue
            ids.add(image.get("id"))
            if not isinstance(image.get("file_name"), str):
                self.wrong("images without a file name", f"image {image.get('id')}")
                continue
            path = folder / image["file_name"]
            index = image.get("crowdIndex")
            if not isinstance(index, int | float | None):
                self.wrong("crowd indices that are not numbers", f"image {image.get('id')}")
                continue
            photos.append(
                Photo(
                    image["id"] if isinstance(image.get("id"), int) else number,
                    path,
                    self.size(image, path),
                    tuple(people[image.get("id")]),
                    None if index is None else float(index),
                )
            )
        return photos

    def size(self, image: Mapping[str, Any], path: Path) -> tuple[int, int]:
        width, height = image.get("width"), image.get("height")
        if isinstance(width, int) and isinstance(height, int) and min(width, height) > 0:
            return width, height
        try:
            return photo_size(path)
        except SwahrError:
            return 0, 0  # a missing file is noted when the photos are looked for


def _box(annotation: Mapping[str, Any], joints: npt.NDArray[np.float32]) -> Box:
    if not annotation.get("bbox"):
        return box_around(joints)
    x, y, width, height = (float(value) for value in annotation["bbox"])
    return x, y, width, height


def _segmentation(value: Any) -> Any:
    """Return polygons or run lengths that can be drawn, None where there are none. Raises ValueError for others."""
    if not value:
        return None
    if isinstance(value, Mapping):
        height, width = (int(side) for side in value["size"])
        counts = value["counts"]
        if isinstance(counts, list) and (min(counts, default=0) < 0 or sum(counts) != height * width):
            raise ValueError("run lengths that do not fill the photo")
        if not isinstance(counts, list | str):
            raise ValueError("run lengths are a list or text")
        return value
    polygons = [np.asarray(polygon, np.float64) for polygon in value]
    for polygon in polygons:
        if polygon.ndim != 1 or len(polygon) % 2 or not np.isfinite(polygon).all():
            raise ValueError("a polygon is x, y, x, y ...")
        if np.abs(polygon).max(initial=0) > MAX_POSITION:
            raise ValueError("a polygon far from any photo")
    return value
