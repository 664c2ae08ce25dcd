"""Stage maps to people: the fused parse, which never stores the maps at input size.

Letters: K joints, P people, T tags, h w stage size, H W input size.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from swahr.decode.maps import FloatArray, ParsedPeople, adopt, as_float_array, on_gpu
from swahr.decode.params import ParseParams
from swahr.decode.parse import parse_native
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from torch import Tensor

Maps: TypeAlias = "npt.NDArray[Any] | Tensor"
# Below so many values in the stage maps, starting threads takes longer than the parse.
SERIAL_BELOW = 2_500_000


def parse_stages(
    stage_heatmaps: Sequence[Maps],
    tags: Sequence[Maps],
    size_hw: Sequence[int],
    params: ParseParams = ParseParams(),  # noqa: B008 - frozen
    adjust: bool = True,
    refine: bool = True,
    threads: int = 0,
) -> ParsedPeople:
    """Find the people in one image's stage maps.

    Equal to `parse_heatmaps` on maps that are averaged at the size of the finest stage, then brought to `size_hw`, both
    bilinearly with half-pixel centres (HigherHRNet, section 3.4); tags go through the same two steps.

    Args:
        stage_heatmaps: Each [K, h, w], h and w of its own; with the flip test the mirrored run's stages too. numpy or
            torch, any float type, on any device, as in `parse_heatmaps`; finite. Maps whose rows follow each other are
            read in place.
        tags: T of them, each [K, h, w], likewise.
        size_hw: Height and width of the input: people come in its pixels.
        params: How maps become people.
        adjust: Move joints a quarter pixel towards the larger neighbour, or as `params.subpixel` says, then half a
            pixel.
        refine: Fill in joints that a person lacks.
        threads: 0 takes as many as the machine has.

    Returns:
        The people, in pixels of the input.

    Raises:
        SwahrError: Shapes do not fit, or maps hold NaN or infinity.
    """
    given_heatmaps: list[Any] = [adopt(stage) for stage in stage_heatmaps]
    given_tags: list[Any] = [adopt(channel) for channel in tags]
    if on_gpu(*given_heatmaps, *given_tags):
        from swahr.decode.batch import parse_stages_on_gpu

        found = parse_stages_on_gpu(given_heatmaps, given_tags, size_hw, params, adjust, refine)
        if found is not None:
            return found
    heatmaps = [as_stage_array(stage, f"heatmaps of stage {i}") for i, stage in enumerate(given_heatmaps)]
    channels = [as_stage_array(channel, f"tags of channel {i}") for i, channel in enumerate(given_tags)]
    if not heatmaps or not channels:
        raise SwahrError(
            f"there are {len(heatmaps)} stages and {len(channels)} tag channels; expected at least 1 of each"
        )
    height, width = (int(side) for side in size_hw)
    if threads == 0 and sum(array.size for array in heatmaps + channels) < SERIAL_BELOW:
        threads = 1
    return parse_native(heatmaps, channels, (height, width), params, adjust, refine, threads)


def as_stage_array(values: Maps, name: str) -> FloatArray:
    """Return float32 [K, h, w] whose rows follow each other; copies only where type, device or layout ask for it.

    A stage's heatmaps are a slice of the network's output, which is read in place.
    """
    if not isinstance(values, np.ndarray):
        if not hasattr(values, "detach"):
            raise SwahrError(
                f"{name} are a {type(values).__name__}; expected a numpy array or a torch tensor"
            )
        values = values.detach().cpu().float()
        # torch gathers the channels of a channels_last output faster than numpy does.
        rows_follow = values.ndim == 3 and values.stride(2) == 1 and values.stride(1) == values.shape[2]
        values = (values if rows_follow else values.contiguous()).numpy()
    array: FloatArray = as_float_array(values, name) if values.dtype != np.float32 else values
    if array.ndim != 3:
        raise SwahrError(f"{name} have shape {list(array.shape)}; expected [K, h, w]")
    rows_follow = array.strides[2] == 4 and array.strides[1] == 4 * array.shape[2]
    return array if rows_follow and array.flags.aligned else np.array(array, np.float32, order="C")
