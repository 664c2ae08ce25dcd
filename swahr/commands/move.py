"""`swahr move`: angles, speeds and what else is measured of movement, out of a file of keypoints."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr._util.locks import locked
from swahr.commands.groups import grouped
from swahr.commands.reading import read_as
from swahr.config import HideSettings, MovementFilterSettings, MovementSettings, ReadSettings, ScaleSettings
from swahr.errors import Hint, SettingError


@grouped
def move(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A keypoint file, or folder.", show_default=False)
    ],
    output: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(
            "--output",
            "-o",
            help="The table; .csv, .xlsx (a sheet a person), .jsonl or, of one person, OpenSim's .mot.",
            show_default="IN's name with _movement.csv, here",
        ),
    ] = None,
    report: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A page about it, such as x.html.", show_default=False),
    ] = None,
    video: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="The video that the keypoints come from, for pictures of the page.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False,
    *,
    movement: MovementSettings,
    smoothing: MovementFilterSettings,
    scale: ScaleSettings,
    reading: ReadSettings,
    hiding: HideSettings,
) -> None:
    """Measure movement: angles, speeds, steps; left and right repaired, metres.

    Angles are those in the plane of the picture: film from the side.
    Gaps stay gaps unless --fill-gaps closes short ones.

    Examples:
        swahr move people.csv -o people.xlsx --report page.html --video in.mp4
        swahr move people.csv -o metres.csv --person 0 --height 1.76
    """
    from swahr._util.text import counted
    from swahr.commands.progress import say
    from swahr.movement import measure
    from swahr.movement.files import check_paths, paths_of

    table = output or Path(f"{Path(source.name).stem}_movement.csv")
    inputs = [source, *(path for path in (movement.angles, scale.calibration) if path is not None)]
    check_paths(table, overwrite, inputs)
    if report is not None:
        check_output(report, overwrite, [*inputs, *paths_of(table), *([video] if video else [])])
    elif video is not None:
        raise SettingError("the video is for pictures of a page, and none is written", hints=[Hint("report")])
    recording = read_as(source, reading)
    found = measure(recording, movement, smoothing, scale)
    with locked(table):
        check_paths(table, overwrite, inputs)  # which another run may have written meanwhile
        if report is not None:  # first: nothing is written beside the wrong video
            from swahr.report import write_movement_report

            name = (video or source).name
            write_movement_report(found, recording, report, name=name, video=video, hide=hiding.anonymise)
        found.save(table, overwrite=overwrite)
    for note in found.notes:
        say(f"swahr: note: {note}")
    frames = sum(len(person.times) for person in found.people)
    say(
        f"movement: {table}, {counted(len(found.angles), 'angle')} of "
        f"{counted(len(found.people), 'person', 'people')} in {counted(frames, 'row')}"
    )
    if report is not None:
        say(f"report: {report}")
