"""What is seen on the review page before anything is open."""

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from swahr_app.widgets.theme import SPACE

HINT_WIDTH = 420


def start_page(buttons: Sequence[QPushButton], recents: QWidget) -> QWidget:
    """Return a page that says what can be opened, with the buttons that do it, and what was opened lately."""
    heading = QLabel(QCoreApplication.translate("Review", "Review"))
    heading.setObjectName("heading")
    hint = QLabel(
        QCoreApplication.translate(
            "Review",
            "Drop a video here, a folder of photos, or a file of keypoints. Everything found is kept beside it, "
            "and is corrected by hand.",
        )
    )
    hint.setObjectName("muted")
    hint.setWordWrap(True)
    hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
    hint.setFixedWidth(HINT_WIDTH)
    row = QHBoxLayout()  # an alignment would give it the height of a single line
    row.addStretch(1)
    row.addWidget(hint)
    row.addStretch(1)
    page = QWidget()
    column = QVBoxLayout(page)
    column.setSpacing(SPACE * 2)
    column.addStretch(1)
    centre = Qt.AlignmentFlag.AlignHCenter
    column.addWidget(heading, 0, centre)
    column.addLayout(row)
    for button in buttons:
        column.addWidget(button, 0, centre)
    column.addWidget(recents, 0, centre)
    column.addStretch(1)
    return page
