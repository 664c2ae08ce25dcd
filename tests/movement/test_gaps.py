"""Gaps are counted in frames, whether those without people are in the file or not."""

import numpy as np
import pytest

from swahr.config import SmoothingSettings
from swahr.movement import fill_gaps, smooth
from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import Skeleton

NOSE = Skeleton.from_joints(["nose"])


def walk(missing, keep_empty, every=1):
    """Make a nose that goes by 10 pixels a frame through 40 frames, and is missing in some."""
    builder = RecordingBuilder(NOSE)
    for frame in range(0, 40 * every, every):
        there = frame // every not in missing
        if there or keep_empty:
            builder.frame(frame, frame / 25)
        if there:
            wobble = (-1) ** (frame // every)
            builder.person(frame, [(10.0 * frame + wobble, 50.0, 0.9)], 0.9, 0)
    return builder.build()


def people(recording):
    return {
        frame.frame_index: frame.poses.keypoints[0, 0].tolist() for frame in recording if len(frame.poses)
    }


@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize(
    "settings",
    [
        SmoothingSettings(smooth="savgol", window=1.0),
        SmoothingSettings(smooth="butterworth", cutoff=2),
        SmoothingSettings(fill_gaps=5),
        SmoothingSettings(fill_gaps=12),
        SmoothingSettings(smooth="savgol", window=1.0, fill_gaps=20),
    ],
)
def test_files_with_and_without_empty_frames_give_the_same(settings, every):
    missing = range(14, 26)
    found, expected = (people(smooth(walk(missing, keep, every), settings)) for keep in (False, True))
    assert found.keys() == expected.keys()
    np.testing.assert_allclose(list(found.values()), list(expected.values()), atol=1e-3)


@pytest.mark.parametrize("keep_empty", [True, False])
def test_a_gap_is_filled_by_the_number_of_frames(keep_empty):
    recording = walk(range(14, 26), keep_empty)
    assert len(fill_gaps(recording, 11).scores) == 28
    filled = fill_gaps(recording, 12)
    assert len(filled.scores) == 40
    assert filled.frames.tolist() == list(range(40))
    np.testing.assert_allclose(filled.times, np.arange(40) / 25, atol=1e-6)
    middle = filled.keypoints[14:26, 0, 0]
    np.testing.assert_allclose(middle, 10 * np.arange(14, 26), atol=1.5)
