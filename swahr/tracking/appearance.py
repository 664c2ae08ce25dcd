"""What people wear: colours sampled on their trunk and thighs, by which they are known again. P people."""

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr.tracking.bodies import bone_joints, on_others
from swahr.tracking.similarity import Seen
from swahr.video.images import Image

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CORNERS = ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_knee", "right_knee")
PARTS = 3  # upper trunk, lower trunk, thighs
# Standard deviation of a person's colours from one moment to another, parts of the range.
STANDARD_DEVIATION = 0.12
# Colour says more than brightness, which shade changes.
BRIGHTNESS = 0.6
# A part of the body counts where so much of it lies on nobody else.
MIN_CLEAR = 0.5


def _places() -> Floats:
    """Return the places [36, 6] that are sampled as parts of the corners: 12 in each of the parts of the body."""
    places = []
    for downs in ((0.15, 0.3, 0.45), (0.55, 0.7, 0.85)):  # from the shoulders to the hips
        for down in downs:
            for left in (0.25, 0.42, 0.58, 0.75):  # from right to left
                top, bottom = 1 - down, down
                places.append([left * top, (1 - left) * top, left * bottom, (1 - left) * bottom, 0, 0])
    for down in (0.25, 0.35, 0.45, 0.55, 0.65, 0.75):  # from the hips to the knees
        places += [[0, 0, 1 - down, 0, down, 0], [0, 0, 0, 1 - down, 0, down]]
    return np.asarray(places)


PLACES = _places()


class AppearanceReader:
    """Reads what people wear. possible: whether the skeleton has the joints for it."""

    def __init__(self, skeleton: Skeleton) -> None:
        joints = {name: place for place, name in enumerate(skeleton.joints)}
        # A skeleton without trunk: nobody is known by appearance.
        self.possible = all(name in joints for name in CORNERS)
        self._bones = bone_joints(skeleton)
        self._corners = [joints[name] for name in CORNERS] if self.possible else []

    def read(self, image: Image | None, seen: Seen) -> tuple[Floats, Bools]:
        """Sample the colours of the people of a frame; what others may hide is left out.

        Args:
            image: [H, W, 3] uint8 BGR, or None where there is none.
            seen: Its people.

        Returns:
            Colours [P, PARTS, 3] as brightness, red against green and yellow against blue, parts of the range; and
            which parts could be seen [P, PARTS].
        """
        people = len(seen.xy)
        if image is None or not self.possible or not people:
            return np.zeros((people, PARTS, 3)), np.zeros((people, PARTS), bool)
        corners = seen.xy[:, self._corners]
        points = np.einsum("gc,pcx->pgx", PLACES, corners)
        found = seen.weights[:, self._corners] > 0
        trunk, thighs = found[:, :4].all(axis=1), found[:, 2:].all(axis=1)
        clear = ~on_others(points, seen, self._bones)
        clear = clear.reshape(people, PARTS, -1)
        visible = np.stack([trunk, trunk, thighs], axis=1) & (clear.mean(axis=2) >= MIN_CLEAR)
        height, width = image.shape[:2]
        x = np.clip(np.rint(points[:, :, 0]), 0, width - 1).astype(np.intp)
        y = np.clip(np.rint(points[:, :, 1]), 0, height - 1).astype(np.intp)
        samples = image[y, x].reshape(people, PARTS, -1, 3).astype(np.int16)
        samples = np.sort(np.where(clear[:, :, :, None], samples, 999), axis=2)
        middle = clear.sum(axis=2) // 2
        median = np.take_along_axis(samples, middle[:, :, None, None], axis=2)[:, :, 0]
        blue, green, red = np.moveaxis(np.where(visible[:, :, None], median, 0) / 255.0, 2, 0)
        brightness = BRIGHTNESS * (red + green + blue) / 3
        return np.stack([brightness, red - green, (red + green) / 2 - blue], axis=2), visible


def appearance_similarity(
    colours: Floats, known: Floats, seen_colours: Floats, seen_known: Bools
) -> tuple[Floats, Floats]:
    """Compare the appearance of tracks and people.

    Args:
        colours: [N, PARTS, 3] of the tracks.
        known: [N, PARTS] of the tracks, more than 0 where a part was ever seen.
        seen_colours: [P, PARTS, 3] of the people.
        seen_known: [P, PARTS], which parts of them could be seen.

    Returns:
        How alike they are [N, P], in [0, 1], and by how many parts that is known [N, P].
    """
    both = (known > 0)[:, None] & seen_known[None]
    apart = ((colours[:, None] - seen_colours[None]) ** 2).sum(axis=3)
    # Part by part, so that one that was sampled beside the body does not decide.
    alike = np.exp(apart * (-0.5 / STANDARD_DEVIATION**2)) * both
    count = both.sum(axis=2).astype(np.float64)
    return alike.sum(axis=2) / np.maximum(count, 1), count
