"""What belongs together: a video, its document, and results of any format that become a document."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr.document import Document, document_path, is_document
from swahr.document.schema import ENDING
from swahr.errors import MissingError, SwahrError
from swahr.formats import FORMATS, format_by_content, read
from swahr.video import VIDEO_SUFFIXES
from swahr_app.review.album import album_from, album_of
from swahr_app.review.opening import Opening
from swahr_app.state.names import is_photos


def is_result(path: Path) -> bool:
    """Return whether a file or folder holds keypoints of a format that is read."""
    try:
        format_by_content(path)
    except (SwahrError, OSError):
        return False
    return True


def is_video(path: Path) -> bool:
    """Return whether a file is opened as a video, by its name."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def reviewed(recent: Sequence[str]) -> list[str]:
    """Return what the review opens of recent sources: each video once, by itself or by its document."""
    found: dict[Path, str] = {}
    for address in recent:
        path = Path(address)
        if path.exists() and (is_video(path) or is_photos(path) or path.suffix == ENDING):
            found.setdefault(document_path(path), address)
    return list(found.values())


def opening_of(path: Path, video: Path | None = None) -> Opening:
    """Return what is opened with a path: a video, photos, a document, or a result, of which a document is made.

    Args:
        path: Of a video, a photo or a folder of photos, a document or a result.
        video: Of a document or a result; None looks beside it.

    Raises:
        MissingError: The video of a result is not beside it.
        SwahrError: A result cannot be read.
    """
    if is_video(path):
        return Opening(path, document_path(path))
    if is_photos(path):
        return album_of(path)
    if is_document(path) and video is None:
        photos = album_from(path)
        if photos is not None:
            return photos
    found = video or video_of(path)
    if found is None:
        raise MissingError(
            QCoreApplication.translate("Review", "{}: there is no video of that name beside it").format(
                path.name
            )
        )
    if is_document(path):
        return Opening(found, path)
    return Opening(found, _document_of(path, found))


def video_of(path: Path) -> Path | None:
    """Return the video of a document or a result: the one that it names, or one beside it with its name."""
    names = [path.stem]
    if is_document(path):
        with Document.open(path, writes=False) as document:
            name = document.fact("video")
        if name and (path.parent / name).exists():
            return Path(path.parent / name)
    for known in FORMATS:
        names += [path.name.removesuffix(end) for end in known.all_endings if path.name.endswith(end)]
    beside = sorted(path.resolve().parent.iterdir())
    for stem in names:
        for file in beside:
            if file.stem == stem and is_video(file):
                return file
    return None


def _document_of(result: Path, video: Path) -> Path:
    """Return the document of a result: made of it once, beside it."""
    number, path = 1, result.with_name(f"{video.stem}.swahr")
    while path.exists():
        with Document.open(path, writes=False) as document:
            if document.fact("made_of") == result.name:
                return path
        number += 1
        path = result.with_name(f"{video.stem}_{number}.swahr")
    read(result).save(path, "swahr")
    with Document.open(path) as document:
        document.set_facts(made_of=result.name, video=video.name)
    return path
