"""Pictures of pages in which people are hidden: nobody is told in them, found or not."""

import base64
import re

import av
import cv2
import numpy as np
import pytest

from swahr.overlay.faces import find_region
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17

SIZE = 320, 240
FINE = 12.0  # mean difference of neighbouring pixels: that of the frames is more, that of what is hidden less
FRAMES = 12


def standing():
    """Return someone [17, 3] seen from the front."""
    width = np.asarray([0, 3, -3, 7, -7, 16, -16, 20, -20, 22, -22, 11, -11, 10, -10, 10, -10])
    down = np.asarray([14, 11, 11, 12, 12, 32, 32, 58, 58, 82, 82, 92, 92, 134, 134, 172, 172])
    return np.stack([150 + width, 40 + down, np.full(17, 0.9)], axis=1)


STANDING = standing()


@pytest.fixture
def filmed(tmp_path):
    """Write a video full of fine patterns, as faces anywhere are, and the keypoints of one person in it."""
    random = np.random.default_rng(0)
    people = [
        (i, i / 25, Poses(STANDING[None].astype(np.float32), [0.9], COCO_17, [0])) for i in range(FRAMES)
    ]
    recording = Recording.from_frames(people, COCO_17)
    recording.save(tmp_path / "in.csv")
    with av.open(str(tmp_path / "in.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for _ in range(FRAMES):
            grey = np.kron(random.integers(0, 2, (60, 80)) * 255, np.ones((4, 4))).astype(np.uint8)
            picture = np.repeat(grey[:, :, None], 3, axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(stream.encode())
    return tmp_path


def strip(page):
    """Return the frames of a page, at the size of the video."""
    wide = []
    for content in re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page.read_text()):
        image = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_GRAYSCALE)
        if image.shape[1] > image.shape[0]:
            wide.append(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA))
    assert wide
    return wide


def fineness(image, mask):
    """Return how much neighbouring pixels differ where a mask is."""
    across = np.abs(np.diff(image.astype(float), axis=1))
    return float(across[mask[:, 1:] & mask[:, :-1]].mean())


def inside(region, times=1.0):
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    return (np.abs(x - region.x) <= times * region.across) & (np.abs(y - region.y) <= times * region.down)


@pytest.mark.parametrize("command", ["report", "move"])
@pytest.mark.parametrize("hide", ["none", "faces", "all"])
def test_nobody_is_told_beside_the_people_of_the_file_nor_in_their_heads(call, filmed, command, hide):
    folder = filmed
    page = folder / "page.html"
    made = ("-o", page) if command == "report" else ("-o", folder / "out.csv", "--report", page)
    more = () if hide == "none" else ("--anonymise", hide)
    assert call(command, folder / "in.csv", "--video", folder / "in.mp4", *made, *more).code == 0
    around = ~inside(find_region(STANDING, COCO_17, "all"), 1.05)
    head = inside(find_region(STANDING, COCO_17, "faces"), 0.6)
    head[40:] = False  # the joints of the face are drawn there
    for image in strip(page):
        clear = hide == "none"
        assert (fineness(image, around) > FINE) is clear
        assert (fineness(image, head) > FINE) is clear
