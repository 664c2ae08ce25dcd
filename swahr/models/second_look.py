"""A second look of a checkpoint's own: its crop network, kept in the same file under a prefix of its own."""

from collections.abc import Mapping

import torch
from torch import Tensor

from swahr.errors import UnreadableError
from swahr.models.building import filled
from swahr.models.movenet_single import MoveNetSingle

PREFIX = "second_look."
WIDTH = "second_look_width"  # in the metadata


def stored(network: MoveNetSingle) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the weights of a network by their names in a file, half precision, and what the metadata say of it.

    The published weights have half precision, too.
    """
    weights = {
        f"{PREFIX}{name}": value.detach().cpu().half().contiguous()
        for name, value in network.state_dict().items()
    }
    return weights, {WIDTH: repr(network.width)}


def taken_out(weights: dict[str, Tensor], metadata: Mapping[str, str]) -> MoveNetSingle | None:
    """Take the second look out of a file's weights, which then are those of the first; None where there is none.

    Raises:
        UnreadableError: Weights of it are missing, left over, of another shape or not finite, or the metadata wrong.
    """
    own = {name.removeprefix(PREFIX): weights.pop(name) for name in list(weights) if name.startswith(PREFIX)}
    if WIDTH not in metadata:
        if own:
            raise UnreadableError(f"it has weights of a second look, and its metadata lack {WIDTH}")
        return None
    try:
        with torch.device("meta"):  # weights that are read need not be drawn first
            network = MoveNetSingle(float(metadata[WIDTH]))
    except (ValueError, RuntimeError, OverflowError) as error:
        raise UnreadableError(f"its {WIDTH} is {metadata[WIDTH]!r} ({error})") from error
    return filled(network, own, "second look's ")
