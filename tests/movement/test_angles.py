from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.config import MovementFilterSettings, MovementSettings
from swahr.errors import MissingError, SettingError, UnreadableError
from swahr.movement import angles_of, measure, read_definitions
from swahr.movement.angles import measure_angles
from swahr.pose.skeleton import COCO_17

TIMES = np.arange(60) / 30
UNFILTERED = MovementFilterSettings(smooth="none")


def gait(side, times):
    return 30 + 30 * np.sin(2 * np.pi * times + (0 if side == "left" else np.pi))


def swing(side, times):
    return 10 + 20 * np.sin(2 * np.pi * times + (0.5 if side == "left" else np.pi + 0.5))


def angle(movement, name, person=0):
    return movement.people[person].angles[:, movement.column(name)]


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("side", ["left", "right"])
def test_known_angles_are_found_whichever_way_a_person_faces(bodies, facing, side):
    places = bodies.walker(TIMES, gait, swing, trunk=8, facing=facing)
    movement = measure(bodies.recorded(TIMES, [places]), smoothing=UNFILTERED)
    assert set(movement.people[0].facing.tolist()) == {facing}
    hip, knee = swing(side, TIMES), gait(side, TIMES)
    expected = {"knee": knee, "hip": hip, "thigh": hip - 8, "shank": hip - 8 - knee}
    for name, values in expected.items():
        np.testing.assert_allclose(angle(movement, f"{side}_{name}"), values, atol=1e-3)
    np.testing.assert_allclose(angle(movement, "trunk"), 8, atol=1e-3)
    np.testing.assert_allclose(
        angle(movement, f"{side}_shoulder"), 8, atol=1e-3
    )  # the arm hangs, the trunk leans


@pytest.mark.parametrize("facing", [1, -1])
def test_the_ankle_is_measured_where_the_skeleton_has_feet(bodies, facing):
    places = bodies.walker(TIMES, gait, swing, facing=facing, skeleton=bodies.feet, ankle=12.0)
    movement = measure(bodies.recorded(TIMES, [places], bodies.feet), smoothing=UNFILTERED)
    np.testing.assert_allclose(angle(movement, "left_ankle"), 12, atol=1e-3)
    shank = swing("left", TIMES) - gait("left", TIMES)
    np.testing.assert_allclose(angle(movement, "left_foot"), shank + 12, atol=1e-3)
    assert not any("do not allow" in note for note in movement.notes)


def test_an_overstretched_knee_is_negative(bodies):
    places = bodies.walker(TIMES, lambda *_: np.full(60, -6.0), swing)
    movement = measure(bodies.recorded(TIMES, [places]), smoothing=UNFILTERED)
    np.testing.assert_allclose(angle(movement, "left_knee"), -6, atol=1e-3)


def test_from_the_front_angles_with_a_direction_are_empty_and_it_is_said(bodies):
    places = bodies.walker(TIMES, gait, swing)
    nose, ears = COCO_17.joints.index("nose"), COCO_17.joints.index("left_ear")
    places[:, nose] = places[:, ears]
    movement = measure(bodies.recorded(TIMES, [places]), smoothing=UNFILTERED)
    assert np.isnan(angle(movement, "left_hip")).all()
    np.testing.assert_allclose(angle(movement, "left_knee"), np.abs(gait("left", TIMES)), atol=1e-3)
    assert np.isfinite(angle(movement, "left_knee")).all()
    assert any("faces neither left nor right in 60 frames" in note for note in movement.notes)
    told = measure(bodies.recorded(TIMES, [places]), MovementSettings(facing="right"), UNFILTERED)
    np.testing.assert_allclose(angle(told, "left_hip"), swing("left", TIMES), atol=1e-3)


def test_the_higher_side_is_positive_from_the_front():
    places = np.full((1, 17, 2), np.nan)
    left, right = COCO_17.joints.index("left_hip"), COCO_17.joints.index("right_hip")
    places[0, left], places[0, right] = (1.0, 1.0), (0.0, 0.0)  # y up
    angles = [each for each in angles_of(COCO_17)[0] if each.name == "pelvis"]
    for _ in range(2):
        assert measure_angles(places, np.zeros(1, np.int8), angles)[0, 0] == pytest.approx(45)
        places[0, left, 0] = -1.0  # from behind


def test_joints_of_a_low_score_are_gaps(bodies):
    recording = bodies.recorded(TIMES, [bodies.walker(TIMES, gait, swing)], score=0.15)
    assert np.isnan(angle(measure(recording), "left_knee")).all()
    assert np.isfinite(angle(measure(recording, MovementSettings(joint_score=0.1)), "left_knee")).all()


def test_gaps_stay_gaps_and_short_ones_are_filled_when_asked(bodies):
    places = bodies.walker(TIMES, gait, swing)
    places[20:23, COCO_17.joints.index("left_knee")] = np.nan
    places[40:43] = np.nan
    recording = bodies.recorded(TIMES, [places])
    movement = measure(recording)
    person = movement.people[0]
    assert person.track.frames.tolist() == [*range(40), *range(43, 60)]
    assert np.flatnonzero(np.isnan(angle(movement, "left_knee"))).tolist() == [20, 21, 22]
    assert np.isfinite(angle(movement, "right_knee")).all()
    filled = measure(recording, smoothing=MovementFilterSettings(fill_gaps=3))
    assert np.isfinite(angle(filled, "left_knee")).all()
    assert len(filled.people[0].times) == 60
    assert any("gaps of up to 3 frames filled" in note for note in filled.notes)


def test_people_of_few_frames_are_left_out_and_one_can_be_chosen(bodies):
    places = bodies.walker(TIMES, gait, swing)
    ghost = places.copy()
    ghost[5:] = np.nan
    recording = bodies.recorded(TIMES, [places, ghost + 100])
    movement = measure(recording)
    assert [person.id for person in movement.people] == [0]
    assert any("1 person of fewer than 10 frames left out" in note for note in movement.notes)
    assert [person.id for person in measure(recording, MovementSettings(person=1)).people] == [1]
    with pytest.raises(MissingError, match="no person 7"):
        measure(recording, MovementSettings(person=7))


def test_what_cannot_be_followed_is_refused(bodies):
    places = bodies.walker(TIMES, gait, swing)
    untimed = bodies.recorded(np.full(60, np.nan), [places])
    with pytest.raises(SettingError, match="no times"):
        measure(untimed)
    with pytest.raises(SettingError, match="no ids"):
        measure(replace(bodies.recorded(TIMES, [places]), ids=None))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-170, 170), min_size=3, max_size=3),
    st.floats(-180, 180),
    st.floats(0.1, 10),
    st.sampled_from([1, -1]),
)
def test_joint_angles_know_no_place_size_or_turn_of_the_camera(turns, camera, scale, facing):
    """Turned, moved, enlarged, or mirrored with the facing: the angles of joints stay."""
    joints = [COCO_17.joints.index(f"left_{name}") for name in ("shoulder", "hip", "knee", "ankle")]
    places = np.full((1, 17, 2), np.nan)
    places[0, joints[0]] = 0
    for before, after, turn in zip(joints, joints[1:], np.radians(turns), strict=False):
        places[0, after] = places[0, before] + (np.cos(turn), np.sin(turn))
    angles = [each for each in angles_of(COCO_17)[0] if each.name in ("left_knee", "left_hip")]
    first = measure_angles(places, np.ones(1, np.int8), angles)
    c, s = np.cos(np.radians(camera)), np.sin(np.radians(camera))
    moved = (places @ np.asarray([[c, s], [-s, c]]) * scale + (3, 5)) * (facing, 1)
    again = measure_angles(moved, np.full(1, facing, np.int8), angles)
    apart = np.abs((first - again + 180) % 360 - 180)
    assert (apart < 1e-6).all()


class TestDefinitions:
    def test_a_file_of_ones_own_is_taken(self, bodies, tmp_path):
        path = tmp_path / "mine.yaml"
        path.write_text(
            "angles:\n  bend:\n    kind: joint\n    points: [SIDE_hip, SIDE_knee, SIDE_ankle]\n"
            "    positive: clockwise\n    zero: -180\n"
        )
        movement = measure(
            bodies.recorded(TIMES, [bodies.walker(TIMES, gait, swing)]),
            MovementSettings(angles=path),
            UNFILTERED,
        )
        assert [each.name for each in movement.angles] == ["left_bend", "right_bend"]
        apart = angle(movement, "left_bend") - (gait("left", TIMES) - 180)
        np.testing.assert_allclose((apart + 180) % 360 - 180, 0, atol=1e-3)

    @pytest.mark.parametrize(
        ("content", "error", "message"),
        [
            ("angles: [", UnreadableError, "not a readable YAML file"),
            ("knee: 3", UnreadableError, "expected `angles:`"),
            ("angles: {knee: 3}", UnreadableError, "angle knee is 3"),
            (
                "angles: {knee: {kind: bend, points: [a, b, c]}}",
                SettingError,
                "expected joint, segment or tilt",
            ),
            ("angles: {knee: {kind: joint, points: [a, b]}}", SettingError, "2 points; expected 3 or 4"),
            ("angles: {knee: {kind: segment, points: [a, b]}}", SettingError, "expected down, up or forward"),
            ("angles: {knee: {kind: joint, points: [a, b, c], zero: up}}", SettingError, "expected degrees"),
            ("angles: {knee: {kind: joint, point: [a, b, c]}}", SettingError, "points"),
        ],
    )
    def test_what_makes_no_sense_is_told_with_file_and_angle(self, tmp_path, content, error, message):
        path = tmp_path / "mine.yaml"
        path.write_text(content)
        with pytest.raises(error, match=message) as caught:
            read_definitions(path)
        assert "mine.yaml" in str(caught.value)
