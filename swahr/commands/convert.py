"""`swahr convert`: keypoints from one format to another, smoothed on the way."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from swahr.formats import Recording

DEFAULT_FRAME_RATE = 25.0
WINDOW_S, CUTOFF_HZ, ORDER = 0.3, 6.0, 2
SAME_RATE = 0.01  # part by which two frame rates differ by rounding


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A keypoint file, or folder.", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help="Where to; its name tells the format: x.csv, x.jsonl, x_coco.json, x_openpose, x_dlc.csv, "
            "x_sleap.csv, x_trc.",
            show_default=False,
        ),
    ],
    to: Annotated[
        Optional[str],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(
            help="csv, jsonl, coco, openpose, dlc, sleap or trc.", show_default="by the name of OUT"
        ),
    ] = None,
    from_: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", help="The format of IN.", show_default="by its content"),
    ] = None,
    track: Annotated[bool, typer.Option("--track", help="Give people ids anew, by their poses.")] = False,
    smooth: Annotated[
        str, typer.Option(help="none, savgol (Savitzky-Golay) or butterworth: neither lags.")
    ] = "none",
    fill_gaps: Annotated[
        int,
        typer.Option(min=0, help="Fill in joints and people that are missing for at most so many frames."),
    ] = 0,
    window: Annotated[float, typer.Option(help="Of savgol, seconds.")] = WINDOW_S,
    cutoff: Annotated[float, typer.Option(help="Of butterworth, Hz.")] = CUTOFF_HZ,
    order: Annotated[int, typer.Option(help="Of savgol's polynomial, or of butterworth.")] = ORDER,
    person: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            help="Keep this id alone; dlc is written in its single-animal layout then, trc as one file.",
            show_default="everyone",
        ),
    ] = None,
    frame_rate: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Frames a second, for formats without times.", show_default="by the times of IN"),
    ] = None,
    skeleton: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="A JSON file with the joints, for coco files of other than 17 or 14.", show_default=False
        ),
    ] = None,
    keep_empty: Annotated[bool, typer.Option(help="Keep frames without people.")] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")] = False,
) -> None:
    """Convert keypoints between formats; smooth them and fill gaps on the way.

    What a format has no place for is lost: times in coco, openpose, dlc and
    sleap, scores in trc.
    """
    from swahr._util.text import counted
    from swahr.commands.progress import partial_told, say
    from swahr.formats import find_format, format_by_name, open_writer, read
    from swahr.pose.skeleton import Skeleton

    target = format_by_name(output) if to is None else find_format(to)
    single = person is not None and target.name in ("dlc", "trc")
    if output.name.lower().endswith(".trc") and not single:
        raise SwahrError(
            f"{output}: trc is one file a person; choose one with --person, or give a folder, {output.stem}_trc"
        )
    check_output(output, overwrite, [source], folder=target.folder and not single)
    recording = read(
        source,
        from_,
        skeleton=None if skeleton is None else Skeleton.from_json(skeleton),
        frame_rate=frame_rate,
    )
    for note in recording.notes:
        say(f"swahr: note: {note}")
    for note in _without_effect(smooth, window, cutoff, order, frame_rate, recording):
        say(f"swahr: note: {note}")
    if track:
        recording = _tracked(recording)
    recording = _smoothed(recording, smooth, fill_gaps, window, cutoff, order)
    if person is not None:
        recording = recording.only(person)
    rate = frame_rate or recording.frame_rate or DEFAULT_FRAME_RATE
    with (
        partial_told(output),
        open_writer(
            target.name,
            output,
            recording.skeleton,
            frame_rate=rate,
            size_wh=(0, 0),
            keep_empty=keep_empty,
            single=single,
        ) as writer,
    ):
        for index, time_s, poses in recording:
            writer.write(index, time_s, poses)
    say(
        f"{target.name}: {output}, {counted(len(recording), 'frame')}, "
        f"{counted(len(recording.scores), 'person', 'people')} in them"
    )


def _without_effect(
    smooth: str, window: float, cutoff: float, order: int, frame_rate: float | None, recording: "Recording"
) -> list[str]:
    """Say which options were given and change nothing."""
    options = (
        ("--window", window != WINDOW_S, ("savgol",)),
        ("--cutoff", cutoff != CUTOFF_HZ, ("butterworth",)),
        ("--order", order != ORDER, ("savgol", "butterworth")),
    )
    notes = [
        f"{name} changes nothing without --smooth {' or '.join(methods)}"
        for name, given, methods in options
        if given and smooth not in methods
    ]
    if frame_rate and recording.frame_rate and abs(frame_rate / recording.frame_rate - 1) > SAME_RATE:
        notes.append(
            f"--frame-rate changes nothing: IN has times, {recording.frame_rate:.4g} frames a second"
        )
    return notes


def _smoothed(
    recording: "Recording", method: str, fill_gaps: int, window_s: float, cutoff_hz: float, order: int
) -> "Recording":
    """Smooth and fill gaps, where that is asked for; raises SwahrError where it would change nothing."""
    if method == "none" and not fill_gaps:
        return recording
    from swahr.config import SmoothingSettings
    from swahr.movement.smoothing import misfit, smooth

    smoothing = SmoothingSettings(
        smooth=method, fill_gaps=fill_gaps, window=window_s, cutoff=cutoff_hz, order=order
    )
    fault = misfit(recording, smoothing)
    if fault is not None:
        raise SwahrError(f"--smooth {method} would change nothing: {fault}")
    return smooth(recording, smoothing)


def _tracked(recording: "Recording") -> "Recording":
    """Give people ids by their poses."""
    from dataclasses import replace

    import numpy as np

    from swahr.config import TrackSettings
    from swahr.tracking import make_tracker

    tracker = make_tracker(TrackSettings(), recording.skeleton)
    rate = recording.frame_rate or DEFAULT_FRAME_RATE
    ids = []
    for index, time_s, poses in recording:
        tracked = tracker(poses, index / rate if np.isnan(time_s) else time_s)
        assert tracked.ids is not None
        ids.append(tracked.ids)
    return replace(recording, ids=np.concatenate([np.zeros(0, np.int32), *ids]))
