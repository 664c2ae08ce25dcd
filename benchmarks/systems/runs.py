"""Train a system, and measure what it finds and what it costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.systems.setups import BOXES_BY, CROP_WH, FRAME, config_of
from benchmarks.timing import best_ms
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr_training import toy
from swahr_training.config import DataSource
from swahr_training.evaluation.evaluate import Evaluation, compare, evaluate_photos
from swahr_training.loop.train import train

Result = dict[str, Any]  # of one system; plain numbers, kept as JSON
FIGURES = ("AP", "AP50", "AR")
TURNS = 5


def draw_data(folder: Path, photos: int, measured: int) -> tuple[Path, Path]:
    """Draw figures in crowds, unless they are there, and return the labels to train and to measure on."""
    labels = folder / "train.json", folder / "test.json"
    if not labels[1].is_file():
        random = np.random.default_rng(0)
        for path, count in zip(labels, (photos, measured), strict=True):
            toy.write_split(folder, path.stem, count, random, toy.CROWDS)
    return labels


def trained(name: str, folder: Path, labels: Path, steps: int, batch: int, seed: int) -> Path:
    """Return the checkpoint at the end of a run, which is gone on with where it was broken off."""
    run = run_of(folder, name, seed)
    config = config_of(name, labels, steps, batch, seed)
    log = run / "log.jsonl"
    if not (log.is_file() and f'"step": {steps},' in log.read_text()):
        train(config, run, resume=(run / "last.pt").is_file(), report=lambda _: None)
    return run / "last.safetensors"


def run_of(folder: Path, name: str, seed: int) -> Path:
    """Return the folder of a system's run."""
    return folder / f"{name.replace(' ', '_').replace(',', '')}_{seed}"


def measured(name: str, checkpoint: Path, labels: Path, folder: Path, seed: int) -> Result:
    """Return what a system finds, and its size.

    Args:
        name: of the system.
        checkpoint: of it.
        labels: of photos that were not trained on.
        folder: of all runs, where that of the boxes' finder is.
        seed: of the runs.
    """
    options = {"device": "cpu", "backend": "torch", "refine": "off"}
    source = DataSource(labels=labels)
    network = load_checkpoint(checkpoint)
    closely = network.architecture.kind == "top-down"
    result: Result = {"kind": network.architecture.kind}
    if closely:
        result["labelled"] = _figures(evaluate_photos(checkpoint, source, **options))
        finder = run_of(folder, BOXES_BY, seed) / "last.safetensors"
        found = evaluate_photos(checkpoint, source, boxes="found", box_model=str(finder), **options)
    else:
        found = evaluate_photos(checkpoint, source, **options)
    result["found"] = _figures(found)
    result["by_people"] = by_people(found)
    result["parameters"] = sum(each.numel() for each in network.model.parameters())
    result["multiply_adds"] = multiply_adds(network)
    return result


def by_people(evaluation: Evaluation) -> dict[str, float]:
    """Return AP on the photos with each number of people."""
    counts = [sum(not person.ignored for person in photo.people) for photo in evaluation.labels.photos]
    return {
        str(count): round(_part(evaluation, [i for i, each in enumerate(counts) if each == count]), 4)
        for count in sorted(set(counts))
    }


def _part(evaluation: Evaluation, chosen: Sequence[int]) -> float:
    labels = replace(evaluation.labels, photos=[evaluation.labels.photos[i] for i in chosen])
    return compare(labels, [evaluation.found[i] for i in chosen], 0.0).figures["AP"]


def _figures(evaluation: Evaluation) -> dict[str, float]:
    return {name: round(evaluation.figures[name], 4) for name in FIGURES}


def multiply_adds(checkpoint: Checkpoint) -> int:
    """Return multiply-adds of one crop or square frame."""
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        _run_of(checkpoint)()
    return counter.get_total_flops() // 2


def least_ms(checkpoints: dict[str, Path]) -> dict[str, float]:
    """Return the least milliseconds of one crop or square frame, of networks that are timed in turns."""
    runs = {name: _run_of(load_checkpoint(path)) for name, path in checkpoints.items()}
    least = dict.fromkeys(runs, float("inf"))
    with torch.inference_mode():
        for _ in range(TURNS):
            for name, run in runs.items():
                least[name] = min(least[name], best_ms(run, seconds=0.3))
    return {name: round(ms, 2) for name, ms in least.items()}


def _run_of(checkpoint: Checkpoint) -> Callable[[], Any]:
    width, height = CROP_WH if checkpoint.architecture.kind == "top-down" else (FRAME, FRAME)
    images = torch.zeros(1, 3, height, width)
    network = checkpoint.model.eval()
    return lambda: network(images)


def read_results(path: Path) -> dict[str, Any]:
    """Return what was measured so far."""
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Keep what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
