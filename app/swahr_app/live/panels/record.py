"""What a recording keeps, and where it goes."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog

from swahr_app.state.settings import Settings
from swahr_app.state.state import AppState
from swahr_app.state.store import video_folder
from swahr_app.widgets.bound import bound_check
from swahr_app.widgets.folder import FolderButton
from swahr_app.widgets.formats import FormatPicker
from swahr_app.widgets.section import Section


class RecordPanel(Section):
    """Overlay video, raw video, keypoint formats, folder."""

    def __init__(self, state: AppState) -> None:
        super().__init__(self.tr("Recording"))
        self.state = state
        self.overlay = bound_check(
            state, "record", "overlay", self.tr("Overlay video"), self.tr("A video with the people drawn")
        )
        self.raw = bound_check(
            state,
            "record",
            "raw",
            self.tr("Raw video"),
            self.tr("A video of the frames as they came, all of them"),
        )
        self.formats = FormatPicker(state, "record")
        self.folder = FolderButton(self.tr("Where recordings and pictures go"))
        self.folder.clicked.connect(self._ask)
        self.add_pair(self.overlay, self.raw)
        self.add_row(self.tr("Keypoints"), self.formats)
        self.add_row(self.tr("Folder"), self.folder)
        state.settings_changed.connect(self._follow)
        self._follow(state.settings)

    def _ask(self) -> None:
        start = self.state.settings.record.folder or str(video_folder())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where recordings go"), start)
        if chosen:
            self.state.change_in("record", folder=chosen)

    def _follow(self, now: Settings, _before: Settings | None = None) -> None:
        self.folder.show_folder(Path(now.record.folder) if now.record.folder else video_folder())
