"""Two results of one video beside each other."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from swahr.errors import SettingError
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.report.beside import write_beside
from swahr.report.comparison import compare, shake
from swahr.video import VideoFile

BASE = np.stack([np.linspace(0, 40, 17), np.linspace(0, 100, 17)], axis=1)


def people(*corners, ids=None, skeleton=COCO_17):
    """Return poses of the same figure at places."""
    keypoints = np.full((len(corners), skeleton.num_joints, 3), 0.9, np.float32)
    for person, corner in enumerate(corners):
        keypoints[person, :, :2] = BASE[: skeleton.num_joints] + corner
    scores = np.full(len(corners), 0.8, np.float32)
    return Poses(keypoints, scores, skeleton, None if ids is None else np.asarray(ids, np.int32))


def film(frames):
    """Return a recording of poses, 25 a second."""
    return Recording.from_frames((index, index / 25, poses) for index, poses in frames.items())


def test_who_is_found_by_both_and_who_by_one_is_counted():
    ours = film({0: people((20, 20), (200, 20)), 1: people((22, 20)), 2: people((24, 20))})
    theirs = film({1: people((25, 24), (200, 20)), 2: people((300, 20)), 3: people((0, 0))})
    compared = compare(ours, theirs)
    assert (compared.frames, compared.lacking) == (2, (1, 1))
    assert compared.together == 1
    assert [(side.people, side.alone) for side in compared.sides] == [(2, 1), (3, 2)]
    assert compared.apart_of_all == pytest.approx(5, abs=1e-3)
    assert compared.far == pytest.approx(5, abs=1e-3)
    assert compared.part == pytest.approx(5 / np.sqrt(0.53 * 41 * 101), abs=1e-3)
    assert 2 in compared.different


def test_the_order_of_people_in_a_frame_does_not_matter():
    ours = film({0: people((20, 20), (200, 20), (100, 20))})
    theirs = film({0: people((100, 20), (20, 20), (200, 20))})
    compared = compare(ours, theirs)
    assert (compared.together, compared.apart_of_all, compared.different) == (3, 0.0, ())


def test_joints_count_by_name_where_each_has_others():
    few = Skeleton.from_dict({"name": "few", "joints": ["tail", "right_wrist", "nose"]})
    own = np.asarray([[[500, 500, 0.9], [*BASE[10], 0.9], [BASE[0, 0] + 3, BASE[0, 1], 0.9]]], np.float32)
    theirs = film({0: Poses(own, np.ones(1, np.float32), few)})
    compared = compare(film({0: people((0, 0))}), theirs)
    assert compared.joints == ("nose", "right_wrist")
    assert compared.together == 1
    np.testing.assert_allclose(compared.apart, [3, 0], atol=1e-4)
    assert [side.joints for side in compared.sides] == [2, 2]


def test_a_joint_that_one_lacks_is_not_far_away():
    ours = people((20, 20))
    keypoints = ours.keypoints.copy()
    keypoints[0, 9] = np.nan, np.nan, 0
    compared = compare(film({0: ours}), film({0: replace(ours, keypoints=keypoints)}))
    assert compared.apart_of_all == 0
    assert np.isnan(compared.apart[9])
    assert [side.joints for side in compared.sides] == [17, 16]


def test_what_shakes_is_told_from_what_moves():
    steady = film({i: people((3 * i, 10), ids=[0]) for i in range(20)})
    shaken = film({i: people((3 * i + 2 * (i % 2), 10), ids=[0]) for i in range(20)})
    joints = list(range(17))
    assert shake(steady, joints) == pytest.approx(0, abs=1e-4)
    assert shake(shaken, joints) == pytest.approx(2, abs=1e-4)
    assert np.isnan(shake(film({0: people((0, 0))}), joints))


def test_nobody_is_no_trouble():
    nobody = film({0: Poses.nobody(COCO_17), 1: Poses.nobody(COCO_17)})
    compared = compare(nobody, film({0: people((0, 0)), 1: Poses.nobody(COCO_17)}))
    assert compared.together == 0
    assert np.isnan(compared.apart_of_all)
    assert compared.different == (0,)
    assert compare(nobody, nobody).different == ()


def test_what_cannot_be_compared_is_refused():
    ours = film({0: people((0, 0))})
    with pytest.raises(SettingError, match="no frame is in both, 0 to 0 and 7 to 7"):
        compare(ours, film({7: people((0, 0))}))
    with pytest.raises(SettingError, match="one is in px, the other in m"):
        compare(ours, replace(ours, unit="m"))
    other = Skeleton.from_dict({"name": "own", "joints": ["tail", "ear"]})
    with pytest.raises(SettingError, match="no joint is in both"):
        compare(ours, film({0: people((0, 0), skeleton=other)}))


def test_both_are_drawn_each_on_its_side(clips, tmp_path):
    clip = clips.make(tmp_path / "clip.mp4", frames=6, size=(160, 120))
    with VideoFile(clip) as source:
        width, height = source.width, source.height
    ours = film({0: people((10, 4), ids=[0])})
    theirs = film({3: people((10, 4), ids=[0])})
    write_beside((ours, theirs), ("a.csv", "b.csv"), clip, tmp_path / "both.mp4")
    with VideoFile(clip) as plain, VideoFile(tmp_path / "both.mp4") as both:
        assert (both.width, both.height) == (2 * width, height)
        changed = []
        for before, drawn in zip(plain, both, strict=True):
            for half in (drawn.image[:, :width], drawn.image[:, width:]):
                apart = cv2.absdiff(half, before.image)[: height // 2]  # above the name
                changed.append(bool(apart.max() > 90))
    assert changed == [True, False, False, False, False, False, False, True, *[False] * 4]


def test_the_command_says_what_differs_and_draws_it(call, refuses, clips, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clips.make(tmp_path / "clip.mp4", frames=6, size=(160, 120))
    film({i: people((10 + i, 4), ids=[0]) for i in range(6)}).save("a.csv")
    film({i: people((10 + i, 5), (100, 10), ids=[0, 1]) for i in range(4)}).save("b.csv")
    done = call("compare", "a.csv", "b.csv", "--video", "clip.mp4", "--overlay", "both.mp4")
    assert done.code == 0, done.errors
    assert "people in a frame 1.00 2.00" in " ".join(done.output.split())
    assert "4 frames in both, B lacks 2 of the other's" in done.errors
    assert "4 people found by both; a joint lies 1.0 px apart" in done.errors
    assert len(list(VideoFile("both.mp4"))) == 6
    assert "--overwrite" in refuses(
        "compare", "a.csv", "b.csv", "--video", "clip.mp4", "--overlay", "both.mp4"
    )
    assert "give --video" in refuses("compare", "a.csv", "b.csv", "--overlay", "more.mp4")
    film({40: people((10, 4), ids=[0])}).save("late.csv")
    assert "is not the video of these keypoints" in refuses(
        *("compare", "late.csv", "late.csv", "--video", "clip.mp4", "--overlay", "more.mp4")
    )
