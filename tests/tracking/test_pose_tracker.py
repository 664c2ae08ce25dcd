import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from swahr.config import TrackSettings
from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, CROWDPOSE_14, Skeleton
from swahr.run.follow import Followers
from swahr.tracking import PoseTracker, TrackerParams
from swahr.tracking.contract import check_tracker

RED, GREEN, BLUE = (40, 40, 220), (60, 190, 60), (220, 90, 40)


def ids_of(tracker, poses, time_s, image=None):
    return tracker(poses, time_s, image).ids.tolist()


def nobody(skeleton=COCO_17):
    return Poses(np.zeros((0, skeleton.num_joints, 3), np.float32), np.zeros(0, np.float32), skeleton)


class TestStaying:
    def test_ids_count_from_0_and_stay_through_changes_of_order(self, walk):
        tracker = PoseTracker(COCO_17)
        assert ids_of(tracker, walk.poses((200, 500), (500, 500)), 0.0) == [0, 1]
        assert ids_of(tracker, walk.poses((505, 500), (204, 500)), 0.04) == [1, 0]
        found = tracker(walk.poses((510, 500)), 0.08)
        assert found.ids.dtype == np.int32
        assert found.ids.tolist() == [1]

    def test_who_is_new_gets_a_new_id_and_old_ones_are_never_given_again(self, walk):
        tracker = PoseTracker(COCO_17)
        ids_of(tracker, walk.poses((200, 500)), 0.0)
        ids_of(tracker, nobody(), 10.0)
        assert ids_of(tracker, walk.poses((800, 500)), 20.0) == [1]

    def test_people_who_cross_keep_their_ids(self, walk):
        tracker = PoseTracker(COCO_17)
        for i in range(51):
            places = ((200 + 10 * i, 500), (700 - 10 * i, 505))
            hidden = abs(places[0][0] - places[1][0]) < 60  # the one behind is not found
            people = walk.poses(*places[: 1 if hidden else 2], noise=3, seed=i)
            found = ids_of(tracker, people, i / 25)
            assert found == ([0] if hidden else [0, 1])

    def test_motion_takes_a_hidden_person_to_the_other_side(self, walk):
        tracker = PoseTracker(COCO_17)
        for i in range(20):
            ids_of(tracker, walk.poses((100 + 8 * i, 500), noise=1, seed=i), i / 25)
        for i in range(20, 32):
            ids_of(tracker, nobody(), i / 25)
        assert ids_of(tracker, walk.poses((100 + 8 * 32, 500)), 32 / 25) == [0]

    def test_left_and_right_mixed_up_for_a_frame_is_no_new_person(self, walk):
        tracker = PoseTracker(COCO_17)
        people = walk.poses((300, 500))
        flipped = replace(people, keypoints=people.keypoints[:, list(COCO_17.flip_permutation)])
        assert [ids_of(tracker, p, i / 25) for i, p in enumerate((people, people, flipped, people))] == [
            [0]
        ] * 4

    def test_a_ghost_beside_someone_does_not_take_over(self, walk):
        tracker = PoseTracker(COCO_17)
        for i in range(30):
            ids_of(tracker, walk.poses((300, 500), noise=2, seed=i), i / 25)
        both = walk.poses((300, 500), (303, 500))
        both = replace(both, scores=np.float32([both.scores[0], 0.1]))
        assert ids_of(tracker, both, 30 / 25) == [0, 1]
        for i in range(31, 50):
            assert ids_of(tracker, walk.poses((301, 500), noise=2, seed=i), i / 25) == [0]

    def test_half_a_person_is_still_that_person(self, walk):
        tracker = PoseTracker(COCO_17)
        ids_of(tracker, walk.poses((300, 500)), 0.0)
        for i, part in enumerate((slice(0, 11), slice(11, 17), slice(0, 5), slice(0, 17)), 1):
            people = walk.poses((300 + 2 * i, 500))
            missing = np.ones(17, bool)
            missing[part] = False
            keypoints = people.keypoints.copy()
            keypoints[0, missing] = np.nan, np.nan, 0
            people = replace(people, keypoints=keypoints)
            assert ids_of(tracker, people, i / 25) == [0]

    @pytest.mark.parametrize("rate", [5, 12, 60, 240])
    def test_steps_count_in_seconds_whatever_the_frame_rate(self, walk, rate):
        tracker = PoseTracker(COCO_17)
        for i in range(2 * rate):
            x = 150 * i / rate  # pixels per second
            assert ids_of(tracker, walk.poses((100 + x, 500), (700 - x, 400), noise=1, seed=i), i / rate) == [
                0,
                1,
            ]

    @pytest.mark.parametrize("rate", [0.01, 0.25, 1, 30, 240])
    def test_who_does_not_move_is_one_person_at_any_frame_rate(self, walk, rate):
        tracker = PoseTracker(COCO_17)
        for i in range(20):
            assert ids_of(tracker, walk.poses((300, 500), noise=1, seed=i), i / rate) == [0]


class TestAppearance:
    def test_someone_who_comes_back_elsewhere_is_known_again_by_clothes(self, walk):
        tracker = PoseTracker(COCO_17)
        for i in range(20):
            places = ((200, 500), (600, 500))
            ids_of(tracker, walk.poses(*places), i / 25, walk.picture(places, (RED, BLUE)))
        for i in range(20, 120):
            ids_of(tracker, walk.poses((600, 500)), i / 25, walk.picture([(600, 500)], [BLUE]))
        places = ((800, 480), (600, 500))
        assert ids_of(tracker, walk.poses(*places), 5.0, walk.picture(places, (RED, BLUE))) == [0, 1]

    @pytest.mark.parametrize(("remember", "expected"), [(1.0, [2, 1]), (30.0, [0, 1])])
    def test_for_how_long_someone_is_remembered_can_be_chosen(self, walk, remember, expected):
        followers = Followers(TrackSettings(remember=remember), COCO_17)
        places = ((200, 500), (600, 500))
        for i in range(20):
            followers(walk.poses(*places), i / 25, walk.picture(places, (RED, BLUE)))
        for i in range(20, 120):
            followers(walk.poses((600, 500)), i / 25, walk.picture([(600, 500)], [BLUE]))
        places = ((800, 480), (600, 500))
        found = followers(walk.poses(*places), 5.0, walk.picture(places, (RED, BLUE)))
        assert found.ids.tolist() == expected

    def test_someone_in_other_clothes_is_someone_else(self, walk):
        tracker = PoseTracker(COCO_17)
        for i in range(20):
            ids_of(tracker, walk.poses((200, 500)), i / 25, walk.picture([(200, 500)], [RED]))
        for i in range(20, 45):
            ids_of(tracker, nobody(), i / 25, walk.picture([], []))
        assert ids_of(tracker, walk.poses((200, 500)), 1.8, walk.picture([(200, 500)], [GREEN])) == [1]

    def test_twins_are_not_guessed(self, walk):
        tracker = PoseTracker(COCO_17)
        places = ((200, 500), (600, 500))
        for i in range(20):
            ids_of(tracker, walk.poses(*places), i / 25, walk.picture(places, (RED, RED)))
        for i in range(20, 70):
            ids_of(tracker, nobody(), i / 25, walk.picture([], []))
        assert ids_of(tracker, walk.poses((400, 480)), 2.8, walk.picture([(400, 480)], [RED])) == [2]

    def test_a_scene_cut_ends_what_is_known_of_places(self, walk):
        tracker = PoseTracker(COCO_17)
        place = [(300, 500)]
        for i in range(10):
            ids_of(tracker, walk.poses(*place), i / 25, walk.picture(place, [RED]))
        random = np.random.default_rng(0)
        other = np.kron(random.integers(0, 255, (9, 16, 3)), np.ones((60, 60, 1))).astype(np.uint8)
        other[300:500, 270:330] = GREEN
        assert ids_of(tracker, walk.poses(*place), 0.4, other) == [1]
        assert ids_of(tracker, walk.poses(*place), 0.44, other) == [1]
        # And back to the first scene.
        assert ids_of(tracker, walk.poses(*place), 0.48, walk.picture(place, [RED])) == [0]

    def test_a_flash_is_no_cut(self, walk):
        tracker = PoseTracker(COCO_17)
        place = [(300, 500)]
        image = walk.picture(place, [RED])
        for i, light in enumerate((1, 1, 1.5, 0.5, 1)):
            lit = np.clip(image * light, 0, 255).astype(np.uint8)
            assert ids_of(tracker, walk.poses(*place), i / 25, lit) == [0]

    def test_a_skeleton_without_trunk_is_followed_by_pose_alone(self, walk):
        dots = Skeleton.from_dict({"joints": ["a", "b", "c"]})
        people = Poses(
            np.asarray([[[10, 10, 1], [50, 10, 1], [30, 60, 1]]], np.float32), np.ones(1, np.float32), dots
        )
        tracker = PoseTracker(dots)
        image = np.zeros((100, 100, 3), np.uint8)
        assert [ids_of(tracker, people, i / 25, image) for i in range(3)] == [[0]] * 3


class TestState:
    def test_a_resumed_tracker_goes_on_exactly(self, walk):
        random = np.random.default_rng(1)
        starts = random.uniform(100, 800, (6, 2))
        speeds = random.normal(0, 6, (6, 2))

        def frame(i):
            places = starts + speeds * i
            there = [p for p in range(6) if (i + 3 * p) % 17 > 2]
            people = walk.poses(*places[there], noise=3, seed=i)
            return (
                people,
                i / 25,
                walk.picture(places[there], [RED, GREEN, BLUE, RED, GREEN, BLUE][: len(there)]),
            )

        whole, first = PoseTracker(COCO_17), PoseTracker(COCO_17)
        expected = [ids_of(whole, *frame(i)) for i in range(60)]
        for i in range(30):
            ids_of(first, *frame(i))
        state = json.loads(json.dumps(first.state_dict(), allow_nan=False))
        second = PoseTracker(COCO_17)
        second.load_state_dict(state)
        assert [ids_of(second, *frame(i)) for i in range(30, 60)] == expected[30:]
        assert second.state_dict() == whole.state_dict()

    def test_what_is_no_state_is_refused(self):
        with pytest.raises(SwahrError, match="not the state of a tracker"):
            PoseTracker(COCO_17).load_state_dict({"next_id": 1})


class TestOddInput:
    def test_poses_of_another_skeleton_are_refused(self):
        with pytest.raises(SwahrError, match=r"crowdpose-14; this tracker was made for coco-17"):
            PoseTracker(COCO_17)(nobody(CROWDPOSE_14), 0.0)

    def test_settings_that_make_no_sense_are_refused(self):
        with pytest.raises(SwahrError, match="max_gap_s is 0"):
            TrackerParams(max_gap_s=0)
        with pytest.raises(SwahrError, match="min_similarity is 2"):
            TrackerParams(min_similarity=2)

    def test_times_that_stand_still_go_back_or_are_unknown(self, walk):
        tracker = PoseTracker(COCO_17)
        for time_s in (float("nan"), 0.0, 0.0, -1.0, float("nan"), 0.5):
            assert ids_of(tracker, walk.poses((300, 500)), time_s) == [0]

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            hnp.arrays(
                np.float32,
                st.tuples(st.integers(0, 5), st.just(17), st.just(3)),
                elements=st.one_of(st.floats(-2000, 2000, width=32), st.just(np.nan)),
            ),
            max_size=5,
        )
    )
    def test_any_people_get_ids_that_differ(self, frames):
        tracker = PoseTracker(COCO_17)
        image = np.zeros((30, 40, 3), np.uint8)
        for i, keypoints in enumerate(frames):
            keypoints[:, :, 2] = np.clip(np.nan_to_num(keypoints[:, :, 2]), 0, 1)
            poses = Poses(keypoints, np.full(len(keypoints), 0.5, np.float32), COCO_17)
            ids = ids_of(tracker, poses, i / 25, image)
            assert len(set(ids)) == len(keypoints)
            assert all(person_id >= 0 for person_id in ids)


class Sham:
    """Numbers the people of a frame, and breaks one promise."""

    def __init__(self, broken=""):
        self.broken, self.seen = broken, 0

    def __call__(self, poses, time_s, image=None):
        self.seen += len(poses)
        start = self.seen if self.broken == "forgets" else 0
        ids = np.arange(start, start + len(poses), dtype=np.int32)
        if self.broken == "twice":
            ids[:] = 0
        scores = poses.scores / 2 if self.broken == "changes" else poses.scores
        return replace(poses, ids=None if self.broken == "none" else ids, scores=scores)

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("none", "there are no ids"),
        ("twice", "no id twice"),
        ("changes", "scores changed"),
        ("forgets", "after a stop"),
    ],
)
def test_the_contract_of_trackers_finds_what_is_broken(broken, message):
    check_tracker(Sham)
    with pytest.raises(AssertionError, match=message):
        check_tracker(lambda: Sham(broken))


@pytest.mark.parametrize("skeleton", [COCO_17, CROWDPOSE_14])
def test_ours_keeps_the_contract(skeleton):
    check_tracker(lambda: PoseTracker(skeleton), skeleton)
