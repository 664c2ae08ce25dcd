"""`swahr labels`: labels from one format to another, frames worth labelling, and data sets joined."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer
from typer.core import TyperGroup

from swahr._util.files import make_folder
from swahr._util.locks import locked
from swahr.commands.groups import grouped
from swahr.commands.outputs import given_output
from swahr.commands.progress import say
from swahr.config import NetworkSettings, SourceSettings
from swahr.errors import OutputExistsError, SettingError, Step

if TYPE_CHECKING:
    from swahr_training.data.labels import Labels


class LabelCommands(TyperGroup):
    """The commands of this group; of the network's own labels, another command is named."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called."""
        if args and args[0] not in self.commands:
            raise SettingError(
                f"labels has no command {args[0]!r}; expected one of {', '.join(self.commands)}",
                hints=[Step("images", ("PHOTOS", "--labels", "FOLDER"))],
            )
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=LabelCommands,
    help="Labels: from one format to another, frames of a video that are worth labelling, data sets joined. "
    "First labels of photos, as a network finds them: swahr images PHOTOS --labels FOLDER.",
    no_args_is_help=True,
    add_completion=False,
)

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write into a folder that holds something.")]
Images = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
    typer.Option(help="Folder of the photos, where the labels do not say."),
]


@app.command("formats")
def list_formats() -> None:
    """List the formats of labels, those of plugins too.

    Examples:
        swahr labels formats
        swahr labels formats | grep CVAT
    """
    from rich.table import Column, Table

    from swahr.commands.console import SafeConsole
    from swahr_training.command_tools import require_packages
    from swahr_training.data.formats.base import LABEL_FORMATS, writable

    require_packages()
    table = Table(Column("name", no_wrap=True), "of", "written too", box=None)
    for known in LABEL_FORMATS:
        table.add_row(known.name, known.description, "yes" if known.name in writable() else "no")
    SafeConsole(soft_wrap=True, highlight=False).print(table)


@app.command()
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="LABELS", help="A file or folder of labels.", show_default=False)
    ],
    folder: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="FOLDER", help="The same as --output.", show_default=False),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", help="Folder for labels and photos.", show_default="has to be given"),
    ] = None,
    to: Annotated[
        str, typer.Option(help="The format that is written: `swahr labels formats` lists them.")
    ] = "coco",
    images: Images = None,
    split: Annotated[
        str, typer.Option(help="Which part, where the labels have parts: train, val or test.")
    ] = "train",
    category: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="The class of people that is taken, where there are several."),
    ] = None,
    skeleton: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A YAML or JSON that names the joints, where the labels do not."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write labels in another format, with copies of their photos.

    Examples:
        swahr labels convert annotations.xml -o coco --images frames
        swahr labels convert found/labels.json -o for_cvat --to cvat
    """
    from swahr_training.command_tools import require_packages
    from swahr_training.data.formats.base import LABEL_FORMATS

    require_packages()
    form = LABEL_FORMATS.find(to)
    place = given_output(folder, output, "folder")
    _check_folder(place, overwrite)
    labels = _read(source, images, split, category, skeleton)
    make_folder(place)
    with locked(place.resolve()):
        written = form.write(labels, place)
    _say_notes(labels)
    _say_counts(labels, written)


@app.command()
def merge(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="LABELS...", help="Files or folders of labels.", show_default=False),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder for the joined labels and photos.", show_default=False),
    ],
    overwrite: Overwrite = False,
) -> None:
    """Join data sets; a photo that several have is taken from the last of them, which corrected it.

    Examples:
        swahr labels merge found corrected -o together
        swahr labels merge first.json second.json third.json -o together
    """
    from swahr_training.command_tools import require_packages
    from swahr_training.data.merging import merge as join
    from swahr_training.data.writing import write_coco

    require_packages()
    _check_folder(output, overwrite)
    merged = join([_read(source, None, "train", None, None) for source in sources])
    make_folder(output)
    with locked(output.resolve()):
        written = write_coco(merged.labels, output)
    if merged.replaced:
        say(f"{merged.replaced} photos were in several: taken from the last")
    _say_counts(merged.labels, written)


@app.command()
@grouped
def frames(
    video: Annotated[str, typer.Argument(help="A video file.", show_default=False)],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder for the frames and their labels.", show_default=False),
    ],
    count: Annotated[int, typer.Option("-n", help="How many frames.", min=1)] = 50,
    pick: Annotated[
        Literal["spread", "unsure", "different"],
        typer.Option(
            help="Which: spread over what is to be seen (k-means), those whose people are least sure, or those that "
            "changed most."
        ),
    ] = "spread",
    overwrite: Overwrite = False,
    *,
    source: SourceSettings,
    network: NetworkSettings,
) -> None:
    """Take frames out of a video that are worth labelling, with the people found in them as first labels.

    Examples:
        swahr labels frames clip.mp4 -n 20 -o frames
        swahr labels frames clip.mp4 -n 50 --pick unsure --model runs/first -o frames
    """
    from swahr_training.command_tools import require_packages
    from swahr_training.frames import pick_frames

    require_packages()
    _check_folder(output, overwrite)
    written, picked = pick_frames(video, output, count, pick, source, network)
    say(f"frames {', '.join(map(str, picked))}")
    say(f"labels:    {written}")


def _read(
    path: Path, images: Path | None, split: str, category: str | None, skeleton: Path | None
) -> "Labels":
    """Read labels as training does, and refuse what it would."""
    from swahr_training.config import DataSource
    from swahr_training.data.refusal import refuse_wrong
    from swahr_training.data.sources import read_sources

    source = DataSource.model_validate(
        {"labels": path, "images": images, "split": split, "category": category}
    )
    (labels,), _ = read_sources([(source, "train")], skeleton)
    assert labels is not None
    refuse_wrong(labels, trains=False)  # photos without anybody may be converted and joined
    return labels


def _check_folder(folder: Path, overwrite: bool) -> None:
    from swahr.errors import Hint, OutputError

    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; expected a folder")
    if not overwrite and folder.is_dir() and any(folder.iterdir()):
        raise OutputExistsError(
            f"{folder} holds something already; choose another folder", hints=[Hint("overwrite", True)]
        )


def _say_notes(labels: "Labels") -> None:
    from collections import Counter

    from swahr_training.data.left_right import check_sides

    for kind, times in Counter(problem.kind for problem in labels.problems).items():
        say(f"swahr: note: {kind}: {times}")
    for problem in check_sides(labels.skeleton, labels.name):
        say(f"swahr: note: {problem.kind}")


def _say_counts(labels: "Labels", written: Path) -> None:
    people = sum(not person.ignored for photo in labels.photos for person in photo.people)
    say(f"{len(labels.photos)} photos, {people} people of {labels.skeleton.num_joints} joints")
    say(f"labels:    {written}")
