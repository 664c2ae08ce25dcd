"""What the curves of a run are, and where they stand."""

from collections.abc import Mapping

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel

LINES = 2  # at most: more would leave the curves no room in a small window


class Legend(QLabel):
    """Names curves by their colours, with their last values where there is room; a tooltip always has them."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        super().__init__()
        self._colours = colours
        self._values: Mapping[str, str] = {}
        self.setObjectName("small")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def tell(self, values: Mapping[str, str]) -> None:
        """Name curves. values: by name, as they are told."""
        self._values = values
        self.setToolTip("\n".join(f"{name} {value}" for name, value in values.items()))
        self._fill()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Tell as much as there is room for now."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        told = [f"● {name} {value}" for name, value in self._values.items()]
        # A line ends where the next one has no room: one in all is counted for what is left free.
        needed = self.fontMetrics().horizontalAdvance("  ".join([*told, *told[:1]]))
        short = needed > LINES * self.width()
        self.setText(
            " &nbsp;".join(
                f'<font color="{self._colours[name]}">●</font>&nbsp;{name}'
                + ("" if short else f"&nbsp;{value}")
                for name, value in self._values.items()
            )
        )
