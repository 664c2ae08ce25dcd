"""Photos that a file of labels holds itself, or that are frames of a video: kept as files beside it, once."""

import base64
import binascii
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from swahr._util.files import made_whole
from swahr.errors import OutputError, UnreadableError
from swahr.video.photos import write_photo
from swahr_training.data.photo_paths import plain_name

SUFFIX = ".photos"


def folder_of(labels: Path) -> Path:
    """Return the folder for photos out of a file of labels. Raises OutputError where it cannot be made."""
    folder = labels.with_name(labels.name + SUFFIX)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: no folder for the photos of {labels.name} ({error.strerror})"
        ) from error
    return folder


def keep_photo(labels: Path, name: str, content: str) -> Path:
    """Write a photo that stands in labels as base 64 text beside them, and return its path."""
    path = folder_of(labels.parent / "labelme") / PurePosixPath(plain_name(name)).name
    if not path.is_file():
        try:
            with made_whole(path) as partial:
                partial.write_bytes(base64.b64decode(content, validate=True))
        except binascii.Error as error:
            raise UnreadableError(f"{labels}: its photo is no base 64 text ({error})") from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from error
    return path


def keep_frame(labels: Path, name: str, image: npt.NDArray[np.uint8]) -> Path:
    """Write an image [H, W, 3] uint8 BGR that labels hold beside them, and return its path."""
    path = folder_of(labels) / name
    if not path.is_file():
        write_photo(path, image)
    return path
