"""Which part of the picture is seen: zoom and place, from pixels of a widget to places of the video and back."""

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSize

from swahr_app.review.workers.pictures import VideoInfo

MAX_ZOOM = 24.0


class Viewport:
    """What is seen of a picture.

    zoom: 1 shows all of it. middle: which part of it is in the middle. size: of the widget. info: of the video.
    """

    def __init__(self) -> None:
        self.zoom, self.middle = 1.0, QPointF(0.5, 0.5)
        self.size = QSize(1, 1)
        self.info: VideoInfo | None = None

    def change_zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor about a point of the widget; 0 shows all of the picture."""
        if factor == 0:
            self.zoom, self.middle = 1.0, QPointF(0.5, 0.5)
            return
        place = QPointF(self.size.width() / 2, self.size.height() / 2) if at is None else at
        before = self.part_of(place)
        self.zoom = min(max(1.0, self.zoom * factor), MAX_ZOOM)
        self.move(before - self.part_of(place))

    def move(self, by: QPointF) -> None:
        """Move the middle by parts of the picture, as far as there is picture."""
        rect = self.rect()
        half = [
            min(0.5, size / whole / 2)
            for size, whole in ((self.size.width(), rect.width()), (self.size.height(), rect.height()))
        ]
        to = self.middle + by
        self.middle = QPointF(min(max(half[0], to.x()), 1 - half[0]), min(max(half[1], to.y()), 1 - half[1]))

    def rect(self) -> QRectF:
        """Return where all of the picture is, also beyond the widget."""
        wide, high = (16, 9) if self.info is None else self.info.size_wh
        scale = min(self.size.width() / wide, self.size.height() / high) * self.zoom
        size = QPointF(wide * scale, high * scale)
        left = self.size.width() / 2 - self.middle.x() * size.x()
        top = self.size.height() / 2 - self.middle.y() * size.y()
        return QRectF(left, top, size.x(), size.y())

    def part_of(self, point: QPointF) -> QPointF:
        """Return which part of the picture is at a point of the widget."""
        rect = self.rect()
        return QPointF((point.x() - rect.left()) / rect.width(), (point.y() - rect.top()) / rect.height())

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a place of the video is seen."""
        rect, (wide, high) = self.rect(), self._video_size()
        return QPointF(
            rect.left() + (x + 0.5) / wide * rect.width(), rect.top() + (y + 0.5) / high * rect.height()
        )

    def to_video(self, point: QPointF) -> QPointF:
        """Return which place of the video is seen at a point."""
        part, (wide, high) = self.part_of(point), self._video_size()
        return QPointF(part.x() * wide - 0.5, part.y() * high - 0.5)

    def seen(self, keypoints: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return where joints [P, K, 3] are seen: [P, K, 2]."""
        rect, size = self.rect(), np.asarray(self._video_size(), np.float64)
        corner, spread = np.asarray([rect.left(), rect.top()]), np.asarray([rect.width(), rect.height()])
        return np.asarray(corner + (keypoints[..., :2].astype(np.float64) + 0.5) / size * spread)

    def _video_size(self) -> tuple[int, int]:
        return (16, 9) if self.info is None else self.info.stored_wh
