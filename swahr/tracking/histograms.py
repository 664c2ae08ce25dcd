"""What people wear, in more detail than a running tracker needs: colour histograms of parts of the body. P people."""

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr.tracking.bodies import LIMBS, SIDES, TRUNK, bone_joints, joints_of, on_others
from swahr.tracking.similarity import Bools, Floats, Seen
from swahr.video.images import Image

Histograms = npt.NDArray[np.uint8]

# Parts: the upper and the lower half of the trunk, sleeves, thighs, shins.
PARTS = 2 + len(LIMBS)
# Places along a limb, and down and across half of the trunk.
ALONG = np.linspace(0.2, 0.8, 12)
DOWN, ACROSS = np.linspace(0.08, 0.46, 5), np.linspace(0.2, 0.8, 5)
# A part counts where so much of it lies in the picture and on nobody else.
MIN_CLEAR = 0.5
# Axes of the colours as in `appearance`: brightness, red against green, yellow against blue; BINS along each.
BINS = 4
LOW, HIGH = np.asarray([0.0, -0.4, -0.4]), np.asarray([1.0, 0.4, 0.4])
FULL = 255  # the sum of a histogram


class HistogramReader:
    """Reads histograms off frames, for a skeleton with shoulders and hips; of others nothing is seen."""

    def __init__(self, skeleton: Skeleton) -> None:
        places = {name: place for place, name in enumerate(skeleton.joints)}
        self.possible = all(name in places for name in TRUNK)
        self._bones = bone_joints(skeleton)
        missing = skeleton.num_joints
        self._trunk = np.asarray([places.get(name, missing) for name in TRUNK])
        self._limbs = np.asarray(
            [[[places.get(f"{side}_{joint}", missing) for joint in limb] for side in SIDES] for limb in LIMBS]
        )

    def read(self, image: Image, seen: Seen) -> tuple[Histograms, Bools]:
        """Return colours of the people of a frame, without what may be someone else's.

        Args:
            image: [H, W, 3] uint8 BGR.
            seen: Its people.

        Returns:
            Histograms [P, PARTS, BINS ** 3], each of sum 255 or so; and which parts could be seen [P, PARTS].
        """
        people = len(seen.xy)
        histograms = np.zeros((people, PARTS, BINS**3), np.uint8)
        visible = np.zeros((people, PARTS), bool)
        if not self.possible or not people:
            return histograms, visible
        height, width = image.shape[:2]
        for part in range(PARTS):
            points, known = self._points(seen, part)  # [P, N, 2], [P, N]
            x, y = np.rint(points[:, :, 0]).astype(np.intp), np.rint(points[:, :, 1]).astype(np.intp)
            clear = known & (x >= 0) & (x < width) & (y >= 0) & (y < height)
            clear &= ~on_others(points, seen, self._bones)
            visible[:, part] = clear.mean(axis=1) >= MIN_CLEAR
            colours = image[y.clip(0, height - 1), x.clip(0, width - 1)]
            histograms[:, part] = _histograms(colours, clear & visible[:, part : part + 1])
        return histograms, visible

    def _points(self, seen: Seen, part: int) -> tuple[Floats, Bools]:
        """Return the places of a part [P, N, 2], and which of them are known [P, N]."""
        if part < 2:
            corners, found = joints_of(seen, self._trunk)
            left, right, left_hip, right_hip = (corners[:, None, None, corner] for corner in range(4))
            across, down = ACROSS[None, None, :, None], (DOWN + 0.46 * part)[None, :, None, None]
            top, bottom = left + across * (right - left), left_hip + across * (right_hip - left_hip)
            points = (top + down * (bottom - top)).reshape(len(corners), -1, 2)
            return points, np.repeat(np.asarray(found.all(axis=1))[:, None], points.shape[1], axis=1)
        ends = [joints_of(seen, limb) for limb in self._limbs[part - 2]]
        along = ALONG[None, :, None]
        points = np.concatenate([xy[:, :1] + along * (xy[:, 1:] - xy[:, :1]) for xy, _ in ends], axis=1)
        known = np.concatenate(
            [np.repeat(np.asarray(found.all(axis=1))[:, None], len(ALONG), axis=1) for _, found in ends],
            axis=1,
        )
        return points, known


def _histograms(colours: Image, clear: Bools) -> Histograms:
    """Return histograms [P, BINS ** 3] of colours [P, N, 3]; each counts in the bins around it, by nearness."""
    people = len(colours)
    blue, green, red = np.moveaxis(colours / 255.0, 2, 0)
    values = np.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue], axis=2)
    places = ((values - LOW) / (HIGH - LOW)).clip(0, 1) * (BINS - 1)
    below = np.minimum(places.astype(np.intp), BINS - 2)
    above = places - below
    rows = np.repeat(np.arange(people)[:, None], colours.shape[1], axis=1)
    sums = np.zeros((people, BINS**3))
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, above, 1 - above).prod(axis=2) * clear
        at = ((below + corner) * (BINS**2, BINS, 1)).sum(axis=2)
        np.add.at(sums, (rows, at), weight)
    total = np.maximum(sums.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.rint(FULL * sums / total), np.uint8)


def histogram_distance(a: Floats, b: Floats) -> Floats:
    """Return how unlike histograms [..., BINS ** 3] are, in [0, 1]: 1 less the Bhattacharyya coefficient."""
    norms = np.maximum(a.sum(axis=-1) * b.sum(axis=-1), 1e-9)
    return np.asarray(1 - np.sqrt(a * b).sum(axis=-1) / np.sqrt(norms))
