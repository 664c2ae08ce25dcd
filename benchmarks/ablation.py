"""The four heatmap losses in equal short runs: the same data, seed, steps and network, AP on photos kept apart.

python -m benchmarks.ablation FOLDER [--settings RUN.yaml] [--seeds 0 1 2] [--steps 700]

Without settings: figures of 5 joints, drawn on the spot and shown at many sizes, and a small HRNet
from scratch. Runs that are there already are not done again, so a broken-off table can be continued.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch

from swahr_training import toy
from swahr_training.config import TrainConfig, load_config
from swahr_training.loop.train import train

KINDS = {"mse": "MSE", "sahr": "SAHR", "wahr": "WAHR", "swahr": "SWAHR"}
FIGURES = ("AP", "AP50", "AP75", "AR")


def main() -> None:
    """Read the command line, run what is missing, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = options.settings or toy_settings(options.folder)
    results: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for seed in options.seeds:  # seed by seed, so that a table of fewer seeds is soon there
        for kind, so_far in results.items():
            config = load_config(settings, {"loss.kind": kind, "seed": seed, "steps": options.steps})
            so_far.append(result(options.folder / f"{kind}_{seed}", config))
        print(table(results), flush=True)


def toy_settings(folder: Path) -> Path:
    """Draw the data and write the settings, unless they are there."""
    path = folder / "ablation.yaml"
    if not path.exists():
        toy.make_toy(folder, train=600, val=150)
        path.write_text(
            re.sub(
                r"input_size: \d+",
                "input_size: 128",
                (folder / "run.yaml").read_text().partition("augment:")[0],
            )
            + "augment: {scale: [0.45, 1.5], rotation_deg: 20, mosaic: 0.3, colour: 0.5}\n"
            + "ema_decay: 0.98\nprecision: bfloat16\nsave_every: 100000\nlog_every: 20\ntensorboard: false\n"
        )
    return path


def result(run: Path, config: TrainConfig) -> dict[str, float]:
    """Train, or go on, and return the figures at the end."""
    log = run / "log.jsonl"
    if not log.exists() or "AP" not in log.read_text().rpartition("\n{")[2]:
        train(config, run, resume=(run / "config.yaml").exists(), report=lambda _: None)
    entries: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    return {name: entries[-1][name] for name in FIGURES}


def table(results: dict[str, list[dict[str, float]]]) -> str:
    """Return a Markdown table: the mean over seeds, and the range of AP."""
    rows = [
        "| loss | " + " | ".join(FIGURES) + " | AP of each seed |",
        "| --- |" + " --- |" * (len(FIGURES) + 1),
    ]
    for kind, runs in results.items():
        each = ", ".join(f"{run['AP']:.3f}" for run in runs)
        means = [f"{np.mean([run[name] for run in runs]):.3f}" for name in FIGURES]
        rows.append(f"| {KINDS[kind]} | {' | '.join(means)} | {each} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
