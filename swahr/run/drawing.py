"""The pictures of a run: drawn people into an overlay video, and to whoever wants to see them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType

from swahr.errors import Hint, ResumeError, SettingError
from swahr.inference.output import NetworkOutput
from swahr.overlay import FrameMaps, HidesAll, HidesOnTheWay, Trails, draw_overlay, overlay_size
from swahr.overlay.faces import Region
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton
from swahr.run.job import VideoJob
from swahr.video.frame import Frame, FrameSource
from swahr.video.images import Image
from swahr.video.writer import VideoWriter


class Drawing:
    """Draws the people of frames.

    A context manager: an error discards the overlay video, but keeps the partial file of a live one in Matroska.

    Without an overlay and a viewer nothing is drawn.
    notes: what a user should know of the overlay video. wants_maps: whether a layer needs what the network said;
    then `add_maps` is given it before `write` gets the frames.
    `add_maps` and `write` may be called from two threads, each in the order of the frames.

    Args:
        job: Where the overlay goes, and how it is drawn.
        source: Of the frames; a file's sound is copied.
        skeleton: Of the people.
        shown: Is given each drawn frame; None: nobody looks.
        everyone: All who were found, where the whole of the source was seen before: who is hidden is hidden then in
            frames in which nobody found them, too.
        unsure: Likewise, those who are too unsure to be drawn.
        reported: Score from which people are drawn; those below it in what `write` is given are hidden alone.

    Raises:
        SettingError: The style makes no sense.
        OutputError: The video cannot be written.
    """

    def __init__(
        self,
        job: VideoJob,
        source: FrameSource,
        skeleton: Skeleton,
        shown: Callable[[Image], None] | None,
        everyone: Recording | None = None,
        unsure: Recording | None = None,
        reported: float = 0.0,
    ) -> None:
        self._shown, self._reported = shown, reported
        self._style = job.drawing
        joints = skeleton.joints
        if self._style.joint is not None and self._style.joint not in joints:
            raise SettingError(f"joint is {self._style.joint!r}; expected one of {', '.join(joints)}")
        self._live = source.live
        self._trails = Trails()
        hide = self._style.anonymise
        self._hidden_in = None
        if everyone is not None and hide != "none":
            self._hidden_in = HidesAll(everyone, hide, unsure)
        self._hides = HidesOnTheWay(hide)
        self._canvas: Image | None = None
        # Of frames that are not drawn yet.
        self._maps: deque[FrameMaps] = deque()
        self.notes: list[str] = []
        self._video: VideoWriter | None = None
        if job.overlay is not None:
            width, height = overlay_size(source.width, source.height, self._style)
            self._video = VideoWriter(
                job.overlay,
                width,
                height,
                source.frame_rate,
                source.sound_file,
                source.sound_ahead_s,
                job.encoding.encoder,
            )
            self.notes = self._video.notes
        self._draws = self._video is not None or shown is not None
        self.wants_maps = self._draws and self._style.layer != "none"

    def __enter__(self) -> "Drawing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._video is None or kind is None:
            return
        # A file's overlay can be drawn again; what was live is gone. Matroska plays without its end.
        self._video.discard(keep=self._live and self._video.path.suffix.lower() == ".mkv")

    def add_maps(self, output: NetworkOutput) -> None:
        """Keep what the network said of the next frames, where a layer shows it."""
        if self.wants_maps:
            self._maps.extend(output.maps(index) for index in range(len(output)))

    def write(self, frame: Frame, poses: Poses | None) -> None:
        """Draw a frame; one that could not be read has no picture."""
        if frame.image is None or poses is None or not self._draws:
            return
        poses, unsure = split(poses, self._reported)
        self._trails.add(poses, frame.time_s)
        maps = self._maps.popleft() if self.wants_maps else None
        hidden: list[Region] = []
        if self._hidden_in is not None:
            hidden = self._hidden_in(frame.index)
        elif self._style.anonymise != "none":
            hidden = self._hides(poses, frame.time_s, unsure)
        drawn = draw_overlay(frame.image, poses, self._style, maps, self._trails, hidden, self._canvas)
        if self._video is not None:
            self._video.write(drawn, frame.time_s)
        if self._shown is not None:
            self._shown(drawn)  # who may keep it
        elif drawn.shape == frame.image.shape:
            self._canvas = drawn

    def close(self) -> None:
        """Finish the overlay video."""
        if self._video is not None:
            video, self._video = self._video, None
            video.close()


def split(poses: Poses, reported: float) -> tuple[Poses, Poses]:
    """Return the people who are reported, and those who are too unsure for it."""
    sure = poses.scores >= reported
    return (poses, poses[:0]) if sure.all() else (poses[sure], poses[~sure])


def draw_found(
    drawing: Drawing,
    source: str,
    frames: Iterator[Frame],
    found: Iterable[tuple[int, float, Poses | None]],
    waiting: Callable[[], None],
) -> None:
    """Draw frames that are read once more, with the people that were found before.

    Args:
        drawing: Where to.
        source: What the frames' source is called.
        frames: Of which so many are taken as there are in `found`.
        found: Index, seconds and people of each.
        waiting: Is called before each, and may raise to stop.

    Raises:
        ResumeError: The source has changed since.
    """
    for index, _, poses in found:
        frame = next(frames, None)
        if frame is None or frame.index != index:
            raise ResumeError(f"{source}: frame {index} is no longer there", hints=[Hint("overwrite", True)])
        waiting()
        drawing.write(frame, poses)
