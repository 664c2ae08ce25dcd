"""Feet: where people are looked at, what comes back to the frame, and what is trusted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.config import NetworkSettings
from swahr.errors import SettingError, UnreadableError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.feet import Feet, LandmarkMaps, cut_turned, in_frame, regions
from swahr.inference.with_feet import FeetStage
from swahr.models import load_checkpoint
from swahr.models.bundled import resolve
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, COCO_FEET_HANDS_29, CROWDPOSE_14

SIDE = 256
# The points of the network, by the names of joints; each is a square of its own colour in drawn frames, RGB.
NAMES = {
    27: "left_ankle", 29: "left_heel", 31: "left_big_toe", 28: "right_ankle", 30: "right_heel", 32: "right_big_toe"
}  # fmt: skip
COLOURS = {point: (250, 30 * (point - 26), 255 - 30 * (point - 26)) for point in NAMES}
PLACES = {
    27: (170, 200), 29: (162, 208), 31: (190, 210), 28: (140, 200), 30: (132, 208), 32: (150, 212)
}  # fmt: skip
LEFT, RIGHT = ("left_heel", "left_big_toe"), ("right_heel", "right_big_toe")


def person(**changed):
    """Return [17, 3] of someone upright whose ankles are where `PLACES` has them."""
    joints = np.full((17, 3), 0.9, np.float32)
    joints[:, 0], joints[:, 1] = 155, np.linspace(40, 200, 17)
    for name, x, y in (
        ("left_shoulder", 175, 70), ("right_shoulder", 135, 70), ("left_hip", 167, 130), ("right_hip", 143, 130),
        ("left_ankle", *PLACES[27]), ("right_ankle", *PLACES[28]),
    ):  # fmt: skip
        joints[COCO_17.joints.index(name), :2] = x, y
    for name, values in changed.items():
        joints[COCO_17.joints.index(name)] = values
    return joints


def poses(*people):
    return Poses(np.stack(people), np.linspace(0.9, 0.8, len(people)), COCO_17)


def frame(places=PLACES, height=260, width=320):
    picture = np.zeros((height, width, 3), np.uint8)
    for point, (x, y) in places.items():
        picture[y - 2 : y + 3, x - 2 : x + 3] = COLOURS[point][::-1]
    return picture


class ColourNetwork:
    """Finds the squares by their colours, as a network would."""

    def __init__(self, presence=0.9, visibility=None, colours=COLOURS):
        self.colours, self.presence, self.visibility, self.crops = (colours, presence, visibility or {}, 0)

    def __call__(self, crops):
        self.crops += len(crops)
        landmarks = np.full((len(crops), 39, 5), -9, np.float32)
        for n, crop in enumerate(crops.astype(int)):
            for point, colour in self.colours.items():
                rows, columns = np.nonzero(np.abs(crop - colour).max(axis=2) <= 12)
                if len(rows):
                    landmarks[n, point] = columns.mean(), rows.mean(), 0, self.visibility.get(point, 4), 4
        presence = np.full(len(crops), self.presence, np.float32)
        return LandmarkMaps(landmarks, presence, np.zeros((len(crops), 39, 64, 64), np.float32))


def found(given, names):
    return [bool(given[name][2] > 0) for name in names]


def test_heels_and_toes_are_where_they_are_drawn_and_nothing_else_changes():
    before = poses(person())
    after = Feet(ColourNetwork())([frame()], [before])[0]
    assert after.skeleton == COCO_FEET_23
    np.testing.assert_array_equal(after.keypoints[:, :17], before.keypoints)
    for point in (29, 31, 30, 32):
        np.testing.assert_allclose(after[0][NAMES[point]][:2], PLACES[point], atol=0.7)
        assert after[0][NAMES[point]][2] == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-4)
    assert found(after[0], ("left_small_toe", "right_small_toe")) == [False, False]


@pytest.mark.parametrize("angle", [0, 40, 90, 180, 260])
def test_someone_at_any_angle_is_found_alike(angle):
    turn = np.radians(angle)
    matrix = np.asarray([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    around = lambda xy: (np.asarray(xy) - (155, 130)) @ matrix.T + (155, 130)  # noqa: E731
    joints = person()
    joints[:, :2] = around(joints[:, :2])
    places = {point: tuple(np.rint(around(place)).astype(int)) for point, place in PLACES.items()}
    after = Feet(ColourNetwork())([frame(places)], [poses(joints)])[0]
    for point in (29, 31, 30, 32):
        np.testing.assert_allclose(after[0][NAMES[point]][:2], places[point], atol=0.8)


@given(st.floats(-np.pi, np.pi), st.floats(30, 400), st.floats(-50, 300), st.floats(0, 1), st.floats(0, 1))
def test_a_place_in_the_crop_and_back_is_the_place(angle, side, middle, x, y):
    """The affine map that cuts and the one that brings points back are each other's inverse."""
    square = np.float32([middle, 100, side, angle])
    place = in_frame(np.float32([[[x, y]]]), square[None])[0, 0]
    across = np.float32([np.cos(angle), np.sin(angle)])
    down = np.float32([-np.sin(angle), np.cos(angle)])
    np.testing.assert_allclose(
        [(place - square[:2]) @ across / side + 0.5, (place - square[:2]) @ down / side + 0.5],
        [x, y],
        atol=1e-3,
    )


def test_the_square_is_as_the_published_rule_has_it():
    square = regions(person()[None])[0]
    trunk, farthest = 60, np.hypot(15, 70)  # the ankles; the nose is nearer than 1.6 trunks
    farthest = max(farthest, 90, 1.6 * trunk)
    np.testing.assert_allclose(square, (155, 130, 2.5 * farthest, 0), atol=1e-3)


def test_without_hips_the_box_is_looked_at_upright():
    nothing = (np.nan, np.nan, 0)
    square = regions(person(left_hip=nothing, right_hip=nothing)[None])[0]
    assert square[3] == 0
    assert square[2] == pytest.approx(1.25 * 160)


def test_beyond_the_frame_its_edge_goes_on():
    picture = np.full((20, 20, 3), (1, 2, 3), np.uint8)
    assert (cut_turned(picture, np.float32([0, 0, 100, 0.5]), 32) == (3, 2, 1)).all()


class TestGate:
    def kept(self, network=None, joints=None, picture=None):
        after = Feet(network or ColourNetwork())(
            [frame() if picture is None else picture], [poses(person() if joints is None else joints)]
        )[0]
        assert (
            found(after[0], LEFT)[0] == found(after[0], LEFT)[1]
        )  # heel and toe come together or not at all
        return found(after[0], LEFT)[0], found(after[0], RIGHT)[0]

    def test_a_crop_without_a_person_gives_no_feet(self):
        assert self.kept(ColourNetwork(presence=0.4)) == (False, False)

    @pytest.mark.parametrize("hidden", [27, 29, 31])
    def test_a_foot_with_a_hidden_point_stays_empty(self, hidden):
        assert self.kept(ColourNetwork(visibility={hidden: -0.1})) == (False, True)

    def test_a_foot_whose_ankle_is_elsewhere_stays_empty(self):
        x, y = PLACES[28]
        assert self.kept(joints=person(right_ankle=(x - 40, y, 0.9))) == (True, False)

    def test_a_foot_stays_empty_where_the_ankle_is_unsure_or_missing(self):
        assert self.kept(joints=person(left_ankle=(*PLACES[27], 0.29))) == (False, True)
        assert self.kept(joints=person(left_ankle=(np.nan, np.nan, 0))) == (False, True)

    def test_a_foot_that_reaches_out_of_the_frame_stays_empty(self):
        assert self.kept(picture=frame()[:, : PLACES[31][0] - 1]) == (False, True)

    def test_left_and_right_go_to_the_ankles_that_they_are_at(self):
        """The network at times says left for right; the second stage's ankles know better."""
        swapped = {27: 28, 29: 30, 31: 32, 28: 27, 30: 29, 32: 31}
        after = Feet(ColourNetwork())(
            [frame({swapped[p]: xy for p, xy in PLACES.items()})], [poses(person())]
        )[0]
        np.testing.assert_allclose(after[0]["left_heel"][:2], PLACES[29], atol=0.7)
        np.testing.assert_allclose(after[0]["right_big_toe"][:2], PLACES[32], atol=0.7)


WRISTS = {15: (200, 120), 16: (110, 120)}
KNUCKLES = {17: (206, 132), 19: (214, 128), 21: (216, 118), 18: (104, 132), 20: (96, 128), 22: (92, 118)}


class TestHands:
    def both(self, hands=True, **changed):
        wrists = {"left_wrist": (*WRISTS[15], 0.9), "right_wrist": (*WRISTS[16], 0.9)}
        joints = person(**{**wrists, **changed})
        everything = {**PLACES, **WRISTS, **KNUCKLES}
        colours = {
            point: (250, 18 * number + 8, 250 - 18 * number) for number, point in enumerate(everything)
        }
        picture = np.zeros((260, 320, 3), np.uint8)
        for point, (x, y) in everything.items():
            picture[y - 2 : y + 3, x - 2 : x + 3] = colours[point][::-1]
        network = ColourNetwork(colours=colours)
        return Feet(network, hands)([picture], [poses(joints)])[0]

    def test_knuckles_are_where_they_are_drawn_beside_the_feet(self):
        after = self.both()
        assert after.skeleton == COCO_FEET_HANDS_29
        np.testing.assert_allclose(after[0]["left_heel"][:2], PLACES[29], atol=0.7)
        for point, name in (
            (17, "left_pinky"), (19, "left_index"), (21, "left_thumb"), (18, "right_pinky"), (22, "right_thumb")
        ):  # fmt: skip
            np.testing.assert_allclose(after[0][name][:2], KNUCKLES[point], atol=0.7)

    def test_a_hand_whose_wrist_is_unsure_stays_empty_and_its_foot_does_not(self):
        after = self.both(left_wrist=(*WRISTS[15], 0.2))
        assert found(after[0], ("left_index", "right_index", "left_heel")) == [False, True, True]

    def test_without_feet_they_are_refused(self):
        with pytest.raises(SettingError, match="hands come with feet"):
            PoseEstimator(load_checkpoint(resolve("default")), NetworkSettings(hands=True))


def test_only_whose_ankles_are_sure_is_looked_at_and_best_first():
    network = ColourNetwork()
    unsure = person(left_ankle=(170, 200, 0.2), right_ankle=(140, 200, 0.2))
    people = poses(unsure, person(), person())
    after = Feet(network)([frame()], [people], max_crops=1)[0]
    assert network.crops == 1
    assert [found(each, LEFT)[0] for each in after] == [False, True, False]


def test_nobody_has_no_feet_and_the_right_skeleton():
    assert Feet(ColourNetwork())([frame()], [Poses.nobody(COCO_17)]) == [Poses.nobody(COCO_FEET_23)]


def test_damaged_weights_are_told():
    def network(crops):
        maps = ColourNetwork()(crops)
        maps.landmarks[:] = np.nan
        return maps

    with pytest.raises(UnreadableError, match="network of feet gave NaN"):
        Feet(network)([frame()], [poses(person())])


def test_live_begins_with_one_person_and_takes_more_as_it_learns():
    network = ColourNetwork()
    stage = FeetStage(Feet(network), live=True)
    stage([frame()], [poses(person(), person(), person())])
    assert network.crops == 1
    stage([frame()], [poses(person(), person(), person())])
    assert network.crops > 1


class TestEstimator:
    def test_the_skeleton_is_that_of_the_people(self):
        estimator = PoseEstimator.from_pretrained("default", device="cpu", feet="full")
        assert estimator.skeleton == COCO_FEET_23
        nobody = estimator(np.zeros((64, 96, 3), np.uint8))
        assert len(nobody) == 0
        assert nobody.skeleton == COCO_FEET_23

    def test_without_refined_ankles_it_is_refused(self):
        with pytest.raises(SettingError, match="feet need refined ankles"):
            PoseEstimator(load_checkpoint(resolve("default")), NetworkSettings(feet="full", refine="off"))

    def test_another_skeleton_is_refused(self, tiny):
        checkpoint = replace(tiny.checkpoint(num_joints=CROWDPOSE_14.num_joints), skeleton=CROWDPOSE_14)
        with pytest.raises(SettingError, match="feet are known of COCO's 17 joints alone"):
            PoseEstimator(checkpoint, NetworkSettings(feet="full"))
