"""Options that several commands share, and the estimator that they describe."""

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from swahr.errors import SwahrError

if TYPE_CHECKING:
    from swahr.estimator import PoseEstimator

Model = Annotated[str, typer.Option(help="Bundled or installed weights by name, or a checkpoint file.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
InputSize = Annotated[
    int, typer.Option(help="Short side of the network's input, pixels; 0: the model's own.")
]
FlipTest = Annotated[
    bool, typer.Option("--flip-test", help="Look at the mirrored frame too: better, half as fast.")
]
Scales = Annotated[str, typer.Option(help="Scales to look at, such as 0.5,1,2; 1 must be among them.")]
Threshold = Annotated[
    Optional[float],  # noqa: UP045 - typer reads it at run time on Python 3.10
    typer.Option(min=0.0, max=1.0, help="Least heat of a joint.", show_default="the model's own"),
]
MinScore = Annotated[float, typer.Option(min=0.0, max=1.0, help="Least score of a person.")]
MaxPeople = Annotated[int, typer.Option(min=1, help="Most people a frame.")]
Batch = Annotated[int, typer.Option(min=1, help="Frames that the network takes at once.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")]
KeepEmpty = Annotated[bool, typer.Option(help="Keep a row for frames without people.")]

DEFAULT_BATCH = 4
DEFAULT_MIN_SCORE = 0.1  # as in swahr.estimator, which imports torch and so is not read for `--help`


def make_estimator(
    model: str,
    device: str,
    input_size: int,
    flip_test: bool,
    scales: str,
    threshold: float | None,
    min_score: float,
    max_people: int,
    batch: int,
) -> "PoseEstimator":
    """Make the estimator that the options describe; torch is imported here."""
    from dataclasses import replace

    from swahr.estimator import PoseEstimator, default_params
    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import load_checkpoint

    checkpoint = load_checkpoint(resolve(model))
    params = replace(default_params(checkpoint), max_people=max_people)
    if threshold is not None:
        params = replace(params, detection_threshold=threshold)
    return PoseEstimator(
        checkpoint,
        device,
        input_size=input_size or None,
        flip_test=flip_test,
        scales=parse_scales(scales),
        params=params,
        min_score=min_score,
        batch_size=batch,
    )


def parse_scales(text: str) -> tuple[float, ...]:
    """Read `0.5,1,2`."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SwahrError(
            f"--scales {text!r}: expected numbers with commas between them, such as 0.5,1,2"
        ) from None
