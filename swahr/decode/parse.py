"""Heatmaps and tags to people, by the native operations.

Letters: K joints, T tags, H W map size.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from swahr import _native
from swahr.decode.maps import FloatArray, ParsedPeople, adopt, as_float_array, on_gpu
from swahr.decode.params import ParseParams
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from torch import Tensor

# Below so many values, starting threads takes longer than the parse.
SERIAL_BELOW = 600_000


def parse_heatmaps(
    heatmaps: "npt.NDArray[Any] | Tensor",
    tags: "npt.NDArray[Any] | Tensor",
    params: ParseParams = ParseParams(),  # noqa: B008 - frozen
    adjust: bool = True,
    refine: bool = True,
    threads: int = 0,
) -> ParsedPeople:
    """Find the people in one image's maps (HigherHRNet, section 3.4; Newell et al. 2017, section 3.3).

    Maps on a GPU are parsed there, on torch's current stream, where this build has CUDA kernels; what is no torch
    tensor may come by DLPack or `__cuda_array_interface__`.

    Args:
        heatmaps: [K, H, W], numpy or torch, any float type, on any device; finite.
        tags: [K, H, W, T], likewise; finite where a joint may be.
        params: How they become people.
        adjust: Move joints a quarter pixel towards the larger neighbour, or as `params.subpixel` says, then half a
            pixel.
        refine: Fill in joints that a person lacks.
        threads: 0 takes as many as the machine has.

    Returns:
        The people, in heatmap pixels.

    Raises:
        SwahrError: Shapes do not fit, or maps hold NaN or infinity.

    >>> import numpy as np
    >>> heatmaps, tags = np.zeros((1, 4, 6), np.float32), np.zeros((1, 4, 6, 1), np.float32)
    >>> heatmaps[0, 2, 3] = 0.9
    >>> parse_heatmaps(heatmaps, tags).keypoints[0, 0, :2].tolist()
    [3.25, 2.25]
    """
    given_heatmaps: Any = adopt(heatmaps)
    given_tags: Any = adopt(tags)
    if on_gpu(given_heatmaps, given_tags):
        from swahr.decode.batch import parse_heatmaps_on_gpu

        found = parse_heatmaps_on_gpu(given_heatmaps, given_tags, params, adjust, refine)
        if found is not None:
            return found
    heatmap, tag = as_float_array(given_heatmaps, "heatmaps"), as_float_array(given_tags, "tags")
    if heatmap.ndim != 3 or tag.ndim != 4 or tag.shape[:3] != heatmap.shape or tag.shape[3] < 1:
        raise SwahrError(
            f"heatmaps have shape {list(heatmap.shape)} and tags {list(tag.shape)}; "
            "expected [K, H, W] and [K, H, W, T], T at least 1"
        )
    if heatmap.size == 0:
        raise SwahrError(f"heatmaps are empty: shape {list(heatmap.shape)}")
    if threads == 0 and heatmap.size < SERIAL_BELOW:
        threads = 1
    height, width = heatmap.shape[1:]
    channels = [tag[..., t] for t in range(tag.shape[3])]
    return parse_native([heatmap], channels, (height, width), params, adjust, refine, threads)


def parse_native(
    heatmaps: Sequence[FloatArray],
    tags: Sequence[FloatArray],
    size_hw: tuple[int, int],
    params: ParseParams,
    adjust: bool,
    refine: bool,
    threads: int,
) -> ParsedPeople:
    """Do what `parse_stages` does, with arrays as the native parse takes them."""
    height, width = size_hw
    settings = params.native(heatmaps[0].shape[0], height * width, adjust, refine)
    try:
        keypoints, scores, spread = _native.parse_maps(heatmaps, tags, height, width, settings, threads)
    except (ValueError, TypeError) as error:
        raise SwahrError(str(error)) from error
    return ParsedPeople(keypoints, scores, spread)
