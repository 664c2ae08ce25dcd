"""Looks at the frames of a video that its document lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.config import NetworkSettings, TrackSettings
from swahr.document import Document, is_filled
from swahr_app.threads.apart import Say
from swahr_app.threads.garbage import import_once

if TYPE_CHECKING:
    from swahr.run.pipeline import Summary
    from swahr.run.process import MakeEstimator


@dataclass(frozen=True)
class Filling:
    """A task of `Analysing`: fills the document of a video.

    make: makes the network; by its name, where another process fills.
    """

    video: str
    path: Path
    network: NetworkSettings
    tracking: TrackSettings
    make: "MakeEstimator"

    def is_done(self, document: Document) -> bool:
        """Return whether all frames are in the document."""
        return is_filled(document)

    def __call__(self, say: Say, stopping: Callable[[], bool]) -> None:
        """Fill the document until all is in it or `stopping`."""
        import_once("swahr.run")
        from swahr.run import StoppedError, VideoJob, Watcher, fill_document

        def check() -> None:
            if stopping():
                raise StoppedError

        def progress(summary: "Summary") -> None:
            check()
            say("progress", summary.frames)

        job = VideoJob(self.video, (("swahr", self.path),), network=self.network, tracking=self.tracking)
        watcher = Watcher(opened=lambda _: say("ready"), progress=progress, waiting=check)
        try:
            result = fill_document(job, self.make, watcher)
        except StoppedError:
            return
        if result.finished_before:
            say("ready")
        say("ended")
