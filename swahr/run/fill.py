"""An analysis that fills a document in place, and goes on where it was cut short: nothing is ever computed twice.

`process` writes files that take their names when they are whole. A document is read and corrected while it grows, so
it has its name from the beginning, and says itself how far it is.
"""

from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from swahr._util.locks import locked
from swahr.config import NetworkSettings, TrackSettings
from swahr.document import Document, is_filled
from swahr.document.document import ANALYSIS
from swahr.document.schema import reading
from swahr.errors import Hint, MissingError, ResumeError, SettingError
from swahr.inference.estimator import PoseEstimator
from swahr.pose.poses import Poses
from swahr.run.follow import Followers
from swahr.run.frames import infer_frames
from swahr.run.job import VideoJob
from swahr.run.memory import told_of_memory
from swahr.run.pipeline import Checkpoints, Stages, Summary, run
from swahr.run.process import MakeEstimator
from swahr.run.watcher import Result, Watcher
from swahr.video.addresses import without_password
from swahr.video.frame import Frame, FrameSource
from swahr.video.selection import nothing_in
from swahr.video.sources import open_source

KEEP_S = 0.5  # between two notes of how far it is: how much work a crash may cost


def fill_document(job: VideoJob, make_estimator: MakeEstimator, watcher: Watcher | None = None) -> Result:
    """Look at the frames of a video that its document lacks; the document is made where there is none.

    What was begun goes on by the settings that it was begun with. Corrections may be made meanwhile, by another
    connection.

    Args:
        job: The video, the document as its first output, and the settings of network and ids.
        make_estimator: Makes the network; called only where there is something to do.
        watcher: Who wants to know; `opened` comes when the document is there.

    Raises:
        BusyError: Another run fills it.
        MissingError: The video is no file that is there.
        ResumeError: It was begun on another video.
        SwahrError: What is done stays.
    """
    watcher = watcher or Watcher()
    path = job.outputs[0][1]
    with told_of_memory(job.source), ExitStack() as stack:
        stack.enter_context(locked(path))
        document = stack.enter_context(Document.open(path)) if path.exists() else None
        if document is not None and is_filled(document):
            return Result(finished_before=True)
        return _Filling(job, document, watcher).go(stack, make_estimator)


class _Filling:
    """An analysis under way; `_write` and `_keep` are called by the pipeline, each from a thread of its own."""

    def __init__(self, job: VideoJob, document: Document | None, watcher: Watcher) -> None:
        self.job, self.watcher = job, watcher
        self.then: dict[str, Any] = {} if document is None else document.fact(ANALYSIS)
        self.settings = {
            "network": job.network.model_dump(mode="json"),
            "tracking": job.tracking.model_dump(mode="json"),
        }
        if document is not None:
            self.document = document
            with reading(document.path):
                self._check_begun()
                self.settings = self.then["settings"]
        self.last_frame = int(self.then.get("last_frame", -1))
        try:
            size = Path(job.source).stat().st_size
        except OSError as error:
            raise MissingError(
                f"{without_password(job.source)} cannot be read ({error.strerror}); a document is of a file"
            ) from error
        self.video = {"name": Path(job.source).name, "size": size}
        if document is not None and self.then["video"] != self.video:
            raise ResumeError(
                f"{document.path} was begun on {self.then['video']}, and {job.source} is {self.video}; "
                "move the document away, or give the video that it is of",
                hints=[Hint("overwrite", True)],
            )

    def _check_begun(self) -> None:
        """Raise what `reading` takes for damage where what was begun is no such thing."""
        for name in ("followers", "video"):
            dict(self.then[name])
        int(self.then["last_frame"])
        Summary(**self.then.get("counts", {}))
        NetworkSettings(**self.then["settings"]["network"])
        TrackSettings(**self.then["settings"]["tracking"])

    def go(self, stack: ExitStack, make_estimator: MakeEstimator) -> Result:
        """Fill the document."""
        job = self.job
        source = stack.enter_context(
            open_source(job.source, job.frames, notify=self.watcher.notify, first_index=self.last_frame + 1)
        )
        if source.live:
            raise SettingError(f"{job.source} has no end; a document is of a file")
        network = NetworkSettings(**self.settings["network"])
        if self.then.get("backend"):
            network = network.changed(backend=self.then["backend"])
        estimator = make_estimator(network)
        self._open(stack, source, estimator)
        self.watcher.opened(source)
        summary = run(
            source,
            Stages(
                lambda frames: infer_frames(estimator, frames),
                estimator.parse,
                self._write,
                self.followers,
                self.watcher.notify,
            ),
            batch_size=network.batch_size,
            progress=self.watcher.progress,
            checkpoints=Checkpoints(self.followers.state_dict, self._keep, KEEP_S),
            done=Summary(**self.then.get("counts", {})),
            waiting=self.watcher.waiting,
        )
        if not summary.frames:
            raise SettingError(nothing_in(source, job.frames))
        self._keep(self.last_frame, {}, summary, finished=True)
        return Result(
            summary,
            notes=[],
            resumed_at=int(self.then["last_frame"]) + 1 if self.then else None,
            runtime=str(estimator.runtime),
        )

    def _open(self, stack: ExitStack, source: FrameSource, estimator: PoseEstimator) -> None:
        estimator.set_live(False)
        self.backend = estimator.runtime.backend
        self.followers = Followers(TrackSettings(**self.settings["tracking"]), estimator.skeleton)
        across, down = source.pixel_scale
        self.scale = np.asarray([across, down, 1.0], np.float32)
        if self.then:
            self.document.cut(after=self.last_frame)
            if self.then["followers"]:
                self.followers.load_state_dict(self.then["followers"])
            return
        self.document = stack.enter_context(
            Document.create(
                self.job.outputs[0][1],
                estimator.skeleton,
                video=self.video["name"],
                frame_rate=source.frame_rate,
                size_wh=list(source.file_size),
                **{ANALYSIS: self._state(-1, {}, Summary(), finished=False)},
            )
        )

    def _write(self, frame: Frame, poses: Poses | None) -> None:
        if poses is not None and (self.scale != 1).any():
            poses = replace(poses, keypoints=poses.keypoints * self.scale, covariance=None)
        if poses is not None and not self.job.rows.uncertainty:
            poses = replace(poses, covariance=None)
        self.document.add(frame.index, frame.time_s, poses, frame.name)
        self.last_frame = frame.index

    def _keep(
        self, last_frame: int, followers: dict[str, Any], counts: Summary, finished: bool = False
    ) -> None:
        self.document.set_facts(**{ANALYSIS: self._state(last_frame, followers, counts, finished)})

    def _state(
        self, last_frame: int, followers: dict[str, Any], counts: Summary, finished: bool
    ) -> dict[str, Any]:
        return {
            "finished": finished,
            "last_frame": last_frame,
            "counts": asdict(counts),
            "video": self.video,
            "settings": self.settings,
            "backend": self.backend,
            "followers": followers,
        }
