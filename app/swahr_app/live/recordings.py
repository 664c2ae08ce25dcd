"""Starts and ends recordings, shows how far they are, and takes pictures."""

import threading
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from time import monotonic

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.errors import SwahrError
from swahr_app.live.preroll import PreRoll
from swahr_app.live.take import Source, Take
from swahr_app.live.workers.analysis import Analysed, Analyser
from swahr_app.live.workers.reader import Reader
from swahr_app.live.workers.recording import Finished
from swahr_app.live.workers.rescue import Rescue
from swahr_app.state.facts import Level, Playback, RecordingStatus
from swahr_app.state.names import new_stem
from swahr_app.state.settings import RecordSettings
from swahr_app.state.state import AppState
from swahr_app.state.store import video_folder
from swahr_app.state.texts import worded
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import Worker

STATUS_MS = 250
MAX_NAMES = 3  # of files that a message tells


class Recordings(QObject):
    """One recording at a time, of all sources that are open. leaving: what still finishes files.

    A recording that was asked for may wait: for the end of a countdown, then for a person who comes into view.
    """

    _entered = pyqtSignal()
    _rescued = pyqtSignal(list)
    _finished = pyqtSignal(object)
    _failed = pyqtSignal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.leaving: list[Worker] = []
        self._lock = threading.Lock()  # between a frame that comes and a recording that begins
        self._preroll = PreRoll()
        self._take: Take | None = None
        self._wanted_at: float | None = None  # end of the countdown, of the monotonic clock
        self._fewest: dict[int, int] | None = None  # people of each source since it waits for one more
        self._came: set[int] = set()  # sources that gave a frame since the recording began
        self._readers: Mapping[int, Reader] = {}
        self._status = QTimer(self)
        self._status.setInterval(STATUS_MS)
        self._status.timeout.connect(self._show_status)
        connect_queued(self._finished, self.on_finished)
        connect_queued(self._entered, lambda: self._begin() if self._fewest is not None else None)
        connect_queued(self._rescued, self._on_rescued)
        state.settings_changed.connect(lambda now, _: self._follow(now.record))
        self._follow(state.settings.record)
        connect_queued(self._failed, self._on_failed)

    def rescue(self) -> None:
        """Finish what a window that was killed has left in the folder for recordings."""
        worker = Rescue(self._folder(), self._rescued.emit, self._failed.emit)
        self.leaving.append(worker)
        worker.start()

    def follow(self, readers: Mapping[int, Reader]) -> None:
        """Take note of the sources that are open; of one that is gone the files are ended, and its frames forgotten."""
        for session in self._readers.keys() - readers.keys():
            if self._take is not None:
                self._take.leave(session)
            self._preroll.close(session)
        for session in readers.keys() - self._readers.keys():
            self._preroll.open(session)
        self._readers = dict(readers)
        if not readers or (self._take is not None and not self._take.runs):
            self.stop()

    def lose(self, session: int) -> None:
        """End the files of a source that failed; the recording goes on while any other is recorded."""
        if self._take is not None:
            self._take.leave(session)
            if not self._take.runs:
                self.stop()
        elif not self._sources():
            self.stop()

    def start(self) -> None:
        """Record, as soon as the settings say, unless a recording runs or waits."""
        if self._take is not None or self._status.isActive():
            return
        if not self._sources():
            text = self.tr("Open a camera or a video first, then record.")
            self.state.notify(Level.WARNING, text, about="recording")
            self.state.set_recording(None)
            return
        self._wanted_at = monotonic() + self.state.settings.record.countdown
        self._status.start()
        self._show_status()

    def _sources(self) -> list[Source]:
        """Return what is recorded: all sources that are open and did not fail."""
        settings, found = self.state.settings.record, []
        for feed in self.state.feeds:
            reader = self._readers.get(feed.session)
            if reader is None or feed.source is None or feed.playback is Playback.FAILED:
                continue
            # A frame that stands still is the first of its recording.
            rests = feed.playback in (Playback.PAUSED, Playback.ENDED)
            earlier = self._preroll.frames(feed.session) if settings.preroll or rests else ()
            found.append(Source(reader, feed.source, earlier, rests))
        return found

    def _begin(self) -> None:
        model = self.state.model
        with self._lock:
            self._wanted_at = self._fewest = None
        if self._take is not None:
            return
        try:
            with self._lock:
                sources = self._sources()
                take = Take(
                    self.state.settings.record,
                    sources,
                    None if model is None else model.skeleton,
                    self._folder(),
                    self._finished.emit,
                    self._failed.emit,
                )
                take.start()
                self._take, self._came = take, set()
        except SwahrError as error:
            self._status.stop()
            self.state.notify(Level.ERROR, worded(error), about="recording")
            self.state.set_recording(None)
            return
        self.state.withdraw("recording")
        self._show_status()

    def stop(self) -> None:
        """End the recording, or the wait for it; its files are finished beside what comes next."""
        with self._lock:
            take, self._take = self._take, None
            self._wanted_at = self._fewest = None
        self._status.stop()
        if take is None:
            if self.state.recording is not None:
                self.state.set_recording(None)
            return
        take.stop()
        self.leaving = [known for known in self.leaving if known.is_alive()] + [*take.recorders.values()]
        self.state.set_recording(None)

    def add(self, analysed: Analysed) -> None:
        """Take a frame with its people (the analyser's thread)."""
        if analysed.again:
            self._preroll.renew(analysed)
            return
        session, more = analysed.taken.session, False
        with self._lock:
            self._preroll.add(analysed)
            take = self._take
            if take is not None:
                self._came.add(session)
            if self._fewest is not None and analysed.poses is not None:
                count = len(analysed.poses)
                fewest = self._fewest.get(session, count)
                more = count > fewest
                self._fewest[session] = min(fewest, count)
        if take is not None:
            take.add(analysed)
        if more:
            self._entered.emit()

    def save_picture(self, analyser: Analyser) -> None:
        """Write the frame that is shown."""
        source = self.state.source
        if source is None:
            text = self.tr("Open a camera or a video first, then take a picture.")
            self.state.notify(Level.WARNING, text, about="source")
            return
        try:
            stem = new_stem(self._folder(), source.title, [".png"])
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error), about="recording")
            return
        if self.state.chosen is not None:
            analyser.save_picture(self.state.chosen.session, Path(f"{stem}.png"))

    def on_finished(self, finished: Finished) -> None:
        """Say what was recorded."""
        if self._take is not None and not self._take.runs:
            self.stop()
        if not finished.paths:
            reason = "; ".join(finished.notes) or self.tr("no frame came")
            text = self.tr("Nothing was recorded: {}").format(reason)
            self.state.notify(Level.WARNING, text, about="recording")
            return
        names = ", ".join(path.name for path in finished.paths[:MAX_NAMES])
        if len(finished.paths) > MAX_NAMES:
            names = self.tr("{} files: {} …").format(len(finished.paths), names)
        folder = finished.paths[0].parent
        text = self.tr("Recorded {:.1f} s into {}, in {}").format(finished.seconds, names, folder)
        if finished.dropped:
            text += self.tr("; {} frames were left out, as the disk was too slow").format(finished.dropped)
        for note in finished.notes:
            text += f"; {note}"
        level = Level.WARNING if finished.notes else Level.SUCCESS
        self.state.notify(level, text, finished.paths[0], about="recording")

    def _show_status(self) -> None:
        take = self._take
        if take is not None:
            for session in self._at_end():
                take.leave(session)
            if not take.runs or take.full:
                self.stop()
                return
            self.state.set_recording(take.status())
        elif self._wanted_at is not None:
            self._wait(self._wanted_at)

    def _wait(self, wanted_at: float) -> None:
        """Begin, or say what is waited for."""
        left_s = wanted_at - monotonic()
        if left_s > 0:
            waits = self.tr("starts in {} s").format(ceil(left_s))
        elif self.state.settings.record.starts == "with_a_person":
            waits = self.tr("waits for a person")
            with self._lock:
                if self._fewest is None:
                    self._fewest = {
                        feed.session: len(feed.shown.poses)
                        for feed in self.state.feeds
                        if feed.shown is not None and feed.shown.poses is not None
                    }
        else:
            self._begin()
            return
        self.state.set_recording(RecordingStatus(0.0, 0, 0, 0, (), waits))

    def _at_end(self) -> list[int]:
        """Return the files that have ended, and whose last frame has been recorded."""
        ended, rest = [], []
        for feed in self.state.feeds:
            reader = self._readers.get(feed.session)
            if reader is None or feed.playback is not Playback.ENDED:
                continue
            frames = self._preroll.frames(feed.session)
            if feed.session not in self._came:
                rest.append(feed.session)
            elif frames and frames[-1].taken.record_index >= reader.delivery.last_index:
                ended.append(feed.session)
        # What stood at its end all the time waits for a person, unless the others are through.
        going = set() if self._take is None else self._take.going
        return [*ended, *rest] if ended and going <= {*ended, *rest} else ended

    def _folder(self) -> Path:
        chosen = self.state.settings.record.folder
        return Path(chosen) if chosen else video_folder()

    def _follow(self, settings: RecordSettings) -> None:
        self._preroll.length_s = settings.preroll

    def _on_failed(self, text: str) -> None:
        help_ = self.tr("{}. Choose another folder under Recording, or free space on its disk.")
        self.state.notify(Level.ERROR, help_.format(text.rstrip(".")), about="recording")

    def _on_rescued(self, paths: list[Path]) -> None:
        text = self.tr("A recording that was cut off was finished: {}")
        self.state.notify(Level.INFO, text.format(", ".join(path.name for path in paths)), paths[0])
