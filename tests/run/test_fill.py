"""An analysis fills a document, is killed and goes on, and never looks at a frame twice."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swahr.config import NetworkSettings
from swahr.document import Document, SwapIds, is_filled
from swahr.errors import MissingError, ResumeError, SettingError
from swahr.inference.estimator import PoseEstimator
from swahr.run import StoppedError, VideoJob, Watcher, fill_document
from swahr.run.fill import KEEP_S

KILLED = """
import sys
from pathlib import Path
from swahr.config import NetworkSettings
from swahr.inference.estimator import PoseEstimator
from swahr.run import VideoJob, fill_document
from swahr.run.watcher import Watcher
import swahr.run.fill
swahr.run.fill.KEEP_S = 0
source, path, model = sys.argv[1:]
job = VideoJob(source, (("swahr", Path(path)),), network=NetworkSettings(model=model, batch_size=1, backend="torch"))
fill_document(job, lambda network: PoseEstimator.from_pretrained(settings=network),
              Watcher(progress=lambda summary: print(summary.frames, flush=True)))
"""


@pytest.fixture
def clip(clips, tmp_path):
    return clips.make(tmp_path / "clip.mp4", frames=30)


@pytest.fixture
def job(clip, crowd_model):
    network = NetworkSettings(model=str(crowd_model), batch_size=1, backend="torch")
    return VideoJob(str(clip), (("swahr", clip.with_suffix(".swahr")),), network=network)


def make(network):
    return PoseEstimator.from_pretrained(settings=network)


def refuse(_network):
    raise AssertionError("a network is loaded for nothing")


def rows(path):
    with Document.open(path) as document:
        return document.recording(corrected=False)


@pytest.mark.parametrize("source", ["/there/is/none.mp4", "rtsp://me:secret@nowhere/stream"])
def test_what_is_no_file_is_refused_before_anything_is_made(job, clip, source):
    with pytest.raises(MissingError, match="a document is of a file") as refused:
        fill_document(replace(job, source=source), refuse)
    assert "secret" not in str(refused.value)
    assert not clip.with_suffix(".swahr").exists()


def test_a_lack_of_memory_is_said_with_what_to_do_and_what_is_done_stays(job, monkeypatch):
    def lacks(*_):
        raise MemoryError("1 TB")

    monkeypatch.setattr("swahr.run.fill.infer_frames", lacks)
    with pytest.raises(SettingError, match=r"clip\.mp4: there is not enough memory \(1 TB\)") as refused:
        fill_document(job, make)
    assert [hint.setting for hint in refused.value.hints] == ["batch_size", "input_size"]
    monkeypatch.undo()
    assert fill_document(job, make).summary.frames == 30


def test_a_document_is_filled_once(job, clip):
    result = fill_document(job, make)
    assert result.summary.frames == 30
    with Document.open(job.paths[0]) as document:
        assert is_filled(document)
        assert document.fact("video") == "clip.mp4"
        assert document.fact("size_wh") == [64, 48]
        assert document.last_frame() == 29
        assert len(document.frame(3).poses)
    assert fill_document(job, refuse).finished_before


def test_what_is_stopped_goes_on_and_gives_the_same_people(job, monkeypatch):
    monkeypatch.setattr("swahr.run.fill.KEEP_S", 0)
    fill_document(job, make)
    whole = rows(job.paths[0])
    job.paths[0].unlink()

    def stop(summary):
        if summary.frames >= 11:
            raise StoppedError

    with pytest.raises(StoppedError):
        fill_document(job, make, Watcher(progress=stop))
    with Document.open(job.paths[0]) as document:
        assert not is_filled(document)
        assert document.last_frame() >= 10
        document.do(SwapIds(first=5, id=0, other=1))
    looked_at = []

    def infer_noted(network):
        estimator = make(network)
        infer = estimator.infer
        estimator.infer = lambda images, *rest, **more: (
            looked_at.append(len(images)),
            infer(images, *rest, **more),
        )[1]
        return estimator

    result = fill_document(job, infer_noted)
    assert sum(looked_at) == 30 - result.resumed_at <= 20
    assert rows(job.paths[0]) == whole
    with Document.open(job.paths[0]) as document:
        assert document.applied == 1


def test_a_kill_in_the_middle_loses_no_more_than_what_came_since_the_last_note(clips, crowd_model, tmp_path):
    long = clips.make(tmp_path / "long.mp4", frames=2000)
    path = long.with_suffix(".swahr")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", KILLED, str(long), str(path), str(crowd_model)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) >= 20:
                break
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
        process.wait()
    with Document.open(path) as document:
        assert document.last_frame() >= 19
        assert document.fact("analysis")["last_frame"] >= 15  # a note at each frame, made some stages earlier
    assert 2 * KEEP_S <= 1


def test_another_video_is_refused(job, clips, clip, monkeypatch):
    monkeypatch.setattr("swahr.run.fill.KEEP_S", 0)

    def stop(summary):
        if summary.frames >= 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        fill_document(job, make, Watcher(progress=stop))
    clips.make(Path(clip), frames=12, picture=lambda *_: np.full((48, 64, 3), 90, np.uint8))
    with pytest.raises(ResumeError, match="was begun on"):
        fill_document(job, make)
