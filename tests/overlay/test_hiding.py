import numpy as np
import pytest

from swahr.overlay import HidesAll, HidesOnTheWay
from swahr.overlay.faces import Region, find_region, hide_region
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17

RATE = 25
# x and y of COCO's joints of someone of height 1 who stands at 0, 0; y downwards.
STANDING = np.asarray([
    (0.0, -0.93), (0.02, -0.95), (-0.02, -0.95), (0.045, -0.94), (-0.045, -0.94), (0.115, -0.82), (-0.115, -0.82),
    (0.145, -0.64), (-0.145, -0.64), (0.15, -0.48), (-0.15, -0.48), (0.08, -0.5), (-0.08, -0.5), (0.085, -0.28),
    (-0.085, -0.28), (0.085, -0.04), (-0.085, -0.04),
])  # fmt: skip


def person(x, y=280.0, height=200.0, joints=range(17)):
    keypoints = np.full((17, 3), np.nan, np.float32)
    keypoints[:, 2] = 0
    keypoints[list(joints), :2] = STANDING[list(joints)] * height + (x, y)
    keypoints[list(joints), 2] = 0.5
    return keypoints


def poses(*people, ids=None):
    keypoints = np.asarray(people, np.float32).reshape(-1, 17, 3)
    given = None if ids is None else np.asarray(ids, np.int32)
    return Poses(keypoints, np.full(len(keypoints), 0.5, np.float32), COCO_17, given)


def walk(frames):
    """Return a recording of one person at x in each frame; None: not found."""
    return Recording.from_frames(
        [
            (i, i / RATE, poses(ids=[]) if x is None else poses(person(x), ids=[0]))
            for i, x in enumerate(frames)
        ],
        COCO_17,
    )


def covers(region, x, y):
    return ((x - region.x) / region.across) ** 2 + ((y - region.y) / region.down) ** 2 <= 1


def head_is_hidden(regions, x, height=200.0, y=280.0):
    """Whether the middle of the head, its top, its chin and its sides are hidden."""
    points = np.asarray([(0, -0.93), (0, -1.0), (0, -0.87), (0.05, -0.93), (-0.05, -0.93)]) * height + (x, y)
    return all(any(covers(region, *point) for region in regions) for point in points)


@pytest.mark.parametrize(
    "joints",
    [
        range(17),
        [0],
        [1, 2],
        [3],
        [4, 5, 6],
        [5, 6],
        [5, 11],
        [5, 6, 11, 12],
        [11, 12, 13, 14],
        [7, 11, 13, 15],
    ],
)
def test_the_whole_head_is_hidden_by_whatever_is_seen(joints):
    region = find_region(person(200, joints=joints).astype(float), COCO_17, "faces")
    if list(joints) in ([0], [3]):  # a joint alone says nothing of the size
        assert covers(region, *(STANDING[joints[0]] * 200 + (200, 280)))
    else:
        assert head_is_hidden([region], 200)


def test_a_face_that_is_found_beside_the_head_takes_nothing_from_the_shoulders():
    wrong = person(200)
    wrong[:5, 0] += 60  # the network took another's face
    region = find_region(wrong.astype(float), COCO_17, "faces")
    assert head_is_hidden([region], 200)
    assert covers(region, *wrong[0, :2])


def test_all_of_a_person_is_more_than_the_joints():
    whole = person(200)
    region = find_region(whole.astype(float), COCO_17, "all")
    assert region.y - region.down < 280 - 200
    assert region.y + region.down > 280
    assert np.abs(whole[:, 0] - region.x).max() < region.across - 10


def test_nothing_of_a_person_can_be_told_where_all_is_hidden():
    frame = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    region = find_region(person(200).astype(float), COCO_17, "all")
    image = frame.copy()
    hide_region(image, region, "all")
    inside = image[(280 - 190) : 280, 180:220].astype(float)
    assert inside.std() < 0.4 * frame.astype(float).std()


def test_regions_outside_the_frame_are_no_fault():
    image = np.zeros((30, 40, 3), np.uint8)
    for region in (Region(-100, -100, 20, 20), Region(20, 15, 1e6, 1e6), Region(39.9, 29.9, 0.1, 0.1)):
        hide_region(image, region, "faces")
        hide_region(image, region, "all")


class TestOnTheWay:
    def test_who_is_lost_stays_hidden_for_a_while(self):
        hides = HidesOnTheWay("faces")
        hides(poses(person(200), ids=[7]), 0.0)
        for i in range(1, 25):
            regions = hides(poses(ids=[]), i / RATE)
            assert head_is_hidden(regions, 200 + i)  # slowly walking on
        assert hides(poses(ids=[]), 2.0) == []

    def test_who_is_found_again_is_hidden_once(self):
        hides = HidesOnTheWay("faces")
        hides(poses(person(200), ids=[7]), 0.0)
        assert len(hides(poses(person(300), ids=[7]), 0.04)) == 1

    def test_people_without_ids_stay_hidden_too(self):
        hides = HidesOnTheWay("faces")
        hides(poses(person(200), person(300)), 0.0)
        regions = hides(poses(person(301)), 0.04)
        assert head_is_hidden(regions, 200)
        assert head_is_hidden(regions, 301)

    def test_who_is_too_unsure_is_hidden_where_they_may_be_for_a_moment(self):
        hides = HidesOnTheWay("faces")
        assert head_is_hidden(hides(poses(ids=[]), 0.0, poses(person(200))), 200)
        assert head_is_hidden(hides(poses(ids=[]), 0.2, poses()), 200)
        assert hides(poses(ids=[]), 0.5, poses()) == []


class TestWhole:
    def test_who_is_too_unsure_is_hidden_where_they_may_be_a_moment_before_and_after(self):
        nobody = walk([None] * 50)
        unsure = walk([None] * 20 + [200] + [None] * 29)
        hides = HidesAll(nobody, "faces", unsure)
        hidden = [i for i in range(50) if hides(i)]
        assert hidden == list(range(hidden[0], hidden[-1] + 1))
        assert {20 - hidden[0], hidden[-1] - 20} == {int(0.25 * RATE)}
        assert all(head_is_hidden(hides(i), 200) for i in hidden)

    def test_without_times_people_are_hidden_all_the_same(self):
        frames = [(i, float("nan"), poses(person(200), ids=[0])) for i in range(3)]
        hides = HidesAll(Recording.from_frames(frames, COCO_17), "faces")
        on_the_way = HidesOnTheWay("faces")
        for i in range(3):
            assert head_is_hidden(hides(i), 200)
            assert head_is_hidden(on_the_way(frames[i][2], frames[i][1]), 200)

    def test_a_gap_is_bridged_along_the_way(self):
        x = [100 + 4 * i for i in range(60)]
        recording = walk([None if 15 <= i < 45 else place for i, place in enumerate(x)])
        hides = HidesAll(recording, "faces")
        assert all(head_is_hidden(hides(i), place) for i, place in enumerate(x))

    def test_before_the_first_sight_and_after_the_last_there_is_a_margin(self):
        hides = HidesAll(walk([None] * 40 + [200, 201] + [None] * 40), "faces")
        assert all(head_is_hidden(hides(i), 200) for i in range(20, 62))
        assert hides(0) == hides(81) == []

    def test_a_long_absence_is_not_bridged(self):
        hides = HidesAll(walk([200, 200] + [None] * 200 + [300, 300]), "faces")
        assert hides(100) == []
        assert head_is_hidden(hides(5), 200)

    def test_one_frame_in_ten_seconds_is_no_fault(self):
        frames = [(i, 10.0 * i, poses(person(200), ids=[0])) for i in range(3)]
        hides = HidesAll(Recording.from_frames(frames, COCO_17), "all")
        assert [len(hides(i)) for i in range(3)] == [1, 1, 1]
        assert HidesAll(Recording.from_frames([], COCO_17), "all")(0) == []
