"""The colours of the window: those that are chosen, or the desktop's, whenever either changes."""

from collections.abc import Callable

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.widgets.theme import apply_theme, choose_theme


class Looks(QObject):
    """Keeps the application in the theme of the settings. refresh: lets what draws by itself take up its colours."""

    def __init__(self, state: AppState, refresh: Callable[[], None]) -> None:
        super().__init__()
        self._state, self._refresh = state, refresh
        self._apply()
        state.settings_changed.connect(self._settings_changed)
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._scheme_changed)

    def _settings_changed(self, now: AppSettings, before: AppSettings) -> None:
        if now.theme != before.theme:
            self._apply()
            self._refresh()

    def _scheme_changed(self) -> None:
        if self._state.settings.theme == "system":
            self._apply()
            self._refresh()

    def _apply(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, choose_theme(self._state.settings.theme))
