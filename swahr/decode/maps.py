"""What the parse reads and gives: maps as arrays that the native operations take, and people.

Letters: K joints, P people, T tags.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from swahr import _native
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from torch import Tensor

FloatArray: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ParsedPeople:
    """People in heatmap pixels, in the order in which they were found: keypoints and scores, which also unpack.

    Attributes:
        keypoints: [P, K, 3 + T] float32: x, y, confidence, tags; all zero where the joint is missing. A joint that
            refine filled in has position and confidence, but tags 0.
        scores: [P] float32: mean confidence over all K joints, missing ones counting 0, before refine.
        spread: [P, K, 3] float32: how wide each joint's peak is, the second moments of the heatmap about it (x with x,
            x with y, y with y; pixels^2), 0 where the joint is missing; None unless `ParseParams.spread` asks.
    """

    keypoints: FloatArray
    scores: FloatArray
    spread: FloatArray | None = None

    def __iter__(self) -> Iterator[FloatArray]:
        """Yield keypoints and scores."""
        return iter((self.keypoints, self.scores))


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

    Args:
        values: Maps.
        name: What messages call them.

    Raises:
        SwahrError: They are no array, or hold no floats.
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
