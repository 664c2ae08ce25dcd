"""`swahr convert`: keypoints from one format to another, smoothed on the way."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr._util.locks import locked
from swahr.commands.formats import list_formats, losses
from swahr.commands.groups import grouped
from swahr.commands.outputs import given_output
from swahr.commands.reading import read_as
from swahr.config import (
    ConvertSettings,
    IdSettings,
    PeopleSettings,
    ReadSettings,
    RowSettings,
    ScaleSettings,
    SmoothingSettings,
    TrackSettings,
)
from swahr.errors import Hint, SettingError

if TYPE_CHECKING:
    from swahr.formats import Format, Recording

SAME_RATE = 0.01  # part by which two frame rates differ by rounding
# Which filters a setting of smoothing is of.
FILTERS_OF = {"window": ("savgol",), "cutoff": ("butterworth",), "order": ("savgol", "butterworth")}


@grouped
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A keypoint file, or folder.", show_default=False)
    ],
    out: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(metavar="OUT", help="The same as --output.", show_default=False),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            help="Where to; its name tells the format, such as x.csv or x_coco.json.",
            show_default="has to be given",
        ),
    ] = None,
    formats: Annotated[
        bool,
        typer.Option(
            "--formats",
            help="List the formats, the endings of names, and what each has no place for.",
            is_eager=True,
            callback=list_formats,
        ),
    ] = False,
    *,
    reading: ReadSettings,
    writing: ConvertSettings,
    ids: IdSettings,
    people: PeopleSettings,
    smoothing: SmoothingSettings,
    scale: ScaleSettings,
    rows: RowSettings,
) -> None:
    """Convert keypoints between formats; put ids right, choose people, smooth on the way.

    What a format has no place for is lost, and it is said.

    Examples:
        swahr convert people.csv -o people_coco.json
        swahr convert people.csv -o smooth.csv --smooth butterworth --fill-gaps 5
        swahr convert people.csv -o right.csv --swap-at 120:1,2 --merge 2,7
        swahr convert people.csv -o one.trc --person 0 --height 1.76
    """
    from swahr.commands.progress import say
    from swahr.formats import find_format, format_by_name
    from swahr.movement.metres import in_metres
    from swahr.movement.people import choose, put_right

    path = given_output(out, output)
    try:
        target = format_by_name(path) if writing.to is None else find_format(writing.to)
    except SettingError as error:
        raise SettingError(error.message, hints=[] if writing.to else [Hint("to")]) from error
    inputs = [source, *([] if writing.events is None else [writing.events])]
    single = people.person is not None and target.single_layout
    target.check_path(path, single)
    check_output(path, rows.overwrite, inputs, folder=target.is_folder(path, single))
    recording = _read(source, reading, writing)
    for note in [*recording.notes, *_without_effect(smoothing, reading, recording)]:
        say(f"swahr: note: {note}")
    if writing.track:
        from swahr.tracking import track_recording

        recording = track_recording(recording, TrackSettings(tracker=writing.tracker))
    if writing.track_second_pass:
        from swahr.commands.better_ids import with_better_ids

        recording = with_better_ids(recording, writing.video)
    recording = choose(put_right(recording, ids), people)
    recording, said = in_metres(_smoothed(recording, smoothing), scale)
    for line in said:
        say(f"swahr: {line}")
    with locked(path):  # another run may have written it meanwhile
        check_output(path, rows.overwrite, [source], folder=target.is_folder(path, single))
        _write(recording, path, target, single, reading.frame_rate, rows)


def _read(source: Path, reading: ReadSettings, writing: ConvertSettings) -> "Recording":
    """Read the file, and the names of frames from a table where one is given."""
    recording = read_as(source, reading, writing.video)
    if writing.events is None:
        return recording
    from swahr.formats.event_table import read_events, with_events

    return with_events(recording, read_events(writing.events))


def _write(
    recording: "Recording",
    output: Path,
    target: "Format",
    single: bool,
    rate: float | None,
    rows: RowSettings,
) -> None:
    """Write the file, and say what is lost, and what became of it."""
    from swahr._util.text import counted
    from swahr.commands.progress import note_partials, say
    from swahr.formats import open_writer
    from swahr.pose.events import names_by_frame
    from swahr.pose.recording import DEFAULT_FRAME_RATE

    target.check_times(recording)
    lost = target.losses(recording)
    if lost:
        say(f"swahr: note: {losses(target.name, lost)}")
    with (
        note_partials(output),
        open_writer(
            target.name,
            output,
            recording.skeleton,
            frame_rate=rate or recording.frame_rate or DEFAULT_FRAME_RATE,
            keep_empty=rows.keep_empty,
            uncertainty=rows.uncertainty or recording.covariance is not None,
            spreadsheet=rows.spreadsheet,
            single=single,
            names=recording.names_by_frame,
            decimals=recording.decimals,
            unit=recording.unit,
            marks=recording.marks is not None,
            events=names_by_frame(recording.events),
        ) as writer,
    ):
        for index, time_s, poses in recording:
            writer.write(index, time_s, poses)
    for note in writer.notes:
        say(f"swahr: note: {note}")
    say(
        f"{target.name}: {output}, {counted(len(recording), 'frame')}, "
        f"{counted(len(recording.scores), 'person', 'people')} in them"
    )


def _without_effect(smoothing: SmoothingSettings, reading: ReadSettings, recording: "Recording") -> list[str]:
    """Say which options were given and change nothing."""
    notes = [
        f"--{name} changes nothing without --smooth {' or '.join(FILTERS_OF[name])}"
        for name in smoothing.chosen()
        if name in FILTERS_OF and smoothing.smooth not in FILTERS_OF[name]
    ]
    rate = reading.frame_rate
    if rate and recording.frame_rate and abs(rate / recording.frame_rate - 1) > SAME_RATE:
        notes.append(f"--fps changes nothing: IN has times, {recording.frame_rate:.4g} frames per second")
    return notes


def _smoothed(recording: "Recording", smoothing: SmoothingSettings) -> "Recording":
    """Smooth and fill gaps, where that is asked for; raises SettingError where it would change nothing."""
    if smoothing.smooth == "none" and not smoothing.fill_gaps:
        return recording
    from swahr.movement import misfit, smooth

    fault = misfit(recording, smoothing)
    if fault is not None:
        raise SettingError(f"--smooth {smoothing.smooth} would change nothing: {fault}")
    return smooth(recording, smoothing)
