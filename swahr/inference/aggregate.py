"""What the network says of frames, from its runs to one set of maps.

HigherHRNet (arXiv 1908.10357), section 3.4: the stages' heatmaps are brought to one size and averaged; tags
come from stage 0. K joints, T tag channels, B batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from swahr.errors import Hint, UnreadableError
from swahr.models.stages import split_stages


@dataclass(frozen=True)
class RunMaps:
    """What the runs on some frames of one size gave: the plain run and, with the flip test, the mirrored one.

    heatmaps: of each stage of each run, [B, K, h, w]. tags: T of them, [B, K, h, w].
    """

    heatmaps: list[Tensor]
    tags: list[Tensor]

    def of_frame(self, index: int) -> "RunMaps":
        """Return those of one frame, [K, h, w] each."""
        return RunMaps([stage[index] for stage in self.heatmaps], [tag[index] for tag in self.tags])

    def only(self, index: int) -> "RunMaps":
        """Return those of one frame as a batch of one, [1, K, h, w] each."""
        keep = slice(index, index + 1)
        return RunMaps([stage[keep] for stage in self.heatmaps], [tag[keep] for tag in self.tags])


def split_run(outputs: Sequence[Tensor], num_joints: int) -> RunMaps:
    """Take the outputs of one run of the network apart.

    Args:
        outputs: of both stages, as `swahr.models.stages.split_stages` takes them.
        num_joints: K.
    """
    maps = split_stages(outputs, num_joints)
    return RunMaps(list(maps.heatmaps), list(torch.split(maps.tags, num_joints, dim=1)))


def check_finite(maps: RunMaps) -> None:
    """Refuse what no people can be made of.

    Raises:
        UnreadableError: maps hold NaN or infinity.
    """
    named = [("heatmaps", stage) for stage in maps.heatmaps] + [("tags", tag) for tag in maps.tags]
    for name, values in named:
        # A sum sees each value once, and is finite only where all of them are.
        if not bool(torch.isfinite(values.sum(dtype=torch.float32))):
            raise UnreadableError(
                f"the network gave {name} with NaN or infinity; the weights are damaged, or too large for "
                "the arithmetic",
                hints=[Hint("precision", "float32")],
            )


def mirror_back(maps: RunMaps, flip_permutation: Sequence[int]) -> RunMaps:
    """Undo the mirror of a run on mirrored images: columns reversed and joints swapped.

    Args:
        maps: of that run alone.
        flip_permutation: for each joint, which one it is in the mirror.
    """
    order = list(flip_permutation)
    return RunMaps(
        [stage.flip(3)[:, order] for stage in maps.heatmaps], [tag.flip(3)[:, order] for tag in maps.tags]
    )


def join_runs(runs: Sequence[RunMaps]) -> RunMaps:
    """Join runs: all their stages, all their tags."""
    return RunMaps(
        [stage for run in runs for stage in run.heatmaps], [tag for run in runs for tag in run.tags]
    )


def average_stages(maps: RunMaps, size_hw: Sequence[int]) -> Tensor:
    """Average the heatmaps of all stages at the finest one's size, then bring them to a size.

    Returns:
        [B, K, *size_hw] float32.
    """
    finest_hw = finest_size(maps)
    stages = [resize(stage.float(), finest_hw) for stage in maps.heatmaps]
    return resize(torch.stack(stages).mean(dim=0), size_hw)


def stack_tags(maps: RunMaps, size_hw: Sequence[int]) -> Tensor:
    """Bring tags to the finest stage's size, then to a size, and stack them.

    Returns:
        [B, K, *size_hw, T] float32.
    """
    finest_hw = finest_size(maps)
    return join_tags([resize(tag.float(), finest_hw) for tag in maps.tags], size_hw)


def finest_size(maps: RunMaps) -> torch.Size:
    """Return height and width of the finest stage."""
    return max((stage.shape[-2:] for stage in maps.heatmaps), key=lambda shape: shape[0])


def join_tags(channels: Sequence[Tensor], size_hw: Sequence[int]) -> Tensor:
    """Bring tag channels [B, K, h, w], each one number of a tag, to one size and stack them: [B, K, *size_hw, T]."""
    # Each channel stays in one piece in memory: the parse reads it so, and interleaving would copy once more.
    return torch.stack([resize(channel, size_hw) for channel in channels], dim=1).permute(0, 2, 3, 4, 1)


def resize(maps: Tensor, size_hw: Sequence[int]) -> Tensor:
    """Resample [B, K, h, w] to [B, K, *size_hw], bilinear with half-pixel centres."""
    if tuple(maps.shape[-2:]) == tuple(size_hw):
        return maps
    return F.interpolate(maps, size=tuple(size_hw), mode="bilinear", align_corners=False)
