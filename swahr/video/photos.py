"""Photos: a folder or some files as a source of frames, and drawn ones back into files."""

import glob
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import cv2

from swahr._util.files import made_whole
from swahr._util.text import natural_key
from swahr.errors import MissingError, OutputError, SwahrError, UnreadableError
from swahr.pose.recording import DEFAULT_FRAME_RATE
from swahr.video.addresses import names_photos
from swahr.video.frame import Frame, FrameSource, Notify, ignore
from swahr.video.images import Image, read_image
from swahr.video.sources import register_source
from swahr.video.suffixes import IMAGE_SUFFIXES


@register_source(when=names_photos, fallback=True)
class Photos(FrameSource):
    """The images of some files, one frame each; they can be read once.

    A frame's name is its file; its time is its place in a sequence of `frame_rate` per second, 25 unless `set_rate`
    says otherwise. width, height: of the first that
    can be read; others may differ. notes: filled while reading: what is wrong with each file that cannot be read.
    wanted: frames that it refuses are neither read nor yielded.

    Args:
        files: Image files.
        max_aspect_ratio: Long side over short; an image beyond counts as unreadable.
        address: What the files were named by; None is the first of them.

    Raises:
        MissingError: There are no files.
        UnreadableError: None of them can be read.
    """

    def __init__(
        self, files: Sequence[Path], max_aspect_ratio: float = math.inf, address: str | None = None
    ) -> None:
        if not files:
            raise MissingError("no images; expected at least one")
        super().__init__(str(files[0]) if address is None else address)
        self.width = self.height = 0
        self.files = list(files)
        self.max_aspect_ratio = max_aspect_ratio
        self.frame_rate = DEFAULT_FRAME_RATE
        self._assumed = False  # times that are looked at, of a rate that nobody gave
        self.estimated_frames = len(files)
        self._frames = self._read()
        self._early: list[Frame] = []  # what came up to the first frame with an image
        for frame in self._frames:
            self._early.append(frame)
            if frame.image is not None:
                self.height, self.width = frame.image.shape[:2]
                return
        others = f"; so with {len(files) - 1} others" if len(files) > 1 else ""
        raise UnreadableError(self.notes[0] + others)

    @classmethod
    def from_address(cls, address: str, notify: Notify = ignore) -> "Photos":
        """Open a folder, or what a pattern such as `photos/*.jpg` finds, by name: 2 comes before 10."""
        found = [Path(address)] if Path(address).is_dir() else matching_files(address)
        if not found:
            raise MissingError(f"{address}: no file has such a name")
        photos = cls(list_photos(found), address=address)
        photos._assumed = True
        return photos

    @property
    def frame_names(self) -> dict[int, str]:
        """The file of each frame, by its index."""
        return {index: str(file) for index, file in enumerate(self.files)}

    def set_rate(self, frame_rate: float) -> bool:
        """Say how many there are per second; before reading."""
        self.frame_rate, self._assumed = frame_rate, False
        self._early = [replace(frame, time_s=frame.index / frame_rate) for frame in self._early]
        return True

    def __iter__(self) -> Iterator[Frame]:
        """Yield a frame for each file; one that cannot be read has no image."""
        early, self._early = self._early, []
        return chain((frame for frame in early if self.wanted(frame.index, frame.time_s)), self._frames)

    def _read(self) -> Iterator[Frame]:
        for index, file in enumerate(self.files):
            time_s = index / self.frame_rate
            if self.width and not self.wanted(index, time_s):
                continue
            try:
                yield Frame(index, time_s, self._image(file), str(file))
            except SwahrError as error:
                self.notes.append(str(error))
                yield Frame(index, time_s, None, str(file))
        if self._assumed:
            self.notes.append(
                f"{self.address}: images have no times; {self.frame_rate:g} per second are taken, as none were given"
            )

    def _image(self, file: Path) -> Image:
        image = read_image(file)
        height, width = image.shape[:2]
        if max(height, width) > self.max_aspect_ratio * min(height, width):
            raise UnreadableError(
                f"{file} has {width} x {height} pixels; expected at most {self.max_aspect_ratio} to 1: crop it"
            )
        return image


def holds_images(folder: Path) -> bool:
    """Return whether a folder has an image, by suffix.

    Raises:
        MissingError: It cannot be read.
    """
    try:
        return any(path.suffix.lower() in IMAGE_SUFFIXES and path.is_file() for path in folder.iterdir())
    except OSError as error:
        raise MissingError(f"{folder}: cannot be read ({error.strerror})") from error


def matching_files(pattern: str) -> list[Path]:
    """Return what a pattern such as `photos/*.jpg` finds, by name: 2 comes before 10."""
    return [Path(name) for name in sorted(glob.glob(pattern, recursive=True), key=natural_key)]


def list_photos(sources: Sequence[Path]) -> list[Path]:
    """Return the images of folders (by suffix, sorted by name, 2 before 10) and the files as given.

    Raises:
        MissingError: A source is not there, or a folder has no images.
        UnreadableError: The name of one is no text, which tables and data sets know it by.
    """
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            try:
                found = [p for p in source.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and p.is_file()]
            except OSError as error:
                raise MissingError(f"{source}: cannot be read ({error.strerror})") from error
            if not found:
                raise MissingError(f"{source} holds no images ({', '.join(IMAGE_SUFFIXES)})")
            files += sorted(found, key=lambda file: natural_key(file.name))
        elif source.exists():
            files.append(source)
        else:
            raise MissingError(f"{source}: no such file or folder")
    for file in files:
        try:
            str(file).encode()
        except UnicodeEncodeError as error:
            raise UnreadableError(
                f"{file}: the name is no UTF-8, and no table could hold it; rename it"
            ) from error
    return files


def write_photo(path: Path, image: Image) -> None:
    """Write an image [H, W, 3] uint8 BGR in the format of its suffix; a failure leaves nothing behind.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        done, content = cv2.imencode(path.suffix, image)
        if not done:
            raise OutputError(f"{path}: the image could not be encoded; choose another format")
        with made_whole(path) as partial:
            partial.write_bytes(content.tobytes())
    except cv2.error as error:
        raise OutputError(f"{path}: the image could not be encoded ({error.err})") from error
    except OSError as error:
        raise OutputError(f"{path}: the image could not be written ({error.strerror})") from error
