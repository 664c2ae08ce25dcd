"""The training loop: read from top to bottom, it is one run.

A run folder holds config.yaml (as resolved), log.jsonl (one line each `log_every` steps), last.pt (everything
that a resume needs), best.safetensors / last.safetensors (weights for the estimator) and TensorBoard's events.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import torch

from swahr.errors import Hint, SwahrError
from swahr_training.config import TrainConfig
from swahr_training.data.sources import TrainingData, load_training_data
from swahr_training.loop.board import Board
from swahr_training.loop.checkpoints import Checkpoints, saved_at
from swahr_training.loop.files import full_disk_said
from swahr_training.loop.meter import Meter, duration
from swahr_training.loop.processes import Processes, joined
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.run_folder import Report, RunFolder, held
from swahr_training.loop.schedule import parameter_groups
from swahr_training.loop.start import start_network
from swahr_training.loop.state import Ema, RunState, read_state
from swahr_training.loop.stepping import TrainingStep
from swahr_training.loop.validation import make_validation
from swahr_training.systems.base import Samples, TrainingBatch, system_of

FIRST_STEPS = 3  # after which it is seen how long a run will take
LONG_S = 300.0  # of a rest that is worth a word before the first line of the log


def train(
    config: TrainConfig,
    run: Path,
    resume: bool = False,
    device: str = "cpu",
    report: Report = print,
    stop: Callable[[], bool] | None = None,
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
        stop: looked at after each step, and the run ends there once it is true; where several processes train, at the
            first one's next log entry.

    Raises:
        SwahrError: where data, settings, run folder or disk are at fault.
        KeyboardInterrupt: `stop` was true; all is saved, and `resume` goes on from there.
    """
    with full_disk_said(run), joined(device) as processes, ExitStack() as taken:
        processes.from_first(lambda: taken.enter_context(held(run)))
        _train(config, RunFolder(run, report, processes.first), resume, processes, stop)


def _train(
    config: TrainConfig,
    folder: RunFolder,
    resume: bool,
    processes: Processes,
    stop: Callable[[], bool] | None,
) -> None:
    found = processes.from_first(lambda: folder.check(resume))
    data = load_training_data(config)
    skeleton, notes = data.skeleton, data.notes
    config = resolve_config(
        config,
        skeleton,
        len(data.photos),
        processes.count,
        processes.device,
        data.photo_side,
        notes.append,
        data.people,
    )

    system = system_of(config)
    torch.manual_seed(config.seed)
    model = start_network(config, skeleton, notes.append).to(
        processes.device,
        memory_format=torch.channels_last,  # type: ignore[call-overload]
    )
    averaged = Ema(model, config.ema_decay)
    optimiser = torch.optim.AdamW(parameter_groups(model, config), weight_decay=config.weight_decay)
    scaler = torch.amp.GradScaler(processes.device.type, enabled=config.precision == "float16")
    state = RunState(model, averaged, optimiser, scaler, keeps_start=config.start_part > 0)
    if found:
        state.load(processes.from_first(lambda: read_state(folder.last)), folder.last)
    folder.open(config)  # after the state is seen to fit, or the settings that do would be lost
    folder.cut_log(state.step, state.watch.measured_step == state.step)
    scoring = system.scoring(str(processes.device), config.validate_mirrored)
    validation = make_validation(data.validation, skeleton, scoring, notes.append)
    _say_first(folder, state.step, config.length, [*notes, *system.notes(config, data)])

    shared = processes.share(model, config.sync_norms)
    network = torch.compile(shared) if config.compile else shared
    step = TrainingStep(config, state, shared, network, processes)
    meter = Meter(config.length, config.batch_size * config.accumulate * processes.count, processes.mean)
    board = Board(
        folder.path / "tensorboard" if config.tensorboard and processes.first else None,
        partial(system.pictures, device=str(processes.device), data=data),
        state.step,
    )
    checkpoints = Checkpoints(config, folder, skeleton, state, validation, board)
    loader = make_loader(config, data, processes)
    batches = meter.timed(load_batches(config, loader, state.step, processes.device))
    told: set[Path] = set()
    begun = state.step
    model.train()
    with board:
        meter.paused(partial(_by_first, processes, checkpoints.begin))
        stopped = processes.from_first(lambda: checkpoints.stopped)  # before the run was broken off
        while state.step < config.length and not stopped:
            terms, bad = step(batches)
            state.step += 1
            _count_bad(state, bad, config, folder)
            _name_unreadable(loader, told, folder, state.step)
            if not bad:
                averaged.update(model)
            meter.add(terms)
            _say_pace(folder, state.step, begun, config.log_every, meter)
            if state.step % config.log_every == 0 or state.step == config.length:
                rates = {f"rate {group['factor']:g}": group["lr"] for group in optimiser.param_groups}
                entry = meter.entry(state.step, max(rates.values()))
                folder.report(entry)
                board.add(entry, rates)
            if saved_at(config, state.step):
                meter.paused(partial(_by_first, processes, checkpoints.save))
                stopped = _ended(checkpoints, processes)
            here = stop is not None and stop()  # in each process: one that does not look ends at once
            # Processes agree now and then, as that makes them wait for their devices.
            due = processes.count == 1 or state.step % config.log_every == 0
            if stop is not None and due and processes.from_first(partial(bool, here)) and not stopped:
                _break_off(checkpoints, processes)
    _by_first(processes, partial(checkpoints.finish, stopped))


def _say_first(folder: RunFolder, step: int, length: int, notes: list[str]) -> None:
    """Report what a run that begins should tell; or that one that is gone on with has ended."""
    if step >= length:
        notes = [
            f"this run has ended, with step {step}: nothing more is learnt; set more `steps` to go further"
        ]
    for note in notes if step == 0 or step >= length else ():
        folder.report({"step": step, "note": note})


def _say_pace(folder: RunFolder, step: int, begun: int, log_every: int, meter: Meter) -> None:
    """Report after the first steps how long the run will take, where that is long and no line of the log said so."""
    if step != begun + FIRST_STEPS or step >= log_every:
        return
    seconds = meter.seconds_left(step)
    if seconds > LONG_S:
        note = f"at the pace of the first steps {duration(round(seconds))} are left"
        folder.report({"step": step, "note": note})


def _break_off(checkpoints: Checkpoints, processes: Processes) -> None:
    """Save what is learnt, and raise KeyboardInterrupt in all processes."""
    step = checkpoints.state.step
    if step == checkpoints.config.length:
        return  # it ends anyway
    if not saved_at(checkpoints.config, step):
        _by_first(processes, checkpoints.keep)
    checkpoints.folder.report({"step": step, "note": f"stopped at step {step}, as asked: it can be resumed"})
    raise KeyboardInterrupt


def _count_bad(state: RunState, bad: str, config: TrainConfig, folder: RunFolder) -> None:
    """Report a step in which nothing was learnt; too many of them in a row stop the run."""
    state.bad_in_a_row = state.bad_in_a_row + 1 if bad else 0
    if bad:
        folder.report({"step": state.step, "note": f"step {state.step} left out: {bad}"})
    if state.bad_in_a_row == config.stop_after_bad:
        raise SwahrError(
            f"stopped at step {state.step}: {bad} ({config.stop_after_bad} steps in a row): lower "
            "learning_rate, check the photos, and then go on",
            hints=[Hint("resume", True)],
        )


def _name_unreadable(loader: Samples, told: set[Path], folder: RunFolder, step: int) -> None:
    """Report each photo that could not be opened, once; others take its place."""
    for path, said in list(loader.unreadable.items()):
        if path not in told:
            told.add(path)
            note = f"a photo is left out ({len(told)} so far): {said}"
            folder.report({"step": step, "note": note})


def _ended(checkpoints: Checkpoints, processes: Processes) -> str:
    """Return why the run ends here, or "". Raises SwahrError, in all processes, where it destroys its start."""
    if collapse := processes.from_first(lambda: checkpoints.collapse):
        raise SwahrError(collapse)
    return processes.from_first(lambda: checkpoints.stopped)


def _by_first(processes: Processes, work: Callable[[], None]) -> None:
    """Let the first process write the checkpoints and measure AP, while the others wait."""
    if processes.first:
        work()
    processes.wait()


def make_loader(config: TrainConfig, data: TrainingData, processes: Processes) -> Samples:
    """Return the samples of this process."""
    return system_of(config).samples(config, data, processes.rank, processes.count)


def load_batches(
    config: TrainConfig, loader: Samples, first_step: int, device: torch.device
) -> Iterator[TrainingBatch]:
    """Yield the batches from a step on, on the device; threads draw them ahead."""
    numbers = range(first_step * config.accumulate, config.length * config.accumulate)
    return loader.batches(numbers, device)
