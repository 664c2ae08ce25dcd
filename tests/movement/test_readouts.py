"""What a person chose to read out, named frames, and parts of a movement."""

from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from swahr.config import MovementSettings
from swahr.errors import SettingError
from swahr.formats import read
from swahr.movement import Readout, measure
from swahr.pose.events import EventMark
from swahr.pose.skeleton import COCO_17

TIMES = np.arange(40) / 30
HIP, KNEE, ANKLE = (COCO_17.joints.index(f"left_{name}") for name in ("hip", "knee", "ankle"))


@pytest.fixture
def recording(bodies):
    places = bodies.walker(TIMES, lambda *_: np.linspace(10, 70, 40), lambda *_: np.full(40, 10.0))
    recorded = bodies.recorded(TIMES, [places])
    return replace(recorded, events=(EventMark(7, "=toe off"), EventMark(30, "end")))


def test_an_angle_at_a_knee_is_the_supplement_of_its_flexion(recording):
    movement = measure(recording)
    person = movement.people[0]
    inner = Readout((HIP, KNEE, ANKLE)).of(person.places)
    np.testing.assert_allclose(180 - inner, person.angles[:, movement.column("left_knee")], atol=1e-9)
    length = Readout((HIP, KNEE)).of(person.places)
    np.testing.assert_allclose(length, 0.245 * 200, rtol=0.01)


points = st.tuples(*[st.floats(-100, 100)] * 2)


@given(st.tuples(points, points, points), st.floats(0, 6.3), points)
def test_turning_moving_and_mirroring_change_nothing(three, turn, moved):
    places = np.asarray(three)
    assume(min(np.linalg.norm(places[0] - places[1]), np.linalg.norm(places[2] - places[1])) > 1e-3)
    spin = np.asarray([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for readout in (Readout((0, 1)), Readout((0, 1, 2))):
        again = readout.of((places * (-1, 1)) @ spin.T + moved)
        np.testing.assert_allclose(again, readout.of(places), atol=1e-5)


def test_where_a_joint_is_missing_or_two_are_one_nothing_is_known():
    places = np.asarray([[0.0, 0.0], [0.0, 0.0], [np.nan, 1.0]])
    assert np.isnan(Readout((0, 1, 2)).of(places))
    assert np.isnan(Readout((0, 2)).of(places))
    assert Readout((0, 1)).of(places) == 0
    for joints in ((0,), (0, 0), (0, 1, 0), (0, 1, 2, 3)):
        with pytest.raises(SettingError, match="two or three"):
            Readout(joints)


def test_tables_have_readouts_and_named_frames_which_convert_reads_again(recording, tmp_path, call):
    movement = replace(
        measure(recording, MovementSettings(steps=False)),
        readouts=(Readout((HIP, KNEE, ANKLE)), Readout((0, 1))),
    )
    part = movement.between(5, 20)
    part.save(tmp_path / "a.csv")
    table = pd.read_csv(tmp_path / "a.csv")
    assert table.frame.tolist() == list(range(5, 21))
    whole = movement.people[0]
    np.testing.assert_allclose(
        table.left_knee_deg, whole.angles[5:21, movement.column("left_knee")], atol=0.01
    )
    np.testing.assert_allclose(
        table.left_hip_at_left_knee_to_left_ankle_deg, 180 - table.left_knee_deg, atol=0.02
    )
    assert "nose_to_left_eye_px" in table
    movement.save(tmp_path / "a.xlsx")
    events = list(
        openpyxl.load_workbook(tmp_path / "a.xlsx")["events"].iter_rows(min_row=2, values_only=True)
    )
    assert [row[1:4] for row in events] == [("mark", "=toe off", 7), ("mark", "end", 30)]
    movement.save(tmp_path / "b.csv")
    replace(recording, events=()).save(tmp_path / "people.csv")
    result = call(
        "convert", tmp_path / "people.csv", tmp_path / "named.swahr", "--events", tmp_path / "b_events.csv"
    )
    assert result.code == 0, result.errors
    assert read(tmp_path / "named.swahr").events == recording.events


def test_a_table_that_names_no_frames_is_refused_and_frames_that_are_not_there_are_noted(
    recording, tmp_path, call
):
    recording.save(tmp_path / "people.csv")
    (tmp_path / "a.csv").write_text("frame,event\n3,heel\n99,beyond\n")
    result = call("convert", tmp_path / "people.csv", tmp_path / "b.jsonl", "--events", tmp_path / "a.csv")
    assert result.code == 0
    assert "1 of the named frames are not there" in result.errors
    assert EventMark(3, "heel") in read(tmp_path / "b.jsonl").events
    for text, said in (
        ("frame,name\n3,a\n", "expected frame and event"),
        ("frame,event\nx,a\n", "not a table"),
    ):
        (tmp_path / "a.csv").write_text(text)
        result = call("convert", tmp_path / "people.csv", tmp_path / "c.csv", "--events", tmp_path / "a.csv")
        assert result.code == 2
        assert said in result.errors
