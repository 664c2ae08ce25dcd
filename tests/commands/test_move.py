"""`swahr move`, from a CSV to a table."""

import re

import numpy as np
import pandas as pd
import pytest

from swahr.formats import open_writer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A CSV of two people who stand still, one with a leg that swings."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    base = random.uniform(0, 100, (17, 2))
    with open_writer("csv", tmp_path / "walk.csv", COCO_17, frame_rate=25, size_wh=(640, 480)) as writer:
        for i in range(50):
            keypoints = np.full((2, 17, 3), 0.75, np.float32)
            keypoints[0, :, :2], keypoints[1, :, :2] = base + 100, np.add(base, (400, 100))
            keypoints[0, 15, :2] += (20 * np.sin(i / 5), 0)
            writer.write(i, i / 25, Poses(keypoints, np.full(2, 0.75, np.float32), COCO_17, np.arange(2)))
    return tmp_path / "walk.csv"


def test_a_table_is_written_and_what_was_done_is_said(call, table):
    result = call("move", table, "-o", "out.xlsx")
    assert result.code == 0, result.errors
    assert "the effective cut-off is 5.14 Hz at 25 frames per second" in result.errors
    assert "joints of coco-17 do not allow left_ankle" in result.errors
    assert "movement: out.xlsx, 20 angles of 2 people in 100 rows" in result.errors
    sheets = pd.read_excel("out.xlsx", sheet_name=None)
    assert list(sheets) == ["person 0", "person 1", "events", "walking", "swaps", "about"]


def test_without_a_name_it_is_a_csv_here(call, table):
    assert call("move", table, "--person", 1, "--smooth", "none").code == 0
    found = pd.read_csv("walk_movement.csv")
    assert set(found.person_id) == {1}
    assert found.left_knee_deg.std() == pytest.approx(0, abs=1e-6)


def test_what_is_refused(call, refuses, table, tmp_path):
    assert "written as .csv, .xlsx, .jsonl" in refuses("move", table, "-o", "a.ods")
    assert "there is no person 9; the ids are 0 to 1" in refuses("move", table, "--person", 9)
    assert call("move", table, "-o", "a.csv").code == 0
    assert "add --overwrite" in refuses("move", table, "-o", "a.csv")
    assert "would overwrite" in refuses("move", table, "-o", table, "--overwrite")
    assert call("convert", table, "a_coco.json").code == 0
    assert "no times, which speeds and filters need; give --fps" in refuses(
        "move", "a_coco.json", "-o", "b.csv"
    )
    assert call("move", "a_coco.json", "-o", "b.csv", "--fps", 25).code == 0
    assert "cutoff is 20 Hz; expected less than 12.5 Hz" in refuses(
        "move", table, "-o", "c.csv", "--cutoff", 20
    )
    (tmp_path / "mine.yaml").write_text("angles: {bend: {kind: joint, points: [a]}}")
    assert "mine.yaml: angle bend" in refuses("move", table, "-o", "d.csv", "--angles", "mine.yaml")


def test_a_page_has_charts_for_everyone_and_pictures_of_the_video(call, clips, table, tmp_path):
    video = clips.make(tmp_path / "v.mp4", frames=50, size=(640, 480))
    options = ("--report", "p.html", "--video", video, "--count", "left_knee")
    result = call("move", table, "-o", "a.xlsx", *options)
    assert result.code == 0, result.errors
    assert "report: p.html" in result.errors
    page = (tmp_path / "p.html").read_text()
    assert page.count("<h2>Person") == 2
    assert "knee, degrees: flexion; 0 is straight" in page
    assert page.count("data:image/jpeg") >= 6 + 2
    assert "curve left" in page
    assert "curve right" in page
    drawn = [float(number) for number in re.findall(r"[ML]([-.0-9]+) ", page)]
    assert drawn
    assert np.isfinite(drawn).all()
    assert "nan" not in re.sub(r"data:image/jpeg;base64,[^\"]+", "", page)


def test_a_page_is_not_made_of_the_wrong_video(refuses, clips, table, tmp_path):
    slow = clips.make(tmp_path / "slow.mp4", frames=50, size=(640, 480), rate=20)
    said = refuses("move", table, "-o", "a.csv", "--report", "p.html", "--video", slow)
    assert "slow.mp4 is not the video of these keypoints" in said
    assert not (tmp_path / "p.html").exists()
    said = refuses("move", table, "-o", "b.csv", "--video", slow)
    assert said.endswith("none is written; give --report")


def test_metres_are_asked_for_by_options(call, refuses, table):
    assert call("move", table, "-o", "m.csv", "--line", "0,0,100,0", "--length", 2).code == 0
    found = pd.read_csv("m.csv")
    assert "nose_x_m" in found
    assert "nose_speed_m_per_s" in found
    assert "length is of two points" in refuses("move", table, "-o", "n.csv", "--length", 2)
    assert "none.yml: no such file" in refuses("move", table, "-o", "n.csv", "--calibration", "none.yml")
