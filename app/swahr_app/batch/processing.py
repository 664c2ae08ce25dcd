"""Processes files one after the other, wherever it runs, and says how far that is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swahr.errors import SwahrError, first_line
from swahr_app.batch.entry import Entry
from swahr_app.threads.apart import Say

if TYPE_CHECKING:
    from swahr.run.batch.runner import Runner
    from swahr.run.pipeline import Summary
    from swahr.video import FrameSource

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Processing:
    """A task of `BatchWorker`.

    It says, each with the place of the entry: "begun", and whether anew; "opened" with how many frames there are;
    "progress" with how many are done, and people per frame; "done" with notes, and frames; "failed" with the error, and
    why the network failed where it did; "stopped". All of it is plain: what the library has for it takes torch to be
    imported.
    """

    entries: tuple[Entry, ...]
    own_process: bool  # nobody else computes there

    def __call__(self, say: Say, stopping: Callable[[], bool]) -> None:
        """Process the entries until all are done or `stopping`."""
        from swahr.run.batch.runner import Runner
        from swahr.run.watcher import StoppedError

        runner = Runner(self.own_process)
        for place, entry in enumerate(self.entries):
            if stopping():
                return
            try:
                _process(
                    entry, runner, lambda what, *values, place=place: say(what, place, *values), stopping
                )
            except StoppedError:
                say("stopped", place)
                return
            except SwahrError as error:
                cause = error.__cause__
                log.warning("batch: %s: %s", entry.source, error, exc_info=cause)
                # Of torch: out of memory, a driver that failed.
                say("failed", place, error, first_line(cause) if isinstance(cause, RuntimeError) else "")


def _process(entry: Entry, runner: "Runner", say: Say, stopping: Callable[[], bool]) -> None:
    from swahr.run.watcher import StoppedError, Watcher

    def check() -> None:
        if stopping():
            raise StoppedError

    def opened(source: "FrameSource") -> None:
        say("opened", source.estimated_frames or 0)

    def progress(counts: "Summary") -> None:
        check()
        say("progress", counts.frames, counts.people_per_frame)

    job = entry.job()  # before the entry, which may be the window's own, is marked as begun
    say("begun", entry.anew)
    outcome = runner.do(job, Watcher(opened=opened, progress=progress, waiting=check))
    if outcome.error is not None:
        raise outcome.error
    assert outcome.result is not None
    say("done", outcome.result.notes, outcome.result.summary.frames)
