"""Looks at the photos of a folder that its document lacks, one after the other."""

import logging
import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

from swahr._util.locks import locked
from swahr.config import NetworkSettings
from swahr.document import Document
from swahr.errors import SettingError, SwahrError
from swahr.video.images import read_image
from swahr_app.review.album import FACT
from swahr_app.threads.worker import BEHIND, Failed, Worker

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from swahr.inference.estimator import PoseEstimator


class Looking(Worker):
    """Fills the document of some photos until all are in it or `stop`; what is done stays.

    People are not followed from photo to photo. ready, progress, ended: as of `Filling`, from this thread.
    """

    niceness, large = BEHIND, True

    def __init__(
        self,
        photos: Sequence[Path],
        path: Path,
        network: NetworkSettings,
        ready: Callable[[], None],
        progress: Callable[[int], None],
        ended: Callable[[], None],
        failed: Failed,
    ) -> None:
        super().__init__("review photos", failed)
        self._photos, self._path, self._network = photos, path, network
        self._document_ready, self._progress, self._document_ended = ready, progress, ended

    def work(self) -> None:
        """Fill the document."""
        with ExitStack() as stack:
            stack.enter_context(locked(self._path))
            document = stack.enter_context(Document.open(self._path)) if self._path.exists() else None
            done = 0 if document is None else document.last_frame() + 1
            if document is None or done < len(self._photos):
                from swahr_app.threads.estimator import make_estimator

                estimator = make_estimator(self._network)
                estimator.set_live(False)
                if document is None:
                    folder = self._photos[0].parent.name
                    made = Document.create(self._path, estimator.skeleton, **{FACT: folder})
                    document = stack.enter_context(made)
                self._document_ready()
                self._look(document, estimator, done)
            else:
                self._document_ready()
        if not self.stopping:
            self._document_ended()

    def _look(self, document: Document, estimator: "PoseEstimator", done: int) -> None:
        if document.skeleton.joints != estimator.skeleton.joints:
            raise SettingError(
                QCoreApplication.translate(
                    "Review", "{} has other joints than the network {}; choose the network that began it"
                ).format(document.path.name, self._network.model)
            )
        for index in range(done, len(self._photos)):
            if self.stopping:
                return
            try:
                poses = replace(estimator(read_image(self._photos[index])), covariance=None)
            except SwahrError as error:  # the others can be looked at
                log.warning("%s", error)
                document.add(index, math.nan, None, self._photos[index].name)
            else:
                document.add(index, math.nan, poses, self._photos[index].name)
            self._progress(index + 1)
