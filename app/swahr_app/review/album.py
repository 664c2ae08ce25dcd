"""A folder of photos and its document: each photo keeps the number under which it was first seen."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QImageIOHandler, QImageReader

from swahr.document import Document, is_document
from swahr.video.photos import list_photos
from swahr_app.review.opening import Opening

FACT = "photos"  # of a document: the name of the folder
TURNED = QImageIOHandler.Transformation.TransformationRotate90


def album_of(path: Path) -> Opening:
    """Return the folder of photos that a path is, or in which it lies; one that is gone keeps its number.

    Raises:
        MissingError: There are no photos.
    """
    path = path.resolve()
    folder = path if path.is_dir() else path.parent
    document, names = _document_of(folder)
    photos = _in_order(folder, names)
    first = photos.index(path) if path in photos else 0
    return Opening(folder, document, photos, first)


def album_from(document: Path) -> Opening | None:
    """Return the photos of a document, which lie beside it; None where it is of no photos, or they are gone.

    Raises:
        SwahrError: The document cannot be read.
    """
    with Document.open(document, writes=False) as opened:
        name, names = opened.fact(FACT), [name for _, _, name in opened.frames()]
    folder = (document.parent / str(name)).resolve()
    if not name or not folder.is_dir():
        return None
    return Opening(folder, document, _in_order(folder, names))


def free_for(document: Path, photos: Sequence[Path]) -> Path:
    """Return where what is found in photos is kept: a document that has them by the same numbers, or a new one.

    Raises:
        SwahrError: A document cannot be read.
    """
    number, path, names = 1, document, [photo.name for photo in photos]
    while path.exists():
        with Document.open(path, writes=False) as opened:
            known = [name for _, _, name in opened.frames()]
        if known == names[: len(known)]:
            break
        number += 1
        path = document.with_name(f"{document.stem}_{number}{document.suffix}")
    return path


def size_of(photo: Path) -> tuple[int, int] | None:
    """Return width and height of a photo, upright, without reading all of it; None where it does not say."""
    reader = QImageReader(str(photo))
    size: QSize = reader.size()
    if not size.isValid():
        return None
    if reader.transformation() & TURNED:
        size.transpose()
    return size.width(), size.height()


def _in_order(folder: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Return the photos of a folder: those that are in a document, in its order, then the others."""
    known = [folder / name for name in names]
    looked_at = set(known)
    return (*known, *(file for file in list_photos([folder]) if file not in looked_at))


def _document_of(folder: Path) -> tuple[Path, list[str]]:
    """Return where the document of a folder lies, beside it, and the photos that are in it."""
    number, path = 1, folder.with_name(f"{folder.name}.swahr")
    while path.exists():
        if is_document(path):
            with Document.open(path, writes=False) as document:
                if document.fact(FACT) == folder.name:
                    return path, [name for _, _, name in document.frames()]
        number += 1
        path = folder.with_name(f"{folder.name}_{number}.swahr")
    return path, []
