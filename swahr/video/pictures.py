"""Decoded pictures as they are meant to be seen: whole, of square pixels, in the colours of BT.709, upright."""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av import VideoFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Drained
from av.filter import Graph

from swahr.video.frame import Frame, Wanted
from swahr.video.images import Image
from swahr.video.rotation import Orientation, read_orientation
from swahr.video.tone import Tone, cube, tone_of

# A pixel that is wider or narrower than any camera's is a header's mistake.
MAX_PIXEL_ASPECT = 4
UNSPECIFIED = 2  # FFmpeg's number of a colour matrix that is not named


@dataclass(frozen=True)
class Shown:
    """A frame of a file in its order: picture is None where it could not be decoded."""

    index: int
    time_s: float
    picture: VideoFrame | None


@dataclass(frozen=True)
class _Kind:
    """What decides how pictures are made: all of one kind go through one filter graph."""

    width: int
    height: int
    format: str
    matrix: int
    range: int
    tone: Tone | None
    interlaced: bool


class Pictures:
    """Makes upright images [H, W, 3] uint8 BGR of the decoded pictures of one file.

    Interlaced pictures are brought together (FFmpeg's bwdif), HDR and wide colours are tone-mapped (lut3d), and
    pixels that are not square are stretched, by filters of FFmpeg; other pictures are converted as they are.

    Args:
        address: What notes call the file.
        pixel_aspect: Width of a pixel over its height; None or 0: square.
        note: Is given a line for each of these that is met.

    stored_size: width and height of the first image in the file's own pixels, upright; (0, 0) before.
    """

    def __init__(self, address: str, pixel_aspect: Fraction | None, note: Callable[[str], None]) -> None:
        self.stored_size = (0, 0)
        self._address, self._note = address, note
        aspect = pixel_aspect or Fraction(1)
        wide = aspect > MAX_PIXEL_ASPECT or aspect < Fraction(1, MAX_PIXEL_ASPECT)
        self._aspect = Fraction(1) if wide else aspect
        self._orientation: Orientation | None = None
        self._interlaced = False
        self._graphs: dict[_Kind, Graph] = {}
        self._said: set[object] = set()

    def frames(self, shown: Iterator[Shown], wanted: Wanted) -> Iterator[Frame]:
        """Yield the frames that are wanted, in order; one that could not be decoded has no image."""
        # One that looks a picture ahead holds what came before a seek.
        self._graphs = {kind: graph for kind, graph in self._graphs.items() if not kind.interlaced}
        waiting: deque[Shown] = deque()  # went into such a filter, and is not out yet
        kind: _Kind | None = None
        for item in shown:
            asked = wanted(item.index, item.time_s)
            if item.picture is None:
                if waiting:
                    waiting.append(item)
                elif asked:
                    yield Frame(item.index, item.time_s, None)
                continue
            now = self._kind_of(item.picture)
            if now != kind and kind is not None and waiting:
                yield from self._drained(kind, waiting, wanted)
            kind = now
            if not now.interlaced:
                if asked:
                    yield self._frame(item, self._plain(item.picture, now))
                continue
            waiting.append(item)
            self._graph(now).vpush(item.picture)
            yield from self._pulled(now, waiting, wanted)
        if kind is not None and waiting:
            yield from self._drained(kind, waiting, wanted)

    def image(self, picture: VideoFrame) -> Image:
        """Return one picture by itself, upright; interlaced ones stay so."""
        return self._upright(picture, self._plain(picture, self._kind_of(picture, alone=True)))

    def _frame(self, item: Shown, image: Image) -> Frame:
        assert item.picture is not None
        return Frame(item.index, item.time_s, self._upright(item.picture, image))

    def _upright(self, picture: VideoFrame, image: Image) -> Image:
        if self._orientation is None:
            self._orientation = read_orientation(picture)
        if self.stored_size == (0, 0):
            size = picture.width, picture.height
            self.stored_size = size[::-1] if self._orientation.swap_axes else size
            shown = image.shape[1::-1]
            if shown != size:
                self._say(
                    "shape",
                    f"pixels are {self._aspect.numerator}:{self._aspect.denominator} as wide as high; people are "
                    f"sought and drawn in {shown[0]} x {shown[1]}, places are those of the stored "
                    f"{size[0]} x {size[1]} pixels",
                )
        return self._orientation.upright(image)

    def _kind_of(self, picture: VideoFrame, alone: bool = False) -> _Kind:
        self._interlaced = self._interlaced or (picture.interlaced_frame and not alone)
        if self._interlaced:
            self._say("interlaced", "is interlaced; the fields of each picture are brought together")
        tone = tone_of(int(picture.color_trc), int(picture.color_primaries))
        if tone is not None:
            what = "has the wide colours of BT.2020" if tone is Tone.WIDE else f"is HDR ({tone.value})"
            self._say(tone, f"{what}; it is brought to BT.709 for the network and the overlay")
        return _Kind(
            picture.width,
            picture.height,
            picture.format.name,
            int(picture.colorspace),
            int(picture.color_range),
            tone,
            self._interlaced,
        )

    def _say(self, what: object, line: str) -> None:
        if what not in self._said:
            self._said.add(what)
            self._note(f"{self._address}: {line}" if what == "shape" else f"{self._address} {line}")

    def _plain(self, picture: VideoFrame, kind: _Kind) -> Image:
        if kind.tone is None and self._aspect == 1:
            return np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
        graph = self._graph(kind)
        graph.vpush(picture)
        return np.asarray(graph.vpull().to_ndarray(), np.uint8)

    def _pulled(self, kind: _Kind, waiting: deque[Shown], wanted: Wanted) -> Iterator[Frame]:
        while True:
            try:
                picture = self._graph(kind).vpull()
            except (NothingYet, Drained):
                return
            item = waiting.popleft()
            if wanted(item.index, item.time_s):
                yield self._frame(item, np.asarray(picture.to_ndarray(), np.uint8))
            while waiting and waiting[0].picture is None:
                lost = waiting.popleft()
                if wanted(lost.index, lost.time_s):
                    yield Frame(lost.index, lost.time_s, None)

    def _drained(self, kind: _Kind, waiting: deque[Shown], wanted: Wanted) -> Iterator[Frame]:
        """Yield what the filter still holds, and forget it."""
        self._graph(kind).vpush(None)
        yield from self._pulled(kind, waiting, wanted)
        waiting.clear()
        del self._graphs[kind]

    def _graph(self, kind: _Kind) -> Graph:
        if kind not in self._graphs:
            self._graphs[kind] = _built(kind, self._aspect)
        return self._graphs[kind]


def shown_size(width: int, height: int, pixel_aspect: Fraction) -> tuple[int, int]:
    """Return the size in square pixels, no side of which is smaller than the stored one.

    >>> shown_size(720, 576, Fraction(64, 45)), shown_size(720, 480, Fraction(8, 9))
    ((1024, 576), (720, 540))
    """
    if pixel_aspect >= 1:
        return round(width * pixel_aspect), height
    return width, round(height / pixel_aspect)


def _built(kind: _Kind, pixel_aspect: Fraction) -> Graph:
    graph = Graph()
    last = graph.add(
        "buffer",
        f"video_size={kind.width}x{kind.height}:pix_fmt={kind.format}:time_base=1/1000:pixel_aspect=1/1:"
        f"colorspace={kind.matrix}:range={kind.range}",
    )
    filters = [("bwdif", "mode=send_frame:deint=interlaced")] if kind.interlaced else []
    table = ""
    if kind.tone is not None:
        handle, table = tempfile.mkstemp(suffix=".cube")
        with os.fdopen(handle, "w") as file:
            file.write(cube(kind.tone))
        path = table.replace("\\", "/").replace(":", "\\:")
        filters += [("format", "gbrp10le"), ("lut3d", f"file='{path}':interp=tetrahedral")]
    if pixel_aspect != 1:
        width, height = shown_size(kind.width, kind.height, pixel_aspect)
        filters.append(("scale", f"{width}:{height}:flags=bicubic"))
    filters.append(("format", "bgr24"))
    try:
        for name, arguments in filters:
            following = graph.add(name, arguments)
            last.link_to(following)
            last = following
        sink = graph.add("buffersink")
        last.link_to(sink)
        graph.configure()
    finally:
        if table:
            os.unlink(table)
    return graph
