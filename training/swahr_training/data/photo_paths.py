"""Where the photos of labels are: tools name them by path, by address or by name alone, and put them in many places."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from swahr.video.suffixes import IMAGE_SUFFIXES

# Label Studio puts eight digits before the name of a photo that was uploaded.
UPLOADED = re.compile(r"^[0-9a-f]{8}-")
MAX_SEARCHED = 200_000  # files of folders that are searched through


class PhotoFinder:
    """Finds photos by the names that a file of labels has for them.

    labels: the file, or the folder of labels. images: the folder that names are relative to; None: `images` beside the
    file, its own folder, and those that COCO, CVAT and Roboflow have. guess: whether to look for a photo by its name
    alone, in all folders below, where it is not in its place.
    """

    def __init__(self, labels: Path, images: Path | None = None, guess: bool = True) -> None:
        self.folders = (images,) if images is not None else tuple(_folders(labels))
        self.guess = guess
        self._first = 0  # of the folders: where the last photo was

    def __call__(self, name: str) -> Path:
        """Return where a photo is; where it should be if it is not there."""
        forms = list(_forms(name))
        order = [self._first, *(n for n in range(len(self.folders)) if n != self._first)]
        for form in forms:
            for number in order:
                path = self.folders[number] / form
                if path.is_file():
                    self._first = number
                    return path
        if self.guess:
            for form in forms:
                found = self._index.get(PurePosixPath(form).name, ())
                if len(found) == 1:
                    return found[0]
        return self.folders[0] / forms[0]

    @cached_property
    def _index(self) -> dict[str, list[Path]]:
        """All photos in the folders by name, read once and only where one is not in its place."""
        index: dict[str, list[Path]] = defaultdict(list)
        visited: set[str] = set()
        entries = 0
        for folder in self.folders:
            for place, folders, names in os.walk(folder):
                real = os.path.realpath(place)
                folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
                entries += len(names)
                if entries > MAX_SEARCHED:
                    return index
                if real in visited:
                    continue
                visited.add(real)
                for name in names:
                    if name.lower().endswith(IMAGE_SUFFIXES):
                        index[name].append(Path(place, name))
        return index


def _folders(labels: Path) -> Iterator[Path]:
    """Yield where the photos of a label file may lie, likeliest first."""
    beside = labels if labels.is_dir() else labels.parent
    if (beside / "images").is_dir():
        yield beside / "images"
    yield beside
    # person_keypoints_val2017.json, person_keypoints_default.json
    part = labels.stem.rpartition("_")[2]
    for folder in (beside / part, beside / "images" / part):
        if part and folder.is_dir():
            yield folder
    if beside.name in ("annotations", "labels"):
        for name in ("images", f"images/{part}", part, "."):
            if (beside.parent / name).is_dir():
                yield beside.parent / name


def plain_name(name: str) -> str:
    """Return a path with slashes, as Windows too takes it."""
    return name.replace("\\", "/")


def _forms(name: str) -> Iterator[str]:
    """Yield the paths that a name may mean, as it is first."""
    plain = plain_name(name)
    yield plain
    address = urlsplit(plain)
    query = parse_qs(address.query).get("d", [""])[0]  # Label Studio: /data/local-files/?d=folder/photo.jpg
    path = unquote(
        query or (address.path if address.scheme in ("http", "https", "file", "s3", "gs") else plain)
    )
    last = PurePosixPath(path).name
    for form in (path.lstrip("/"), last, UPLOADED.sub("", last)):
        if form and form != plain:
            yield form
