"""MPII's list as HRNet and others keep it: a JSON list with one person an entry, 16 joints in MPII's order."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from swahr.errors import UnreadableError
from swahr.pose.other_skeletons import MPII_16
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import AREA_OF_BOX, Box, Labels, Person, Photo, box_around
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none

HEIGHT = 200.0  # pixels of a person whose scale is 1
FIRST_PIXEL = 1.0  # MATLAB counts from 1, as HRNet's lists do
LOWER = 15.0  # pixels, by scale, that a person's middle lies below the labelled place


def square_around(middle_xy: tuple[float, float], scale: float) -> Box | None:
    """Return where a person is by MPII's place and scale, as wide as high: what its published networks are cut from.

    middle_xy: pixels, from 1. scale: of 200 pixels. None where they say nothing, as a scale of -1.
    """
    x, y = middle_xy
    if not (np.isfinite([x, y, scale]).all() and x >= 0 and y >= 0 and scale > 0):
        return None
    side = HEIGHT * scale
    return x - FIRST_PIXEL - side / 2, y - FIRST_PIXEL + LOWER * scale - side / 2, side, side


@register_label_format
class MpiiFormat(LabelFormat):
    """One JSON list, as train.json and valid.json of HRNet's MPII."""

    name = "mpii"
    description = "MPII's people as a JSON list with image, joints and joints_vis (HRNet's)"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the fields of the first entry."""
        content = file.json
        first = content[0] if isinstance(content, list) and content else None
        return isinstance(first, Mapping) and {"image", "joints"} <= {*first}

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read all entries; those of one photo become its people."""
        find = PhotoFinder(file.path, wanted.images)
        people: dict[str, list[Person]] = {}
        sizes: dict[str, tuple[int, int]] = {}
        for number, entry in enumerate(file.json if file.json is not None else file.read_json(), start=1):
            try:
                name = str(entry["image"])
                if name not in sizes:
                    sizes[name] = size_or_none(find(name))
                people.setdefault(name, []).append(_person(entry, number, sizes[name]))
            except (TypeError, ValueError, KeyError) as error:
                raise UnreadableError(f"{file.path}: person {number} makes no sense ({error!r})") from error
        photos = [
            Photo(number, find(name), sizes[name], tuple(people[name]))
            for number, name in enumerate(people, start=1)
        ]
        return Labels(str(file.path), MPII_16, photos, [], find.folders)


def _person(entry: Mapping[str, Any], number: int, size_wh: tuple[int, int]) -> Person:
    joints = np.zeros((MPII_16.num_joints, 3), np.float32)
    joints[:, :2] = np.asarray(entry["joints"], np.float32) - FIRST_PIXEL
    seen = np.asarray(entry.get("joints_vis", [1] * MPII_16.num_joints), np.float32) > 0
    seen &= np.isfinite(joints[:, :2]).all(axis=1) & (joints[:, :2] >= 0).all(axis=1)
    joints[:, 2] = np.where(seen, 2, 0)
    joints[~seen] = 0
    around = box_around(joints, size_wh)
    area = AREA_OF_BOX * around[2] * around[3]
    square = None
    if "center" in entry and "scale" in entry:
        x, y = map(float, entry["center"])
        square = square_around((x, y), float(entry["scale"]))
    return Person(f"person {number}", joints, square or around, area)
