"""One job at the command line: a bar while it runs, a few lines at its end."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from swahr._util.text import counted
from swahr.commands.groups import flags_of
from swahr.commands.network import described, make_estimator
from swahr.commands.progress import RunProgress, note_partials, say, say_summary
from swahr.commands.viewer import Viewer
from swahr.commands.wording import as_option
from swahr.config import AUTO, LabelsSettings, NetworkSettings, OverlaySettings
from swahr.errors import Hint, SettingError
from swahr.formats import read
from swahr.inference.estimator import PoseEstimator
from swahr.run.data_set import DataSet, check_data_set, write_frames
from swahr.run.job import VideoJob
from swahr.run.pipeline import Summary
from swahr.run.process import process
from swahr.run.watcher import Result, Watcher
from swahr.video.frame import FrameSource
from swahr.video.sources import has_no_end


def do(job: VideoJob, viewer: Viewer | None = None, labelling: LabelsSettings | None = None) -> None:
    """Do a job and say what became of it. viewer: shows the drawn frames. labelling: the data set to make of it."""
    started = time.monotonic()
    labelling = labelling or LabelsSettings()
    if labelling.labels is not None:
        check_data_set(labelling.labels, job.rows.overwrite or job.resume)
        if has_no_end(job.source):
            raise SettingError(
                f"{job.source} cannot be read twice; labels are made of files", hints=[Hint("labels", None)]
            )
    made: list[PoseEstimator] = []

    def make(network: NetworkSettings) -> PoseEstimator:
        made.append(make_estimator(network))
        return made[0]

    with ExitStack() as stack:
        stack.enter_context(note_partials(job.outputs[0][1], job.overlay))
        bars: list[RunProgress] = []

        def opened(source: FrameSource) -> None:
            if viewer is not None:
                viewer.open(source)
                stack.callback(viewer.close)
            if job.overlay is None and viewer is None:
                say_unused(job.drawing)
            if source.estimated_frames != 0:  # none are expected, and a bar of none says nothing
                bars.append(stack.enter_context(RunProgress(short(source), source.estimated_frames)))

        def progress(summary: Summary) -> None:
            if bars:
                bars[0].update(summary)
            if viewer is not None:
                viewer.refresh()

        result = process(
            job,
            make,
            Watcher(
                opened=opened,
                progress=progress,
                waiting=viewer.refresh if viewer is not None else lambda: None,
                shown=None if viewer is None else viewer.show,
                notify=lambda line: say(f"swahr: {line}"),
            ),
        )
    say_result(job, result, time.monotonic() - started)
    if labelling.labels is not None and not result.interrupted:
        info = described(made[0] if made else make(job.network), job.network, labelling)
        say(f"labels:    {_write_labels(job, labelling, info)}")
    if result.interrupted:
        raise KeyboardInterrupt


def _write_labels(job: VideoJob, labelling: LabelsSettings, info: dict[str, Any]) -> Path:
    """Write the data set of a finished job, of its first output, and return its file."""
    name, path = job.outputs[0]
    recording = read(path, name)
    assert labelling.labels is not None
    data = DataSet(labelling.labels, recording.skeleton, labelling, info, overwrite=True)
    write_frames(data, recording, job.source, job.frames)
    return data.close()


def say_unused(drawing: OverlaySettings) -> None:
    """Say which options of drawing have no effect, of a run that draws nothing."""
    if drawing.chosen():
        say(
            f"swahr: note: nothing is drawn without --overlay, so {', '.join(flags_of(drawing))} had no effect"
        )


def short(source: FrameSource) -> str:
    """Return what a source is called before its bar."""
    return source.address if source.live else Path(source.address).name


def say_result(job: VideoJob, result: Result, seconds: float) -> None:
    """Print what became of a job."""
    if result.finished_before:
        say(f"{job.outputs[0][1]} is finished already")
        return
    for note in result.notes:
        say(f"swahr: warning: {note.worded(as_option)}")
    if result.made_from is not None:
        say(f"made of {result.made_from}, without looking for people again")
    if result.resumed_at:
        say(f"resumed at frame {result.resumed_at}")
    say_summary(result.summary, "frame", seconds)
    if result.losses:
        times = "once" if result.losses == 1 else f"{result.losses} times"
        say(f"the signal was lost {times}")
    if result.dropped:
        say(f"{counted(result.dropped, 'frame')} came while earlier ones were at work; dropped")
    if result.runtime and job.network.backend == AUTO:
        say(f"runtime:   {result.runtime}")
    for _, path in job.outputs:
        say(f"keypoints: {path}")
    if job.overlay is not None:
        say(f"overlay:   {job.overlay}")
