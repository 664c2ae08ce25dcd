"""`swahr eval` and `swahr calibrate`."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from swahr.commands.groups import grouped
from swahr.config import AUTO, InputSettings, PersonCropSettings
from swahr.errors import SwahrError
from swahr_training.command_tools import require_packages, use_threads_of

if TYPE_CHECKING:
    from swahr_training.config import DataSource
    from swahr_training.evaluation.evaluate import Evaluation

__all__ = ["calibrate", "evaluate", "require_packages"]

Backend = Annotated[
    str,
    typer.Option(
        help="What runs networks: torch, openvino or onnxruntime; auto: what was found to be the fastest, and "
        "with --compare torch for both."
    ),
]


@grouped
def evaluate(
    model: Annotated[
        str, typer.Argument(help="Bundled weights by name, a checkpoint file, or the folder of a run.")
    ],
    data: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(help="Labels, their folder, or the settings of a run with validation."),
    ] = None,
    images: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder of the photos, where the labels do not say."),
    ] = None,
    labels: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="COCO or CrowdPose keypoint JSON, or a data.yaml: the same as DATA."),
    ] = None,
    split: Annotated[str, typer.Option(help="Part of a YOLO data set: train, val or test.")] = "val",
    category: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Category of the labels, where several have joints."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output", "-o", help="Folder for results.json, keypoints.json and the worst photos, worst.jpg."
        ),
    ] = None,
    compare: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="Another network, on the same photos: how much better the first is, and how sure that is.",
            show_default=False,
        ),
    ] = None,
    found_boxes: Annotated[
        bool,
        typer.Option(
            "--found-boxes",
            help="Networks of one person's crop look where people are found, in place of at labelled boxes.",
        ),
    ] = False,
    backend: Backend = AUTO,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    *,
    network: InputSettings,
    crops: PersonCropSettings,
) -> None:
    """Score a network on labelled photos: average precision and recall of COCO, levels of CrowdPose.

    Examples:
        swahr eval default labels.json --images photos
        swahr eval runs/first labels.json -o scores --flip-test
        swahr eval runs/first labels.json --compare default
        swahr eval runs/crops labels.json --box-file detections.json
    """
    require_packages()

    from swahr.models.bundled import resolve

    file = resolve(model)
    other = None if compare is None else resolve(compare)
    source = _evaluation_source(data or labels, images, split, category)
    if output is not None:
        _make_folder(output)  # before the work, not after it

    use_threads_of(network)
    started = time.monotonic()
    options = {**network.values(), **crops.values(), "backend": backend}
    own, others = (options, None) if other is None else _shared_options(file, other, options)
    evaluation = _measured(file, source, found_boxes, own)
    _print_figures(evaluation, f"{model} on {source.labels}", time.monotonic() - started, as_json)
    if other is not None and others is not None:
        _print_comparison(evaluation, other, source, found_boxes, others)
    if output is not None:
        way = {**network.values(), **crops.model_dump(mode="json"), "backend": own["backend"]}
        _write_results(evaluation, output, {"model": str(file), "labels": str(source.labels), **way})


def _print_figures(evaluation: "Evaluation", title: str, seconds: float, as_json: bool) -> None:
    from swahr.commands.console import SafeConsole
    from swahr_training.evaluation.report import print_figures

    if as_json:
        typer.echo(json.dumps(evaluation.figures, indent=2))
    else:
        print_figures(evaluation, title, seconds, SafeConsole())


def _write_results(evaluation: "Evaluation", folder: Path, settings: dict[str, Any]) -> None:
    from swahr_training.evaluation.report import write_results

    for path in write_results(evaluation, folder, settings):
        typer.echo(f"wrote {path}", err=True)


def _measured(file: Path, source: "DataSource", found_boxes: bool, options: dict[str, Any]) -> "Evaluation":
    """Run a network over labelled photos, with a bar."""
    from swahr_training.evaluation.evaluate import evaluate_photos
    from swahr_training.evaluation.report import PhotoProgress

    with PhotoProgress() as bar:
        return evaluate_photos(file, source, bar.update, "found" if found_boxes else "labelled", **options)


def _shared_options(
    file: Path, other: Path, options: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options of each of two networks; who does without the boxes that the other takes is told."""
    from swahr_training.evaluation.evaluate import shared_options

    own, others = shared_options([file, other], options)
    for path, taken in ((file, own), (other, others)):
        if taken.get("box_file") != options.get("box_file"):
            typer.echo(f"{path} finds people in whole photos, and takes no boxes of a file", err=True)
    return own, others


def _print_comparison(
    evaluation: "Evaluation", other: Path, source: "DataSource", found_boxes: bool, options: dict[str, Any]
) -> None:
    """Print how much better the network is than another, measured in the same way, to stderr beside JSON's figures."""
    from swahr_training.evaluation.comparison import compare_found

    second = _measured(other, source, found_boxes, options)
    if second.labels.skeleton.joints != evaluation.labels.skeleton.joints:
        raise SwahrError(f"{other} has other joints; only networks of the same joints can be compared")
    typer.echo(compare_found(evaluation.labels, evaluation.found, second.found), err=True)


@grouped
def calibrate(
    model: Annotated[
        str, typer.Argument(help="Bundled weights by name, a checkpoint file, or the folder of a run.")
    ],
    labels: Annotated[list[Path], typer.Argument(help="Labels, or their folders; not those for evaluation.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The checkpoint with fitted scores.")],
    keep_scores: Annotated[
        bool,
        typer.Option(
            "--keep-scores", help="Leave the first look's scores as they are, and fit all the rest."
        ),
    ] = False,
    *,
    network: InputSettings,
) -> None:
    """Fit people's scores and joints' uncertainties to labelled photos, with the second look and without.

    A score then says how right that person is to be expected; a joint how far from its place.

    Examples:
        swahr calibrate runs/first labels.json -o fitted.safetensors
        swahr calibrate default a.json b.json -o fitted.safetensors --device cuda
    """
    require_packages()

    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import load_checkpoint, with_calibration
    from swahr_training.config import DataSource
    from swahr_training.evaluation.calibrate import collect, fit_all
    from swahr_training.evaluation.report import PhotoProgress

    file = resolve(model)
    use_threads_of(network)
    sources = [DataSource.model_validate({"labels": path}) for path in labels]
    with PhotoProgress() as bar:
        collected = collect(file, sources, bar.update, **network.values())
    checkpoint = load_checkpoint(file)
    fitted = fit_all(collected, checkpoint.calibration, checkpoint.scorer if keep_scores else None)
    with_calibration(file, output, fitted.scorer, fitted.calibration)
    for line in fitted.lines:
        typer.echo(line)
    typer.echo(f"wrote {output}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SwahrError(f"{folder}: cannot be made ({error.strerror}); choose another --output") from error
    if not os.access(folder, os.W_OK):
        raise SwahrError(f"{folder}: no right to write there; choose another --output")


def _evaluation_source(
    data: Path | None, images: Path | None, split: str, category: str | None
) -> "DataSource":
    from pydantic import ValidationError

    from swahr_training.config import DataSource, load_config
    from swahr_training.data.found import is_settings

    if data is None:
        raise SwahrError("no labels: swahr eval MODEL LABELS, or --labels")
    if is_settings(data):
        source = load_config(data).validation
        if source is None:
            raise SwahrError(f"{data}: these settings have no validation")
        return source
    try:
        return DataSource.model_validate(
            {"labels": data, "images": images, "split": split, "category": category}
        )
    except ValidationError as error:
        raise SwahrError(f"--split {split!r}: expected train, val or test") from error
