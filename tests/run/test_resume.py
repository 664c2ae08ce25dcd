"""Runs that are killed and continued: their files must be those of an undisturbed run, byte for byte."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from swahr.config import NetworkSettings
from swahr.inference.estimator import PoseEstimator
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.run.process import process
from swahr.run.watcher import Watcher

# The journal after each batch, so that a kill at any moment meets many states.
EAGER = (
    "import swahr.run.process as process; process.JOURNAL_S = 0; from swahr.commands.main import main; main()"
)


def start(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", EAGER, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return errors


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def kill_after(process, path, size, delay=0.0):
    """Kill a run once a file of it has so many bytes, or after it has ended by itself."""
    deadline = time.monotonic() + 100
    while process.poll() is None and time.monotonic() < deadline:
        if path.exists() and path.stat().st_size >= size:
            time.sleep(delay)
            break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.fixture
def folder(tmp_path, clips):
    clips.make(tmp_path / "in.mp4", 160, (96, 64))
    return tmp_path


def test_killed_again_and_again_the_files_are_those_of_an_undisturbed_run(
    folder, call, crowd_model, monkeypatch
):
    monkeypatch.chdir(folder)
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4, "--smooth")
    assert call(*command, "-o", "whole.csv", "--overlay", "whole.mp4").code == 0
    whole = (folder / "whole.csv").read_bytes()
    assert len({line.split(b",")[2] for line in whole.splitlines()[1:]}) > 4  # ids that come and go
    outputs = ("-o", "out.csv", "--overlay", "out.mp4")
    part, journal = folder / "out.csv.part", folder / "out.csv.journal"
    chance = random.Random(0)
    for kill in range(3):
        size = len(whole) * (kill + 1) // 5
        kill_after(start(folder, *command, *outputs, "--resume"), part, size, chance.random() / 20)
        assert journal.exists()
        assert not (folder / "out.csv").exists()
    errors = finish(start(folder, *command, *outputs, "--resume"))
    assert "resumed at frame" in errors
    assert "160 frames" in errors
    assert (folder / "out.csv").read_bytes() == whole
    assert (folder / "out.mp4").read_bytes() == (folder / "whole.mp4").read_bytes()
    assert names(folder) == ["in.mp4", "out.csv", "out.mp4", "whole.csv", "whole.mp4"]


CLOSING = """
import os, signal, sys
import swahr.run.process as process
from swahr.run.journal import Journal
where = sys.argv.pop(1)
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if where == "before the journal says so":
    process.Drawing.close = die
if where == "before the files have their names":
    write = Journal.write
    def write_and_die(self, progress):
        write(self, progress)
        if progress.closing: die()
    Journal.write = write_and_die
if where == "before the journal is gone":
    remove = Journal.remove
    Journal.remove = lambda self: die() if self.path.exists() else remove(self)
from swahr.commands.main import main
main()
"""


@pytest.mark.parametrize(
    "where",
    ["before the journal says so", "before the files have their names", "before the journal is gone"],
)
def test_killed_at_the_very_end_it_finishes(folder, call, crowd_model, monkeypatch, where):
    monkeypatch.chdir(folder)
    command = ("video", "in.mp4", "--model", crowd_model, "--stop", 0.8, "--max-people", 2)
    assert call(*command, "-o", "whole.csv").code == 0
    killed = subprocess.run(
        [sys.executable, "-c", CLOSING, where, *map(str, command), "-o", "out.csv"], capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    result = call(*command, "-o", "out.csv", "--resume")
    assert result.code == 0, result.errors
    assert (folder / "out.csv").read_bytes() == (folder / "whole.csv").read_bytes()
    assert names(folder) == ["in.mp4", "out.csv", "whole.csv"]


class TestOneProcess:
    @pytest.fixture(autouse=True)
    def _inside(self, folder, monkeypatch):
        monkeypatch.chdir(folder)

    def test_what_is_finished_is_left_alone(self, call, folder, crowd_model):
        command = ("video", "in.mp4", "-o", "out.csv", "--model", crowd_model, "--stop", 0.4)
        assert call(*command).code == 0
        before = (folder / "out.csv").stat().st_mtime_ns
        result = call(*command, "--resume")
        assert result.code == 0
        assert "finished already" in result.errors
        assert (folder / "out.csv").stat().st_mtime_ns == before

    def test_without_anything_to_resume_it_starts_but_replaces_nothing(self, call, folder, blind_model):
        command = ("video", "in.mp4", "-o", "out.csv", "--model", blind_model, "--stop", 0.4, "--resume")
        (folder / "out.mp4").write_text("mine")
        result = call(*command, "--overlay", "out.mp4")
        assert result.code == 2
        assert "out.mp4 exists" in result.errors
        assert (folder / "out.mp4").read_text() == "mine"
        assert call(*command).code == 0
        assert "out.csv" in names(folder)

    def test_other_options_are_refused_and_what_was_done_is_not_thrown_away_unasked(
        self, call, folder, crowd_model
    ):
        command = ("video", "in.mp4", "-o", "out.csv", "--model", crowd_model, "--stop", 2, "--max-people", 2)
        kill_after(start(folder, *command, "--batch", 1), folder / "out.csv.journal", 1)
        result = call(*command, "--resume", "--batch", 2)
        assert result.code == 2
        assert "had batch_size 1, this one has 2" in result.errors
        # What lies there is not this command's, and it cannot go on from there.
        assert "so far" not in result.errors
        assert "goes on from there" not in result.errors
        assert (
            "had threshold the model's own, this one has 0.5"
            in call(*command, "--resume", "--batch", 1, "--threshold", 0.5).errors
        )
        assert "out.csv.part" in names(folder)
        assert "interrupted; add --resume or add --overwrite" in call(*command, "--batch", 2).errors
        assert "out.csv.part" in names(folder)
        assert call(*command, "--batch", 2, "--overwrite").code == 0
        assert names(folder) == ["in.mp4", "out.csv"]

    def test_two_runs_never_write_one_file(self, call, folder, clips, crowd_model):
        clips.make(folder / "long.mp4", 3000)
        command = ("video", "long.mp4", "-o", "out.csv", "--model", crowd_model, "--batch", 1)
        first = start(folder, *command)
        try:
            while not (folder / "out.csv.journal").exists():
                assert first.poll() is None
                time.sleep(0.01)
            for extra in ((), ("--overwrite",), ("--resume",)):
                result = call(*command, *extra)
                assert result.code == 2
                assert "being written by another run" in result.errors
                assert "rows so far" not in result.errors
        finally:
            first.kill()
            first.communicate()


def test_a_recording_that_was_cut_goes_on_from_its_start_option(
    tmp_path, call, clips, crowd_model, monkeypatch
):
    """Its first frames are never shown, and the seek to the start lands between keyframes."""
    monkeypatch.chdir(tmp_path)
    options = {"x264-params": "open-gop=1:keyint=20:min-keyint=20:bframes=3:b-adapt=0:scenecut=0"}
    whole = clips.make(tmp_path / "in.ts", 160, (96, 64), codec="libx264", codec_options=options)
    command = (
        "video",
        clips.cut_off_beginning(whole).name,
        "--model",
        crowd_model,
        "--max-people",
        4,
        "--start",
        2.5,
    )
    assert call(*command, "-o", "whole.csv").code == 0
    kill_after(start(tmp_path, *command, "-o", "out.csv"), tmp_path / "out.csv.part", 20_000)
    assert (tmp_path / "out.csv.part").exists()
    assert call(*command, "-o", "out.csv", "--resume").code == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


class StopError(Exception):
    pass


def test_who_does_not_want_to_wait_for_what_is_drawn_again_need_not(folder, crowd_model, monkeypatch):
    monkeypatch.setattr("swahr.run.process.JOURNAL_S", 0)
    network = NetworkSettings(model=str(crowd_model), max_people=2)
    source, output, overlay = (folder / name for name in ("in.mp4", "out.csv", "out.mp4"))
    job = VideoJob(str(source), outputs_of(str(source), output, None), overlay, network, resume=True)

    def stop_after(frames):
        def progress(summary):
            if summary.frames >= frames:
                raise StopError

        return progress

    with pytest.raises(StopError):
        process(
            job,
            lambda network: PoseEstimator.from_pretrained(settings=network),
            Watcher(progress=stop_after(20)),
        )
    waited = []

    def waiting():
        waited.append(1)
        raise StopError

    drawn = []
    with pytest.raises(StopError):
        process(
            job,
            lambda network: PoseEstimator.from_pretrained(settings=network),
            Watcher(waiting=waiting, shown=drawn.append),
        )
    assert waited == [1]
    assert drawn == []
    assert process(job, lambda network: PoseEstimator.from_pretrained(settings=network)).summary.frames == 160


def test_a_run_goes_on_by_the_runtime_that_it_began_with(folder, crowd_model, monkeypatch):
    monkeypatch.setattr("swahr.run.process.JOURNAL_S", 0)
    monkeypatch.setenv("SWAHR_HOME", str(folder / "home"))  # no choice of an earlier run on this machine
    source, output = folder / "in.mp4", folder / "out.csv"
    network = NetworkSettings(model=str(crowd_model), max_people=2)
    job = VideoJob(str(source), outputs_of(str(source), output, None), network=network, resume=True)
    asked = []

    def estimator(settings):
        asked.append(settings.backend)
        return PoseEstimator.from_pretrained(settings=settings)

    def stop(summary):
        if summary.frames >= 20:
            raise StopError

    with pytest.raises(StopError):
        process(job, estimator, Watcher(progress=stop))
    assert process(job, estimator).runtime.startswith("torch: it was asked for")
    assert asked == ["auto", "torch"]
