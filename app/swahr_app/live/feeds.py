"""Opens sources beside each other, steers the one that is chosen, and tells the state what all of them do."""

import logging
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from swahr.config import SourceSettings
from swahr.video import FrameSource, open_source
from swahr_app.live.recordings import Recordings
from swahr_app.live.workers.analysis import Analyser
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.reader import Reader, ReaderEvents
from swahr_app.state.facts import Level, Playback, Shown, SourceInfo
from swahr_app.state.feeds import Feed
from swahr_app.state.settings import PlaySettings
from swahr_app.state.state import AppState
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all

log = logging.getLogger(__name__)

# Opens an address: see `open_source`.
OpenSource = Callable[[str, float, Callable[[str], None]], FrameSource]

READER_JOIN_S = 3.0  # a camera that hangs is not waited for
MAX_FEEDS = 9  # more tiles cannot be told apart


def open_address(address: str, start_s: float, notify: Callable[[str], None]) -> FrameSource:
    """Open an address as the library does."""
    return open_source(address, SourceSettings(start=start_s), notify=notify)


class Feeds(QObject):
    """The sources of the live view, each with a reader of its own; one that fails leaves the others as they are."""

    _shown_ready = pyqtSignal(int)
    _opened = pyqtSignal(int, SourceInfo)
    _playback = pyqtSignal(int, Playback)
    _note = pyqtSignal(int, str)
    _source_failed = pyqtSignal(int, str)

    def __init__(
        self, state: AppState, recordings: Recordings, open_address: OpenSource = open_address
    ) -> None:
        super().__init__()
        self.state, self._recordings, self._open_address = state, recordings, open_address
        self.analyser: Analyser | None = None
        self._session = 0
        self._readers: dict[int, Reader] = {}
        self._shown: dict[int, Mailbox[Shown]] = {}
        self._leaving: list[Reader] = []
        self._closed = False
        connect_queued(self._shown_ready, self._show)
        connect_queued(self._opened, self._on_opened)
        connect_queued(self._playback, self._on_playback)
        connect_queued(self._note, self._on_note)
        connect_queued(self._source_failed, self._on_source_failed)
        state.open_requested.connect(self.open)
        state.add_requested.connect(self.add)
        state.feed_requested.connect(self.choose)
        state.feed_close_requested.connect(self.close)
        state.close_requested.connect(self._close_chosen)
        state.play_requested.connect(self._play)
        state.seek_requested.connect(self._seek)
        state.step_requested.connect(self._step)

    # ---- what a person asks for ------------------------------------------------------------------

    @property
    def reader(self) -> Reader | None:
        """The reader of the source that is chosen."""
        chosen = self.state.chosen
        return None if chosen is None else self._readers.get(chosen.session)

    def open(self, address: str) -> None:
        """Open a source in place of all that are open."""
        self.close_all()
        self.state.withdraw("recording")
        self.add(address)

    def add(self, address: str) -> None:
        """Open a source beside those that are open, and choose it."""
        if len(self.state.feeds) >= MAX_FEEDS:
            text = self.tr("{} sources are open; close one of them first.").format(MAX_FEEDS)
            self.state.notify(Level.WARNING, text, about="source")
            return
        assert self.analyser is not None
        self.state.withdraw("source")
        self._session += 1
        session = self._session
        self._shown[session] = Mailbox()
        self._readers[session] = reader = Reader(
            address,
            session,
            lambda start_s, notify: self._open_address(address, start_s, notify),
            self.state.settings.play,
            self.analyser.open(session),
            ReaderEvents(
                lambda info: self._opened.emit(session, info),
                lambda playback: self._playback.emit(session, playback),
                lambda line: self._note.emit(session, line),
                lambda text: self._source_failed.emit(session, text),
            ),
        )
        feed = Feed(session, address)
        self._recordings.follow(self._readers)
        self.state.set_feeds([*self.state.feeds, feed], feed)
        reader.start()

    def choose(self, session: int) -> None:
        """Steer another source from now on."""
        feed = self._feed(session)
        if feed is not None and feed is not self.state.chosen:
            self.state.set_note("")
            self.state.set_feeds(self.state.feeds, feed)

    def close(self, session: int) -> None:
        """Close a source; the one after it is chosen, if it was."""
        feeds = self.state.feeds
        feed = self._feed(session)
        if feed is None:
            return
        self._leave(session)
        left = [each for each in feeds if each is not feed]
        chosen = self.state.chosen
        if chosen is feed:
            chosen = left[min(feeds.index(feed), len(left) - 1)] if left else None
            self.state.set_note("")
        self.state.set_feeds(left, chosen)

    def close_all(self) -> None:
        """Close all sources."""
        for session in list(self._readers):
            self._leave(session)
        self.state.withdraw("source")
        self.state.set_note("")
        self.state.set_feeds([], None)
        self.state.set_source(None)
        self.state.set_playback(Playback.NONE)

    def end(self) -> None:
        """Close all sources, and wait for their threads; those of a device that hangs are left behind."""
        self._closed = True
        for session in list(self._readers):
            self._leave(session)
        join_all(self._leaving, READER_JOIN_S)

    def set_play(self, settings: PlaySettings) -> None:
        """Take other settings up."""
        for reader in self._readers.values():
            reader.set_play(settings)

    def forget_people(self) -> None:
        """Forget where people were, as other settings find others."""
        for feed in self.state.feeds:
            feed.presence.clear()

    def take_shown(self, shown: Shown) -> None:
        """Keep the newest picture (the analyser's thread)."""
        box = self._shown.get(shown.session)
        if box is not None and box.put(shown):
            self._shown_ready.emit(shown.session)

    def _feed(self, session: int) -> Feed | None:
        return next((feed for feed in self.state.feeds if feed.session == session), None)

    def _leave(self, session: int) -> None:
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        reader = self._readers.pop(session)
        self._recordings.follow(self._readers)
        reader.stop()
        self._leaving.append(reader)
        self._shown.pop(session, None)
        if self.analyser is not None:
            self.analyser.close(session)
        self.state.withdraw(_about(session))

    def _close_chosen(self) -> None:
        if self.state.chosen is not None:
            self.close(self.state.chosen.session)
        else:
            self.close_all()

    def _play(self, on: bool) -> None:
        if self.reader is not None:
            self.reader.play(on)

    def _seek(self, time_s: float) -> None:
        if self.reader is not None and self.state.source is not None and not self.state.source.live:
            self.reader.seek(time_s)

    def _step(self, frames: int) -> None:
        if self.reader is not None and self.state.source is not None and not self.state.source.live:
            self.reader.step(frames)

    # ---- what workers say ------------------------------------------------------------------------

    def _show(self, session: int) -> None:
        feed, box = self._feed(session), self._shown.get(session)
        shown = None if box is None else box.take()
        if feed is None or shown is None or self._closed:
            return
        feed.set_shown(shown)
        if feed is self.state.chosen:
            self.state.set_shown(shown)

    def _on_opened(self, session: int, info: SourceInfo) -> None:
        feed = self._feed(session)
        if feed is None:
            return
        feed.set_source(info)
        if feed is self.state.chosen:
            self.state.presence = feed.presence
            self.state.set_source(info)
        self.state.change(recent=self.state.settings.opened(info.address).recent)

    def _on_playback(self, session: int, playback: Playback) -> None:
        feed = self._feed(session)
        if feed is None:
            return
        if playback is Playback.LOST and feed.playback is not Playback.LOST:
            text = self.tr("The signal is lost; trying to open the source again.")
            self.state.notify(Level.WARNING, self._named(feed, text), about=_about(session))
        elif feed.playback is Playback.LOST and playback is Playback.PLAYING:
            text = self._named(feed, self.tr("The signal is back."))
            self.state.notify(Level.SUCCESS, text, about=_about(session))
        self._set_playback(feed, playback)

    def _on_note(self, session: int, line: str) -> None:
        log.info("%s", line)
        if self.state.chosen is not None and session == self.state.chosen.session:
            self.state.set_note(line)

    def _on_source_failed(self, session: int, text: str) -> None:
        feed = self._feed(session)
        if feed is not None:
            self._set_playback(feed, Playback.FAILED)
            self._recordings.lose(session)
            self.state.notify(Level.ERROR, text, about=_about(session))

    def _set_playback(self, feed: Feed, playback: Playback) -> None:
        feed.set_playback(playback)
        if feed is self.state.chosen:
            self.state.set_playback(playback)

    def _named(self, feed: Feed, text: str) -> str:
        """Say of which source a text speaks, where there are several."""
        return text if len(self.state.feeds) < 2 else f"{feed.title}: {text}"


def _about(session: int) -> str:
    """Return what messages of a source are about."""
    return f"source {session}"
