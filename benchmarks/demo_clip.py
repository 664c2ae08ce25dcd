"""Make the demo's clip: the astronaut of scikit-image, panned, scaled and mirrored into several people.

The photo (Eileen Collins, NASA, public domain) comes with the scikit-image package, so nothing is downloaded.
"""

import argparse
import math
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

FRAME_RATE = 25
WIDTH, HEIGHT = 960, 540
SECONDS = 6

Image = npt.NDArray[np.uint8]


def astronaut() -> Image:
    """Return the photo, [512, 512, 3] uint8 BGR."""
    from skimage import data

    photo: Image = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    return photo


def frame(photo: Image, time_s: float) -> Image:
    """Draw the frame of a moment: three people side by side who sway, come nearer and change places."""
    canvas = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    for person in range(3):
        phase = 2 * math.pi * (time_s / SECONDS + person / 3)
        # 0.8 to 1.05 of the frame's height, standing on its lower edge
        size = HEIGHT * (0.925 + 0.125 * math.sin(phase)) / photo.shape[0]
        left = WIDTH * (person + 0.5) / 3 - 0.44 * size * photo.shape[1] + 30 * math.sin(2 * phase)
        top = HEIGHT - size * photo.shape[0]
        source = photo[:, ::-1] if person % 2 else photo
        affine = np.asarray([[size, 0, left], [0, size, top]])
        column = slice(WIDTH * person // 3, WIDTH * (person + 1) // 3)
        warped = cv2.warpAffine(source, affine, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
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
        for index in range(SECONDS * FRAME_RATE):
            picture = av.VideoFrame.from_ndarray(frame(photo, index / FRAME_RATE), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    write_clip(parser.parse_args().path)
