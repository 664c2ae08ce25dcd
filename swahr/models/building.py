"""A network filled with weights that were read."""

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

from swahr._util.text import NAMES_SHOWN
from swahr.errors import UnreadableError

N = TypeVar("N", bound=nn.Module)


def filled(network: N, weights: Mapping[str, Tensor], whose: str = "") -> N:
    """Give a network weights by name, in its own arithmetic, and return it in eval mode.

    Args:
        network: May be on the meta device.
        weights: All it has, but for counters that some files are older than.
        whose: What comes before a weight's name in messages.

    Raises:
        UnreadableError: naming the first weights that are missing, left over, of another shape or not finite.
    """
    expected = network.state_dict()
    counters = {name for name in expected if name.endswith("num_batches_tracked")}
    _refuse(f"lacks {whose}weights", [n for n in expected if n not in weights and n not in counters])
    _refuse(f"has unknown {whose}weights", [name for name in weights if name not in expected])
    values: dict[str, Tensor] = {}
    for name, place in expected.items():
        value = weights.get(name, torch.zeros((), dtype=torch.long))
        if value.shape != place.shape:
            raise UnreadableError(
                f"its {whose}{name} has shape {list(value.shape)}; expected {list(place.shape)}"
            )
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise UnreadableError(
                f"its {whose}{name} holds NaN or infinity: the file is damaged, or its training diverged"
            )
        values[name] = value.to(place.dtype)
    network.load_state_dict(values, assign=True)
    return network.eval()


def _refuse(what: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
        raise UnreadableError(f"it {what}: {', '.join(names[:NAMES_SHOWN])}{more}")
