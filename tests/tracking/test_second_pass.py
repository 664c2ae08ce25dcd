from dataclasses import replace

import numpy as np
import pytest

from swahr.errors import SettingError
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17
from swahr.tracking import track_again
from swahr.tracking.histograms import HistogramReader, histogram_distance
from swahr.tracking.similarity import see

RED, GREEN, BLUE = (40, 40, 220), (60, 190, 60), (220, 90, 40)
RATE = 25


@pytest.fixture
def film(walk):
    """Return a recording, and its images, of people at places: a list a frame of (x, y, colour, id)."""

    def make(frames):
        poses, images = [], []
        for i, people in enumerate(frames):
            places = [(x, y) for x, y, _, _ in people]
            found = walk.poses(*places, noise=1, seed=i) if places else nobody()
            poses.append((i, i / RATE, replace(found, ids=np.asarray([one[3] for one in people], np.int32))))
            images.append((i, walk.picture(places, [one[2] for one in people])))
        return Recording.from_frames(poses, COCO_17), images

    return make


def nobody():
    return Poses(np.zeros((0, 17, 3), np.float32), np.zeros(0, np.float32), COCO_17)


def ids_by_frame(recording):
    return [frame.poses.ids.tolist() for frame in recording]


def test_ids_that_people_exchanged_are_put_right(film):
    frames = []
    for i in range(50):
        ids = (0, 1) if i < 25 else (1, 0)  # what a tracker may make of a crossing
        frames.append([(300 + 10 * i, 500, RED, ids[0]), (790 - 10 * i, 505, BLUE, ids[1])])
    recording, images = film(frames)
    again = track_again(recording, images)
    clear = [i for i in range(50) if abs(i - 25) > 5]
    assert [ids_by_frame(again)[i] for i in clear] == [[0, 1]] * len(clear)


def test_who_comes_back_after_a_while_in_the_same_clothes_has_the_old_id(film):
    there = [[(200 + 2 * i, 500, RED, 0), (800, 500, BLUE, 1)] for i in range(30)]
    away = [[(800, 500, BLUE, 1)]] * 75
    back = [[(800, 500, BLUE, 1), (500 - 2 * i, 480, RED, 2)] for i in range(30)]
    recording, images = film(there + away + back)
    assert ids_by_frame(track_again(recording, images))[-1] == [1, 0]
    assert ids_by_frame(track_again(recording, images, remember_s=1.0))[-1] == [1, 2]


def test_someone_in_other_clothes_is_someone_else_though_a_tracker_took_them_for_one(film):
    before = [[(200, 500, RED, 0)] for _ in range(30)]
    after = [[(230, 500, GREEN, 0)] for _ in range(30)]
    recording, images = film(before + [[]] * 5 + after)
    again = track_again(recording, images)
    assert again.ids.tolist() == [0] * 30 + [1] * 30


def test_twins_are_not_guessed(film):
    there = [[(200, 500, RED, 0), (700, 500, RED, 1)] for _ in range(30)]
    back = [[(450, 480, RED, 2)] for _ in range(30)]
    recording, images = film(there + [[]] * 60 + back)
    assert ids_by_frame(track_again(recording, images))[-1] == [2]


def test_who_shows_for_a_moment_has_no_id_and_stays_in_the_file(film):
    frames = [[(200, 500, RED, 0)] + ([(700, 400, GREEN, 1)] if i in (10, 11) else []) for i in range(30)]
    recording, images = film(frames)
    again = track_again(recording, images)
    assert ids_by_frame(again)[9:13] == [[0], [0, -1], [0, -1], [0]]
    assert len(again.scores) == len(recording.scores)


def test_a_piece_within_a_gap_of_someone_is_theirs(film):
    frames = [[(200 + 3 * i, 500, RED, 1 if 20 <= i < 24 else 0)] if i not in (18, 19, 24) else []
              for i in range(45)]  # fmt: skip
    recording, images = film(frames)
    assert set(track_again(recording, images).ids.tolist()) == {0}


def test_the_same_moment_is_never_one_person(film):
    frames = [[(300, 500, RED, 0), (420, 500, RED, 1)] for _ in range(30)]
    recording, images = film(frames)
    for ids in ids_by_frame(track_again(recording, images)):
        assert sorted(ids) == [0, 1]


def test_without_images_a_short_gap_is_bridged_by_motion_alone(film):
    frames = [[(200 + 4 * i, 500, RED, 0 if i < 20 else 1)] if not 20 <= i < 26 else [] for i in range(50)]
    recording, _ = film(frames)
    assert set(track_again(recording).ids.tolist()) == {0}


def test_an_empty_recording_stays_empty(film):
    recording, images = film([[], []])
    assert track_again(recording, images) == recording


def test_without_ids_there_is_nothing_to_make_better(film):
    recording, images = film([[(200, 500, RED, 0)]])
    with pytest.raises(SettingError, match="no ids"):
        track_again(replace(recording, ids=None), images)


class TestHistograms:
    def test_the_same_clothes_are_near_and_others_far(self, walk):
        reader = HistogramReader(COCO_17)
        places = ((200, 500), (500, 500), (800, 500))
        read, visible = reader.read(walk.picture(places, (RED, RED, BLUE)), see(walk.poses(*places)))
        assert visible.all()
        same, other = (histogram_distance(read[0].astype(float), read[i].astype(float)) for i in (1, 2))
        assert same.max() < 0.01
        assert other.min() > 0.5

    def test_what_someone_else_may_hide_is_not_seen(self, walk):
        places = ((200, 500), (210, 500))
        _, visible = HistogramReader(COCO_17).read(
            walk.picture(places, (RED, BLUE)), see(walk.poses(*places))
        )
        assert not visible[:, :2].any()
