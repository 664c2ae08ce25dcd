"""Draws people at the size in which they are seen, so that lines are sharp on every screen."""

from dataclasses import replace

import cv2
import numpy as np

from swahr.config import OverlaySettings
from swahr.overlay import FrameMaps, HidesOnTheWay, Trails, draw_overlay, overlay_size
from swahr.pose.poses import Poses
from swahr.video.images import Image

# A small picture in a large window is not made sharper by more pixels than these.
MAX_GROWTH = 4.0


class Drawing:
    """Draws frames at one scale after the other, with trails that belong to that scale."""

    def __init__(self) -> None:
        self._trails = Trails()
        self._scale: tuple[float, float] | None = None
        self._hides: HidesOnTheWay | None = None

    def forget(self) -> None:
        """Begin anew with another source."""
        self._trails, self._scale, self._hides = Trails(), None, None

    def draw(
        self,
        image: Image,
        poses: Poses | None,
        overlay: OverlaySettings,
        maps: FrameMaps | None,
        time_s: float,
        view: tuple[int, int] | None,
    ) -> Image:
        """Return a frame, drawn to fit into a view.

        Args:
            image: [H, W, 3] uint8 BGR.
            poses: In frame pixels; None without a network.
            overlay: What is drawn.
            maps: For the layers.
            time_s: Of the frame, for the trails.
            view: Width and height in pixels; None is the frame's size.

        Returns:
            The drawn frame [h, w, 3] uint8 BGR.
        """
        height, width = image.shape[:2]
        size = (width, height) if view is None else fitted(width, height, overlay, view)
        scale = (size[0] / width, size[1] / height)
        if scale != self._scale:
            self._trails, self._scale = Trails(), scale
            self._hides = None
        if size != (width, height):
            shrinks = size[0] < width
            image = np.asarray(
                cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR),
                np.uint8,
            )
        if poses is None:
            return image
        scaled = scale_poses(poses, scale)
        self._trails.add(scaled, time_s)
        if maps is None and overlay.layer != "none":
            overlay = overlay.changed(layer="none")
        with_maps = () if maps is None else poses.skeleton.joints[: len(maps.heatmaps)]
        if overlay.joint is not None and overlay.joint not in with_maps:
            overlay = overlay.changed(joint=None)
        hidden = None
        if overlay.anonymise != "none":
            if self._hides is None or self._hides.hide != overlay.anonymise:
                self._hides = HidesOnTheWay(overlay.anonymise)
            hidden = self._hides(scaled, time_s)
        return draw_overlay(image, scaled, overlay, scale_maps(maps, scale), self._trails, hidden)


def fitted(width: int, height: int, overlay: OverlaySettings, view: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which a frame, drawn so, fits into a view."""
    wide, high = overlay_size(width, height, overlay)
    scale = min(view[0] / wide, view[1] / high, MAX_GROWTH)
    return max(1, round(width * scale)), max(1, round(height * scale))


def scale_poses(poses: Poses, scale: tuple[float, float]) -> Poses:
    """Return poses of a frame that was resized; (0, 0) is the centre of the top left pixel."""
    keypoints = poses.keypoints.copy()
    factors = np.asarray(scale, np.float32)
    keypoints[:, :, :2] = (keypoints[:, :, :2] + 0.5) * factors - 0.5
    covariance = poses.covariance
    if covariance is not None:
        covariance = covariance * np.outer(factors, factors)
    return replace(poses, keypoints=keypoints, covariance=covariance)


def scale_maps(maps: FrameMaps | None, scale: tuple[float, float]) -> FrameMaps | None:
    """Return maps that lie over a frame that was resized."""
    if maps is None:
        return None
    from_frame = maps.heatmap_from_frame.copy()
    for axis, factor in enumerate(scale):
        from_frame[:, axis] /= factor
        from_frame[:, 2] += maps.heatmap_from_frame[:, axis] * (0.5 / factor - 0.5)
    return FrameMaps(maps.heatmaps, maps.tags, from_frame)
