"""The top of the window: pages, what is open, picture and record."""

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from swahr_app.live.sources import Sources
from swahr_app.live.transport import clock
from swahr_app.state.facts import RecordingStatus, SourceInfo
from swahr_app.state.state import AppState
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE, current_theme

HEIGHT = 52
WIDE = 1000  # pixels, from which there is room for more than the name of the source


class Header(QWidget):
    """Emits which page is chosen."""

    page_chosen = pyqtSignal(int)

    def __init__(self, state: AppState, sources: Sources) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self.pages = [
            QPushButton(text)
            for text in (self.tr("Live"), self.tr("Batch"), self.tr("Training"), self.tr("Review"))
        ]
        for number, button in enumerate(self.pages):
            button.setObjectName("page")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(self.tr("Ctrl+{}").format(number + 1))
            self._group.addButton(button, number)
        self.pages[0].setChecked(True)
        self._group.idClicked.connect(self.page_chosen)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(lambda: sources.fill(self._menu))
        self.source = QPushButton(self.tr(" Open"))
        self.source.setProperty("menu", True)
        self.source.setToolTip(self.tr("Open a camera, a video, a folder or a stream"))
        self.source.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.source.setMenu(self._menu)
        self._beside = QMenu(self)
        self._beside.aboutToShow.connect(lambda: sources.fill(self._beside, beside=True))
        self.add = QToolButton()
        self.add.setIconSize(QSize(20, 20))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add.setToolTip(self.tr("Open another source beside: all are seen, and recorded together"))
        self.add.setAccessibleName(self.tr("Open another source beside"))
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.setMenu(self._beside)
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setObjectName("title")
        self.details = QLabel()
        self.details.setObjectName("muted")
        self.details.setContentsMargins(0, 0, SPACE * 2, 0)
        self.recorded = QLabel()
        self.recorded.setObjectName("muted")
        self.picture = QToolButton()
        self.picture.setToolTip(self.tr("Save a picture (S)"))
        self.picture.setAccessibleName(self.tr("Save a picture"))
        self.picture.setIconSize(QSize(22, 22))
        self.picture.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.picture.clicked.connect(state.picture_requested)
        self.record = QPushButton(self.tr("Record"))
        self.record.setObjectName("record")
        self.record.setCheckable(True)
        self.record.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.record.setToolTip(self.tr("Record videos and keypoints (R)"))
        self.record.clicked.connect(self._record)
        self._live = True
        self._lay_out()
        state.source_changed.connect(self._source_changed)
        state.recording_changed.connect(self._recording_changed)
        self._source_changed(None)
        self.refresh()

    def show_page(self, number: int) -> None:
        """Show which page is open."""
        self.pages[number].setChecked(True)
        self._live = number == 0
        for widget in (self.source, self.add, self.title, self.picture):
            widget.setVisible(self._live)
        self._show_details()
        self._spacer.setVisible(not self._live)
        self._show_recording()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.source.setIcon(icon("open"))
        self.add.setIcon(icon("plus"))
        self.picture.setIcon(icon("picture"))
        self._recording_changed(self.state.recording)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        self.setFixedHeight(HEIGHT)
        layout.setContentsMargins(SPACE * 3 // 2, 0, SPACE * 3 // 2, 0)
        layout.setSpacing(SPACE // 2)
        for button in self.pages:
            layout.addWidget(button)
        layout.addSpacing(SPACE)
        layout.addWidget(self.source)
        layout.addWidget(self.add)
        layout.addSpacing(SPACE // 2)
        layout.addWidget(self.title, 1)
        self._spacer = QWidget()
        layout.addWidget(self._spacer, 1)
        layout.addWidget(self.details)
        layout.addWidget(self.recorded)
        layout.addWidget(self.picture)
        layout.addWidget(self.record)
        self.show_page(0)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Leave the name of the source its room."""
        super().resizeEvent(event)
        self._show_details()

    def _show_details(self) -> None:
        layout, wanted = self.layout(), self._live and self.width() >= WIDE
        if wanted == self.details.isHidden():
            self.details.setVisible(wanted)
            if layout is not None:
                layout.activate()  # the name has its room at once

    def _show_recording(self) -> None:
        """Show the recording on every page while it runs, with the button that ends it."""
        for widget in (self.recorded, self.record):
            widget.setVisible(self._live or self.state.recording is not None)

    def _record(self, on: bool) -> None:
        self.state.record_requested.emit(on)
        self._recording_changed(self.state.recording)

    def _source_changed(self, source: SourceInfo | None) -> None:
        for widget in (self.picture, self.record, self.add):
            widget.setEnabled(source is not None)
        if source is None:
            self.title.setText("")
            self.details.setText("")
            return
        self.title.setText(source.title)
        self.title.setToolTip(source.address)
        self.details.setText(
            self.tr("{} × {} · {:.4g} fps").format(source.width, source.height, source.frame_rate)
        )

    def _recording_changed(self, recording: RecordingStatus | None) -> None:
        blocker = QSignalBlocker(self.record)
        self.record.setChecked(recording is not None)
        blocker.unblock()
        self._show_recording()
        theme = current_theme()
        if recording is None:
            self.record.setIcon(icon("record", theme.record))
            self.record.setText(self.tr(" Record"))
            self.recorded.setText("")
            return
        self.record.setIcon(icon("stop", theme.on_accent))
        self.record.setText(self.tr(" Stop"))
        if recording.waits:
            self.recorded.setText(recording.waits)
            return
        text = f"{clock(recording.seconds, 1)} · {size_text(recording.size)}"
        if recording.dropped:
            text += self.tr(" · {} left out").format(recording.dropped)
        self.recorded.setText(text)


def size_text(size: int) -> str:
    """Return bytes as 12.3 MB."""
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1e6:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.2f} GB"
