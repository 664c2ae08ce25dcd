"""Writes what is seen: overlay video, raw video, keypoints."""

import logging
import queue
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr.errors import SwahrError
from swahr.formats import FORMATS, Writer, find_format, open_writer
from swahr.pose.skeleton import Skeleton
from swahr.video import VideoWriter
from swahr_app.live.workers.analysis import Analysed
from swahr_app.live.workers.painting import Drawing
from swahr_app.live.workers.zero import Zero
from swahr_app.state.facts import RecordingStatus, SourceInfo, Taken
from swahr_app.state.settings import RecordSettings
from swahr_app.state.texts import worded
from swahr_app.threads.worker import Failed, Worker

log = logging.getLogger(__name__)

# Bytes of frames that wait for the disk and the encoder.
MAX_WAITING = 256e6
OVERLAY, RAW = "_overlay.mp4", "_raw.mp4"
EARLY_S = 1e-6  # rounding of clocks


@dataclass(frozen=True)
class Finished:
    """A recording that is done. notes: what a person should know of it."""

    paths: tuple[Path, ...]
    seconds: float
    dropped: int
    notes: tuple[str, ...] = ()


def check_record(settings: RecordSettings, skeleton: Skeleton | None) -> None:
    """Raise SwahrError where there is nothing to record. skeleton: of the network; None where none is loaded."""
    if not suffixes_of(settings):
        raise SwahrError(
            QCoreApplication.translate(
                "Recorder", "nothing to record: choose a video or a keypoint format under Recording"
            )
        )
    if skeleton is None and settings.formats and not (settings.overlay or settings.raw):
        raise SwahrError(
            QCoreApplication.translate(
                "Recorder",
                "no network is loaded, so there are no keypoints to record; choose one under Model",
            )
        )


def suffixes_of(settings: RecordSettings) -> list[str]:
    """Return the endings of the files that a recording makes."""
    return [
        *([OVERLAY] if settings.overlay else []),
        *([RAW] if settings.raw else []),
        *(find_format(name).suffix for name in settings.formats if name in FORMATS),
    ]


class Recorder(Worker):
    """Writes the frames of a source until `stop`, then finishes the files.

    info: of the source. stem: of the files, with their folder. zero: of the whole recording. finished: is given the
    files. Frames that come while too many wait are left out and counted; those of a file wait. The index of the
    first frame is 0 in all files, its time what has passed since zero; a lost signal leaves a gap. after: the place of
    the last frame of which no raw picture comes; unless it is given at the beginning, its people are not written.
    """

    def __init__(
        self,
        settings: RecordSettings,
        info: SourceInfo,
        skeleton: Skeleton | None,
        stem: Path,
        zero: Zero,
        finished: Callable[[Finished], None],
        failed: Failed,
    ) -> None:
        super().__init__("recorder", failed)
        self.settings, self._info, self._skeleton = settings, info, skeleton
        self._finished = finished
        self._stem, self._zero = stem, zero
        self._things: queue.Queue[Analysed | Taken | None] = queue.Queue()
        self._waiting = 0
        self._dropped = self._frames = 0
        self._shift: tuple[int, float] | None = None
        self._first_s: float | None = None
        self._last_s = 0.0
        self._videos: dict[str, VideoWriter] = {}
        self._writers: list[Writer] = []
        self._drawing = Drawing()
        self._last_index = -1
        self._broken = False
        self.after = -1
        self.full = False  # as long as it was asked to be

    def raw(self, taken: Taken) -> None:
        """Take a frame as it was read."""
        if self.settings.raw:
            self._put(taken, taken)

    def begin_with(self, earlier: list[Analysed]) -> None:
        """Take what was seen before, the oldest first, as it came and with its people."""
        if earlier:
            self._shift = self._zero.shift_of(earlier[0].taken)
        for analysed in earlier:
            self.raw(analysed.taken)
            self.people(analysed)

    def people(self, analysed: Analysed) -> None:
        """Take a frame with its people."""
        if self.settings.overlay or self.settings.formats:
            self._put(analysed, analysed.taken)

    def status(self) -> RecordingStatus:
        """Return how far the recording is."""
        partials = [video.partial for video in list(self._videos.values())]
        partials += [writer.partial for writer in list(self._writers)]
        seconds = 0.0 if self._first_s is None else self._last_s - self._first_s
        size = sum(size_of(path) for path in partials)
        return RecordingStatus(seconds, size, self._frames, self._dropped, self.paths)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that are made."""
        return tuple(Path(f"{self._stem}{suffix}") for suffix in suffixes_of(self.settings))

    def stop(self) -> None:
        """Finish the files with what came so far."""
        super().stop()
        self._things.put(None)

    def work(self) -> None:
        """Write until `stop`."""
        with ExitStack() as stack:
            stack.callback(self._give_up)
            while (thing := self._things.get()) is not None:
                with self.changed:
                    taken = thing.taken if isinstance(thing, Analysed) else thing
                    self._waiting -= taken.image.nbytes
                    self.changed.notify_all()
                self._write(thing)
            stack.pop_all()
        self._finish()

    def _put(self, thing: Analysed | Taken, taken: Taken) -> None:
        with self.changed:
            if self.stopping or self._broken:
                return
            if self._shift is None and (
                taken.record_index <= self.after or taken.clock_s < self._zero.at_s - EARLY_S
            ):
                return  # it was on its way since before the recording began
            if self._waiting > MAX_WAITING and taken.live:
                self._dropped += 1
                return
            while self._waiting > MAX_WAITING and not (self.stopping or self._broken):
                self.changed.wait(0.2)
            self._waiting += taken.image.nbytes
            if self._shift is None:
                self._shift = self._zero.shift_of(taken)
        self._things.put(thing)

    def _write(self, thing: Analysed | Taken) -> None:
        taken = thing.taken if isinstance(thing, Analysed) else thing
        assert self._shift is not None
        index, time_s = taken.record_index - self._shift[0], taken.record_s - self._shift[1]
        if index < 0:
            return  # the network had it since before the recording began
        if self.settings.duration is not None and time_s >= self.settings.duration:
            self.full = True
            return
        if self._first_s is None:
            self._first_s = time_s
        self._last_s = max(self._last_s, time_s)
        if isinstance(thing, Taken):
            self._video(RAW, taken.image.shape[1], taken.image.shape[0]).write(taken.image, time_s)
            return
        self._frames += 1
        if self.settings.overlay:
            image = self._drawing.draw(taken.image, thing.poses, thing.overlay, thing.maps, time_s, None)
            self._video(OVERLAY, image.shape[1], image.shape[0]).write(image, time_s)
        # What the keypoints of a recording need is known with the first frame that a network saw.
        if self.settings.formats and thing.poses is not None and not self._writers:
            self._open_writers(thing.poses.skeleton)
        if index > self._last_index and (thing.poses is None or thing.poses.skeleton == self._skeleton):
            for writer in self._writers:
                writer.write(index, time_s, thing.poses)
            self._last_index = index

    def _video(self, suffix: str, width: int, height: int) -> VideoWriter:
        if suffix not in self._videos:
            self._videos[suffix] = VideoWriter(
                Path(f"{self._stem}{suffix}"),
                width,
                height,
                self._info.frame_rate,
                zero_s=0.0,
                lasting=True,
                made_at=self._zero.time_of_day,
            )
        return self._videos[suffix]

    def _open_writers(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        for name in self.settings.formats:
            found = find_format(name)
            self._writers.append(
                open_writer(
                    name,
                    Path(f"{self._stem}{found.suffix}"),
                    skeleton,
                    frame_rate=self._info.frame_rate,
                    size_wh=(self._info.width, self._info.height),
                    uncertainty=self.settings.uncertainty,
                    began_at=self._zero.time_of_day,
                )
            )

    def _finish(self) -> None:
        notes: list[str] = []
        paths: list[Path] = []
        outputs: list[VideoWriter | Writer] = [*self._videos.values(), *self._writers]
        for output in outputs:
            try:
                output.close()
                paths.append(output.path)
                notes += output.notes
            except SwahrError as error:
                log.warning("%s", error)
                notes.append(worded(error))
        seconds = 0.0 if self._first_s is None else self._last_s - self._first_s
        self._finished(Finished(tuple(paths), seconds, self._dropped, tuple(notes)))

    def _give_up(self) -> None:
        """After an error: keep what can be kept."""
        with self.changed:
            self._broken = True
            self.changed.notify_all()
        notes: list[str] = []
        for video in self._videos.values():
            try:
                video.close()
                notes += video.notes
            except SwahrError as error:
                log.warning("%s", error)
        for writer in self._writers:
            writer.abandon()
        seconds = 0.0 if self._first_s is None else self._last_s - self._first_s
        videos = [path for video in self._videos.values() for path in (video.path, video.partial)]
        kept = [path for path in videos if path.exists()]
        kept += [writer.partial for writer in self._writers if writer.partial.exists()]
        self._finished(Finished(tuple(kept), seconds, self._dropped, tuple(notes)))


def size_of(path: Path) -> int:
    """Return the bytes of a file or folder; 0 where it is not there, or no longer."""
    with suppress(OSError):
        if path.is_dir():
            return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
        return path.stat().st_size
    return 0
