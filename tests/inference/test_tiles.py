"""Tiles: they cover the frame, and the people of all of them come together, each once."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.inference.postprocess import Selection
from swahr.inference.tiles import MAX_ALONG, OVERLAP, is_cut, joined, moved, tiles_along, tiles_of
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

EVERYONE = Selection(COCO_17, max_people=30, min_score=0.0, max_similarity=0.6)
FRAME_WH = (800, 400)


def person(x, y, height=100.0):
    """Return [17, 3] of someone whose head is at x, y."""
    random = np.random.default_rng(3)
    joints = np.full((17, 3), 0.8, np.float32)
    joints[:, 0] = x + random.uniform(-0.15, 0.15, 17) * height
    joints[:, 1] = y + np.linspace(0, height, 17)
    return joints


def poses(*people, score=0.5):
    keypoints = np.stack(people) if people else np.zeros((0, 17, 3), np.float32)
    return Poses(keypoints, np.full(len(people), score, np.float32), COCO_17)


def seen_in(box, joints):
    """Return what a network that is always right sees of someone in a tile."""
    inside = ((joints[:, :2] >= box[:2]) & (joints[:, :2] < box[2:])).all(axis=1)
    seen = joints.copy()
    seen[~inside] = np.nan, np.nan, 0
    return poses(seen) if inside.any() else poses()


def together(people, whole=(), along=2):
    """Return people that are looked for in all tiles; `whole` are those who are found in the whole frame."""
    boxes = tiles_of(FRAME_WH, along)
    parts = [Poses.concatenate([poses(), *(seen_in(box, each) for each in people)]) for box in boxes]
    cut = [is_cut(part, box, boxes) for part, box in zip(parts, boxes, strict=True)]
    return joined([poses(*whole), *parts], [np.zeros(len(whole), bool), *cut], EVERYONE)


@given(st.integers(40, 3000), st.integers(40, 3000), st.integers(2, MAX_ALONG))
def test_tiles_cover_the_frame_and_overlap(width, height, along):
    boxes = tiles_of((width, height), along)
    covered = np.zeros((height, width), bool)
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        covered[top:bottom, left:right] = True
    assert covered.all()
    assert len({(right - left, bottom - top) for left, top, right, bottom in boxes}) == 1
    starts = sorted({left for left, *_ in boxes})
    side = boxes[0][2] - boxes[0][0]
    assert all(b - a <= side * (1 - OVERLAP) + 1 for a, b in itertools.pairwise(starts))


def test_one_tile_is_the_frame():
    assert tiles_of((700, 400), 1) == [(0, 0, 700, 400)]


@pytest.mark.parametrize(
    ("frame_wh", "along"), [((320, 240), 1), ((640, 427), 1), ((1280, 720), 4), ((3840, 2160), MAX_ALONG)]
)
def test_auto_takes_tiles_of_large_frames_alone(frame_wh, along):
    assert tiles_along(frame_wh, 320) == along


@given(st.floats(0, 780), st.floats(0, 290), st.sampled_from([2, 3]))
def test_someone_smaller_than_the_overlap_is_found_once_wherever_he_stands(x, y, along):
    who = person(x, y, 60)
    who[:, 0] = who[:, 0].clip(0, FRAME_WH[0] - 1)
    found = together([who], along=along)
    assert len(found) == 1
    np.testing.assert_allclose(found.keypoints[0], who, atol=1e-4)


def test_someone_who_was_cut_in_two_is_joined_by_what_both_parts_see():
    lying = person(0, 0, 300)[:, [1, 0, 2]]  # longer than the overlap of 115 pixels
    lying[:, :2] += (250, 150)
    found = together([lying])
    assert len(found) == 1
    np.testing.assert_allclose(found.keypoints[0], lying, atol=1e-4)


def test_the_whole_one_stays_before_parts_of_a_better_score():
    whole, part = person(100, 100), person(100, 100)
    part[10:] = np.nan, np.nan, 0
    found = joined(
        [poses(whole + np.float32([2, 2, 0]), score=0.3), poses(part, score=0.9)],
        [np.asarray([False]), np.asarray([True])],
        EVERYONE,
    )
    assert found.scores.tolist() == pytest.approx([0.3])
    np.testing.assert_allclose(found.keypoints[0, :, :2], whole[:, :2] + 2)


def test_neighbours_stay_two():
    assert len(together([person(300, 100), person(330, 100)])) == 2


def test_who_ends_at_the_frames_own_border_is_whole():
    boxes = tiles_of(FRAME_WH, 2)
    assert not is_cut(poses(person(20, 0, 100)), boxes[0], boxes).any()
    assert is_cut(poses(person(boxes[0][2] - 4, 100)), boxes[0], boxes).all()
    assert len(is_cut(poses(), boxes[0], boxes)) == 0


def test_people_are_moved_to_the_frame_and_the_best_come_first():
    assert moved(poses(person(10, 20)), (100, 50, 200, 150))[0]["nose"][1] == pytest.approx(70)
    many = [poses(person(60 * n, 40), score=0.1 * n) for n in range(1, 6)]
    found = joined(many, [np.asarray([False])] * 5, replace(EVERYONE, max_people=3))
    assert found.scores.tolist() == pytest.approx([0.5, 0.4, 0.3])
