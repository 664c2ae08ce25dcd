"""What BlazePose says of crops to points: regressed, then refined by the heatmap around them.

N crops, M points, h w cells of the heatmaps. A crop's pixel i lies at i / side of its square: places are indices,
without half a pixel, as the published graph was trained.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# The refinement of MediaPipe's graph: cells on each side of the regressed point, and the confidence it needs.
REACH, MIN_CONFIDENCE = 3, 0.5


def decode_points(landmarks: Floats, heatmaps: Floats, points: Sequence[int], side: int) -> Floats:
    """Return some points of each crop.

    Args:
        landmarks: [N, L, 5], of all L points x, y and z in pixels of the crop, logits of visibility and presence.
        heatmaps: [N, L, h, w], confidence in [0, 1].
        points: M numbers of those that are wanted.
        side: Of the crop, pixels.

    Returns:
        [N, M, 3] x, y in parts of the crop's side, visibility in [0, 1].
    """
    chosen = landmarks[:, list(points)]
    decoded = np.empty((*chosen.shape[:2], 3), np.float32)
    decoded[..., :2] = _refined(chosen[..., :2] / np.float32(side), heatmaps[:, list(points)])
    decoded[..., 2] = sigmoid(chosen[..., 3])
    return decoded


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)


def _refined(xy: Floats, heatmaps: Floats) -> Floats:
    """Return points [N, M, 2] in parts of the side, moved to the middle of sure confidence around them."""
    n, m, height, width = heatmaps.shape
    step = np.arange(-REACH, REACH + 1)
    # A point far outside has no cells around it; the limit keeps the whole number from overflowing.
    cell = np.clip(xy * (width, height), -2.0 * width, 2.0 * width).astype(np.int64)  # [N, M, 2] x, y
    columns, rows = cell[..., :1] + step, cell[..., 1:] + step  # [N, M, 7]
    inside = ((rows >= 0) & (rows < height))[..., :, None] & ((columns >= 0) & (columns < width))[
        ..., None, :
    ]
    around = heatmaps[
        np.arange(n)[:, None, None, None],
        np.arange(m)[None, :, None, None],
        rows.clip(0, height - 1)[..., :, None],
        columns.clip(0, width - 1)[..., None, :],
    ]  # [N, M, 7, 7]
    around = np.where(inside, around, 0)
    total = around.sum(axis=(2, 3))
    sure = (around.max(axis=(2, 3)) >= MIN_CONFIDENCE) & (total > 0)
    total = np.where(sure, total, 1)
    x = (around.sum(axis=2) * columns).sum(axis=2) / total / width
    y = (around.sum(axis=3) * rows).sum(axis=2) / total / height
    return np.where(sure[..., None], np.stack([x, y], axis=-1), xy).astype(np.float32)
