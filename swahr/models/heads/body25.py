"""Fields first, in four stages of densely joined blocks, then heatmaps in two: OpenPose's network of 2018, BODY_25.

Cao et al., "OpenPose: Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields", TPAMI 2019
(arXiv 1812.08008), section 3.2 and figure 3. Layer names are those of the published network: L2 gives the fields, L1
the heatmaps.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, OutputConv, initialise

STRIDE = 8
BLOCKS = 5
FIELDS, HEATMAPS = "L2", "L1"
WIDTH, MAX_WIDTH = 128, 1024
# Of the first stage of a branch and of those that follow: channels of each of a block's convolutions, and of the 1x1,
# as published.
FIRST_WIDTHS, LATER_WIDTHS = (96, 256), (128, 512)


@register_head("body25")
class Body25HeadSettings(HeadSettings):
    """Part affinity fields, OpenPose with feet (BODY_25)."""

    finder = "fields"

    field_stages: int = setting(4, "Stages of fields: 4 as published.", gt=0, le=MAX_REPEATS)
    heatmap_stages: int = setting(2, "Stages of heatmaps: 2 as published.", gt=0, le=MAX_REPEATS)
    num_limbs: int = setting(26, "L, limbs that have a field.", gt=0, le=MAX_CHANNELS)
    width: int = setting(
        WIDTH,
        "Channels, 128 as published; the first stage of a branch has three quarters.",
        gt=0,
        le=MAX_WIDTH,
        multiple_of=4,
    )

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return "OpenPose BODY_25"

    def build(self, features: Sequence[Feature], num_joints: int) -> "Body25Head":
        """Return the module. Raises SettingError where no feature is at stride 8."""
        number = feature_at(features, STRIDE, self.kind)
        return Body25Head(features[number].channels, num_joints, self, number)


class Body25Head(Head):
    """Each stage sees the feature, the last fields, and in the branch of heatmaps the last heatmaps, too.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K; there is one heatmap more, of the background.
        settings: how many stages, limbs and channels.
        reads: which of the backbone's features that is.
    """

    answers = ("heatmaps", "pafs")

    def __init__(self, c_in: int, num_joints: int, settings: Body25HeadSettings, reads: int = 0) -> None:
        super().__init__()
        self.num_joints, self.reads, self._width = num_joints, reads, settings.width
        num_fields, num_heatmaps = 2 * settings.num_limbs, num_joints + 1
        self._stages = [(stage, FIELDS) for stage in range(settings.field_stages)]
        self._stages += [(stage, HEATMAPS) for stage in range(settings.heatmap_stages)]
        for stage, branch in self._stages:
            outputs = num_fields if branch == FIELDS else num_heatmaps
            fields_seen = num_fields if branch == HEATMAPS or stage else 0
            heatmaps_seen = num_heatmaps if branch == HEATMAPS and stage else 0
            self._add(stage, branch, c_in + fields_seen + heatmaps_seen, outputs)

    @property
    def taught_outputs(self) -> tuple[str, ...]:
        """Fields of each of their stages, then heatmaps of each of theirs."""
        return tuple("pafs" if branch == FIELDS else "heatmaps" for _, branch in self._stages)

    def _add(self, stage: int, branch: str, c_in: int, c_out: int) -> None:
        width, width_1x1 = (each * self._width // WIDTH for each in (LATER_WIDTHS if stage else FIRST_WIDTHS))
        for block in range(1, BLOCKS + 1):
            for part in range(3):
                c_part = c_in if part == 0 else width
                self.add_module(
                    f"Mconv{block}_stage{stage}_{branch}_{part}", nn.Conv2d(c_part, width, 3, padding=1)
                )
                self.add_module(f"Mprelu{block}_stage{stage}_{branch}_{part}", nn.PReLU(width))
            c_in = 3 * width
        self.add_module(f"Mconv6_stage{stage}_{branch}", nn.Conv2d(c_in, width_1x1, 1))
        self.add_module(f"Mprelu6_stage{stage}_{branch}", nn.PReLU(width_1x1))
        self.add_module(f"Mconv7_stage{stage}_{branch}", OutputConv(width_1x1, c_out, 1))

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map a feature to the last heatmaps [B, K + 1, H / 8, W / 8] and fields [B, 2 L, H / 8, W / 8].

        In training those of all stages are returned, as `taught_outputs` names them.
        """
        stages = self.stages(features)
        if self.training:
            return stages
        return [stages[-1], stages[self.taught_outputs.index("heatmaps") - 1]]

    def stages(self, features: list[Tensor]) -> list[Tensor]:
        """Return fields of each of their stages, then heatmaps of each of theirs: all are supervised."""
        feature = features[self.reads]
        outputs: list[Tensor] = []
        seen = [feature]
        fields: list[Tensor] = []
        for stage, branch in self._stages:
            output = self._stage(stage, branch, torch.cat(seen, dim=1) if len(seen) > 1 else feature)
            outputs.append(output)
            if branch == FIELDS:
                fields = [output]
                seen = [feature, output]
            else:
                seen = [feature, output, *fields]
        return outputs

    def _stage(self, stage: int, branch: str, x: Tensor) -> Tensor:
        for block in range(1, BLOCKS + 1):
            parts = []
            for part in range(3):
                x = self._layer(f"{block}_stage{stage}_{branch}_{part}", x)
                parts.append(x)
            x = torch.cat(parts, dim=1)
        y: Tensor = self.get_submodule(f"Mconv7_stage{stage}_{branch}")(
            self._layer(f"6_stage{stage}_{branch}", x)
        )
        return y

    def _layer(self, name: str, x: Tensor) -> Tensor:
        y: Tensor = self.get_submodule(f"Mprelu{name}")(self.get_submodule(f"Mconv{name}")(x))
        return y

    def initialise(self) -> None:
        """Draw all weights anew."""
        initialise(self)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return nothing: the background's heatmap stands with those of the joints, and fields are of limbs."""
        del name
        return None
