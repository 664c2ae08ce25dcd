"""What a recording keeps, and where it goes."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog

from swahr_app.panels import Panel, register_panel
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.store import video_folder
from swahr_app.state.texts import in_language, info_of
from swahr_app.widgets.folder import FolderButton
from swahr_app.widgets.formats import FormatPicker

# They have controls of their own kind.
OWN = ("folder", "formats")


@register_panel("record", page="live", title="Recording", order=40)
class RecordPanel(Panel):
    """What is recorded, keypoint formats, folder."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        folder, formats = (info_of(state.settings.record, name) for name in OWN)
        self.formats = FormatPicker(state, "record")
        self.folder = FolderButton(in_language(folder.help))
        self.folder.clicked.connect(self._ask)
        self.add_group("record", without=OWN)
        self.add_row(in_language(formats.label), self.formats)
        self.add_row(in_language(folder.label), self.folder)
        state.settings_changed.connect(self._follow)
        self._follow(state.settings)

    def _ask(self) -> None:
        start = self.state.settings.record.folder or str(video_folder())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where recordings go"), start)
        if chosen:
            self.state.change_in("record", folder=chosen)

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        self.folder.show_folder(Path(now.record.folder) if now.record.folder else video_folder())
