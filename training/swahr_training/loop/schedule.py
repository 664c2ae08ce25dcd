"""How fast which weights learn."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from swahr.errors import SwahrError
from swahr_training.config import TrainConfig

FIRST_LAYER = "head.final_layers.0."  # gives the first heatmaps and the tags


def parameter_groups(model: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """Group parameters by the factor of their rate and the step from which they learn; those of factor 0 are frozen.

    A layer whose first rows are kept has no weight decay, which would change them without a gradient.
    """
    groups: dict[tuple[float, int, bool], list[nn.Parameter]] = {}
    names = [name for name, _ in model.named_parameters()]
    for setting in ("rate_factors", "freeze_until"):
        for prefix in getattr(config, setting):
            if not any(name.startswith(prefix) for name in names):
                raise SwahrError(
                    f"{setting}: no weight begins with {prefix}; weights are named like {names[0]}"
                )
    for name, parameter in model.named_parameters():
        factor = _of_longest(config.rate_factors, name, 1.0)
        if factor == 0:
            parameter.requires_grad_(False)
        else:
            kept = config.keep_first_heatmaps and name.startswith(FIRST_LAYER)
            first = int(_of_longest(config.freeze_until, name, 0))
            groups.setdefault((factor, first, kept), []).append(parameter)
    if not groups:
        raise SwahrError("rate_factors freeze all weights; nothing is left to train")
    return [
        {"params": groups[factor, first, kept], "factor": factor, "first": first}
        | ({"weight_decay": 0.0} if kept else {})
        for factor, first, kept in sorted(groups)
    ]


def _of_longest(values: Mapping[str, float], name: str, otherwise: float) -> float:
    """Return the value of the longest prefix that a weight's name has."""
    matches = [prefix for prefix in values if name.startswith(prefix)]
    return values[max(matches, key=len)] if matches else otherwise


def rate_of(group: Mapping[str, Any], rate_at: Callable[[int], float], step: int) -> float:
    """Return the rate of a group of parameters at a step; 0 before the step from which they learn."""
    # A rate of 0, and not `requires_grad`: several processes have to agree on which gradients travel.
    rate: float = group["factor"] * rate_at(step)
    return 0.0 if step < group.get("first", 0) else rate


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the rate of a step: linear warm-up from a tenth, then the schedule down to 0."""
    if step < config.warmup_steps:
        return config.learning_rate * (0.1 + 0.9 * step / config.warmup_steps)
    done = (step - config.warmup_steps) / max(1, config.length - config.warmup_steps)
    factor = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return config.learning_rate * factor[config.schedule]
