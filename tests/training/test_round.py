"""docs/labelling.md as written: a video, frames of it, a correction as CVAT exports it, training, the video again."""

import csv
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from swahr.pose.skeleton import COCO_17
from swahr.video import VideoWriter

PAGE = Path(__file__).parents[2] / "docs" / "labelling.md"
SIZE_WH = (96, 72)
FRAMES = 14
# What makes the run short; all else is as the page has it.
SHORT = ("--set", "steps=2", "--set", "input_size=64", "--set", "batch_size=2", "--set", "tensorboard=false")


def lines():
    block = re.search(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    return [shlex.split(line) for line in block.splitlines()]


def joints_at(frame):
    """Return where the figure's joints are in a frame, [17, 2]."""
    random = np.random.default_rng(5)
    return random.uniform((30, 12), (66, 60), (17, 2)) + np.asarray([frame, 0])


@pytest.fixture
def clip(tmp_path, monkeypatch):
    """A video of a figure that walks, in the folder where the commands run."""
    random = np.random.default_rng(6)
    with VideoWriter(tmp_path / "clip.mp4", *SIZE_WH, 10) as video:
        for frame in range(FRAMES):
            image = random.integers(20, 60, (*SIZE_WH[::-1], 3), dtype=np.uint8)
            for a, b in COCO_17.limbs:
                ends = [tuple(int(v) for v in joints_at(frame)[joint]) for joint in (a, b)]
                cv2.line(image, *ends, (200, 120, 60), 2)
            video.write(image, frame / 10)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def correct(path):
    """Put the true figure into each photo of CVAT's XML, in place of what was found."""
    tree = ElementTree.parse(path)
    for image in tree.getroot().iter("image"):
        for shape in list(image):
            image.remove(shape)
        frame = int(re.search(r"_(\d+)\.", image.get("name"))[1])
        skeleton = ElementTree.SubElement(
            image, "skeleton", {"label": "person", "source": "manual", "z_order": "0"}
        )
        for joint, (x, y) in zip(COCO_17.joints, joints_at(frame), strict=True):
            facts = {"label": joint, "outside": "0", "occluded": "0", "points": f"{x:.2f},{y:.2f}"}
            ElementTree.SubElement(skeleton, "points", facts)
    tree.write(path)


def test_the_round_runs_as_it_is_written(clip, call):
    for number, words in enumerate(lines()):
        assert words[0] == "swahr"
        if number == 2:
            correct(clip / "corrected" / "annotations.xml")
        short = SHORT if words[1] == "train" and "--check" not in words else ()
        done = call(*words[1:], *short)
        assert done.code == 0, f"{' '.join(words)}\n{done.output}\n{done.errors}"
    assert len(list((clip / "frames" / "images").iterdir())) == 12
    assert (clip / "again" / "labels.json").is_file()
    assert cv2.imread("check.png") is not None
    assert "!" not in (clip / "check.txt").read_text()
    with (clip / "better.csv").open() as table:
        assert {int(row["frame"]) for row in csv.DictReader(table)} == set(range(FRAMES))
    assert (clip / "better.mp4").stat().st_size > 0
