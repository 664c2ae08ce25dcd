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


def run_maps(outputs: Sequence[Tensor], num_joints: int) -> RunMaps:
    """Take the outputs of one run of the network apart.

    Raises:
        UnreadableError: they hold NaN or infinity.
    """
    maps = split_stages(outputs, num_joints)
    for name, values in (*(("heatmaps", stage) for stage in maps.heatmaps), ("tags", maps.tags)):
        # A sum sees each value once, and is finite only where all of them are.
        if not bool(torch.isfinite(values.sum(dtype=torch.float32))):
            raise UnreadableError(
                f"the network gave {name} with NaN or infinity; the weights are damaged, or too large for "
                "the arithmetic",
                hints=[Hint("precision", "float32")],
            )
    return RunMaps(maps.heatmaps, list(torch.split(maps.tags, num_joints, dim=1)))


def mirror_back(maps: RunMaps, flip_permutation: Sequence[int]) -> RunMaps:
    """Undo the mirror of a run on mirrored images: columns reversed and joints swapped."""
    order = list(flip_permutation)
    return RunMaps(
        [stage.flip(3)[:, order] for stage in maps.heatmaps], [tag.flip(3)[:, order] for tag in maps.tags]
    )


def together(runs: Sequence[RunMaps]) -> RunMaps:
    """Join runs: all their stages, all their tags."""
    return RunMaps([h for run in runs for h in run.heatmaps], [t for run in runs for t in run.tags])


def average_stages(maps: RunMaps, size: Sequence[int]) -> Tensor:
    """Average the heatmaps of all stages at the finest one's size and bring them to `size`: [B, K, *size] float32."""
    finest = finest_size(maps)
    return resize(torch.stack([resize(stage.float(), finest) for stage in maps.heatmaps]).mean(dim=0), size)


def stack_tags(maps: RunMaps, size: Sequence[int]) -> Tensor:
    """Bring tags to the finest stage's size, then to `size`, and stack them: [B, K, *size, T] float32."""
    finest = finest_size(maps)
    return join_tags([resize(tag.float(), finest) for tag in maps.tags], size)


def finest_size(maps: RunMaps) -> torch.Size:
    """Return height and width of the finest stage."""
    return max((stage.shape[-2:] for stage in maps.heatmaps), key=lambda shape: shape[0])


def join_tags(channels: Sequence[Tensor], size: Sequence[int]) -> Tensor:
    """Bring tag channels [B, K, h, w], each one number of a tag, to one size and stack them: [B, K, H, W, T]."""
    # Each channel stays whole in memory: the parse reads it so, and interleaving would copy once more.
    return torch.stack([resize(channel, size) for channel in channels], dim=1).permute(0, 2, 3, 4, 1)


def resize(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Resample [B, K, h, w] to [B, K, *size], bilinear with half-pixel centres."""
    if tuple(maps.shape[-2:]) == tuple(size):
        return maps
    return F.interpolate(maps, size=tuple(size), mode="bilinear", align_corners=False)
