"""What is painted over the picture: people, what is read out at their joints, the scale, and words."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPen

from swahr.document import CORRECTED, FILLED, HIDDEN
from swahr.overlay.colours import id_colour
from swahr_app.review.session import Session
from swahr_app.review.tools import Reading, Tools
from swahr_app.review.viewport import Viewport

UNSURE = 0.3  # joints of a lower score are drawn hollow
WHITE, HAND, DARK = QColor("#ffffff"), QColor("#ffd54a"), QColor(10, 12, 16)
HOLLOW = QColor(10, 12, 16, 120)
RULE = QColor("#7fe0ff")  # of what is measured
OTHERS = 190  # of 255: how much of those is seen who are not chosen
# Lines, joints and names grow with a picture that is higher than so many pixels, to so many times.
GROW_FROM, MOST_GROWN = 560.0, 2.0
TOP = 2.0  # pixels: of a name from the upper edge, at least
ARC = 22.0  # pixels: radius of the arc of an angle
PLATE = QColor(0, 0, 0, 180)

Keypoints = npt.NDArray[np.float32]
Seen = npt.NDArray[np.float64]


def paint_people(painter: QPainter, view: Viewport, session: Session, keypoints: Keypoints | None) -> None:
    """Paint everyone of the frame, who is chosen on top. keypoints: [P, K, 3], in the video."""
    poses, people = session.poses, session.people
    if poses is None or people is None or keypoints is None:
        return
    chosen = session.row
    order = [row for row in range(len(poses)) if row != chosen] + ([] if chosen is None else [chosen])
    seen = view.seen(keypoints)
    grow = min(max(1.0, view.size.height() / GROW_FROM), MOST_GROWN)
    for row in order:
        known = -1 if poses.ids is None else int(poses.ids[row])
        blue, green, red = id_colour(max(0, known))
        colour = QColor(red, green, blue)
        if chosen is not None and row != chosen:
            colour.setAlpha(OTHERS)
        _paint_limbs(painter, poses.skeleton.limbs, seen[row], colour, row == chosen, grow)
        _paint_joints(
            painter, seen[row], keypoints[row, :, 2], people.marks[row], colour,
            (session.joint if row == chosen else None, row == chosen), grow,
        )  # fmt: skip
    taken: list[QRectF] = []
    for row in order[::-1]:  # who is chosen has the place above the head
        known = -1 if poses.ids is None else int(poses.ids[row])
        _paint_name(painter, seen[row], known, float(poses.scores[row]), grow, taken)


def paint_measures(
    painter: QPainter, view: Viewport, session: Session, tools: Tools, keypoints: Keypoints | None
) -> None:
    """Paint what is read out, of who is chosen or of everyone, and the line of the scale."""
    known = session.annotations.scale
    line = tools.line if tools.line is not None else None
    if line is None and known is not None:
        line = [known.line[:2], known.line[2:]]
    if line is not None:
        length = "" if known is None or tools.line is not None else f"{known.length:g} m"
        _paint_line(painter, [view.to_widget(*point) for point in line], length, tools)
    if keypoints is None:
        return
    rows = range(len(keypoints)) if session.row is None else [session.row]
    seen = view.seen(keypoints)
    for row in rows:
        for reading in tools.readings(keypoints[row]):
            _paint_reading(painter, seen[row], reading)
        if row == session.row:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(RULE, 3))
            for joint in tools.picked:
                if np.isfinite(seen[row, joint]).all():
                    painter.drawEllipse(QPointF(*seen[row, joint]), 9, 9)


def paint_words(painter: QPainter, text: str, width: int) -> None:
    """Paint a line at the top left, which is elided where there is no room."""
    if not text:
        return
    font = QFont(painter.font())
    font.setPixelSize(14)
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, width - 48))
    box = QRectF(12, 12, painter.fontMetrics().horizontalAdvance(shown) + 24, 28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(WHITE)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _paint_limbs(
    painter: QPainter,
    limbs: tuple[tuple[int, int], ...],
    seen: Seen,
    colour: QColor,
    chosen: bool,
    grow: float,
) -> None:
    places: list[list[float]] = seen.tolist()  # numbers of Python, of which Qt takes many times as fast
    placed = np.isfinite(seen[:, 0]).tolist()
    lines = [QLineF(*places[a], *places[b]) for a, b in limbs if placed[a] and placed[b]]
    if not lines:
        return
    flat = Qt.PenCapStyle.FlatCap  # joints lie over the ends; round ones take five times as long
    width = grow * (3 if chosen else 2)
    if chosen:  # stands out from any ground
        painter.setPen(QPen(QColor(10, 12, 16, 170), width + 2, Qt.PenStyle.SolidLine, flat))
        painter.drawLines(lines[0], *lines[1:])
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, flat))
    painter.drawLines(lines[0], *lines[1:])


def _paint_joints(
    painter: QPainter,
    seen: Seen,
    scores: npt.NDArray[np.float32],
    marks: npt.NDArray[np.uint8],
    colour: QColor,
    chosen: tuple[int | None, bool],
    grow: float,
) -> None:
    """Paint the joints of a person. chosen: which joint is, and whether the person is."""
    size = grow * (4.5 if chosen[1] else 3.0)
    device = painter.device()
    ratio = 1.0 if device is None else device.devicePixelRatioF()
    unsure = (scores < UNSURE).tolist()
    for joint, (mark, (x, y)) in enumerate(zip(marks.tolist(), seen.tolist(), strict=True)):
        if not math.isfinite(x):
            continue
        corrected = bool(mark & (CORRECTED | FILLED))
        pen, width, brush = DARK, 1.0, HAND if mark & CORRECTED else WHITE if chosen[1] else colour
        if mark & HIDDEN or unsure[joint]:
            pen, width, brush = HAND if corrected else colour, 1.5, HOLLOW
        form = _joint(corrected, size, pen.rgba(), width, brush.rgba(), ratio)
        half = form.width() / ratio / 2
        painter.drawImage(QPointF(round((x - half) * ratio) / ratio, round((y - half) * ratio) / ratio), form)
        if joint == chosen[0]:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(WHITE, 2))
            painter.drawEllipse(QPointF(x, y), size + 5, size + 5)


@lru_cache(maxsize=256)
def _joint(square: bool, size: float, pen: int, width: float, brush: int, ratio: float) -> QImage:
    """Return how a joint looks, which is painted once: dozens are in a frame, and a smooth circle takes long.

    square: another form for what was corrected, not only another colour. size: half of it, pixels.
    """
    around = 2 * math.ceil((size + width) * ratio) + 1  # an odd number, whose middle is the middle of a pixel
    image = QImage(around, around, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(pen), width))
    painter.setBrush(QColor.fromRgba(brush))
    middle = around / ratio / 2
    if square:
        painter.drawRect(QRectF(middle - size, middle - size, 2 * size, 2 * size))
    else:
        painter.drawEllipse(QPointF(middle, middle), size, size)
    painter.end()
    return image


def _paint_name(
    painter: QPainter, seen: Seen, known: int, score: float, grow: float, taken: list[QRectF]
) -> None:
    """Paint an id and a score over the head. taken: where others' are, to which this one is added."""
    placed = seen[np.isfinite(seen[:, 0])]
    if not len(placed):
        return
    top = placed[placed[:, 1].argmin()]
    text = f"{known} · {score:.2f}" if known >= 0 else f"{score:.2f}"
    before = painter.font()
    font = QFont(before)
    font.setPixelSize(round(13 * grow))
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width, high = metrics.horizontalAdvance(text) + 10 * grow, metrics.height() + 2 * grow
    box = _beside(QRectF(top[0] - width / 2, max(TOP, top[1] - 12 * grow - high), width, high), taken)
    taken.append(box)
    blue, green, red = id_colour(max(0, known))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(red, green, blue))  # opaque: the text is read
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(14, 18, 24))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(before)  # what is read out does not grow


def _beside(box: QRectF, taken: list[QRectF]) -> QRectF:
    """Return where a box hides no other: above those in its way, or right of them at the upper edge."""
    found = QRectF(box)
    for other in sorted(taken, key=lambda each: -each.top()):
        if found.intersects(other):
            found.moveBottom(other.top() - 1)
    if found.top() < TOP:
        found.moveTop(TOP)
        for other in sorted(taken, key=lambda each: each.left()):
            if found.intersects(other):
                found.moveLeft(other.right() + 1)
    return found


def _paint_reading(painter: QPainter, seen: Seen, reading: Reading) -> None:
    """Paint a distance beside its line, an angle beside its arc."""
    points = [seen[joint] for joint in reading.readout.joints]
    if not np.isfinite(points).all():
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(RULE, 2, Qt.PenStyle.DashLine))
    if not reading.readout.is_angle:
        painter.drawLine(QLineF(*points[0], *points[1]))
        _plate(painter, QPointF(*(points[0] + points[1]) / 2), reading.text)
        return
    middle = QPointF(*points[1])
    lines = [QLineF(middle, QPointF(*points[0])), QLineF(middle, QPointF(*points[2]))]
    painter.drawLines(lines[0], lines[1])
    start, span = lines[0].angle(), lines[0].angleTo(lines[1])
    span = span if span <= 180 else span - 360
    painter.setPen(QPen(RULE, 2))
    painter.drawArc(
        QRectF(middle.x() - ARC, middle.y() - ARC, 2 * ARC, 2 * ARC), round(16 * start), round(16 * span)
    )
    toward = np.radians(start + span / 2)
    beside = QPointF(middle.x() + 2.1 * ARC * np.cos(toward), middle.y() - 1.6 * ARC * np.sin(toward))
    _plate(painter, beside, reading.text)


def _paint_line(painter: QPainter, ends: list[QPointF], text: str, tools: Tools) -> None:
    """Paint the line of the scale, with the end that keys move while it is drawn."""
    drawn = tools.line is not None
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((DARK, 5), (HAND, 2)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(ends[0], ends[1])
    for place, end in enumerate(ends):
        painter.setPen(QPen(DARK, 1))
        painter.setBrush(HAND)
        painter.drawEllipse(end, 4, 4)
        if drawn and place == tools.end:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(WHITE, 2))
            painter.drawEllipse(end, 9, 9)
    if text:
        _plate(painter, (ends[0] + ends[1]) / 2 + QPointF(0, 14), text)


def _plate(painter: QPainter, middle: QPointF, text: str) -> None:
    metrics = painter.fontMetrics()
    width, high = metrics.horizontalAdvance(text) + 12, metrics.height() + 2
    box = QRectF(middle.x() - width / 2, middle.y() - high / 2, width, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(WHITE)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
