"""Brings state and workers together: requests go to workers, what they say goes to the state."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from swahr.config import NetworkSettings
from swahr_app.live.feeds import Feeds, OpenSource, open_address
from swahr_app.live.recordings import Recordings
from swahr_app.live.workers.analysis import Analysed, Analyser
from swahr_app.live.workers.loading import Load, Loaded, Loader, load
from swahr_app.state.facts import Level
from swahr_app.state.settings import (
    FILE_SETTINGS,
    PARSE_SETTINGS,
    AppSettings,
    loading_settings,
)
from swahr_app.state.state import AppState
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all

__all__ = ["Controller", "OpenSource", "open_address"]

JOIN_S = 60.0  # the network may be in the middle of a frame, a disk may be slow


class Controller(QObject):
    """Starts, steers and ends the workers of the live view: one network for all sources that are open.

    open_address, load: how sources and networks are opened.
    """

    _failed = pyqtSignal(str)
    _loading = pyqtSignal(str)
    _loaded = pyqtSignal(object)
    _load_failed = pyqtSignal(str)
    _saved = pyqtSignal(object)

    def __init__(self, state: AppState, open_address: OpenSource = open_address, load: Load = load) -> None:
        super().__init__()
        self.state = state
        self.recordings = Recordings(state)
        self.feeds = Feeds(state, self.recordings, open_address)
        self._closed = False
        self._asked = loading_settings(state.settings.network)
        self._running: NetworkSettings | None = None
        self._connect_workers()
        self.analyser = Analyser(self.feeds.take_shown, self._analysed, self._saved.emit, self._failed.emit)
        self.feeds.analyser = self.analyser
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
        self.feeds.end()
        for worker in (self.analyser, self._loader):
            worker.stop()
        join_all([self.analyser, self._loader, *self.recordings.leaving], JOIN_S)

    def _connect_workers(self) -> None:
        connect_queued(self._failed, self._on_failed)
        connect_queued(self._loading, self.state.set_loading)
        connect_queued(self._loaded, self._on_loaded)
        connect_queued(self._load_failed, self._on_load_failed)
        connect_queued(self._saved, self._on_saved)

    def _connect_state(self) -> None:
        state = self.state
        state.settings_changed.connect(self._on_settings)
        state.record_requested.connect(self._record)
        state.picture_requested.connect(lambda: self.recordings.save_picture(self.analyser))
        state.view_resized.connect(lambda width, height: self.analyser.want(view=(width, height)))
        state.seen_changed.connect(lambda seen: self.analyser.want(seen=seen))

    # ---- what a person asks for ------------------------------------------------------------------

    def _record(self, on: bool) -> None:
        if on:
            self.recordings.start()
        else:
            self.recordings.stop()

    # ---- what workers say ------------------------------------------------------------------------

    def _analysed(self, analysed: Analysed) -> None:
        """Take up a frame's people (the analyser's thread)."""
        self.recordings.add(analysed)
        if analysed.poses is None or analysed.again:
            return
        taken, people = analysed.taken, analysed.poses
        for feed in self.state.feeds:
            if feed.session == taken.session:
                feed.presence.add(taken.frame.time_s, len(people))
        chosen = self.state.chosen
        if chosen is not None and chosen.session == taken.session:
            self.state.motion.add(taken.record_s, people)

    def _on_failed(self, text: str) -> None:
        self.state.notify(Level.ERROR, text, about="network")

    def _on_loaded(self, loaded: Loaded) -> None:
        if self._closed:
            return
        if loaded.settings == self._asked:
            self.state.withdraw("network")
        self._running = loaded.settings
        self.analyser.use(loaded)
        self.feeds.forget_people()
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
            self.feeds.forget_people()
        if now.play != before.play:
            self.feeds.set_play(now.play)
