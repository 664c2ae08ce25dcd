"""What the app's tests share: no display needed, nothing of the user's is touched, nothing is left running."""

import os
import sys
import threading
import time
import weakref
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# OpenCV's own Qt would look for its plugins there.
for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(name, None)

pytest.importorskip("PyQt6")

from PyQt6 import sip  # noqa: E402
from PyQt6.QtCore import QCoreApplication, QEvent, QTimer  # noqa: E402
from PyQt6.QtWidgets import QApplication, QDialog  # noqa: E402

from swahr.config import NetworkSettings, Settings  # noqa: E402
from swahr.document import Document  # noqa: E402
from swahr.pose.skeleton import COCO_17  # noqa: E402
from swahr.video import VideoFile, register_source  # noqa: E402
from swahr.video.encoders import HARDWARE, Encoder  # noqa: E402
from swahr.video.fake import FakeCamera  # noqa: E402
from swahr.video.sources import SOURCES  # noqa: E402
from swahr_app.batch.worker import BatchWorker  # noqa: E402
from swahr_app.live.controller import Controller  # noqa: E402
from swahr_app.review.workers.analysing import Analysing  # noqa: E402
from swahr_app.shell.window import Window  # noqa: E402
from swahr_app.state.facts import Playback  # noqa: E402
from swahr_app.state.settings import AppSettings, RecordSettings  # noqa: E402
from swahr_app.state.state import AppState  # noqa: E402
from swahr_app.state.store import Store  # noqa: E402
from tests.app.review_desk import FRAMES, SIZE, Host, opened, two_people  # noqa: E402

WAIT_MS = 20_000  # at most; what is waited for mostly comes in milliseconds
HELD_AT = 20  # frames


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    """Keep settings, log and recordings of the tests apart from the user's."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "SWAHR_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture(autouse=True)
def analysed_here(monkeypatch):
    """Analyse in this process, which the tests reach into, and which has imported what that takes."""
    for kind in (Analysing, BatchWorker):
        monkeypatch.setattr(kind, "apart", False)


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch):
    """Fail a test that leaves a thread or a running timer behind, whoever started it."""
    threads = set(threading.enumerate())
    timers = weakref.WeakSet()
    start = QTimer.start

    def started(timer, *interval):
        timers.add(timer)
        start(timer, *interval)

    monkeypatch.setattr(QTimer, "start", started)
    yield
    end = time.monotonic() + 5
    while time.monotonic() < end and (_threads_left(threads) or _timers_left(timers)):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.01)
    assert not (left := _threads_left(threads)), f"threads are left: {left}"
    assert not (left := _timers_left(timers)), f"timers are left: {left}"


def _threads_left(before):
    # torch keeps threads for what it computes ahead; whichever test is the first to export a network starts them.
    pool = getattr(sys.modules.get("torch.utils._functools"), "_prefetch_executor", None)
    kept = before | set(getattr(pool, "_threads", ()))
    return [thread for thread in threading.enumerate() if thread not in kept]


def _timers_left(timers):
    return [
        f"{timer.interval()} ms of {timer.parent()}"
        for timer in timers
        if not sip.isdeleted(timer) and timer.isActive()
    ]


@pytest.fixture
def clip(clips, tmp_path):
    """A clip of two seconds."""
    return clips.make(tmp_path / "clip.mp4", frames=50, size=(64, 48))


@pytest.fixture
def held(monkeypatch):
    """Videos named `held*` stop after their 20th frame until the event is set, so that a run can be met half-way.

    The journal is kept at every batch: on a fast machine 20 frames take less than its usual second.
    """
    monkeypatch.setattr("swahr.run.process.JOURNAL_S", 0)
    go_on = threading.Event()

    @register_source(when=lambda address: Path(address).name.startswith("held"))
    class HeldFile(VideoFile):
        closed = False

        def __iter__(self):
            for frame in super().__iter__():
                while frame.index >= HELD_AT and not self.closed and not go_on.wait(0.02):
                    pass
                yield frame

        def interrupt(self):
            self.closed = True
            super().interrupt()

        def close(self):
            self.closed = True
            super().close()

    yield go_on
    go_on.set()
    SOURCES.remove("HeldFile")


@pytest.fixture
def settings(crowd_model, tmp_path):
    """Settings with a tiny network that finds people everywhere."""
    return AppSettings(
        network=NetworkSettings(model=str(crowd_model)),
        record=RecordSettings(folder=str(tmp_path / "recordings")),
    )


@pytest.fixture
def app(qtbot, settings):
    """The app without a window: state, controller, and what was told. Give it other ways to open and load."""
    made = []

    def make(settings=settings, **ways):
        state = AppState(settings)
        controller = Controller(state, **ways)
        messages = []
        state.notified.connect(messages.append)
        made.append(controller)
        controller.start()

        def until(holds, timeout=WAIT_MS):
            qtbot.waitUntil(holds, timeout=timeout)

        def open(address, playback=Playback.PLAYING):
            state.open_requested.emit(str(address))
            until(lambda: state.playback is playback)

        def people():
            until(
                lambda: (
                    state.shown is not None and state.shown.poses is not None and len(state.shown.poses) > 0
                )
            )
            return state.shown

        return SimpleNamespace(
            state=state, controller=controller, messages=messages, until=until, open=open, people=people
        )

    yield make
    for controller in made:
        controller.close()


@pytest.fixture
def camera():
    """A camera without a device, and the way to open it."""
    made = []

    def open(address, start_s, tell):
        made.append(FakeCamera(frame_rate=30, notify=tell))
        return made[-1]

    return SimpleNamespace(open=open, made=made)


@pytest.fixture
def window(qtbot, settings, tmp_path):
    """Make windows of a user who has the settings; close them at the end."""
    made = []

    def make(settings=settings, **ways):
        store = Store(tmp_path / "settings.ini")
        if settings is not None:
            store.save(settings)
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        window = Window(store, data, **ways)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=5000)
        return window

    yield make
    for window in made:
        window.close()
        window.end()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def playing(window, clip, qtbot):
    """A window in which a clip plays and people are seen."""
    shown = window()
    shown.open(str(clip))
    qtbot.waitUntil(lambda: shown.state.shown is not None and bool(shown.state.shown.poses), timeout=20_000)
    return shown


class Trace(list):
    """What a window did, a line each: settings, requests, pages, messages, dialogs, and what is seen."""

    def __init__(self, window):
        super().__init__()
        self.window = window
        state = window.state
        state.settings_changed.connect(self._settings)
        for name in ("open", "play", "seek", "step", "record"):
            getattr(state, f"{name}_requested").connect(
                lambda value, name=name: self.append(f"{name} {value}")
            )
        state.feed_requested.connect(lambda session: self.append(f"chosen {session}"))
        state.compare_requested.connect(lambda checkpoint, _: self.append(f"compare {checkpoint}"))
        for name in ("close", "picture"):
            getattr(state, f"{name}_requested").connect(lambda name=name: self.append(name))
        state.playback_changed.connect(lambda playback: self.append(f"playback {playback.value}"))
        state.notified.connect(lambda message: self.append(f"notified {message.text}"))
        window.pages.currentChanged.connect(lambda number: self.append(f"page {number}"))
        window.training.parts.currentChanged.connect(lambda number: self.append(f"part {number}"))
        window.batch.table.itemSelectionChanged.connect(lambda: self.append("selected"))
        self._seen = self._look()

    def poll(self):
        """Add what is different to be seen since the last time."""
        before, self._seen = self._seen, self._look()
        self.extend(line for line in self._seen if line not in before)

    def _settings(self, now, before):
        for name, value in now.values().items():
            was = getattr(before, name)
            if value == was:
                continue
            if not isinstance(value, Settings):
                self.append(f"settings {name}")
                continue
            for field, part in value.values().items():
                if part != getattr(was, field):
                    self.append(f"settings {name}.{field} = {part}")

    def _look(self):
        window, live = self.window, self.window.live
        form = window.training.new_run
        folded = [name for name, section in live.side.sections.items() if section.body.isHidden()]
        lines = [
            f"controls {not live.inspector.isHidden()}",
            f"plot {not live.below.isHidden()}",
            "full screen" if window.isFullScreen() else "a window",
            "message" if window.banner.isVisible() else "message closed",
            f"plotted {live.below.panels['plot'].person.currentIndex()}",
            f"folded {folded}",
            f"rows {len(window.batch.rows)}",
            "batch runs" if window.batch.worker is not None else "batch rests",
            f"form {form.settings()} {form.run_folder()}",
        ]
        return lines if window.isVisible() else ["closed"]


@pytest.fixture
def trace(monkeypatch):
    """Trace a window. Dialogs of files and of the desktop are noted only; others are closed as soon as they open."""
    traces = []

    def note(line, answer):
        def noted(*_):
            traces[-1].append(line)
            return answer

        return noted

    for name, answer in (
        ("getOpenFileName", ("", "")),
        ("getOpenFileNames", ([], "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(f"PyQt6.QtWidgets.QFileDialog.{name}", note(f"asked {name}", answer))
    monkeypatch.setattr("PyQt6.QtGui.QDesktopServices.openUrl", note("shown in the desktop", True))

    def close():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            traces[-1].append(f"dialog {dialog.windowTitle()}")
            dialog.reject()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start(20)

    def make(window):
        traces.append(Trace(window))
        return traces[-1]

    yield make
    timer.stop()


@pytest.fixture
def film(clips, tmp_path):
    """A clip with its document, in which two people are."""
    path = clips.make(tmp_path / "film.mp4", frames=FRAMES, size=SIZE)
    with Document.create(tmp_path / "film.swahr", COCO_17, frame_rate=25.0, size_wh=list(SIZE)) as document:
        for frame in range(FRAMES):
            document.add(frame, frame / 25, two_people(frame))
    return path


@pytest.fixture
def review(film, qtbot):
    """The page with the film, in a window of its own."""
    host = Host()
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow, timeout=5000)
    host.review.open(str(film))
    yield opened(host, film, qtbot)
    host.review.end()
    host.close()
    host.deleteLater()


@pytest.fixture
def refusing_card(monkeypatch):
    """A graphics card whose encoder opened a moment ago and refuses now."""
    monkeypatch.setitem(HARDWARE, "nvenc", Encoder("h264_nonesuch", {}))
    monkeypatch.setattr("swahr.video.encoders.opens", lambda codec: codec == "h264_nonesuch")
    monkeypatch.setattr("av.codecs_available", av.codecs_available | {"h264_nonesuch"})
