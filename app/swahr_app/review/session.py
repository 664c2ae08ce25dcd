"""A video and its document while they are open: the frame that is seen, who is chosen, and what is corrected."""

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from swahr.config import NetworkSettings
from swahr.document import Annotations, AnyEdit, CorrectedFrame, Document, People
from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr_app.review.album import size_of
from swahr_app.review.feeding import Feeding
from swahr_app.review.lanes import Lane, lanes_of
from swahr_app.review.opening import Opening
from swahr_app.review.player import Player
from swahr_app.review.workers.pictures import Picture, VideoInfo
from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.state.texts import worded

if TYPE_CHECKING:
    from swahr.movement import Movement

GROW_MS = 400  # between two looks at a document that grows


class Session(QObject):
    """What is open on the review page; everything here belongs to the main thread.

    document: None until the first frame was looked at. info: of the video, once it is open. index: of the frame that
    is seen, people and picture, of which the picture may come later. place: of the person who is chosen, joint: of it.
    marks: in and out, frames or None. annotations: events, scale and read-outs. movement: of everyone, as `swahr move`
    measures it; None until it is measured, and where it cannot be, as `unmeasured` says. measures: whether it
    is measured at all.
    """

    opened = pyqtSignal()  # a video, or none any more
    frame_changed = pyqtSignal()  # people, or which frame
    picture_changed = pyqtSignal()
    selection_changed = pyqtSignal()
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
        self.picture: Picture | None = None
        self.index = 0
        self.people: CorrectedFrame | None = None
        self.place: int | None = None
        self.joint: int | None = None
        self.marks: tuple[int | None, int | None] = (None, None)
        self.event_number: int | None = None  # number of the one that is chosen
        self.filling = False
        self.filled = 0
        self.wanted_id: int | None = None
        self.annotations = Annotations()
        self.movement: Movement | None = None
        self.unmeasured = ""
        self._timer = QTimer(self)
        self._timer.setInterval(GROW_MS)
        self._timer.timeout.connect(self._grow)
        self._player = Player(self)
        feeding = self.feeding
        feeding.video_ready.connect(self._on_video)
        feeding.picture_ready.connect(self._on_picture)
        feeding.document_ready.connect(self._on_document)
        feeding.filled.connect(self._on_filled)
        feeding.ended.connect(self._on_ended)
        feeding.measured.connect(self._on_measured)
        feeding.unmeasured.connect(self._on_unmeasured)
        feeding.failed.connect(self._on_failed)
        self.tracks_changed.connect(self._measure_soon)

    # ---- open and close ----------------------------------------------------------------------------------------

    def open(self, opening: Opening, network: NetworkSettings | None = None) -> None:
        """Open a video or photos and the document, and look for people in the frames that it lacks.

        Args:
            opening: What it is.
            network: Which looks for people; None: that of the live view.
        """
        self.close()
        self.opening = opening
        self.filling = True  # until the worker says that all is there
        if opening.document.exists():
            self._open_document()
        settings = self.state.settings
        self.feeding.start(opening, (network or settings.network, settings.tracking))
        self._measure_soon()
        self._timer.start()
        self.opened.emit()
        self.show_frame(opening.first)

    def close(self) -> None:
        """Close what is open; the analysis goes on when it is opened again."""
        self.play(False)
        self._timer.stop()
        self.feeding.stop()
        if self.document is not None:
            self.document.close()
        self.opening, self.document, self.info, self.picture, self.people = None, None, None, None, None
        self.index, self.place, self.joint, self.marks = 0, None, None, (None, None)
        self.filling, self.filled, self.wanted_id = False, 0, None
        self.event_number = None
        self.annotations, self.movement, self.unmeasured = Annotations(), None, ""
        self.opened.emit()

    def end(self) -> None:
        """Close, and wait for all threads."""
        self.close()
        self.feeding.end()

    # ---- what is seen ------------------------------------------------------------------------------------------

    @property
    def frame_count(self) -> int:
        """How many frames there are, as far as that is known."""
        if self.opening is not None and self.opening.photos:
            return len(self.opening.photos)
        promised = 0 if self.info is None else self.info.frames
        frames = [] if self.document is None else self.document.frames()
        seen = frames[-1][0] + 1 if frames else 0
        return max(1, seen if seen and not self.filling else max(promised, seen))

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return 25.0 if self.info is None else self.info.frame_rate

    @property
    def poses(self) -> Poses | None:
        """The people of the frame that is seen; None where nobody looked yet."""
        return None if self.people is None else self.people.poses

    @property
    def row(self) -> int | None:
        """Which of the people is chosen."""
        if self.people is None or self.place is None:
            return None
        rows = np.flatnonzero(self.people.places == self.place)
        return int(rows[0]) if len(rows) else None

    @property
    def person_id(self) -> int | None:
        """The id of the person who is chosen; None for nobody, and for who was not followed."""
        poses, row = self.poses, self.row
        if poses is None or row is None or poses.ids is None or poses.ids[row] < 0:
            return None
        return int(poses.ids[row])

    def time_s(self, index: int | None = None) -> float:
        """Return the time of a frame, of the one that is seen where none is given."""
        wanted = self.index if index is None else index
        known = self._time_of(wanted)
        return wanted / self.frame_rate if known is None else known

    def who(self) -> People | None:
        """Return who is where in all frames."""
        return None if self.document is None else self.document.who()

    def lanes(self) -> list[Lane]:
        """Return a lane for each id, with the sides that seem to be swapped."""
        who = self.who()
        return [] if who is None else lanes_of(who, () if self.movement is None else self.movement.swaps)

    def show_frame(self, index: int) -> None:
        """Go to a frame: its people are there at once, its picture as soon as it is read."""
        if self.opening is None:
            return
        kept_id = self.person_id if self.person_id is not None else self.wanted_id
        self.index = min(max(0, index), self.frame_count - 1)
        self._take_size()
        self._read_people()
        self.wanted_id = kept_id
        self._follow_id(kept_id)
        self.feeding.want_picture(self.index, self._time_of(self.index))
        self.frame_changed.emit()
        self.selection_changed.emit()

    def choose(self, place: int | None, joint: int | None = None) -> None:
        """Choose a person in the frame, and a joint."""
        self.place, self.joint = place, joint
        self.wanted_id = self.person_id
        self.selection_changed.emit()

    def choose_none_but(self, person_id: int) -> None:
        """Choose the person of an id, wherever the person is."""
        self.wanted_id = person_id
        self._follow_id(person_id)
        self.selection_changed.emit()

    def set_mark(self, which: int) -> None:
        """Put the in mark (0) or the out mark (1) to the frame that is seen; again there, take it away."""
        marks = list(self.marks)
        marks[which] = None if marks[which] == self.index else self.index
        first, last = marks
        if first is not None and last is not None and first > last:
            marks[1 - which] = None
        self.marks = (marks[0], marks[1])
        self.tracks_changed.emit()

    def range(self) -> tuple[int, int]:
        """Return the first and the last frame between the marks, or of all."""
        first, last = self.marks
        return first or 0, self.frame_count - 1 if last is None else last

    @property
    def playing(self) -> bool:
        """Whether frames go on by themselves."""
        return self._player.playing

    def play(self, on: bool) -> None:
        """Let frames go on, or stop."""
        self._player.play(on)

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
        self._edited()
        return True

    def undo(self) -> None:
        """Take back the last correction."""
        if self.document is not None and self.document.undo():
            self._edited()

    def redo(self) -> None:
        """Make the last undone correction again."""
        if self.document is not None and self.document.redo():
            self._edited()

    def notify_error(self, error: SwahrError) -> None:
        """Say what cannot be done."""
        self.state.notify(Level.WARNING, worded(error))

    def _edited(self) -> None:
        assert self.document is not None
        self.annotations = self.document.annotations()
        self._read_people()
        if self.row is None:
            self._follow_id(self.wanted_id)
        elif self.person_id is not None:
            self.wanted_id = self.person_id
        self.frame_changed.emit()
        self.selection_changed.emit()
        self.tracks_changed.emit()

    # ---- what workers say --------------------------------------------------------------------------------------

    def _on_video(self, info: VideoInfo) -> None:
        self.info = info
        self._take_size()
        self.opened.emit()
        self.tracks_changed.emit()

    def _take_size(self) -> None:
        """Photos have sizes of their own."""
        opening = self.opening
        size = size_of(opening.photos[self.index]) if opening is not None and opening.photos else None
        if size is not None and self.info is not None:
            self.info = replace(self.info, size_wh=size, stored_wh=size)

    def _on_picture(self, picture: Picture, wanted: int) -> None:
        self.picture = picture
        if picture.index < wanted == self.index:  # the video is shorter than it says
            self.index = picture.index
            self._read_people()
            self.frame_changed.emit()
        self.picture_changed.emit()

    def _on_document(self) -> None:
        if self.document is None:
            self._open_document()
            self.show_frame(self.index)

    def _on_filled(self, frames: int) -> None:
        self.filled = frames
        self.filling_changed.emit()

    def _on_ended(self) -> None:
        self.filling = False
        self._grow()
        self._timer.stop()
        self.filling_changed.emit()

    def _on_failed(self, text: str) -> None:
        self.filling = False
        self.state.notify(Level.ERROR, text)
        self.filling_changed.emit()

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
        self.tracks_changed.emit()

    def _grow(self) -> None:
        """Take up what the analysis found since the last time."""
        if self.document is None:
            return
        if self.people is None:
            self._read_people()
            self.show_frame(self.index)
        self.tracks_changed.emit()

    def _read_people(self) -> None:
        there = self.document is not None and self._time_of(self.index) is not None
        self.people = self.document.frame(self.index) if there and self.document is not None else None

    def _follow_id(self, person_id: int | None) -> None:
        """Choose the person of an id in this frame, with the joint that was chosen."""
        poses = self.poses
        self.place = None
        if person_id is None or poses is None or poses.ids is None or self.people is None:
            return
        rows = np.flatnonzero(poses.ids == person_id)
        if len(rows):
            self.place = int(self.people.places[rows[0]])

    def _time_of(self, index: int) -> float | None:
        frames = [] if self.document is None else self.document.frames()
        place = bisect_left(frames, index, key=lambda frame: frame[0])
        return frames[place][1] if place < len(frames) and frames[place][0] == index else None
