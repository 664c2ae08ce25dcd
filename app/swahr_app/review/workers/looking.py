"""Looks at the photos of a folder that its document lacks, one after the other."""

import logging
import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from swahr._util.locks import locked
from swahr.config import NetworkSettings
from swahr.document import Document
from swahr.errors import SettingError, SwahrError
from swahr.video.images import read_image
from swahr_app.review.album import FACT
from swahr_app.threads.apart import Say

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from swahr.inference.estimator import PoseEstimator
    from swahr.run.process import MakeEstimator


@dataclass(frozen=True)
class Looking:
    """A task of `Analysing`: fills the document of some photos. People are not followed from photo to photo.

    make: as of `Filling`.
    """

    photos: tuple[Path, ...]
    path: Path
    network: NetworkSettings
    make: "MakeEstimator"

    def is_done(self, document: Document) -> bool:
        """Return whether all photos are in the document."""
        return document.last_frame() + 1 >= len(self.photos)

    def __call__(self, say: Say, stopping: Callable[[], bool]) -> None:
        """Fill the document until all photos are in it or `stopping`."""
        with ExitStack() as stack:
            stack.enter_context(locked(self.path))
            document = stack.enter_context(Document.open(self.path)) if self.path.exists() else None
            done = 0 if document is None else document.last_frame() + 1
            if document is None or done < len(self.photos):
                estimator = self.make(self.network)
                estimator.set_live(False)
                if document is None:
                    made = Document.create(
                        self.path, estimator.skeleton, **{FACT: self.photos[0].parent.name}
                    )
                    document = stack.enter_context(made)
                say("ready")
                self._look(document, estimator, done, say, stopping)
            else:
                say("ready")
        if not stopping():
            say("ended")

    def _look(
        self,
        document: Document,
        estimator: "PoseEstimator",
        done: int,
        say: Say,
        stopping: Callable[[], bool],
    ) -> None:
        if document.skeleton.joints != estimator.skeleton.joints:
            raise SettingError(
                f"{document.path.name} has other joints than the network {self.network.model}; "
                "choose the network that began it"
            )
        for index in range(done, len(self.photos)):
            if stopping():
                return
            try:
                poses = replace(estimator(read_image(self.photos[index])), covariance=None)
            except SwahrError as error:  # the others can be looked at
                log.warning("%s", error)
                document.add(index, math.nan, None, self.photos[index].name)
            else:
                document.add(index, math.nan, poses, self.photos[index].name)
            say("progress", index + 1)
