"""What a run says while it goes on, how it is stopped from outside, and what it gives at its end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from swahr.errors import Note
from swahr.run.pipeline import Summary
from swahr.video.frame import FrameSource, Notify, ignore
from swahr.video.images import Image


class StoppedError(Exception):
    """Raised by a function of a watcher, it ends the run; what is done stays in partial files, for `resume`."""


@dataclass(frozen=True)
class Watcher:
    """Who wants to know of a run; all are called in the run's own thread but `notify` and `shown`.

    Args:
        opened: Is given the source, when the network and the outputs are ready.
        progress: Is given the counts after each batch.
        waiting: Is called some times a second while nothing comes.
        notify: Is given lines about the source, from any thread.
        shown: Is given drawn frames, from the writing thread; None: nobody looks.
    """

    opened: Callable[[FrameSource], None] = lambda _: None
    progress: Callable[[Summary], None] = lambda _: None
    waiting: Callable[[], None] = lambda: None
    notify: Notify = ignore
    shown: Callable[[Image], None] | None = None


@dataclass
class Result:
    """What became of a job.

    summary: counts, of earlier parts too. notes: what a user should know of the outputs.
    dropped, losses: of a live source. resumed_at: index of the first frame of this part; None from the beginning.
    finished_before: there was nothing to do. made_from: of which finished output the missing ones were made; None:
    people were looked for. interrupted: by Ctrl-C, of a live source; what came before is kept.
    runtime: what ran the network, and why, in one line.
    """

    summary: Summary = field(default_factory=Summary)
    notes: list[Note] = field(default_factory=list)
    dropped: int = 0
    losses: int = 0
    resumed_at: int | None = None
    finished_before: bool = False
    made_from: Path | None = None
    interrupted: bool = False
    runtime: str = ""
