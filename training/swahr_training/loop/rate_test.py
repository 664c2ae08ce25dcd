"""Which learning rate suits: it grows from step to step, and the loss shows where it is too small and too large.

Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017 (arXiv 1506.01186), section 3.3.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
import torch

from swahr.errors import SwahrError
from swahr.video import write_photo
from swahr.video.images import Image
from swahr_training.config import TrainConfig
from swahr_training.data.sources import load_training_data
from swahr_training.loop.processes import Processes
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.schedule import parameter_groups
from swahr_training.loop.start import start_network
from swahr_training.loop.state import Ema, RunState
from swahr_training.loop.stepping import TrainingStep
from swahr_training.loop.train import load_batches, make_loader

LOWEST, HIGHEST = 1e-6, 1.0
STEPS = 100
SMOOTHING = 0.85  # of the loss, an average that looks back over some steps
DIVERGED = 3.0  # times the lowest loss
BELOW_DIVERGENCE = 10.0  # the rate that is advised, below the one of the lowest loss
PLOT_WH, MARGIN = (720, 400), 60


@dataclass(frozen=True)
class RateTest:
    """What came out. rates, losses: of each step, the losses smoothed. advised: the rate to train with."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    advised: float


def find_rate(
    config: TrainConfig, device: str, report: Callable[[str], None] = print, steps: int = STEPS
) -> RateTest:
    """Train some steps with growing rates; nothing is kept.

    Args:
        config: Of the run that the rate is for.
        device: Of the network.
        report: Receives a line now and then.
        steps: How many.

    Raises:
        SwahrError: Settings or data are at fault, or even the lowest rate diverges.
    """
    processes = Processes(0, 1, torch.device(device))
    data = load_training_data(config)
    config = resolve_config(
        config,
        data.skeleton,
        len(data.photos),
        device=processes.device,
        photo_side=data.photo_side,
        people=data.people,
    )
    config = config.model_copy(update={"steps": steps, "freeze_until": {}})
    torch.manual_seed(config.seed)
    model = start_network(config, data.skeleton, lambda _: None).to(
        processes.device,
        memory_format=torch.channels_last,  # type: ignore[call-overload]
    )
    optimiser = torch.optim.AdamW(parameter_groups(model, config), weight_decay=config.weight_decay)
    scaler = torch.amp.GradScaler(processes.device.type, enabled=config.precision == "float16")
    state = RunState(model, Ema(model, config.ema_decay), optimiser, scaler)
    step = TrainingStep(config, state, model, model, processes, lambda number: rate_at(number, steps))
    # The batches of one step for all of them: those of few photos differ more than any rate changes the loss.
    one_step = config.model_copy(update={"steps": 1})
    batches = cycle(list(load_batches(one_step, make_loader(config, data, processes), 0, processes.device)))
    model.train()
    rates: list[float] = []
    losses: list[float] = []
    smooth = 0.0
    while state.step < steps:
        terms, bad = step(batches)
        if bad:
            break
        total = float(np.mean([float(part.total.detach()) for part in terms]))
        smooth = SMOOTHING * smooth + (1 - SMOOTHING) * total
        rates.append(rate_at(state.step, steps))
        losses.append(smooth / (1 - SMOOTHING ** (state.step + 1)))
        state.step += 1
        if state.step % 10 == 0:
            report(f"step {state.step}/{steps}  rate {rates[-1]:.1e}  loss {losses[-1]:.4g}")
        if losses[-1] > DIVERGED * min(losses):
            break
    return RateTest(tuple(rates), tuple(losses), advise(rates, losses))


def rate_at(step: int, steps: int) -> float:
    """Return the rate of a step: from the lowest to the highest, by one factor each."""
    return math.exp(math.log(LOWEST) + math.log(HIGHEST / LOWEST) * step / max(1, steps - 1))


def advise(rates: list[float], losses: list[float]) -> float:
    """Return a rate well below that of the lowest loss, from where on it rises, rounded to one digit.

    >>> advise([1e-4, 1e-3, 1e-2, 1e-1], [1.0, 0.5, 0.2, 3.0])
    0.001
    """
    if len(rates) < 2:
        raise SwahrError(
            "the loss is not finite at the lowest rate; look at the labels, and at the weights that the run starts from"
        )
    rate = rates[int(np.argmin(losses))] / BELOW_DIVERGENCE
    return float(f"{rate:.0e}")


def draw_rates(test: RateTest) -> Image:
    """Draw the loss over the rate, both on scales of powers of ten, with the advised rate marked."""
    width, height = PLOT_WH
    plot = np.full((height, width, 3), 255, np.uint8)
    low, high = math.log10(min(test.losses)), math.log10(max(test.losses)) + 1e-9
    span = max(high - low, 0.1)

    def at(rate: float, loss: float) -> tuple[int, int]:
        x = (math.log10(rate) - math.log10(LOWEST)) / (math.log10(HIGHEST) - math.log10(LOWEST))
        y = (math.log10(loss) - low) / span
        return round(MARGIN + x * (width - 2 * MARGIN)), round(height - MARGIN - y * (height - 2 * MARGIN))

    ink, grey, mark = (40, 40, 40), (225, 225, 225), (40, 120, 220)
    for power in range(round(math.log10(LOWEST)), round(math.log10(HIGHEST)) + 1):
        x, _ = at(10.0**power, min(test.losses))
        cv2.line(plot, (x, MARGIN), (x, height - MARGIN), grey, 1)
        _write(plot, f"1e{power}", (x - 16, height - MARGIN + 20), ink)
    for loss in (min(test.losses), max(test.losses)):
        _write(plot, f"{loss:.2g}", (6, at(LOWEST, loss)[1] + 5), ink)
    points = np.asarray([at(r, v) for r, v in zip(test.rates, test.losses, strict=True)], np.int32)
    cv2.polylines(plot, [points], False, ink, 2, cv2.LINE_AA)
    x, _ = at(test.advised, min(test.losses))
    cv2.line(plot, (x, MARGIN), (x, height - MARGIN), mark, 2, cv2.LINE_AA)
    _write(plot, f"learning_rate: {test.advised:.0e}", (max(x + 6, MARGIN), MARGIN - 8), mark)
    _write(plot, "loss over learning rate", (MARGIN, 20), ink)
    return plot


def write_rates(test: RateTest, path: Path) -> None:
    """Write the drawing. Raises OutputError where that fails."""
    write_photo(path, draw_rates(test))


def _write(plot: Image, text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(plot, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
