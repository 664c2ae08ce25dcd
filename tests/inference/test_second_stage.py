"""The second stage: crops, their joints back in the frame, neighbours and duplicates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode.single_pose import CropMaps
from swahr.inference.second_stage import CropRule, SecondStage, cut
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

K = COCO_17.num_joints
SIDE, CELLS = CropRule().side, CropRule().cells
# A joint's colour in drawn frames, BGR; pairs that the mirror swaps have colours of their own.
COLOURS = np.stack([np.full(K, 250), 12 * np.arange(1, K + 1), 255 - 12 * np.arange(K)], axis=1).astype(
    np.uint8
)


def drawn_frame(people, height=240, width=320, size=5):
    """Return a frame with a square of each joint's colour around its place; places are whole numbers."""
    frame = np.zeros((height, width, 3), np.uint8)
    for person in people:
        for colour, (x, y) in zip(COLOURS, person.astype(int), strict=True):
            frame[max(0, y - size) : y + size + 1, max(0, x - size) : x + size + 1] = colour
    return frame


def colour_network(crops):
    """Find squares by their colours, as a network would: exact offsets, a centre in the middle."""
    maps = CropMaps(*(np.zeros((len(crops), c, CELLS, CELLS), np.float32) for c in (K, 1, 2 * K, 2 * K)))
    maps.centre[:, 0, CELLS // 2, CELLS // 2] = 1
    for n, crop in enumerate(crops):
        for k, colour in enumerate(COLOURS[:, ::-1].astype(int)):  # crops are RGB
            rows, columns = np.nonzero(np.abs(crop.astype(int) - colour).max(axis=2) <= 2)
            if not len(rows):
                continue
            y, x = (rows.mean() + 0.5) * CELLS / SIDE, (columns.mean() + 0.5) * CELLS / SIDE
            cell_y, cell_x = min(int(y), CELLS - 1), min(int(x), CELLS - 1)
            maps.heatmaps[n, k, cell_y, cell_x] = 0.8
            maps.offsets[n, 2 * k : 2 * k + 2, cell_y, cell_x] = y - cell_y, x - cell_x
            middle = CELLS // 2
            maps.regression[n, 2 * k : 2 * k + 2, middle, middle] = cell_y - middle, cell_x - middle
    return maps


def spread(left, top, step):
    """Return places of 17 joints of one person, [17, 2], on a grid."""
    place = np.arange(K)
    return np.stack([left + step * (place % 4), top + step * (place // 4)], axis=1).astype(np.float32)


def found(people, off=2.0, score=0.9):
    """Return what a first stage that is off by some pixels would say of people."""
    keypoints = np.concatenate([np.stack(people) + off, np.full((len(people), K, 1), 0.5)], axis=2)
    return Poses(keypoints.astype(np.float32), np.full(len(people), score, np.float32), COCO_17)


@pytest.mark.parametrize("flip_test", [False, True])
def test_joints_are_where_the_crop_network_sees_them_in_frame_pixels(flip_test):
    person = spread(100, 60, 24)
    stage = SecondStage(colour_network, flip_test=flip_test)
    if flip_test:  # the mirrored crop shows each joint in its own colour: the pairs are not swapped back
        stage._flip = np.arange(K)
    refined = stage([drawn_frame([person])], [found([person])])[0]
    np.testing.assert_allclose(refined.keypoints[0, :, :2], person, atol=0.35)
    assert refined.scores[0] == pytest.approx(0.9 * 0.8, abs=1e-4)


def test_people_of_several_frames_stay_with_their_frames():
    near, far = spread(40, 30, 20), spread(200, 120, 20)
    frames = [drawn_frame([near]), drawn_frame([]), drawn_frame([far, near])]
    nobody = Poses(np.zeros((0, K, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    refined = SecondStage(colour_network)(frames, [found([near]), nobody, found([far, near])])
    assert [len(poses) for poses in refined] == [1, 0, 2]
    np.testing.assert_allclose(refined[2].keypoints[0, :, :2], far, atol=0.35)


def test_somebody_found_twice_is_one_person():
    person = spread(100, 60, 24)
    refined = SecondStage(colour_network)([drawn_frame([person])], [found([person, person + 3])])[0]
    assert len(refined) == 1


def test_nobody_is_asked_of_the_network_where_nobody_was_found():
    def never(_crops):
        raise AssertionError("there is nothing to look at")

    nobody = Poses(np.zeros((0, K, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    assert len(SecondStage(never)([np.zeros((48, 64, 3), np.uint8)], [nobody])[0]) == 0


def test_a_person_of_one_joint_and_one_at_the_edge_have_a_crop():
    keypoints = np.full((2, K, 3), np.nan, np.float32)
    keypoints[:, :, 2] = 0
    keypoints[0, 5], keypoints[1, 5] = (10, 10, 0.5), (319, 239, 0.5)
    poses = Poses(keypoints, np.asarray([0.5, 0.4], np.float32), COCO_17)
    refined = SecondStage(colour_network)([drawn_frame([])], [poses])[0]
    assert np.isfinite(refined.keypoints).all()


@given(st.floats(60, 260), st.floats(60, 180), st.floats(30, 400), st.integers(40, 280), st.integers(40, 200))
def test_a_place_of_the_frame_is_where_it_should_be_in_a_crop(x, y, length, dot_x, dot_y):
    frame = np.zeros((240, 320, 3), np.uint8)
    frame[dot_y - 3 : dot_y + 4, dot_x - 3 : dot_x + 4] = 255
    crop = cut(frame, np.asarray([x, y, length], np.float32), SIDE)
    expected_xy = ((np.asarray([dot_x, dot_y]) - (x, y)) / length + 0.5) * SIDE - 0.5
    margin = 4 * SIDE / length + 4
    if not ((expected_xy > margin) & (expected_xy < SIDE - margin)).all():
        return
    weight = crop[:, :, 0].astype(float)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    seen_xy = np.asarray([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
    np.testing.assert_allclose(seen_xy, expected_xy, atol=max(0.15, 0.02 * SIDE / length * 4))


def test_what_is_outside_the_frame_is_black():
    crop = cut(np.full((50, 50, 3), 200, np.uint8), np.asarray([0, 0, 100], np.float32), SIDE)
    assert crop[: SIDE // 2 - 4, : SIDE // 2 - 4].max() == 0
    assert crop[SIDE // 2 + 8 :, SIDE // 2 + 8 :].min() >= 0
    assert crop[SIDE // 2 + 8 : SIDE - 8, SIDE // 2 + 8 : SIDE - 8].min() == 200
