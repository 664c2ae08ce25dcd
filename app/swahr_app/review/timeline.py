"""The timeline: a lane for each id, confidence below, the frame that is seen, in and out marks; zoomed by the wheel."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from swahr.overlay.colours import id_colour
from swahr_app.review.lanes import BY_HAND, DOUBTFUL, FILLED_IN, SEEN, Lane, lanes_of
from swahr_app.review.session import Session
from swahr_app.widgets.theme import Theme, current_theme

NAMES, RULER, LANE, GAP, PLOT = 88, 22, 15, 4, 48  # pixels
STATE = 5  # of a lane, at its bottom: what is said of its frames
MAX_LANES = 6
MIN_FRAMES = 20  # that are shown at least
STEPS_S = (0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
TICK_ROOM = 76  # pixels from one time to the next


class Timeline(QWidget):
    """Shows who is where in all frames. A click or drag goes there; on a name or lane it also chooses the person.

    first, count: the frames that are shown; may be parts of frames.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.first, self.count = 0.0, 1.0
        self._whole = True
        self.lanes: list[Lane] = []
        self._picture: QPixmap | None = None
        self._drawn: object = None  # what the picture was drawn for
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(RULER + MAX_LANES * (LANE + GAP) + PLOT + 10)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its keys are those of the page
        self.setAccessibleName(self.tr("Timeline"))
        self.setToolTip(self.tr("Click goes there, the wheel zooms, Shift and the wheel moves"))
        session.frame_changed.connect(self._follow)
        session.selection_changed.connect(self.update)
        session.tracks_changed.connect(self.take_tracks)
        session.opened.connect(self._opened)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, self.height())

    def take_tracks(self) -> None:
        """Look again who is where."""
        who, self._picture = self.session.who(), None
        self.lanes = [] if who is None else lanes_of(who)
        if self._whole:
            self.first, self.count = 0.0, float(max(MIN_FRAMES, self.session.frame_count))
        self.update()

    def change_zoom(self, factor: float, at: float | None = None) -> None:
        """Show `factor` times as many frames, about a column of the widget, or the frame that is seen; 0: all."""
        most = float(max(MIN_FRAMES, self.session.frame_count))
        if factor == 0:
            self._whole, self.first, self.count = True, 0.0, most
            self.update()
            return
        pivot = self.session.index + 0.5 if at is None else self.frame_at(at)
        count = min(max(MIN_FRAMES, self.count * factor), most)
        part = (pivot - self.first) / self.count
        part = part if 0 <= part <= 1 else 0.5
        self._whole = count >= most
        self.count = count
        self._scroll(pivot - part * count)

    def frame_at(self, x: float) -> float:
        """Return which frame is at a column of the widget."""
        return self.first + (x - NAMES) / max(1, self.width() - NAMES) * self.count

    def column_of(self, frame: float) -> float:
        """Return at which column a frame begins."""
        return NAMES + (frame - self.first) / self.count * max(1, self.width() - NAMES)

    def shown_lanes(self) -> list[Lane]:
        """Return the lanes that there is room for; that of the person who is chosen is among them."""
        shown = self.lanes[:MAX_LANES]
        chosen = [lane for lane in self.lanes if lane.id == self.session.person_id]
        if chosen and chosen[0] not in shown:
            shown = [*shown[:-1], chosen[0]]
        return shown

    # ---- mouse -------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Go to the frame of a click; choose the person of a lane."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self.session.opening is None:
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
        """Scrub."""
        if (
            event is not None
            and event.buttons() & Qt.MouseButton.LeftButton
            and event.position().x() >= NAMES
        ):
            self._go(event.position().x())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Zoom about the pointer, or move."""
        if event is None:
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not event.angleDelta().y():
            self._scroll(self.first - turned / 120 * self.count / 8)
        else:
            self.change_zoom(0.8 if turned > 0 else 1.25, event.position().x())
        event.accept()

    def _go(self, x: float) -> None:
        self.session.play(False)
        self.session.show_frame(int(self.frame_at(x)))

    def _go_to_person(self, lane: Lane) -> None:
        if self.session.index not in lane.frames:
            nearest = int(lane.frames[np.abs(lane.frames - self.session.index).argmin()])
            self.session.show_frame(nearest)
        self.session.choose_none_but(lane.id)

    def _lane_at(self, point: QPointF) -> Lane | None:
        number = int((point.y() - RULER) // (LANE + GAP))
        shown = self.shown_lanes()
        return shown[number] if 0 <= number < len(shown) else None

    def _scroll(self, first: float) -> None:
        most = max(MIN_FRAMES, self.session.frame_count)
        self.first = min(max(0.0, first), max(0.0, most - self.count))
        self.update()

    def _follow(self) -> None:
        """Keep the frame that is seen in view."""
        index = self.session.index
        if not self.first <= index < self.first + self.count:
            self._scroll(index - self.count / 2)
        self.update()

    def _opened(self) -> None:
        if self.session.document is None:
            self.lanes, self._whole = [], True
        self.take_tracks()

    # ---- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint what is there, which is drawn anew only where it has changed, and where the frame is."""
        drawn = (
            self.first,
            self.count,
            self.session.person_id,
            self.session.marks,
            self.size(),
            current_theme(),
        )
        if self._picture is None or self._drawn != drawn:
            self._picture, self._drawn = self._paint_tracks(), drawn
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        place = self.column_of(self.session.index + 0.5)
        if place >= NAMES:
            painter.setPen(QPen(QColor(current_theme().text), 2))
            painter.drawLine(QPointF(place, 2), QPointF(place, self.height() - 4))
        painter.end()

    def _paint_tracks(self) -> QPixmap:
        """Return ruler, lanes, confidence and marks as a picture."""
        theme, ratio = current_theme(), self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.surface))
        painter = QPainter(picture)
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_marks(painter, theme)
        self._paint_ruler(painter, theme)
        edges = self.first + np.arange(self._wide() + 1) / self._wide() * self.count
        for number, lane in enumerate(self.shown_lanes()):
            self._paint_lane(painter, theme, lane, RULER + number * (LANE + GAP), edges)
        more = len(self.lanes) - MAX_LANES
        if more > 0:
            painter.setPen(QColor(theme.muted))
            text = self.tr("and {} more").format(more)
            painter.drawText(
                QRectF(10, self._plot_top() - 2, NAMES - 10, 16), Qt.AlignmentFlag.AlignLeft, text
            )
        self._paint_confidence(painter, theme, edges)
        self._paint_legend(painter, theme)
        painter.end()
        return picture

    def _paint_ruler(self, painter: QPainter, theme: Theme) -> None:
        rate = self.session.frame_rate
        step = next(
            (step for step in STEPS_S if step * rate / self.count * self._wide() >= TICK_ROOM), STEPS_S[-1]
        )
        for number in range(int(self.first / rate / step), int((self.first + self.count) / rate / step) + 1):
            x = self.column_of(number * step * rate)
            if x < NAMES:
                continue
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(x, 16), QPointF(x, self.height()))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(x + 4, 13), _clock(number * step))

    def _paint_lane(self, painter: QPainter, theme: Theme, lane: Lane, top: float, edges: np.ndarray) -> None:
        chosen = lane.id == self.session.person_id
        blue, green, red = id_colour(lane.id)
        own, columns = QColor(red, green, blue), lane.columns(edges)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRect(QRectF(NAMES, top, self._wide(), LANE))
        inset = 0 if chosen else 3
        there = dict.fromkeys((SEEN, DOUBTFUL, FILLED_IN, BY_HAND), own)
        self._paint_strip(painter, columns, there, top + inset, LANE - STATE - 1 - inset)
        self._paint_strip(painter, columns, _state_colours(theme), top + LANE - STATE, STATE)
        painter.setBrush(own)
        painter.drawRoundedRect(QRectF(10, top + 2, 10, LANE - 4), 3, 3)
        painter.setPen(QColor(theme.text if chosen else theme.muted))
        painter.drawText(QRectF(26, top, NAMES - 30, LANE), Qt.AlignmentFlag.AlignVCenter, str(lane.id))

    def _paint_strip(
        self, painter: QPainter, columns: np.ndarray, colours: dict[int, QColor], top: float, high: float
    ) -> None:
        """Paint columns in the colours of what they are."""
        table = np.zeros((5, 4), np.uint8)
        for state, colour in colours.items():
            table[state] = colour.blue(), colour.green(), colour.red(), 255
        pixels = np.ascontiguousarray(table[columns][None])
        strip = QImage(pixels.data, len(columns), 1, 4 * len(columns), QImage.Format.Format_ARGB32)  # type: ignore[call-overload]
        painter.drawImage(QRectF(NAMES, top, self._wide(), high), strip)

    def _paint_legend(self, painter: QPainter, theme: Theme) -> None:
        """Say at the right of the plot what the colours under the lanes are."""
        words = {DOUBTFUL: self.tr("doubtful"), FILLED_IN: self.tr("filled"), BY_HAND: self.tr("corrected")}
        x, y = float(self.width() - 8), self._plot_top() + PLOT - 14
        for state, colour in _state_colours(theme).items():
            width = painter.fontMetrics().horizontalAdvance(words[state])
            x -= width
            painter.setPen(QColor(theme.muted))
            painter.drawText(QRectF(x, y, width, 14), Qt.AlignmentFlag.AlignVCenter, words[state])
            x -= 14
            painter.fillRect(QRectF(x, y + 4, 9, STATE), colour)
            x -= 12

    def _paint_confidence(self, painter: QPainter, theme: Theme, edges: np.ndarray) -> None:
        top = self._plot_top()
        painter.setPen(QPen(QColor(theme.border), 1))
        for part in (0.0, 0.5, 1.0):
            y = top + PLOT * (1 - part)
            painter.drawLine(QPointF(NAMES, y), QPointF(self.width(), y))
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            QRectF(10, top + PLOT / 2 - 8, NAMES - 10, 16), Qt.AlignmentFlag.AlignLeft, self.tr("Confidence")
        )
        for lane in self.shown_lanes():
            if self.session.person_id is None or lane.id == self.session.person_id:
                blue, green, red = id_colour(lane.id)
                painter.setPen(QPen(QColor(red, green, blue), 1))
                for line in _lines(lane, edges, NAMES, top):
                    painter.drawPolyline(line)

    def _paint_marks(self, painter: QPainter, theme: Theme) -> None:
        first, last = self.session.marks
        if first is None and last is None:
            return
        left = max(float(NAMES), self.column_of(0 if first is None else first))
        right = self.width() if last is None else self.column_of(last + 1)
        shade = QColor(theme.accent)
        shade.setAlpha(40)
        painter.fillRect(QRectF(left, 0, max(0.0, right - left), self.height()), shade)
        painter.setPen(QPen(QColor(theme.accent), 2))
        for mark, x in ((first, left), (last, right)):
            if mark is not None and x >= NAMES:
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _wide(self) -> int:
        return max(1, self.width() - NAMES)

    def _plot_top(self) -> float:
        return RULER + MAX_LANES * (LANE + GAP) + 2


def _state_colours(theme: Theme) -> dict[int, QColor]:
    return {
        BY_HAND: QColor(theme.success),
        FILLED_IN: QColor(theme.warning),
        DOUBTFUL: QColor(theme.error),
    }


def _lines(lane: Lane, edges: np.ndarray, left: float, top: float) -> list[QPolygonF]:
    """Return the lowest score of each column as lines, one for each stretch without a gap."""
    width = len(edges) - 1
    step = (edges[-1] - edges[0]) / width
    column = np.floor((lane.frames + 0.5 - edges[0]) / step).astype(np.int64)
    inside = (column >= 0) & (column < width)
    lowest = np.full(width, np.inf)
    np.minimum.at(lowest, column[inside], lane.scores[inside])
    known = np.flatnonzero(np.isfinite(lowest))
    reach = max(1.0, 1.5 / step)  # columns from one frame to the next
    parts = np.split(known, np.flatnonzero(np.diff(known) > reach) + 1)
    return [
        QPolygonF([QPointF(left + x + 0.5, top + PLOT * (1 - float(lowest[x]))) for x in part])
        for part in parts
        if len(part) > 1
    ]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    whole = f"{rest:05.2f}".rstrip("0").rstrip(".")
    return f"{int(minutes)}:{whole}"
