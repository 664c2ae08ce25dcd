"""Heatmaps and part affinity fields in six stages, each of which sees what the stage before has found.

Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields", CVPR 2017 (arXiv 1611.08050),
section 2.2 and figure 3. Layer names are those of the published network: L1 gives the fields, L2 the heatmaps.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, OutputConv, initialise

STRIDE = 8
WIDTH, MAX_WIDTH = 128, 1024
# Names, kernels, and channels as published; 0: those of the maps.
FIRST = (("conv5_{}_CPM", 3, 128),) * 3 + (("conv5_{}_CPM", 1, 512), ("conv5_{}_CPM", 1, 0))
LATER = (("Mconv{}_stage{}", 7, 128),) * 5 + (("Mconv{}_stage{}", 1, 128), ("Mconv{}_stage{}", 1, 0))
BRANCHES = ("L1", "L2")


@register_head("openpose")
class OpenPoseHeadSettings(HeadSettings):
    """Part affinity fields, OpenPose."""

    finder = "fields"

    stages: int = setting(6, "Stages: 6 as published.", gt=0, le=MAX_REPEATS)
    num_limbs: int = setting(19, "L, limbs that have a field.", gt=0, le=MAX_CHANNELS)
    width: int = setting(WIDTH, "Channels, 128 as published.", gt=0, le=MAX_WIDTH)

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return "OpenPose"

    def build(self, features: Sequence[Feature], num_joints: int) -> "OpenPoseHead":
        """Return the module. Raises SettingError where no feature is at stride 8."""
        number = feature_at(features, STRIDE, self.kind)
        return OpenPoseHead(features[number].channels, num_joints, self, number)


class OpenPoseHead(Head):
    """Two branches a stage.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K; there is one heatmap more, of the background.
        settings: how many stages, limbs and channels.
        reads: which of the backbone's features that is.
    """

    answers = ("pafs", "heatmaps")

    def __init__(self, c_in: int, num_joints: int, settings: OpenPoseHeadSettings, reads: int = 0) -> None:
        super().__init__()
        self.num_joints, self.reads, self._width = num_joints, reads, settings.width
        outputs = (2 * settings.num_limbs, num_joints + 1)
        # For each stage and branch the names of its layers, in order.
        self._layers: list[list[list[str]]] = []
        for stage in range(1, settings.stages + 1):
            named, c_stage = [], c_in if stage == 1 else c_in + sum(outputs)
            for branch, c_out in zip(BRANCHES, outputs, strict=True):
                named.append(self._add_branch(stage, branch, c_stage, c_out))
            self._layers.append(named)

    @property
    def taught_outputs(self) -> tuple[str, ...]:
        """Fields and heatmaps of each stage."""
        return self.answers * len(self._layers)

    def _add_branch(self, stage: int, branch: str, c_in: int, c_out: int) -> list[str]:
        names = []
        for number, (pattern, kernel, published) in enumerate(FIRST if stage == 1 else LATER, 1):
            name = f"{pattern.format(number, stage)}_{branch}"
            convolution = nn.Conv2d if published else OutputConv
            width = published * self._width // WIDTH
            self.add_module(name, convolution(c_in, width or c_out, kernel, padding=kernel // 2))
            names.append(name)
            c_in = width
        return names

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map a feature to the last stage's fields [B, 2 L, H / 8, W / 8] and heatmaps [B, K + 1, H / 8, W / 8].

        In training those of all stages are returned, in turn.
        """
        stages = self.stages(features)
        return stages if self.training else stages[-2:]

    def stages(self, features: list[Tensor]) -> list[Tensor]:
        """Return fields and heatmaps of every stage in turn: all are supervised (equation 5)."""
        feature = features[self.reads]
        outputs: list[Tensor] = []
        for branches in self._layers:
            x = torch.cat([*outputs[-2:], feature], dim=1) if outputs else feature
            outputs.extend([self._branch(names, x) for names in branches])
        return outputs

    def _branch(self, names: Sequence[str], x: Tensor) -> Tensor:
        for name in names[:-1]:
            x = F.relu(self.get_submodule(name)(x), inplace=True)
        y: Tensor = self.get_submodule(names[-1])(x)
        return y

    def initialise(self) -> None:
        """Draw all weights anew."""
        initialise(self)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return nothing: the background's heatmap stands with those of the joints, and fields are of limbs."""
        del name
        return None
