"""The pictures of all sources, as tiles; the one that is chosen is steered, measured and named above."""

from math import ceil, sqrt

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QGridLayout, QWidget

from swahr_app.live.view import View
from swahr_app.state.state import AppState

GAP = 2  # pixels between tiles


class Tiles(QWidget):
    """views: one for each source that is open, in their order; one without a source where none is."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("tiles")
        self.setAttribute(
            Qt.WidgetAttribute.WA_StyledBackground
        )  # where there are fewer pictures than places
        self.views = [View(state)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._grid.addWidget(self.views[0], 0, 0)
        state.feeds_changed.connect(self.arrange)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, 540)

    @property
    def view(self) -> View:
        """The picture of the source that is chosen."""
        feeds, chosen = self.state.feeds, self.state.chosen
        return self.views[feeds.index(chosen)] if chosen in feeds else self.views[0]

    def arrange(self) -> None:
        """Show the sources that are open, as near to a square of tiles as their number allows."""
        feeds = self.state.feeds
        focused = any(view.hasFocus() for view in self.views)
        count = max(1, len(feeds))
        while len(self.views) > count:
            view = self.views.pop()
            view.follow(None, False)
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        while len(self.views) < count:
            self.views.append(View(self.state))
        columns = ceil(sqrt(count))
        for number in range(max(self._grid.rowCount(), self._grid.columnCount())):
            self._grid.setColumnStretch(number, int(number < columns))
            self._grid.setRowStretch(number, int(number < ceil(count / columns)))
        for number, view in enumerate(self.views):
            view.follow(feeds[number] if feeds else None, len(feeds) > 1)
            self._grid.addWidget(view, number // columns, number % columns)
        if focused and not self.view.hasFocus():
            self.view.setFocus()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        for view in self.views:
            view.refresh()
