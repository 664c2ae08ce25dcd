"""The four heatmap losses in equal short runs: the same data, seed, steps and network, AP on photos kept apart.

python -m benchmarks.ablation FOLDER [--settings RUN.yaml] [--backbones hrnet resnet] [--seeds 0 1 2] [--steps 300]

Without settings: figures of 5 joints, drawn on the spot and shown at many sizes, and small networks from scratch. Runs
that are there already are not done again, so a broken-off table can be continued. FOLDER keeps results.json; --write
copies it to docs/, and makes the table of docs/ablation.md from it.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.marked import put_between
from swahr_training import toy
from swahr_training.config import TrainConfig, load_config
from swahr_training.loop.train import train

KINDS = {"mse": "MSE", "sahr": "SAHR", "wahr": "WAHR", "swahr": "SWAHR"}
FIGURES = ("AP", "AP50", "AP75", "AR")
BACKBONES: dict[str, dict[str, Any]] = {
    "hrnet": {"kind": "hrnet", "width": 8, "modules": [1, 1, 1], "blocks": 1},
    "resnet": {"kind": "resnet", "depth": 26, "width": 16, "deconvolutions": [32, 32, 32]},
    "hourglass": {"kind": "hourglass", "stacks": 1, "width": 32},
}
NAMES = {"hrnet": "HRNet", "resnet": "ResNet", "hourglass": "Hourglass"}
DOCS = Path(__file__).parents[1] / "docs"
PAGE, RESULTS = DOCS / "ablation.md", DOCS / "ablation.json"

# Of each backbone and loss, the figures of each seed.
Results = dict[str, dict[str, list[dict[str, float]]]]


def main() -> None:
    """Read the command line, run what is missing, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--backbones", nargs="+", choices=BACKBONES, default=["hrnet"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--write", action="store_true", help="put the table into docs/ablation.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = options.settings or toy_settings(options.folder)
    results: Results = {backbone: {kind: [] for kind in KINDS} for backbone in options.backbones}
    for seed in options.seeds:  # seed by seed, so that a table of fewer seeds is soon there
        for backbone, kinds in results.items():
            for kind, so_far in kinds.items():
                changes = {"loss.kind": kind, "seed": seed, "steps": options.steps}
                if not options.settings:
                    changes["architecture.backbone"] = BACKBONES[backbone]
                run = options.folder / f"{backbone}_{kind}_{seed}"
                so_far.append(result(run, load_config(settings, changes)))
        print(table(results), flush=True)
    (options.folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    if options.write:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        put_between(PAGE, "losses", table(results))


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
    if figures(run, config.steps) is None:
        train(config, run, resume=(run / "config.yaml").exists(), report=lambda _: None)
    measured = figures(run, config.steps)
    assert measured is not None, f"{run}: nothing was measured at step {config.steps}"
    return {name: round(measured[name], 4) for name in FIGURES}


def figures(run: Path, step: int) -> dict[str, float] | None:
    """Return what was measured at a step of a run, None where it has not come so far; notes stand in the log, too."""
    log = run / "log.jsonl"
    entries = (json.loads(line) for line in log.read_text().splitlines()) if log.exists() else ()
    return next((entry for entry in entries if entry.get("step") == step and "AP" in entry), None)


def table(results: Results) -> str:
    """Return a Markdown table: the mean over seeds, and AP of each with its standard deviation."""
    rows = [
        "| backbone | loss | " + " | ".join(FIGURES) + " | AP, standard deviation | AP of each seed |",
        "| --- | --- |" + " ---: |" * (len(FIGURES) + 1) + " --- |",
    ]
    for backbone, kinds in results.items():
        for kind, runs in kinds.items():
            if runs:
                aps = [run["AP"] for run in runs]
                means = [f"{np.mean([run[name] for run in runs]):.3f}" for name in FIGURES]
                spread = f"{np.std(aps, ddof=1):.3f}" if len(aps) > 1 else ""
                each = ", ".join(f"{ap:.3f}" for ap in aps)
                rows.append(
                    f"| {NAMES[backbone]} | {KINDS[kind]} | {' | '.join(means)} | {spread} | {each} |"
                )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
