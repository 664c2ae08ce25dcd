"""The timeline: named events, a lane for each id, confidence below, the frame that is seen; zoomed by the wheel."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PyQt6.QtWidgets import QMenu, QSizePolicy, QWidget

from swahr.pose.events import EventMark
from swahr_app.review.axis import NAMES, Axis
from swahr_app.review.events import Events
from swahr_app.review.lanes import Lane
from swahr_app.review.session import Session
from swahr_app.review.timeline_painting import (
    EVENTS,
    GAP,
    LANE,
    LANES_TOP,
    PLOT,
    RULER,
    Drawn,
    event_columns,
    names_font,
    paint_tracks,
)
from swahr_app.threads.turns import undisturbed
from swahr_app.widgets.theme import current_theme

MIN_LANES, MAX_LANES = 3, 6
NEAR = 6  # pixels from the line of an event that a click still means


class Timeline(QWidget):
    """Shows who is where in all frames, and what happens there. A click or drag goes there.

    On a name or lane a click also chooses the person; on an event it chooses that, a drag moves it, a double click
    names it anew, the right button asks what to do, and a double click beside one asks for a new one.
    """

    def __init__(self, session: Session, axis: Axis, events: Events) -> None:
        super().__init__()
        self.session, self.axis, self.events = session, axis, events
        self.lanes: list[Lane] = []
        self._picture: QPixmap | None = None
        self._drawn: object = None  # what the picture was drawn for
        self._dragged: EventMark | None = None  # where it is now
        self._top = 0  # the first lane that is shown
        self._proposed: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its keys are those of the page
        self.setAccessibleName(self.tr("Timeline"))
        self.setToolTip(
            self.tr(
                "Click goes there, the wheel zooms, Shift and the wheel moves; over the ids it shows others"
            )
        )
        session.frame_changed.connect(self.update)
        session.selection_changed.connect(self._show_chosen)
        session.tracks_changed.connect(self.take_tracks)
        session.measured.connect(self.take_tracks)
        session.opened.connect(self._opened)
        axis.changed.connect(self.update)
        self.take_tracks()

    @property
    def first(self) -> float:
        """The first frame that is shown."""
        return self.axis.first

    @property
    def count(self) -> float:
        """How many frames are shown."""
        return self.axis.count

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, self.height())

    def take_tracks(self) -> None:
        """Look again who is where."""
        self._picture, self.lanes = None, self.session.lanes()
        self._scroll(0)
        shown = min(max(MIN_LANES, len(self.lanes)), MAX_LANES)
        self.setFixedHeight(LANES_TOP + shown * (LANE + GAP) + PLOT + 10)
        self.update()

    def frame_at(self, x: float) -> float:
        """Return which frame is at a column of the widget."""
        return self.axis.frame_at(x, self.width())

    def column_of(self, frame: float) -> float:
        """Return at which column a frame begins."""
        return self.axis.column_of(frame, self.width())

    def shown_lanes(self) -> list[Lane]:
        """Return the lanes that are seen; whoever is chosen comes among them, until the wheel shows others."""
        return self.lanes[self._top : self._top + MAX_LANES]

    def show_proposed(self, frames: Sequence[int]) -> None:
        """Mark frames that are proposed for correction."""
        self._proposed = tuple(frames)
        self.update()

    def _scroll(self, by: int) -> None:
        """Show other lanes, where there is no room for all."""
        self._top = min(max(0, self._top + by), max(0, len(self.lanes) - MAX_LANES))
        self._picture = None
        self.update()

    def _show_chosen(self) -> None:
        """Let the lane of who is chosen be seen."""
        ids = [lane.id for lane in self.lanes]
        known = self.session.person_id
        if known in ids and not self._top <= ids.index(known) < self._top + MAX_LANES:
            self._scroll(ids.index(known) - self._top - MAX_LANES // 2)
        self.update()

    # ---- mouse -------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Go to the frame of a click; choose the person of a lane, or an event."""
        if event is None or self.session.opening is None:
            return
        named = self._event_at(event.position())
        if named is not None:
            self.session.play(False)
            self.events.choose(named)
            self._dragged = named if event.button() == Qt.MouseButton.LeftButton else None
            if event.button() == Qt.MouseButton.RightButton:
                self._ask(event.globalPosition().toPoint())
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        lane = self._lane_at(event.position())
        if event.position().x() < NAMES:
            if lane is not None:
                self._go_to_person(lane)
            return
        if lane is not None:
            self.session.choose_none_but(lane.id)
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Scrub, or drag an event."""
        if event is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if event.position().x() < NAMES:
            return
        if self._dragged is not None:
            frame = min(max(0, int(self.frame_at(event.position().x()))), self.session.frame_count - 1)
            self._dragged = EventMark(frame, self._dragged.name, self._dragged.number)
            self.session.show_frame(frame)
        else:
            self._go(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802
        """Leave an event where it was dragged to: one entry of the journal."""
        dragged, self._dragged = self._dragged, None
        if dragged is not None:
            self.events.put(dragged, dragged.frame)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Name an event anew, or a frame in the row of events."""
        if event is None or self.session.document is None:
            return
        self._dragged = None
        if self._event_at(event.position()) is not None:
            self.events.rename()
        elif RULER <= event.position().y() < LANES_TOP and event.position().x() >= NAMES:
            self.session.show_frame(int(self.frame_at(event.position().x())))
            self.events.add()

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Zoom about the pointer, or move."""
        if event is None:
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.position().x() < NAMES and len(self.lanes) > MAX_LANES:
            self._scroll(-1 if turned > 0 else 1)
            event.accept()
            return
        moves = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) or not event.angleDelta().y()
        self.axis.turn(turned, moves, self.frame_at(event.position().x()))
        event.accept()

    def _ask(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, act in ((self.tr("Rename…"), self.events.rename), (self.tr("Delete"), self.events.delete)):
            action = menu.addAction(text)
            assert action is not None
            action.triggered.connect(lambda _=False, act=act: act())
        menu.popup(at)

    def _go(self, x: float) -> None:
        self.session.play(False)
        self.session.show_frame(int(self.frame_at(x)))

    def _go_to_person(self, lane: Lane) -> None:
        if self.session.index not in lane.frames:
            nearest = int(lane.frames[np.abs(lane.frames - self.session.index).argmin()])
            self.session.show_frame(nearest)
        self.session.choose_none_but(lane.id)

    def _lane_at(self, point: QPointF) -> Lane | None:
        number = int((point.y() - LANES_TOP) // (LANE + GAP))
        shown = self.shown_lanes()
        return shown[number] if 0 <= number < len(shown) else None

    def _event_at(self, point: QPointF) -> EventMark | None:
        """Return the event whose flag is at a point."""
        if not RULER <= point.y() < RULER + EVENTS:
            return None
        events = self.session.annotations.events
        metrics = QFontMetrics(names_font(self), self)
        spans = event_columns(events, self.column_of, metrics, self.width())
        near = None
        for event, (left, right) in zip(events, spans, strict=True):
            if left >= NAMES and left <= point.x() <= right:
                return event
            if near is None and left >= NAMES and 0 < left - point.x() <= NEAR:
                near = event
        return near

    def _opened(self) -> None:
        if self.session.document is None:
            self.lanes = []
        self.take_tracks()

    # ---- painting ----------------------------------------------------------------------------------------------

    @undisturbed
    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint what is there, which is drawn anew only where it has changed, and where the frame is."""
        session = self.session
        drawn = Drawn(
            self.first, self.count, session.frame_rate, session.person_id, session.marks, self._events(),
            session.event_number, self.size(), current_theme(),
        )  # fmt: skip
        if self._picture is None or self._drawn != drawn:
            self._picture = paint_tracks(self, drawn, self.shown_lanes(), self.column_of)
            self._drawn = drawn
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_proposed(painter)
        self._paint_scroll(painter)
        place = self.column_of(session.index + 0.5)
        if place >= NAMES:
            painter.setPen(QPen(QColor(current_theme().text), 2))
            painter.drawLine(QPointF(place, 2), QPointF(place, self.height() - 4))
        painter.end()

    def _paint_proposed(self, painter: QPainter) -> None:
        """Paint a small arrow over each frame that is proposed."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().accent))
        for frame in self._proposed:
            x = self.column_of(frame + 0.5)
            if x >= NAMES:
                corners = (QPointF(x - 4, 16), QPointF(x + 4, 16), QPointF(x, 22))
                painter.drawConvexPolygon(QPolygonF(corners))

    def _paint_scroll(self, painter: QPainter) -> None:
        """Paint which of the lanes are seen, where there are more."""
        count, room = len(self.lanes), MAX_LANES * (LANE + GAP) - GAP
        if count <= MAX_LANES:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        theme = current_theme()
        for colour, top, part in (
            (theme.border, 0.0, 1.0),
            (theme.muted, self._top / count, MAX_LANES / count),
        ):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(2, LANES_TOP + top * room, 4, part * room), 2, 2)

    def _events(self) -> tuple[EventMark, ...]:
        dragged, events = self._dragged, self.session.annotations.events
        if dragged is None:
            return events
        return tuple(sorted(dragged if event.number == dragged.number else event for event in events))
