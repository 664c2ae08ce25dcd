"""The picture of the review page: zoomed and moved, people over it, chosen by a click, joints dragged."""

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QToolTip, QWidget

from swahr_app.review.canvas_painting import paint_measures, paint_people, paint_words
from swahr_app.review.session import Session
from swahr_app.review.tools import SCALE, Tools
from swahr_app.review.viewport import Viewport
from swahr_app.review.workers.pictures import fitted_size
from swahr_app.threads.turns import undisturbed
from swahr_app.widgets.recording_mark import paint_recording_mark
from swahr_app.widgets.theme import current_theme

NEAR = 9.0  # pixels of the screen from a joint or limb that a click still means
TIP_AWAY = QPoint(16, 16)  # from the pointer: beside what it is on
VEIL = 120  # over the picture of another frame, until the right one is read


class Canvas(QWidget):
    """Shows the frame of a session.

    place_asked: x and y of the video, where the chosen joint shall be. zoom: 1 shows all of the picture.
    """

    place_asked = pyqtSignal(float, float)
    view_changed = pyqtSignal()  # by a person: zoom, or what is in the middle

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__()
        self.session, self.tools = session, tools
        self.view = Viewport()
        self._image: QImage | None = None
        self._fitted: QImage | None = None  # the same as large as it is seen
        self._pixels: tuple[npt.NDArray[np.uint8], ...] = ()  # of both
        self._drag: tuple[str, QPointF] | None = None
        self._dragged: QPointF | None = None  # where the joint is while it is dragged, in the video
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is painted under it in vain
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)  # of two beside each other, in the smallest window
        self.setAccessibleName(self.tr("Picture with people"))
        self.setToolTip(self.tr("Click chooses, drag moves a joint; Ctrl+click puts the chosen joint there"))
        session.picture_changed.connect(self._take_picture)
        session.frame_changed.connect(self.update)
        session.selection_changed.connect(self.update)
        session.opened.connect(self._opened)
        session.state.recording_changed.connect(self._recording_changed)
        tools.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, 540)

    @property
    def zoom(self) -> float:
        """How much larger the picture is than all of it."""
        return self.view.zoom

    @property
    def copies(self) -> bool:
        """Whether the picture came as large as it is seen."""
        info, fitted = self.session.info, self._fitted
        if info is None or fitted is None or self.zoom != 1:
            return False
        return (fitted.width(), fitted.height()) == fitted_size(info.size_wh, self._room())

    def change_zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor about a point of the widget; 0 shows all of the picture."""
        self._place().change_zoom(factor, at)
        self._view_changed()

    def show_like(self, other: "Canvas") -> None:
        """Show the part of the picture that another canvas shows."""
        self._place().zoom, self.view.middle = other.view.zoom, QPointF(other.view.middle)
        self.view.move(QPointF(0, 0))  # as far as there is picture here
        self.update()

    def pan(self, right: float, down: float) -> None:
        """Move what is seen by parts of what is seen."""
        rect = self._place().rect()
        self.view.move(QPointF(right * self.width() / rect.width(), down * self.height() / rect.height()))
        self._view_changed()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a place of the video is seen."""
        return self._place().to_widget(x, y)

    def to_video(self, point: QPointF) -> QPointF:
        """Return which place of the video is seen at a point."""
        return self._place().to_video(point)

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
        if self.tools.mode == SCALE:
            self._drag = ("line", place)
            return
        found = self._nearest(place)
        if self.tools.mode and found is not None and found[1] is not None:
            self.session.choose(*found)
            self.tools.pick(found[1])
            return
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
            self.view.move(self.view.part_of(before) - self.view.part_of(event.position()))
            self._drag = (kind, event.position())
            self._view_changed()
        elif kind in ("line", "drawn"):
            self._drag = ("drawn", before)
            start, end = self.to_video(before), self.to_video(event.position())
            self.tools.draw((start.x(), start.y()), (end.x(), end.y()))
        elif self._dragged is not None or (event.position() - before).manhattanLength() > 3:
            self._dragged = self.to_video(event.position())
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802
        """Leave a joint where it is: one correction, however long it was dragged."""
        drawn = self._drag is not None and self._drag[0] == "drawn"
        dragged, self._drag, self._dragged = self._dragged, None, None
        if drawn:
            self.tools.finish_scale()
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
        seen = self.view.seen(poses.keypoints)
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

    @undisturbed
    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the picture and the people."""
        theme = current_theme()
        self._place()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.stage))
        if self._image is not None:
            self._paint_picture(painter, self._image)
            picture = self.session.picture
            if picture is None or picture.index != self.session.index:
                painter.fillRect(self.view.rect(), QColor(0, 0, 0, VEIL))
        paint_people(painter, self.view, self.session, self._keypoints())
        paint_measures(painter, self.view, self.session, self.tools, self._keypoints())
        paint_words(painter, self.words(), self.width())
        if self.session.state.recording is not None:
            paint_recording_mark(painter, self)
        window = self.window()
        if self.hasFocus() and window is not None and not window.isFullScreen():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        """Paint the picture: copied where it is as large as it is seen, which is many times as fast."""
        rect, ratio = self.view.rect(), self.devicePixelRatioF()
        if (fitted := self._fitted) is not None and self.copies:
            corner = QPointF(round(rect.left() * ratio) / ratio, round(rect.top() * ratio) / ratio)
            painter.drawImage(QRectF(corner, QSizeF(fitted.size()) / ratio), fitted)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
        painter.drawImage(rect, image)

    def _place(self) -> Viewport:
        """Return the viewport, of the size and the video that there are now."""
        self.view.size, self.view.info = self.size(), self.session.info
        return self.view

    def _room(self) -> tuple[int, int]:
        """Return how many pixels of the screen there are for the picture."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def _keypoints(self) -> npt.NDArray[np.float32] | None:
        """Return the joints [P, K, 3] that are painted: the dragged one is where it is dragged to."""
        poses, chosen, joint = self.session.poses, self.session.row, self.session.joint
        if poses is None:
            return None
        keypoints: npt.NDArray[np.float32] = poses.keypoints.copy()
        if self._dragged is not None and chosen is not None and joint is not None:
            keypoints[chosen, joint] = (self._dragged.x(), self._dragged.y(), 1)
        return keypoints

    def words(self) -> str:
        """Return what is said over the picture."""
        session = self.session
        if session.opening is None:
            return ""
        if session.people is None:
            if self._image is None:
                return self.tr("Opening…")
            return self.tr("People are being looked for…") if session.filling else self.tr("Not looked at")
        return self.tools.hint()

    def _take_picture(self) -> None:
        picture = self.session.picture
        self._forget_picture()
        if picture is not None and picture.image is not None:
            image = np.ascontiguousarray(picture.image)
            self._image, self._pixels = _image_of(image, QImage.Format.Format_BGR888), (image,)
            if picture.fitted is not None:
                self._fitted = _image_of(picture.fitted, QImage.Format.Format_RGB32)
                self._pixels = (image, picture.fitted)
        self.update()

    def _recording_changed(self, _: object) -> None:
        self.update()

    def _forget_picture(self) -> None:
        self._image = self._fitted = None
        self._pixels = ()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Let pictures come as large as they are seen from now on."""
        super().resizeEvent(event)
        self.session.feeding.fit_pictures(self._room())

    def event(self, event: QEvent | None) -> bool:
        """Let pictures come for the pixels of another screen, too."""
        if event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self.session.feeding.fit_pictures(self._room())
        if isinstance(event, QHelpEvent) and (name := self._joint_at(QPointF(event.pos()))):
            QToolTip.showText(event.globalPos() + TIP_AWAY, name, self)
            return True
        return super().event(event)

    def _joint_at(self, point: QPointF) -> str:
        """Return the name of the joint at a point, and whose it is; "" where there is none."""
        found, people, poses = self._nearest(point), self.session.people, self.session.poses
        if found is None or found[1] is None or people is None or poses is None:
            return ""
        row = people.places.tolist().index(found[0])
        name = poses.skeleton.joints[found[1]].replace("_", " ")
        known = -1 if poses.ids is None else int(poses.ids[row])
        said = f"{name}, {float(poses.keypoints[row, found[1], 2]):.2f}"
        return self.tr("{}, id {}").format(said, known) if known >= 0 else said

    def _opened(self) -> None:
        if self.session.picture is None:
            self._forget_picture()
            self._place().change_zoom(0)
        self.update()

    def _view_changed(self) -> None:
        self.update()
        self.view_changed.emit()


def _image_of(pixels: npt.NDArray[np.uint8], kind: QImage.Format) -> QImage:
    """Return an image of pixels [H, W, C], which have to be kept as long as it is used."""
    high, wide = pixels.shape[:2]
    image: QImage = QImage(pixels.data, wide, high, pixels.strides[0], kind)  # type: ignore[call-overload]
    return image


def _distance(at: npt.NDArray[np.float64], a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    """Return how far a point is from a line from a to b; infinitely far where an end is missing."""
    if not np.isfinite([a, b]).all():
        return float("inf")
    along = b - a
    length = float(along @ along)
    part = 0.0 if length == 0 else min(max(float((at - a) @ along) / length, 0.0), 1.0)
    return float(np.linalg.norm(a + part * along - at))
