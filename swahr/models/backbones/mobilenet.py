"""MobileNet v1 up to its twelfth block at stride 8, and what narrows it to 128 channels: Lightweight OpenPose.

Howard et al., "MobileNets", 2017 (arXiv 1704.04861), table 1; Osokin, "Real-time 2D Multi-Person Pose Estimation on
CPU: Lightweight OpenPose", 2018 (arXiv 1811.12004), section 3. Module names follow the published checkpoint.
"""

from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone
from swahr.models.layers import conv_bn

STEM_WIDTH = 32
# Of the depthwise separable blocks: channels, stride, dilation. The dilated one would stride in a classifier.
BLOCKS = (
    (64, 1, 1),
    (128, 2, 1),
    (128, 1, 1),
    (256, 2, 1),
    (256, 1, 1),
    (512, 1, 1),
    (512, 1, 2),
    *((512, 1, 1),) * 4,
)
WIDTH, MAX_WIDTH = 128, 1024


@register_backbone("mobilenet")
class MobileNetSettings(BackboneSettings):
    """MobileNet v1, as in Lightweight OpenPose."""

    width: int = setting(
        WIDTH,
        "Channels of the feature, 128 as published; all before it have as many in proportion (the paper's width "
        "multiplier).",
        gt=0,
        le=MAX_WIDTH,
        multiple_of=4,
    )

    def build(self) -> "MobileNet":
        """Return the module with weights as torch draws them."""
        return MobileNet(self.width)


class Narrowing(nn.Module):
    """From MobileNet's channels to fewer: a 1x1, to which three separable convolutions are added, and a 3x3."""

    def __init__(self, c_in: int, width: int) -> None:
        super().__init__()
        self.align = nn.Sequential(nn.Conv2d(c_in, width, 1), nn.ReLU(inplace=True))
        self.trunk = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False),
                    nn.ELU(inplace=True),
                    nn.Conv2d(width, width, 1, bias=False),
                    nn.ELU(inplace=True),
                )
                for _ in range(3)
            )
        )
        self.conv = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, width, H, W]."""
        x = self.align(x)
        y: Tensor = self.conv(x + self.trunk(x))
        return y


class MobileNet(Backbone):
    """Depthwise separable convolutions.

    Args:
        width: channels of the feature at stride 8.
    """

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.features = (Feature(width, 8),)
        c_in = STEM_WIDTH * width // WIDTH
        self.model = nn.Sequential(conv_bn(3, c_in, 3, stride=2))
        for published, stride, dilation in BLOCKS:
            c_out = published * width // WIDTH
            self.model.append(
                nn.Sequential(
                    nn.Conv2d(c_in, c_in, 3, stride, dilation, dilation, groups=c_in, bias=False),
                    nn.BatchNorm2d(c_in),
                    nn.ReLU(inplace=True),
                    *conv_bn(c_in, c_out, 1),
                )
            )
            c_in = c_out
        self.cpm = Narrowing(c_in, width)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], BGR / 256 - 0.5, sides multiples of 8, to one [B, width, H / 8, W / 8]."""
        feature: Tensor = self.cpm(self.model(images))
        return [feature]
