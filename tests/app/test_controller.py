"""The app without a window: sources, playback, settings that act at once, recordings, ends in every state."""

import threading
import time

import numpy as np
import pytest

from swahr.config import NetworkSettings
from swahr.errors import SwahrError
from swahr.formats import read
from swahr.video import VideoFile
from swahr_app.live.controller import open_address
from swahr_app.live.workers.loading import load
from swahr_app.live.workers.recording import Finished
from swahr_app.state.facts import Level, Playback
from swahr_app.state.settings import RecordSettings


def test_people_are_drawn_into_the_frame_they_were_found_in(app, clip, clips):
    live = app()
    live.open(clip)
    shown = live.people()
    assert shown.image.dtype == np.uint8
    assert shown.frame_index == pytest.approx(shown.time_s * 25)
    assert set(shown.stages) >= {"read", "wait", "network", "people", "draw"}


def test_a_network_of_crops_shows_the_people_of_its_boxes(app, clip, settings, crop_model, tmp_path):
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("frame,x,y,w,h\n" + "".join(f"{index},10,8,30,36\n" for index in range(50)))
    network = settings.network.changed(model=str(crop_model), box_file=boxes)
    live = app(settings.changed(network=network))
    live.open(clip)
    shown = live.people()
    assert len(shown.poses) == 1
    assert live.state.model.skeleton.num_joints == 17


def test_pause_shows_one_frame_and_step_goes_both_ways(app, clip):
    live = app()
    live.open(clip)
    live.people()
    live.state.play_requested.emit(False)
    live.until(lambda: live.state.playback is Playback.PAUSED)
    live.state.seek_requested.emit(1.0)
    live.until(lambda: live.state.shown.frame_index == 25)
    live.state.step_requested.emit(1)
    live.until(lambda: live.state.shown.frame_index == 26)
    live.state.step_requested.emit(-1)
    live.until(lambda: live.state.shown.frame_index == 25)
    assert live.state.playback is Playback.PAUSED


def test_a_step_right_after_a_seek_is_not_lost(app, clip):
    live = app()
    live.open(clip)
    live.people()
    live.state.play_requested.emit(False)
    live.until(lambda: live.state.playback is Playback.PAUSED)
    for steps, index in ((1, 26), (-1, 24)):
        live.state.seek_requested.emit(1.0)
        live.state.step_requested.emit(steps)
        live.until(lambda index=index: live.state.shown.frame_index == index)


def test_steps_that_come_quickly_add_up(app, clip):
    live = app()
    live.open(clip)
    live.people()
    live.state.seek_requested.emit(1.0)
    for _ in range(7):
        live.state.step_requested.emit(1)
    live.until(lambda: live.state.shown.frame_index == 32)
    for steps in (-1, -1, -1, 1):
        live.state.step_requested.emit(steps)
    live.until(lambda: live.state.shown.frame_index == 30)
    live.state.step_requested.emit(100)
    live.until(lambda: live.state.shown.frame_index == 49)
    assert live.state.playback is Playback.PAUSED


def test_the_end_is_told_and_play_begins_again(app, clip):
    live = app()
    live.open(clip)
    live.state.seek_requested.emit(1.8)
    live.until(lambda: live.state.playback is Playback.ENDED)
    live.state.play_requested.emit(True)
    live.until(lambda: live.state.playback is Playback.PLAYING)


def test_a_loop_goes_on_from_the_start(app, clip, settings):
    live = app(settings.changed(play=settings.play.changed(loop=True, speed=4.0)))
    live.open(clip)
    live.state.seek_requested.emit(1.5)
    live.until(lambda: live.state.shown is not None and live.state.shown.time_s >= 1.4)
    live.until(lambda: live.state.shown.time_s < 1)
    assert live.state.playback is Playback.PLAYING


def test_another_network_acts_without_a_restart_of_the_source(app, clip, blind_model):
    live = app()
    live.open(clip)
    live.people()
    live.state.change_in("network", model=str(blind_model))
    live.until(lambda: live.state.shown.poses is not None and len(live.state.shown.poses) == 0)
    assert live.state.model.name == str(blind_model)


def test_a_file_that_is_no_checkpoint_is_told_and_the_network_stays(app, clip, crowd_model, tmp_path):
    live = app()
    live.open(clip)
    live.people()
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"no weights")
    live.state.change_in("network", model=str(wrong))
    live.until(lambda: bool(live.messages))
    assert live.messages[0].level is Level.ERROR
    assert "wrong.safetensors" in live.messages[0].text
    live.until(lambda: live.state.settings.network.model == str(crowd_model))
    live.people()


@pytest.mark.parametrize("content", [None, b"no video", b""])
def test_a_broken_file_is_told(app, tmp_path, content):
    live = app()
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    live.open(path, Playback.FAILED)
    live.until(lambda: bool(live.messages))
    assert "broken.mp4" in live.messages[0].text


def test_a_camera_that_is_not_there_is_told(app):
    live = app()
    live.open("camera:97", Playback.FAILED)
    live.until(lambda: bool(live.messages))
    assert "97" in live.messages[0].text


def test_a_lost_camera_is_told_and_goes_on_when_it_is_back(app, camera):
    live = app(open_address=camera.open)
    live.open("camera:0")
    live.people()
    camera.made[0].unplug()
    live.until(lambda: live.state.playback is Playback.LOST)
    camera.made[0].plug()
    live.until(lambda: live.state.playback is Playback.PLAYING)
    assert [message.level for message in live.messages] == [Level.WARNING, Level.SUCCESS]


def _recorded(live):
    live.until(lambda: any(message.path is not None for message in live.messages))
    return next(message.path for message in live.messages if message.path is not None).parent


def test_a_recording_has_its_frames_in_all_files(app, clip, settings):
    record = settings.record.changed(raw=True, overlay=True, formats=("csv", "jsonl", "coco"))
    live = app(settings.changed(record=record, play=settings.play.changed(every_frame=True)))
    live.open(clip)
    live.people()
    live.state.record_requested.emit(True)
    live.until(lambda: live.state.recording is not None and live.state.recording.frames > 10)
    assert live.state.recording.size > 0
    live.state.record_requested.emit(False)
    folder = _recorded(live)
    files = {path.name.split("_")[-1].rpartition(".")[2] for path in folder.iterdir()}
    assert files == {"mp4", "csv", "jsonl", "json"}
    csv = read(next(folder.glob("*.csv")))
    with VideoFile(next(folder.glob("*_overlay.mp4"))) as video:
        frames = list(video)
    assert len(frames) == len(csv.frames)
    assert not list(folder.glob("*.part"))


def test_a_recording_survives_the_loss_of_its_source(app, camera):
    live = app(open_address=camera.open)
    live.open("camera:0")
    live.people()
    live.state.record_requested.emit(True)
    live.until(lambda: live.state.recording is not None and live.state.recording.frames > 3)
    camera.made[0].unplug()
    live.until(lambda: live.state.playback is Playback.LOST)
    before = live.state.recording.frames
    camera.made[0].plug()
    live.until(lambda: live.state.recording.frames > before + 3)
    live.state.record_requested.emit(False)
    folder = _recorded(live)
    assert len(list(folder.iterdir())) == 2


def test_recordings_of_one_second_do_not_overwrite_each_other(app, camera):
    live = app(open_address=camera.open)
    live.open("camera:0")
    live.people()
    for _ in range(3):
        live.messages.clear()
        live.state.record_requested.emit(True)
        live.until(lambda: live.state.recording is not None and live.state.recording.frames > 1)
        live.state.record_requested.emit(False)
        folder = _recorded(live)
    assert len(list(folder.glob("*.csv"))) == len(list(folder.glob("*.mp4"))) == 3


def test_nothing_to_record_is_told(app, clip, settings):
    live = app(settings.changed(record=RecordSettings(overlay=False, formats=())))
    live.open(clip)
    live.state.record_requested.emit(True)
    live.until(lambda: bool(live.messages))
    assert "nothing to record" in live.messages[0].text
    assert live.state.recording is None


def test_record_without_a_source_is_told(app):
    live = app()
    live.state.record_requested.emit(True)
    live.state.picture_requested.emit()
    assert [message.level for message in live.messages] == [Level.WARNING] * 2


def test_a_picture_is_saved(app, clip, tmp_path):
    (tmp_path / "recordings").mkdir()
    live = app()
    live.open(clip)
    live.people()
    for _ in range(2):
        live.messages.clear()
        live.state.picture_requested.emit()
        live.until(lambda: bool(live.messages))
    assert len(list((tmp_path / "recordings").glob("*.png"))) == 2


def test_a_recording_that_could_not_be_written_says_why(app):
    live = app()
    live.controller.recordings.on_finished(Finished((), 5.0, 0, ("out.mp4: no space left on device",)))
    assert "no space left on device" in live.messages[0].text


def test_a_network_that_fails_as_it_is_replaced_leaves_its_successor(app, camera):
    another, failing, replaced = threading.Event(), threading.Event(), threading.Event()

    def first_fails(settings):
        loaded = load(settings)
        if another.is_set():
            failing.wait(20)
            return loaded
        infer = loaded.estimator.infer

        def fail(frames, **options):
            if not another.is_set():
                return infer(frames, **options)
            failing.set()
            replaced.wait(20)
            raise RuntimeError("CUDA error: out of memory")

        loaded.estimator.infer = fail
        return loaded

    live = app(open_address=camera.open, load=first_fails)
    live.open("camera:0")
    live.people()
    live.state.model_changed.connect(lambda *_: replaced.set())
    another.set()
    live.state.change_in("network", input_size=128)
    live.until(lambda: any("out of memory" in message.text for message in live.messages))
    index = live.state.shown.frame_index
    live.until(lambda: live.people().frame_index > index)


def test_a_slow_network_drops_frames_and_the_newest_is_shown(app, camera):
    def slow(settings):
        loaded = load(settings)
        infer = loaded.estimator.infer

        def slowly(frames, **options):
            time.sleep(0.3)
            return infer(frames, **options)

        loaded.estimator.infer = slowly
        return loaded

    live = app(open_address=camera.open, load=slow)
    live.open("camera:0")
    live.people()
    first = live.state.shown
    live.until(lambda: live.state.shown.frame_index > first.frame_index)
    assert live.state.shown.frame_index - first.frame_index > 3
    assert live.state.shown.dropped > 0


# ---- the end, in every state ---------------------------------------------------------------------


def test_close_without_a_source(app):
    app().controller.close()


@pytest.mark.parametrize("playing", [True, False])
def test_close_while_a_file_plays_or_is_paused(app, clip, playing):
    live = app()
    live.open(clip)
    if not playing:
        live.state.play_requested.emit(False)
        live.until(lambda: live.state.playback is Playback.PAUSED)
    live.controller.close()


def test_close_while_a_recording_runs_finishes_it(app, clip, tmp_path):
    live = app()
    live.open(clip)
    live.people()
    live.state.record_requested.emit(True)
    live.until(lambda: live.state.recording is not None and live.state.recording.frames > 2)
    live.controller.close()
    names = sorted(path.suffix for path in (tmp_path / "recordings").iterdir())
    assert names == [".csv", ".mp4"]


def test_close_while_a_camera_is_lost(app, camera):
    live = app(open_address=camera.open)
    live.open("camera:0")
    camera.made[0].unplug()
    live.until(lambda: live.state.playback is Playback.LOST)
    live.controller.close()


def test_close_while_a_camera_hangs(app, camera):
    live = app(open_address=camera.open)
    live.open("camera:0")
    camera.made[0].silence()
    live.controller.close()


def test_close_while_a_source_is_opened(app, clip):
    go = threading.Event()

    def hang(address, start_s, tell):
        go.wait()
        return open_address(str(clip), start_s, tell)

    live = app(open_address=hang)
    live.open("camera:0", Playback.OPENING)
    live.controller.close()
    go.set()


def test_close_while_a_network_is_loaded(app, clip):
    started, go = threading.Event(), threading.Event()

    def slow(settings):
        started.set()
        go.wait(5)
        return load(settings)

    live = app(load=slow)
    live.open(clip)
    live.until(started.is_set)
    threading.Timer(0.2, go.set).start()
    live.controller.close()


def test_another_source_while_one_hangs(app, clip):
    go = threading.Event()

    def open_or_hang(address, start_s, tell):
        if address == "camera:0":
            go.wait()
            raise SwahrError("camera 0 cannot be opened")
        return open_address(address, start_s, tell)

    live = app(open_address=open_or_hang)
    live.open("camera:0", Playback.OPENING)
    live.open(clip)
    live.people()
    go.set()
    assert not live.messages


def test_a_network_that_is_not_there_is_told(app, settings):
    live = app(settings.changed(network=NetworkSettings(model="no-such-network")))
    live.until(lambda: bool(live.messages))
    assert "no-such-network" in live.messages[0].text
