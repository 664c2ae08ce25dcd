"""The training loop: read from top to bottom, it is one run.

A run folder holds config.yaml (as resolved), log.jsonl (one line each `log_every` steps), last.pt (everything
that a resume needs), best.safetensors / last.safetensors (weights for the estimator) and TensorBoard's events.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch

from swahr.errors import Hint, SwahrError
from swahr.pose.skeleton import Skeleton
from swahr_training.config import TrainConfig
from swahr_training.data.sources import TrainingData, load_training_data
from swahr_training.loop.board import Board, shown_photos
from swahr_training.loop.files import full_disk_said
from swahr_training.loop.meter import Meter
from swahr_training.loop.processes import Processes, joined
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.run_folder import Report, RunFolder
from swahr_training.loop.schedule import parameter_groups
from swahr_training.loop.start import start_model
from swahr_training.loop.state import Ema, RunState, read_state
from swahr_training.loop.stepping import TrainingStep
from swahr_training.samples.batches import Batch, BatchLoader, collate, drawn_ahead
from swahr_training.samples.photos import PhotoCache
from swahr_training.samples.render_torch import pack, render_batch


def train(
    config: TrainConfig, run: Path, resume: bool = False, device: str = "cpu", report: Report = print
) -> None:
    """Train in the folder `run`; with `resume`, go on from its last checkpoint as if never stopped.

    Under torchrun all processes call this and train together; the first one writes and reports.

    Args:
        config: the settings.
        run: the folder.
        resume: whether to go on.
        device: "cpu", "cuda" or "cuda:N".
        report: receives each log entry (step, losses by term, photos per second, seconds left; AP where measured;
            notes).

    Raises:
        SwahrError: where data, settings, run folder or disk are at fault.
    """
    with full_disk_said(run), joined(device) as processes:
        _train(config, RunFolder(run, report, processes.first), resume, processes)


def _train(config: TrainConfig, folder: RunFolder, resume: bool, processes: Processes) -> None:
    found = processes.from_first(lambda: folder.check(resume))
    data = load_training_data(config)
    skeleton, notes = data.skeleton, data.notes
    config = resolve_config(config, skeleton)

    torch.manual_seed(config.seed)
    model = start_model(config, skeleton, notes.append).to(
        processes.device,
        memory_format=torch.channels_last,  # type: ignore[call-overload]
    )
    averaged = Ema(model, config.ema_decay)
    optimiser = torch.optim.AdamW(parameter_groups(model, config), weight_decay=config.weight_decay)
    scaler = torch.amp.GradScaler(processes.device.type, enabled=config.precision == "float16")
    state = RunState(model, averaged, optimiser, scaler)
    if found:
        state.load(processes.from_first(lambda: read_state(folder.last)), folder.last)
    folder.open(config)  # after the state is seen to fit, or the settings that do would be lost
    folder.cut_log(state.step)
    if state.step == 0:
        for note in notes:
            folder.report({"step": 0, "note": note})

    shared = processes.share(model, config.sync_norms)
    network = torch.compile(shared) if config.compile else shared
    step = TrainingStep(config, state, shared, network, processes)
    meter = Meter(config.steps, config.batch_size * config.accumulate * processes.count, processes.mean)
    board = Board(
        folder.path / "tensorboard" if config.tensorboard and processes.first else None,
        shown_photos(config, data.photos),
        state.step,
    )
    batches = meter.timed(load_batches(config, data, state.step, processes))
    model.train()
    with board:
        while state.step < config.steps:
            terms, bad = step(batches)
            state.step += 1
            state.bad_in_a_row = state.bad_in_a_row + 1 if bad else 0
            if bad:
                folder.report({"step": state.step, "note": f"step {state.step} left out: {bad}"})
            if state.bad_in_a_row == config.stop_after_bad:
                raise SwahrError(
                    f"stopped at step {state.step}: {bad} ({config.stop_after_bad} steps in a row): lower "
                    "learning_rate, check the photos, and then go on",
                    hints=[Hint("resume", True)],
                )
            if not bad:
                averaged.update(model)
            meter.add(terms)
            ends = state.step == config.steps
            if state.step % config.log_every == 0 or ends:
                rates = {f"rate {group['factor']:g}": group["lr"] for group in optimiser.param_groups}
                entry = meter.entry(state.step, max(rates.values()))
                folder.report(entry)
                board.add(entry, rates)
            if state.step % config.save_every == 0 or ends:
                # At the first checkpoint after each multiple, so that a resumed run measures at the same steps.
                due = ends or state.step % (config.evaluate_every or 1) < config.save_every
                meter.paused(partial(_save, config, folder, board, skeleton, state, processes, due))


def _save(
    config: TrainConfig,
    folder: RunFolder,
    board: Board,
    skeleton: Skeleton,
    state: RunState,
    processes: Processes,
    evaluate: bool,
) -> None:
    """Let the first process write the checkpoints and measure AP, while the others wait."""
    if processes.first:
        checkpoint, scores = folder.save(config, skeleton, state, str(processes.device), evaluate)
        board.add({"step": state.step, **scores})
        board.add_pictures(checkpoint, str(processes.device), state.step)
    processes.wait()


def load_batches(
    config: TrainConfig,
    data: TrainingData,
    first_step: int,
    processes: Processes,
) -> Iterator[Batch]:
    """Yield the batches from a step on, on the device; threads draw them ahead."""
    loader = BatchLoader(
        data.photos,
        data.weights,
        data.skeleton,
        config.input_size,
        config.batch_size,
        config.augment,
        config.seed,
        PhotoCache(config.cache_gb * 1e9),
        processes.rank,
        processes.count,
    )
    numbers = range(first_step * config.accumulate, config.steps * config.accumulate)
    device = processes.device
    if config.draw_on == "device" or (config.draw_on == "auto" and device.type != "cpu"):
        pinned = device.type == "cuda"
        for packed in drawn_ahead(lambda n: pack(loader.plans(n), pinned), numbers, config.loader_threads):
            yield render_batch(packed, device, config.sigma)
    else:
        for batch in drawn_ahead(
            lambda n: collate(loader.plans(n), config.sigma), numbers, config.loader_threads
        ):
            yield batch.to(device)
