"""A video or photos that are open: the document, what workers read of it, and corrections that go into it."""

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.config import NetworkSettings
from swahr.document import Annotations, AnyEdit, Document, People
from swahr.errors import SwahrError
from swahr_app.review import said
from swahr_app.review.album import size_of
from swahr_app.review.feeding import Feeding
from swahr_app.review.lanes import Lane, lanes_of
from swahr_app.review.opening import Opening
from swahr_app.review.workers.pictures import VideoInfo
from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.state.texts import worded

if TYPE_CHECKING:
    from swahr.movement import Movement

GROW_MS = 400  # between two looks at a document that grows


class OpenVideo(QObject):
    """What is open and what is known of it, whichever frame is seen; everything here belongs to the main thread.

    document: None until the first frame was looked at. info: of the video, once it is open. annotations: events, scale
    and read-outs. filling: people are being looked for, filled: in so many frames. movement: of everyone, as `swahr
    move` measures it; None until it is measured, and where it cannot be, as `unmeasured` says. measures: whether it
    is measured at all.
    """

    opened = pyqtSignal()  # a video, or none any more
    document_opened = pyqtSignal()  # after the video: it was made only now
    grown = pyqtSignal()  # frames came into the document
    edited = pyqtSignal()  # by hand, forth or back
    tracks_changed = pyqtSignal()  # who is where
    filling_changed = pyqtSignal()
    measured = pyqtSignal()  # movement

    def __init__(self, state: AppState, measures: bool = True) -> None:
        super().__init__()
        self.state, self._measures = state, measures
        self.feeding = Feeding()
        self.opening: Opening | None = None
        self.document: Document | None = None
        self.info: VideoInfo | None = None
        self.filling = False
        self.filled = 0
        self.annotations = Annotations()
        self.movement: Movement | None = None
        self.unmeasured = ""
        self._sized = 0  # the photo whose size `info` has
        self._frames: list[tuple[int, float, str]] | None = None  # of the document, as it was read last
        self._who: People | None = None
        self._free_id: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(GROW_MS)
        self._timer.timeout.connect(self._grow)
        feeding = self.feeding
        feeding.video_ready.connect(self._on_video)
        feeding.document_ready.connect(self._on_document)
        feeding.filled.connect(self._on_filled)
        feeding.ended.connect(self._on_ended)
        feeding.measured.connect(self._on_measured)
        feeding.unmeasured.connect(self._on_unmeasured)
        feeding.failed.connect(lambda text: state.notify(Level.ERROR, text))
        feeding.filling_failed.connect(self._on_filling_failed)
        self.tracks_changed.connect(self._forget_read)  # before all others hear of it
        self.tracks_changed.connect(self._measure_soon)

    # ---- open and close ----------------------------------------------------------------------------------------

    def open(self, opening: Opening, network: NetworkSettings | None = None) -> None:
        """Open a video or photos and the document, and look for people in the frames that it lacks.

        Args:
            opening: What it is.
            network: Which looks for people; None: that of the live view.
        """
        self._shut()  # without a word: who listens hears once of what is open now
        self.opening = opening
        self.filling = True  # until the worker says that all is there
        if opening.document.exists():
            self._open_document()
        settings = self.state.settings
        self.feeding.start(opening, (network or settings.network, settings.tracking))
        self._measure_soon()
        self._timer.start()
        self.opened.emit()

    def close(self) -> None:
        """Close what is open; the analysis goes on when it is opened again."""
        self._shut()
        self.opened.emit()

    def _shut(self) -> None:
        self._timer.stop()
        self.feeding.stop()
        if self.document is not None:
            self.document.close()
        self.opening, self.document, self.info = None, None, None
        self._forget_read()
        self.filling, self.filled, self._sized = False, 0, 0
        self.annotations, self.movement, self.unmeasured = Annotations(), None, ""

    def end(self) -> None:
        """Close, and wait for all threads."""
        self.close()
        self.feeding.end()

    # ---- what is there -----------------------------------------------------------------------------------------

    @property
    def frame_count(self) -> int:
        """How many frames there are, as far as that is known."""
        if self.opening is not None and self.opening.photos:
            return len(self.opening.photos)
        promised = 0 if self.info is None else self.info.frames
        frames = self._known_frames()
        seen = frames[-1][0] + 1 if frames else 0
        return max(1, seen if seen and not self.filling else max(promised, seen))

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return 25.0 if self.info is None else self.info.frame_rate

    def known_time_s(self, index: int) -> float | None:
        """Return the time of a frame; None where it was not looked at."""
        found = self._time_of(index)
        if found is None and self.filling:  # it may have come since
            self._frames = None
            found = self._time_of(index)
        return found

    def who(self) -> People | None:
        """Return who is where in all frames."""
        if self._who is None and self.document is not None:
            self._who = self.document.who()
        return self._who

    def _time_of(self, index: int) -> float | None:
        frames = self._known_frames()
        place = bisect_left(frames, index, key=lambda frame: frame[0])
        return frames[place][1] if place < len(frames) and frames[place][0] == index else None

    def _known_frames(self) -> list[tuple[int, float, str]]:
        """Return the frames that were looked at: each look into the file may wait for threads that write or compute."""
        if self._frames is None:
            self._frames = [] if self.document is None else self.document.frames()
        return self._frames

    def free_id(self) -> int:
        """Return an id that nobody has; 0 before there is a document."""
        if self._free_id is None:
            self._free_id = 0 if self.document is None else self.document.free_id()
        return self._free_id

    def _forget_read(self) -> None:
        self._frames = self._who = self._free_id = None

    def lanes(self) -> list[Lane]:
        """Return a lane for each id, with the sides that seem to be swapped."""
        who = self.who()
        return [] if who is None else lanes_of(who, () if self.movement is None else self.movement.swaps)

    def size_as(self, index: int) -> None:
        """Take the size of a photo for that of all, as photos have sizes of their own."""
        opening, self._sized = self.opening, index
        size = size_of(opening.photos[index]) if opening is not None and opening.photos else None
        if size is not None and self.info is not None:
            self.info = replace(self.info, size_wh=size, stored_wh=size)

    # ---- what is corrected -------------------------------------------------------------------------------------

    def do(self, edit: AnyEdit) -> bool:
        """Correct something; return whether that was possible, which is notified where it is not."""
        if self.document is None:
            return False
        try:
            self.document.do(edit)
        except SwahrError as error:
            self.notify_error(error)
            return False
        self.state.set_note(said.done(edit))
        self._edited()
        return True

    def undo(self) -> None:
        """Take back the last correction."""
        if self.document is not None and self.document.undo():
            self.state.set_note(said.taken_back(self.document.edits[self.document.applied]))
            self._edited()

    def redo(self) -> None:
        """Make the last undone correction again."""
        if self.document is not None and self.document.redo():
            self.state.set_note(said.made_again(self.document.edits[self.document.applied - 1]))
            self._edited()

    def notify_error(self, error: SwahrError) -> None:
        """Say what cannot be done."""
        self.state.notify(Level.WARNING, worded(error))

    def _edited(self) -> None:
        assert self.document is not None
        self.annotations = self.document.annotations()
        self._forget_read()
        self.edited.emit()
        self.tracks_changed.emit()

    # ---- what workers say --------------------------------------------------------------------------------------

    def _on_video(self, info: VideoInfo) -> None:
        self.info = info
        self.size_as(self._sized)
        self.opened.emit()
        self.tracks_changed.emit()

    def _on_document(self) -> None:
        if self.document is None:
            self._open_document()
            self.document_opened.emit()

    def _on_filled(self, frames: int) -> None:
        self.filled = frames
        self.filling_changed.emit()

    def _on_ended(self) -> None:
        searched, self.filling = self.filling and self.filled > 0, False
        self._grow()
        if searched:
            self._say_searched()
        self._timer.stop()
        self.filling_changed.emit()

    def _say_searched(self) -> None:
        """Say that all frames were looked at, and how many people are in them."""
        who = self.who()
        if who is None or not len(who.ids):
            text = self.tr("Nobody was found; try a lower threshold, or another network")
            self.state.notify(Level.WARNING, text, about="search")
            return
        ids = len(np.unique(who.ids[who.ids >= 0]))
        text = (
            self.tr("All frames were looked at: {} ids").format(ids) if ids else self.tr("All were looked at")
        )
        self.state.notify(Level.SUCCESS, text, about="search")

    def _on_filling_failed(self, text: str) -> None:
        self.state.notify(Level.ERROR, text)
        self.filled = 0  # nothing to be glad of
        self._on_ended()  # what was found until then is shown

    def _on_measured(self, movement: "Movement") -> None:
        self.movement, self.unmeasured = movement, ""
        self.measured.emit()

    def _on_unmeasured(self, text: str) -> None:
        self.movement, self.unmeasured = None, text
        self.measured.emit()

    def _measure_soon(self) -> None:
        if self._measures and self.document is not None:
            self.feeding.measure_soon(self.filling)

    def _open_document(self) -> None:
        assert self.opening is not None
        try:
            self.document = Document.open(self.opening.document)
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error))
            return
        self.annotations = self.document.annotations()
        self._forget_read()
        self.tracks_changed.emit()

    def _grow(self) -> None:
        """Take up what the analysis found since the last time."""
        self._forget_read()
        if self.document is not None:
            self.grown.emit()
            self.tracks_changed.emit()
