"""What a network said of one frame, as arrays: what layers are drawn from. No torch here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.inference.geometry import InputGeometry

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FrameMaps:
    """The maps of one frame, of one size.

    heatmaps: [K, h, w] float32. tags: [K, h, w] float32, the first number of each tag.
    heatmap_from_frame: [2, 3], from frame pixels to the maps'.
    """

    heatmaps: Floats
    tags: Floats
    heatmap_from_frame: npt.NDArray[np.float64]


def frame_maps(heatmaps: Floats, tags: Floats, geometry: InputGeometry) -> FrameMaps:
    """Return the maps of a frame, of whatever size they have.

    Args:
        heatmaps: [K, h, w].
        tags: [K, h, w].
        geometry: of the frame; the maps show all of its input.
    """
    heatmap_from_frame = np.asarray(geometry.input_from_frame, np.float64).copy()
    # Maps are sampled at pixel centres: (x + 0.5) * scale - 0.5.
    for axis, (side, input_side) in enumerate(zip(heatmaps.shape[:0:-1], geometry.input_wh, strict=True)):
        heatmap_from_frame[axis] *= side / input_side
        heatmap_from_frame[axis, 2] += 0.5 * side / input_side - 0.5
    return FrameMaps(heatmaps, tags, heatmap_from_frame)
