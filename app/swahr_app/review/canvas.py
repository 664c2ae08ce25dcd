"""The picture of the review page: zoomed and moved, people over it, chosen by a click, joints dragged."""

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from swahr.document import CORRECTED, FILLED, HIDDEN
from swahr.overlay.colours import id_colour
from swahr_app.review.session import Session
from swahr_app.widgets.theme import current_theme

MAX_ZOOM, NEAR = 24.0, 9.0  # NEAR: pixels of the screen from a joint or limb that a click still means
VEIL = 120  # over the picture of another frame, until the right one is read
UNSURE = 0.3  # joints of a lower score are drawn hollow
WHITE, HAND = QColor("#ffffff"), QColor("#ffd54a")


class Canvas(QWidget):
    """Shows the frame of a session.

    place_asked: x and y of the video, where the chosen joint shall be. zoom: 1 shows all of the picture.
    """

    place_asked = pyqtSignal(float, float)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.zoom, self.middle = 1.0, QPointF(0.5, 0.5)  # middle: parts of the picture
        self._image: QImage | None = None
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._drag: tuple[str, QPointF] | None = None
        self._dragged: QPointF | None = None  # where the joint is while it is dragged, in the video
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 180)
        self.setAccessibleName(self.tr("Picture with people"))
        self.setToolTip(self.tr("Click chooses, drag moves a joint; Ctrl+click puts the chosen joint there"))
        session.picture_changed.connect(self._take_picture)
        session.frame_changed.connect(self.update)
        session.selection_changed.connect(self.update)
        session.opened.connect(self._opened)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, 540)

    def change_zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor about a point of the widget; 0 shows all of the picture."""
        if factor == 0:
            self.zoom, self.middle = 1.0, QPointF(0.5, 0.5)
        else:
            place = QPointF(self.rect().center()) if at is None else at
            before = self._part_of(place)
            self.zoom = min(max(1.0, self.zoom * factor), MAX_ZOOM)
            after = self._part_of(place)
            self._move_middle(self.middle + before - after)
        self.update()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a place of the video is seen."""
        rect, (wide, high) = self._rect(), self._video_size()
        return QPointF(
            rect.left() + (x + 0.5) / wide * rect.width(), rect.top() + (y + 0.5) / high * rect.height()
        )

    def to_video(self, point: QPointF) -> QPointF:
        """Return which place of the video is seen at a point."""
        part, (wide, high) = self._part_of(point), self._video_size()
        return QPointF(part.x() * wide - 0.5, part.y() * high - 0.5)

    # ---- mouse -------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Choose a person and a joint, begin to drag, or put the chosen joint there."""
        if event is None:
            return
        self.setFocus()
        place = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = ("picture", place)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            video = self.to_video(place)
            self.place_asked.emit(video.x(), video.y())
            return
        found = self._nearest(place)
        if found is None:
            self._drag = ("picture", place)
            self.session.choose(None)
            return
        self.session.choose(*found)
        if found[1] is not None:
            self.session.play(False)  # what is dragged is corrected in the frame where it was taken
            self._drag = ("joint", place)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Drag a joint, or the picture."""
        if event is None or self._drag is None:
            return
        kind, before = self._drag
        if kind == "picture":
            moved = self._part_of(before) - self._part_of(event.position())
            self._move_middle(self.middle + moved)
            self._drag = (kind, event.position())
        elif self._dragged is not None or (event.position() - before).manhattanLength() > 3:
            self._dragged = self.to_video(event.position())
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802
        """Leave a joint where it is: one correction, however long it was dragged."""
        dragged, self._drag, self._dragged = self._dragged, None, None
        if dragged is not None:
            self.place_asked.emit(dragged.x(), dragged.y())
        self.update()

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Zoom about the pointer."""
        if event is not None and event.angleDelta().y():
            self.change_zoom(1.2 if event.angleDelta().y() > 0 else 1 / 1.2, event.position())
            event.accept()

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802
        """Show that keys act here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802
        """Show that keys act elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def _nearest(self, point: QPointF) -> tuple[int, int | None] | None:
        """Return place and joint at a point; None for the joint where it is a limb or the box of a person."""
        poses, people = self.session.poses, self.session.people
        if poses is None or people is None or not len(poses):
            return None
        at = np.asarray([point.x(), point.y()])
        seen = self._seen(poses.keypoints)
        far = np.nan_to_num(np.linalg.norm(seen - at, axis=2), nan=np.inf)
        if self.session.row is not None:  # who is chosen wins where two are near
            far[self.session.row] -= NEAR / 2
        row, joint = np.unravel_index(int(far.argmin()), far.shape)
        if far[row, joint] <= NEAR:
            return int(people.places[row]), int(joint)
        limbs = [(a, b) for a, b in poses.skeleton.limbs]
        best = [min((_distance(at, p[a], p[b]) for a, b in limbs), default=np.inf) for p in seen]
        if best and min(best) <= NEAR:
            return int(people.places[int(np.argmin(best))]), None
        return None

    # ---- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the picture and the people."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.stage))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
            painter.drawImage(self._rect(), self._image)
            picture = self.session.picture
            if picture is None or picture.index != self.session.index:
                painter.fillRect(self._rect(), QColor(0, 0, 0, VEIL))
        self._paint_people(painter)
        self._paint_words(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_people(self, painter: QPainter) -> None:
        poses, people = self.session.poses, self.session.people
        if poses is None or people is None:
            return
        chosen = self.session.row
        order = [row for row in range(len(poses)) if row != chosen] + ([] if chosen is None else [chosen])
        keypoints = poses.keypoints.copy()
        if self._dragged is not None and chosen is not None and self.session.joint is not None:
            keypoints[chosen, self.session.joint] = (self._dragged.x(), self._dragged.y(), 1)
        seen = self._seen(keypoints)
        for row in order:
            known = -1 if poses.ids is None else int(poses.ids[row])
            blue, green, red = id_colour(max(0, known))
            colour = QColor(red, green, blue)
            if chosen is not None and row != chosen:
                colour.setAlpha(130)
            self._paint_person(
                painter, seen[row], keypoints[row, :, 2], people.marks[row], colour, row == chosen
            )
            self._paint_name(painter, seen[row], known, float(poses.scores[row]), colour)

    def _paint_person(
        self,
        painter: QPainter,
        seen: npt.NDArray[np.float64],
        scores: npt.NDArray[np.float32],
        marks: npt.NDArray[np.uint8],
        colour: QColor,
        chosen: bool,
    ) -> None:
        assert self.session.document is not None
        placed = np.isfinite(seen[:, 0])
        limbs = [
            QLineF(*seen[a], *seen[b])
            for a, b in self.session.document.skeleton.limbs
            if placed[a] and placed[b]
        ]
        if chosen and limbs:  # stands out from any ground
            painter.setPen(QPen(QColor(10, 12, 16, 170), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLines(limbs[0], *limbs[1:])
        painter.setPen(QPen(colour, 3 if chosen else 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if limbs:
            painter.drawLines(limbs[0], *limbs[1:])
        for joint in np.flatnonzero(placed):
            mark, at = int(marks[joint]), QPointF(*seen[joint])
            corrected = bool(mark & (CORRECTED | FILLED))
            size = 4.5 if chosen else 3.0
            painter.setPen(QPen(QColor(10, 12, 16), 1))
            painter.setBrush(HAND if mark & CORRECTED else WHITE if chosen else colour)
            if mark & HIDDEN or scores[joint] < UNSURE:
                painter.setPen(QPen(HAND if corrected else colour, 1.5))
                painter.setBrush(QColor(10, 12, 16, 120))
            if corrected:  # another form, not only another colour
                painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
            else:
                painter.drawEllipse(at, size, size)
            if chosen and joint == self.session.joint:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(WHITE, 2))
                painter.drawEllipse(at, size + 5, size + 5)

    def _paint_name(
        self, painter: QPainter, seen: npt.NDArray[np.float64], known: int, score: float, colour: QColor
    ) -> None:
        placed = seen[np.isfinite(seen[:, 0])]
        if not len(placed):
            return
        top = placed[placed[:, 1].argmin()]
        text = f"{known} · {score:.2f}" if known >= 0 else f"{score:.2f}"
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        box = QRectF(top[0] - width / 2, top[1] - 30, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(14, 18, 24))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_words(self, painter: QPainter) -> None:
        session = self.session
        if session.opening is None or session.people is not None:
            return
        text = self.tr("Not looked at yet") if self._image is not None else self.tr("Opening…")
        font = QFont(self.font())
        font.setPixelSize(14)
        painter.setFont(font)
        box = QRectF(12, 12, painter.fontMetrics().horizontalAdvance(text) + 24, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(WHITE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # ---- where things are --------------------------------------------------------------------------------------

    def _seen(self, keypoints: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return where joints [P, K, 3] are seen: [P, K, 2]."""
        rect, size = self._rect(), np.asarray(self._video_size(), np.float64)
        corner, spread = np.asarray([rect.left(), rect.top()]), np.asarray([rect.width(), rect.height()])
        return np.asarray(corner + (keypoints[..., :2].astype(np.float64) + 0.5) / size * spread)

    def _video_size(self) -> tuple[int, int]:
        info = self.session.info
        return (16, 9) if info is None else info.stored_wh

    def _rect(self) -> QRectF:
        """Return where all of the picture is, also beyond the widget."""
        info = self.session.info
        wide, high = (16, 9) if info is None else info.size_wh
        scale = min(self.width() / wide, self.height() / high) * self.zoom
        size = QPointF(wide * scale, high * scale)
        left = self.width() / 2 - self.middle.x() * size.x()
        top = self.height() / 2 - self.middle.y() * size.y()
        return QRectF(left, top, size.x(), size.y())

    def _part_of(self, point: QPointF) -> QPointF:
        rect = self._rect()
        return QPointF((point.x() - rect.left()) / rect.width(), (point.y() - rect.top()) / rect.height())

    def _move_middle(self, middle: QPointF) -> None:
        rect = self._rect()
        half = [min(0.5, size / whole / 2) for size, whole in
                ((self.width(), rect.width()), (self.height(), rect.height()))]  # fmt: skip
        self.middle = QPointF(
            min(max(half[0], middle.x()), 1 - half[0]), min(max(half[1], middle.y()), 1 - half[1])
        )

    def _take_picture(self) -> None:
        picture = self.session.picture
        if picture is None or picture.image is None:
            self._image = self._pixels = None
        else:
            height, width = picture.image.shape[:2]
            self._pixels = np.ascontiguousarray(picture.image)
            self._image = QImage(self._pixels.data, width, height, 3 * width, QImage.Format.Format_BGR888)  # type: ignore[call-overload]
        self.update()

    def _opened(self) -> None:
        if self.session.picture is None:
            self._image = self._pixels = None
            self.change_zoom(0)
        self.update()


def _distance(at: npt.NDArray[np.float64], a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    """Return how far a point is from a line from a to b; infinitely far where an end is missing."""
    if not np.isfinite([a, b]).all():
        return float("inf")
    along = b - a
    length = float(along @ along)
    part = 0.0 if length == 0 else min(max(float((at - a) @ along) / length, 0.0), 1.0)
    return float(np.linalg.norm(a + part * along - at))
