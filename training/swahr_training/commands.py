"""`swahr train`, `swahr eval` and `swahr calibrate`."""

import json
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from swahr.commands.groups import grouped
from swahr.config import DeviceSettings, InputSettings
from swahr.errors import SettingError, SwahrError

if TYPE_CHECKING:
    from swahr_training.config import DataSource


@grouped
def train(
    config: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(
            help="YAML file with the run's settings; with --check also labels or their folder.",
            show_default=False,
        ),
    ] = None,
    run: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/run"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the run's last checkpoint.")] = False,
    set_: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--set", help="Replace a setting, as in --set steps=100 or --set loss.kind=mse."),
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="List all settings with their meaning.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Look at the labels alone: a contact sheet and what is wrong.")
    ] = False,
    images: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="With --check: folder of the photos, where the labels do not say."),
    ] = None,
    category: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="With --check: the class whose people are looked at, where there are several."),
    ] = None,
    skeleton: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="With --check: a YAML or JSON that names the joints, where the labels do not."),
    ] = None,
    sheet: Annotated[Path, typer.Option(help="With --check: the contact sheet.")] = Path("check.png"),
    *,
    network: DeviceSettings,
) -> None:
    """Train a network, or fine-tune one, on labelled photos.

    Examples:
        swahr train run.yaml --run runs/first
        swahr train labels.json --check --sheet check.png
    """
    require_packages()
    if fields:
        from swahr_training.fields import settings_text

        typer.echo(settings_text())
        return
    if config is None:
        raise SwahrError("expected a YAML file of settings (`swahr train --fields` lists them)")
    if check:
        from rich.console import Console

        from swahr_training.data.check_report import check_data

        check_data(config, images, sheet, Console(), category, skeleton)
        return
    overrides = [_parse_setting(setting) for setting in set_ or ()]

    from swahr.inference.hardware.device import choose_device
    from swahr_training.config import load_config
    from swahr_training.loop.meter import describe
    from swahr_training.loop.train import train as run_training

    _use_threads(network)
    try:
        settings = load_config(config, dict(overrides))
    except SettingError as error:
        raise SettingError(f"{error.message}; `swahr train --fields` lists all settings") from error

    def say(entry: dict[str, Any]) -> None:
        typer.echo(describe(entry, settings.steps))

    run_training(settings, run, resume, str(choose_device(network.device)), say)


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
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    *,
    network: InputSettings,
) -> None:
    """Score a network on labelled photos: average precision and recall of COCO, levels of CrowdPose.

    Examples:
        swahr eval default labels.json --images photos
        swahr eval runs/first labels.json -o scores --flip-test
    """
    require_packages()

    from swahr.models.bundled import resolve

    file = resolve(model)
    source = _evaluation_source(data or labels, images, split, category)
    if output is not None:
        _make_folder(output)  # before the work, not after it

    from rich.console import Console

    from swahr_training.evaluation.evaluate import evaluate_photos
    from swahr_training.evaluation.report import PhotoProgress, print_figures, write_results

    _use_threads(network)
    started = time.monotonic()
    with PhotoProgress() as bar:
        evaluation = evaluate_photos(file, source, bar.update, **network.values())
    seconds = time.monotonic() - started
    if as_json:
        typer.echo(json.dumps(evaluation.figures, indent=2))
    else:
        print_figures(evaluation, f"{model} on {source.labels}", seconds, Console())
    if output is not None:
        settings = {"model": str(file), "labels": str(source.labels), **network.values()}
        for path in write_results(evaluation, output, settings):
            typer.echo(f"wrote {path}", err=True)


@grouped
def calibrate(
    model: Annotated[
        str, typer.Argument(help="Bundled weights by name, a checkpoint file, or the folder of a run.")
    ],
    labels: Annotated[list[Path], typer.Argument(help="Labels, or their folders; not those for evaluation.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The checkpoint with fitted scores.")],
    *,
    network: InputSettings,
) -> None:
    """Fit people's scores to labelled photos: a score then says how right that person is to be expected.

    Examples:
        swahr calibrate runs/first labels.json -o fitted.safetensors
        swahr calibrate default a.json b.json -o fitted.safetensors --device cuda
    """
    require_packages()

    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import load_checkpoint, with_scorer
    from swahr_training.config import DataSource
    from swahr_training.evaluation.calibrate import collect, fit, reliability
    from swahr_training.evaluation.report import PhotoProgress

    file = resolve(model)
    _use_threads(network)
    sources = [DataSource.model_validate({"labels": path}) for path in labels]
    with PhotoProgress() as bar:
        sample = collect(file, sources, bar.update, **network.values())
    scorer = fit(sample, load_checkpoint(file).skeleton.flip_permutation)
    with_scorer(file, output, scorer)
    for line in reliability(scorer, sample):
        typer.echo(line)
    typer.echo(f"people of a score below {scorer.min_score:.2f} are not shown; wrote {output}")


def _use_threads(network: DeviceSettings) -> None:
    from swahr.inference.threads import use_threads

    if network.threads is not None:
        use_threads(network.threads)


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


def require_packages() -> None:
    """Raise SwahrError where the packages of the train extra are not installed."""
    missing = [name for name in ("yaml", "faster_coco_eval") if find_spec(name) is None]
    if missing:
        raise SwahrError(f"training needs {', '.join(missing)}: pip install 'swahr[train]'")


def _parse_setting(text: str) -> tuple[str, Any]:
    """Read `name=value`; the value is YAML."""
    import yaml

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SwahrError(f"--set {text!r}: expected name=value")
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise SwahrError(f"--set {text!r}: {' '.join(str(error).split())}") from error
