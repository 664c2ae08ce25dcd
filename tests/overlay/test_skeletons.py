import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from swahr.overlay.skeletons import LEFT, MIDDLE, RIGHT, draw_poses, limb_colours
from swahr.pose.poses import Poses
from swahr.pose.skeleton import AI_CHALLENGER_14, COCO_17, CROWDPOSE_14, Skeleton

STICK = Skeleton.from_dict({"joints": ["left_end", "right_end"], "limbs": [[0, 1]]})


def grey(height=200, width=300):
    return np.full((height, width, 3), 128, np.uint8)


def stick(*ends, skeleton=STICK):
    keypoints = np.asarray(ends, np.float32).reshape(-1, skeleton.num_joints, 3)
    return Poses(keypoints, np.ones(len(keypoints), np.float32), skeleton)


def drawn(before, after):
    return (before != after).any(axis=2)


def width_at(mask, x):
    return int(mask[:, x].sum())


class TestWhatIsDrawn:
    def test_the_frame_itself_stays_as_it_is(self):
        frame = grey()
        draw_poses(frame, stick([[50, 100, 1], [250, 100, 1]]))
        assert np.array_equal(frame, grey())

    def test_a_limb_goes_from_joint_to_joint(self):
        mask = drawn(grey(), draw_poses(grey(), stick([[50, 100, 1], [250, 100, 1]])))
        ys, xs = np.nonzero(mask)
        assert mask[100, 50:251].all()
        assert abs(ys.mean() - 100) < 0.5
        assert 40 < xs.min() <= 50
        assert 250 <= xs.max() < 260

    def test_nobody_leaves_the_frame_unchanged(self):
        assert np.array_equal(draw_poses(grey(), stick()), grey())

    def test_missing_and_weak_joints_are_left_out_with_their_limbs(self):
        for end in ([np.nan, np.nan, 0], [250, 100, 0.05]):
            mask = drawn(grey(), draw_poses(grey(), stick([[50, 100, 1], end])))
            assert mask[100, 50]
            assert not mask[:, 70:].any()
        everything = draw_poses(grey(), stick([[50, 100, 1], [250, 100, 0.05]]), min_score=0.01)
        assert drawn(grey(), everything)[100, 250]

    def test_a_limb_is_thinner_towards_a_joint_of_a_low_score(self):
        mask = drawn(grey(), draw_poses(grey(), stick([[50, 100, 0.9], [250, 100, 0.12]])))
        assert width_at(mask, 80) > width_at(mask, 220)

    def test_lines_are_wider_on_larger_people(self):
        frame = grey(1000, 1000)
        small = drawn(frame, draw_poses(frame, stick([[400, 500, 1], [460, 500, 1]])))
        large = drawn(frame, draw_poses(frame, stick([[100, 500, 1], [900, 500, 1]])))
        assert width_at(large, 500) > 2 * width_at(small, 430)
        assert width_at(large, 500) < 30

    def test_the_first_and_best_person_is_on_top(self):
        both = stick([[50, 100, 1], [250, 100, 1]], [[150, 20, 1], [150, 180, 1]])
        first = stick([[50, 100, 1], [250, 100, 1]])
        crossing = (slice(99, 102), slice(145, 156))
        assert np.array_equal(draw_poses(grey(), both)[crossing], draw_poses(grey(), first)[crossing])

    @pytest.mark.parametrize("background", [0, 255])
    def test_limbs_stand_out_from_black_and_from_white(self, background):
        frame = np.full((200, 300, 3), background, np.uint8)
        image = draw_poses(frame, stick([[50, 100, 1], [250, 100, 1]])).astype(int)
        assert np.abs(image[100, 150] - background).max() > 100
        if background:
            assert image[:, 150].max(axis=1).min() < 60  # the dark outline

    @pytest.mark.parametrize("skeleton", [COCO_17, CROWDPOSE_14, AI_CHALLENGER_14])
    def test_every_skeleton_is_drawn(self, skeleton):
        points = np.random.default_rng(0).uniform(20, 180, (skeleton.num_joints, 3))
        points[:, 2] = 1
        mask = drawn(grey(), draw_poses(grey(), stick(points, skeleton=skeleton)))
        assert all(mask[round(y), round(x)] for x, y, _ in points)

    def test_a_skeleton_without_limbs_gets_dots(self):
        dots = Skeleton.from_dict({"joints": ["one", "two"]})
        mask = drawn(grey(), draw_poses(grey(), stick([[50, 100, 1], [250, 100, 1]], skeleton=dots)))
        assert mask[100, 50]
        assert mask[100, 250]
        assert not mask[100, 150]

    @settings(max_examples=60, deadline=None)
    @given(
        hnp.arrays(
            np.float32,
            (3, 17, 3),
            elements=st.one_of(
                st.floats(width=32), st.floats(-300, 300, width=32), st.floats(0, 1, width=32)
            ),
        ),
        st.sampled_from([(1, 1), (3, 200), (64, 48)]),
    )
    def test_any_numbers_on_any_frame_are_survived(self, keypoints, size):
        frame = np.zeros((*size, 3), np.uint8)
        image = draw_poses(frame, Poses(keypoints, np.ones(3, np.float32), COCO_17))
        assert image.shape == frame.shape
        assert image.dtype == np.uint8


class TestColours:
    @pytest.mark.parametrize("skeleton", [COCO_17, CROWDPOSE_14, AI_CHALLENGER_14])
    def test_left_is_warm_and_right_is_cool(self, skeleton):
        for (a, b), (blue, _, red) in zip(skeleton.limbs, limb_colours(skeleton), strict=True):
            names = skeleton.joints[a], skeleton.joints[b]
            left = any("left" in name for name in names)
            right = any("right" in name for name in names)
            if left and not right:
                assert red > blue + 50
            if right and not left:
                assert blue > red + 50

    def test_each_side_runs_through_its_colours(self):
        colours = limb_colours(COCO_17)
        assert {LEFT[0], LEFT[-1], RIGHT[0], RIGHT[-1], MIDDLE[0]} <= set(colours)
