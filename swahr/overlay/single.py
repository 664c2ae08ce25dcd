"""One frame with its people, drawn from Python."""

from swahr.config import OverlaySettings
from swahr.errors import Hint, SettingError
from swahr.overlay.overlay import draw_overlay
from swahr.pose.poses import Poses
from swahr.video.images import Image


def draw(frame: Image, poses: Poses, settings: OverlaySettings | None = None) -> Image:
    """Return a drawn copy of a frame.

    >>> frame = np.zeros((480, 640, 3), np.uint8)
    >>> drawn = draw(frame, recording[0].poses, OverlaySettings(boxes=True, scores=True))
    >>> drawn.shape, bool((drawn != frame).any())
    ((480, 640, 3), True)

    Args:
        frame: [H, W, 3] uint8 BGR.
        poses: with ids, people have the colour of theirs; without, of their sides.
        settings: what is drawn. Layers and trails need more than the people of one frame:
            `swahr.overlay.draw_overlay` takes it.

    Returns:
        [H, W, 3] uint8 BGR, or [H, 2 W, 3] side by side.

    Raises:
        SettingError: a layer or trails are asked for.
    """
    chosen = settings or OverlaySettings()
    for name, none in (("layer", "none"), ("trails", False)):
        if getattr(chosen, name) != none:
            raise SettingError(f"{name} needs more than the people of one frame", hints=[Hint(name, none)])
    return draw_overlay(frame, poses, chosen)
