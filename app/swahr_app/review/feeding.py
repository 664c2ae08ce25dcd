"""What works in the background for an open video: its pictures, the analysis of what its document lacks, movement."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.config import NetworkSettings, TrackSettings
from swahr_app.review.opening import Opening
from swahr_app.review.start import Events, PictureWorker, workers_of
from swahr_app.review.workers.measuring import Measuring
from swahr_app.review.workers.pictures import Picture, VideoInfo
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import Worker, join_all

JOIN_S = 60.0
BEHIND_S = 0.15  # until what only grows is begun: pictures, and the window that paints them, come first
MEASURE_MS, MEASURE_FILLING_MS = 250, 5000  # after a change; while an analysis runs


class Feeding(QObject):
    """Starts and ends the threads of what is open, and says in the main thread what they say.

    What comes of a video that is no longer open is passed over.
    """

    video_ready = pyqtSignal(VideoInfo)
    picture_ready = pyqtSignal(Picture, int)  # a picture, and which frame was wanted
    document_ready = pyqtSignal()
    filled = pyqtSignal(int)  # frames that are done
    ended = pyqtSignal()  # all is in the document
    measured = pyqtSignal(object)  # movement of everyone
    unmeasured = pyqtSignal(str)  # why
    failed = pyqtSignal(str)
    filling_failed = pyqtSignal(str)  # the analysis ends so

    _said = pyqtSignal(object, object, tuple)  # token, signal, what it is emitted with

    def __init__(self) -> None:
        super().__init__()
        self._leaving: list[Worker] = []
        self._analyses: list[tuple[Path, Worker]] = []  # of which document each is, of those that leave too
        self._pictures: PictureWorker | None = None
        self._filling: Worker | None = None
        self._measuring: Measuring | None = None
        self._token: object = None
        self._room: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._measure)
        connect_queued(self._said, self._on_said)

    def start(self, opening: Opening, settings: tuple[NetworkSettings, TrackSettings]) -> None:
        """Read pictures of a video or of photos, and look for people in the frames that the document lacks."""
        self._token = token = object()

        def say(name: str) -> Callable[..., None]:
            return lambda *values: self._said.emit(token, name, values)

        self._pictures, self._filling = workers_of(
            opening,
            settings,
            Events(
                say("video_ready"), say("picture_ready"), say("document_ready"), say("filled"), say("ended"),
                say("failed"), say("filling_failed"),
            ),
        )  # fmt: skip
        if self._room is not None:
            self._pictures.fit(self._room)
        document = opening.document.resolve()
        # Two fill no file at once; what others leave, of another video, may hang as long as it likes.
        self._filling.predecessors = tuple(before for path, before in self._analyses if path == document)
        self._analyses.append((document, self._filling))
        self._measuring = Measuring(opening.document, say("measured"), say("unmeasured"), say("failed"))
        self._filling.after_s = self._measuring.after_s = BEHIND_S
        for worker in self._workers():
            worker.start()

    def want_picture(self, index: int, time_s: float | None) -> None:
        """Ask for the picture of a frame in place of the one that was asked for before."""
        if self._pictures is not None:
            self._pictures.want(index, time_s)

    def fit_pictures(self, room_wh: tuple[int, int]) -> None:
        """Ask for pictures as large as a room of so many pixels, of this video and all that are opened later."""
        self._room = room_wh
        if self._pictures is not None:
            self._pictures.fit(room_wh)

    def measure_soon(self, filling: bool) -> None:
        """Ask for the movement of what is in the document once nothing has changed for a moment.

        filling: while an analysis runs something always changes: it is measured now and then.
        """
        if not (filling and self._timer.isActive()):
            self._timer.start(MEASURE_FILLING_MS if filling else MEASURE_MS)

    def _measure(self) -> None:
        if self._measuring is not None:
            self._measuring.want()

    def stop(self) -> None:
        """Stop all, without waiting until they have; the analysis goes on when its video is opened again."""
        self._token = None
        self._timer.stop()
        for worker in self._workers():
            worker.stop()
            self._leaving.append(worker)
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        self._analyses = [(path, worker) for path, worker in self._analyses if worker.is_alive()]
        self._pictures = self._filling = self._measuring = None

    def end(self) -> None:
        """Stop, and wait for all threads."""
        self.stop()
        join_all(self._leaving, JOIN_S)

    def _workers(self) -> list[Worker]:
        return [each for each in (self._pictures, self._filling, self._measuring) if each is not None]

    def _on_said(self, token: object, name: str, values: tuple[object, ...]) -> None:
        if token is self._token:
            getattr(self, name).emit(*values)
