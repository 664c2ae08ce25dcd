"""Where settings are kept between two starts."""

import json
from pathlib import Path

from PyQt6.QtCore import QByteArray, QCoreApplication, QSettings, QStandardPaths

from swahr._util.reading import parse_json
from swahr.errors import SwahrError
from swahr_app.state.settings import AppSettings, settings_from


class Store:
    """The settings of this user, and the window's place.

    path: an INI file; None is the system's own place for settings.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._settings = self._opened()
        self.notes: list[str] = []  # what the user should know of what was kept

    def _opened(self) -> QSettings:
        if self._path is None:
            return QSettings("swahr", "swahr")
        return QSettings(str(self._path), QSettings.Format.IniFormat)

    def load(self) -> AppSettings:
        """Return what was kept; defaults where that is nothing, or damaged, which is set aside and noted."""
        kept = str(self._settings.value("settings", "{}"))
        try:
            return settings_from(parse_json(kept))
        except ValueError as error:
            self._settings.setValue("settings_set_aside", kept)
            self.notes.append(
                QCoreApplication.translate(
                    "Store", "The settings could not be read ({}); they are as in the beginning."
                ).format(error)
            )
            return AppSettings()

    @property
    def place(self) -> str:
        """Where they are kept: a file, or what a system has in place of one."""
        return str(self._settings.fileName())

    def save(self, settings: AppSettings) -> bool:
        """Keep settings, all or nothing: a file is written anew and takes the old one's name; return whether it was."""
        if self._settings.status() is not QSettings.Status.NoError:
            self._settings = self._opened()  # Qt's remember a failure for good, and folders are mended
        self._settings.setValue("settings", json.dumps(settings.plain()))
        self._settings.sync()
        return self._settings.status() is QSettings.Status.NoError

    def load_bytes(self, name: str) -> QByteArray | None:
        """Return bytes that were kept, such as the window's place."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else None

    def save_bytes(self, name: str, value: QByteArray) -> None:
        """Keep bytes."""
        self._settings.setValue(name, value)


def data_folder() -> Path:
    """Return the folder for the log and the batch list; it is made where it is missing.

    Raises:
        SwahrError: It cannot be made.
    """
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    folder = Path(found) if found else Path.home() / ".swahr"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SwahrError(
            f"{folder} cannot be made ({error.strerror}): make the folder above it writable, "
            "or set XDG_DATA_HOME to one that is"
        ) from error
    return folder


def video_folder() -> Path:
    """Return where recordings go unless another folder is chosen; who writes there makes it."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    return (Path(found) if found else Path.home()) / "Swahr"
