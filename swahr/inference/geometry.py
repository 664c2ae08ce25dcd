"""Coordinates: frame, input and heatmap, and the maps between them.

A frame is resized so that its short side is the input size; the long side follows and is rounded up to a
multiple of 64, and the frame is warped about its centre (HigherHRNet's test protocol). Pixel (0, 0) is the
centre of the top left pixel in all three spaces as the published code counts.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError, UnreadableError

SIDE_MULTIPLE = 64
REFERENCE_SIDE_PX = 200.0  # the published code counts scales in units of 200 pixels


@dataclass(frozen=True)
class InputGeometry:
    """How one frame size becomes one input size.

    frame_wh, input_wh: width and height in pixels. center_in_frame: x, y of the point that becomes the middle
    of the input. scale_200: width and height of what the input shows, in frame pixels, units of 200.
    """

    frame_wh: tuple[int, int]
    input_wh: tuple[int, int]
    center_in_frame: tuple[float, float]
    scale_200: tuple[float, float]

    @property
    def input_from_frame(self) -> npt.NDArray[np.float64]:
        """The 2 x 3 matrix frame -> input."""
        return _affine(self._corners_in_frame(), _corners(self.input_wh))

    @property
    def frame_px(self) -> float:
        """Side of a pixel of the input in the frame, frame pixels: the same along both axes."""
        return self.scale_200[0] * REFERENCE_SIDE_PX / self.input_wh[0]

    def frame_from_heatmap(
        self, points: npt.NDArray[np.floating], heatmap_wh: tuple[int, int] | None = None
    ) -> npt.NDArray[np.float32]:
        """Take points from a map to the frame.

        Args:
            points: [..., 2] x, y in the map's pixels.
            heatmap_wh: width and height of the map; None: those of the input.

        Returns:
            [..., 2] float32, frame pixels.
        """
        affine = _affine(_corners(heatmap_wh or self.input_wh), self._corners_in_frame())
        in_frame: npt.NDArray[np.float64] = np.asarray(points, np.float64) @ affine[:, :2].T + affine[:, 2]
        return in_frame.astype(np.float32)

    def _corners_in_frame(self) -> npt.NDArray[np.float32]:
        return _corners_around(self.center_in_frame, self.scale_200[0] * REFERENCE_SIDE_PX)


def input_geometry(
    frame_wh: tuple[int, int],
    input_size: int,
    scale: float = 1.0,
    smallest_scale: float = 1.0,
    multiple: int = SIDE_MULTIPLE,
) -> InputGeometry:
    """Return the geometry of a frame.

    Args:
        frame_wh: width and height in pixels.
        input_size: short side of the input at scale 1, pixels.
        scale: of a multi-scale test.
        smallest_scale: of the same test; every scale's input is a multiple of the smallest one's.
        multiple: of which the sides are multiples at the smallest scale, pixels.

    Raises:
        UnreadableError: the frame has no pixels.
        SettingError: a size or scale is not positive.

    >>> input_geometry((1280, 720), 512).input_wh
    (960, 512)
    """
    width, height = frame_wh
    if width < 1 or height < 1:
        raise UnreadableError(f"the frame has size {width} x {height}; expected at least one pixel")
    if input_size < 1 or scale <= 0 or smallest_scale <= 0:
        raise SettingError(f"input size {input_size}, scale {scale}: expected positive numbers")
    short = _multiple_above(smallest_scale * input_size, multiple)
    center = (float(int(width / 2.0 + 0.5)), float(int(height / 2.0 + 0.5)))
    if width < height:
        long_side = _multiple_above(short / width * height, multiple)
        w = int(short * scale / smallest_scale)
        h = int(long_side * scale / smallest_scale)
        scale_w = width / REFERENCE_SIDE_PX
        scale_h = h / w * width / REFERENCE_SIDE_PX
    else:
        long_side = _multiple_above(short / height * width, multiple)
        h = int(short * scale / smallest_scale)
        w = int(long_side * scale / smallest_scale)
        scale_h = height / REFERENCE_SIDE_PX
        scale_w = w / h * height / REFERENCE_SIDE_PX
    return InputGeometry((width, height), (w, h), center, (scale_w, scale_h))


def _multiple_above(side: float, multiple: int) -> int:
    return int((side + multiple - 1) // multiple * multiple)


def _corners(wh: tuple[int, int]) -> npt.NDArray[np.float32]:
    return _corners_around((wh[0] * 0.5, wh[1] * 0.5), wh[0])


def _corners_around(center: tuple[float, float], width: float) -> npt.NDArray[np.float32]:
    """Return the middle, the point half a width above it, and the point half a width left of that: [3, 2].

    float32, as in the published code: its rounding is part of the published coordinates.
    """
    corners = np.zeros((3, 2), np.float32)
    corners[0] = center
    corners[1] = np.asarray(center) + np.asarray([0.0, width * -0.5])
    up = corners[0] - corners[1]
    corners[2] = corners[1] + np.asarray([-up[1], up[0]], np.float32)
    return corners


def _affine(source: npt.NDArray[np.float32], target: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    return np.asarray(cv2.getAffineTransform(source, target), np.float64)
