"""The recipe of docs/doors/tracker.md, followed from outside the package."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from swahr.config import NetworkSettings, SourceSettings, TrackSettings
from swahr.formats import open_writer, read
from swahr.inference.estimator import PoseEstimator
from swahr.pose.skeleton import COCO_17
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.run.process import process
from swahr.run.watcher import Watcher
from swahr.tracking.contract import check_tracker
from swahr.tracking.tracker import TRACKERS

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "tracker.md"
FRAMES = 40


@pytest.fixture
def recipe():
    """Run the code of the page; give what it makes."""
    made = {"__name__": "order"}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, made)
    yield made
    TRACKERS.remove("order")


@pytest.fixture
def folder(tmp_path, clips, monkeypatch):
    clips.make(tmp_path / "in.mp4", FRAMES, (96, 64))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_pages_own_tests_pass(recipe):
    recipe["test_it_keeps_the_promises_of_a_tracker"]()
    recipe["test_ids_go_from_left_to_right"]()


def test_the_command_line_takes_it_by_name(recipe, call, crowd_model, folder):
    result = call("video", "in.mp4", "--model", crowd_model, "--max-people", 3, "--tracker", "order")
    assert result.code == 0, result.errors
    rows = [row.split(",") for row in (folder / "in.csv").read_text().splitlines()[1:]]
    ids = [sorted(int(row[2]) for row in rows if int(row[0]) == index) for index in range(FRAMES)]
    assert ids == [list(range(len(of_frame))) for of_frame in ids]
    assert max(map(len, ids)) > 1


def test_a_finished_file_is_given_ids_by_it(recipe, call, folder):
    with open_writer("csv", folder / "a.csv", COCO_17, frame_rate=25, size_wh=(640, 480)) as writer:
        writer.write(0, 0.0, recipe["people"](500, 100))
        writer.write(1, 0.04, recipe["people"](200))
    result = call("convert", "a.csv", "b.csv", "--track", "--tracker", "order")
    assert result.code == 0, result.errors
    assert read(folder / "b.csv").ids.tolist() == [1, 0, 0]


def test_one_that_is_not_there_is_named_with_those_that_are(refuses, crowd_model, folder):
    error = refuses("video", "in.mp4", "--model", crowd_model, "--tracker", "ordre")
    assert "tracker is 'ordre'" in error
    assert "default" in error


def test_its_state_is_in_the_journal_and_a_resumed_run_takes_it_up(recipe, crowd_model, folder, monkeypatch):
    monkeypatch.setattr("swahr.run.process.JOURNAL_S", 0)
    made = []

    class Kept(recipe["Order"]):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

    TRACKERS.remove("order")
    TRACKERS.register("order", Kept)
    network = NetworkSettings(model=str(crowd_model), max_people=3)

    def job(name):
        outputs = outputs_of("in.mp4", folder / name, None)
        return VideoJob(
            "in.mp4",
            outputs,
            network=network,
            frames=SourceSettings(),
            tracking=TrackSettings(tracker="order"),
            resume=True,
        )

    def stop(summary):
        if summary.frames >= FRAMES // 2:
            raise StopIteration

    def estimator(network):
        return PoseEstimator.from_pretrained(settings=network)

    process(job("undisturbed.csv"), estimator)
    with pytest.raises(StopIteration):
        process(job("out.csv"), estimator, Watcher(progress=stop))
    progress = json.loads((folder / "out.csv.journal").read_text())["progress"]
    then = progress["followers"]["tracker"]["frames"]
    assert then == progress["last_index"] + 1 > 0
    process(job("out.csv"), estimator)
    assert [tracker.frames for tracker in (made[0], made[-1])] == [FRAMES, FRAMES]
    assert (folder / "out.csv").read_bytes() == (folder / "undisturbed.csv").read_bytes()


def test_a_state_that_json_does_not_keep_is_said_by_the_contract(recipe):
    class Counting(recipe["Order"]):
        def state_dict(self):
            return {"frames": np.int64(self.frames)}

    with pytest.raises(AssertionError, match=r"state_dict: .*int64.*expected what JSON keeps"):
        check_tracker(lambda: Counting(TrackSettings(), COCO_17))


def test_convert_names_it_among_the_trackers(recipe, call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    assert "Which tracker gives the ids: default, order." in call("convert", "--help").output
