"""How fast which weights learn."""

import math
from typing import Any

from torch import nn

from swahr.errors import SwahrError
from swahr_training.config import TrainConfig


def parameter_groups(model: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """Group parameters by the factor of their rate; those of factor 0 are frozen."""
    groups: dict[float, list[nn.Parameter]] = {}
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
            groups.setdefault(factor, []).append(parameter)
    if not groups:
        raise SwahrError("rate_factors freeze all weights; nothing is left to train")
    return [{"params": parameters, "factor": factor} for factor, parameters in sorted(groups.items())]


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the rate of a step: linear warm-up from a tenth, then the schedule down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (0.1 + 0.9 * step / config.warmup_steps)
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    factor = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return config.learning_rate * factor[config.schedule]
