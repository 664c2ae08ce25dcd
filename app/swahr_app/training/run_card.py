"""The run that is shown: how far it is, and what can be done with it."""

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from swahr_app.training.run_watcher import RunNews
from swahr_app.widgets.folder import FolderButton
from swahr_app.widgets.theme import SPACE


class RunCard(QWidget):
    """Folder, progress and buttons. Signals: what a person asks for."""

    folder_wanted = pyqtSignal()
    try_wanted = pyqtSignal()
    compare_wanted = pyqtSignal()
    resume_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.folder = FolderButton(self.tr("The run that is shown"))
        self.folder.show_folder(None, self.tr("Open a run folder…"))
        self.folder.clicked.connect(self.folder_wanted)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.steps = QLabel(self.tr("No run is open."))
        self.steps.setObjectName("small")
        self.steps.setWordWrap(True)
        self.try_it = self._button(self.tr("Try on the live view"))
        self.try_it.clicked.connect(self.try_wanted)
        self.compare = self._button(self.tr("Before and after, on the video"))
        self.compare.setToolTip(
            self.tr(
                "Show on the Review page what was found before, and what this checkpoint finds, side by side"
            )
        )
        self.compare.clicked.connect(self.compare_wanted)
        self.resume = self._button(self.tr("Resume"))
        self.resume.clicked.connect(self.resume_wanted)
        self.stop = self._button(self.tr("Stop"))
        self.stop.clicked.connect(self.stop_wanted)
        self._lay_out()

    def open_run(self, folder: Path) -> None:
        """Show another run, of which nothing is known yet."""
        self.folder.show_folder(folder)
        self.progress.setValue(0)
        self.steps.setText(self.tr("Waiting for the first steps…"))

    def show_news(self, news: RunNews, runs: bool) -> None:
        """Show how far the run is. runs: it goes on now, started from here."""
        curves = news.curves
        self.progress.setMaximum(max(1, news.steps or curves.last_step))
        self.progress.setValue(curves.last_step)
        parts = [
            self.tr("Step {:,} of {:,}").format(curves.last_step, news.steps)
            if news.steps
            else self.tr("Step {:,}").format(curves.last_step)
        ]
        if curves.photos_per_s and curves.last_step < news.steps:
            parts.append(self.tr("{:.1f} photos/s").format(curves.photos_per_s))
        if runs and curves.seconds_left:
            parts.append(self.tr("{:.0f} min left").format(curves.seconds_left / 60))
        if "AP" in curves.values:
            parts.append(self.tr("best AP {:.3f}").format(max(curves.values["AP"])))
        self.steps.setText(" · ".join(parts))

    def _lay_out(self) -> None:
        card = QVBoxLayout(self)
        card.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        card.setSpacing(SPACE)
        title = QLabel(self.tr("Run"))
        title.setObjectName("title")
        for widget in (title, self.folder, self.progress, self.steps, self.try_it, self.compare):
            card.addWidget(widget)
        pair = QHBoxLayout()
        pair.setSpacing(SPACE)
        pair.addWidget(self.resume)
        pair.addWidget(self.stop)
        card.addLayout(pair)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
