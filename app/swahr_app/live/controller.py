"""Brings state and workers together: requests go to workers, what they say goes to the state."""

import logging
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from swahr.config import NetworkSettings, SourceSettings
from swahr.video import FrameSource, open_source
from swahr_app.live.recordings import Recordings
from swahr_app.live.workers.analysis import Analysed, Analyser
from swahr_app.live.workers.loading import Load, Loaded, Loader, load
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.reader import Reader, ReaderEvents
from swahr_app.state.facts import Level, Playback, Shown, SourceInfo
from swahr_app.state.presence import Presence
from swahr_app.state.settings import (
    FILE_SETTINGS,
    PARSE_SETTINGS,
    AppSettings,
    loading_settings,
)
from swahr_app.state.state import AppState
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all

log = logging.getLogger(__name__)

# Opens an address: see `open_source`.
OpenSource = Callable[[str, float, Callable[[str], None]], FrameSource]

# The network may be in the middle of a frame, a disk may be slow; a camera that hangs is not waited for.
JOIN_S, READER_JOIN_S = 60.0, 3.0


def open_address(address: str, start_s: float, notify: Callable[[str], None]) -> FrameSource:
    """Open an address as the library does."""
    return open_source(address, SourceSettings(start=start_s), notify=notify)


class Controller(QObject):
    """Starts, steers and ends the workers of the live view.

    open_address, load: how sources and networks are opened.
    """

    _shown_ready = pyqtSignal()
    _opened = pyqtSignal(int, SourceInfo)
    _playback = pyqtSignal(int, Playback)
    _note = pyqtSignal(int, str)
    _source_failed = pyqtSignal(int, str)
    _failed = pyqtSignal(str)
    _loading = pyqtSignal(str)
    _loaded = pyqtSignal(object)
    _load_failed = pyqtSignal(str)
    _saved = pyqtSignal(object)

    def __init__(self, state: AppState, open_address: OpenSource = open_address, load: Load = load) -> None:
        super().__init__()
        self.state = state
        self._open_address = open_address
        self._session = 0
        self._reader: Reader | None = None
        self._leaving: list[Reader] = []
        self.recordings = Recordings(state)
        self._shown: Mailbox[Shown] = Mailbox()
        self._closed = False
        self._asked = loading_settings(state.settings.network)
        self._running: NetworkSettings | None = None
        self._connect_workers()
        self.analyser = Analyser(self._take_shown, self._analysed, self._saved.emit, self._failed.emit)
        self._loader = Loader(self._loading.emit, self._loaded.emit, self._load_failed.emit, load)
        self._connect_state()

    def start(self) -> None:
        """Start the threads and load the network."""
        self._want(self.state.settings)
        self.analyser.expect(True)
        self.analyser.start()
        self._loader.start()
        self.recordings.rescue()
        self._loader.want(self._asked)

    def close(self) -> None:
        """End all threads; those of a device that hangs are left behind, and the log says so."""
        if self._closed:
            return
        self._closed = True
        self.recordings.stop()
        self._leave_reader()
        for worker in (self.analyser, self._loader):
            worker.stop()
        join_all(self._leaving, READER_JOIN_S)
        join_all([self.analyser, self._loader, *self.recordings.leaving], JOIN_S)

    def _connect_workers(self) -> None:
        connect_queued(self._shown_ready, self._show)
        connect_queued(self._opened, self._on_opened)
        connect_queued(self._playback, self._on_playback)
        connect_queued(self._note, self._on_note)
        connect_queued(self._source_failed, self._on_source_failed)
        connect_queued(self._failed, self._on_failed)
        connect_queued(self._loading, self.state.set_loading)
        connect_queued(self._loaded, self._on_loaded)
        connect_queued(self._load_failed, self._on_load_failed)
        connect_queued(self._saved, self._on_saved)

    def _connect_state(self) -> None:
        state = self.state
        state.settings_changed.connect(self._on_settings)
        state.open_requested.connect(self._open)
        state.close_requested.connect(self._close_source)
        state.play_requested.connect(self._play)
        state.seek_requested.connect(self._seek)
        state.step_requested.connect(self._step)
        state.record_requested.connect(self._record)
        state.picture_requested.connect(lambda: self.recordings.save_picture(self.analyser))
        state.view_resized.connect(lambda width, height: self.analyser.want(view=(width, height)))
        state.seen_changed.connect(lambda seen: self.analyser.want(seen=seen))

    # ---- what a person asks for ------------------------------------------------------------------

    def _open(self, address: str) -> None:
        self._close_source()
        self.state.withdraw("recording")
        session = self._session
        self.state.set_playback(Playback.OPENING)
        self._reader = Reader(
            address,
            session,
            lambda start_s, notify: self._open_address(address, start_s, notify),
            self.state.settings.play,
            self.analyser.box,
            ReaderEvents(
                lambda info: self._opened.emit(session, info),
                lambda playback: self._playback.emit(session, playback),
                lambda line: self._note.emit(session, line),
                lambda text: self._source_failed.emit(session, text),
            ),
        )
        self._reader.start()

    def _close_source(self) -> None:
        self.recordings.close_source()
        self._leave_reader()
        self.state.withdraw("source")
        self._session += 1
        self.analyser.begin(self._session)
        self.state.motion.clear()
        self.state.presence = Presence()
        self.state.set_note("")
        self.state.set_source(None)
        self.state.set_playback(Playback.NONE)

    def _leave_reader(self) -> None:
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        if self._reader is not None:
            self._reader.stop()
            self._leaving.append(self._reader)
            self._reader = None

    def _play(self, on: bool) -> None:
        if self._reader is not None:
            self._reader.play(on)

    def _seek(self, time_s: float) -> None:
        if self._reader is not None and self.state.source is not None and not self.state.source.live:
            self._reader.seek(time_s)

    def _step(self, frames: int) -> None:
        if self._reader is not None and self.state.source is not None and not self.state.source.live:
            self._reader.step(frames)

    def _record(self, on: bool) -> None:
        if on:
            self.recordings.start(self._reader)
        else:
            self.recordings.stop()

    # ---- what workers say ------------------------------------------------------------------------

    def _take_shown(self, shown: Shown) -> None:
        """Keep the newest picture (the analyser's thread)."""
        if self._shown.put(shown):
            self._shown_ready.emit()

    def _analysed(self, analysed: Analysed) -> None:
        """Take up a frame's people (the analyser's thread)."""
        self.recordings.add(analysed)
        if analysed.poses is not None:
            taken = analysed.taken
            self.state.presence.add(taken.frame.time_s, len(analysed.poses))
            self.state.motion.add(taken.record_s, analysed.poses)

    def _show(self) -> None:
        shown = self._shown.take()
        if shown is not None and shown.session == self._session and not self._closed:
            self.state.set_shown(shown)

    def _on_opened(self, session: int, info: SourceInfo) -> None:
        if session != self._session:
            return
        known = self.state.source
        if known is None or (known.duration_s, known.start_s) != (info.duration_s, info.start_s):
            self.state.presence = Presence(info.start_s, info.duration_s or 0.0)
        self.state.set_source(info)
        self.state.change(recent=self.state.settings.opened(info.address).recent)

    def _on_playback(self, session: int, playback: Playback) -> None:
        if session != self._session:
            return
        if playback is Playback.LOST and self.state.playback is not Playback.LOST:
            text = self.tr("The signal is lost; trying to open the source again.")
            self.state.notify(Level.WARNING, text, about="source")
        elif self.state.playback is Playback.LOST and playback is Playback.PLAYING:
            self.state.notify(Level.SUCCESS, self.tr("The signal is back."), about="source")
        self.state.set_playback(playback)

    def _on_note(self, session: int, line: str) -> None:
        log.info("%s", line)
        if session == self._session:
            self.state.set_note(line)

    def _on_source_failed(self, session: int, text: str) -> None:
        if session == self._session:
            self.recordings.stop()
            self.state.set_playback(Playback.FAILED)
            self.state.notify(Level.ERROR, text, about="source")

    def _on_failed(self, text: str) -> None:
        self.state.notify(Level.ERROR, text, about="network")

    def _on_loaded(self, loaded: Loaded) -> None:
        if self._closed:
            return
        if loaded.settings == self._asked:
            self.state.withdraw("network")
        self._running = loaded.settings
        self.analyser.use(loaded)
        self.state.presence.clear()
        self.state.motion.clear()
        self.state.set_loading("")
        self.state.set_model(loaded.info)

    def _on_load_failed(self, text: str) -> None:
        self.analyser.expect(False)
        self.state.set_loading("")
        self.state.notify(Level.ERROR, text, about="network")
        if self._running is not None:  # the network that ran before goes on, and the panel shows it
            self._asked, now = self._running, self.state.settings.network
            kept = {name: getattr(now, name) for name in (*PARSE_SETTINGS, *FILE_SETTINGS)}
            self.state.change(network=self._running.changed(**kept))

    def _on_saved(self, path: Path) -> None:
        self.state.notify(Level.SUCCESS, self.tr("Picture saved: {}").format(path.name), path)

    def _want(self, now: AppSettings) -> None:
        self.analyser.want(network=now.network, tracking=now.tracking, overlay=now.overlay)

    def _on_settings(self, now: AppSettings, before: AppSettings) -> None:
        if (loading := loading_settings(now.network)) != self._asked:
            self._asked = loading
            self._loader.want(loading)
        self._want(now)
        if (now.network, now.tracking) != (before.network, before.tracking):
            self.state.presence.clear()
        if now.play != before.play and self._reader is not None:
            self._reader.set_play(now.play)
