"""Outputs that are added to a finished run: made of the keypoints that are there, without a network."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from swahr.formats import find_format, read
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.run.drawing import Drawing
from swahr.run.job import VideoJob
from swahr.run.outputs import Outputs
from swahr.run.watcher import Result, Watcher
from swahr.video.frame import FrameSource
from swahr.video.sources import open_source

# What a file has to hold so that all others can be made of it.
NEEDED = {"joints", "times", "scores", "person scores", "ids", "empty frames"}


def made_from(job: VideoJob) -> Path | None:
    """Return which finished output of a job the missing ones can be made of; None where there is none."""
    if job.overlay is not None and not job.overlay.exists() and job.drawing.layer != "none":
        return None  # what the network said is in no file
    if job.hides and job.overlay is not None and not job.overlay.exists():
        return None  # nor is everyone whom an overlay has to hide
    whole = (path for name, path in job.outputs if not NEEDED & {*find_format(name).lacks})
    return next((path for path in whole if path.exists()), None)


def complete(job: VideoJob, kept: Path, watcher: Watcher) -> Result:
    """Make the outputs of a job that are missing.

    Args:
        job: Of which some are there.
        kept: The one that the others are made of.
        watcher: `waiting` is called with each frame that is drawn, and may raise to stop.

    Raises:
        SwahrError: What is there cannot be read, or an output cannot be written.
    """
    recording = read(kept)
    missing = tuple(output for output in job.outputs if not output[1].exists())
    result = Result(made_from=kept)
    for frame in recording:
        result.summary.add(frame.poses)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(job.source, job.frames, notify=watcher.notify))
        watcher.opened(source)
        outputs = stack.enter_context(
            Outputs(
                missing,
                recording.skeleton,
                source.frame_rate,
                source.file_size,
                job.rows,
                names=source.frame_names,
            )
        )
        for index, time_s, poses in recording:
            outputs.write(index, time_s, poses)
        if job.overlay is not None and not job.overlay.exists():
            watcher.notify(f"drawing {job.overlay}")
            _draw(stack, job, source, recording, watcher)
    watcher.progress(replace(result.summary))
    return result


def _draw(
    stack: ExitStack, job: VideoJob, source: FrameSource, recording: Recording, watcher: Watcher
) -> None:
    """Draw the people of a recording; frames that it lacks have nobody."""
    across, down = source.pixel_scale
    to_square = np.asarray([1 / across, 1 / down, 1], np.float32)
    recording = replace(recording, keypoints=recording.keypoints * to_square)
    drawing = stack.enter_context(Drawing(job, source, recording.skeleton, None))
    nobody = Poses.nobody(recording.skeleton)
    people = {frame.frame_index: frame.poses for frame in recording}
    for frame in source:
        watcher.waiting()
        drawing.write(frame, people.get(frame.index, nobody))
    drawing.close()
