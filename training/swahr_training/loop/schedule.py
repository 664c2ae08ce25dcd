"""How fast which weights learn."""

import math
from typing import Any

from torch import nn

from swahr.errors import SwahrError
from swahr_training.config import TrainConfig

FIRST_LAYER = "head.final_layers.0."  # gives the first heatmaps and the tags


def parameter_groups(model: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """Group parameters by the factor of their rate; those of factor 0 are frozen.

    A layer whose first rows are kept has no weight decay, which would change them without a gradient.
    """
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    names = [name for name, _ in model.named_parameters()]
    for prefix in config.rate_factors:
        if not any(name.startswith(prefix) for name in names):
            raise SwahrError(
                f"rate_factors: no weight begins with {prefix}; weights are named like {names[0]}"
            )
    for name, parameter in model.named_parameters():
        matches = [prefix for prefix in config.rate_factors if name.startswith(prefix)]
        factor = config.rate_factors[max(matches, key=len)] if matches else 1.0
        if factor == 0:
            parameter.requires_grad_(False)
        else:
            kept = config.keep_first_heatmaps and name.startswith(FIRST_LAYER)
            groups.setdefault((factor, kept), []).append(parameter)
    if not groups:
        raise SwahrError("rate_factors freeze all weights; nothing is left to train")
    return [
        {"params": groups[factor, kept], "factor": factor} | ({"weight_decay": 0.0} if kept else {})
        for factor, kept in sorted(groups)
    ]


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the rate of a step: linear warm-up from a tenth, then the schedule down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (0.1 + 0.9 * step / config.warmup_steps)
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    factor = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return config.learning_rate * factor[config.schedule]
