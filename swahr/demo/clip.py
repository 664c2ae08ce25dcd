"""The demo's clip: one photo, panned, scaled and mirrored into three people, so that nothing has to be downloaded.

The photo is of Eileen Collins, by NASA (Great Images database), in the public domain, and cropped to 512 x 512.
"""

import math
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from swahr._util.files import make_folder
from swahr.video.writer import VideoWriter

FRAME_RATE = 25
WIDTH, HEIGHT = 960, 540
CYCLE_S = 6
SECONDS: float = CYCLE_S
PHOTO_SIDE = 512

Image = npt.NDArray[np.uint8]


def astronaut() -> Image:
    """Return the photo, [512, 512, 3] uint8 BGR.

    >>> astronaut().shape
    (512, 512, 3)
    """
    stored = np.frombuffer((files("swahr.demo") / "astronaut.jpg").read_bytes(), np.uint8)
    return cast(Image, cv2.imdecode(stored, cv2.IMREAD_COLOR))


@dataclass(frozen=True)
class Placement:
    """Where the photo lies in a frame: scaled, shifted, and mirrored or not."""

    scale: float
    left_px: float
    top_px: float
    mirrored: bool

    def frame_from_photo(self, point: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Take a point of the photo, x and y, to the frame."""
        x = PHOTO_SIDE - 1 - point[0] if self.mirrored else point[0]
        return np.asarray([self.scale * x + self.left_px, self.scale * point[1] + self.top_px])


def placements(time_s: float) -> list[Placement]:
    """Place three people side by side who sway and come nearer and go, at a moment of the clip."""
    placed = []
    for person in range(3):
        phase = 2 * math.pi * (time_s / CYCLE_S + person / 3)
        # 0.8 to 1.05 of the frame's height, standing on its lower edge
        scale = HEIGHT * (0.925 + 0.125 * math.sin(phase)) / PHOTO_SIDE
        left = WIDTH * (person + 0.5) / 3 - 0.44 * scale * PHOTO_SIDE + 30 * math.sin(2 * phase)
        placed.append(Placement(scale, left, HEIGHT - scale * PHOTO_SIDE, person % 2 == 1))
    return placed


def frame(photo: Image, time_s: float) -> Image:
    """Draw the frame of a moment, [540, 960, 3] uint8 BGR, a column a person."""
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for person, place in enumerate(placements(time_s)):
        affine = np.asarray([[place.scale, 0, place.left_px], [0, place.scale, place.top_px]])
        source = photo[:, ::-1] if place.mirrored else photo
        warped = cv2.warpAffine(source, affine, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        column = slice(WIDTH * person // 3, WIDTH * (person + 1) // 3)
        canvas[:, column] = warped[:, column]
    return canvas


def write_clip(path: Path) -> None:
    """Write the clip, replacing a file of that name; it is drawn in a second or two.

    Raises:
        OutputError: It cannot be written there.
    """
    make_folder(path.parent)
    photo = astronaut()
    with VideoWriter(path, WIDTH, HEIGHT, FRAME_RATE) as video:
        for index in range(round(SECONDS * FRAME_RATE)):
            video.write(frame(photo, index / FRAME_RATE), index / FRAME_RATE)
