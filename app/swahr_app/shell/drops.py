"""Files and folders that are dropped into the window: which, and what is done with them on each page."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtGui import QDropEvent

if TYPE_CHECKING:
    from swahr_app.shell.window import Window


def dropped(event: QDropEvent) -> list[str]:
    """Return the files and folders of a drop that are there."""
    data = event.mimeData()
    if data is None:
        return []
    return [
        url.toLocalFile() for url in data.urls() if url.isLocalFile() and Path(url.toLocalFile()).exists()
    ]


def take_dropped(window: "Window", paths: list[str]) -> None:
    """Open what was dropped; several files, or any on the batch page, join the batch."""
    page = window.pages.currentWidget()
    if page is window.training:
        window.training.take_folder(paths[0])
    elif page is window.review and len(paths) == 1:
        window.open_review(paths[0])
    elif page is window.batch or len(paths) > 1:
        window.show_page(window.pages.indexOf(window.batch))
        window.batch.add(paths)
    else:
        window.open(paths[0])
