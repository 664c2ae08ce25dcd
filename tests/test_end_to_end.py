"""The main use, whole: the demo's clip through the `swahr` command with the bundled weights."""

import csv
import subprocess
import sys

import av
import numpy as np
import pytest

from swahr.demo import clip as demo_clip

FRAMES = 6
NOSE_IN_PHOTO = np.asarray([225.0, 118.0])
NEAR_PX = 30.0


@pytest.fixture(autouse=True)
def no_runtime_chosen():
    """Commands share which runtime was the fastest, as a user's do: to find out takes seconds."""


@pytest.fixture
def clip(tmp_path, monkeypatch):
    """The first frames of the demo's clip, and where the three noses are in each: [frames, 3, 2]."""
    monkeypatch.setattr(demo_clip, "SECONDS", FRAMES / demo_clip.FRAME_RATE)
    demo_clip.write_clip(tmp_path / "clip.mp4")
    noses = [demo_clip.placements(index / demo_clip.FRAME_RATE) for index in range(FRAMES)]
    return tmp_path / "clip.mp4", np.asarray(
        [[place.frame_from_photo(NOSE_IN_PHOTO) for place in n] for n in noses]
    )


def test_a_clip_of_three_people_gives_three_people_in_every_frame(clip, tmp_path):
    path, noses = clip
    keypoints, overlay = tmp_path / "clip.csv", tmp_path / "overlay.mp4"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "swahr",
            "video",
            path,
            "-o",
            keypoints,
            "--overlay",
            overlay,
            "--device",
            "cpu",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{FRAMES} frames, {FRAMES} with people" in done.stderr
    with keypoints.open() as file:
        rows = list(csv.DictReader(file))
    for index in range(FRAMES):
        people = [row for row in rows if int(row["frame"]) == index]
        assert float(people[0]["time_s"]) == pytest.approx(index / demo_clip.FRAME_RATE, abs=1e-3)
        found = np.asarray([(float(p["nose_x"]), float(p["nose_y"])) for p in people if p["nose_x"]])
        for nose in noses[index]:
            assert np.linalg.norm(found - nose, axis=1).min() < NEAR_PX
        assert 3 <= len(people) <= 5
        assert all(0 <= float(p["score"]) <= 1 for p in people)
    with av.open(str(overlay)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert sum(1 for _ in container.decode(stream)) == FRAMES


def test_a_network_of_crops_gives_joints_to_the_people_of_the_bundled_one(clip, tmp_path, crop_model):
    path, noses = clip
    keypoints = tmp_path / "clip.csv"
    command = [
        sys.executable,
        "-m",
        "swahr",
        "video",
        path,
        "-o",
        keypoints,
        "--device",
        "cpu",
        "--every",
        "3",
    ]
    done = subprocess.run([*command, "--model", crop_model], capture_output=True, text=True, check=True)
    assert "2 frames, 2 with people" in done.stderr
    with keypoints.open() as file:
        rows = list(csv.DictReader(file))
    for index in range(0, FRAMES, 3):
        people = [row for row in rows if int(row["frame"]) == index]
        assert 3 <= len(people) <= 5
        joints = [
            [(float(p[name]), float(p[name[:-1] + "y"])) for name in p if name.endswith("_x") and p[name]]
            for p in people
        ]
        middles = np.asarray([np.mean(of_person, axis=0) for of_person in joints])
        # Of a network that has learnt nothing, joints are somewhere in the crop, which is 1.25 times the person.
        for nose in noses[index]:
            assert np.linalg.norm(middles - nose, axis=1).min() < 1.25 * demo_clip.HEIGHT / 2
