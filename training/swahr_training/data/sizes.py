"""The size and the orientation of a photo from the start of its file, because decoding a data set takes minutes."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.video.images import read_image

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
# Start of frame, all kinds; C4, C8 and CC are tables that share the range.
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
EXIF = b"Exif\0\0"
ORIENTATION = 0x0112  # tag of the first directory; 1 to 8, see the standard, CIPA DC-008
START = 1 << 16  # bytes: the frame header comes within these unless a preview is embedded
EXIF_START = 1 << 12  # bytes: the orientation comes within these


def photo_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of the upright photo. Raises SwahrError where it is missing or no image."""
    if path.is_file():
        with path.open("rb") as file:
            start = file.read(START)
        size = _of_png(start) or _of_jpeg(start)
        if size is not None:
            return size[::-1] if _orientation(start) >= 5 else size
    height, width = read_image(path).shape[:2]
    return width, height


def size_or_none(path: Path) -> tuple[int, int]:
    """Return `photo_size`; (0, 0) of a photo that is missing or none, which is noted when photos are looked for."""
    try:
        return photo_size(path)
    except SwahrError:
        return 0, 0


def as_stored(path: Path) -> tuple[int, tuple[int, int]] | None:
    """Return a photo's EXIF orientation, 2 to 8, and its (width, height) as stored; None where it is not turned."""
    try:
        with path.open("rb") as file:
            start = file.read(EXIF_START)
            if _orientation(start) == 1:
                return None
            start += file.read(START - EXIF_START)
    except OSError:
        return None
    size = _of_jpeg(start)
    return None if size is None else (_orientation(start), size)


def stored_place(
    points: npt.NDArray[np.floating], orientation: int, size_wh: tuple[int, int]
) -> npt.NDArray[np.floating]:
    """Return where points [N, 2] of a photo as it is stored are in the upright one.

    Args:
        points: x, y in pixels of the stored photo.
        orientation: of EXIF, 1 to 8.
        size_wh: of the upright photo.
    """
    x, y = points[:, 0], points[:, 1]
    right, bottom = (
        size_wh[0] - 1 - (y if orientation >= 5 else x),
        size_wh[1] - 1 - (x if orientation >= 5 else y),
    )
    placed = {
        1: (x, y),
        2: (right, y),
        3: (right, bottom),
        4: (x, bottom),
        5: (y, x),
        6: (right, x),
        7: (right, bottom),
        8: (y, bottom),
    }[orientation]
    return np.stack(placed, axis=1)


def _orientation(start: bytes) -> int:
    """Return the EXIF orientation of a JPEG, 1 where there is none."""
    at = start.find(EXIF, 0, EXIF_START) + len(EXIF)
    if not start.startswith(JPEG) or at < len(EXIF):
        return 1
    order = {b"II": "<", b"MM": ">"}.get(start[at : at + 2])
    if order is None:
        return 1
    try:
        (offset,) = struct.unpack_from(order + "I", start, at + 4)
        (count,) = struct.unpack_from(order + "H", start, at + offset)
        for entry in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHIH", start, at + offset + 2 + 12 * entry)
            if tag == ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:  # cut off
        pass
    return 1


def _of_png(start: bytes) -> tuple[int, int] | None:
    if not start.startswith(PNG) or len(start) < 24:
        return None
    width, height = struct.unpack(">II", start[16:24])
    return int(width), int(height)


def _of_jpeg(start: bytes) -> tuple[int, int] | None:
    """Read the frame header, of the photo as it is stored; None where the header lies further back."""
    if not start.startswith(JPEG):
        return None
    at = 2
    while at + 9 <= len(start) and start[at] == 0xFF:
        marker, (length,) = start[at + 1], struct.unpack(">H", start[at + 2 : at + 4])
        if marker in FRAME_MARKERS:
            height, width = struct.unpack(">HH", start[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
