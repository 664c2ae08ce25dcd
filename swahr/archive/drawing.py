"""The pictures of a run: drawn people into an overlay video, and to whoever wants to see them."""

from collections.abc import Callable
from types import TracebackType

from swahr.archive.job import VideoJob
from swahr.draw import draw_poses
from swahr.estimator import PoseEstimator
from swahr.images import Image
from swahr.inferred import Inferred
from swahr.poses import Poses
from swahr.video.frame import Frame, FrameSource
from swahr.video.writer import VideoWriter


class Drawing:
    """Draws the people of frames. A context manager: an error discards the overlay video.

    shown: is given each drawn frame; None: nobody looks. Without an overlay and a viewer nothing is drawn.
    """

    def __init__(
        self,
        job: VideoJob,
        source: FrameSource,
        estimator: PoseEstimator,
        shown: Callable[[Image], None] | None,
    ) -> None:
        self._shown = shown
        self._estimator = estimator
        self._video: VideoWriter | None = None
        if job.overlay is not None:
            self._video = VideoWriter(job.overlay, source.width, source.height, source.frame_rate)

    def __enter__(self) -> "Drawing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._video is not None and kind is not None:
            self._video.discard()

    def infer(self, images: list[Image]) -> Inferred:
        """Run the network."""
        return self._estimator.infer(images)

    def parse(self, inferred: Inferred) -> list[Poses]:
        """Find the people."""
        return self._estimator.parse(inferred)

    def write(self, frame: Frame, poses: Poses | None) -> None:
        """Draw a frame; one that could not be read has no picture."""
        if frame.image is None or poses is None or (self._video is None and self._shown is None):
            return
        drawn = draw_poses(frame.image, poses)
        if self._video is not None:
            self._video.write(drawn, frame.time_s)
        if self._shown is not None:
            self._shown(drawn)

    def close(self) -> None:
        """Finish the overlay video."""
        if self._video is not None:
            video, self._video = self._video, None
            video.close()
