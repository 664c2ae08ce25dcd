"""A frame with everything that a style asks for."""

import cv2
import numpy as np
import numpy.typing as npt

from swahr.config import OverlaySettings
from swahr.errors import SwahrError
from swahr.inference.frame_maps import FrameMaps
from swahr.overlay.colours import INK, WHITE, id_colour, person_colours
from swahr.overlay.faces import hide_faces
from swahr.overlay.maps import draw_layer
from swahr.overlay.skeletons import Colour, draw_person, limb_colours
from swahr.overlay.trails import Trails
from swahr.pose.poses import Poses
from swahr.video.images import Image

FONT = cv2.FONT_HERSHEY_SIMPLEX
FONT_HEIGHT = 21.0  # pixels of a capital letter at scale 1
# Height of a label's letters by the frame's short side, and its bounds, pixels.
LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS = 1 / 60, 8.0, 22.0
BOX_MARGIN = 0.08  # of the box's longer side


def overlay_size(width: int, height: int, style: OverlaySettings) -> tuple[int, int]:
    """Return width and height of what `draw_overlay` gives for frames of a size."""
    return (2 * width if style.side_by_side else width), height


def draw_overlay(
    image: Image,
    poses: Poses,
    style: OverlaySettings,
    maps: FrameMaps | None = None,
    trails: Trails | None = None,
) -> Image:
    """Return a drawn copy of a frame.

    image: [H, W, 3] uint8 BGR. poses: with ids, people have the colour of theirs; without, of their sides.
    maps: of this frame, for a layer: `PoseEstimator.infer([image]).maps(0)`. trails: which already has
    this frame; drawn where the style says so.
    Raises SwahrError for a layer without maps and for a joint that there is not.
    """
    canvas: Image = image.copy()
    if style.anonymise:
        hide_faces(canvas, poses)
    before = canvas.copy() if style.side_by_side else None
    if style.layer != "none":
        if maps is None:
            raise SwahrError(f"the layer {style.layer} needs the network's maps of the frame; got none")
        canvas = draw_layer(canvas, maps, poses.skeleton, style.layer, style.joint)
    if style.trails and trails is not None:
        canvas = trails.draw(canvas)
    for person in range(len(poses))[::-1]:  # the best on top
        _draw_person(canvas, poses, person, style)
    for person in range(len(poses))[::-1]:
        _draw_label(canvas, poses, person, style)
    return canvas if before is None else np.hstack([before, canvas])


def _id_of(poses: Poses, person: int) -> int | None:
    known = -1 if poses.ids is None else int(poses.ids[person])
    return known if known >= 0 else None


def _draw_person(canvas: Image, poses: Poses, person: int, style: OverlaySettings) -> None:
    person_id = _id_of(poses, person)
    if style.boxes:
        box = person_box(poses.keypoints[person], style.draw_min_score)
        if box is not None:
            _draw_box(canvas, box, WHITE if person_id is None else id_colour(person_id))
    if style.skeleton or style.joints:
        skeleton = poses.skeleton
        colours = limb_colours(skeleton) if person_id is None else person_colours(person_id, skeleton)
        keypoints = poses.keypoints[person].astype(np.float64)
        draw_person(canvas, keypoints, skeleton, colours, style.draw_min_score, style.skeleton, style.joints)


def person_box(
    keypoints: npt.NDArray[np.float32], min_score: float
) -> tuple[float, float, float, float] | None:
    """Return left, top, right, bottom around a person's joints [K, 3], with a margin; None without any."""
    seen = keypoints[np.isfinite(keypoints[:, :2]).all(axis=1) & (keypoints[:, 2] >= min_score), :2].astype(
        np.float64
    )
    if not len(seen):
        return None
    low, high = seen.min(axis=0), seen.max(axis=0)
    margin = max(2.0, BOX_MARGIN * float((high - low).max()))
    return low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin


def _draw_box(canvas: Image, box: tuple[float, float, float, float], colour: Colour) -> None:
    left, top, right, bottom = (int(np.clip(round(side), -32000, 32000)) for side in box)
    width = max(1, round(min(canvas.shape[:2]) / 360))
    cv2.rectangle(canvas, (left, top), (right, bottom), INK, width + 2, cv2.LINE_AA)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, width, cv2.LINE_AA)


def _draw_label(canvas: Image, poses: Poses, person: int, style: OverlaySettings) -> None:
    person_id = _id_of(poses, person)
    words = []
    if style.ids and person_id is not None:
        words.append(str(person_id))
    if style.scores:
        words.append(f"{poses.scores[person]:.2f}")
    box = person_box(poses.keypoints[person], style.draw_min_score)
    if not words or box is None:
        return
    height, width = canvas.shape[:2]
    letters = float(np.clip(min(height, width) * LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS))
    scale, thick = letters / FONT_HEIGHT, max(1, round(letters / 9))
    text = "  ".join(words)
    (text_width, text_height), _ = cv2.getTextSize(text, FONT, scale, thick)
    pad = round(0.45 * letters)
    # Above the person, inside the frame.
    x = int(np.clip(round((box[0] + box[2] - text_width) / 2) - pad, 0, max(0, width - text_width - 2 * pad)))
    bottom = int(np.clip(round(box[1]) - 2, text_height + 2 * pad, max(text_height + 2 * pad, height)))
    colour = WHITE if person_id is None else id_colour(person_id)
    cv2.rectangle(canvas, (x, bottom - text_height - 2 * pad), (x + text_width + 2 * pad, bottom), colour, -1)
    cv2.putText(canvas, text, (x + pad, bottom - pad), FONT, scale, INK, thick, cv2.LINE_AA)
