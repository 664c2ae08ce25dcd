"""The same run on each part of the data in turn: how far the AP of a small data set can be trusted."""

import statistics
from collections.abc import Callable
from pathlib import Path

from swahr.errors import SettingError
from swahr_training.config import TrainConfig
from swahr_training.loop.run_folder import Report
from swahr_training.loop.state import read_state
from swahr_training.loop.train import train


def train_folds(
    config: TrainConfig,
    folder: Path,
    folds: int,
    resume: bool,
    device: str,
    report: Report,
    stop: Callable[[], bool] | None = None,
) -> list[float]:
    """Train `folds` runs in folder/fold0, folder/fold1 ..., each validated on another part of the photos.

    Args:
        config: Of all runs; its split and fold are replaced.
        folder: Of the runs.
        folds: How many.
        resume: Whether to go on; a run that has ended is left as it is.
        device: Of the network.
        report: As of `train`; gets each AP and their mean at the end.
        stop: As of `train`; no other fold is begun.

    Returns:
        The best AP of each.

    Raises:
        SettingError: There is validation of its own, which no fold can take the place of.
        SwahrError: As of `train`.
    """
    if config.validation is not None:
        raise SettingError("folds and validation both say what AP is measured on; leave validation out")
    found: list[float] = []
    for fold in range(folds):
        run = folder / f"fold{fold}"
        report({"step": 0, "note": f"fold {fold + 1} of {folds}: {run}"})
        of_fold = config.model_copy(update={"split": 1 / folds, "fold": fold})
        train(of_fold, run, resume and (run / "config.yaml").exists(), device, report, stop)
        found.append(read_state(run / "last.pt")["watch"]["best_ap"])
    spread = statistics.stdev(found)
    listed = ", ".join(f"{ap:.3f}" for ap in found)
    report(
        {
            "step": 0,
            "note": f"AP of {folds} folds: {listed}; mean {statistics.mean(found):.3f}, "
            f"standard deviation {spread:.3f}",
        }
    )
    return found
