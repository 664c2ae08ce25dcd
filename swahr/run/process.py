"""One job from its source to its finished outputs: the way that a video takes on every machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from swahr._util.files import partial_path
from swahr._util.locks import locked
from swahr.errors import Hint, ResumeError, SwahrError
from swahr.formats import open_writer
from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import NetworkOutput
from swahr.pose.poses import Poses
from swahr.run.drawing import Drawing
from swahr.run.follow import Followers
from swahr.run.job import VideoJob
from swahr.run.pipeline import Checkpoints, Stages, Summary, run
from swahr.run.resume import Journal, Progress, Spool, read_spool
from swahr.run.second_pass import check_whole, write_whole
from swahr.video.frame import Frame, FrameSource, Notify
from swahr.video.images import Image
from swahr.video.selection import nothing_in
from swahr.video.sources import has_no_end, open_source

# Least seconds between two entries of the journal: how much work a crash may cost.
JOURNAL_S = 1.0


@dataclass
class Result:
    """What became of a job.

    dropped, losses: of a live source. resumed_at: index of the first frame of this part; None from the beginning.
    finished_before: there was nothing to do. interrupted: by Ctrl-C, of a live source; what came before is kept.
    """

    summary: Summary = field(default_factory=Summary)
    notes: list[str] = field(default_factory=list)
    dropped: int = 0
    losses: int = 0
    resumed_at: int | None = None
    finished_before: bool = False
    interrupted: bool = False


@dataclass(frozen=True)
class Watch:
    """What a run tells while it goes on, all in the calling thread but `tell`.

    opened: the source, when the network and the outputs are ready. progress: counts after each batch.
    waiting: some times a second while nothing comes. tell: lines about the source, from any thread.
    shown: drawn frames, from the writing thread.
    """

    opened: Callable[[FrameSource], None] = lambda _: None
    progress: Callable[[Summary], None] = lambda _: None
    waiting: Callable[[], None] = lambda: None
    tell: Notify = lambda _: None
    shown: Callable[[Image], None] | None = None


def process(job: VideoJob, make_estimator: Callable[[], PoseEstimator], watch: Watch | None = None) -> Result:
    """Do a job; with `job.resume` go on where an earlier run of it ended, or do nothing where it is finished.

    The outputs are byte for byte the same, however often the run was killed in between. Another run that writes
    one of them is refused, for as long as this one goes on. A live source ends by Ctrl-C or `stop`, and its
    outputs are finished then. make_estimator: is called once the source and the outputs are known to be good.
    With `overwrite` beside `resume`, what cannot be gone on with is made anew.
    Raises SwahrError; what is done stays in the partial files then, for `resume`.
    """
    watch = watch or Watch()
    try:
        return _process(job, make_estimator, watch)
    except ResumeError as error:
        if not (job.resume and job.rows.overwrite):
            raise
        watch.tell(f"{error.message}; starting anew")
        return _process(replace(job, resume=False), make_estimator, watch)


def _process(job: VideoJob, make_estimator: Callable[[], PoseEstimator], watch: Watch) -> Result:
    job.check()
    check_whole(job, has_no_end(job.source))
    with ExitStack() as stack:
        for path in job.paths:
            stack.enter_context(locked(path))
        journal = Journal(job.outputs[0][1], job.identity())
        then = journal.read() if job.resume else None
        if job.begun() and not job.resume and not job.rows.overwrite:
            raise ResumeError(
                f"{partial_path(job.outputs[0][1])} holds a run that was interrupted",
                hints=[Hint("resume", True), Hint("overwrite", True)],
            )
        if job.resume and then is None and job.finished() and not job.rows.overwrite:
            return Result(finished_before=True)
        if then is not None and job.overlay is not None and job.drawing.layer != "none":
            watch.tell(f"the layer {job.drawing.layer} needs the network again; starting anew")
            then = None
        elif then is None:
            job.check(anew=True)
        if then is None:
            journal.remove()
        elif then.closing:
            return _close_again(job, journal, then, make_estimator(), watch)
        return _Run(job, journal, then, watch).go(stack, make_estimator)


def _close_again(
    job: VideoJob, journal: Journal, then: Progress, estimator: PoseEstimator, watch: Watch
) -> Result:
    """Finish the outputs of a run that was killed while it did so."""
    notes = []
    if job.second_pass.wanted:
        notes = write_whole(job, then.spool_bytes, estimator, watch.tell, watch.waiting)
    for name, path in job.outputs if not job.second_pass.wanted else ():
        if not partial_path(path).exists():
            continue
        state = then.writers[str(path)]
        open_writer(
            name,
            path,
            estimator.skeleton,
            frame_rate=state["frame_rate"],
            size_wh=tuple(state["size_wh"]),
            keep_empty=job.rows.keep_empty,
            resume=state["writer"],
        ).close()
    journal.remove()
    Spool(job.outputs[0][1]).close(remove=True)
    return Result(Summary(**then.counts), notes, resumed_at=then.last_index + 1)


class _Run:
    def __init__(self, job: VideoJob, journal: Journal, then: Progress | None, watch: Watch) -> None:
        self.job, self.journal, self.watch = job, journal, watch
        self.then = then or Progress()
        self.last_index = self.then.last_index
        self.result = Result(
            Summary(**self.then.counts), resumed_at=None if then is None else then.last_index + 1
        )

    def go(self, stack: ExitStack, make_estimator: Callable[[], PoseEstimator]) -> Result:
        """Do the job. stack: closes what is open on every way out, and knows of errors."""
        job, then = self.job, self.then
        redrawn = job.overlay is not None and then.last_index >= 0 and not job.second_pass.wanted
        first_index = 0 if redrawn else then.last_index + 1
        source = stack.enter_context(
            open_source(job.source, job.frames, notify=self.watch.tell, first_index=first_index)
        )
        check_whole(job, source.live)  # of an http address only opening it tells
        estimator = make_estimator()
        self.source, self.resumable = source, not source.live
        self.estimator = estimator
        # What waits for the end is written and drawn then.
        drawn = replace(job, overlay=None) if job.second_pass.wanted else job
        self.drawing = stack.enter_context(Drawing(drawn, source, estimator.skeleton, self.watch.shown))
        self.outputs = stack.enter_context(ExitStack())
        self.writers = {
            str(path): self.outputs.enter_context(
                open_writer(
                    name,
                    path,
                    estimator.skeleton,
                    frame_rate=source.frame_rate,
                    size_wh=(source.width, source.height),
                    keep_empty=job.rows.keep_empty,
                    resume=then.writers[str(path)]["writer"] if str(path) in then.writers else None,
                )
            )
            for name, path in (() if job.second_pass.wanted else job.outputs)
        }
        self.followers = Followers(job.tracking, estimator.skeleton)
        if then.followers:
            self.followers.load_state_dict(then.followers)
        self.spool: Spool | None = None
        if self.resumable and (job.overlay is not None or job.second_pass.wanted):
            self.spool = Spool(job.outputs[0][1], then.spool_bytes)
            stack.callback(self._leave_spool, self.spool)
        self.watch.opened(source)
        frames = iter(source)
        if redrawn:
            self._redraw(frames, estimator)
        self._run(frames)
        self._finish()
        return self.result

    def _leave_spool(self, spool: Spool) -> None:
        """Close it; without a journal it is of no use."""
        spool.close(remove=not self.journal.path.exists())

    def _redraw(self, frames: Iterator[Frame], estimator: PoseEstimator) -> None:
        """Draw the frames of the earlier part again, with the people that were found then."""
        self.watch.tell(f"drawing the frames up to {self.then.last_index} again")
        for index, _, poses in read_spool(self.job.outputs[0][1], self.then.spool_bytes, estimator.skeleton):
            frame = next(frames, None)
            if frame is None or frame.index != index:
                raise ResumeError(
                    f"{self.job.source}: frame {index} is no longer there", hints=[Hint("overwrite", True)]
                )
            self.watch.waiting()
            self.drawing.write(frame, poses)

    def _run(self, frames: Iterator[Frame]) -> None:
        try:
            run(
                _Rest(self.source, frames),
                Stages(self._infer, self._parse, self._write, self.followers),
                batch_size=self.job.network.batch_size,
                progress=self.watch.progress,
                checkpoints=Checkpoints(self.followers.state_dict, self._keep, JOURNAL_S)
                if self.resumable
                else None,
                done=Summary(**self.then.counts),
                waiting=self.watch.waiting,
            )
        except KeyboardInterrupt:
            if self.resumable:
                raise
            self.result.interrupted = True  # the way in which a recording ends

    def _infer(self, images: list[Image]) -> NetworkOutput:
        return self.estimator.infer(images, keep_maps=self.drawing.wants_maps)

    def _parse(self, output: NetworkOutput) -> list[Poses]:
        self.drawing.add_maps(output)
        return self.estimator.parse(output)

    def _write(self, frame: Frame, poses: Poses | None) -> None:
        for writer in self.writers.values():
            writer.write(frame.index, frame.time_s, poses)
        if self.spool is not None:
            self.spool.write(frame.index, frame.time_s, poses)
        self.drawing.write(frame, poses)
        self.last_index = frame.index
        self.result.summary.add(poses)  # what is written counts, also where Ctrl-C comes before it is told

    def _keep(
        self, last_index: int, followers: dict[str, Any], counts: Summary, closing: bool = False
    ) -> None:
        """Bring everything to the disk, then say in the journal that it is there."""
        for writer in self.writers.values():
            writer.flush()
        if self.spool is not None:
            self.spool.flush()
        self.journal.write(
            Progress(
                last_index=last_index,
                counts=asdict(counts),
                writers={path: self._state(path) for path in self.writers},
                followers=followers,
                spool_bytes=0 if self.spool is None else self.spool.bytes,
                closing=closing,
            )
        )

    def _state(self, path: str) -> dict[str, Any]:
        return {
            "writer": self.writers[path].state(),
            "frame_rate": self.source.frame_rate,
            "size_wh": [self.source.width, self.source.height],
        }

    def _finish(self) -> None:
        if self.resumable and not self.result.summary.frames:
            raise SwahrError(nothing_in(self.source, self.job.frames))
        self.drawing.close()
        self.result.notes = [*self.source.notes, *self.drawing.notes]
        if self.resumable:
            self._keep(self.last_index, {}, self.result.summary, closing=True)
        self.outputs.close()
        if self.spool is not None and self.job.second_pass.wanted:
            self.result.notes += write_whole(
                self.job, self.spool.bytes, self.estimator, self.watch.tell, self.watch.waiting
            )
        self.journal.remove()
        if self.spool is not None:
            self.spool.close(remove=True)
        if not self.resumable:
            self.result.dropped = self.source.dropped
            self.result.losses = self.source.losses


class _Rest(FrameSource):
    """What is left of a source that was read in part."""

    def __init__(self, source: FrameSource, frames: Iterator[Frame]) -> None:
        super().__init__(source.address)
        self._source, self._frames = source, frames

    @property
    def live(self) -> bool:
        return self._source.live

    def interrupt(self) -> None:
        self._source.interrupt()

    def __iter__(self) -> Iterator[Frame]:
        return self._frames
