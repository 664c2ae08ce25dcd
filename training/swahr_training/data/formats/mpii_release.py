"""MPII as its site hands it out: the MATLAB file of the release, mpii_human_pose_v1_u12_1.mat.

`RELEASE.annolist` has a record for each photo, `annorect` one for each person in it: `annopoints.point` with x, y, id
and is_visible; x1, y1, x2 and y2, the box of the head; `objpos` and `scale`, about where a person's middle is, and how
high he is, in units of 200 pixels. Photos that the benchmark tests on (`img_train` 0) have no joints and are left out.
Fields that a record does not have are empty arrays, or not there at all.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError
from swahr.pose.other_skeletons import MPII_16
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.formats.mpii import FIRST_PIXEL, square_around
from swahr_training.data.labels import AREA_OF_BOX, Box, Labels, Person, Photo, box_around
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none

HEADER = "MATLAB 5.0 MAT-file"
HEAD_PART = 0.6  # of the diagonal of a head's box: its size by MPII's figure


@register_label_format
class MpiiReleaseFormat(LabelFormat):
    """One .mat file, whose photos lie in `images` beside it."""

    name = "mpii-release"
    description = "MPII's release, a MATLAB file (mpii_human_pose_v1_u12_1.mat)"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the ending and the header; what is in it is compressed."""
        return file.suffix == ".mat" and file.head.startswith(HEADER)

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read the photos to train on."""
        release = _release(file.path)
        find = PhotoFinder(file.path, wanted.images)
        photos: list[Photo] = []
        try:
            trained = np.ravel(release.img_train)
            for record, trains in zip(np.ravel(release.annolist), trained, strict=True):
                if trains:
                    path = find(str(record.image.name))
                    size = size_or_none(path)
                    photos.append(Photo(len(photos) + 1, path, size, tuple(_people(record, size))))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableError(f"{file.path}: photo {len(photos) + 1} makes no sense ({error})") from error
        return Labels(str(file.path), MPII_16, photos, [], find.folders)


def _release(path: Path) -> Any:
    """Return the record RELEASE of a MATLAB file."""
    from scipy.io import loadmat

    try:
        content = loadmat(
            path, variable_names=["RELEASE"], squeeze_me=True, struct_as_record=False, chars_as_strings=True
        )
    except Exception as error:  # scipy raises what it meets: of zlib, of struct, of its own
        raise UnreadableError(f"{path}: no MATLAB file that can be read ({error})") from error
    if "RELEASE" not in content:
        raise UnreadableError(f"{path}: expected MPII's record RELEASE; other MATLAB files are not read")
    return content["RELEASE"]


def _people(record: Any, size_wh: tuple[int, int]) -> Iterator[Person]:
    for number, person in enumerate(_records(record, "annorect"), start=1):
        joints = _joints(person)
        square, known = _square(person), bool((joints[:, 2] > 0).any())
        around = box_around(joints, size_wh) if known else square
        if around is None:
            continue
        area = AREA_OF_BOX * around[2] * around[3]
        yield Person(f"person {number}", joints, square or around, area, head_size=_head_size(person))


def _joints(person: Any) -> npt.NDArray[np.float32]:
    """Return [16, 3]; a joint is hidden where `is_visible` is 0, and visible where it is 1 or not said."""
    joints = np.zeros((MPII_16.num_joints, 3), np.float32)
    for points in _records(person, "annopoints"):
        for point in _records(points, "point"):
            said = np.ravel(np.asarray(getattr(point, "is_visible", [])))
            hidden = said.size > 0 and float(said[0] or 0) == 0
            place = float(point.x) - FIRST_PIXEL, float(point.y) - FIRST_PIXEL
            joints[int(point.id)] = *place, 1 if hidden else 2
    return joints


def _square(person: Any) -> Box | None:
    """Return where somebody is, as wide as high; None where it is not said."""
    scale = np.ravel(np.asarray(getattr(person, "scale", []), float))
    for middle in _records(person, "objpos") if scale.size else ():
        return square_around((float(middle.x), float(middle.y)), float(scale[0]))
    return None


def _head_size(person: Any) -> float | None:
    """Return the length that PCKh measures by, pixels; None where there is no box of a head."""
    corners = [np.ravel(np.asarray(getattr(person, name, []), float)) for name in ("x1", "y1", "x2", "y2")]
    if not all(corner.size and np.isfinite(corner[0]) for corner in corners):
        return None
    x1, y1, x2, y2 = (float(corner[0]) for corner in corners)
    return HEAD_PART * float(np.hypot(x2 - x1, y2 - y1)) or None


def _records(holder: Any, name: str) -> list[Any]:
    """Return the records of a field; none where it is empty or not there."""
    found = np.ravel(np.asarray(getattr(holder, name, []), dtype=object))
    return [each for each in found if hasattr(each, "_fieldnames")]
