"""`swahr images`: photos in, keypoints out."""

import shlex
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from swahr._util.files import check_output, make_folder
from swahr._util.locks import locked
from swahr.commands.groups import grouped
from swahr.config import LabelsSettings, NetworkSettings, RowSettings
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from swahr.formats.csv import CsvWriter
    from swahr.pose.poses import Poses
    from swahr.pose.skeleton import Skeleton
    from swahr.video.frame import Frame
    from swahr.video.images import Image

# Photos from which a faster runtime makes up for its start, and for being compared first.
MANY = 50


@grouped
def images(
    sources: Annotated[
        list[Path], typer.Argument(metavar="IMAGES...", help="Folders or image files.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV.")] = Path("images.csv"),
    overlay: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(help="Also write the images with the skeletons drawn into this folder."),
    ] = None,
    *,
    network: NetworkSettings,
    rows: RowSettings,
    labelling: LabelsSettings,
) -> None:
    """Find the people in photos and write their joints to a CSV, one row for each, with the file's name.

    The columns are those of `swahr video` after the file's name; a photo has no time. An image that cannot be
    read is reported and has no row, the others are done, and the exit code is 2.

    Examples:
        swahr images photos -o people.csv --overlay drawn
        swahr images photos --labels found --label-score 0.5
    """
    from swahr.commands.network import make_estimator, open_data_set
    from swahr.commands.progress import RunProgress, note_partials, say, say_summary
    from swahr.inference.finders.tags import MAX_ASPECT_RATIO
    from swahr.run.data_set import check_data_set
    from swahr.run.frames import infer_frames
    from swahr.run.memory import told_of_memory
    from swahr.run.pipeline import Stages, run
    from swahr.video import Photos, list_photos

    started = time.monotonic()
    files = list_photos(sources)
    check_output(output, rows.overwrite, files)
    _check_ending(output)
    if labelling.labels is not None:
        check_data_set(labelling.labels, rows.overwrite)
    drawings = _overlay_paths(files, overlay, rows.overwrite, output) if overlay else []
    with ExitStack() as stack:
        stack.enter_context(locked(output))
        check_output(output, rows.overwrite, files)  # which another run may have written meanwhile
        photos = stack.enter_context(Photos(files, MAX_ASPECT_RATIO))
        estimator = make_estimator(_for_so_many(network, len(files)))
        if overlay is not None:
            make_folder(overlay)
        stack.enter_context(note_partials(output))
        data = open_data_set(estimator, network, labelling, rows.overwrite)
        written = stack.enter_context(_open_rows(output, estimator.skeleton, rows))

        def write(frame: "Frame", poses: "Poses | None") -> None:
            if frame.image is None or poses is None:
                return
            written.write_row((frame.name, frame.index, ""), poses)
            if data is not None:
                data.add_photo(Path(frame.name), frame.image.shape[1::-1], poses)
            if drawings:
                _draw(drawings[frame.index], frame.image, poses)

        with told_of_memory(str(sources[0])), RunProgress("photos", len(files), "photo") as bar:
            summary = run(
                photos,
                Stages(partial(infer_frames, estimator), estimator.parse, write, notify=say),
                batch_size=network.batch_size,
                progress=bar.update,
            )
    for note in photos.notes:
        say(f"swahr: {note}")
    say_summary(summary, "photo", time.monotonic() - started)
    labels = None if data is None else data.close()
    for what, path in (("keypoints: ", output), ("overlays:  ", overlay), ("labels:    ", labels)):
        if path is not None:
            say(f"{what}{path}")
    if labels is not None:
        say(f"to see them: swahr train {shlex.quote(str(labels))} --check")
    if summary.unreadable:
        raise SwahrError(f"{summary.unreadable} of {len(files)} images could not be read; they have no row")


def _for_so_many(network: NetworkSettings, photos: int) -> NetworkSettings:
    """Return the settings with torch where the fastest runtime is asked for, and photos are few: it starts faster."""
    few = network.backend == "auto" and photos < MANY
    return network.changed(backend="torch") if few else network


def _check_ending(output: Path) -> None:
    """Raise SwahrError for the name of another format: photos are named in CSV alone."""
    from swahr.formats import format_by_name

    if not output.name.lower().endswith(".csv") or format_by_name(output).name != "csv":
        raise SwahrError(
            f"{output}: the people of photos are written as csv; expected a name that ends in .csv, and not in "
            "_dlc.csv or _sleap.csv; `swahr convert` makes other formats of it"
        )


def _overlay_paths(files: list[Path], folder: Path, overwrite: bool, output: Path) -> list[Path]:
    """Return where each drawing goes: the photo's name, with .png after it where that cannot be written."""
    from swahr.video.suffixes import IMAGE_SUFFIXES

    if folder.exists() and not folder.is_dir():
        raise SwahrError(f"{folder} is a file; expected a folder for the overlays")
    if folder.resolve() in {file.parent.resolve() for file in files}:
        raise SwahrError(f"{folder} holds the images themselves; choose another folder for the overlays")
    sources: dict[Path, Path] = {}
    for file in files:
        path = folder / (file.name if file.suffix.lower() in IMAGE_SUFFIXES else f"{file.name}.png")
        if path in sources:
            raise SwahrError(f"{sources[path]} and {file}: both overlays would be {path}; do them one by one")
        sources[path] = file
        if folder.is_dir():
            check_output(path, overwrite, [output])
    return list(sources)


def _draw(path: Path, image: "Image", poses: "Poses") -> None:
    from swahr.overlay.skeletons import draw_poses
    from swahr.video import write_photo

    write_photo(path, draw_poses(image, poses))


def _open_rows(output: Path, skeleton: "Skeleton", rows: RowSettings) -> "CsvWriter":
    from swahr.formats.csv import FRAME_COLUMNS, CsvWriter

    return CsvWriter(
        output,
        skeleton,
        ("file", *FRAME_COLUMNS),
        rows.keep_empty,
        uncertainty=rows.uncertainty,
        spreadsheet=rows.spreadsheet,
    )
