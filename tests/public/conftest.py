"""Names that the examples of docstrings may use, and the folders in which they run."""

from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest

from swahr.demo.clip import astronaut
from swahr.formats.contract import example
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

ARM = Skeleton.from_dict({"name": "arm", "joints": ["elbow", "wrist"], "limbs": [[0, 1]]})
WIDTH, HEIGHT = 320, 256


def a_recording():
    """Give three frames with people 0 and 1, 0, 0, in numbers that a file holds, so that they come back as they are."""
    people = example()[0].poses
    people = Poses(people.keypoints.round(2), people.scores.round(2), people.skeleton, people.ids)
    return Recording.from_frames([(0, 0.0, people), (1, 0.04, people[:1]), (2, 0.08, people[:1])])


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """A photo of a person (that of the demo), and a clip of it."""
    folder = tmp_path_factory.mktemp("pictures")
    image = astronaut()[:410]
    image = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    photo, clip = folder / "photo.png", folder / "clip.mp4"
    cv2.imwrite(str(photo), image)
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(12):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    return SimpleNamespace(photo=photo, clip=clip)


@pytest.fixture
def example_names(pictures, tmp_path_factory, monkeypatch):
    """Make the names of one example: paths of a photo and a clip, an empty folder, values; give them by name.

    The working folder is another one, and holds people.csv.
    """
    import swahr

    def make():
        monkeypatch.chdir(tmp_path_factory.mktemp("here"))
        recording = a_recording()
        recording.save("people.csv")
        return {
            "ARM": ARM,
            "clip": pictures.clip,
            "folder": tmp_path_factory.mktemp("folder"),
            "np": np,
            "image": cv2.imread(str(pictures.photo)),
            "photo": pictures.photo,
            "poses": recording[0].poses,
            "recording": recording,
            "swahr": swahr,
        }

    return make
