"""`swahr train`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from swahr._util.alike import alike
from swahr._util.reading import parse_yaml
from swahr.commands.groups import grouped
from swahr.config import DeviceSettings
from swahr.errors import MissingError, SettingError, SwahrError
from swahr_training.command_tools import require_packages, use_threads_of
from swahr_training.options import LabelOptions, RunOptions

if TYPE_CHECKING:
    from swahr_training.config import TrainConfig


@grouped
def train(
    config: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(
            help="YAML file with the run's settings; or labels or their folder, to fine-tune the bundled weights on.",
            show_default=False,
        ),
    ] = None,
    run: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/run"),
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on from the run's last checkpoint, with its settings unless others are given.",
        ),
    ] = False,
    set_: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--set", help="Replace a setting, as in --set steps=100 or --set loss.kind=mse."),
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="List all settings with their meaning.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Look at the labels alone: a contact sheet and what is wrong.")
    ] = False,
    find_rate: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            metavar="PLOT.png",
            help="Look for a learning rate alone: it grows from step to step, and the plot shows the loss.",
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[Path, typer.Option(help="With --check: the contact sheet.")] = Path("check.png"),
    *,
    labels: LabelOptions,
    way: RunOptions,
    network: DeviceSettings,
) -> None:
    """Train a network, or fine-tune one, on labelled photos.

    Examples:
        swahr train run.yaml --run runs/first
        swahr train labels.json --images photos --run runs/first
        swahr train --resume --run runs/first
        swahr train labels.json --check --sheet check.png
    """
    require_packages()
    if fields:
        from swahr_training.fields import settings_text

        typer.echo(settings_text())
        return
    if config is None:
        config = _settings_of_run(run, resume)
    if check:
        _check(config, labels, sheet)
        return
    overrides = dict(_parse_setting(setting) for setting in set_ or ())
    overrides |= {name: getattr(way, name) for name in ("preset", "split") if getattr(way, name) is not None}
    use_threads_of(network)
    settings = _settings(config, labels, overrides)

    from swahr.inference.hardware.device import choose_device

    device = str(choose_device(network.device))
    if find_rate is not None:
        _find_rate(settings, device, find_rate)
    else:
        _run(settings, run, resume, way.folds, device)


def _settings_of_run(run: Path, resume: bool) -> Path:
    """Return the settings that a run's folder keeps, for one that goes on.

    Raises:
        SettingError: It is begun, and nothing says on what.
        MissingError: There is no such run.
    """
    if not resume:
        raise SettingError("nothing to train on; expected labels, their folder, or a YAML file of settings")
    kept = run / "config.yaml"
    if not kept.is_file():
        there = [path.parent.name for path in run.parent.glob("*/config.yaml")]
        near = alike(run.name, there)
        meant = f"; did you mean {run.parent / near}?" if near else ""
        raise MissingError(f"{run} is no run that could go on: it holds no config.yaml{meant}")
    return kept


def _settings(config: Path, labels: LabelOptions, overrides: dict[str, Any]) -> "TrainConfig":
    """Read the settings of a run, or make those that fine-tune the bundled weights on labels."""
    from swahr_training.config import load_config, settings_for
    from swahr_training.data.found import has_splits, is_settings

    try:
        if is_settings(config):
            return load_config(config, overrides)
        given = {"train.0.category": labels.category, "skeleton": labels.skeleton}
        given = {name: value for name, value in given.items() if value is not None}
        return settings_for(config, labels.images, has_splits(config), {**given, **overrides})
    except SettingError as error:
        raise SettingError(f"{error.message}; `swahr train --fields` lists all settings") from error


def _run(settings: "TrainConfig", run: Path, resume: bool, folds: int, device: str) -> None:
    from swahr_training.loop.folds import train_folds
    from swahr_training.loop.meter import describe
    from swahr_training.loop.train import train as run_training
    from swahr_training.stopping import stopping

    def say(entry: dict[str, Any]) -> None:
        typer.echo(describe(entry))

    try:
        with stopping() as stop:
            if folds == 1:
                run_training(settings, run, resume, device, say, stop)
            else:
                train_folds(settings, run, folds, resume, device, say, stop)
    except KeyboardInterrupt:
        if folds == 1 and (run / "last.pt").is_file():
            typer.echo(f"to go on: swahr train --resume --run {shlex.quote(str(run))}")
        raise


def _check(config: Path, labels: LabelOptions, sheet: Path) -> None:
    """Say what is wrong with labels, and draw them, and samples as training varies them."""
    from swahr.commands.console import SafeConsole
    from swahr_training.data.check_report import check_data
    from swahr_training.loop.varied import write_varied

    check_data(config, labels.images, sheet, SafeConsole(), labels.category, labels.skeleton)
    target = sheet.with_stem(f"{sheet.stem}_varied")
    write_varied(_settings(config, labels, {}), target)
    typer.echo(f"as training varies them: {target}")


def _find_rate(settings: "TrainConfig", device: str, plot: Path) -> None:
    """Train some steps with growing rates, draw the loss and print the rate that is advised."""
    from swahr_training.loop.rate_test import find_rate, write_rates

    if plot.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise SwahrError(f"{plot}: expected the name of a picture, such as rate.png")
    test = find_rate(settings, device, typer.echo)
    write_rates(test, plot)
    typer.echo(f"learning_rate: {test.advised:.0e}  (wrote {plot})")


def _parse_setting(text: str) -> tuple[str, Any]:
    """Read `name=value`; the value is YAML."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SwahrError(f"--set {text!r}: expected name=value")
    try:
        return name, parse_yaml(value)
    except ValueError as error:
        raise SwahrError(f"--set {text!r}: {error}") from error
