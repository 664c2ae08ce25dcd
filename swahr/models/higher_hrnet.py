"""HigherHRNet: a backbone and a head in two stages.

Cheng et al., "HigherHRNet", CVPR 2020 (arXiv 1908.10357), section 3.
"""

from typing import cast

from torch import Tensor, nn

from swahr.errors import SettingError
from swahr.models.backbones.base import Backbone
from swahr.models.heads.higher import HigherHead
from swahr.models.pose_network import PoseNetwork


class HigherHRNet(PoseNetwork):
    """Bottom-up pose network: heatmaps and tags of all people of an image at once.

    Args:
        backbone: gives a feature at stride 4.
        head: made for the backbone's features.
    """

    head: HigherHead

    def __init__(self, backbone: Backbone, head: HigherHead) -> None:
        super().__init__(backbone, head)

    @property
    def scale_heads(self) -> bool:
        """Whether the outputs begin with scale maps."""
        return self.head.conv_scale_layers is not None

    def drop_scale_heads(self) -> None:
        """Take the scale heads away: inference does not read them."""
        self.head.drop_training_parts()

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map images to the outputs of both stages.

        images: [B, 3, H, W], RGB, normalised, sides multiples of 32.
        Returns stage 0 [B, (2 + D) K, H/4, W/4] = [scale K | heatmap K | tag D K] and
        stage 1 [B, 2K, H/2, W/2] = [scale K | heatmap K]; without scale heads the scale channels are absent.
        `swahr.models.stages.split_stages` takes them apart.
        """
        return super().forward(images)


def with_tags(network: nn.Module) -> HigherHRNet:
    """Return a network as what it is: bottom-up, by tags. Modules of others are taken at their word.

    Raises:
        SettingError: it is of another kind, which finds no people in a whole frame by tags.
    """
    if isinstance(network, HigherHRNet) or not isinstance(network, PoseNetwork):
        return cast(HigherHRNet, network)
    head = type(getattr(network, "head", network)).__name__
    raise SettingError(f"it is a network without tags ({head}); expected HigherHRNet or SWAHR")
