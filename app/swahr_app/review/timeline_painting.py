"""How the timeline is painted: ruler, events, lanes, confidence, in and out marks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from PyQt6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPixmap
from PyQt6.QtWidgets import QWidget
from pyqtgraph.functions import arrayToQPath

from swahr.overlay.colours import id_colour
from swahr.pose.events import EventMark
from swahr_app.review.axis import NAMES
from swahr_app.review.lanes import BY_HAND, DOUBTFUL, FILLED_IN, SEEN, SWAPPED, Lane
from swahr_app.widgets.theme import Theme

RULER, EVENTS, LANE, GAP, PLOT = 22, 18, 15, 4, 48  # pixels
LANES_TOP = RULER + EVENTS
STATE = 5  # of a lane, at its bottom: what is said of its frames
STEPS_S = (0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
TICK_ROOM = 76  # pixels from one time to the next
MIN_NAME, MAX_NAME = 8, 140  # pixels of an event's name
FONT = 11  # pixels
PAD = 5
CONFIDENCE_DARKER = 170  # percent

Columns = Callable[[float], float]  # at which column a frame begins


@dataclass
class Drawn:
    """What a picture of the timeline is drawn for; an equal one has the same picture.

    first, count: frames that are shown. rate: frames per second. person_id: who is chosen. marks: in and out. events,
    event: named frames, and the number of the one that is chosen.
    """

    first: float
    count: float
    rate: float
    person_id: int | None
    marks: tuple[int | None, int | None]
    events: tuple[EventMark, ...]
    event: int | None
    size: QSize
    theme: Theme


def names_font(widget: QWidget) -> QFont:
    """Return the font of all that is written on a timeline."""
    font = QFont(widget.font())
    font.setPixelSize(FONT)
    return font


def event_columns(
    events: Sequence[EventMark], column_of: Columns, metrics: QFontMetrics, width: int
) -> list[tuple[float, float]]:
    """Return from where to where the flag of each event reaches: to the next one's; those of a frame in a row."""
    frames = sorted({event.frame for event in events})
    lefts = {frame: column_of(frame + 0.5) for frame in frames}
    spans: list[tuple[float, float]] = []
    for frame, after in zip_longest(frames, frames[1:]):
        named = [event for event in events if event.frame == frame]
        wanted = [min(metrics.horizontalAdvance(event.name) + 2 * PAD, MAX_NAME) for event in named]
        room = max(math.inf if after is None else lefts[after] - lefts[frame], MIN_NAME * len(named))
        at = lefts[frame]
        for wide in wanted if sum(wanted) <= room else [room / len(named)] * len(named):
            spans.append((at, min(at + wide, width)))
            at += wide
    return spans


def paint_tracks(widget: QWidget, drawn: Drawn, lanes: Sequence[Lane], column_of: Columns) -> QPixmap:
    """Return ruler, events, lanes, confidence and marks as a picture for a widget.

    drawn.count frames are seen right of the names; `column_of` is of the widget.
    """
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(round(widget.width() * ratio), round(widget.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(drawn.theme.surface))
    painter = QPainter(picture)
    painter.setFont(names_font(widget))
    _Painting(painter, drawn, column_of, widget.width(), widget.height()).paint(lanes)
    painter.end()
    return picture


class _Painting:
    def __init__(self, painter: QPainter, drawn: Drawn, column_of: Columns, width: int, height: int) -> None:
        self.painter, self.drawn, self.column_of = painter, drawn, column_of
        self.width, self.height, self.theme = width, height, drawn.theme
        self.wide = max(1, width - NAMES)
        self.plot_top = height - PLOT - 8

    def paint(self, lanes: Sequence[Lane]) -> None:
        drawn = self.drawn
        self._marks()
        self._ruler()
        edges = drawn.first + np.arange(self.wide + 1) / self.wide * drawn.count
        for number, lane in enumerate(lanes):
            self._lane(lane, LANES_TOP + number * (LANE + GAP), edges)
        self._confidence(lanes, edges)
        self._legend()
        self._events()

    def _ruler(self) -> None:
        painter, theme, drawn = self.painter, self.theme, self.drawn
        rate = drawn.rate
        step = next(
            (step for step in STEPS_S if step * rate / drawn.count * self.wide >= TICK_ROOM), STEPS_S[-1]
        )
        for number in range(
            int(drawn.first / rate / step), int((drawn.first + drawn.count) / rate / step) + 1
        ):
            x = self.column_of(number * step * rate)
            if x < NAMES:
                continue
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(x, 16), QPointF(x, self.height))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(x + 4, 13), _clock(number * step))

    def _events(self) -> None:
        painter, theme, drawn = self.painter, self.theme, self.drawn
        if drawn.events:
            painter.setPen(QColor(theme.muted))
            rect = QRectF(10, RULER, NAMES - 14, EVENTS - 2)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, _tr("Events"))
        spans = event_columns(drawn.events, self.column_of, painter.fontMetrics(), self.width)
        for event, (left, right) in zip(drawn.events, spans, strict=True):
            if left < NAMES:
                continue
            chosen = event.number == drawn.event
            colour = QColor(theme.accent)
            painter.setPen(QPen(colour, 1))
            line = self.column_of(event.frame + 0.5)
            painter.drawLine(QPointF(line, RULER), QPointF(line, self.plot_top + PLOT))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour if chosen else QColor(theme.raised))
            box = QRectF(left, RULER, right - left, EVENTS - 3)
            painter.drawRect(box)
            painter.fillRect(QRectF(left, RULER, 2, EVENTS - 3), colour)
            painter.setPen(QColor(theme.on_accent if chosen else theme.text))
            inside = box.adjusted(PAD, 0, -2, 0)
            name = painter.fontMetrics().elidedText(
                event.name, Qt.TextElideMode.ElideRight, max(0, int(inside.width()))
            )
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, name)

    def _lane(self, lane: Lane, top: float, edges: np.ndarray) -> None:
        painter, theme = self.painter, self.theme
        chosen = lane.id == self.drawn.person_id
        blue, green, red = id_colour(lane.id)
        own, columns = QColor(red, green, blue), lane.columns(edges)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRect(QRectF(NAMES, top, self.wide, LANE))
        inset = 0 if chosen else 3
        there = dict.fromkeys((SEEN, DOUBTFUL, SWAPPED, FILLED_IN, BY_HAND), own)
        self._strip(columns, there, top + inset, LANE - STATE - 1 - inset)
        self._strip(columns, _state_colours(theme), top + LANE - STATE, STATE)
        painter.setBrush(own)
        painter.drawRoundedRect(QRectF(10, top + 2, 10, LANE - 4), 3, 3)
        painter.setPen(QColor(theme.text if chosen else theme.muted))
        painter.drawText(QRectF(26, top, NAMES - 30, LANE), Qt.AlignmentFlag.AlignVCenter, str(lane.id))

    def _strip(self, columns: np.ndarray, colours: dict[int, QColor], top: float, high: float) -> None:
        """Paint columns in the colours of what they are."""
        table = np.zeros((BY_HAND + 1, 4), np.uint8)
        for state, colour in colours.items():
            table[state] = colour.blue(), colour.green(), colour.red(), 255
        pixels = np.ascontiguousarray(table[columns][None])
        strip = QImage(pixels.data, len(columns), 1, 4 * len(columns), QImage.Format.Format_ARGB32)  # type: ignore[call-overload]
        self.painter.drawImage(QRectF(NAMES, top, self.wide, high), strip)

    def _legend(self) -> None:
        """Say at the right of the plot what the colours under the lanes are."""
        painter, theme = self.painter, self.theme
        words = {
            DOUBTFUL: _tr("doubtful"),
            SWAPPED: _tr("left and right swapped?"),
            FILLED_IN: _tr("filled"),
            BY_HAND: _tr("corrected"),
        }
        x, y = float(self.width - 8), self.plot_top + PLOT - 14
        across = sum(painter.fontMetrics().horizontalAdvance(word) + 26 for word in words.values())
        ground = QColor(theme.surface)
        ground.setAlpha(230)  # marks and lines go on behind it
        painter.fillRect(QRectF(x - across, y - 2, across + 8, 18), ground)
        for state, colour in _state_colours(theme).items():
            width = painter.fontMetrics().horizontalAdvance(words[state])
            x -= width
            painter.setPen(QColor(theme.muted))
            painter.drawText(QRectF(x, y, width, 14), Qt.AlignmentFlag.AlignVCenter, words[state])
            x -= 14
            painter.fillRect(QRectF(x, y + 4, 9, STATE), colour)
            x -= 12

    def _confidence(self, lanes: Sequence[Lane], edges: np.ndarray) -> None:
        painter, theme, top = self.painter, self.theme, self.plot_top
        painter.setPen(QPen(QColor(theme.border), 1))
        for part in (0.0, 0.5, 1.0):
            y = top + PLOT * (1 - part)
            painter.drawLine(QPointF(NAMES, y), QPointF(self.width, y))
        painter.setPen(QColor(theme.muted))
        rect = QRectF(10, top + PLOT / 2 - 8, NAMES - 10, 16)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft, _tr("Confidence"))
        for lane in lanes:
            if self.drawn.person_id is None or lane.id == self.drawn.person_id:
                blue, green, red = id_colour(lane.id)
                colour = QColor(red, green, blue)
                if theme.name == "light":  # colours of ids are bright, for pictures
                    colour = colour.darker(CONFIDENCE_DARKER)
                painter.setPen(QPen(colour, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(_line(lane, edges, NAMES, top))

    def _marks(self) -> None:
        first, last = self.drawn.marks
        if first is None and last is None:
            return
        left = max(float(NAMES), self.column_of(0 if first is None else first))
        right = self.width if last is None else self.column_of(last + 1)
        shade = QColor(self.theme.accent)
        shade.setAlpha(40)
        self.painter.fillRect(QRectF(left, 0, max(0.0, right - left), self.height), shade)
        self.painter.setPen(QPen(QColor(self.theme.accent), 2))
        for mark, x in ((first, left), (last, right)):
            if mark is not None and x >= NAMES:
                self.painter.drawLine(QPointF(x, 0), QPointF(x, self.height))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


def _state_colours(theme: Theme) -> dict[int, QColor]:
    return {
        BY_HAND: QColor(theme.success),
        FILLED_IN: QColor(theme.warning),
        SWAPPED: QColor(theme.accent),
        DOUBTFUL: QColor(theme.error),
    }


def _line(lane: Lane, edges: np.ndarray, left: float, top: float) -> QPainterPath:
    """Return the lowest score of each column as a line that breaks off at gaps."""
    step = (edges[-1] - edges[0]) / (len(edges) - 1)
    lowest = lane.lowest(edges)
    known = np.flatnonzero(np.isfinite(lowest))
    reach = max(1.0, 1.5 / step)  # columns from one frame to the next
    goes_on = np.append(np.diff(known) <= reach, False).astype(np.int32)  # from each column to the next one
    path: QPainterPath = arrayToQPath(left + known + 0.5, top + PLOT * (1 - lowest[known]), connect=goes_on)
    return path


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    whole = f"{rest:05.2f}".rstrip("0").rstrip(".")
    return f"{int(minutes)}:{whole}"
