"""What is done once the whole of a video was seen: ids, gaps, smoothing without lag; then all is written."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from swahr.config import SecondPassSettings
from swahr.errors import Hint, Note, SettingError, Step
from swahr.movement import misfit, smooth
from swahr.movement.people import choose
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton
from swahr.run.drawing import Drawing, draw_found
from swahr.run.job import VideoJob
from swahr.run.outputs import Outputs
from swahr.run.spool import SpoolFrame, read_spool
from swahr.run.watcher import Watcher
from swahr.tracking import track_again
from swahr.video.images import Image
from swahr.video.sources import open_source


def check_second_pass(job: VideoJob, live: bool) -> None:
    """Refuse a job that cannot wait for its end.

    Args:
        job: Which may want no second pass at all.
        live: Whether its source has no end.

    Raises:
        SettingError: What it asks for does not go together.
    """
    if job.hides and job.people.roi is not None:
        raise SettingError(
            "a video in which people are hidden needs everyone, and roi leaves some out",
            hints=[Hint("roi", None), Hint("anonymise", "none")],
        )
    if not job.needs_all:
        return
    what = "people chosen by their ids" if job.people.needs_all else ""
    if job.second_pass.track_second_pass:
        what = "ids of a second pass"
    if job.second_pass.smooths:
        what = "smoothing without lag and filled gaps"
    if live:
        raise SettingError(
            f"{what} need the whole of a video, and this source has no end",
            hints=[*([Hint("smooth", True)] if job.second_pass.smooths else []), Step("convert")],
        )
    if not job.tracking.track:
        raise SettingError(f"{what} need ids to know who is who", hints=[Hint("track", True)])
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


def write_second_pass(
    job: VideoJob, spool_bytes: int, skeleton: Skeleton, watcher: Watcher, reported: float = 0.0
) -> list[Note]:
    """Write all outputs from the people of the spool; can be repeated after a crash in it: all is made anew.

    Args:
        job: Of which every frame was seen.
        spool_bytes: Of its spool that are whole.
        skeleton: Of its people.
        watcher: `waiting` is called with each drawn frame, and may raise to stop.
        reported: Score from which people are written; the spool has others where people are hidden.

    Returns:
        What a user should know of the outputs.

    Raises:
        SwahrError: The spool stays.
    """
    found = read_spool(job.outputs[0][1], spool_bytes, skeleton)
    found_people = _recording(found, skeleton)
    sure = found_people.scores >= reported
    recording, unsure = found_people.where(sure), found_people.where(~sure)
    if job.second_pass.track_second_pass:
        watcher.notify("ids, once more")
        recording = track_again(recording, _images(job, watcher), job.tracking.remember)
    everyone = recording  # is hidden, whoever is chosen
    chosen = choose(recording, job.people.changed(roi=None))
    recording, notes = _smoothed(chosen, job.second_pass)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(job.source, job.frames, notify=watcher.notify))
        outputs = stack.enter_context(
            Outputs(
                job.outputs,
                skeleton,
                source.frame_rate,
                source.file_size,
                job.rows,
                pixel_scale=source.pixel_scale,
                names=source.frame_names,
            )
        )
        for index, time_s, poses in recording:
            outputs.write(index, time_s, poses)
        if job.overlay is not None:
            watcher.notify("drawing")
            drawing = stack.enter_context(Drawing(job, source, skeleton, None, everyone, unsure))
            draw_found(drawing, job.source, iter(source), recording, watcher.waiting)
            drawing.close()
            notes += [Note(line) for line in drawing.notes]
    notes += [Note(line) for line in outputs.notes]
    return notes


def _images(job: VideoJob, watcher: Watcher) -> Iterator[tuple[int, Image | None]]:
    """Yield the frames of a job once more."""
    with open_source(job.source, job.frames) as source:
        for frame in source:
            watcher.waiting()
            yield frame.index, frame.image


def _smoothed(recording: Recording, settings: SecondPassSettings) -> tuple[Recording, list[Note]]:
    smoothing = settings.smoothing
    fault = misfit(recording, smoothing)
    notes: list[Note] = []
    if fault is not None:
        notes.append(Note(f"{smoothing.smooth} changed nothing: {fault}", (Step("convert"),)))
    return smooth(recording, smoothing), notes


def _recording(people: Iterable[SpoolFrame], skeleton: Skeleton) -> Recording:
    """Bring the frames of a spool together; one that could not be read has nobody."""
    nobody = replace(Poses.nobody(skeleton), ids=np.zeros(0, np.int32))  # ids are known where nobody is, too
    return Recording.from_frames(
        ((index, time_s, nobody if poses is None else poses) for index, time_s, poses in people), skeleton
    )
