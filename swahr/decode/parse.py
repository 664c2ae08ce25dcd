"""Heatmaps and tags to people, by the native operations.

Letters: K joints, P people, T tags, H W map size.
"""

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from swahr import _native
from swahr.decode.params import ParseParams
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from torch import Tensor

FloatArray: TypeAlias = npt.NDArray[np.float32]
# Below so many values, starting threads takes longer than the parse.
SERIAL_BELOW = 600_000


class ParsedPeople(NamedTuple):
    """People in heatmap pixels, in the order in which they were found.

    keypoints: [P, K, 3 + T] float32: x, y, heat, tags; all zero where the joint is missing. A joint that
    refine filled in has position and heat, but tags 0.
    scores: [P] float32: mean heat over all K joints, missing ones counting 0, before refine.
    """

    keypoints: FloatArray
    scores: FloatArray


def parse_heatmaps(
    heatmaps: "npt.NDArray[Any] | Tensor",
    tags: "npt.NDArray[Any] | Tensor",
    params: ParseParams = ParseParams(),  # noqa: B008 - frozen
    adjust: bool = True,
    refine: bool = True,
    threads: int = 0,
) -> ParsedPeople:
    """Find the people in one image's maps (HigherHRNet, section 3.4; Newell et al. 2017, section 3.3).

    heatmaps: [K, H, W]. tags: [K, H, W, T]. numpy or torch, any float type, on any device; finite.
    Maps on a GPU are parsed there, on torch's current stream, where this build has CUDA kernels; what is no torch
    tensor may come by DLPack or `__cuda_array_interface__`.
    adjust: move joints a quarter pixel towards the larger neighbour, then half a pixel. refine: fill in
    joints that a person lacks. threads: 0 takes as many as the machine has.
    Raises SwahrError for shapes that do not fit and for maps that hold NaN or infinity.
    """
    given_heat: Any = adopt(heatmaps)
    given_tags: Any = adopt(tags)
    if on_gpu(given_heat, given_tags):
        from swahr.decode.batch import parse_heatmaps_on_gpu

        found = parse_heatmaps_on_gpu(given_heat, given_tags, params, adjust, refine)
        if found is not None:
            return found
    heat, tag = as_float_array(given_heat, "heatmaps"), as_float_array(given_tags, "tags")
    if heat.ndim != 3 or tag.ndim != 4 or tag.shape[:3] != heat.shape or tag.shape[3] < 1:
        raise SwahrError(
            f"heatmaps have shape {list(heat.shape)} and tags {list(tag.shape)}; "
            "expected [K, H, W] and [K, H, W, T], T at least 1"
        )
    if heat.size == 0:
        raise SwahrError(f"heatmaps are empty: shape {list(heat.shape)}")
    if threads == 0 and heat.size < SERIAL_BELOW:
        threads = 1
    try:
        count, peak_heat, xy, segment_max = _native.find_peaks(
            heat,
            params.nms_window,
            min(params.max_people, heat[0].size),  # a map has no more peaks than pixels
            params.detection_threshold,
            threads,
        )
        keypoints, scores = _native.match_by_tag(
            count,
            peak_heat,
            xy,
            _native.read_tags(tag, count, xy),
            params.order_for(heat.shape[0]),
            params.max_people,
            params.tag_threshold,
            params.use_detection_value,
            params.ignore_too_much,
            params.break_ties,
        )
        if adjust:
            _native.adjust(heat, keypoints)
        if refine:
            _native.refine(
                heat,
                tag,
                segment_max,
                keypoints,
                params.refine_min_heat,
                params.refine_max_tag_distance,
                threads,
            )
    except ValueError as error:
        raise SwahrError(str(error)) from error
    return ParsedPeople(keypoints, scores)


def adopt(values: Any) -> Any:
    """Take arrays of other libraries over without a copy, by DLPack or `__cuda_array_interface__`, as torch tensors."""
    if isinstance(values, np.ndarray) or hasattr(values, "detach"):
        return values
    if hasattr(values, "__cuda_array_interface__"):
        import torch

        return torch.as_tensor(values, device="cuda")
    if hasattr(values, "__dlpack__"):
        from torch.utils.dlpack import from_dlpack

        return from_dlpack(values)
    return values


def on_gpu(*maps: Any) -> bool:
    """Whether all the maps are torch tensors on CUDA, and this build has kernels for them."""
    return _native.has_cuda and all(getattr(values, "is_cuda", False) for values in maps)


def as_float_array(values: "npt.NDArray[Any] | Tensor", name: str) -> FloatArray:
    """Return float32 with rows that follow each other; copies only where type, device or layout ask for it.

    The order of joints, rows and tag channels in memory is free as long as an image's rows are contiguous:
    tags that lie as [T, K, H, W] are read in place.
    """
    if not isinstance(values, np.ndarray):
        if not hasattr(values, "detach"):
            raise SwahrError(
                f"{name} are a {type(values).__name__}; expected a numpy array or a torch tensor"
            )
        values = values.detach().cpu().float().numpy()
    if not np.issubdtype(values.dtype, np.floating):
        raise SwahrError(f"{name} have type {values.dtype}; expected a float type")
    array: FloatArray = values.astype(np.float32, copy=False)
    rows_follow = array.ndim == 4 and array.strides[1] == array.strides[2] * array.shape[2]
    if not array.flags.aligned:  # a field of packed records
        return np.array(array, np.float32)
    if array.flags.c_contiguous or (rows_follow and array.size and min(array.strides) > 0):
        return array
    return np.ascontiguousarray(array)
