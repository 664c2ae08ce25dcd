"""The main job: the frames of a source through read, infer, parse, track and write, each in its own thread."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Generic, TypeVar

from swahr._util.memory import lacks_memory
from swahr.pose.poses import Poses
from swahr.video.frame import Frame, FrameSource, Notify, ignore
from swahr.video.images import Image
from swahr.video.prefetch import Prefetch

Inferred = TypeVar("Inferred")
# Takes a frame and its people; None for a frame that could not be read.
Write = Callable[[Frame, Poses | None], None]
# Gives people their ids or smooths them: people, seconds, the frame.
Track = Callable[[Poses, float, Image], Poses]


@dataclass
class Summary:
    """What a run has done so far."""

    frames: int = 0
    frames_with_people: int = 0
    people: int = 0
    unreadable: int = 0

    def add(self, poses: Poses | None) -> None:
        """Count a frame."""
        self.frames += 1
        if poses is None:
            self.unreadable += 1
        else:
            self.people += len(poses)
            self.frames_with_people += len(poses) > 0

    @property
    def people_per_frame(self) -> float:
        """Mean number of people over the frames that could be read; 0 without any."""
        return self.people / max(1, self.frames - self.unreadable)


@dataclass(frozen=True)
class Stages(Generic[Inferred]):
    """What becomes of frames. Each is called from one thread of its own, in the order of the frames.

    Args:
        infer: Of a batch of frames, all of which could be read.
        parse: Of what `infer` gave, the people of each image.
        write: See `Write`; called for each frame.
        track: See `Track`; called for the frames that could be read.
        notify: Is given a line where a batch had to be halved; from any thread.
    """

    infer: Callable[[list[Frame]], Inferred]
    parse: Callable[[Inferred], list[Poses]]
    write: Write
    track: Track | None = None
    notify: Notify = ignore


@dataclass(frozen=True)
class Checkpoints:
    """How a run is made one that can go on after a crash.

    Args:
        take: Called in the track thread between two batches: gives the state of what follows people.
        keep: Called in the write thread when all frames of that moment are written: is given the index of the last
            one, the state, the counts so far.
        every_s: Least time from one to the next, seconds.
    """

    take: Callable[[], Any]
    keep: Callable[[int, Any, Summary], None]
    every_s: float = 1.0


@dataclass
class _Batch:
    frames: list[Frame]
    inferred: Any = None
    poses: list[Poses | None] = field(default_factory=list)
    state: tuple[Any] | None = None


def run(
    source: Iterable[Frame],
    stages: Stages[Any],
    *,
    batch_size: int = 4,
    progress: Callable[[Summary], None] = lambda _: None,
    checkpoints: Checkpoints | None = None,
    done: Summary | None = None,
    waiting: Callable[[], None] | None = None,
) -> Summary:
    """Process every frame of `source` in order; memory does not grow with its length.

    A live source goes frame by frame: what comes while the stages are busy is dropped there. Others lose nothing.
    Whatever a stage, the source or `progress` raises ends the run, and Ctrl-C does: all threads are joined, what
    was written stays; nothing is closed here.

    Args:
        source: A `FrameSource`, or any other frames, which are neither live nor interrupted.
        stages: What becomes of frames.
        batch_size: Frames that `infer` takes at once.
        progress: Is given the counts after each batch, in this thread.
        checkpoints: How the run is made one that can go on; None: it cannot.
        done: Counts of an earlier part.
        waiting: Is called in this thread some times a second while nothing comes.

    Returns:
        Counts, of the earlier part too.
    """
    stop = threading.Event()
    live = isinstance(source, FrameSource) and source.live
    summary = replace(done) if done is not None else Summary()
    with ExitStack() as stack:

        def ahead(items: Iterable[Any], name: str, depth: int = 1) -> Prefetch[Any]:
            return stack.enter_context(Prefetch(items, depth, stop=stop, name=name))

        # A live source reads ahead itself, and keeps the newest frame alone.
        frames: Iterable[Frame] = source if live else ahead(source, "read", 2 * batch_size)
        batches = ahead(_infer(frames, stages, 1 if live else batch_size), "infer")
        parsed = ahead(_parse(batches, stages), "parse")
        tracked = ahead(_track(parsed, stages, checkpoints), "track")
        written = ahead(_write(tracked, stages, checkpoints, summary), "write")
        stack.callback(_end, stop, source)
        for counts in written.each(waiting):
            progress(counts)
    return summary


def _end(stop: threading.Event, source: Iterable[Frame]) -> None:
    """Let every thread see that the run is over, before the first of them is joined."""
    stop.set()
    if isinstance(source, FrameSource):
        source.interrupt()  # one that waits for a camera would wait on


def _infer(frames: Iterable[Frame], stages: Stages[Any], batch_size: int) -> Iterator[_Batch]:
    """Yield batches that were looked at; where memory lacks for one, it and those after it are halved."""
    iterator = iter(frames)
    halves: deque[list[Frame]] = deque()
    while batch := halves.popleft() if halves else list(islice(iterator, batch_size)):
        readable = [frame for frame in batch if frame.image is not None]
        try:
            inferred = stages.infer(readable) if readable else None
        except Exception as error:
            if len(batch) == 1 or not lacks_memory(error):
                raise
            batch_size = len(batch) // 2
            stages.notify(
                f"there is not enough memory for {len(batch)} frames at once; from here on {batch_size} are taken"
            )
            halves.extendleft([batch[batch_size:], batch[:batch_size]])
            continue
        yield _Batch(batch, inferred)


def _parse(batches: Iterable[_Batch], stages: Stages[Any]) -> Iterator[_Batch]:
    for batch in batches:
        found = iter([] if batch.inferred is None else stages.parse(batch.inferred))
        batch.poses = [None if frame.image is None else next(found) for frame in batch.frames]
        batch.inferred = None
        yield batch


def _track(
    batches: Iterable[_Batch], stages: Stages[Any], checkpoints: Checkpoints | None
) -> Iterator[_Batch]:
    taken = time.monotonic()
    for batch in batches:
        if stages.track is not None:
            batch.poses = [
                poses
                if poses is None or frame.image is None
                else stages.track(poses, frame.time_s, frame.image)
                for frame, poses in zip(batch.frames, batch.poses, strict=True)
            ]
        # Between two batches alone: what a network finds may depend on what else is in the batch, in the last digit.
        if checkpoints is not None and time.monotonic() - taken >= checkpoints.every_s:
            batch.state = (checkpoints.take(),)
            taken = time.monotonic()
        yield batch


def _write(
    batches: Iterable[_Batch], stages: Stages[Any], checkpoints: Checkpoints | None, summary: Summary
) -> Iterator[Summary]:
    for batch in batches:
        for frame, poses in zip(batch.frames, batch.poses, strict=True):
            stages.write(frame, poses)
            summary.add(poses)
        if checkpoints is not None and batch.state is not None:
            checkpoints.keep(batch.frames[-1].index, batch.state[0], replace(summary))
        yield replace(summary)
