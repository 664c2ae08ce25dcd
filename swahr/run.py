"""The main job: the frames of a source, through an estimator, into what takes them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from swahr.images import Image
from swahr.poses import Poses
from swahr.video import Frame, Prefetch

Estimate = Callable[[list[Image]], list[Poses]]
# Takes a frame and its people; None for a frame that could not be read.
Write = Callable[[Frame, Poses | None], None]


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
    def people_a_frame(self) -> float:
        """Mean number of people over the frames that could be read; 0 without any."""
        return self.people / max(1, self.frames - self.unreadable)


def run(
    source: Iterable[Frame],
    estimate: Estimate,
    write: Write,
    batch_size: int = 4,
    progress: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Process every frame of `source` in order; memory does not grow with its length.

    estimate: people of each frame of a list. write: is given each frame, in order. progress: called after each
    batch. Frames are read ahead in a thread, which is joined on every way out. Whatever the source, the
    estimator or `write` raises ends the run; nothing is closed here.
    """
    summary = Summary()
    with Prefetch(source, depth=2 * batch_size) as frames:
        for batch in _batches(frames, batch_size):
            readable = [frame.image for frame in batch if frame.image is not None]
            found = iter(estimate(readable) if readable else [])
            for frame in batch:
                poses = next(found) if frame.image is not None else None
                write(frame, poses)
                summary.add(poses)
            progress(summary)
    return summary


def _batches(frames: Iterable[Frame], size: int) -> Iterator[list[Frame]]:
    iterator = iter(frames)
    while batch := list(islice(iterator, size)):
        yield batch
