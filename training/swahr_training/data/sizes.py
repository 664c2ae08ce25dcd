"""The size of a photo from the start of its file, because decoding a whole data set for it takes minutes."""

import struct
from pathlib import Path

from swahr.video.images import read_image

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
# Start of frame, all kinds; C4, C8 and CC are tables that share the range.
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
EXIF_MARKER = 0xE1
START = 1 << 16  # bytes: the frame header comes within these unless a preview is embedded


def photo_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of the upright photo. Raises SwahrError where it is missing or no image."""
    if path.is_file():
        with path.open("rb") as file:
            start = file.read(START)
        size = _of_png(start) or _of_jpeg(start)
        if size is not None:
            return size
    height, width = read_image(path).shape[:2]
    return width, height


def _of_png(start: bytes) -> tuple[int, int] | None:
    if not start.startswith(PNG) or len(start) < 24:
        return None
    width, height = struct.unpack(">II", start[16:24])
    return int(width), int(height)


def _of_jpeg(start: bytes) -> tuple[int, int] | None:
    """Read the frame header; None where the file may be turned (EXIF) or the header lies further back."""
    if not start.startswith(JPEG):
        return None
    at = 2
    while at + 9 <= len(start) and start[at] == 0xFF:
        marker, (length,) = start[at + 1], struct.unpack(">H", start[at + 2 : at + 4])
        if marker == EXIF_MARKER:
            return None
        if marker in FRAME_MARKERS:
            height, width = struct.unpack(">HH", start[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
