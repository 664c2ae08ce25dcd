"""Asks for the address of a stream."""

from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from swahr_app.widgets.theme import SPACE


class AddressDialog(QDialog):
    """A line for the address."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open a stream"))
        self.setMinimumWidth(460)
        self.address = QLineEdit()
        self.address.setAccessibleName(self.tr("Address of the stream"))
        self.address.setPlaceholderText("rtsp://user:password@192.168.1.20/stream1")
        hint = QLabel(
            self.tr("The address of a network camera or a video on a server: rtsp://, http://, srt://…")
        )
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE * 3 // 2)
        layout.addWidget(hint)
        layout.addWidget(self.address)
        layout.addWidget(buttons)
