"""What is done once the whole of a video was seen: gaps filled, joints smoothed without lag, then all is written."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack

import numpy as np

from swahr.errors import Hint, ResumeError, SettingError, Step
from swahr.formats import open_writer
from swahr.inference.estimator import PoseEstimator
from swahr.movement import misfit, smooth
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton
from swahr.run.drawing import Drawing
from swahr.run.job import VideoJob
from swahr.run.resume import SpoolFrame, read_spool
from swahr.video.frame import Notify
from swahr.video.sources import open_source


def check_whole(job: VideoJob, live: bool) -> None:
    """Raise SettingError for a job that cannot wait for its end."""
    if not job.second_pass.wanted:
        return
    if live:
        raise SettingError(
            "smoothing without lag and filled gaps need the whole of a video, and this source has no end",
            hints=[Hint("smooth", True), Step("convert")],
        )
    if not job.tracking.track:
        raise SettingError(
            "smoothing without lag and filled gaps need ids to know who is who", hints=[Hint("track", True)]
        )
    if job.tracking.smooth and job.second_pass.zero_lag != "none":
        raise SettingError(
            "joints would be smoothed twice, on the way and at the end",
            hints=[Hint("smooth", False), Hint("zero_lag", "none")],
        )
    if job.overlay is not None and job.drawing.layer != "none":
        raise SettingError(
            f"the layer {job.drawing.layer} shows frames as they are found, and people are changed at the end",
            hints=[Hint("layer", "none")],
        )


def write_whole(
    job: VideoJob, spool_bytes: int, estimator: PoseEstimator, tell: Notify, waiting: Callable[[], None]
) -> list[str]:
    """Write all outputs from the people of the spool; return notes about them.

    waiting: is called with each drawn frame, and may raise to stop. Can be repeated after a crash in it: everything is
    made anew. Raises SwahrError; the spool stays then.
    """
    people = read_spool(job.outputs[0][1], spool_bytes, estimator.skeleton)
    recording = _recording(people, estimator.skeleton)
    smoothing = job.second_pass.smoothing
    fault = misfit(recording, smoothing)
    notes = []
    if fault is not None:
        notes.append(
            f"{smoothing.smooth} changed nothing: {fault}; smooth the finished file with other settings"
        )
    recording = smooth(recording, smoothing)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(job.source, job.frames, notify=tell))
        writers = [
            stack.enter_context(
                open_writer(
                    name,
                    path,
                    estimator.skeleton,
                    frame_rate=source.frame_rate,
                    size_wh=(source.width, source.height),
                    keep_empty=job.rows.keep_empty,
                )
            )
            for name, path in job.outputs
        ]
        for index, time_s, poses in recording:
            for writer in writers:
                writer.write(index, time_s, poses)
        if job.overlay is None:
            return notes
        tell("drawing")
        drawing = stack.enter_context(Drawing(job, source, estimator.skeleton, None))
        for frame, (index, _, poses) in zip(source, recording, strict=False):
            if frame.index != index:
                raise ResumeError(
                    f"{job.source}: frame {index} is no longer there", hints=[Hint("overwrite", True)]
                )
            waiting()
            drawing.write(frame, poses)
        drawing.close()
        return notes + drawing.notes


def _recording(people: Iterable[SpoolFrame], skeleton: Skeleton) -> Recording:
    """Bring the frames of a spool together; one that could not be read has nobody."""
    frames: list[int] = []
    times: list[float] = []
    found: list[Poses] = []
    nobody = Poses(
        np.zeros((0, skeleton.num_joints, 3), np.float32),
        np.zeros(0, np.float32),
        skeleton,
        np.zeros(0, np.int32),
    )
    for index, time_s, poses in people:
        frames.append(index)
        times.append(time_s)
        found.append(nobody if poses is None else poses)
    return Recording(
        skeleton,
        np.asarray(frames, np.int64),
        np.asarray(times, np.float64),
        np.cumsum([0, *map(len, found)], dtype=np.int64),
        np.concatenate([nobody.keypoints, *(poses.keypoints for poses in found)]),
        np.concatenate([nobody.scores, *(poses.scores for poses in found)]),
        np.concatenate([np.zeros(0, np.int32), *(poses.ids for poses in found if poses.ids is not None)]),
    )
