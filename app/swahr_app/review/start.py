"""The two threads behind what is open: one reads pictures, one looks for people."""

from collections.abc import Callable
from dataclasses import dataclass

from swahr.config import NetworkSettings, TrackSettings
from swahr_app.review.opening import Opening
from swahr_app.review.workers.analysing import Analysing, FillTask
from swahr_app.review.workers.filling import Filling
from swahr_app.review.workers.looking import Looking
from swahr_app.review.workers.pictures import Picture, Pictures, VideoInfo
from swahr_app.review.workers.showing import PhotoPictures
from swahr_app.threads import estimator
from swahr_app.threads.worker import Worker

PictureWorker = Pictures | PhotoPictures


@dataclass(frozen=True)
class Events:
    """Who is notified of what, from the threads; see `Pictures` and `Analysing`."""

    opened: Callable[[VideoInfo], None]
    picture: Callable[[Picture, int], None]
    document: Callable[[], None]
    progress: Callable[[int], None]
    ended: Callable[[], None]
    failed: Callable[[str], None]
    filling_failed: Callable[[str], None]


def workers_of(
    opening: Opening, settings: tuple[NetworkSettings, TrackSettings], events: Events
) -> tuple[PictureWorker, Worker]:
    """Return who reads the pictures of a video or of photos, and who fills the document."""
    pictures: PictureWorker
    task: FillTask
    if opening.photos:
        pictures = PhotoPictures(opening.photos, events.opened, events.picture, events.failed)
        task = Looking(tuple(opening.photos), opening.document, settings[0], estimator.make_estimator)
    else:
        video = str(opening.video)
        pictures = Pictures(video, events.opened, events.picture, events.failed)
        task = Filling(video, opening.document, *settings, estimator.make_estimator)
    told = (events.document, events.progress, events.ended, events.filling_failed)
    return pictures, Analysing("review photos" if opening.photos else "review analysis", task, *told)
