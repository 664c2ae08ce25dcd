"""110 kills at random moments: nothing half-written under a final name, and what goes on ends as if undisturbed."""

import json
import random
from pathlib import Path

import pytest

import swahr
from swahr.video import VideoFile
from tests.slow.writers import WRITERS, none_is_half_there, same

KILLS = {
    "rows": 10, "all formats": 10, "overlay": 10, "second pass": 5, "many": 10, "cluster": 4, "images": 8,
    "training": 10, "export": 3, "convert": 5, "convert to hdf": 5, "convert to a document": 5, "movement": 4,
    "report": 3, "labels": 4,
}  # fmt: skip
CASES = [(name, number) for name, count in KILLS.items() for number in range(count)]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_killed_at_any_moment_it_goes_on_and_ends_as_if_undisturbed(
    name, number, whole, runner, inputs, tmp_path
):
    writer, undisturbed = WRITERS[name], whole(name)
    moment = random.Random(f"{name} {number}").uniform(0, undisturbed.ended.computed_s)
    runner.start_of(writer, inputs, tmp_path).kill_after(moment)
    none_is_half_there(writer, tmp_path, undisturbed.folder)
    begun = name != "training" or (tmp_path / "run" / "last.pt").exists()
    ended = runner.start_of(writer, inputs, tmp_path, again=begun).wait().check()
    if (
        name == "training" and not begun and ended.code == 2
    ):  # the folder is there, and nothing in it to go on from
        ended = runner.start_of(writer, inputs, tmp_path, again=True).wait().check()
    assert ended.code == 0, ended.errors
    same(writer, tmp_path, undisturbed.folder)


WINDOW = Path(__file__).with_name("window.py")


@pytest.fixture(scope="session")
def make_desk(clips, inputs):
    """Fill a folder with what a user of the window has: settings, data, a clip."""
    pytest.importorskip("PyQt6")
    from swahr.config import NetworkSettings
    from swahr_app.state.settings import AppSettings, RecordSettings
    from swahr_app.state.store import Store

    def fill(folder):
        (folder / "data").mkdir()
        clips.make(folder / "clip.mp4", 40, (96, 64))
        settings = AppSettings(
            network=NetworkSettings(model=str(inputs / "crowd.safetensors"), backend="torch"),
            record=RecordSettings(folder=str(folder / "recordings")),
        )
        settings = settings.changed(play=settings.play.changed(loop=True))
        Store(folder / "settings.ini").save(settings)
        return folder

    return fill


@pytest.fixture(scope="session")
def undisturbed_s(make_desk, runner, tmp_path_factory):
    """How long a core works for a window that nobody kills."""
    folder = make_desk(tmp_path_factory.mktemp("undisturbed"))
    ended = runner("work", folder, folder=folder, program=WINDOW)
    assert ended.code == 0, ended.errors[-3000:]
    return ended.computed_s


@pytest.mark.parametrize("number", range(14))
def test_a_window_that_is_killed_at_any_moment_has_lost_nothing_that_it_said(
    number, make_desk, runner, undisturbed_s, tmp_path
):
    desk = make_desk(tmp_path)
    moment = random.Random(f"window {number}").uniform(0, undisturbed_s)
    killed = runner.start("work", desk, folder=desk, program=WINDOW)
    killed.kill_after(moment)
    said = facts(killed.said.read_text(errors="replace"))
    ended = runner("again", desk, folder=desk, program=WINDOW)
    assert (ended.code, "Traceback" in ended.errors) == (0, False), ended.errors[-3000:]
    found = facts(ended.errors)
    for name in ("applied", "batch"):
        assert found[name] >= said.get(name, 0)
    for path in (desk / "recordings").glob("*"):
        if path.suffix == ".mp4":
            with VideoFile(path) as video:
                assert len(list(video)) > 0
        elif path.suffix == ".csv":
            swahr.read(path)
    assert not (desk / "data" / "batch.json.set_aside").exists()


def facts(said):
    """Return what a window said last of each thing."""
    last = {}
    for line in said.splitlines():
        if line.startswith("{") and line.endswith("}"):
            last.update(json.loads(line))
    return last
