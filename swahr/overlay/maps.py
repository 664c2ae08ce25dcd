"""The network's maps of a frame, as a layer over it."""

import cv2
import numpy as np

from swahr.errors import SettingError
from swahr.inference.frame_maps import Floats, FrameMaps
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image

# How much of the frame's light stays under a layer, and how much of the frame full confidence covers.
DIMMED = 0.6
COVER = 0.9
# What is left of the frame's light under each cover, both from 0 to 255.
BARE = np.rint(DIMMED * (255 - np.arange(256))).astype(np.uint8)
# Confidence from which a tag is shown, and at which it is shown fully.
MIN_CONFIDENCE, FULL_CONFIDENCE = 0.05, 0.3
# Parts of the tags, weighted by confidence, that the colours run between.
LOW_PART, HIGH_PART = 0.02, 0.98
DARK = 0.1  # the ends of the palette, whose dark colours are too much alike


def draw_layer(canvas: Image, maps: FrameMaps, skeleton: Skeleton, layer: str, joint: str | None) -> Image:
    """Return a frame with its heatmaps or tags over it.

    Args:
        canvas: [H, W, 3] uint8 BGR.
        maps: Of this frame.
        skeleton: Of the people; its first joints are those of the maps.
        layer: "heatmaps" or "tags".
        joint: Whose maps; None: of the surest joint at each place.

    Raises:
        SettingError: There is no such joint.
    """
    names = skeleton.joints[: len(maps.heatmaps)]  # joints that a later stage adds, as feet, have no maps
    places = range(len(names))
    if joint is not None:
        if joint not in names:
            raise SettingError(f"joint {joint!r} is not in the maps; expected one of {', '.join(names)}")
        places = range(names.index(joint), names.index(joint) + 1)
    heatmaps, tags = maps.heatmaps[places.start : places.stop], maps.tags[places.start : places.stop]
    confidence = np.clip(heatmaps.max(axis=0), 0, 1)
    if layer == "heatmaps":
        alpha = COVER * np.sqrt(confidence)
        colours = _colours(confidence, cv2.COLORMAP_INFERNO)
    else:
        surest = heatmaps.argmax(axis=0)
        values = np.take_along_axis(tags, surest[None], axis=0)[0]
        alpha = COVER * np.clip((confidence - MIN_CONFIDENCE) / (FULL_CONFIDENCE - MIN_CONFIDENCE), 0, 1)
        colours = _colours(DARK + (1 - 2 * DARK) * _spread(values, alpha), cv2.COLORMAP_TURBO)
    # Colours are weighted by their cover before they are interpolated, or hidden ones would shine through at edges.
    layer_image = np.dstack([colours * alpha[:, :, None], 255 * alpha]).astype(np.uint8)
    warped = cv2.warpAffine(
        layer_image,
        maps.heatmap_from_frame,
        (canvas.shape[1], canvas.shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )
    bare = cv2.LUT(warped[:, :, 3], BARE)
    under = cv2.multiply(canvas, cv2.merge([bare, bare, bare]), scale=1 / 255)
    return np.asarray(cv2.add(under, np.ascontiguousarray(warped[:, :, :3])), np.uint8)


def _colours(values: Floats, palette: int) -> Floats:
    image = cv2.applyColorMap(np.rint(255 * values).astype(np.uint8), palette)
    return np.asarray(image, np.float32)


def _spread(values: Floats, weights: Floats) -> Floats:
    """Bring values to [0, 1] so that nearly all of them, by weight, lie between."""
    chosen = values[weights > 0]
    if not chosen.size:
        return np.zeros_like(values)
    low, high = np.quantile(chosen, [LOW_PART, HIGH_PART])
    return np.asarray(np.clip((values - low) / max(float(high - low), 1e-6), 0, 1), np.float32)
