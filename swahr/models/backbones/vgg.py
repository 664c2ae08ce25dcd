"""The front of VGG-19 with which OpenPose begins: ten convolutions, and two that narrow them to 128 channels.

Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields", CVPR 2017 (arXiv 1611.08050),
section 2.2. Layer names are those of the published network.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone

# Names, and channels as published; a pooling stands between the groups.
GROUPS = (
    (("conv1_1", 64), ("conv1_2", 64)),
    (("conv2_1", 128), ("conv2_2", 128)),
    (("conv3_1", 256), ("conv3_2", 256), ("conv3_3", 256), ("conv3_4", 256)),
    (("conv4_1", 512), ("conv4_2", 512), ("conv4_3_CPM", 256), ("conv4_4_CPM", 128)),
)
LEARNT_SLOPES = ("conv4_2", "conv4_3_CPM", "conv4_4_CPM")
WIDTH, MAX_WIDTH = 128, 1024


def slope_name(convolution: str) -> str:
    """Return the published name of the slopes after a convolution: `prelu4_2` after `conv4_2`."""
    return convolution.replace("conv", "prelu")


@register_backbone("vgg")
class VGGSettings(BackboneSettings):
    """VGG-19's front, as in OpenPose."""

    prelu: bool = setting(False, "Learnt slopes in place of ReLU from conv4_2 on, as in BODY_25.")
    width: int = setting(
        WIDTH,
        "Channels of the feature, 128 as published; all before it have as many in proportion.",
        gt=0,
        le=MAX_WIDTH,
        multiple_of=2,
    )

    def build(self) -> "VGG":
        """Return the module with weights as torch draws them."""
        return VGG(self.prelu, self.width)


class VGG(Backbone):
    """3x3 convolutions and ReLU, halved three times, to one feature at stride 8.

    Args:
        prelu: learnt slopes in place of ReLU for the last three.
        width: channels of the feature.
    """

    def __init__(self, prelu: bool = False, width: int = WIDTH) -> None:
        super().__init__()
        c_in = 3
        for group in GROUPS:
            for name, published in group:
                c_out = published * width // WIDTH
                self.add_module(name, nn.Conv2d(c_in, c_out, 3, padding=1))
                if prelu and name in LEARNT_SLOPES:
                    self.add_module(slope_name(name), nn.PReLU(c_out))
                c_in = c_out
        self.features = (Feature(c_in, 8),)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], BGR / 256 - 0.5, sides multiples of 8, to one [B, width, H / 8, W / 8]."""
        x = images
        for number, group in enumerate(GROUPS):
            if number:
                x = F.max_pool2d(x, 2)
            for name, _ in group:
                x = self.get_submodule(name)(x)
                slope = getattr(self, slope_name(name), None)
                x = F.relu(x, inplace=True) if slope is None else slope(x)
        return [x]
