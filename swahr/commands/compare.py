"""`swahr compare`: two results of one video beside each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr._util.locks import locked
from swahr.commands.groups import grouped_without
from swahr.commands.reading import read_as
from swahr.config import EncoderSettings, ReadSettings
from swahr.errors import Hint, SettingError

if TYPE_CHECKING:
    from swahr.pose.recording import Recording
    from swahr.report.comparison import Comparison

MOST_JOINTS = 3  # that are told to lie furthest apart


# What is too unsure to be written is in neither file, so that nobody could be hidden for sure.
@grouped_without("hide_score")
def compare(
    first: Annotated[
        Path, typer.Argument(metavar="A", help="A keypoint file, or folder.", show_default=False)
    ],
    second: Annotated[
        Path, typer.Argument(metavar="B", help="Another of the same video.", show_default=False)
    ],
    video: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(help="The video that both come from, for --overlay, and for times that the files lack."),
    ] = None,
    overlay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A video with A on the left and B on the right.", show_default=False),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a video that exists.")] = False,
    *,
    reading: ReadSettings,
    encoding: EncoderSettings,
) -> None:
    """Compare two results of one video: your network's with the bundled one's, say.

    Whom each found and the other did not, how far apart joints are, how
    steady each is, and the frames that are worth a look. Neither is true.

    Examples:
        swahr compare default.csv own.csv
        swahr compare default.csv own.csv --video in.mp4 --overlay both.mp4
    """
    if overlay is not None and video is None:
        raise SettingError("a video of both needs the one that they come from", hints=[Hint("video")])
    if overlay is not None:
        check_output(overlay, overwrite, [first, second, *([video] if video else [])])

    from swahr.commands.progress import say
    from swahr.report.comparison import compare as compared

    recordings = read_as(first, reading, video), read_as(second, reading, video)
    names = _names(first, second)
    _show(compared(*recordings), names, recordings[0])
    if overlay is not None and video is not None:
        from swahr.report.beside import write_beside

        with locked(overlay):
            check_output(overlay, overwrite)  # which another run may have written meanwhile
            notes = write_beside(recordings, names, video, overlay, encoder=encoding.encoder)
        for note in notes:
            say(f"swahr: note: {note}")
        say(f"overlay: {overlay}")


def _names(first: Path, second: Path) -> tuple[str, str]:
    """Return what two files are called: by their names, or by their paths where those are the same."""
    return (first.name, second.name) if first.name != second.name else (str(first), str(second))


def _show(compared: "Comparison", names: tuple[str, str], recording: "Recording") -> None:
    from rich.table import Column, Table

    from swahr._util.text import counted
    from swahr.commands.console import SafeConsole
    from swahr.commands.progress import say

    right = [Column(name, justify="right", overflow="fold") for name in names]
    table = Table("", *right, box=None)
    sides = compared.sides
    rows = [
        ("people in a frame", [f"{side.people / compared.frames:.2f}" for side in sides]),
        ("found by this one alone", [str(side.alone) for side in sides]),
        ("joints of a person", [f"{side.joints:.1f}" for side in sides]),
        ("mean score", [_number(side.score, 2) for side in sides]),
        ("ids", ["none" if side.ids is None else str(side.ids) for side in sides]),
        ("a joint shakes by", [_number(side.shake, 2, " " + recording.unit) for side in sides]),
    ]
    for name, cells in rows:
        table.add_row(name, *cells)
    SafeConsole(highlight=False).print(table)
    say(_frames_said(compared))
    if not compared.together:
        say("nobody was found by both")
        return
    say(
        f"{counted(compared.together, 'person', 'people')} found by both; a joint lies "
        f"{_number(compared.apart_of_all, 1, ' ' + recording.unit)} apart ({100 * compared.part:.1f} % of the person's "
        f"size), one in twenty over {_number(compared.far, 1, ' ' + recording.unit)}"
    )
    far = sorted(zip(compared.apart.tolist(), compared.joints, strict=True), reverse=True)
    shown = [f"{joint} {distance:.1f}" for distance, joint in far if distance > 0][:MOST_JOINTS]
    if shown:
        say(f"furthest apart: {', '.join(shown)} {recording.unit}")
    if compared.different:
        say(
            f"they differ most in frames {', '.join(_frame(recording, index) for index in compared.different)}"
        )


def _frames_said(compared: "Comparison") -> str:
    from swahr._util.text import counted

    lacking = [
        f"{name} lacks {count} of the other's"
        for name, count in zip("AB", compared.lacking, strict=True)
        if count
    ]
    return ", ".join([f"{counted(compared.frames, 'frame')} in both", *lacking])


def _number(value: float, digits: int, unit: str = "") -> str:
    return "not known" if value != value else f"{value:.{digits}f}{unit}"


def _frame(recording: "Recording", index: int) -> str:
    import numpy as np

    time_s = recording.times[np.searchsorted(recording.frames, index)]
    return f"{index} ({time_s:.2f} s)" if np.isfinite(time_s) else str(index)
