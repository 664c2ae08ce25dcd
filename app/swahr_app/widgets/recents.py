"""A list of what was opened lately, as buttons one under the other."""

from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

MAX_SHOWN = 4
WIDTH = 380  # pixels


class Recents(QWidget):
    """Offers addresses again. open: is given the one that is pressed."""

    def __init__(self, open: Callable[[str], None]) -> None:
        super().__init__()
        self._open = open
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)

    def show_addresses(self, named: Sequence[tuple[str, str]]) -> None:
        """Show the first few of some addresses; named: address and title of each."""
        while self._column.count():
            item = self._column.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()  # until it is deleted, which the event loop does later
                widget.deleteLater()
        centre = Qt.AlignmentFlag.AlignHCenter
        if named:
            heading = QLabel(self.tr("Recent"))
            heading.setObjectName("small")
            self._column.addWidget(heading, 0, centre)
        for address, title in named[:MAX_SHOWN]:
            button = QPushButton(
                self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, WIDTH).replace("&", "&&")
            )
            button.setAccessibleName(title)
            button.setObjectName("link")
            button.setToolTip(address)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._pressed, address))
            self._column.addWidget(button, 0, centre)

    def _pressed(self, address: str, _checked: bool = False) -> None:
        self._open(address)
