"""Named events and what is measured, for the side of the review page."""

from collections.abc import Sequence
from math import isfinite

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from swahr_app.review.events import Events
from swahr_app.review.session import Session
from swahr_app.review.tools import Tools

HEIGHT = 84


class EventList(QListWidget):
    """The named frames of the video: a click goes there, a double click names one anew."""

    def __init__(self, session: Session, events: Events) -> None:
        super().__init__()
        self.session, self.events = session, events
        self._shown: object = None
        self.setAccessibleName(self.tr("Events"))
        self.setToolTip(self.tr("Click goes there, a double click renames"))
        self.setFixedHeight(HEIGHT)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.currentRowChanged.connect(self._chosen)
        self.itemDoubleClicked.connect(lambda _: events.rename())
        session.tracks_changed.connect(self.draw)
        session.frame_changed.connect(self.draw)
        session.opened.connect(self.draw)

    def draw(self) -> None:
        """List what there is; the one of the frame is chosen."""
        here = self.events.here()
        known = self.session.annotations.events
        numbers = [event.number for event in known]
        blocker = QSignalBlocker(self)
        shown = (self.session.opening, known, numbers)
        if self._shown != shown:  # a list that is made anew between two clicks has no double click
            self._shown = shown
            self.clear()
            self.addItems([f"{self._when(event.frame)}   {event.name}" for event in known])
        row = -1 if here is None else numbers.index(here.number)
        if row != self.currentRow():
            self.setCurrentRow(row)
        blocker.unblock()

    def _when(self, frame: int) -> str:
        """Return the time of a frame, or its number where frames have no times, as photos."""
        time_s = self.session.time_s(frame)
        return f"{time_s:.2f} s" if isfinite(time_s) else str(frame)

    def _chosen(self, row: int) -> None:
        events = self.session.annotations.events
        if 0 <= row < len(events):
            self.session.play(False)
            self.events.choose(events[row])


class MeasureList(QWidget):
    """What is read out, with the values of who is chosen in this frame, and the scale."""

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__()
        self.session, self.tools = session, tools
        self.readouts = QListWidget()
        self.readouts.setAccessibleName(self.tr("Read-outs"))
        self.readouts.setToolTip(
            self.tr("Distances and angles at joints of the chosen person, in this frame")
        )
        self.readouts.setFixedHeight(HEIGHT)
        self.readouts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.readouts.setTabKeyNavigation(False)
        self.scale = QLabel()
        self.scale.setObjectName("muted")
        self.scale.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.readouts)
        layout.addWidget(self.scale)
        session.selection_changed.connect(self.draw)
        session.opened.connect(self.draw)
        tools.changed.connect(self.draw)
        self.draw()

    def draw(self) -> None:
        """Show the values of this frame."""
        session = self.session
        notes, poses, row = session.annotations, session.poses, session.row
        kept = self.readouts.currentRow()
        self.readouts.clear()
        readings = [] if poses is None or row is None else self.tools.readings(poses.keypoints[row])
        for place, joints in enumerate(notes.readouts):
            value = readings[place].text if readings else "–"
            item = QListWidgetItem(f"{value}   {self._words(joints)}")
            item.setToolTip(self._words(joints))
            self.readouts.addItem(item)
        self.readouts.setCurrentRow(min(kept, self.readouts.count() - 1))
        scale = notes.scale
        self.scale.setText(
            self.tr("No scale: distances are in pixels")
            if scale is None
            else self.tr("Scale: {:g} m, {:.4g} mm per pixel").format(
                scale.length, 1000 * scale.metres_per_pixel
            )
        )

    def _words(self, joints: Sequence[int]) -> str:
        document = self.session.document
        if document is None:
            return ""
        names = [document.skeleton.joints[joint].replace("_", " ") for joint in joints]
        if len(names) == 2:
            return self.tr("{} to {}").format(*names)
        return self.tr("{1}: {0} to {2}").format(*names)
