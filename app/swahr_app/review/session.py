"""What is seen of a video that is open: which frame, its people and its picture, who is chosen, what is marked."""

import numpy as np
from PyQt6.QtCore import pyqtSignal

from swahr.config import NetworkSettings
from swahr.document import CorrectedFrame
from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr_app.review.open_video import OpenVideo
from swahr_app.review.opening import Opening
from swahr_app.review.player import Player
from swahr_app.review.workers.pictures import Picture
from swahr_app.state.state import AppState

MARKS = "marks"  # fact of a document: frames of the in and out marks, or null


class Session(OpenVideo):
    """What is open on the review page, and what is seen of it.

    index: of the frame that is seen, people and picture, of which the picture may come later. place: of the person who
    is chosen, joint: of it. marks: in and out, frames or None. event_number: of the event that is chosen.
    """

    frame_changed = pyqtSignal()  # people, or which frame
    picture_changed = pyqtSignal()
    selection_changed = pyqtSignal()

    def __init__(self, state: AppState, measures: bool = True) -> None:
        super().__init__(state, measures)
        self._forget()
        self._player = Player(self)
        self.feeding.picture_ready.connect(self._on_picture)
        self.document_opened.connect(self._document_came)
        self.grown.connect(self._look_again)
        self.edited.connect(self._read_again)

    def _forget(self) -> None:
        self.picture: Picture | None = None
        self.people: CorrectedFrame | None = None
        self.index = 0
        self.place: int | None = None
        self.joint: int | None = None
        self.wanted_id: int | None = None
        self.event_number: int | None = None
        self.marks: tuple[int | None, int | None] = (None, None)

    def open(self, opening: Opening, network: NetworkSettings | None = None) -> None:
        """Open a video or photos at their first frame; see `OpenVideo.open`."""
        super().open(opening, network)
        self.marks = self._kept_marks()
        self.show_frame(opening.first)

    def _shut(self) -> None:
        self.play(False)
        self._forget()
        super()._shut()

    # ---- which frame -------------------------------------------------------------------------------------------

    def show_frame(self, index: int) -> None:
        """Go to a frame: its people are there at once, its picture as soon as it is read."""
        if self.opening is None:
            return
        kept_id = self.person_id if self.person_id is not None else self.wanted_id
        self.index = min(max(0, index), self.frame_count - 1)
        self.size_as(self.index)
        self._read_people()
        self.wanted_id = kept_id
        self._follow_id(kept_id)
        self.feeding.want_picture(self.index, self.known_time_s(self.index))
        self.frame_changed.emit()
        self.selection_changed.emit()

    def time_s(self, index: int | None = None) -> float:
        """Return the time of a frame, of the one that is seen where none is given."""
        wanted = self.index if index is None else index
        known = self.known_time_s(wanted)
        return wanted / self.frame_rate if known is None else known

    def set_mark(self, which: int) -> None:
        """Put the in mark (0) or the out mark (1) to the frame that is seen; again there, take it away."""
        marks = list(self.marks)
        marks[which] = None if marks[which] == self.index else self.index
        first, last = marks
        if first is not None and last is not None and first > last:
            marks[1 - which] = None
        self.marks = (marks[0], marks[1])
        self._keep_marks()
        self.tracks_changed.emit()

    def remove_marks(self) -> None:
        """Take both marks away: exports are of all frames again."""
        self.marks = (None, None)
        self._keep_marks()
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

    # ---- who is chosen -----------------------------------------------------------------------------------------

    @property
    def poses(self) -> Poses | None:
        """The people of the frame that is seen; None where nobody looked yet."""
        return None if self.people is None else self.people.poses

    @property
    def row(self) -> int | None:
        """Which of the people is chosen."""
        if self.people is None or self.place is None:
            return None
        places = self.people.places.tolist()
        return places.index(self.place) if self.place in places else None

    @property
    def person_id(self) -> int | None:
        """The id of the person who is chosen; None for nobody, and for who was not followed."""
        poses, row = self.poses, self.row
        if poses is None or row is None or poses.ids is None or poses.ids[row] < 0:
            return None
        return int(poses.ids[row])

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

    # ---- marks -------------------------------------------------------------------------------------------------

    def _keep_marks(self) -> None:
        """Note the marks in the document, so that they are there when it is opened again."""
        if self.document is None:
            return
        try:
            self.document.set_facts(**{MARKS: list(self.marks)})
        except SwahrError as error:
            self.notify_error(error)

    def _kept_marks(self) -> tuple[int | None, int | None]:
        """Return the marks that the document has; none where it has something else by that name."""
        kept = None if self.document is None else self.document.fact(MARKS)
        if not isinstance(kept, list) or len(kept) != 2:
            return None, None
        first, last = (mark if isinstance(mark, int) and mark >= 0 else None for mark in kept)
        return (first, last) if first is None or last is None or first <= last else (None, None)

    # ---- what comes --------------------------------------------------------------------------------------------

    def _on_picture(self, picture: Picture, wanted: int) -> None:
        self.picture = picture
        if picture.index < wanted == self.index:  # the video is shorter than it says
            self.index = picture.index
            self._read_people()
            self.frame_changed.emit()
        self.picture_changed.emit()

    def _document_came(self) -> None:
        """Show who is in the document, which has the marks from now on that were set before it was there."""
        if self.marks != (None, None):
            self._keep_marks()
        self.show_frame(self.index)

    def _look_again(self) -> None:
        """Show the people of a frame that nobody had looked at."""
        if self.people is None:
            self._read_people()
            self.show_frame(self.index)

    def _read_again(self) -> None:
        """Show what was corrected."""
        self._read_people()
        if self.row is None:
            self._follow_id(self.wanted_id)
        elif self.person_id is not None:
            self.wanted_id = self.person_id
        self.frame_changed.emit()
        self.selection_changed.emit()

    def _read_people(self) -> None:
        there = self.document is not None and self.known_time_s(self.index) is not None
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
