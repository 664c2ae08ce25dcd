"""The native operations (csrc/). K joints, P people, T tags, H W map size, M candidates a joint.

Arrays are float32 unless said otherwise and positions are heatmap pixels. Each function raises ValueError that
names the argument and what was received.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]

has_cuda: bool
cuda_version: int  # of the toolkit, as 13000 for 13.0; 0 without CUDA kernels
cuda_architectures: str  # as "75,80"; empty without CUDA kernels
max_joints: int  # that the CUDA kernels take

def to_planes(rows: _Floats) -> _Floats:
    """Return a copy [B, C, h, w] of rows [B, h, w, C], which are C-contiguous."""

def find_peaks(
    heatmaps: _Floats, window: int, best: int, threshold: float, threads: int = 0
) -> tuple[_Ints, _Floats, _Ints, _Floats]:
    """Return count [K], heat [K, M], xy [K, M, 2] of the `best` peaks above `threshold`, and segment_max.

    heatmaps: [K, H, W], C-contiguous. segment_max [K, H, ceil(W / 64)] is for `refine`.
    """

def read_tags(tags: _Floats, count: _Ints, xy: _Ints) -> _Floats:
    """Return the tags at the peaks, [K, M, T]. tags: [K, H, W, T]."""

def match_by_tag(
    count: _Ints,
    heat: _Floats,
    xy: _Ints,
    tags: _Floats,
    order: Sequence[int],
    max_people: int,
    tag_threshold: float,
    use_detection_value: bool,
    ignore_too_much: bool,
    break_ties: bool,
) -> tuple[_Floats, _Floats]:
    """Return keypoints [P, K, 3 + T] (x, y, heat, tags) and scores [P]."""

def adjust(heatmaps: _Floats, keypoints: _Floats) -> None:
    """Move found joints a quarter pixel towards the larger neighbour, then half a pixel, in place."""

def refine(
    heatmaps: _Floats,
    tags: _Floats,
    segment_max: _Floats | None,
    keypoints: _Floats,
    min_heat: float,
    max_tag_distance: float,
    threads: int = 0,
) -> None:
    """Fill in the joints that people lack, in place."""

max_stages: int
max_tags: int

def parse_stages(
    heatmaps: Sequence[_Floats],
    tags: Sequence[_Floats],
    height: int,
    width: int,
    settings: Mapping[str, object],
    adjust: bool,
    refine: bool,
    threads: int = 0,
) -> tuple[_Floats, _Floats]:
    """Return keypoints [P, K, 3 + T] and scores [P] of the maps that the stages give at height x width.

    heatmaps: each [K, h, w], averaged at the size of the finest. tags: each [K, h, w], one a channel. Rows follow each
    other; joints may lie apart. settings: see `swahr.decode.stages`.
    """

def solve_assignment(cost: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the (row, column) pairs of least total cost, ties by the Munkres scan order. cost: [rows, columns]."""

_View: TypeAlias = tuple[int, Sequence[int], Sequence[int]]  # address, shape, strides in floats

class BatchParse(Protocol):
    """What the two parses of a batch have in common."""

    def __call__(
        self,
        *maps: Any,
        settings: Mapping[str, object],
        adjust: bool,
        refine: bool,
        addresses: Mapping[str, int],
        scratch_bytes: int,
        device: str,
        stream: int = 0,
    ) -> None: ...

def batch_memory(
    images: int, joints: int, channels: int, height: int, width: int, settings: Mapping[str, object]
) -> tuple[int, int]:
    """Return the bytes of scratch memory that a batch takes, and the most people that an image may give."""

parse_stored_batch: BatchParse
"""heatmaps [B, K, H, W], tags [B, K, H, W, T]; see `swahr.decode.batch`. device: "cuda", or "host" for tests."""

parse_stage_batch: BatchParse
"""Lists of heatmaps and tags, each [B, K, h, w], then height and width."""

def prepare_frames(
    frames: int,
    shape: Sequence[int],
    frame_from_input: Sequence[float],
    factor: Sequence[float],
    shift: Sequence[float],
    images: int,
    height: int,
    width: int,
    channels_last: bool,
    type: str,
    device: str,
    stream: int = 0,
) -> None:
    """Warp and normalise frames. frames, images: addresses of [B, H, W, 3] uint8 BGR and of what is written, RGB."""
