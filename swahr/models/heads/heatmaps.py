"""Heatmaps by one 1x1 convolution, as networks for the crop of one person have them.

Xiao et al., ECCV 2018 (arXiv 1804.06208), section 2; Sun et al., CVPR 2019 (arXiv 1902.09212), section 3; Newell et
al., ECCV 2016 (arXiv 1603.06937), section 3.3.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.layers import initialise

STRIDE = 4
OUTPUT_STD = 0.001  # of the last layer's weights at the start, as published


@register_head("heatmaps")
class HeatmapHeadSettings(HeadSettings):
    """Heatmaps alone."""

    finder = "crops"

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return "Heatmaps of one person"

    def build(self, features: Sequence[Feature], num_joints: int) -> "HeatmapHead":
        """Return the module. Raises SettingError where no feature is at stride 4."""
        number = feature_at(features, STRIDE, self.kind)
        # A stack of hourglasses gives the heatmaps of its earlier ones beside the last one's feature.
        earlier = [i for i, f in enumerate(features) if i != number and f == Feature(num_joints, STRIDE)]
        return HeatmapHead(features[number].channels, num_joints, number, earlier)


class HeatmapHead(Head):
    """A 1x1 convolution on one feature; heatmaps that are among the features come before its own.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K.
        reads: which of the features that is.
        earlier: which features are heatmaps already, for supervision in between.
    """

    answers = ("heatmaps",)
    exact = ("final_layer",)

    def __init__(self, c_in: int, num_joints: int, reads: int = 0, earlier: Sequence[int] = ()) -> None:
        super().__init__()
        self.num_joints, self.reads, self.earlier = num_joints, reads, tuple(earlier)
        self.final_layer = nn.Conv2d(c_in, num_joints, 1)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map features to heatmaps [B, K, H / 4, W / 4], the last of which are the answer."""
        return [*(features[i] for i in self.earlier), self.final_layer(features[self.reads])]

    def drop_training_parts(self) -> None:
        """Give the last heatmaps alone."""
        self.earlier = ()

    def initialise(self) -> None:
        """Draw all weights anew: a small output layer."""
        initialise(self)
        nn.init.normal_(self.final_layer.weight, std=OUTPUT_STD)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return along which axis of a weight the joints lie: the first of the output layer's."""
        return (0, 1) if name.startswith("final_layer.") else None
