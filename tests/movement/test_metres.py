"""Recordings in metres, with y up."""

import numpy as np
import pytest

import swahr
from swahr.config import ScaleSettings
from swahr.movement.metres import in_metres
from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import Skeleton

LEG = Skeleton.from_joints(["left_hip", "left_ankle"])


@pytest.fixture
def recording():
    builder = RecordingBuilder(LEG)
    for frame in range(3):
        builder.frame(frame, frame / 25)
        builder.person(frame, [(100.0, 300.0, 0.9), (100.0, 400.0, 0.9)], 0.9, 0)
    return builder.build()


def test_a_known_length_gives_them(recording, tmp_path):
    found, said = in_metres(
        recording, ScaleSettings(line=(0, 0, 100, 0), length=0.8, floor=(0, 400, 640, 400))
    )
    np.testing.assert_allclose(found.keypoints[0, :, :2], [[0.8, 0.8], [0.8, 0.0]], atol=1e-6)
    assert found.unit == "m"
    assert any("8.000 mm per pixel" in line for line in said)
    found.save(tmp_path / "leg.trc")
    lines = (tmp_path / "leg.trc").read_text().splitlines()
    assert lines[2].split("\t")[4] == "m"
    assert lines[3].split("\t")[2::3][:2] == ["LHip", "LAnkle"]
    assert lines[5].split("\t")[2:8] == ["0.8000", "0.8000", "0.0000", "0.8000", "0.0000", "0.0000"]
    pytest.importorskip("ezc3d")
    found.save(tmp_path / "leg.c3d")
    again = swahr.read(tmp_path / "leg.c3d")
    assert again.unit == "m"
    np.testing.assert_allclose(again.keypoints[0, :, :2], [[0.8, 0.8], [0.8, 0.0]], atol=1e-6)


def test_without_a_scale_pixels_stay(recording):
    assert in_metres(recording, ScaleSettings()) == (recording, ())
