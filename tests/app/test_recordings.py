"""When recordings begin and end, what is in them, and what is left of them when the process is killed."""

import subprocess
import sys
import time

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.formats import read
from swahr.video import VideoFile
from swahr_app.live.workers import rescue
from swahr_app.live.workers.rescue import Rescue
from swahr_app.state.facts import Level, Playback
from swahr_app.state.store import data_folder

FRAMES = 50  # of the clip


@pytest.fixture
def live(app, settings):
    """The app with a network, told to record in some way; every frame of files is seen."""

    def make(**record):
        record = settings.record.changed(**record)
        made = app(settings.changed(record=record, play=settings.play.changed(every_frame=True)))
        made.record = lambda: made.state.record_requested.emit(True)
        return made

    return make


def files_of(live):
    """Wait for the files of a recording; return times of its rows, and of each of its videos."""
    live.until(lambda: any(message.path is not None for message in live.messages))
    folder = next(message.path for message in live.messages if message.path is not None).parent
    videos = {}
    for path in sorted(folder.glob("*.mp4")):
        with VideoFile(path) as video:
            videos[path.stem.rpartition("_")[2]] = [frame.time_s for frame in video]
    return read(next(folder.glob("*.csv"))).times.tolist(), videos


def test_a_recording_ends_with_its_file_and_all_files_share_zero(live, clip):
    shown = live(raw=True)
    shown.open(clip)
    shown.record()
    shown.until(lambda: shown.state.playback is Playback.ENDED and shown.state.recording is None)
    rows, videos = files_of(shown)
    assert rows[0] >= 0
    assert min(rows[0], videos["raw"][0]) == 0
    assert rows == pytest.approx(videos["overlay"], abs=1e-3)
    assert set(np.round(rows, 3)) <= set(np.round(videos["raw"], 3)), (
        "frames have the same times in all files"
    )


def test_the_frame_that_stands_still_is_recorded(live, clip):
    shown = live(raw=True)
    shown.open(clip)
    shown.people()
    shown.state.play_requested.emit(False)
    reader = shown.controller.feeds.reader
    shown.until(
        lambda: (
            shown.state.playback is Playback.PAUSED
            and shown.state.shown.frame_index == reader.delivery.last_index
        )
    )
    shown.record()
    shown.until(lambda: shown.state.recording is not None and shown.state.recording.frames == 1)
    shown.state.record_requested.emit(False)
    rows, videos = files_of(shown)
    assert rows == [0]
    assert videos == {"overlay": [0], "raw": [0]}


def test_the_frame_that_stands_still_is_recorded_with_the_people_that_are_seen(
    live, clip, blind_model, settings
):
    shown = live()
    shown.state.change(network=settings.network.changed(model=str(blind_model)))
    shown.until(lambda: shown.state.model is not None and shown.state.model.name == str(blind_model))
    shown.open(clip)
    shown.until(lambda: shown.state.shown is not None)
    shown.state.step_requested.emit(1)
    shown.until(lambda: shown.state.playback is Playback.PAUSED)
    shown.state.change(network=settings.network)
    shown.people()
    shown.record()
    shown.until(lambda: shown.state.recording is not None and shown.state.recording.frames >= 1)
    shown.state.record_requested.emit(False)
    shown.until(lambda: any(message.path is not None for message in shown.messages))
    folder = next(message.path for message in shown.messages if message.path is not None).parent
    assert len(read(next(folder.glob("*.csv"))).scores) > 0


def test_a_recording_has_the_length_that_was_asked_for(live, clip):
    shown = live(duration=1.0)
    shown.open(clip)
    shown.record()
    shown.until(lambda: any(message.path is not None for message in shown.messages))
    rows, _ = files_of(shown)
    assert len(rows) == FRAMES // 2
    assert rows[-1] == pytest.approx(0.96)


def test_why_software_encoded_a_recording_is_told(live, clip, refusing_card):
    shown = live(duration=0.5, raw=True, overlay=False, formats=())
    shown.open(clip)
    shown.record()
    shown.until(lambda: any(message.path is not None for message in shown.messages))
    assert "h264_nonesuch does not open any more" in shown.messages[-1].text
    assert shown.messages[-1].level is Level.WARNING


def test_a_recording_holds_what_was_seen_before_it_was_asked_for(live, clip):
    shown = live(preroll=1.0)
    shown.open(clip)
    shown.until(lambda: shown.state.playback is Playback.ENDED)
    shown.until(lambda: shown.state.shown.frame_index == FRAMES - 1)
    shown.record()
    shown.until(lambda: shown.state.recording is not None and shown.state.recording.frames > 20)
    shown.state.record_requested.emit(False)
    rows, videos = files_of(shown)
    assert rows == pytest.approx(np.arange(26) / 25, abs=1e-3)
    assert videos["overlay"] == pytest.approx(rows, abs=1e-3)


def test_a_countdown_is_shown_and_can_be_called_off(live, clip):
    shown = live(countdown=60)
    shown.open(clip)
    shown.record()
    assert "60 s" in shown.state.recording.waits
    shown.state.record_requested.emit(False)
    assert shown.state.recording is None
    assert not shown.messages


def test_a_recording_begins_at_the_end_of_its_countdown(live, clip):
    shown = live(countdown=1)
    shown.state.change_in("play", loop=True)
    shown.open(clip)
    shown.people()
    shown.record()
    assert "1 s" in shown.state.recording.waits
    assert shown.state.recording.frames == 0
    shown.until(lambda: shown.state.recording.frames > 0)
    assert not shown.state.recording.waits


def test_a_recording_begins_when_somebody_comes_into_view(live, clip, crowd_model, blind_model, settings):
    shown = live(starts="with_a_person")
    blind = settings.network.changed(model=str(blind_model))
    shown.state.change(network=blind)
    shown.until(lambda: shown.state.model is not None and shown.state.model.name == str(blind_model))
    shown.state.change_in("play", loop=True)
    shown.open(clip)
    shown.until(lambda: shown.state.shown is not None and shown.state.shown.poses is not None)
    shown.record()
    assert shown.state.recording.waits
    before = shown.state.shown
    shown.until(lambda: shown.state.shown is not before)
    assert shown.state.recording.waits, "nobody came"
    shown.state.change(network=settings.network)
    shown.until(lambda: shown.state.recording is not None and shown.state.recording.frames > 2)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep the place of videos elsewhere")
def test_recordings_go_into_a_folder_of_their_own_among_the_videos(live, clip, tmp_path):
    (tmp_path / "xdg_config_home").mkdir()
    (tmp_path / "xdg_config_home" / "user-dirs.dirs").write_text(f'XDG_VIDEOS_DIR="{tmp_path}/My films"\n')
    (tmp_path / "My films").mkdir()
    shown = live(folder="", duration=1.0)
    shown.open(clip)
    shown.record()
    shown.until(lambda: any(message.path is not None for message in shown.messages))
    assert {path.suffix for path in (tmp_path / "My films" / "Swahr").iterdir()} == {".csv", ".mp4"}


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of files' sizes is a full disk to Linux")
def test_a_disk_that_is_full_is_told_with_what_to_do(live, clip, settings):
    import resource

    shown = live()
    shown.state.change_in("play", loop=True, speed=4.0)
    shown.open(clip)
    shown.people()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        shown.record()
        shown.until(lambda: any("free space on its disk" in message.text for message in shown.messages))
        shown.state.record_requested.emit(False)
        shown.until(lambda: shown.state.recording is None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    index = shown.state.shown.frame_index
    shown.until(lambda: shown.state.shown.frame_index != index)


WRITE = """
import sys, time
from pathlib import Path
import numpy as np
from swahr.formats import open_writer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video import VideoWriter
stem = sys.argv[1]
video = VideoWriter(Path(stem + "_overlay.mp4"), 64, 48, 25, zero_s=0.0, lasting=True)
rows = open_writer("csv", stem + ".csv", COCO_17, frame_rate=25)
for i in range(1000):
    video.write(np.full((48, 64, 3), i % 255, np.uint8), 0.2 + i / 25)
    rows.write(i, 0.2 + i / 25, Poses(np.ones((1, 17, 3), np.float32), np.ones(1, np.float32), COCO_17))
    print(i, flush=True)
    if i == 99:  # in the middle between two key frames, each of which begins a part
        time.sleep(60)
"""


def test_a_recording_that_was_killed_loses_a_second_at_most(tmp_path, monkeypatch, qapp):
    command = [sys.executable, "-c", WRITE, str(tmp_path / "cut")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.stdout.readline().strip() != "99":
            pass
        process.kill()
    assert not list(tmp_path.glob("*.mp4"))
    monkeypatch.setattr(rescue, "QUIET_S", -1.0)
    rescued = []
    worker = Rescue(tmp_path, rescued.extend, pytest.fail)
    worker.start()
    worker.join(20)
    assert [path.name for path in rescued] == ["cut.csv", "cut_overlay.mp4"]
    with VideoFile(tmp_path / "cut_overlay.mp4") as video:
        times = [frame.time_s for frame in video]
    assert times[0] == pytest.approx(0.2)
    assert times[-1] >= 0.2 + (99 - 11) / 25, "parts of .4 s"
    assert len(read(tmp_path / "cut.csv").frames) == 100
    assert not list(tmp_path.glob("*.part"))


def test_a_recording_that_still_runs_is_left_alone(tmp_path):
    (tmp_path / "now.csv.part").write_text("frame\n")
    worker = Rescue(tmp_path, pytest.fail, pytest.fail)
    worker.work()
    assert time.time() - (tmp_path / "now.csv.part").stat().st_mtime < rescue.QUIET_S


@pytest.mark.parametrize("request_name", ["record_requested", "picture_requested"])
def test_a_folder_that_takes_no_files_is_told_with_what_to_do(live, clip, tmp_path, request_name):
    (tmp_path / "file").write_text("no folder")
    shown = live(folder=str(tmp_path / "file"))
    shown.open(clip)
    shown.people()
    signal = getattr(shown.state, request_name)
    signal.emit(*([True] if request_name == "record_requested" else []))
    shown.until(lambda: bool(shown.messages))
    assert "choose another folder under Recording" in shown.messages[0].text


def test_a_data_folder_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(SwahrError, match="writable"):
        data_folder()
