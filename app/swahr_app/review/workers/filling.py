"""Looks at the frames of a video that its document lacks."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.config import NetworkSettings, TrackSettings
from swahr_app.threads.garbage import import_once
from swahr_app.threads.worker import BEHIND, Failed, Worker

if TYPE_CHECKING:
    from swahr.run.pipeline import Summary


class Filling(Worker):
    """Fills a document until all is in it or `stop`; what is done stays, and the next one goes on there.

    ready: is called when the document is there. progress: is given how many frames are done. ended: is called when all
    is in it. All from this thread.
    """

    niceness, large = BEHIND, True

    def __init__(
        self,
        video: str,
        path: Path,
        settings: tuple[NetworkSettings, TrackSettings],
        ready: Callable[[], None],
        progress: Callable[[int], None],
        ended: Callable[[], None],
        failed: Failed,
    ) -> None:
        super().__init__("review analysis", failed)
        self._video, self._path, self._settings = video, path, settings
        self._document_ready, self._progress, self._document_ended = ready, progress, ended

    def work(self) -> None:
        """Fill the document."""
        import_once("swahr.run")
        from swahr.run import StoppedError, VideoJob, Watcher, fill_document
        from swahr_app.threads.estimator import make_estimator

        def check() -> None:
            if self.stopping:
                raise StoppedError

        def progress(summary: "Summary") -> None:
            check()
            self._progress(summary.frames)

        network, tracking = self._settings
        job = VideoJob(self._video, (("swahr", self._path),), network=network, tracking=tracking)
        watcher = Watcher(opened=lambda _: self._document_ready(), progress=progress, waiting=check)
        try:
            result = fill_document(job, make_estimator, watcher)
        except StoppedError:
            return
        if result.finished_before:
            self._document_ready()
        self._document_ended()
