"""Starts and ends recordings, shows how far they are, and takes pictures."""

import threading
from math import ceil
from pathlib import Path
from time import monotonic

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.errors import SwahrError
from swahr_app.live.preroll import PreRoll
from swahr_app.live.workers.analysis import Analysed, Analyser
from swahr_app.live.workers.reader import Reader
from swahr_app.live.workers.recording import Finished, Recorder
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


class Recordings(QObject):
    """One recording at a time. leaving: those that still finish their files.

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
        self._recorder: Recorder | None = None
        self._wanted_at: float | None = None  # end of the countdown, of the monotonic clock
        self._fewest: int | None = None  # people seen since it waits for one more
        self._came = False  # a frame since the recording began
        self._reader: Reader | None = None
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

    def start(self, reader: Reader | None) -> None:
        """Record what a reader gives, as soon as the settings say, unless a recording runs or waits."""
        if self._recorder is not None or self._status.isActive():
            return
        if reader is None or self.state.source is None:
            text = self.tr("Open a camera or a video first, then record.")
            self.state.notify(Level.WARNING, text, about="recording")
            self.state.set_recording(None)
            return
        self._reader = reader
        self._wanted_at = monotonic() + self.state.settings.record.countdown
        self._status.start()
        self._show_status()

    def _begin(self) -> None:
        settings, source, model = self.state.settings.record, self.state.source, self.state.model
        reader = self._reader
        with self._lock:
            self._wanted_at = self._fewest = None
        if reader is None or source is None or self._recorder is not None:
            return
        try:
            recorder = Recorder(
                settings,
                source,
                None if model is None else model.skeleton,
                self._folder(),
                self._finished.emit,
                self._failed.emit,
            )
        except SwahrError as error:
            self._status.stop()
            self.state.notify(Level.ERROR, worded(error), about="recording")
            self.state.set_recording(None)
            return
        self.state.withdraw("recording")
        recorder.start()
        with self._lock:
            # A frame that stands still is the first of its recording.
            rests = self.state.playback in (Playback.PAUSED, Playback.ENDED)
            if settings.preroll or rests:
                recorder.begin_with(self._preroll.frames(reader.delivery.session))
            self._recorder, self._came = recorder, False
        reader.delivery.raw = recorder.raw if settings.raw else None
        self._show_status()

    def stop(self) -> None:
        """End the recording, or the wait for it; its files are finished beside what comes next."""
        recorder, self._recorder = self._recorder, None
        with self._lock:
            self._wanted_at = self._fewest = None
        self._status.stop()
        if recorder is None:
            if self.state.recording is not None:
                self.state.set_recording(None)
            return
        if self._reader is not None:
            self._reader.delivery.raw = None
        recorder.stop()
        self.leaving = [known for known in self.leaving if known.is_alive()] + [recorder]
        self._status.stop()
        self.state.set_recording(None)

    def close_source(self) -> None:
        """End the recording, and let go of the frames of its source."""
        self.stop()
        self._preroll.clear()

    def add(self, analysed: Analysed) -> None:
        """Take a frame with its people (the analyser's thread)."""
        with self._lock:
            self._preroll.add(analysed)
            recorder = self._recorder
            self._came = self._came or recorder is not None
            fewest, count = self._fewest, 0 if analysed.poses is None else len(analysed.poses)
            if fewest is not None and analysed.poses is not None:
                self._fewest = min(fewest, count)
        if recorder is not None:
            recorder.people(analysed)
        if fewest is not None and count > fewest:
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
        analyser.save_picture(Path(f"{stem}.png"))

    def on_finished(self, finished: Finished) -> None:
        """Say what was recorded."""
        if self._recorder is not None and not self._recorder.is_alive():
            self._recorder = None
            self._status.stop()
            self.state.set_recording(None)
        if not finished.paths:
            reason = "; ".join(finished.notes) or self.tr("no frame came")
            text = self.tr("Nothing was recorded: {}").format(reason)
            self.state.notify(Level.WARNING, text, about="recording")
            return
        text = self.tr("Recorded {:.1f} s into {}").format(
            finished.seconds, ", ".join(path.name for path in finished.paths)
        )
        if finished.dropped:
            text += self.tr("; {} frames were left out, as the disk was too slow").format(finished.dropped)
        for note in finished.notes:
            text += f"; {note}"
        level = Level.WARNING if finished.notes else Level.SUCCESS
        self.state.notify(level, text, finished.paths[0], about="recording")

    def _show_status(self) -> None:
        recorder = self._recorder
        if recorder is not None:
            if not recorder.is_alive() or recorder.full or self._at_end():
                self.stop()
                return
            self.state.set_recording(recorder.status())
        elif self._wanted_at is not None:
            self._wait(self._wanted_at)

    def _wait(self, wanted_at: float) -> None:
        """Begin, or say what is waited for."""
        left_s = wanted_at - monotonic()
        if left_s > 0:
            waits = self.tr("starts in {} s").format(ceil(left_s))
        elif self.state.settings.record.starts == "with_a_person":
            waits = self.tr("waits for a person")
            if self._fewest is None:
                shown = self.state.shown
                self._fewest = 0 if shown is None or shown.poses is None else len(shown.poses)
        else:
            self._begin()
            return
        self.state.set_recording(RecordingStatus(0.0, 0, 0, 0, (), waits))

    def _at_end(self) -> bool:
        """Whether a file has ended, and its last frame has been recorded."""
        reader = self._reader
        if reader is None or not self._came or self.state.playback is not Playback.ENDED:
            return False
        frames = self._preroll.frames(reader.delivery.session)
        return bool(frames) and frames[-1].taken.record_index >= reader.delivery.last_index

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
