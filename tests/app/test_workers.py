"""Parts without Qt: boxes, timelines, names, presence, motion, settings."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.config import NetworkSettings, OverlaySettings, TrackSettings
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.painting import Drawing, fitted, scale_poses
from swahr_app.live.workers.timeline import Timeline
from swahr_app.state.motion import Motion
from swahr_app.state.names import free_stem, new_stem, stem_of
from swahr_app.state.presence import BINS, Presence
from swahr_app.state.settings import AppSettings, PlaySettings, settings_from


def test_the_newest_in_a_box_wins():
    box = Mailbox()
    assert [box.put(number) for number in range(4)] == [True, False, False, False]
    assert (box.take(), box.take(), box.replaced) == (3, None, 3)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 500)), min_size=1, max_size=60))
def test_places_in_a_recording_grow_however_a_file_is_sought_in(moves):
    timeline = Timeline()
    index, places = 0, []
    for jumps, target in moves:
        index = target if jumps else index + 1
        if jumps:
            timeline.jump()
        places.append(timeline.place(index, index / 25, 1 / 25))
    numbers, seconds = np.asarray(places).T
    assert (np.diff(numbers) >= 1).all()
    assert (np.diff(seconds) > 0).all()


@given(st.text(max_size=80))
def test_stems_are_names_of_files(title):
    stem = stem_of(title)
    assert stem
    assert not set(stem) & set('/\\:*?"<>|\0')
    assert not stem.startswith(".")


def test_names_that_are_taken_get_a_number(tmp_path):
    now = datetime(2026, 1, 2, 3, 4, 5)
    first = new_stem(tmp_path / "new", "clip.mp4", [".csv", ".mp4"], now)
    assert first.name == "clip_2026-01-02_03-04-05"
    first.with_name(first.name + ".mp4").touch()
    assert free_stem(first, [".csv", ".mp4"]).name == first.name + "_2"
    assert free_stem(first, [".csv"]) == first


def _poses(points, ids):
    keypoints = np.full((len(points), 17, 3), 0.9, np.float32)
    keypoints[:, :, :2] = np.asarray(points, np.float32)[:, None]
    return Poses(keypoints, np.ones(len(points), np.float32), COCO_17, np.asarray(ids, np.int32))


def test_speed_of_a_joint_is_that_of_its_person():
    motion = Motion()
    for i in range(10):
        motion.add(i / 10, _poses([(500, 500), (3 * i, 4 * i)], [7, 2]))
    times, speeds = motion.speed("nose", 2)
    assert len(times) == 10
    assert np.isnan(speeds[0])
    np.testing.assert_allclose(speeds[1:], 50, rtol=1e-4)
    np.testing.assert_allclose(motion.speed("nose", 7)[1][1:], 0)


def test_people_are_placed_in_the_strip():
    presence = Presence(10.0, 60.0)
    presence.add(10.0, 0)
    presence.add(40.0, 3)
    counts = presence.counts()
    assert len(counts) == BINS
    assert (counts[0], counts[BINS // 2]) == (0, 3)
    assert (counts >= 0).sum() == 2


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 3000), st.integers(1, 3000), st.booleans())
def test_what_is_drawn_fits_into_the_view(width, height, view_width, view_height, side_by_side):
    wide, high = fitted(width, height, OverlaySettings(side_by_side=side_by_side), (view_width, view_height))
    assert (2 if side_by_side else 1) * wide <= view_width + 2
    assert high <= view_height + 1


def test_joints_stay_where_they_are_in_a_picture_that_is_resized():
    poses = _poses([(-0.5, 9.5)], [0])
    scaled = scale_poses(poses, (2.0, 0.5))
    np.testing.assert_allclose(scaled.keypoints[0, 0, :2], (-0.5, 4.5))


@pytest.mark.parametrize("layer", ["heatmaps", "tags"])
def test_layers_without_maps_are_left_out(layer):
    picture = np.zeros((40, 60, 3), np.uint8)
    drawn = Drawing().draw(
        picture, _poses([(20, 20)], [0]), OverlaySettings(layer=layer), None, 0.0, (120, 80)
    )
    assert drawn.shape == (80, 120, 3)


@given(
    st.builds(
        AppSettings,
        network=st.builds(
            NetworkSettings,
            max_people=st.integers(1, 99),
            threshold=st.none() | st.floats(0, 1),
            scales=st.sampled_from([(1.0,), (0.5, 1.0)]),
        ),
        tracking=st.builds(TrackSettings, track=st.booleans()),
        play=st.builds(PlaySettings, speed=st.sampled_from([0.25, 1.0, 4.0]), loop=st.booleans()),
        overlay=st.builds(OverlaySettings, boxes=st.booleans(), joint=st.sampled_from([None, "nose"])),
        recent=st.lists(st.text(), max_size=3).map(tuple),
    )
)
def test_settings_survive_being_kept(settings):
    import json

    assert settings_from(json.loads(json.dumps(settings.plain()))) == settings


def test_recent_sources_are_few_and_the_newest_is_first():
    settings = AppSettings()
    for number in (*range(15), 7):
        settings = settings.opened(str(number))
    assert settings.recent[:3] == ("7", "14", "13")
    assert len(settings.recent) == len(set(settings.recent)) == 10
