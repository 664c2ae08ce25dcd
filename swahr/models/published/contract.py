"""What is recognised in a published file, and what all kinds of such files share: wrappers and prefixes of names."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from torch import Tensor

from swahr._util.text import NAMES_SHOWN
from swahr.errors import UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.crop_contract import CropContract
from swahr.models.field_contract import FieldContract
from swahr.models.imagenet import IMAGENET_MEAN, IMAGENET_STD
from swahr.pose.skeleton import Skeleton

MAX_WRAPPERS = 8  # in one another; a dict that holds itself is no file of weights
WRAPPERS = ("state_dict", "best_state_dict", "model", "model_state_dict")
# DataParallel, and Apex's half precision, put a name of their own before every name; MMPose the part of the network.
PREFIXES = ("module.", "1.")
PARTS = ("keypoint_head.", "backbone.", "head.")


class Published(NamedTuple):
    """What was recognised; weights by our names, all else as in `Checkpoint`."""

    weights: dict[str, Tensor]
    architecture: Architecture
    skeleton: Skeleton
    input_size: int
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    detection_threshold: float = 0.12
    crop: CropContract | None = None
    fields: FieldContract | None = None


def unwrap(content: Any) -> dict[str, Tensor]:
    """Return the state dict that a published file holds, or wraps. Raises UnreadableError where there is none."""
    inner = content
    for _ in range(MAX_WRAPPERS):
        if not isinstance(inner, dict):
            break
        content = inner
        inner = next((content[name] for name in WRAPPERS if isinstance(content.get(name), dict)), None)
    if not isinstance(content, dict) or not content:
        raise UnreadableError(
            f"it holds a {type(content).__name__}; expected a state dict of weights by name"
        )
    odd = [
        str(name)
        for name, value in content.items()
        if not (isinstance(name, str) and isinstance(value, Tensor))
    ]
    if odd:
        raise UnreadableError(f"its {', '.join(odd[:NAMES_SHOWN])} are no weights; expected a state dict")
    return content


def bare_names(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights by their names without the prefixes of DataParallel, Apex and MMPose.

    >>> list(bare_names({"module.backbone.conv1.weight": None, "keypoint_head.final_layer.bias": None}))
    ['conv1.weight', 'final_layer.bias']
    """
    bare = {}
    for published_name, value in weights.items():
        name = published_name
        while name.startswith(PREFIXES):
            name = name.partition(".")[2]
        for part in PARTS:
            name = name.removeprefix(part)
        bare[name] = value
    return bare


def count(weights: Mapping[str, Tensor], prefix: str) -> int:
    """Count the different numbers that follow a prefix."""
    return len({name[len(prefix) :].split(".")[0] for name in weights if name.startswith(prefix)})


def by_parts(weights: Mapping[str, Tensor], head: tuple[str, ...]) -> dict[str, Tensor]:
    """Return weights by our names: `head.` before those that begin with one of `head`, `backbone.` before the rest."""
    return {
        ("head." if name.startswith(head) else "backbone.") + name: value for name, value in weights.items()
    }
