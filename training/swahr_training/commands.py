"""`swahr train` and `swahr eval`."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from swahr.errors import SwahrError


def train(
    config: Annotated[Path, typer.Argument(help="YAML file with the run's settings.", show_default=False)],
    run: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/run"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the run's last checkpoint.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[
        int, typer.Option(min=0, help="CPU threads of the network; 0: torch's own choice.")
    ] = 0,
    set_: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option("--set", help="Replace a setting, as in --set steps=100 or --set loss.kind=mse."),
    ] = None,
) -> None:
    """Train a network, or fine-tune one, on labelled photos."""
    _require_packages()
    overrides = [_parse_setting(setting) for setting in set_ or ()]

    import torch

    from swahr.device import choose_device
    from swahr_training.config import load_config
    from swahr_training.train import train as run_training

    if threads:
        torch.set_num_threads(threads)
    run_training(load_config(config, dict(overrides)), run, resume, str(choose_device(device)), _print_entry)


def evaluate(
    model: Annotated[str, typer.Argument(help="Bundled weights by name, or a checkpoint file.")],
    images: Annotated[Path, typer.Option(help="Folder of the photos.")],
    labels: Annotated[Path, typer.Option(help="COCO keypoint JSON.")],
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    input_size: Annotated[int, typer.Option(help="Short side of the input, pixels; 0: the model's own.")] = 0,
    flip_test: Annotated[bool, typer.Option("--flip-test", help="Look at the mirrored photo too.")] = False,
) -> None:
    """Score a network on labelled photos: COCO's average precision and recall."""
    _require_packages()
    from swahr.models.bundled import resolve
    from swahr_training.config import DataSource
    from swahr_training.evaluate import evaluate as run_evaluation

    scores = run_evaluation(
        resolve(model),
        DataSource(images=images, labels=labels),
        device=device,
        input_size=input_size or None,
        flip_test=flip_test,
    )
    typer.echo(json.dumps(scores, indent=2))


def _require_packages() -> None:
    """Raise SwahrError where the packages of the train extra are not installed."""
    missing = [name for name in ("yaml", "faster_coco_eval") if find_spec(name) is None]
    if missing:
        raise SwahrError(f"training needs {', '.join(missing)}: pip install 'swahr[train]'")


def _parse_setting(text: str) -> tuple[str, Any]:
    """Read `name=value`; the value is YAML."""
    import yaml

    name, equals, value = text.partition("=")
    if not equals:
        raise SwahrError(f"--set {text!r}: expected name=value")
    return name, yaml.safe_load(value)


def _print_entry(entry: dict[str, Any]) -> None:
    typer.echo(
        "  ".join(
            f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in entry.items()
        )
    )
