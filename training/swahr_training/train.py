"""The training loop: read from top to bottom, it is one run.

A run folder holds config.yaml (as resolved), log.jsonl (one line each `log_every` steps), last.pt (everything
that a resume needs) and best.safetensors / last.safetensors (weights for the estimator).
"""

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor, nn

from swahr.errors import SwahrError
from swahr.models import HigherHRNet
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.skeleton import Skeleton
from swahr_training.batches import Batch, BatchLoader
from swahr_training.config import TrainConfig
from swahr_training.data.sources import load_training_data, with_joints
from swahr_training.loss import LossTerms, SwahrLoss
from swahr_training.meter import Meter
from swahr_training.movenet_import import load_movenet
from swahr_training.state import Ema, RunState

Report = Callable[[dict[str, Any]], None]


def train(
    config: TrainConfig, run: Path, resume: bool = False, device: str = "cpu", report: Report = print
) -> None:
    """Train in the folder `run`; with `resume`, go on from its last checkpoint as if never stopped.

    report: receives each log entry (step, losses by term, photos a second, seconds left, AP where measured).
    Raises SwahrError where data, configuration or run folder are at fault.
    """
    run.mkdir(parents=True, exist_ok=True)
    last = run / "last.pt"
    if last.exists() and not resume:
        raise SwahrError(f"{run} holds a run already; choose another folder, or go on with --resume")
    if resume and not last.exists():
        raise SwahrError(f"{run} holds no last.pt to resume from; start without --resume")
    data = load_training_data(config)
    skeleton = data.skeleton
    config = with_joints(config, skeleton)
    for note in data.notes:
        report({"note": note})
    _write_atomically(run / "config.yaml", yaml.safe_dump(config.model_dump(mode="json")).encode())

    torch.manual_seed(config.seed)
    loader = BatchLoader(
        data.photos,
        data.weights,
        skeleton,
        config.input_size,
        config.batch_size,
        config.augment,
        config.sigma,
        config.seed,
    )
    model = start_model(config, skeleton).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = Ema(model, config.ema_decay)
    optimiser = torch.optim.AdamW(parameter_groups(model, config), weight_decay=config.weight_decay)
    state = RunState(model, averaged, optimiser)
    if resume:
        state.load(last)
    loss_of = SwahrLoss(
        config.loss.kind in ("sahr", "swahr"),
        config.loss.kind in ("wahr", "swahr"),
        config.loss.scale_factor,
        config.loss.push_factor,
        config.loss.pull_factor,
        push_over=config.loss.push_over,
    )
    normalise = Normalise(config, device)
    meter = Meter(config.steps, config.batch_size)
    model.train()
    for batch in meter.timed(loader.from_step(state.step, config.steps, config.loader_threads)):
        terms = _step(model, batch, loss_of, normalise, optimiser, config, state.step, device)
        averaged.update(model)
        state.step += 1
        meter.add(terms)
        if state.step % config.log_every == 0 or state.step == config.steps:
            entry = meter.entry(state.step, optimiser.param_groups[0]["lr"])
            report(entry)
            _append_line(run / "log.jsonl", entry)
        if state.step % config.save_every == 0 or state.step == config.steps:
            _save(run, config, skeleton, state, report)


def _step(
    model: HigherHRNet,
    batch: Batch,
    loss_of: SwahrLoss,
    normalise: "Normalise",
    optimiser: torch.optim.Optimizer,
    config: TrainConfig,
    step: int,
    device: str,
) -> LossTerms:
    for group in optimiser.param_groups:
        group["lr"] = group["factor"] * learning_rate(config, step)
    with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=config.precision == "bfloat16"):
        outputs = model(normalise(batch.images))
    terms = loss_of(
        outputs,
        [target.to(device) for target in batch.heatmaps],
        [mask.to(device) for mask in batch.masks],
        batch.tags.to(device),
    )
    if not torch.isfinite(terms.total):
        raise SwahrError(
            f"the loss is not finite at step {step}; photos of the batch: {', '.join(batch.names)}"
        )
    optimiser.zero_grad(set_to_none=True)
    terms.total.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
    optimiser.step()
    return terms


def start_model(config: TrainConfig, skeleton: Skeleton) -> HigherHRNet:
    """Make the network with its first weights: from scratch, on MoveNet's trunk, or from a checkpoint."""
    if config.architecture.num_joints != skeleton.num_joints:
        raise SwahrError(
            f"architecture.num_joints is {config.architecture.num_joints}; "
            f"the skeleton {skeleton.name} has {skeleton.num_joints} joints"
        )
    model = config.architecture.build()
    model.initialise()
    if config.keep_first_heatmaps:
        for parameter in model.head.final_layers[0].parameters():
            parameter.register_hook(_without_first_rows(skeleton.num_joints))
    if config.movenet:
        load_movenet(model, config.movenet)
    if config.start_from:
        missing, unexpected = model.load_state_dict(
            load_checkpoint(config.start_from).model.state_dict(), False
        )
        # Checkpoints for inference come without scale heads, which start at zero anyway.
        odd = [name for name in (*missing, *unexpected) if "conv_scale_layers" not in name]
        if odd:
            raise SwahrError(f"{config.start_from}: its weights do not fit the architecture, e.g. {odd[:3]}")
    return model


def _without_first_rows(rows: int) -> Callable[[Tensor], Tensor]:
    """Make a hook that keeps the gradient from the first rows of a parameter."""

    def keep(gradient: Tensor) -> Tensor:
        kept = gradient.clone()
        kept[:rows] = 0
        return kept

    return keep


def parameter_groups(model: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """Group parameters by the factor of their rate; those of factor 0 are frozen."""
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        matches = [prefix for prefix in config.rate_factors if name.startswith(prefix)]
        factor = config.rate_factors[max(matches, key=len)] if matches else 1.0
        if factor == 0:
            parameter.requires_grad_(False)
        else:
            groups.setdefault(factor, []).append(parameter)
    return [{"params": parameters, "factor": factor} for factor, parameters in sorted(groups.items())]


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the rate of a step: linear warm-up from a tenth, then the schedule down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (0.1 + 0.9 * step / config.warmup_steps)
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    factor = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return config.learning_rate * factor[config.schedule]


class Normalise:
    """[B, S, S, 3] uint8 BGR to [B, 3, S, S] float32 RGB, (value - mean) / std."""

    def __init__(self, config: TrainConfig, device: str) -> None:
        self.device = device
        self.scale = (1 / (255 * torch.tensor(config.std))).view(3, 1, 1).to(device)
        self.shift = (torch.tensor(config.mean) / torch.tensor(config.std)).view(3, 1, 1).to(device)

    def __call__(self, images: Tensor) -> Tensor:
        """Normalise a batch on the device."""
        return images.to(self.device).permute(0, 3, 1, 2).flip(1) * self.scale - self.shift


def _save(run: Path, config: TrainConfig, skeleton: Skeleton, state: RunState, report: Report) -> None:
    weights = state.averaged.weights if config.ema_decay else state.model.state_dict()
    model = config.architecture.build()
    model.load_state_dict(weights)
    exported = run / "last.safetensors"
    card = {"steps": state.step}
    save_checkpoint(
        exported,
        Checkpoint(
            model.eval(), config.architecture, skeleton, config.input_size, config.mean, config.std, card
        ),
    )
    if config.validation:
        from swahr_training.evaluate import evaluate

        scores = evaluate(exported, config.validation)
        entry = {"step": state.step, **scores}
        report(entry)
        _append_line(run / "log.jsonl", entry)
        if scores["AP"] > state.best_ap:
            state.best_ap = scores["AP"]
            _write_atomically(run / "best.safetensors", exported.read_bytes())
    state.save(run / "last.pt")


def _append_line(path: Path, entry: dict[str, Any]) -> None:
    with path.open("a") as log:
        log.write(json.dumps(entry) + "\n")


def _write_atomically(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(content)
    os.replace(partial, path)
