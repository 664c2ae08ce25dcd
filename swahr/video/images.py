"""Images from files and from users, as [H, W, 3] uint8 BGR: the one form that the library takes."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import MissingError, UnreadableError

Image = npt.NDArray[np.uint8]
CAMERA_BITS = (8, 10, 12, 14, 16)

DEPTHS = (8, 10, 12, 14, 16)  # bits of a camera's values


def as_bgr8(image: npt.NDArray[Any], name: str = "image") -> Image:
    """Turn a grey, 16-bit or alpha image into [H, W, 3] uint8 BGR; one that is so already is not copied.

    What has 16 bits to a value may use fewer, as cameras of 10, 12 and 14 bits do: the brightest value tells.

    Args:
        image: [H, W], [H, W, 1], [H, W, 3] BGR or [H, W, 4] BGRA; uint8 or uint16. Alpha is dropped, not blended.
        name: What messages call it.

    Raises:
        UnreadableError: It is anything else.

    >>> as_bgr8(np.full((2, 2), 65535, np.uint16))[0, 0], as_bgr8(np.full((2, 2), 4095, np.uint16))[0, 0]
    (array([255, 255, 255], dtype=uint8), array([255, 255, 255], dtype=uint8))
    """
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3) or 0 in image.shape:
        shape = list(image.shape) if isinstance(image, np.ndarray) else type(image).__name__
        raise UnreadableError(f"{name} is {shape}; expected an array [H, W, 3] of uint8 BGR")
    if image.dtype == np.uint16:
        image = (image >> (bits_used(image) - 8)).astype(np.uint8)
    if image.dtype != np.uint8:
        raise UnreadableError(f"{name} has type {image.dtype}; expected uint8 (0 to 255)")
    if image.ndim == 2:
        image = image[:, :, None]
    if image.shape[2] == 1:
        return np.ascontiguousarray(np.repeat(image, 3, axis=2))
    if image.shape[2] not in (3, 4):
        raise UnreadableError(f"{name} has {image.shape[2]} channels; expected 1, 3 (BGR) or 4 (BGRA)")
    return np.ascontiguousarray(image[:, :, :3])


def bits_used(image: npt.NDArray[np.uint16]) -> int:
    """Return how many bits the values of an image have: the fewest that cameras have and that hold the brightest.

    Alpha, which is full where the colours may not be, does not count.
    """
    colours = image[..., :3] if image.ndim == 3 else image
    return next(bits for bits in CAMERA_BITS if int(colours.max()) < 1 << bits)


def read_image(path: str | Path) -> Image:
    """Read an image file as [H, W, 3] uint8 BGR, turned as its EXIF orientation says.

    Of 16 bits as many count as its brightest value takes: a photo of 12 bits in 16 is not dark.

    Raises:
        MissingError: There is no such file, or it cannot be read.
        UnreadableError: A folder, no image, or one that is cut off.

    >>> read_image(photo).shape[2]
    3
    """
    path = Path(path)
    if path.is_dir():
        raise UnreadableError(f"{path} is a folder; expected an image")
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise MissingError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        # ANYDEPTH keeps 16 bits, so that as_bgr8 decides what becomes of them; COLOR honours EXIF.
        image = cv2.imdecode(content, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH) if content.size else None
    except cv2.error as error:  # a header that claims more pixels than OpenCV takes
        raise UnreadableError(f"{path}: OpenCV cannot decode it ({' '.join(str(error).split())})") from error
    if image is None:
        raise UnreadableError(f"{path}: not an image that OpenCV reads, or cut off")
    return as_bgr8(_full_range(np.asarray(image)), str(path))


def _full_range(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an image of 16 bits that uses fewer, as cameras of 10, 12 and 14 write it, spread over all 16."""
    if image.dtype != np.uint16 or not image.size:
        return image
    bits = next(bits for bits in DEPTHS if int(image.max()) < 1 << bits)
    return image << (16 - bits)
