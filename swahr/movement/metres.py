"""A recording in metres, with y up, for formats that programs of biomechanics read."""

from dataclasses import replace

import numpy as np

from swahr.config import ScaleSettings
from swahr.movement.calibration import read_calibration
from swahr.movement.scale import find_scale
from swahr.movement.stretches import Floats
from swahr.movement.tracks import tracks_of
from swahr.pose.recording import Recording

DECIMALS = 4  # tenths of a millimetre: no camera tells less


def in_metres(recording: Recording, settings: ScaleSettings) -> tuple[Recording, tuple[str, ...]]:
    """Return a recording with places in metres, x to the right and y up, and how the scale came about.

    Where settings give no scale, it stays in pixels.

    Args:
        recording: In pixels, of people with ids.
        settings: A height, or a known length, a floor, a calibration.

    Raises:
        SettingError: The scale cannot be measured, or the people have no ids or times.
    """
    if settings.height is None and settings.length is None:
        return recording, ()
    if settings.calibration is not None:
        camera = read_calibration(settings.calibration)
        recording = _moved(recording, camera.undistorted(recording.keypoints[:, :, :2].astype(np.float64)))
    scale = find_scale(settings, tracks_of(recording), recording.skeleton)
    if scale is None or scale.metres_per_pixel is None:
        return recording, ()
    placed = _moved(recording, scale.placed(recording.keypoints[:, :, :2].astype(np.float64)))
    scores = recording.decimals[1] if recording.decimals else 4
    return replace(placed, unit="m", decimals=(DECIMALS, scores), covariance=None), scale.said


def _moved(recording: Recording, places: Floats) -> Recording:
    keypoints = recording.keypoints.copy()
    keypoints[:, :, :2] = places
    return replace(recording, keypoints=keypoints)
