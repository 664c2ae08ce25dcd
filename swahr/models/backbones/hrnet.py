"""HRNet, the backbone that keeps a high-resolution branch from end to end.

Sun et al., "Deep High-Resolution Representation Learning for Human Pose Estimation", CVPR 2019
(arXiv 1902.09212), section 3 and figure 1. Module names follow the published checkpoints.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, BasicBlock, Bottleneck, Repeats, conv_bn

STEM_WIDTH = 64


@register_backbone("hrnet")
class HRNetSettings(BackboneSettings):
    """HRNet."""

    width: int = setting(
        32, "Channels W of the highest branch: 32 and 48 are published.", gt=0, le=MAX_CHANNELS
    )
    modules: tuple[Repeats, Repeats, Repeats] = setting((1, 4, 3), "Exchange modules in stages 2, 3, 4.")
    blocks: int = setting(4, "Basic blocks of a branch in each module.", gt=0, le=MAX_REPEATS)
    stem_width: int = setting(
        STEM_WIDTH,
        "Channels of the stem and of stage 1's bottlenecks, 64 as published.",
        gt=0,
        le=MAX_CHANNELS // 4,
    )

    def build(self) -> "HRNet":
        """Return the module with weights as torch draws them."""
        return HRNet(self.width, self.modules, self.blocks, self.stem_width)


class HRModule(nn.Module):
    """Basic blocks on every branch, then an exchange between all branches.

    With `only_highest` the exchange feeds the highest resolution alone, as in the last module of stage 4.
    """

    def __init__(self, widths: Sequence[int], blocks: int, only_highest: bool = False) -> None:
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(w) for _ in range(blocks))) for w in widths)
        targets = range(1 if only_highest else len(widths))
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(self._route(widths, source, target) for source in range(len(widths)))
            for target in targets
        )

    @staticmethod
    def _route(widths: Sequence[int], source: int, target: int) -> nn.Module:
        """Make the path of a branch to another: upwards 1x1 and nearest, downwards strided 3x3."""
        if source == target:
            return nn.Identity()
        if source > target:
            up = nn.Upsample(scale_factor=2 ** (source - target), mode="nearest")
            return nn.Sequential(*conv_bn(widths[source], widths[target], 1, relu=False), up)
        steps = target - source
        return nn.Sequential(
            *(conv_bn(widths[source], widths[source], 3, stride=2) for _ in range(steps - 1)),
            conv_bn(widths[source], widths[target], 3, stride=2, relu=False),
        )

    def forward(self, xs: list[Tensor]) -> list[Tensor]:
        """Map one [B, w_i, H / 2^i, W / 2^i] a branch to as many, or to the highest alone."""
        xs = [branch(x) for branch, x in zip(self.branches, xs, strict=True)]
        fused = []
        for routes in self.fuse_layers:
            assert isinstance(routes, nn.ModuleList)
            total = routes[0](xs[0])
            for route, x in zip(list(routes)[1:], xs[1:], strict=True):
                total = total + route(x)
            fused.append(F.relu(total))
        return fused


class HRNet(Backbone):
    """HRNet up to its highest-resolution map, W channels at stride 4.

    Args:
        width: channels W of the highest branch; the branches have W, 2W, 4W and 8W (32 and 48 are published).
        modules: exchange modules in stages 2, 3 and 4.
        blocks: basic blocks of a branch in each module.
        stem_width: channels of the stem, and of the bottlenecks of stage 1.
    """

    def __init__(
        self,
        width: int = 32,
        modules: Sequence[int] = (1, 4, 3),
        blocks: int = 4,
        stem_width: int = STEM_WIDTH,
    ) -> None:
        super().__init__()
        self.features = (Feature(width, 4),)
        widths = [width * 2**i for i in range(4)]
        self.conv1 = nn.Conv2d(3, stem_width, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem_width)
        self.conv2 = nn.Conv2d(stem_width, stem_width, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(stem_width)
        c_layer1 = stem_width * Bottleneck.expansion
        self.layer1 = nn.Sequential(
            Bottleneck(stem_width, stem_width), *(Bottleneck(c_layer1, stem_width) for _ in range(3))
        )
        # A transition keeps the branches that are there and opens one more from the lowest of them;
        # the first also brings layer1's channels down to the first two widths.
        self.transition1 = nn.ModuleList(
            [conv_bn(c_layer1, widths[0], 3), nn.Sequential(conv_bn(c_layer1, widths[1], 3, stride=2))]
        )
        self.transition2 = self._open_branch(widths, 2)
        self.transition3 = self._open_branch(widths, 3)
        self.stage2 = nn.Sequential(*(HRModule(widths[:2], blocks) for _ in range(modules[0])))
        self.stage3 = nn.Sequential(*(HRModule(widths[:3], blocks) for _ in range(modules[1])))
        self.stage4 = nn.Sequential(
            *(HRModule(widths, blocks, only_highest=i == modules[2] - 1) for i in range(modules[2]))
        )

    @staticmethod
    def _open_branch(widths: Sequence[int], index: int) -> nn.ModuleList:
        new = nn.Sequential(conv_bn(widths[index - 1], widths[index], 3, stride=2))
        return nn.ModuleList([*(nn.Identity() for _ in range(index)), new])

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], sides multiples of 32, to one [B, W, H / 4, W / 4]."""
        x = F.relu(self.bn1(self.conv1(images)), inplace=True)  # [B, stem_width, H/2, W/2]
        x = F.relu(self.bn2(self.conv2(x)), inplace=True)  # [B, stem_width, H/4, W/4]
        x = self.layer1(x)  # [B, 4 stem_width, H/4, W/4]
        xs: list[Tensor] = self.stage2([to(x) for to in self.transition1])
        xs = self.stage3([*xs, self.transition2[2](xs[-1])])
        xs = self.stage4([*xs, self.transition3[3](xs[-1])])
        return xs[:1]
