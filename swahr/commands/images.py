"""`swahr images`: photos in, keypoints out."""

import time
from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands import options
from swahr.commands.options import check_output, make_estimator
from swahr.errors import SwahrError

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


def images(
    sources: Annotated[
        list[Path], typer.Argument(metavar="IMAGES...", help="Folders or image files.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV.")] = Path("images.csv"),
    overlay: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(help="Also write the images with the skeletons drawn into this folder."),
    ] = None,
    model: options.Model = "default",
    device: options.Device = "auto",
    input_size: options.InputSize = 0,
    flip_test: options.FlipTest = False,
    scales: options.Scales = "1",
    threshold: options.Threshold = None,
    min_score: options.MinScore = options.DEFAULT_MIN_SCORE,
    max_people: options.MaxPeople = 30,
    keep_empty: options.KeepEmpty = True,
    overwrite: options.Overwrite = False,
) -> None:
    """Find the people in photos and write their joints to a CSV, one row a person, with the file's name.

    An image that cannot be read is reported, the others are done, and the exit code is 2.
    """
    files = list_images(sources)
    check_output(output, overwrite, tuple(files))
    drawings = _overlay_paths(files, overlay, overwrite) if overlay else {}

    import cv2

    from swahr.commands.progress import VideoProgress, say
    from swahr.draw import draw_poses
    from swahr.formats import CsvWriter
    from swahr.images import read_image
    from swahr.run import Summary

    started = time.monotonic()
    estimator = make_estimator(model, device, input_size, flip_test, scales, threshold, min_score, max_people)
    rows = CsvWriter(output, estimator.skeleton, key_columns=("file",), keep_empty=keep_empty)
    summary = Summary()
    unreadable = []
    try:
        with VideoProgress("photos", len(files)) as bar:
            for file in files:
                try:
                    image = read_image(file)
                except SwahrError as error:
                    unreadable.append(str(error))
                    summary.unreadable += 1
                else:
                    poses = estimator(image)
                    rows.write((str(file),), poses)
                    summary.people += len(poses)
                    summary.frames_with_people += bool(len(poses))
                    if file in drawings and not cv2.imwrite(str(drawings[file]), draw_poses(image, poses)):
                        raise SwahrError(f"{drawings[file]}: the overlay could not be written")
                summary.frames += 1
                bar.update(summary)
        rows.close()
    except BaseException:
        rows.abandon()
        if rows.partial.exists():
            say(f"swahr: the rows so far are in {rows.partial}")
        raise
    seconds = time.monotonic() - started
    say(
        f"{summary.frames} photos, {summary.frames_with_people} with people, {summary.people} people in all; "
        f"{seconds:.1f} s"
    )
    say(f"keypoints: {output}" + (f"\noverlays:  {overlay}" if overlay else ""))
    if unreadable:
        for line in unreadable:
            say(f"swahr: {line}")
        raise SwahrError(
            f"{len(unreadable)} of {len(files)} images could not be read; the others are in {output}"
        )


def list_images(sources: list[Path]) -> list[Path]:
    """Return the images of folders (by suffix, sorted) and the files as given."""
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            found = sorted(p for p in source.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
            if not found:
                raise SwahrError(f"{source} holds no images ({', '.join(SUFFIXES)})")
            files += found
        elif source.exists():
            files.append(source)
        else:
            raise SwahrError(f"{source}: no such file or folder")
    return files


def _overlay_paths(files: list[Path], folder: Path, overwrite: bool) -> dict[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {file: folder / f"{file.stem}.png" for file in files}
    if len(set(paths.values())) < len(files):
        raise SwahrError("two images have the same name, so their overlays would overwrite each other")
    for file, path in paths.items():
        check_output(path, overwrite, (file,))
    return paths
