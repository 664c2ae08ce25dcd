"""One walk through a real window on a real X server."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from swahr.document import Document, is_filled
from swahr.formats import read
from swahr.video import VideoFile
from swahr_app.state.store import Store

HERE = Path(__file__).parent
RATE, FRAMES = 20, 120  # frames per second of the network in drive_review.py, and of its clip
CLIP_RATE = 25  # frames per second of what clips.make writes


@pytest.fixture
def display():
    """A screen of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is missing: apt-get install xvfb")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        server.wait(10)
        pytest.skip("Xvfb does not start here")
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def drive(display, settings, tmp_path):
    """Start a script in a window on the screen; the user has the settings."""
    store = Store(tmp_path / "settings.ini")
    store.save(settings.changed(play=settings.play.changed(loop=True)))
    (tmp_path / "data").mkdir()
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "OMP_NUM_THREADS": "1"}

    def start(script, mode, clip):
        arguments = [tmp_path / "settings.ini", tmp_path / "data", clip, tmp_path / "window.png"]
        return subprocess.Popen(
            [sys.executable, HERE / script, mode, *map(str, arguments)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def skip_without_qt(errors):
    if "could not connect to display" in errors or "xcb-cursor" in errors:
        pytest.skip(
            "Qt's xcb libraries are missing: apt-get install libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4"
        )


def killed_at(process, what, least):
    """Kill a driver once it has told of so much; return the last figure, and its errors."""
    figure = 0.0
    for line in process.stdout:
        figure = json.loads(line)[what]
        if figure >= least:
            break
    process.kill()
    skip_without_qt(errors := process.stderr.read())
    return figure, errors


def test_a_whole_job_by_keys_outlives_a_kill_in_the_middle_of_a_recording(drive, clips, tmp_path):
    clip = clips.make(tmp_path / "clip.mp4", frames=50, size=(96, 64))
    with drive("drive_review.py", "work", clip) as process:
        recorded, errors = killed_at(process, "recorded", 60)
    assert recorded >= 60, errors
    folder = tmp_path / "recordings"
    assert not list(folder.glob("*.mp4")), "it was cut off"
    with drive("drive_review.py", "again", clip) as process:
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    report = json.loads(said.splitlines()[-1])
    assert report["frames"] == 50
    assert report["applied"] == 2, "a joint and an id"
    assert any("was finished" in text for text in report["told"])
    with VideoFile(next(folder.glob("*_overlay.mp4"))) as video:
        assert sum(1 for _ in video) >= recorded - CLIP_RATE, "at most a second"
    assert len(read(next(folder.glob("*.csv"))).frames) >= recorded - CLIP_RATE
    labels = json.loads((tmp_path / "clip_labels" / "labels.json").read_text())
    assert [image["frame"] for image in labels["images"]] == [20]
    assert len(read(tmp_path / "clip_corrected.csv").frames) == 50
    assert cv2.imread(str(tmp_path / "window.png")).std() > 10


def test_a_kill_in_the_middle_of_an_analysis_costs_a_second_and_nothing_is_looked_at_twice(
    drive, clips, tmp_path
):
    clip = clips.make(tmp_path / "clip.mp4", frames=FRAMES, size=(96, 64))
    with drive("drive_review.py", "analyse", clip) as process:
        done, errors = killed_at(process, "done", 40)
    assert 40 <= done < FRAMES, errors
    with Document.open(tmp_path / "clip.swahr", writes=False) as document:
        kept = document.fact("analysis")["last_frame"] + 1
        assert not is_filled(document)
    assert kept >= done - RATE, "at most a second"
    with drive("drive_review.py", "analyse", clip) as process:
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    facts = [json.loads(line) for line in said.splitlines()]
    assert facts[-1]["frames"] == FRAMES
    assert max(fact.get("seen", 0) for fact in facts) == FRAMES - kept
    with Document.open(tmp_path / "clip.swahr", writes=False) as document:
        assert is_filled(document)
        assert [frame for frame, _, _ in document.frames()] == [*range(FRAMES)]


def test_a_person_opens_a_clip_sees_skeletons_and_records(display, clips, settings, tmp_path):
    clip = clips.make(tmp_path / "clip.mp4", frames=200, size=(96, 64))
    store = Store(tmp_path / "settings.ini")
    store.save(settings)
    (tmp_path / "data").mkdir()
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "OMP_NUM_THREADS": "1"}
    picture = tmp_path / "window.png"
    arguments = [tmp_path / "settings.ini", tmp_path / "data", clip, picture]
    done = subprocess.run(
        [sys.executable, HERE / "drive_window.py", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    skip_without_qt(done.stderr)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert not report["left"]
    assert "QThread" not in done.stderr
    folder = tmp_path / "recordings"
    csv = read(next(folder.glob("*.csv")))
    with VideoFile(next(folder.glob("*_overlay.mp4"))) as video:
        frames = list(video)
    assert len(frames) == len(csv.frames) > 2  # in two seconds, as slow as a machine may be
    assert len(csv.scores)
    assert frames[-1].time_s == pytest.approx(2.0, abs=1.2)
    seen = cv2.imread(str(picture))
    assert seen.std() > 10
