"""Make the demo's clip: the astronaut of scikit-image, panned, scaled and mirrored into several people.

The photo (Eileen Collins, NASA, public domain) comes with the scikit-image package, so nothing is downloaded.
"""

import argparse
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

FRAME_RATE = 25
WIDTH, HEIGHT = 960, 540
CYCLE_S = 6
SECONDS: float = CYCLE_S
PHOTO_SIDE = 512

Image = npt.NDArray[np.uint8]


def astronaut() -> Image:
    """Return the photo, [512, 512, 3] uint8 BGR."""
    from skimage import data

    photo: Image = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    return photo


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
    """Draw the frame of a moment, a column a person."""
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for person, place in enumerate(placements(time_s)):
        affine = np.asarray([[place.scale, 0, place.left_px], [0, place.scale, place.top_px]])
        source = photo[:, ::-1] if place.mirrored else photo
        warped = cv2.warpAffine(source, affine, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        column = slice(WIDTH * person // 3, WIDTH * (person + 1) // 3)
        canvas[:, column] = warped[:, column]
    return canvas


def write_clip(path: Path) -> None:
    """Write the clip as H.264."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photo = astronaut()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, FRAME_RATE)
        for index in range(round(SECONDS * FRAME_RATE)):
            picture = av.VideoFrame.from_ndarray(frame(photo, index / FRAME_RATE), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    write_clip(parser.parse_args().path)
