"""The native operations (csrc/). K joints, P people, T tags, H W map size, B images, M candidates a joint.

Tensors are numpy's, torch's or whatever speaks DLPack, on the processor or a GPU; float32 unless said otherwise, and
positions are heatmap pixels. Each function raises ValueError that names the argument and what was received.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]

class Tensor(Protocol):
    """What speaks DLPack."""

    def __dlpack_device__(self) -> tuple[int, int]: ...

has_cuda: bool
cuda_version: int  # of the toolkit, as 13000 for 13.0; 0 without CUDA kernels
cuda_architectures: str  # as "75,80"; empty without CUDA kernels
max_joints: int  # that the CUDA kernels take
max_stages: int
max_tags: int  # that the CUDA kernels take

class ParseSettings:
    """The settings of a parse; `swahr.decode.ParseParams.native` makes them."""

    def __init__(
        self,
        *,
        order: Sequence[int],
        window: int,
        max_candidates: int,
        max_people: int,
        threshold: float,
        tag_threshold: float,
        use_detection_value: bool,
        ignore_too_much: bool,
        break_ties: bool,
        min_confidence: float,
        max_tag_distance: float,
        adjust: bool,
        refine: bool,
        subpixel: int = 0,
        spread: bool = False,
    ) -> None: ...
    @property
    def spread(self) -> bool: ...

def parse_maps(
    heatmaps: Sequence[Tensor],
    tags: Sequence[Tensor],
    height: int,
    width: int,
    settings: ParseSettings,
    threads: int = 0,
) -> tuple[_Floats, _Floats, _Floats | None]:
    """Return keypoints [P, K, 3 + T] (x, y, confidence, tags) and scores [P] of one image, on the processor.

    Last comes, where the settings ask for it, the spread of each joint's peak, [P, K, 3] (xx, xy, yy).

    heatmaps: each [K, h, w], averaged at the size of the finest and brought to height x width. tags: each [K, h, w],
    one a channel. Rows follow each other; joints may lie apart, and tags of a pixel side by side where they are as
    large as the input.
    """

def batch_memory(
    images: int, joints: int, channels: int, height: int, width: int, settings: ParseSettings
) -> tuple[int, int]:
    """Return the bytes of scratch memory that a batch takes, and how many people an image may give."""

def parse_batch(
    heatmaps: Sequence[Tensor],
    tags: Sequence[Tensor],
    height: int,
    width: int,
    settings: ParseSettings,
    *,
    scratch: Tensor,
    people: Tensor,
    bad: Tensor,
    keypoints: Tensor,
    scores: Tensor,
    spread: Tensor | None = None,
    stream: int = 0,
) -> None:
    """Parse a batch of maps, each [B, K, h, w], on the device that they are on, and do not wait.

    The kernels' bodies run: on the GPU, or, slowly, on the processor. scratch: uint8 [bytes]. Written: people int32
    [B], bad int32 [B, 2], keypoints [B, P, K, 3 + T], scores [B, P], spread [B, P, K, 3] where it is given; see
    `swahr.decode.batch`. stream: CUDA's handle.
    """

def match_by_tag(
    count: Tensor, confidence: Tensor, xy: Tensor, tags: Tensor, settings: ParseSettings
) -> tuple[_Floats, _Floats]:
    """Return keypoints [P, K, 3 + T] and scores [P], highest confidence first, without adjust and refine.

    count [K] int32, confidence [K, M], xy [K, M, 2] int32, tags [K, M, T].
    """

def solve_assignment(cost: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the (row, column) pairs of least total cost, ties by the Munkres scan order.

    cost: [rows, columns], numbers within 1e100 on either side of 0.
    """

def nhwc_to_nchw(images: Tensor, nchw: _Floats | None = None) -> _Floats:
    """Return a copy [B, C, h, w] of images [B, h, w, C], which are C-contiguous; made in `nchw`, where it is given."""

def prepare_frames(
    frames: Tensor,
    images: Tensor,
    frame_from_input: Sequence[float],
    factor: Sequence[float],
    shift: Sequence[float],
    stream: int = 0,
) -> None:
    """Warp and normalise frames [B, H, W, 3] uint8 BGR into images [B, 3, h, w] RGB, contiguous or channels_last.

    images: float32, float16 or bfloat16, on the frames' device; float32 on the processor. frame_from_input: 2 x 3, row
    by row. factor, shift: RGB, grey * factor - shift. stream: CUDA's handle.
    """

class PafRule:
    """How part affinity fields become people; `swahr.decode.paf_rules.PafRule` says what each field means."""

    def __init__(
        self,
        *,
        min_peak: float,
        strict: bool,
        diagonal: bool,
        blur: float,
        min_distance: float,
        centroid: int,
        samples: int,
        both_ends: bool,
        min_field: float,
        min_share: float,
        mean_of_enough: bool,
        length_prior: float,
        min_length: float,
        near_part: float,
        merge: bool,
        fill_weak: bool,
        min_joints: int,
        min_mean: float,
        feet: int,
    ) -> None: ...

max_limbs: int
max_blur: float

def paf_memory(joints: int, limbs: int, height: int, width: int, rule: PafRule) -> tuple[int, int]:
    """Return the bytes of scratch memory that `group_pafs_by_blocks` needs, and M, the most candidates of a joint."""

def group_pafs_by_blocks(
    heatmaps: Tensor,
    pafs: Tensor,
    joints: int,
    limbs: Sequence[tuple[int, int]],
    channels: Sequence[tuple[int, int]],
    weak: Sequence[int],
    rule: PafRule,
    *,
    scratch: Tensor,
    bad: Tensor,
    count: Tensor,
    xy: Tensor,
    score: Tensor,
    people: Tensor,
    people_joints: Tensor,
    total: Tensor,
    size: Tensor,
    stream: int = 0,
) -> None:
    """Do what `group_pafs` does on the device that the maps are on, and do not wait.

    The kernels' bodies run: on the GPU, or, slowly, on the processor. scratch: uint8 [bytes]. Written: bad int32 [2],
    the first joint and channel that hold NaN or infinity, or 0x7f7f7f7f; count int32 [K], xy float64 [K, M, 2] and
    score float32 [K, M] of the candidates; people int32 [1], how many; people_joints int32 [P, K], numbers of
    candidates among their joint's, or -1; total float64 [P], size int32 [P], joints. P = limbs * M. stream: CUDA's
    handle.
    """

def group_pafs(
    heatmaps: Tensor,
    pafs: Tensor,
    joints: int,
    limbs: Sequence[tuple[int, int]],
    channels: Sequence[tuple[int, int]],
    weak: Sequence[int],
    rule: PafRule,
    threads: int = 0,
) -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int32],
    npt.NDArray[np.float64],
    npt.NDArray[np.int32],
]:
    """Return candidates and people of one image, on the processor.

    heatmaps: [K or more, H, W]. pafs: [channels, H, W]. limbs: joints of each limb; channels: of its field, x and y;
    weak: limbs that open nobody. Returns joint [C], xy [C, 2], score [C] of the candidates, and of the people joints
    [P, K] (numbers of candidates, -1), total [P], count [P].
    """
