"""What is seen before anything is open: the ways to a source."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from swahr_app.live.sources import Sources
from swahr_app.state.names import place_of
from swahr_app.state.state import AppState
from swahr_app.widgets.icons import app_icon, icon
from swahr_app.widgets.recents import Recents
from swahr_app.widgets.theme import SPACE, current_theme


class StartPage(QWidget):
    """Buttons for camera, file, folder and stream, recent sources, and a place to drop a video."""

    def __init__(self, state: AppState, sources: Sources) -> None:
        super().__init__()
        self.state, self.sources = state, sources
        state.settings_changed.connect(
            lambda now, before: self._show_recent() if now.recent != before.recent else None
        )
        self._picture = QLabel()
        self._picture.setPixmap(app_icon().pixmap(QSize(72, 72), self.devicePixelRatioF()))
        title = QLabel(self.tr("Drop a video here"))
        title.setObjectName("heading")
        hint = QLabel(self.tr("or choose where pictures come from"))
        hint.setObjectName("muted")
        self._camera_menu = QMenu(self)
        self._camera_menu.aboutToShow.connect(lambda: self.sources.fill(self._camera_menu))
        self.camera = self._button(self.tr("Camera"))
        self.camera.setMenu(self._camera_menu)
        self.camera.setProperty("menu", True)
        self.file = self._button(self.tr("Video file…"))
        self.file.setObjectName("primary")
        self.file.clicked.connect(lambda: sources.ask_file())
        self.folder = self._button(self.tr("Folder of photos…"))
        self.folder.clicked.connect(lambda: sources.ask_folder())
        self.stream = self._button(self.tr("Stream address…"))
        self.stream.clicked.connect(lambda: sources.ask_address())
        buttons = QGridLayout()
        buttons.setSpacing(SPACE)
        for place, button in enumerate((self.file, self.camera, self.folder, self.stream)):
            buttons.addWidget(button, place // 2, place % 2)
        self._recent = Recents(sources.open)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.addStretch(3)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(self._picture, 0, centre)
        layout.addSpacing(SPACE)
        layout.addWidget(title, 0, centre)
        layout.addWidget(hint, 0, centre)
        layout.addSpacing(SPACE * 2)
        holder = QWidget()
        holder.setLayout(buttons)
        layout.addWidget(holder, 0, centre)
        layout.addSpacing(SPACE * 2)
        layout.addWidget(self._recent, 0, centre)
        layout.addStretch(4)
        self.refresh()

    def refresh(self) -> None:
        """Take up the theme's colours and the recent sources."""
        theme = current_theme()
        for button, name in (
            (self.camera, "camera"),
            (self.folder, "folder"),
            (self.stream, "stream"),
        ):
            button.setIcon(icon(name))
        self.file.setIcon(icon("file", theme.on_accent))
        self._show_recent()

    def _show_recent(self) -> None:
        self._recent.show_addresses([(address, place_of(address)) for address in self.sources.recent()])

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint a dashed frame: the place to drop something."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.border), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(self.rect().adjusted(24, 24, -24, -24), 16, 16)
        painter.end()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(f"  {text}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMinimumWidth(190)
        button.setMinimumHeight(36)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button
