"""A camera's calibration as OpenCV writes it, and places without the lens's distortion."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from swahr.errors import MissingError, SettingError, UnreadableError
from swahr.movement.stretches import Floats

# What OpenCV's own programs, ROS and people call them.
MATRIX = ("camera_matrix", "cameraMatrix", "CameraMatrix", "mtx", "K", "M1", "intrinsic_matrix")
DISTORTION = ("distortion_coefficients", "distCoeffs", "dist_coeffs", "dist_coeff", "dist", "D", "D1")
NUM_COEFFICIENTS = (4, 5, 8, 12, 14)
FISHEYE = "fisheye_model"
MAX_OUTSIDE = 0.05  # part of the joints


@dataclass(frozen=True)
class Camera:
    """A calibrated camera.

    matrix: [3, 3] focal lengths and centre, pixels. distortion: [4, 5, 8, 12 or 14] as OpenCV orders them; 4 of a
    fisheye lens. size_wh: of the frames it was calibrated with; None where the file does not say. fisheye: OpenCV's
    fisheye model in place of its usual one.
    """

    matrix: Floats
    distortion: Floats
    size_wh: tuple[int, int] | None = None
    fisheye: bool = False

    def undistorted(self, places: Floats) -> Floats:
        """Return where places [..., 2] would be with a lens of the same matrix and no distortion; NaN stays.

        Raises:
            SettingError: Many lie outside of the frames that the camera was calibrated with.
        """
        known = np.isfinite(places).all(axis=-1)
        found: Floats = places.copy()
        if not known.any():
            return found
        points = places[known]
        if self.size_wh is not None:
            outside = ((points < -1) | (points > self.size_wh)).any(axis=1).mean()
            if outside > MAX_OUTSIDE:
                width, height = self.size_wh
                raise SettingError(
                    f"{outside:.0%} of the joints lie outside the {width} x {height} pixels of the calibration; "
                    "expected one of the same camera at the same size of frames"
                )
        undistort = cv2.fisheye.undistortPoints if self.fisheye else cv2.undistortPoints
        found[known] = undistort(points[:, None], self.matrix, self.distortion, P=self.matrix)[:, 0]
        return found


def read_calibration(path: str | Path) -> Camera:
    """Read a camera's matrix and distortion from a file of OpenCV's FileStorage: YAML, XML or JSON.

    Args:
        path: With `camera_matrix` and `distortion_coefficients`, or other usual names; `image_width` and
            `image_height` where it says the size.

    Raises:
        MissingError: There is no such file.
        UnreadableError: It is of another kind, or what it holds is no camera.
    """
    if not Path(path).is_file():
        raise MissingError(f"{path}: no such file")
    try:
        file = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
        names = list(file.root().keys()) if file.isOpened() else []
        matrix, distortion = _mat(file, names, MATRIX), _mat(file, names, DISTORTION)
        numbers = {
            name: int(file.getNode(name).real())
            for name in (FISHEYE, "image_width", "image_height")
            if name in names
        }
    except (cv2.error, SystemError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{path}: not a YAML, XML or JSON file of OpenCV") from error
    if matrix is None or matrix.shape != (3, 3) or distortion is None:
        raise UnreadableError(
            f"{path}: has {', '.join(names) or 'nothing'}; expected {MATRIX[0]} of 3 x 3 and {DISTORTION[0]}, as "
            "OpenCV's calibration writes them"
        )
    fisheye = bool(numbers.get(FISHEYE))
    wanted = (4,) if fisheye else NUM_COEFFICIENTS
    if distortion.size not in wanted:
        counts = ", ".join(map(str, wanted))
        raise UnreadableError(f"{path}: {distortion.size} coefficients of distortion; expected {counts}")
    size = numbers.get("image_width", 0), numbers.get("image_height", 0)
    return Camera(matrix, distortion.ravel(), size if min(size) > 0 else None, fisheye)


def _mat(file: cv2.FileStorage, names: list[str], wanted: tuple[str, ...]) -> Floats | None:
    name = next((name for name in wanted if name in names), None)
    found = None if name is None else file.getNode(name).mat()
    return None if found is None else np.asarray(found, np.float64)
