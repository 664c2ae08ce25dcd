"""One job from its source to its finished outputs: the way that a video takes on every machine."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from swahr._util.files import partial_path
from swahr._util.locks import locked
from swahr.config import NetworkSettings
from swahr.errors import Hint, Note, ResumeError, SettingError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import NetworkOutput
from swahr.movement.people import choose_inside
from swahr.pose.poses import Poses
from swahr.run.complete import complete, made_from
from swahr.run.drawing import Drawing, draw_found, split
from swahr.run.follow import Followers
from swahr.run.frames import infer_frames
from swahr.run.job import VideoJob
from swahr.run.journal import Journal, Progress
from swahr.run.memory import told_of_memory
from swahr.run.outputs import Outputs, finish_outputs
from swahr.run.pipeline import Checkpoints, Stages, Summary, run
from swahr.run.second_pass import check_second_pass, write_second_pass
from swahr.run.spool import Spool, read_spool
from swahr.run.watcher import Result, Watcher
from swahr.video.frame import Frame, FrameSource
from swahr.video.selection import nothing_in
from swahr.video.sources import has_no_end, open_source

# Least seconds between two entries of the journal: how much work a crash may cost.
JOURNAL_S = 1.0
MakeEstimator = Callable[[NetworkSettings], PoseEstimator]


def process(job: VideoJob, make_estimator: MakeEstimator, watcher: Watcher | None = None) -> Result:
    """Do a job; with `job.resume` go on where an earlier run of it ended, or do nothing where it is finished.

    Where some of its outputs are finished with `resume`, the others are made of them.

    The outputs are byte for byte the same, however often the run was killed in between. Another run that writes
    one of them is refused, for as long as this one goes on. A live source ends by Ctrl-C or `stop`, and its
    outputs are finished then. With `overwrite` beside `resume`, what cannot be gone on with is made anew.

    Args:
        job: What to do.
        make_estimator: Makes the network of settings; called once the source and the outputs are known to be good.
        watcher: Who wants to know.

    Raises:
        SwahrError: What is done stays in the partial files, for `resume`.
    """
    watcher = watcher or Watcher()
    with told_of_memory(job.source):
        try:
            return _process(job, make_estimator, watcher)
        except ResumeError as error:
            if not (job.resume and job.rows.overwrite):
                raise
            watcher.notify(f"{error.message}; starting anew")
            return _process(replace(job, resume=False), make_estimator, watcher)


def _process(job: VideoJob, make_estimator: MakeEstimator, watcher: Watcher) -> Result:
    job.check()
    check_second_pass(job, has_no_end(job.source))
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
        if job.resume and then is None and not job.rows.overwrite:
            if job.finished():
                return Result(finished_before=True)
            kept = made_from(job)
            if kept is not None:
                return complete(job, kept, watcher)
        if then is not None and job.overlay is not None and job.drawing.layer != "none":
            watcher.notify(f"the layer {job.drawing.layer} needs the network again; starting anew")
            then = None
        elif then is None:
            job.check(anew=True)
        if then is None:
            journal.remove()
        elif then.closing:
            return _close_again(job, journal, then, make_estimator(_as_then(job, then)), watcher)
        return _Run(job, journal, then, watcher).go(stack, make_estimator)


def _as_then(job: VideoJob, then: Progress) -> NetworkSettings:
    """Return the settings of a job's network, with the runtime that an earlier part of it had."""
    return job.network.changed(backend=then.backend) if then.backend else job.network


def _close_again(
    job: VideoJob, journal: Journal, then: Progress, estimator: PoseEstimator, watcher: Watcher
) -> Result:
    """Finish the outputs of a run that was killed while it did so."""
    notes: list[Note] = []
    if job.waits():
        reported = _reported(job, estimator)
        notes = write_second_pass(job, then.spool_bytes, estimator.skeleton, watcher, reported)
    else:
        finish_outputs(job.outputs, estimator.skeleton, job.rows, then.writers)
    journal.remove()
    Spool(job.outputs[0][1]).close(remove=True)
    return Result(Summary(**then.counts), notes, resumed_at=then.last_index + 1)


def _reported(job: VideoJob, estimator: PoseEstimator) -> float:
    """Return the score from which people are reported, where others are looked for too; 0 where none are."""
    return estimator.selection.min_score if job.hides else 0.0


class _Run:
    """A job under way: it is opened, an earlier part is drawn again, the rest goes through the pipeline, and ends.

    `_infer`, `_parse`, `_write` and `_keep` are called by the pipeline, each from a thread of its own.
    """

    def __init__(self, job: VideoJob, journal: Journal, then: Progress | None, watcher: Watcher) -> None:
        self.job, self.journal, self.watcher = job, journal, watcher
        self.then = then or Progress()
        self.last_index = self.then.last_index
        # An encoder cannot go on in the middle of a file; what waits for the end is drawn there.
        self.redraws = job.overlay is not None and self.then.last_index >= 0 and not job.waits()
        self.result = Result(
            Summary(**self.then.counts), resumed_at=None if then is None else then.last_index + 1
        )

    def go(self, stack: ExitStack, make_estimator: MakeEstimator) -> Result:
        """Do the job. stack: closes what is open on every way out, and knows of errors."""
        self._open(stack, make_estimator)
        self.watcher.opened(self.source)
        frames = iter(self.source)
        if self.redraws:
            self._redraw(frames)
        self._run(frames)
        self._finish()
        return self.result

    def _open(self, stack: ExitStack, make_estimator: MakeEstimator) -> None:
        job, then = self.job, self.then
        first_index = 0 if self.redraws else then.last_index + 1
        self.source = source = stack.enter_context(
            open_source(job.source, job.frames, notify=self.watcher.notify, first_index=first_index)
        )
        self.resumable = not source.live
        roi, (across, down) = job.people.roi, source.pixel_scale
        self._roi = roi and (roi[0] / across, roi[1] / down, roi[2] / across, roi[3] / down)
        check_second_pass(job, source.live)  # of an http address only opening it tells
        self.estimator = make_estimator(_as_then(job, then))
        self.estimator.set_live(source.live)
        self.reported = _reported(job, self.estimator)
        self._unsure: deque[Poses] = deque()  # of frames that are not written yet
        if job.hides:
            looks = self.estimator.selection
            stack.callback(setattr, self.estimator, "selection", looks)  # it may be another job's next
            least = min(self.reported, job.encoding.hide_score)
            self.estimator.selection = replace(looks, min_score=least)
        self.result.runtime = str(self.estimator.runtime)
        skeleton = self.estimator.skeleton
        waits = job.waits(source.live)  # what is written and drawn at the end
        drawn = replace(job, overlay=None) if waits else job
        self.drawing = stack.enter_context(
            Drawing(drawn, source, skeleton, self.watcher.shown, reported=self.reported)
        )
        self.outputs = stack.enter_context(
            Outputs(
                () if waits else job.outputs,
                skeleton,
                source.frame_rate,
                source.file_size,
                job.rows,
                then.writers,
                source.pixel_scale,
                source.frame_names,
            )
        )
        self.followers = Followers(job.tracking, skeleton)
        if then.followers:
            self.followers.load_state_dict(then.followers)
        self.spool: Spool | None = None
        if self.resumable and (job.overlay is not None or waits):
            self.spool = Spool(job.outputs[0][1], then.spool_bytes)
            stack.callback(self._leave_spool, self.spool)

    def _leave_spool(self, spool: Spool) -> None:
        """Close it; without a journal it is of no use."""
        spool.close(remove=not self.journal.path.exists())

    def _redraw(self, frames: Iterator[Frame]) -> None:
        """Draw the frames of the earlier part again, with the people that were found then."""
        self.watcher.notify(f"drawing the frames up to {self.then.last_index} again")
        found = read_spool(self.job.outputs[0][1], self.then.spool_bytes, self.estimator.skeleton)
        draw_found(self.drawing, self.job.source, frames, found, self.watcher.waiting)

    def _run(self, frames: Iterator[Frame]) -> None:
        try:
            run(
                _Rest(self.source, frames),
                Stages(self._infer, self._parse, self._write, self.followers, self.watcher.notify),
                batch_size=self.job.network.batch_size,
                progress=self.watcher.progress,
                checkpoints=Checkpoints(self.followers.state_dict, self._keep, JOURNAL_S)
                if self.resumable
                else None,
                done=Summary(**self.then.counts),
                waiting=self.watcher.waiting,
            )
        except KeyboardInterrupt:
            if self.resumable:
                raise
            self.result.interrupted = True  # the way in which a recording ends

    def _infer(self, frames: list[Frame]) -> NetworkOutput:
        return infer_frames(self.estimator, frames, self.drawing.wants_maps)

    def _parse(self, output: NetworkOutput) -> list[Poses]:
        self.drawing.add_maps(output)
        found = self.estimator.parse(output)
        if self.job.hides:
            parts = [split(poses, self.reported) for poses in found]
            self._unsure.extend(unsure for _, unsure in parts)
            return [sure for sure, _ in parts]
        return found if self._roi is None else [choose_inside(poses, self._roi) for poses in found]

    def _write(self, frame: Frame, poses: Poses | None) -> None:
        self.outputs.write(frame.index, frame.time_s, poses)
        everyone = poses
        if self.job.hides and poses is not None:
            everyone = Poses.concatenate([poses, self._unsure.popleft()])
        if self.spool is not None:
            self.spool.write(frame.index, frame.time_s, everyone)
        self.drawing.write(frame, everyone)
        self.last_index = frame.index
        self.result.summary.add(poses)  # what is written counts, also where Ctrl-C comes before it is said

    def _keep(
        self, last_index: int, followers: dict[str, Any], counts: Summary, closing: bool = False
    ) -> None:
        """Bring everything to the disk, then say in the journal that it is there."""
        self.outputs.flush()
        if self.spool is not None:
            self.spool.flush()
        self.journal.write(
            Progress(
                last_index=last_index,
                counts=asdict(counts),
                writers=self.outputs.states(),
                followers=followers,
                spool_bytes=0 if self.spool is None else self.spool.bytes,
                closing=closing,
                backend=self.estimator.runtime.backend,
            )
        )

    def _finish(self) -> None:
        job, result = self.job, self.result
        if self.resumable and not result.summary.frames:
            raise SettingError(nothing_in(self.source, job.frames))
        self.drawing.close()
        result.notes = [Note(line) for line in (*self.source.notes, *self.drawing.notes)]
        if self.resumable:
            self._keep(self.last_index, {}, result.summary, closing=True)
        self.outputs.close()
        result.notes += [Note(line) for line in self.outputs.notes]
        if self.spool is not None and job.waits():
            result.notes += write_second_pass(
                job, self.spool.bytes, self.estimator.skeleton, self.watcher, self.reported
            )
        self.journal.remove()
        if self.spool is not None:
            self.spool.close(remove=True)
        result.dropped, result.losses = self.source.dropped, self.source.losses


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
