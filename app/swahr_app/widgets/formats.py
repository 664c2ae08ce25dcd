"""A button that opens the list of keypoint formats, of which several may be chosen."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QPushButton, QSizePolicy

from swahr.formats import FORMATS
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState


class FormatPicker(QPushButton):
    """Shows and changes the formats of a group of settings."""

    def __init__(self, state: AppState, group: str) -> None:
        super().__init__()
        self.state, self._settings_group = state, group
        self.setProperty("menu", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Formats of the keypoint files"))
        self._menu = QMenu(self)
        self.actions_by_name: dict[str, QAction] = {}
        self._fill()
        self.setMenu(self._menu)
        state.settings_changed.connect(self._follow)
        state.plugins_loaded.connect(self._fill)

    def _fill(self) -> None:
        for found in FORMATS:
            if found.name in self.actions_by_name:
                continue
            action = QAction(f"{found.name}    {found.description}", self)
            action.setCheckable(True)
            action.triggered.connect(self._changed)
            self._menu.addAction(action)
            self.actions_by_name[found.name] = action
        self._follow(self.state.settings)

    def _changed(self) -> None:
        chosen = tuple(name for name, action in self.actions_by_name.items() if action.isChecked())
        self.state.change_in(self._settings_group, formats=chosen)

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        chosen = getattr(now, self._settings_group).formats
        for name, action in self.actions_by_name.items():
            action.setChecked(name in chosen)
        self.setText(", ".join(chosen) or self.tr("none"))
