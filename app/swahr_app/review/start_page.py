"""What is seen on the review page before anything is open."""

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from swahr_app.widgets.theme import SPACE

HINT_WIDTH = 420


def start_page(button: QPushButton) -> QWidget:
    """Return a page that says what can be opened, with the button that does it."""
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
    hint.setMaximumWidth(HINT_WIDTH)
    page = QWidget()
    column = QVBoxLayout(page)
    column.setSpacing(SPACE * 2)
    column.addStretch(1)
    centre = Qt.AlignmentFlag.AlignHCenter
    column.addWidget(heading, 0, centre)
    column.addWidget(hint, 0, centre)
    column.addWidget(button, 0, centre)
    column.addStretch(1)
    return page
