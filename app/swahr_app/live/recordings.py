"""Starts and ends recordings, shows how far they are, and takes pictures."""

from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.errors import SwahrError
from swahr_app.live.workers.analysis import Analysed, Analyser
from swahr_app.live.workers.reader import Reader
from swahr_app.live.workers.recording import Finished, Recorder
from swahr_app.state.facts import Level
from swahr_app.state.names import free_stem, stem_of
from swahr_app.state.settings import existing_folder
from swahr_app.state.state import AppState
from swahr_app.state.store import video_folder
from swahr_app.state.texts import worded
from swahr_app.threads.queued import connect_queued

STATUS_MS = 250


class Recordings(QObject):
    """One recording at a time. leaving: those that still finish their files."""

    _finished = pyqtSignal(object)
    _failed = pyqtSignal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.leaving: list[Recorder] = []
        self._recorder: Recorder | None = None
        self._reader: Reader | None = None
        self._status = QTimer(self)
        self._status.setInterval(STATUS_MS)
        self._status.timeout.connect(self._show_status)
        connect_queued(self._finished, self.on_finished)
        connect_queued(self._failed, lambda text: state.notify(Level.ERROR, text, about="recording"))

    def start(self, reader: Reader | None) -> None:
        """Record what a reader gives, unless a recording runs."""
        if self._recorder is not None:
            return
        source, model = self.state.source, self.state.model
        if reader is None or source is None:
            text = self.tr("Open a camera or a video first, then record.")
            self.state.notify(Level.WARNING, text, about="recording")
            self.state.set_recording(None)
            return
        settings = self.state.settings.record
        folder = Path(settings.folder) if settings.folder else video_folder()
        try:
            recorder = Recorder(
                settings,
                source,
                None if model is None else model.skeleton,
                folder,
                self._finished.emit,
                self._failed.emit,
            )
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error), about="recording")
            self.state.set_recording(None)
            return
        self.state.withdraw("recording")
        self._recorder, self._reader = recorder, reader
        recorder.start()
        reader.delivery.raw = recorder.raw if settings.raw else None
        self._status.start()
        self._show_status()

    def stop(self) -> None:
        """End the recording; its files are finished beside what comes next."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        if self._reader is not None:
            self._reader.delivery.raw = None
        recorder.stop()
        self.leaving = [known for known in self.leaving if known.is_alive()] + [recorder]
        self._status.stop()
        self.state.set_recording(None)

    def add(self, analysed: Analysed) -> None:
        """Take a frame with its people (the analyser's thread)."""
        recorder = self._recorder
        if recorder is not None:
            recorder.people(analysed)

    def save_picture(self, analyser: Analyser) -> None:
        """Write the frame that is shown."""
        source = self.state.source
        if source is None:
            text = self.tr("Open a camera or a video first, then take a picture.")
            self.state.notify(Level.WARNING, text, about="source")
            return
        folder = existing_folder(self.state.settings.record.folder, video_folder())
        stem = folder / f"{stem_of(source.title)}_{datetime.now():%Y-%m-%d_%H-%M-%S}"
        analyser.save_picture(Path(f"{free_stem(stem, ['.png'])}.png"))

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
            if not recorder.is_alive():
                self.stop()
                return
            self.state.set_recording(recorder.status())
