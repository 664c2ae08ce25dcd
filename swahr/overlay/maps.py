"""The network's maps of a frame, as a layer over it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image

if TYPE_CHECKING:
    from swahr.inference.aggregate import Maps
    from swahr.inference.inferred import Inferred

Floats = npt.NDArray[np.float32]

# How much of the frame's light stays under a layer, and how much of the frame full heat covers.
DIMMED = 0.6
COVER = 0.9
# What is left of the frame's light under each cover, both from 0 to 255.
BARE = np.rint(DIMMED * (255 - np.arange(256))).astype(np.uint8)
# Heat from which a tag is shown, and at which it is shown fully.
FAINT_HEAT, FULL_HEAT = 0.05, 0.3
# Parts of the tags, weighted by heat, that the colours run between.
LOW_PART, HIGH_PART = 0.02, 0.98
DARK = 0.1  # the ends of the palette, which are too dark to tell apart


@dataclass(frozen=True)
class FrameMaps:
    """What the network says of one frame.

    heatmaps, tags: [K, h, w] float32, of the same size. map_from_frame: [2, 3], from frame pixels to theirs.
    """

    heatmaps: Floats
    tags: Floats
    map_from_frame: npt.NDArray[np.float64]


def frame_maps(source: "Maps | Inferred", index: int = 0) -> FrameMaps:
    """Take the maps of one frame out of `PoseEstimator.maps`, or of `PoseEstimator.infer`, which costs nothing more.

    index: of the frame among those that were given.
    """
    from swahr.inference.aggregate import Maps, RunMaps, average_stages, stack_tags

    if isinstance(source, Maps):
        return _frame_maps(source, index)
    for batch in source.batches:
        if index in batch.indices:
            at, maps = batch.indices.index(index), batch.maps
            if isinstance(maps, Maps):
                return _frame_maps(maps, at)
            if not isinstance(maps, RunMaps):
                raise SwahrError(
                    "the GPU's pipeline gives people without maps; give `PoseEstimator.infer` keep_maps=True"
                )
            one = RunMaps(
                [heat[at : at + 1] for heat in maps.heatmaps], [tag[at : at + 1] for tag in maps.tags]
            )
            size = max((heat.shape[-2:] for heat in one.heatmaps), key=lambda shape: shape[0])
            return _frame_maps(Maps(average_stages(one, size), stack_tags(one, size), batch.geometry), 0)
    raise SwahrError(f"frame {index} is not among the {source.count} that the network saw")


def _frame_maps(maps: "Maps", index: int) -> FrameMaps:
    heatmaps = maps.heatmaps[index].float().cpu().numpy()
    tags = maps.tags[index, ..., 0].float().cpu().numpy()
    map_from_frame = np.asarray(maps.geometry.input_from_frame, np.float64).copy()
    # Maps are sampled at pixel centres: (x + 0.5) * scale - 0.5.
    for axis, (side, whole) in enumerate(zip(heatmaps.shape[:0:-1], maps.geometry.input_wh, strict=True)):
        map_from_frame[axis] *= side / whole
        map_from_frame[axis, 2] += 0.5 * side / whole - 0.5
    return FrameMaps(heatmaps, tags, map_from_frame)


def draw_layer(canvas: Image, maps: FrameMaps, skeleton: Skeleton, layer: str, joint: str | None) -> Image:
    """Return a frame [H, W, 3] with the heat or the tags over it, of a joint or of the surest one at each place."""
    places = range(len(skeleton.joints))
    if joint is not None:
        if joint not in skeleton.joints:
            raise SwahrError(
                f"joint {joint!r} is not in the skeleton; expected one of {', '.join(skeleton.joints)}"
            )
        places = range(skeleton.joints.index(joint), skeleton.joints.index(joint) + 1)
    heatmaps, tags = maps.heatmaps[places.start : places.stop], maps.tags[places.start : places.stop]
    heat = np.clip(heatmaps.max(axis=0), 0, 1)
    if layer == "heat":
        alpha = COVER * np.sqrt(heat)
        colours = _colours(heat, cv2.COLORMAP_INFERNO)
    else:
        surest = heatmaps.argmax(axis=0)
        values = np.take_along_axis(tags, surest[None], axis=0)[0]
        alpha = COVER * np.clip((heat - FAINT_HEAT) / (FULL_HEAT - FAINT_HEAT), 0, 1)
        colours = _colours(DARK + (1 - 2 * DARK) * _spread(values, alpha), cv2.COLORMAP_TURBO)
    # Colours are weighted by their cover before they are interpolated, or hidden ones would shine through at edges.
    layer_image = np.dstack([colours * alpha[:, :, None], 255 * alpha]).astype(np.uint8)
    warped = cv2.warpAffine(
        layer_image,
        maps.map_from_frame,
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
