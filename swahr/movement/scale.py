"""Pixels to metres: by someone's height, a known length, and a floor that is level; y goes up.

One scale holds for one distance from the camera: for movement across the picture, in the plane where it was taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from swahr.config import ScaleSettings
from swahr.errors import SettingError
from swahr.movement.stretches import Floats
from swahr.movement.tracks import Track
from swahr.pose.skeleton import Skeleton

# Lengths of segments as parts of the stature (Drillis and Contini 1964, in Winter, Biomechanics and Motor Control of
# Human Movement): from the middle of the shoulders to that of the hips, and of each leg.
SEGMENTS = ((("shoulder", "hip"), 0.288), (("hip", "knee"), 0.245), (("knee", "ankle"), 0.246))
FEET = ("ankle", "heel", "toe", "foot")
LOWEST = 0.98  # quantile of the feet's places that is the floor: not a single wild one


@dataclass(frozen=True)
class Scale:
    """From frame pixels to a plane with y up.

    metres_per_pixel: None leaves pixels. origin: [2] frame pixels, where x and y are 0. right: [2] unit vector along
    the floor, to the right in the frame. said: how it came about.

    >>> scale = Scale(0.01, np.asarray([100.0, 500.0]), np.asarray([1.0, 0.0]), ())
    >>> scale.placed(np.asarray([[200.0, 400.0]])).tolist()
    [[1.0, 1.0]]
    """

    metres_per_pixel: float | None
    origin: Floats
    right: Floats
    said: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of what it gives: m or px."""
        return "px" if self.metres_per_pixel is None else "m"

    def placed(self, places: Floats) -> Floats:
        """Return where frame places [..., 2] are, x along the floor and y up."""
        apart = (places - self.origin) * (self.metres_per_pixel or 1.0)
        up = np.asarray([self.right[1], -self.right[0]])
        return np.stack([apart @ self.right, apart @ up], axis=-1)


def find_scale(settings: ScaleSettings, tracks: Sequence[Track], skeleton: Skeleton) -> Scale | None:
    """Return the scale that settings ask for; None where they ask for nothing.

    Args:
        settings: A height, a length, a floor.
        tracks: The people, of whom the one seen longest has the height.
        skeleton: Of their joints.

    Raises:
        SettingError: The person's height cannot be measured.
    """
    if settings.height is None and settings.length is None and settings.floor is None:
        return None
    said, metres = [], None
    if settings.height is not None:
        person = max(tracks, key=lambda track: len(track.times), default=None)
        if person is None:
            raise SettingError("there is nobody whose height could give the scale")
        pixels = stature_px(person, skeleton)
        metres = settings.height / pixels
        said.append(
            f"scale: person {person.id}, {settings.height:g} m tall, is {pixels:.1f} pixels tall by trunk, thighs and "
            f"shanks: {1000 * metres:.3f} mm per pixel"
        )
    line = settings.line or settings.floor
    if settings.length is not None and line is not None:
        start, end = _ends(line)
        metres = settings.length / float(np.linalg.norm(end - start))
        said.append(f"scale: {settings.length:g} m between two points: {1000 * metres:.3f} mm per pixel")
    if settings.floor is None:
        lowest = _lowest(tracks, skeleton)
        said.append(
            f"y is up from {lowest:.1f} pixels, where feet are lowest; x is from the left of the frame"
        )
        return Scale(metres, np.asarray([0.0, lowest]), np.asarray([1.0, 0.0]), tuple(said))
    ends = sorted(_ends(settings.floor), key=lambda place: float(place[0]))
    along = ends[1] - ends[0]
    right = along / np.linalg.norm(along)
    tilt = round(float(np.degrees(np.arctan2(-right[1], right[0]))), 1) + 0.0  # never -0
    said.append(
        f"y is up from the floor, which is turned by {tilt:.1f} degrees in the frame; x is from its left end"
    )
    return Scale(metres, ends[0], right, tuple(said))


def stature_px(track: Track, skeleton: Skeleton) -> float:
    """Return how tall someone would stand in the frame, pixels: by the usual lengths of trunk, thighs and shanks.

    Each is the median over frames and sides, so it is right for segments that move in the plane of the picture.

    Raises:
        SettingError: One of them is never seen.
    """
    total = 0.0
    for (upper, lower), _ in SEGMENTS:
        lengths = []
        for side in ("left", "right"):
            names = f"{side}_{upper}", f"{side}_{lower}"
            if all(name in skeleton.joints for name in names):
                a, b = (track.places[:, skeleton.joints.index(name)] for name in names)
                lengths.append(np.linalg.norm(a - b, axis=1))
        known = np.concatenate(lengths) if lengths else np.zeros(0)
        known = known[np.isfinite(known)]
        if not len(known):
            raise SettingError(
                f"the height of person {track.id} cannot be measured: {upper} and {lower} are never seen together; "
                "give a known length"
            )
        total += float(np.median(known))
    return total / sum(part for _, part in SEGMENTS)


def _ends(line: Sequence[float]) -> tuple[Floats, Floats]:
    return np.asarray(line[:2], np.float64), np.asarray(line[2:], np.float64)


def _lowest(tracks: Sequence[Track], skeleton: Skeleton) -> float:
    feet = [k for k, joint in enumerate(skeleton.joints) if any(word in joint for word in FEET)]
    heights = [track.places[:, feet or slice(None), 1].ravel() for track in tracks]
    known = np.concatenate(heights) if heights else np.zeros(0)
    known = known[np.isfinite(known)]
    return float(np.quantile(known, LOWEST)) if len(known) else 0.0
