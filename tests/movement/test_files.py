import json

import numpy as np
import openpyxl
import pandas as pd
import pytest

from swahr.errors import OutputExistsError, SettingError
from swahr.movement import measure
from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import COCO_17

TIMES = np.arange(40) / 30


@pytest.fixture
def movement(bodies):
    """Two people, one of whom is away for a while."""
    places = bodies.walker(TIMES, lambda *_: np.full(40, 30.0), lambda *_: np.full(40, 10.0))
    other = np.add(places, (200, 0))
    other[10:15] = np.nan
    other[30, COCO_17.joints.index("left_knee")] = np.nan
    return measure(bodies.recorded(TIMES, [places, other]))


def test_csv_is_read_by_pandas_with_units_in_the_names_and_empty_cells(movement, tmp_path):
    names = ["a.csv", "a_events.csv", "a_walking.csv", "a_swaps.csv"]
    assert movement.save(tmp_path / "a.csv") == tuple(tmp_path / name for name in names)
    table = pd.read_csv(tmp_path / "a.csv")
    assert list(table.columns[:6]) == [
        "frame",
        "time_s",
        "person_id",
        "facing",
        "left_knee_deg",
        "right_knee_deg",
    ]
    for name in ("left_knee_deg_per_s", "nose_x_px", "nose_speed_px_per_s", "nose_acceleration_px_per_s2"):
        assert name in table
    assert len(table) == 40 + 35
    second = table[table.person_id == 1].set_index("frame")
    assert np.isnan(second.left_knee_deg[30])
    np.testing.assert_allclose(second.left_knee_deg.drop(30), 30, atol=0.05)
    assert 12 not in second.index
    assert set(table.facing) == {"right"}
    assert list(pd.read_csv(tmp_path / "a_swaps.csv").columns)[:4] == ["person_id", "frame", "time_s", "limb"]


def test_xlsx_has_a_sheet_for_each_person_with_numbers_in_its_cells(movement, tmp_path):
    movement.save(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["person 0", "person 1", "events", "walking", "swaps", "about"]
    head, first = list(book["person 0"].iter_rows(max_row=2, values_only=True))
    cell = dict(zip(head, first, strict=True))
    assert isinstance(cell["left_knee_deg"], int | float)
    assert cell["left_knee_deg"] == pytest.approx(30, abs=0.05)
    assert book["person 1"].max_row == 1 + 35
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["left_knee_deg"] == "flexion; 0 is straight"
    sheets = pd.read_excel(tmp_path / "a.xlsx", sheet_name=None)
    movement.save(tmp_path / "a.csv")
    table = pd.read_csv(tmp_path / "a.csv")
    pd.testing.assert_frame_equal(
        pd.concat([sheets["person 0"], sheets["person 1"]], ignore_index=True), table, check_dtype=False
    )


def test_jsonl_has_a_line_for_each_row_and_says_what_is_in_it(movement, tmp_path):
    movement.save(tmp_path / "a.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    frames = [line for line in lines if "frame" in line]
    assert len(frames) == 75
    assert frames[0]["left_knee_deg"] == pytest.approx(30, abs=0.05)
    assert any(line.get("about", {}).get("column") == "left_knee_deg" for line in lines)


def test_what_is_there_is_kept_unless_it_may_be_replaced(movement, tmp_path):
    movement.save(tmp_path / "a.csv")
    with pytest.raises(OutputExistsError):
        movement.save(tmp_path / "a.csv")
    (tmp_path / "a.csv").unlink()
    with pytest.raises(OutputExistsError, match=r"a_events\.csv"):
        movement.save(tmp_path / "a.csv")
    movement.save(tmp_path / "a.csv", overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["a.csv", "a_events.csv", "a_walking.csv", "a_swaps.csv"]
    )
    with pytest.raises(SettingError, match=r"written as \.csv, \.xlsx, \.jsonl"):
        movement.save(tmp_path / "a.ods")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_nobody_has_a_file_too(tmp_path, ending):
    builder = RecordingBuilder(COCO_17, frame_rate=25)
    builder.frame(0)
    measure(builder.build()).save(tmp_path / f"a.{ending}")
    assert (tmp_path / f"a.{ending}").stat().st_size > 0


class TestMot:
    def test_one_person_is_a_motion_as_opensim_reads_it(self, bodies, tmp_path):
        places = bodies.walker(TIMES, lambda *_: np.full(40, 30.0), lambda *_: np.full(40, 10.0))
        places[30, COCO_17.joints.index("left_knee")] = np.nan
        one = measure(bodies.recorded(TIMES, [places]))
        assert one.save(tmp_path / "a.mot") == (tmp_path / "a.mot",)
        lines = (tmp_path / "a.mot").read_text().splitlines()
        head = lines[: lines.index("endheader")]
        assert head == ["a.mot", "version=1", "nRows=40", f"nColumns={1 + len(one.angles)}", "inDegrees=yes"]
        table = pd.read_csv(tmp_path / "a.mot", sep="\t", skiprows=len(head) + 1)
        assert list(table.columns) == ["time", *(angle.name for angle in one.angles)]
        np.testing.assert_allclose(table.time, TIMES, atol=1e-6)
        np.testing.assert_allclose(table.iloc[:, 1:], one.people[0].angles, atol=1e-4)
        assert np.isnan(table.left_knee[30])

    def test_several_people_are_told_to_choose(self, movement, tmp_path):
        with pytest.raises(SettingError, match="2 were measured"):
            movement.save(tmp_path / "a.mot")
        assert list(tmp_path.iterdir()) == []
