"""What holds for every scene: no joint off the frame, none that is no number, nobody twice under one id."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from swahr.decode import ParseParams, parse_heatmaps
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.tracking import PoseTracker

heatmap_values = st.sampled_from([-1e37, -1.0, 0.0, 1e-45, 0.2, 0.5, 0.5, 0.9, 1.0, 1e30])
tag_values = st.sampled_from([-3e38, -1.0, 0.0, 0.3, 1.0, 3e38])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_joint_is_off_the_frame_or_no_number(data: st.DataObject) -> None:
    joints, height, width = (data.draw(st.integers(1, high)) for high in (4, 9, 12))
    heatmaps = data.draw(arrays(np.float32, (joints, height, width), elements=heatmap_values))
    tags = data.draw(arrays(np.float32, (joints, height, width, 1), elements=tag_values))
    params = ParseParams(break_ties=data.draw(st.booleans()))
    adjust, refine = data.draw(st.booleans()), data.draw(st.booleans())
    found = parse_heatmaps(heatmaps, tags, params, adjust, refine)
    x, y, score = (found.keypoints[..., axis] for axis in range(3))
    assert np.isfinite(found.keypoints[..., :3]).all()
    assert np.isfinite(found.scores).all()
    there = score > 0
    assert (x[there] >= 0).all()
    assert (x[there] <= width).all()
    assert (y[there] >= 0).all()
    assert (y[there] <= height).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 2**31), st.booleans())
def test_no_id_is_twice_in_a_frame_however_people_come_and_lie_on_one_another(
    counts: list[int], seed: int, alike: bool
) -> None:
    random = np.random.default_rng(seed)
    tracker = PoseTracker(COCO_17)
    for frame, count in enumerate(counts):
        keypoints = random.uniform(0, 60, (count, 17, 3)).astype(np.float32)
        if alike:
            keypoints[:] = keypoints[:1]
        keypoints[..., 2] = random.uniform(0, 1, (count, 17))
        poses = Poses(keypoints, np.full(count, 0.5, np.float32), COCO_17)
        ids = tracker(poses, frame / 25, np.zeros((60, 60, 3), np.uint8)).ids
        assert ids is not None
        assert len(set(ids.tolist())) == count
        assert (ids >= 0).all()
