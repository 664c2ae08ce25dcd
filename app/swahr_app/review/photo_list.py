"""The photos of a folder, small and by their names, with how many people are in each."""

import numpy as np
from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QImage, QPixmap
from PyQt6.QtWidgets import QListWidget, QListWidgetItem

from swahr_app.review.opening import Opening
from swahr_app.review.session import Session
from swahr_app.review.workers.thumbnails import SIZE, Thumbnails
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all
from swahr_app.widgets.theme import current_theme

MIN_WIDTH = 200
JOIN_S = 10.0


class PhotoList(QListWidget):
    """Chooses among the photos that are open; who wants the next one presses an arrow key anywhere."""

    _small = pyqtSignal(object, int, QImage)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._opening: Opening | None = None
        self._thumbnails: Thumbnails | None = None
        self.setIconSize(SIZE)
        self.setObjectName("photos")
        self.setMinimumWidth(MIN_WIDTH)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Photos of the folder"))
        self.setToolTip(self.tr("Photos of the folder, and how many people are in each"))
        self.currentRowChanged.connect(self._chosen)
        connect_queued(self._small, self._show_small)
        session.opened.connect(self._fill)
        session.frame_changed.connect(self._follow)
        session.tracks_changed.connect(self._count)
        self.hide()

    def end(self) -> None:
        """End the thread that makes small pictures."""
        if self._thumbnails is not None:
            self._thumbnails.stop()
            join_all([self._thumbnails], JOIN_S)
            self._thumbnails = None

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self._count()

    def _fill(self) -> None:
        opening = self.session.opening
        if opening is self._opening:
            return
        self.end()
        self._opening = opening
        photos = () if opening is None else opening.photos
        blocker = QSignalBlocker(self)
        self.clear()
        for photo in photos:
            item = QListWidgetItem(photo.name)
            item.setData(Qt.ItemDataRole.UserRole, photo.name)
            item.setToolTip(str(photo))
            item.setSizeHint(QSize(0, SIZE.height() + 8))
            self.addItem(item)
        blocker.unblock()
        self._follow()
        self._count()
        if photos:
            self._thumbnails = Thumbnails(
                photos,
                self.devicePixelRatioF(),
                lambda number, image: self._small.emit(opening, number, image),
            )
            self._thumbnails.start()

    def _show_small(self, opening: Opening, number: int, image: QImage) -> None:
        item = self.item(number)
        if opening is self._opening and item is not None:
            picture = QPixmap.fromImage(image)
            icon = QIcon(picture)
            icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it
            item.setIcon(icon)

    def _follow(self) -> None:
        """Show which photo is seen."""
        if self.count() and self.currentRow() != self.session.index:
            blocker = QSignalBlocker(self)
            self.setCurrentRow(self.session.index)
            blocker.unblock()

    def _count(self) -> None:
        """Say how many people are in each photo that was looked at."""
        if not self.count():
            return
        session, who = self.session, self.session.who()
        frames = [] if session.document is None else [frame for frame, _, _ in session.document.frames()]
        counts = np.zeros(self.count(), np.int64)
        if who is not None:
            inside = who.frames[who.frames < self.count()]
            counts += np.bincount(inside, minlength=self.count())
        looked_at = {*frames}
        for row in range(self.count()):
            item = self.item(row)
            if item is None:
                continue
            name = str(item.data(Qt.ItemDataRole.UserRole))
            item.setText(f"{name}   {counts[row]}" if row in looked_at else name)
            item.setForeground(QColor(current_theme().text if row in looked_at else current_theme().muted))

    def _chosen(self, row: int) -> None:
        if row >= 0:
            self.session.show_frame(row)
