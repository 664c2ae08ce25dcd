"""A button that shows a folder and lets another be chosen."""

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QPushButton, QSizePolicy


class FolderButton(QPushButton):
    """Shows the end of a path, as far as there is room."""

    def __init__(self, tip: str) -> None:
        super().__init__()
        self._tip, self._full = tip, ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_folder(self, path: Path | None, otherwise: str = "") -> None:
        """Show a folder; `otherwise` where there is none."""
        self._full = otherwise if path is None else short_path(path)
        self.setToolTip(f"{self._tip}: {self._full}")
        self._elide()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(20, self.width() - 28)
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideLeft, room))


def short_path(path: Path) -> str:
    """Return a path as people write it: ~/Videos for what is below the home folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # elsewhere, or nobody's
        return str(path)
