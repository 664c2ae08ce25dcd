import csv
import json
from pathlib import Path

import numpy as np
import pytest

from swahr.commands.formats import with_table
from swahr.formats import FORMATS, open_writer, read
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A CSV of two people who walk for 2 s; a joint is missing for 3 frames, a person for 2."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "walk.csv"
    random = np.random.default_rng(0)
    base = random.uniform(0, 100, (17, 2))
    with open_writer("csv", path, COCO_17, frame_rate=25, size_wh=(640, 480)) as writer:
        for i in range(50):
            ids = [0, 1] if i not in (20, 21) else [0]
            keypoints = np.full((len(ids), 17, 3), 0.75, np.float32)
            for person in ids:
                place = (100 + 300 * person + 2 * i, 200)
                keypoints[ids.index(person), :, :2] = base + place + random.normal(0, 2, (17, 2))
            if i in (30, 31, 32):
                keypoints[0, 9] = np.nan, np.nan, 0
            writer.write(
                i, i / 25, Poses(keypoints, np.full(len(ids), 0.75, np.float32), COCO_17, np.asarray(ids))
            )
    return path


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a_coco.json", "a_openpose", "a_dlc.csv", "a_sleap.csv", "a_trc"]
)
def test_there_and_back_is_the_same(call, table, tmp_path, name):
    result = call("convert", table, tmp_path / name)
    assert result.code == 0, result.errors
    assert call("convert", tmp_path / name, tmp_path / "back.csv", "--fps", 25).code == 0
    there, back = read(table), read(tmp_path / "back.csv")
    assert back.frames.tolist() == there.frames.tolist()
    np.testing.assert_allclose(back.times, there.times, atol=1e-6)
    assert back.ids.tolist() == there.ids.tolist()
    np.testing.assert_allclose(back.keypoints[:, :, :2], there.keypoints[:, :, :2])
    if name != "a_trc":
        np.testing.assert_allclose(back.keypoints[:, :, 2], there.keypoints[:, :, 2])


@pytest.mark.parametrize("method", ["savgol", "butterworth"])
def test_smoothing_and_gaps(call, table, method):
    assert call("convert", table, "s.csv", "--smooth", method, "--fill-gaps", 3).code == 0
    before, after = read(table), read("s.csv")
    assert np.diff(after.starts).tolist() == [2] * 50
    assert np.isfinite(after.keypoints).all()
    hip = [np.diff(r.keypoints[r.ids == 0][:, 11, 0]).std() for r in (before, after)]
    assert hip[1] < 0.7 * hip[0]


def test_one_person_alone(call, refuses, table):
    assert call("convert", table, "one_dlc.csv", "--person", 1).code == 0
    with open("one_dlc.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[:4]] == ["scorer", "bodyparts", "coords", "0"]
    assert len(rows) == 3 + 50
    assert call("convert", table, "one.trc", "--person", 0).code == 0
    assert read("one.trc").ids.tolist() == [0] * 50
    assert "there is no person 7; the ids are 0 to 1" in refuses("convert", table, "x.csv", "--person", 7)


def test_ids_anew(call, table, tmp_path):
    lines = [
        json.dumps({**frame, "people": [{**one, "id": None} for one in frame["people"]]})
        for frame in _lines(call, table)
    ]
    (tmp_path / "plain.jsonl").write_text("\n".join(lines) + "\n")
    assert call("convert", "plain.jsonl", "ids.jsonl", "--track").code == 0
    assert read("ids.jsonl").ids.tolist() == read(table).ids.tolist()


def _lines(call, table):
    assert call("convert", table, "a.jsonl").code == 0
    with open("a.jsonl") as file:
        return [json.loads(line) for line in file]


def test_what_is_refused(refuses, table, tmp_path):
    assert "tells no format; expected one that ends in .c3d, _coco.json, .json, .csv" in refuses(
        "convert", table, "a.xls"
    )
    assert "or give --to" in refuses("convert", table, "a.xls")
    assert "format is 'xls'" in refuses("convert", table, "a.xls", "--to", "xls")
    assert "would overwrite" in refuses("convert", table, table)
    (tmp_path / "there.jsonl").write_text("old")
    assert "add --overwrite" in refuses("convert", table, "there.jsonl")
    assert "No such file" in refuses("convert", "none.csv", "b.jsonl")
    assert "smooth is 'median'" in refuses("convert", table, "b.csv", "--smooth", "median")
    assert (tmp_path / "there.jsonl").read_text() == "old"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("butterworth", "--cutoff", 1000), "cutoff is 1000 Hz; expected less than 12.5 Hz"),
        (("butterworth", "--cutoff", 12.5), "cutoff is 12.5 Hz"),
        (("butterworth", "--order", 99), "order is 99; expected 1 to 10"),
        (
            ("savgol", "--order", 99),
            "7 frames at 25 frames per second; expected an order of 1 to 5, or a window of 4",
        ),
        (("savgol", "--window", 0.01), "1 frame at 25 frames per second; expected a window of 0.16 s"),
        (("savgol", "--window", "inf"), "window is inf"),
    ],
)
def test_a_filter_that_would_change_nothing_is_refused(refuses, table, tmp_path, options, message):
    assert message in refuses("convert", table, "b.csv", "--smooth", *options)
    assert not (tmp_path / "b.csv").exists()


def test_the_least_window_that_is_named_does_smooth(call, table):
    options = ("--smooth", "savgol", "--window", 0.16)
    assert call("convert", table, "b.csv", *options).code == 0
    assert (read("b.csv").keypoints[:, 0, 0] != read(table).keypoints[:, 0, 0]).any()


def test_smoothing_without_times_asks_for_the_frame_rate(call, refuses, table):
    assert call("convert", table, "a_coco.json").code == 0
    said = refuses("convert", "a_coco.json", "b.csv", "--smooth", "savgol")
    assert "give the frame rate" in said
    options = ("--smooth", "savgol", "--fps", 25)
    assert call("convert", "a_coco.json", "b.csv", *options).code == 0


@pytest.mark.parametrize("rate", [0, -5, "nan", "inf"])
@pytest.mark.parametrize(
    "command", [("convert", "walk.csv", "b.csv"), ("report", "walk.csv", "-o", "b.html")]
)
def test_a_frame_rate_that_cannot_be_is_refused(refuses, table, tmp_path, command, rate):
    said = refuses(*command, "--fps", rate)
    assert "--fps is" in said
    assert "expected more than 0" in said or "expected a finite number" in said
    assert [path.name for path in tmp_path.iterdir()] == ["walk.csv"]


def test_a_photo_table_is_read(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.csv").write_text(
        "file,frame,time_s,person_id,score,a_x,a_y,a_score\nx.jpg,0,,0,0.5,1,2,0.5\n"
    )
    assert call("convert", "p.csv", "p.jsonl").code == 0
    assert read("p.jsonl").keypoints.tolist() == [[[1, 2, 0.5]]]


@pytest.mark.parametrize(
    ("options", "note"),
    [
        (("--cutoff", 3), "--cutoff changes nothing without --smooth butterworth"),
        (("--smooth", "savgol", "--cutoff", 3), "--cutoff changes nothing without --smooth butterworth"),
        (("--order", 3), "--order changes nothing without --smooth savgol or butterworth"),
        (("--fps", 10), "--fps changes nothing: IN has times, 25 frames per second"),
    ],
)
def test_options_without_effect_are_told(call, table, tmp_path, options, note):
    result = call("convert", table, tmp_path / "out.csv", *options)
    assert result.code == 0
    assert note in result.errors


def test_people_of_photos_are_not_smoothed_as_if_they_were_one(call, tmp_path):
    header = ",".join(f"{joint}_{part}" for joint in COCO_17.joints for part in ("x", "y", "score"))
    rows = [
        f"{name}.jpg,{index},,0,0.9,{','.join(['5', '6', '0.9'] * 17)}" for index, name in enumerate("abc")
    ]
    table = tmp_path / "photos.csv"
    table.write_text("\n".join([f"file,frame,time_s,person_id,score,{header}", *rows]) + "\n")
    for options in (("--fill-gaps", 5), ("--smooth", "savgol", "--fps", 25)):
        result = call("convert", table, tmp_path / "out.csv", *options)
        assert result.code == 2
        assert "whose people have no ids" in result.errors


def test_a_folder_is_replaced_when_it_is_asked_for(call, refuses, table):
    assert call("convert", table, "a_openpose").code == 0
    assert "add --overwrite" in refuses("convert", table, "a_openpose")
    assert call("convert", table, "a_openpose", "--overwrite").code == 0


def test_formats_are_listed_with_what_each_loses(call):
    listed = call("convert", "--formats").output.splitlines()
    assert [line.split()[0] for line in listed] == list(FORMATS.names())
    assert next(line for line in listed if line.startswith("sleap")).endswith(
        "without times, empty frames, file names, units, corrections, events"
    )


def test_what_is_lost_is_said(call, table, tmp_path):
    assert "note: sleap has no place for times: they are lost" in call("convert", table, "a_sleap.csv").errors
    assert "note" not in call("convert", table, "a.jsonl").errors
    assert "note" not in call("convert", "a_sleap.csv", "b_sleap.csv").errors


def test_the_page_of_formats_has_the_table_and_a_row_for_each():
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    assert with_table(page) == page, "run `make reference`"
    layouts = page[page.index("| name | layout") :]
    assert all(f"| `{name}` |" in layouts for name in FORMATS.names())
