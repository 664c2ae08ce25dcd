"""HigherHRNet: a backbone and a head in two stages.

Cheng et al., "HigherHRNet", CVPR 2020 (arXiv 1908.10357), section 3.
"""

from typing import cast

from torch import Tensor, nn

from swahr.models.backbones.base import Backbone
from swahr.models.heads.base import Head
from swahr.models.heads.higher import HigherHead
from swahr.models.layers import initialise


class HigherHRNet(nn.Module):
    """Bottom-up pose network: heatmaps and tags of all people of an image at once.

    Args:
        backbone: gives a feature at stride 4.
        head: made for the backbone's features.
    """

    def __init__(self, backbone: Backbone, head: Head) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = cast(HigherHead, head)
        self.num_joints, self.tag_dims = head.num_joints, head.tag_dims

    @property
    def scale_heads(self) -> bool:
        """Whether the outputs begin with scale maps."""
        return self.head.conv_scale_layers is not None

    def drop_scale_heads(self) -> None:
        """Take the scale heads away: inference does not read them."""
        self.head.conv_scale_layers = None

    def initialise(self) -> None:
        """Draw all weights anew for training from scratch; scale maps start at zero."""
        initialise(self)
        self.head.initialise()

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map images to the outputs of both stages.

        images: [B, 3, H, W], RGB, normalised, sides multiples of 32.
        Returns stage 0 [B, (2 + D) K, H/4, W/4] = [scale K | heatmap K | tag D K] and
        stage 1 [B, 2K, H/2, W/2] = [scale K | heatmap K]; without scale heads the scale channels are absent.
        `swahr.models.stages.split_stages` takes them apart.
        """
        outputs: list[Tensor] = self.head(self.backbone(images))
        return outputs
