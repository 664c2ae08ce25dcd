"""`swahr weights`: what is there, what can be had, and whether it is whole."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column, Table

from swahr.commands.console import SafeConsole
from swahr.commands.wording import as_option
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from swahr.models.catalogue import PublishedWeights
    from swahr.models.checkpoints import Checkpoint

app = typer.Typer(
    help="Weights: what is there, what can be had, and whether it is whole.", no_args_is_help=True
)
_console = SafeConsole(soft_wrap=True, highlight=False)

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace installed weights of the same name.")]


@app.command("list")
def list_weights() -> None:
    """List the weights that are bundled, installed, and published elsewhere, with the makers' figures.

    Examples:
        swahr weights list
        swahr weights list | grep crowdpose
    """
    from swahr.models.bundled import bundled_names
    from swahr.models.catalogue import CATALOGUE
    from swahr.models.library import (
        installed_crop_network,
        installed_names,
        installed_start,
        library_folder,
    )

    table = Table(Column("name", no_wrap=True), "state", "trained on", "AP", "boxes", "licence", box=None)
    published = {weights.name: weights for weights in CATALOGUE}
    installed = installed_names()
    for name in bundled_names():
        table.add_row(name, "bundled", *_card_columns(name))
    for name in installed:
        table.add_row(
            name, "installed", *(_columns(published[name]) if name in published else _card_columns(name))
        )
    for name, weights in published.items():
        if name not in installed:
            place = installed_start(name) if weights.start else installed_crop_network(name)
            fetched = not weights.finds_people and place.is_file()
            state = "installed" if fetched else "to fetch" if weights.direct else "by hand"
            table.add_row(name, state, *_columns(weights))
    _print_presets()
    _console.print(table)
    _console.print(
        "AP: average precision in percent on its own data set, one scale, flip test, as published; "
        "of bundled weights on 78 photos, no flip test. Networks with boxes look at one person's crop: AP is by the "
        "boxes of a detector whose own AP of people is given."
    )
    _console.print(f"Installed weights lie in {library_folder()}", markup=False)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="A name of `swahr weights list`, or a file.", show_default=False)
    ],
) -> None:
    """Show what weights are: the network, the data they were trained on, their licence and its notice.

    Examples:
        swahr weights show default
        swahr weights show runs/first/best.safetensors
    """
    from swahr.models.bundled import CROPS, resolve
    from swahr.models.facts import facts_of

    crop_network = CROPS / f"{name}.safetensors"
    facts = facts_of(crop_network if crop_network.is_file() else resolve(name))
    wide = max(map(len, facts))
    for title, text in facts.items():  # a hash or a path stays in one piece, however narrow the terminal is
        line = f"{title.replace('_', ' '):<{wide}}  {text}"
        _console.print(line, soft_wrap=True, markup=False, highlight=False)


def _print_presets() -> None:
    """Print the ways to run the bundled weights, which are one file with more or less of the second look."""
    from swahr.commands.bundled_choices import PRESETS

    right = [Column(name, justify="right") for name in ("AP", "ms a photo", "MB")]
    table = Table("bundled", "options", *right, box=None)
    for preset in PRESETS:
        ms = "-" if preset.ms is None else f"{preset.ms:.0f}"
        size = f"{preset.megabytes:.1f}"
        table.add_row(preset.name, preset.options or "none", f"{preset.ap:.1f}", ms, size)
    _console.print(table)
    _console.print(
        "The same weights, with less or more of the second look, by OpenVINO on two cores, AP by the scores that were "
        "bundled first; default has 46.6 by those of today. `swahr bench` measures yours.",
        markup=False,
    )


@app.command("import")
def import_weights(
    file: Annotated[
        Path, typer.Argument(help="A published .pth or .caffemodel, or a .safetensors.", show_default=False)
    ],
    name: Annotated[
        Optional[str],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(help="Name for --model.", show_default="the file's name"),
    ] = None,
    skeleton: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Skeleton (JSON) for joints of no known data set."),
    ] = None,
    style: Annotated[
        Optional[Literal["pytorch", "caffe"]],  # noqa: UP045
        typer.Option(
            help="Of a ResNet: which convolution strides, the 3x3 or the first 1x1.",
            show_default="caffe where the file's name says so",
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Recognise a file of weights, convert it, and install it under a name that --model takes.

    Examples:
        swahr weights import swahr_w48_640.pth --name swahr-w48-coco-640
        swahr weights import own.pth --name own --skeleton own.json
    """
    from dataclasses import replace

    from swahr.models.catalogue import CATALOGUE
    from swahr.models.checkpoints import load_checkpoint
    from swahr.models.hashes import sha256
    from swahr.models.styles import in_style
    from swahr.pose.skeleton import Skeleton

    target = _free_place(file.stem if name is None else name, overwrite)
    checkpoint = load_checkpoint(file, skeleton=Skeleton.from_json(skeleton) if skeleton else None)
    if style is not None:
        checkpoint = in_style(checkpoint, style)
    known = next((weights for weights in CATALOGUE if weights.name == name), None)
    if known is not None and known.finder != checkpoint.finder:
        raise SwahrError(
            f"{file} holds {checkpoint.architecture}, which finds people by {checkpoint.finder}; published as "
            f"{name} is a network that finds them by {known.finder}: choose another name, or the file of that one"
        )
    card = {**checkpoint.card, "origin_sha256": sha256(file), **(_published_card(known) if known else {})}
    _install(replace(checkpoint, card=card), target)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A name of `swahr weights list`.", show_default=False)],
    overwrite: Overwrite = False,
) -> None:
    """Download published weights, check them and install them; where that takes a click, say where.

    A download that was interrupted goes on where it stopped when the command is run again.

    Examples:
        swahr weights fetch mmpose-w32-coco-512
        swahr weights fetch mmpose-w48-coco-512 --overwrite
        swahr weights fetch blazepose-heavy
        swahr weights fetch imagenet-resnet50
    """
    from dataclasses import replace

    from swahr.models.catalogue import find
    from swahr.models.checkpoints import load_checkpoint
    from swahr.models.download import download
    from swahr.models.hashes import sha256
    from swahr.models.library import library_folder

    weights = find(name)
    if not weights.direct:
        _console.print(
            f"  1. open {weights.page}\n"
            f"  2. download {weights.file_name or 'the file for ' + weights.trained_on}\n"
            f"  3. run: swahr weights import PATH/TO/THE/FILE --name {name}",
            markup=False,
        )
        raise SwahrError(
            f"{name} has to be downloaded by hand, nothing was installed; do the three steps above"
        )
    target = _free_place(name, overwrite, weights.finds_people, weights.start)
    original = library_folder() / "downloads" / weights.file_name
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=SafeConsole(stderr=True),
    ) as bar:
        task = bar.add_task(name, total=None)
        download(
            weights.page,
            original,
            weights.sha256_start,
            lambda done, total: bar.update(task, completed=done, total=total),
            weights.sha256_stated,
        )
    if weights.start:
        target.parent.mkdir(parents=True, exist_ok=True)
        original.replace(target)
        _console.print(
            f"{name} is installed; start_from: {name} in the settings of a training takes it", markup=False
        )
        return
    card = {"origin_sha256": sha256(original), **_published_card(weights)}
    if weights.finds_people:
        checkpoint = load_checkpoint(original)
        _install(replace(checkpoint, card={**checkpoint.card, **card}), target)
    else:
        _install_feet(original, target, card)
    original.unlink()


@app.command()
def verify(
    files: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Files of weights; without them all that are bundled and installed."),
    ] = None,
) -> None:
    """Check files of weights against their recorded SHA-256, and that they load.

    The record is a SHA256SUMS beside the file, or the eight hex digits in a published name.

    Examples:
        swahr weights verify
        swahr weights verify own.safetensors
    """
    from swahr.models.bundled import CROPS, FOLDER
    from swahr.models.library import library_folder

    chosen = files or [
        *sorted(FOLDER.glob("*.safetensors")),
        *sorted((FOLDER / CROPS.name).glob("*.safetensors")),
        *sorted(library_folder().glob("*.safetensors")),
        *sorted(library_folder().glob("crops/*.safetensors")),
    ]
    damaged = []
    for file in chosen:
        try:
            _console.print(f"{file}: {_verify(file)}", markup=False)
        except SwahrError as error:
            damaged.append(file.name)
            _console.print(error.worded(as_option), markup=False)
    if damaged:
        raise SwahrError(f"{len(damaged)} of {len(chosen)} files failed: {', '.join(damaged)}")
    if not chosen:
        _console.print("no weights are bundled or installed")


def _verify(file: Path) -> str:
    """Return what was found of a whole file. Raises SwahrError for one that is not."""
    from swahr.models.blazepose_files import is_blazepose, load_blazepose
    from swahr.models.catalogue import hash_in_name
    from swahr.models.checkpoints import load_checkpoint
    from swahr.models.hashes import read_sums, sha256
    from swahr.models.movenet_single import is_single, load_single

    digest = sha256(file) if file.is_file() else ""
    recorded = read_sums(file.parent).get(file.name) or hash_in_name(file.name)
    if digest and not digest.startswith(recorded):
        raise SwahrError(f"{file}: SHA-256 is {digest}, recorded is {recorded}; fetch or import it again")
    load = load_single if is_single(file) else load_blazepose if is_blazepose(file) else load_checkpoint
    load(file)
    return f"{'as recorded' if recorded else 'loads, no hash is recorded'}, SHA-256 {digest}"


def _free_place(name: str, overwrite: bool, finds_people: bool = True, start: bool = False) -> Path:
    """Return where weights of a name are installed. Raises SwahrError where others are there already."""
    from swahr.models.bundled import bundled_names
    from swahr.models.library import installed_crop_network, installed_path, installed_start

    if not re.fullmatch(r"[\w-]+", name):  # a dot or slash would make it a path for --model
        raise SwahrError(f"{name!r} is no name for weights; expected letters, digits, - and _: give --name")
    if name in bundled_names():
        raise SwahrError(f"{name} is the name of bundled weights; choose another with --name")
    place = installed_start if start else installed_path if finds_people else installed_crop_network
    target = place(name)
    if target.exists() and not overwrite:
        raise SwahrError(f"{name} is installed already ({target}); choose another --name, or --overwrite")
    return target


def _install(checkpoint: "Checkpoint", target: Path) -> None:
    from swahr.models.checkpoints import save_checkpoint
    from swahr.models.hashes import record_sum

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(target, checkpoint)
        record_sum(target)
    except OSError as error:
        raise SwahrError(f"{target} cannot be written ({error.strerror or error})") from error
    architecture = checkpoint.architecture
    _console.print(
        f"{architecture} "
        f"({checkpoint.skeleton.name}), input {checkpoint.input_size}\n"
        f"installed as {target.stem}: swahr video IN -o OUT.csv --model {target.stem}",
        markup=False,
    )


def _install_feet(original: Path, target: Path, card: dict[str, object]) -> None:
    """Install a network of feet from Google's file."""
    from swahr.models.blazepose_files import read_published, save_blazepose
    from swahr.models.hashes import record_sum

    network = read_published(original)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        save_blazepose(target, network, {name: str(value) for name, value in card.items()})
        record_sum(target)
    except OSError as error:
        raise SwahrError(f"{target} cannot be written ({error.strerror or error})") from error
    _console.print(
        f"BlazePose {network.size}\ninstalled: swahr video IN -o OUT.csv --feet {network.size}", markup=False
    )


def _columns(weights: "PublishedWeights") -> tuple[str, str, str, str]:
    return weights.trained_on, f"{weights.ap:.1f}" if weights.ap else "", weights.boxes, weights.licence


def _published_card(weights: "PublishedWeights") -> dict[str, object]:
    return {
        "origin": weights.page,
        "data": weights.trained_on,
        "ap": weights.ap,
        "licence": weights.licence,
    }


def _card_columns(name: str) -> tuple[str, str, str, str]:
    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import read_card

    card = read_card(resolve(name))
    return _short(card.get("data", "")), _short(card.get("ap", "")), "", _short(card.get("licence", ""))


def _short(text: object) -> str:
    """Return the first clause of a card's text."""
    return re.split(r"[;(,:]", str(text))[0].strip()
