"""Who is a person, and whose a joint is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode import ParsedPeople
from swahr.decode.duplicates import joints_of_others
from swahr.inference.geometry import input_geometry
from swahr.inference.postprocess import Selection
from swahr.pose.skeleton import COCO_17

MATCHED, FILLED_IN = 2.5, 0.0


def parsed(*people):
    """Make people of {joint: (x, y, tag)}; [P, 17, 4]."""
    keypoints = np.zeros((len(people), 17, 4), np.float32)
    for person, joints in enumerate(people):
        for joint, (x, y, tag) in joints.items():
            keypoints[person, joint] = x, y, 0.5, tag
    return keypoints


def test_a_joint_is_whose_it_was_matched_with_and_else_the_better_persons():
    best = {0: (10, 10, FILLED_IN), 1: (20, 20, FILLED_IN), 2: (30, 30, MATCHED)}
    worse = {0: (10, 10, MATCHED), 1: (20, 20, FILLED_IN), 2: (31, 30, MATCHED)}
    taken = joints_of_others(parsed(best, worse))
    assert np.argwhere(taken).tolist() == [[0, 0], [1, 1]]


def test_the_same_place_of_another_joint_is_no_matter():
    assert not joints_of_others(parsed({0: (10, 10, FILLED_IN)}, {1: (10, 10, FILLED_IN)})).any()


@given(st.integers(0, 2**32 - 1), st.integers(0, 8))
def test_every_place_keeps_one_owner(seed, count):
    random = np.random.default_rng(seed)
    keypoints = random.integers(0, 4, (count, 17, 4)).astype(np.float32)
    keypoints[:, :, 2] = random.integers(0, 2, (count, 17))
    kept = (keypoints[:, :, 2] > 0) & ~joints_of_others(keypoints)
    for joint in range(17):
        before = {tuple(place) for place in keypoints[keypoints[:, joint, 2] > 0, joint, :2]}
        after = [tuple(place) for place in keypoints[kept[:, joint], joint, :2]]
        assert sorted(after) == sorted(before)


def test_a_ghost_of_a_neighbours_joints_is_left_with_its_own_and_published_settings_keep_it():
    person = {joint: (10.0 * joint + 5, 40, MATCHED) for joint in range(17)}
    ghost = {0: (100, 200, MATCHED), **{joint: (10.0 * joint + 5, 40, FILLED_IN) for joint in range(8, 17)}}
    people = ParsedPeople(parsed(person, ghost), np.asarray([0.5, 0.03], np.float32))
    geometry = input_geometry((256, 256), 256)
    kept = Selection(COCO_17, 30, 0.0, 0.99).poses(people, geometry)
    assert [int((one[:, 2] > 0).sum()) for one in kept.keypoints] == [17, 1]
    assert np.isnan(kept.keypoints[1, 8:, :2]).all()
    published = Selection(COCO_17, 30, 0.0, 1.0).poses(people, geometry)
    assert [int((one[:, 2] > 0).sum()) for one in published.keypoints] == [17, 10]
