"""Train a system, and measure what it finds and what it costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.systems.setups import BOXES_BY, CROP_WH, FRAME, SYSTEMS, Data, config_of
from benchmarks.timing import best_ms
from swahr.errors import SettingError
from swahr.models.architecture import Architecture, read_architecture
from swahr.models.checkpoints import load_checkpoint
from swahr_training import toy
from swahr_training.config import DataSource, TrainConfig, load_config
from swahr_training.data.sources import load_training_data
from swahr_training.evaluation.evaluate import Evaluation, compare, evaluate_photos
from swahr_training.loop.train import train

Result = dict[str, Any]  # of one system; plain numbers, kept as JSON
FIGURES = ("AP", "AP50", "AR")
TURNS = 5
MANY = 5  # people in a photo; photos with as many and more are taken together


def draw_data(folder: Path, photos: int, measured: int) -> Data:
    """Draw figures in crowds, unless they are there, and return what to train and to measure on."""
    labels = folder / "train.json", folder / "test.json"
    if not labels[1].is_file():
        random = np.random.default_rng(0)
        for path, count in zip(labels, (photos, measured), strict=True):
            toy.write_split(folder, path.stem, count, random, toy.CROWDS)
    train, test = (DataSource(labels=path) for path in labels)
    return Data("drawn", (train,), test, hardest=3, finder=BOXES_BY)


def photo_data(settings: Path) -> Data:
    """Return photos to train and to measure on, as `train` and `validation` of a run's YAML name them."""
    config = load_config(settings)
    if config.validation is None:
        raise SettingError(f"{settings} has no validation; expected labels of photos to measure on")
    return Data("photos", config.train, config.validation, hardest=8, finder="default")


def counted(data: Data) -> dict[str, int]:
    """Return how many photos, and people in them, are there to train and to measure on."""
    found = load_training_data(TrainConfig(train=data.train, validation=data.test))
    assert found.validation is not None
    test = found.validation.photos
    people = sum(not person.ignored for photo in test for person in photo.people)
    return {
        "train": len(found.photos),
        "train_people": found.people,
        "test": len(test),
        "test_people": people,
    }


def trained(name: str, folder: Path, data: Data, steps: int, batch: int, seed: int) -> Path:
    """Return the checkpoint at the end of a run, which is gone on with where it was broken off."""
    run = run_of(folder, name, seed)
    config = config_of(name, data, steps, batch, seed)
    log = run / "log.jsonl"
    if not (log.is_file() and f'"step": {steps},' in log.read_text()):
        train(config, run, resume=(run / "last.pt").is_file(), report=lambda _: None)
    return run / "last.safetensors"


def run_of(folder: Path, name: str, seed: int) -> Path:
    """Return the folder of a system's run."""
    return folder / f"{name.replace(' ', '_').replace(',', '')}_{seed}"


def measured(checkpoint: Path, data: Data, folder: Path, seed: int) -> Result:
    """Return what a system finds, and its size.

    Args:
        checkpoint: of the system.
        data: with photos that were not trained on.
        folder: of all runs, where that of the boxes' finder may be.
        seed: of the runs.
    """
    options = {"device": "cpu", "backend": "torch", "refine": "off"}
    source = data.test
    network = load_checkpoint(checkpoint)
    closely = network.architecture.kind == "top-down"
    result: Result = {
        "kind": network.architecture.kind,
        "precision": load_config(checkpoint.parent / "config.yaml").precision,
    }
    if closely:
        result["labelled"] = _figures(evaluate_photos(checkpoint, source, **options))
        own = run_of(folder, data.finder, seed) / "last.safetensors"
        finder = str(own) if data.finder in SYSTEMS else data.finder
        found = evaluate_photos(checkpoint, source, boxes="found", box_model=finder, **options)
    else:
        found = evaluate_photos(checkpoint, source, **options)
    result["found"] = _figures(found)
    result["by_people"] = by_people(found)
    result["parameters"] = sum(each.numel() for each in network.model.parameters())
    result["multiply_adds"] = multiply_adds(network.architecture)
    result["architecture"] = network.architecture.model_dump(mode="json")
    return result


def by_people(evaluation: Evaluation) -> dict[str, float]:
    """Return AP on the photos with each number of people."""
    counts = [sum(not person.ignored for person in photo.people) for photo in evaluation.labels.photos]
    numbers = [min(count, MANY) for count in counts]
    return {
        _people(number): round(_part(evaluation, [i for i, each in enumerate(numbers) if each == number]), 4)
        for number in sorted(set(numbers) - {0})
    }


def _people(number: int) -> str:
    return str(number) if number < MANY else f"{MANY} and more"


def _part(evaluation: Evaluation, chosen: Sequence[int]) -> float:
    labels = replace(evaluation.labels, photos=[evaluation.labels.photos[i] for i in chosen])
    return compare(labels, [evaluation.found[i] for i in chosen], 0.0).figures["AP"]


def _figures(evaluation: Evaluation) -> dict[str, float]:
    return {name: round(evaluation.figures[name], 4) for name in FIGURES}


def multiply_adds(architecture: Architecture) -> int:
    """Return multiply-adds of one crop or square frame."""
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        _run_of(architecture)()
    return counter.get_total_flops() // 2


def least_ms(systems: dict[str, Result]) -> dict[str, float]:
    """Return the least milliseconds of one crop or square frame, of networks that are timed in turns.

    Their weights are as torch draws them, so that systems that were trained elsewhere can be timed here.
    """
    runs = {name: _run_of(read_architecture(result["architecture"])) for name, result in systems.items()}
    least = dict.fromkeys(runs, float("inf"))
    with torch.inference_mode():
        for _ in range(TURNS):
            for name, run in runs.items():
                least[name] = min(least[name], best_ms(run, seconds=0.3))
    return {name: round(ms, 2) for name, ms in least.items()}


def _run_of(architecture: Architecture) -> Callable[[], Any]:
    width, height = CROP_WH if architecture.kind == "top-down" else (FRAME, FRAME)
    images = torch.zeros(1, 3, height, width)
    network = architecture.build().eval()
    return lambda: network(images)


def read_results(path: Path) -> dict[str, Any]:
    """Return what was measured so far."""
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def joined(known: dict[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """Return results with the systems that were trained before, perhaps elsewhere, as long and on the same data."""
    same = all(known.get(name) == results[name] for name in ("run", "data"))
    both = {**(known["systems"] if same else {}), **results["systems"]}
    return {**results, "systems": {name: both[name] for name in SYSTEMS if name in both}}


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Keep what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
