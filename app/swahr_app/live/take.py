"""A recording of all sources that are open: a recorder each, one zero, one name and time."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from swahr.pose.skeleton import Skeleton
from swahr_app.live.workers.analysis import Analysed
from swahr_app.live.workers.reader import Reader
from swahr_app.live.workers.recording import Finished, Recorder, check_record, suffixes_of
from swahr_app.live.workers.zero import Zero
from swahr_app.state.facts import RecordingStatus, SourceInfo
from swahr_app.state.names import new_stems
from swahr_app.state.settings import RecordSettings

# For how long a source is waited for that has not come as far as the others, at the end of a recording's length.
GRACE_S = 1.0


@dataclass(frozen=True)
class Source:
    """A source that is recorded. earlier: frames from before, the oldest first; rests: it stands still at the last."""

    reader: Reader
    info: SourceInfo
    earlier: Sequence[Analysed] = ()
    rests: bool = False


class Take:
    """Recorders that began together. Its sources are those of its beginning; one that is lost ends its own files alone.

    skeleton: of the network; None where none is loaded. finished: is given what became of all files, once.

    Raises:
        SwahrError: Nothing is to be recorded, or the folder cannot be made.
    """

    def __init__(
        self,
        settings: RecordSettings,
        sources: Sequence[Source],
        skeleton: Skeleton | None,
        folder: Path,
        finished: Callable[[Finished], None],
        failed: Callable[[str], None],
    ) -> None:
        check_record(settings, skeleton)
        stems = new_stems(folder, [source.info.title for source in sources], suffixes_of(settings))
        self._settings, self._finished = settings, finished
        self._lock = threading.Lock()
        self._done: list[Finished] = []
        self._zero = Zero()
        self._full_at: float | None = None
        self.readers: Mapping[int, Reader] = {
            source.reader.delivery.session: source.reader for source in sources
        }
        self.recorders: dict[int, Recorder] = {
            source.reader.delivery.session: Recorder(
                settings, source.info, skeleton, stem, self._zero, self._one_finished, failed
            )
            for source, stem in zip(sources, stems, strict=True)
        }
        self._sources = sources

    def start(self) -> None:
        """Begin, with what is kept from before; frames as they come are taken from then on.

        Where a video of them as they are is asked for, each reader gives its frames from now on. What comes meanwhile
        waits, so that it follows what is kept.
        """
        with ExitStack() as held:
            for recorder in self.recorders.values():
                held.enter_context(recorder.changed)
            for session, recorder in self.recorders.items() if self._settings.raw else ():
                delivery = self.readers[session].delivery
                delivery.raw = recorder.raw
                recorder.after = delivery.last_index
            earlier = {source.reader.delivery.session: _on_the_clock(source) for source in self._sources}
            self._sources = ()
            first = [frames[0].taken.clock_s for frames in earlier.values() if frames]
            if first:
                self._zero.set(min(first))
            for session, recorder in self.recorders.items():
                recorder.start()
                recorder.begin_with(earlier[session])

    def add(self, analysed: Analysed) -> None:
        """Take a frame with its people (the analyser's thread)."""
        recorder = self.recorders.get(analysed.taken.session)
        if recorder is not None:
            recorder.people(analysed)

    def leave(self, session: int) -> None:
        """End the files of a source that is gone; the others go on."""
        if session in self.recorders:
            self.readers[session].delivery.raw = None
            self.recorders[session].stop()

    def stop(self) -> None:
        """End all files."""
        for session in self.recorders:
            self.leave(session)

    @property
    def going(self) -> set[int]:
        """The sources whose files still grow."""
        return {
            session
            for session, recorder in self.recorders.items()
            if not recorder.stopping and recorder.is_alive()
        }

    @property
    def runs(self) -> bool:
        """Whether any file still grows."""
        return bool(self.going)

    @property
    def full(self) -> bool:
        """Whether it is as long as it was asked to be: all sources that go on are, or one has been for a while."""
        going = [recorder for recorder in self.recorders.values() if not recorder.stopping]
        full = [recorder.full for recorder in going]
        if any(full) and self._full_at is None:
            self._full_at = monotonic()
        late = self._full_at is not None and monotonic() - self._full_at > GRACE_S
        return bool(full) and (all(full) or late)

    def status(self) -> RecordingStatus:
        """Return how far the recording is: the longest of its files, and all of them together."""
        each = [recorder.status() for recorder in self.recorders.values()]
        return RecordingStatus(
            max(status.seconds for status in each),
            sum(status.size for status in each),
            sum(status.frames for status in each),
            sum(status.dropped for status in each),
            tuple(path for status in each for path in status.paths),
        )

    def _one_finished(self, finished: Finished) -> None:
        """Wait for the other recorders (a recorder's thread)."""
        with self._lock:
            self._done.append(finished)
            if len(self._done) < len(self.recorders):
                return
            done = list(self._done)
        self._finished(
            Finished(
                tuple(path for each in done for path in each.paths),
                max(each.seconds for each in done),
                sum(each.dropped for each in done),
                tuple(note for each in done for note in each.notes),
            )
        )


def _on_the_clock(source: Source) -> list[Analysed]:
    """Return the frames from before; of a source that stands still the last one is now."""
    frames = list(source.earlier)
    if not source.rests or not frames:
        return frames
    late_s = monotonic() - frames[-1].taken.clock_s
    return [
        replace(frame, taken=replace(frame.taken, clock_s=frame.taken.clock_s + late_s)) for frame in frames
    ]
