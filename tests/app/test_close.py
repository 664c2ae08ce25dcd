"""The window closed in each state: every thread ends, files are finished, what comes next finds all as it was."""

import threading

import pytest
from PyQt6.QtWidgets import QApplication

from swahr.formats import read
from swahr_app.batch.entries import BatchList
from swahr_app.batch.entry import BatchState
from swahr_app.live.controller import open_address
from swahr_app.live.workers.loading import load
from swahr_app.state.facts import Playback

WAIT_MS = 20_000


def closed(window):
    window.close()
    assert not window.isVisible()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("swahr ")]
    QApplication.processEvents()
    return left


def test_idle(window, qtbot):
    shown = window()
    qtbot.waitUntil(lambda: shown.state.model is not None, timeout=WAIT_MS)
    assert not closed(shown)


def test_at_once(window):
    assert not closed(window())


def test_while_a_network_is_loaded(window, clip, qtbot):
    started, go = threading.Event(), threading.Event()

    def slow(settings):
        started.set()
        go.wait(10)
        return load(settings)

    shown = window(load=slow)
    shown.open(str(clip))
    qtbot.waitUntil(started.is_set, timeout=WAIT_MS)
    timer = threading.Timer(0.2, go.set)
    timer.start()
    assert not closed(shown)
    timer.join()


@pytest.mark.parametrize("playback", [Playback.PLAYING, Playback.PAUSED, Playback.ENDED, Playback.FAILED])
def test_with_a_file(window, clip, qtbot, playback):
    shown = window()
    shown.open(str(clip if playback is not Playback.FAILED else clip.with_name("gone.mp4")))
    if playback is Playback.ENDED:
        shown.state.change_in("play", speed=4.0)
    elif playback is Playback.PAUSED:
        qtbot.waitUntil(lambda: shown.state.source is not None, timeout=WAIT_MS)
        shown.state.play_requested.emit(False)
    qtbot.waitUntil(lambda: shown.state.playback is playback, timeout=WAIT_MS)
    assert not closed(shown)


def test_while_a_camera_hangs_as_it_is_opened(window, clip, qtbot):
    go = threading.Event()

    def hang(address, start_s, tell):
        go.wait()
        return open_address(str(clip), start_s, tell)

    shown = window(open_address=hang)
    shown.open("camera:0")
    qtbot.waitUntil(lambda: shown.state.playback is Playback.OPENING, timeout=WAIT_MS)
    # The driver's call cannot be ended; it is left behind and closes what it opens, once it returns.
    assert set(closed(shown)) <= {"swahr opening", "swahr closing"}
    go.set()


def test_while_a_camera_gives_no_frames(window, camera, qtbot):
    shown = window(open_address=camera.open)
    shown.open("camera:0")
    qtbot.waitUntil(lambda: shown.state.shown is not None, timeout=WAIT_MS)
    camera.made[0].silence()
    assert not closed(shown)


def test_while_a_camera_is_lost(window, camera, qtbot):
    shown = window(open_address=camera.open)
    shown.open("camera:0")
    qtbot.waitUntil(lambda: shown.state.shown is not None, timeout=WAIT_MS)
    camera.made[0].unplug()
    qtbot.waitUntil(lambda: shown.state.playback is Playback.LOST, timeout=WAIT_MS)
    assert not closed(shown)


def test_while_a_recording_runs(playing, qtbot, tmp_path):
    playing.state.change_in("play", loop=True)  # a recording ends with its file
    playing.header.record.click()
    qtbot.waitUntil(
        lambda: playing.state.recording is not None and playing.state.recording.frames > 3, timeout=WAIT_MS
    )
    assert not closed(playing)
    folder = tmp_path / "recordings"
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".mp4"]
    assert len(read(next(folder.glob("*.csv"))).frames) > 3


def test_while_a_batch_runs(window, clips, qtbot, tmp_path, held):
    shown = window()
    shown.show_page(1)
    shown.batch.add([str(clips.make(tmp_path / "held.mp4", frames=40))])
    shown.batch.start.click()
    entry = shown.batch.list.entries[0]
    qtbot.waitUntil(lambda: entry.frames > 3, timeout=WAIT_MS)
    assert not closed(shown)
    again = BatchList(tmp_path / "data" / "batch.json")
    assert [entry.state for entry in again.entries] == [BatchState.CANCELLED]


def test_while_labels_are_checked(window, tmp_path):
    shown = window()
    labels = tmp_path / "labels.json"
    labels.write_text("{}")
    shown.training.take_folder(str(labels))
    shown.training.new_run.check.click()
    assert not closed(shown)


def test_while_the_window_shows_a_run(window, qtbot, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "log.jsonl").write_text('{"step": 1, "total": 0.5}\n')
    shown = window()
    shown.training.take_folder(str(run))
    qtbot.waitUntil(lambda: "Step 1" in shown.training.run.steps.text(), timeout=WAIT_MS)
    assert not closed(shown)
