"""Ways to a source: cameras, files, folders, streams, recent ones. A menu, and the dialogs behind it.

A source is opened in place of all that are open, or beside them.
"""

from pathlib import Path

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QFileDialog, QMenu, QWidget

from swahr.document import is_document
from swahr.video import is_path
from swahr_app.live.address import AddressDialog
from swahr_app.live.cameras import find_cameras
from swahr_app.state.names import VIDEOS, photo_of, title_of
from swahr_app.state.state import AppState
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import current_theme

DOCUMENT = ".swahr"
MENU_WIDTH = 380  # pixels of a recent source's name


class Sources:
    """Asks for sources, over a widget, and opens what is chosen."""

    def __init__(self, state: AppState, parent: QWidget) -> None:
        self.state, self.parent = state, parent

    def tr(self, text: str) -> str:
        """Return a text in the language of the window."""
        return QCoreApplication.translate("Sources", text)

    def open(self, address: str, beside: bool = False) -> None:
        """Open a source, photos on the review page. beside: with those that are open."""
        photo = photo_of(address)
        if photo is not None:
            self._remember("photos", photo)
            self.state.change(recent=self.state.settings.opened(address).recent)
            self.state.review_requested.emit(str(photo), "")
            return
        if address.endswith(DOCUMENT) and is_document(Path(address)):
            self.state.review_requested.emit(address, "")
            return
        (self.state.add_requested if beside else self.state.open_requested).emit(address)

    def ask_file(self, beside: bool = False) -> None:
        """Let a person choose a video."""
        chosen, _ = QFileDialog.getOpenFileName(
            self.parent,
            self.tr("Open a video"),
            self._folder("video"),
            self.tr("Videos ({});;All files (*)").format(VIDEOS),
        )
        if chosen:
            self._remember("video", Path(chosen).parent)
            self.open(chosen, beside)

    def ask_folder(self, beside: bool = False) -> None:
        """Let a person choose a folder of photos."""
        chosen = QFileDialog.getExistingDirectory(
            self.parent, self.tr("Open a folder of photos"), self._folder("photos")
        )
        if chosen:
            self._remember("photos", Path(chosen))
            self.open(chosen, beside)

    def ask_address(self, beside: bool = False) -> None:
        """Let a person type the address of a stream."""
        dialog = AddressDialog(self.parent)
        if dialog.exec() and dialog.address.text().strip():
            self.open(dialog.address.text().strip(), beside)
        dialog.deleteLater()

    def fill(self, menu: QMenu, beside: bool = False) -> None:
        """Fill a menu with everything that can be opened now. beside: with what is open."""
        muted = current_theme().muted
        menu.clear()
        cameras = find_cameras()
        for camera in cameras:
            action = menu.addAction(icon("camera", muted), camera.name)
            if action is not None:
                action.triggered.connect(lambda _, address=camera.address: self.open(address, beside))
        if not cameras:
            none = menu.addAction(icon("camera", muted), self.tr("No camera was found"))
            if none is not None:
                none.setEnabled(False)
        menu.addSeparator()
        for name, text, act in (
            ("file", self.tr("Video file…"), self.ask_file),
            ("folder", self.tr("Folder of photos…"), self.ask_folder),
            ("stream", self.tr("Stream address…"), self.ask_address),
        ):
            action = menu.addAction(icon(name, muted), text)
            if action is not None:
                action.triggered.connect(lambda _, act=act: act(beside))
        self.fill_recent(menu, self.tr("Recent"), beside)

    def fill_recent(self, menu: QMenu, title: str = "", beside: bool = False) -> None:
        """Add the recent sources; those whose file is gone are left out."""
        recent = self.recent()
        if recent and title:
            menu.addSection(title)
        for address in recent:
            title = menu.fontMetrics().elidedText(title_of(address), Qt.TextElideMode.ElideMiddle, MENU_WIDTH)
            action = menu.addAction(icon("recent", current_theme().muted), title.replace("&", "&&"))
            if action is not None:
                action.setToolTip(address)
                action.triggered.connect(lambda _, address=address: self.open(address, beside))

    def recent(self) -> list[str]:
        """Return the recent sources that can still be there."""
        return [
            address
            for address in self.state.settings.recent
            if not is_path(address) or Path(address).exists()
        ]

    def _folder(self, name: str) -> str:
        return self.state.settings.folders.get(name, "")

    def _remember(self, name: str, folder: Path) -> None:
        self.state.change(folders={**self.state.settings.folders, name: str(folder)})
