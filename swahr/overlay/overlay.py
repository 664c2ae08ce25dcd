"""A frame with everything that the settings ask for, one layer over the other."""

from collections.abc import Sequence

import numpy as np

from swahr.config import OverlaySettings
from swahr.errors import SettingError
from swahr.inference.frame_maps import FrameMaps
from swahr.overlay.boxes import Box, draw_box, draw_label, person_box
from swahr.overlay.colours import WHITE, id_colour, person_colours
from swahr.overlay.ellipses import draw_ellipses
from swahr.overlay.faces import Hide, Region, find_region, hide_region
from swahr.overlay.maps import draw_layer
from swahr.overlay.skeletons import Shapes, draw_person, limb_colours, shapes_of
from swahr.overlay.trails import Trails
from swahr.pose.poses import Poses
from swahr.video.images import Image


def overlay_size(width: int, height: int, settings: OverlaySettings) -> tuple[int, int]:
    """Return width and height of what `draw_overlay` gives for frames of a size, pixels."""
    return (2 * width if settings.side_by_side else width), height


def draw_overlay(
    image: Image,
    poses: Poses,
    settings: OverlaySettings | None = None,
    maps: FrameMaps | None = None,
    trails: Trails | None = None,
    hidden: Sequence[Region] | None = None,
    canvas: Image | None = None,
) -> Image:
    """Return a drawn copy of a frame.

    Args:
        image: [H, W, 3] uint8 BGR.
        poses: Its people; with ids they have the colour of theirs, without of their sides.
        settings: What is drawn; None: skeletons, and ids where there are any.
        maps: Of this frame, for a layer: `PoseEstimator.infer([image]).maps(0)`.
        trails: Which already have this frame; drawn where the settings say so.
        hidden: What is made unrecognisable where the settings ask for it, as `hiding` tells; None: the people of the
            frame alone.
        canvas: Of the frame's shape, to draw in, whatever it holds; None: a new one, which costs more than it seems.

    Returns:
        [H, W, 3] uint8 BGR, or [H, 2 W, 3] with the frame as it was on the left.

    Raises:
        SettingError: There is a layer without maps, or no such joint.

    >>> from swahr.pose.skeleton import COCO_17
    >>> joints = [[20 + 2 * joint, 5 + 2 * joint, 1] for joint in range(17)]
    >>> poses = Poses(np.asarray([joints], np.float32), np.ones(1, np.float32), COCO_17)
    >>> frame = np.zeros((48, 64, 3), np.uint8)
    >>> drawn = draw_overlay(frame, poses, OverlaySettings(boxes=True, side_by_side=True))
    >>> drawn.shape, bool(drawn[:, :64].any()), bool(drawn[:, 64:].any())
    ((48, 128, 3), False, True)
    """
    settings = settings or OverlaySettings()
    if canvas is None or canvas.shape != image.shape:
        canvas = np.empty_like(image)
    np.copyto(canvas, image)
    if settings.anonymise != "none":
        for region in _found_regions(poses, settings.anonymise) if hidden is None else hidden:
            hide_region(canvas, region, settings.anonymise)
    before = canvas.copy() if settings.side_by_side else None
    if settings.layer != "none":
        if maps is None:
            raise SettingError(f"the layer {settings.layer} needs the network's maps of the frame; got none")
        canvas = draw_layer(canvas, maps, poses.skeleton, settings.layer, settings.joint)
    if settings.trails and trails is not None:
        canvas = trails.draw(canvas)
    shapes: list[Shapes] = []
    if settings.skeleton or settings.joints:
        found = poses.keypoints.astype(np.float64)
        shapes = shapes_of(
            found,
            poses.skeleton,
            canvas.shape[:2],
            settings.draw_min_score,
            settings.skeleton,
            settings.joints,
        )
    for person in range(len(poses))[::-1]:  # the best on top
        _draw_person(canvas, poses, person, settings, shapes[person] if shapes else None)
    taken: list[Box] = []
    for person in range(len(poses)):  # the best has the first choice of its label's place
        _label_person(canvas, poses, person, settings, taken)
    return canvas if before is None else np.hstack([before, canvas])


def _found_regions(poses: Poses, hide: Hide) -> list[Region]:
    found = [find_region(one, poses.skeleton, hide) for one in poses.keypoints.astype(np.float64)]
    return [region for region in found if region is not None]


def _id_of(poses: Poses, person: int) -> int | None:
    known = -1 if poses.ids is None else int(poses.ids[person])
    return known if known >= 0 else None


def _draw_person(
    canvas: Image, poses: Poses, person: int, settings: OverlaySettings, shapes: Shapes | None
) -> None:
    person_id, min_score = _id_of(poses, person), settings.draw_min_score
    if settings.boxes:
        box = person_box(poses.keypoints[person], min_score)
        if box is not None:
            draw_box(canvas, box, WHITE if person_id is None else id_colour(person_id))
    if shapes is not None:
        skeleton = poses.skeleton
        colours = limb_colours(skeleton) if person_id is None else person_colours(person_id, skeleton)
        draw_person(canvas, shapes, colours)
    if settings.ellipses and poses.covariance is not None:
        draw_ellipses(canvas, poses.keypoints[person], poses.covariance[person], min_score)


def _label_person(
    canvas: Image, poses: Poses, person: int, settings: OverlaySettings, taken: list[Box]
) -> None:
    person_id = _id_of(poses, person)
    words = []
    if settings.ids and person_id is not None:
        words.append(str(person_id))
    if settings.scores:
        words.append(f"{poses.scores[person]:.2f}")
    box = person_box(poses.keypoints[person], settings.draw_min_score)
    if words and box is not None:
        colour = WHITE if person_id is None else id_colour(person_id)
        draw_label(canvas, box, "  ".join(words), colour, taken)
