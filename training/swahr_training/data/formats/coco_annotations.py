"""Images and annotations of a COCO file as photos with people; what is no such thing is one of the labels' problems."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr_training.data.labels import AREA_OF_BOX, Box, Person, Photo, Problem, box_around
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none

MAX_POSITION = 1e6  # pixels: OpenCV counts positions in 32 bits, and no photo is as large


class AnnotationReader:
    """Turns annotations into people, and takes note of those that are no such thing."""

    def __init__(
        self, labels: Path, skeleton: Skeleton, problems: list[Problem], listed_categories: set[Any]
    ) -> None:
        self.labels, self.skeleton, self.problems = labels, skeleton, problems
        self.listed_categories = listed_categories

    def _wrong(self, kind: str, where: str) -> None:
        self.problems.append(Problem(kind, f"{self.labels.name}: {where}", stops=True))

    def people(
        self, annotations: list[dict[str, Any]], categories: set[Any], images: list[dict[str, Any]]
    ) -> dict[Any, list[Person]]:
        """Return the people by image id."""
        by_image: dict[Any, list[Person]] = {image.get("id"): [] for image in images}
        sizes = {image.get("id"): _said_size(image) or (0, 0) for image in images}
        ids: set[Any] = set()
        foreign: Counter[Any] = Counter()
        for annotation in annotations:
            name = f"annotation {annotation.get('id')}"
            if categories and annotation.get("category_id", next(iter(categories))) not in categories:
                foreign[annotation.get("category_id")] += 1
                continue
            if annotation.get("id") in ids and annotation.get("id") is not None:
                self._wrong("annotation ids that are used twice", name)
            ids.add(annotation.get("id"))
            if annotation.get("image_id") not in by_image:
                self._wrong(
                    "annotations of images that are not listed", f"{name}, image {annotation.get('image_id')}"
                )
                continue
            person = self._person(annotation, name, sizes[annotation["image_id"]])
            if person is not None:
                by_image[annotation["image_id"]].append(person)
        for category, count in foreign.items():
            if category not in self.listed_categories:
                where = (
                    f"category {category}, {count} annotations; listed are {_listed(self.listed_categories)}"
                )
                self._wrong("annotations of a category that is not listed", where)
        return by_image

    def _person(self, annotation: Mapping[str, Any], name: str, size_wh: tuple[int, int]) -> Person | None:
        k = self.skeleton.num_joints
        try:
            joints = _joints(annotation.get("keypoints") or [0] * (3 * k))
            if joints.size != 3 * k:
                expected = f"expected {k}, as {self.skeleton.name} has"
                self._wrong(
                    "annotations with another number of joints", f"{name} has {joints.size / 3:g}; {expected}"
                )
                return None
            joints = joints.reshape(k, 3)
            joints[joints[:, 2] == 0] = 0  # what is not labelled may be anywhere, and no number at all
            box = _box(annotation, joints, size_wh)
            width, height = box[2:] if min(box[2:]) > 0 else box_around(joints, size_wh)[2:]
            area = float(annotation.get("area") or AREA_OF_BOX * width * height)
            segmentation = _segmentation(annotation.get("segmentation"))
        except (TypeError, ValueError, KeyError, OverflowError):
            self._wrong("annotations that are not numbers", name)
            return None
        if not np.isfinite([*joints.ravel(), *box, area]).all():
            self._wrong("annotations that are not numbers", name)
            return None
        if np.abs([*joints.ravel(), *box]).max() > MAX_POSITION:
            self._wrong("annotations far from any photo", name)
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
        self, images: list[dict[str, Any]], find: PhotoFinder, people: dict[Any, list[Person]]
    ) -> list[Photo]:
        """Return the photos with their people, in the file's order."""
        photos, ids = [], set()
        for number, image in enumerate(images):
            if image.get("id") in ids:
                self._wrong("image ids that are used twice", f"image {image.get('id')}")
                continue
            ids.add(image.get("id"))
            if not isinstance(image.get("file_name"), str):
                self._wrong("images without a file name", f"image {image.get('id')}")
                continue
            path = find(image["file_name"])
            index = image.get("crowdIndex")
            if not isinstance(index, int | float | None):
                self._wrong("crowd indices that are not numbers", f"image {image.get('id')}")
                continue
            photos.append(
                Photo(
                    image["id"] if isinstance(image.get("id"), int) else number,
                    path,
                    self._size(image, path),
                    tuple(people[image.get("id")]),
                    None if index is None else float(index),
                )
            )
        return photos

    def _size(self, image: Mapping[str, Any], path: Path) -> tuple[int, int]:
        said = _said_size(image)
        if said is not None:
            return said
        return size_or_none(path)


def _said_size(image: Mapping[str, Any]) -> tuple[int, int] | None:
    width, height = image.get("width"), image.get("height")
    if isinstance(width, int) and isinstance(height, int) and min(width, height) > 0:
        return width, height
    return None


def _listed(categories: set[Any]) -> str:
    return ", ".join(sorted(map(str, categories)))


def _joints(values: Any) -> npt.NDArray[np.float32]:
    """Return a list of numbers; None is no number. Raises TypeError or ValueError for anything else."""
    return np.asarray([np.nan if value is None else value for value in values], np.float32)


def _box(annotation: Mapping[str, Any], joints: npt.NDArray[np.float32], size_wh: tuple[int, int]) -> Box:
    if not annotation.get("bbox"):
        return box_around(joints, size_wh)
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
    return [polygon for polygon in value if len(polygon)] or None  # one of no points outlines nothing
