"""A drop-down list that is filled when it is opened."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox


class Picker(QComboBox):
    """Emits `about_to_open` before the list is shown."""

    about_to_open = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Fill the list, then show it."""
        self.about_to_open.emit()
        super().showPopup()
