"""The native operations (csrc/). K joints, P people, T tags, H W map size, M candidates a joint.

Arrays are float32 unless said otherwise and positions are heatmap pixels. Each function raises ValueError that
names the argument and what was received.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]

has_cuda: bool

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
