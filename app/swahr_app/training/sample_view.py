"""A photo of a run: what was found in it before the training, and what is found now."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PyQt6.QtWidgets import QSizePolicy

from swahr.video.images import Image
from swahr_app.training.samples import Sample
from swahr_app.widgets.pressable import Pressable
from swahr_app.widgets.theme import current_theme

GAP, ROUND = 4, 6  # between two pictures, and of their corners, pixels
CAPTION = 18  # height of a caption, pixels


class SampleView(Pressable):
    """Photos, whole, with round corners: one, or before and now side by side. images: what is seen of `sample`."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Sample"))
        self.images: list[QImage] = []
        self.sample: Sample | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(200, 140)

    def show_sample(self, sample: Sample | None) -> None:
        """Show a sample, or nothing."""
        self.sample = sample
        self.images = []
        if sample is not None:
            pictures = [sample.image] if sample.before is None else [sample.before, sample.image]
            self.images = [_wrapped(picture) for picture in pictures]
            self.setToolTip(self.tr("{}: click, or Return, for large and small").format(sample.name))
            self.setAccessibleName(sample.name)
        self.setVisible(sample is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the photos as large as they fit, side by side or, where that is larger, one below the other."""
        if not self.images:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        captions = [""] if len(self.images) == 1 else [self.tr("before"), self.tr("now")]
        for place, image, caption in zip(self._places(), self.images, captions, strict=True):
            _paint(painter, place, image, caption)
        self.paint_focus(painter)
        painter.end()

    def _places(self) -> list[QRectF]:
        """Return where each photo lies."""
        number, first = len(self.images), self.images[0]
        best: list[QRectF] = []
        for columns in {number, 1}:
            rows = number // columns
            width = (self.width() - GAP * (columns - 1)) / columns
            height = (self.height() - GAP * (rows - 1)) / rows
            scale = max(0.0, min(width / first.width(), height / first.height()))
            size = (first.width() * scale, first.height() * scale)
            left = (self.width() - columns * size[0] - GAP * (columns - 1)) / 2
            top = (self.height() - rows * size[1] - GAP * (rows - 1)) / 2
            found = [
                QRectF(left + column * (size[0] + GAP), top + row * (size[1] + GAP), *size)
                for row in range(rows)
                for column in range(columns)
            ]
            if not best or size[0] > best[0].width():
                best = found
        return best


def _wrapped(image: Image) -> QImage:
    """Return pixels [h, w, 3] BGR as Qt's picture, which does not keep their memory."""
    height, width = image.shape[:2]
    found: QImage = QImage(image.data, width, height, 3 * width, QImage.Format.Format_BGR888)  # type: ignore[call-overload]
    return found


def _paint(painter: QPainter, place: QRectF, image: QImage, caption: str) -> None:
    corners = QPainterPath()
    corners.addRoundedRect(place, ROUND, ROUND)
    painter.save()
    painter.fillPath(corners, QColor(current_theme().raised))
    painter.setClipPath(corners)
    painter.drawImage(place, image)
    if caption:
        font = QFont(painter.font())
        font.setPixelSize(11)
        painter.setFont(font)
        ground = QRectF(place.x(), place.bottom() - CAPTION, place.width(), CAPTION)
        painter.fillRect(ground, QColor(0, 0, 0, 170))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, caption)
    painter.restore()
