"""Several sources beside each other: added and closed, seen by one network, recorded together on one clock."""

import re
import threading
import time
from datetime import datetime
from types import SimpleNamespace

import av
import pytest
from PyQt6 import sip
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from swahr.errors import MissingError
from swahr.formats import read
from swahr.video import VideoFile
from swahr.video.fake import FakeCamera
from swahr_app.live.controller import open_address
from swahr_app.live.feeds import MAX_FEEDS
from swahr_app.live.tiles import Tiles
from swahr_app.live.workers.loading import load
from swahr_app.live.workers.recording import Recorder
from swahr_app.state.facts import Playback
from swahr_app.state.feeds import Feed
from swahr_app.state.state import AppState


@pytest.fixture
def sources(monkeypatch):
    """Cameras by the number in their address; camera:9 is not there, other addresses are files."""
    made = {}

    def open(address, start_s, tell):
        if not address.startswith("camera:"):
            return open_address(address, start_s, tell)
        if address == "camera:9":
            raise MissingError("camera 9 cannot be opened")
        made[address] = FakeCamera(frame_rate=20, notify=tell)
        return made[address]

    return SimpleNamespace(open=open, made=made)


@pytest.fixture
def live(app, sources, settings):
    """The app, in which several sources are opened at once."""

    def make(*addresses, load=load, loop=False, **record):
        wanted = settings.changed(
            record=settings.record.changed(**record), play=settings.play.changed(loop=loop)
        )
        shown = app(wanted, open_address=sources.open, load=load)
        for address in addresses:
            shown.state.add_requested.emit(str(address))
        shown.until(lambda: all(feed.shown is not None and feed.shown.poses for feed in shown.state.feeds))
        shown.finished = lambda: any(message.path is not None for message in shown.messages)
        return shown

    return make


def titles(shown):
    return [feed.address for feed in shown.state.feeds]


def test_sources_are_added_and_closed_one_by_one(live, clip):
    shown = live("camera:1", "camera:2", clip)
    state = shown.state
    assert titles(shown) == ["camera:1", "camera:2", str(clip)]
    assert state.chosen is state.feeds[2]
    assert state.source is state.chosen.source
    state.feed_close_requested.emit(state.feeds[2].session)
    assert state.chosen is state.feeds[1]
    state.feed_requested.emit(state.feeds[0].session)
    assert state.source.address == "camera:1"
    state.close_requested.emit()
    assert titles(shown) == ["camera:2"]
    before = state.shown
    shown.until(lambda: state.shown is not before)
    state.close_requested.emit()
    assert state.playback is Playback.NONE
    assert state.source is None


def test_one_network_sees_all_sources_and_each_as_often_as_the_others(live):
    rounds, loads, go_on, held = [], [], threading.Event(), threading.Event()
    go_on.set()

    def noted(settings):
        loads.append(settings)
        loaded = load(settings)
        infer = loaded.estimator.infer

        def look(frames, **options):
            rounds.append(len(frames))
            if not go_on.is_set():
                held.set()
                go_on.wait(20)
            return infer(frames, **options)

        loaded.estimator.infer = look
        return loaded

    shown = live("camera:1", "camera:2", "camera:3", load=noted)
    analyser = shown.controller.analyser
    boxes = [analyser.lane(feed.session).box for feed in shown.state.feeds]
    for _ in range(3):
        held.clear()
        go_on.clear()  # the network is held at a frame until all cameras have another one
        shown.until(lambda: held.is_set() and all(box.full for box in boxes))
        count = len(rounds)
        go_on.set()
        shown.until(lambda count=count: len(rounds) > count)
        assert rounds[count] == 3, "all are seen together, none twice before the others"
    assert len(loads) == 1


def test_a_source_that_is_not_there_ends_its_own_tile_alone(live, sources):
    shown = live("camera:1")
    state = shown.state
    state.add_requested.emit("camera:9")
    shown.until(lambda: state.feeds[1].playback is Playback.FAILED)
    assert "camera 9" in shown.messages[-1].text
    before = state.feeds[0].shown
    shown.until(lambda: state.feeds[0].shown is not before)
    state.feed_close_requested.emit(state.feeds[1].session)
    assert state.chosen is state.feeds[0]
    assert state.playback is Playback.PLAYING


def test_no_more_tiles_are_opened_than_can_be_told_apart(live):
    shown = live("camera:1")
    for _ in range(MAX_FEEDS):
        shown.state.add_requested.emit("camera:9")
    assert len(shown.state.feeds) == MAX_FEEDS
    assert str(MAX_FEEDS) in shown.messages[-1].text


def frames_of(shown):
    """Return how many frames of each source are written so far."""
    take = shown.controller.recordings._take
    return {} if take is None else {key: each.status().frames for key, each in take.recorders.items()}


def newest(shown):
    """Return the newest frame of the chosen source that was looked at."""
    return shown.controller.recordings._preroll.frames(shown.state.chosen.session)[-1].taken


def recorded(shown, folder):
    """Return rows and raw frames of each source by its name: seconds since the recording's zero."""
    shown.until(shown.finished)
    found = {}
    for path in folder.glob("*.csv"):
        with VideoFile(path.with_name(path.stem + "_raw.mp4")) as video:
            raw = [frame.time_s for frame in video]
        found[re.split(r"_\d{4}-", path.stem)[0]] = (path, read(path).times.tolist(), raw)
    return found


def clocks(path):
    """Return what a file says of the time of day and of the time of its frames."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    return [
        (line[lines[0].index("time_of_day")], float(line[lines[0].index("time_s")])) for line in lines[1:]
    ]


def test_all_sources_are_recorded_together_on_one_clock(live, clip, tmp_path):
    shown = live("camera:1", "camera:2", clip, raw=True, loop=True)
    shown.state.play_requested.emit(False)  # the clip stands still, and its frame is recorded as it is seen
    reader = shown.controller.feeds.reader
    shown.until(
        lambda: (
            shown.state.playback is Playback.PAUSED
            and newest(shown).record_index == reader.delivery.last_index
        )
    )
    shown.state.record_requested.emit(True)
    shown.until(lambda: min(frames_of(shown).values(), default=0) > 0 and sum(frames_of(shown).values()) > 12)
    shown.state.record_requested.emit(False)
    files = recorded(shown, tmp_path / "recordings")
    assert set(files) == {"camera_1", "camera_2", "clip"}
    assert len(files["clip"][1]) == 1
    days = []
    for path, rows, raw in files.values():
        assert all(min(abs(time_s - each) for each in raw) < 2e-3 for time_s in rows)
        assert raw[0] >= 0
        day, time_s = clocks(path)[0]
        days.append(datetime.fromisoformat(day).timestamp() - time_s)
        for kind in ("raw", "overlay"):
            with av.open(str(path.with_name(f"{path.stem}_{kind}.mp4"))) as video:
                made_at = datetime.fromisoformat(video.metadata["creation_time"].replace("Z", "+00:00"))
            assert made_at.timestamp() == pytest.approx(days[-1], abs=1), "a video has whole seconds"
    assert min(raw[0] for _, _, raw in files.values()) == pytest.approx(0, abs=1e-3)
    assert max(days) - min(days) < 0.005, "all files have the same zero"


def test_no_row_of_a_recording_is_without_its_raw_frame(live, monkeypatch, tmp_path):
    shown = live("camera:1", raw=True)
    delivery, begin = shown.controller.feeds.reader.delivery, Recorder.begin_with

    def begin_late(recorder, earlier):
        """Begin after another frame came."""
        at = delivery.last_index
        while delivery.last_index <= at:
            time.sleep(0.001)
        begin(recorder, earlier)

    monkeypatch.setattr(Recorder, "begin_with", begin_late)
    shown.state.record_requested.emit(True)
    shown.until(lambda: min(frames_of(shown).values(), default=0) > 3)
    shown.state.record_requested.emit(False)
    _, rows, raw = recorded(shown, tmp_path / "recordings")["camera_1"]
    assert all(min(abs(time_s - each) for each in raw) < 2e-3 for time_s in rows)


def test_a_camera_that_is_lost_leaves_its_gap_and_the_others_their_frames(live, sources, tmp_path):
    shown = live("camera:1", "camera:2", raw=True)
    first, second = shown.state.feeds
    shown.state.record_requested.emit(True)
    shown.until(lambda: min(frames_of(shown).values(), default=0) > 2)
    sources.made["camera:1"].unplug()
    shown.until(lambda: first.playback is Playback.LOST)
    at = frames_of(shown)[second.session]
    shown.until(lambda: frames_of(shown)[second.session] > at + 3)
    shown.state.feed_close_requested.emit(first.session)
    assert shown.state.recording is not None, "the other one goes on"
    at = frames_of(shown)[second.session]
    shown.until(lambda: frames_of(shown)[second.session] > at + 3)
    shown.state.record_requested.emit(False)
    files = recorded(shown, tmp_path / "recordings")
    assert files["camera_2"][1][-1] > files["camera_1"][1][-1]


def test_a_recording_ends_with_its_last_file(live, clip, clips, tmp_path):
    longer = clips.make(tmp_path / "longer.mp4", frames=70, size=(64, 48))
    shown = live(raw=True)
    shown.until(lambda: shown.state.model is not None)  # the files do not end while it is loaded
    for address in (clip, longer):
        shown.state.add_requested.emit(str(address))
    shown.until(lambda: all(feed.shown is not None and feed.shown.poses for feed in shown.state.feeds))
    shown.state.record_requested.emit(True)
    shown.until(lambda: all(feed.playback is Playback.ENDED for feed in shown.state.feeds))
    shown.until(lambda: shown.state.recording is None)
    files = recorded(shown, tmp_path / "recordings")
    assert set(files) == {"clip", "longer"}


def test_two_cameras_of_one_name_get_files_of_their_own(live, tmp_path):
    shown = live("camera:1", "camera:1")
    shown.state.record_requested.emit(True)
    shown.until(lambda: min(frames_of(shown).values(), default=0) > 1)
    shown.state.record_requested.emit(False)
    shown.until(shown.finished)
    assert len(list((tmp_path / "recordings").glob("*.csv"))) == 2
    assert len(list((tmp_path / "recordings").glob("*.mp4"))) == 2


def test_a_tile_that_was_closed_is_told_nothing_more(qtbot):
    state = AppState()
    tiles = Tiles(state)
    qtbot.addWidget(tiles)
    feeds = [Feed(1, "camera:1"), Feed(2, "camera:2")]
    state.set_feeds(feeds, feeds[0])
    closed = tiles.views[1]
    state.set_feeds(feeds[:1], feeds[0])
    qtbot.waitUntil(lambda: sip.isdeleted(closed), timeout=5000)
    with qtbot.captureExceptions() as exceptions:
        state.set_loading("a network")
        state.set_playback(Playback.PLAYING)
        state.set_recording(None)
    assert exceptions == []


class TestWindow:
    @pytest.fixture
    def shown(self, window, sources, qtbot):
        shown = window(open_address=sources.open)
        for address in ("camera:1", "camera:2"):
            shown.state.add_requested.emit(address)
        qtbot.waitUntil(
            lambda: all(view.image is not None for view in shown.live.tiles.views), timeout=20_000
        )
        return shown

    def test_each_source_has_a_tile_and_a_click_chooses_it(self, shown):
        views = shown.live.tiles.views
        assert [view.feed.address for view in views] == ["camera:1", "camera:2"]
        assert shown.live.view is views[1]
        QTest.mouseClick(views[0], Qt.MouseButton.LeftButton)
        assert shown.live.view is views[0]
        assert shown.header.title.text() == "camera:1"
        assert views[0].hasFocus()

    def test_a_key_goes_from_one_source_to_the_next_with_the_keyboard(self, shown):
        views = shown.live.tiles.views
        views[1].setFocus()
        QTest.keyClick(views[1], Qt.Key.Key_N)
        assert shown.live.view is views[0]
        assert views[0].hasFocus()
        views[1].setFocus()
        assert shown.state.chosen is views[1].feed, "who comes to a picture steers it"

    def test_a_tile_is_closed_by_its_button(self, shown):
        views = shown.live.tiles.views
        assert views[0].leave.isVisible()
        QTest.mouseClick(views[0].leave, Qt.MouseButton.LeftButton)
        assert [view.feed.address for view in shown.live.tiles.views] == ["camera:2"]
        assert not shown.live.view.leave.isVisible()

    def test_the_menu_opens_beside_what_is_open(self, shown, clip, monkeypatch):
        monkeypatch.setattr("PyQt6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: (str(clip), ""))
        menu = shown.header.add.menu()
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == "Video file…").trigger()
        assert titles(shown) == ["camera:1", "camera:2", str(clip)]
        shown.open(str(clip))
        assert titles(shown) == [str(clip)]
