"""What a network is made of, as plain data that a checkpoint carries and a configuration names."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from swahr.models.backbones.hrnet import HRNet
from swahr.models.backbones.movenet import MoveNetBackbone
from swahr.models.higher_hrnet import HeatmapActivation, HigherHRNet


class Architecture(BaseModel):
    """The shape of a HigherHRNet; `build` makes the module with weights as torch draws them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backbone: Literal["hrnet", "movenet"] = Field("hrnet", description="Which trunk computes the features.")
    width: int = Field(32, gt=0, description="HRNet: channels W of the highest branch.")
    modules: tuple[int, int, int] = Field((1, 4, 3), description="HRNet: exchange modules in stages 2, 3, 4.")
    blocks: int = Field(4, gt=0, description="HRNet: basic blocks a branch in each module.")
    grouping_width: int = Field(64, gt=0, description="MoveNet: channels of the features for the tags.")
    grouping_blocks: int = Field(4, ge=0, description="MoveNet: blocks of the tower for the tags.")
    num_joints: int = Field(17, gt=0, description="K, joints of the skeleton.")
    tag_dims: int = Field(1, gt=0, description="Numbers in a joint's tag: 1 as published.")
    refine_first: bool = Field(
        False, description="The second stage adds to the first's heatmaps; published: it gives its own."
    )
    head_width: int = Field(32, gt=0, description="Channels of the head at 1/2 resolution.")
    head_blocks: int = Field(4, ge=0, description="Basic blocks of the head at 1/2 resolution.")
    head_bottleneck: int = Field(0, ge=0, description="Channels that the upsampling reads; 0: all.")
    scale_heads: bool = Field(True, description="With SWAHR's scale maps: needed for training alone.")
    heatmap_activation: HeatmapActivation = Field("none", description="none as published, or sigmoid.")

    def build(self) -> HigherHRNet:
        """Make the network."""
        backbone = (
            MoveNetBackbone(self.grouping_width, self.grouping_blocks)
            if self.backbone == "movenet"
            else HRNet(self.width, self.modules, self.blocks)
        )
        return HigherHRNet(
            num_joints=self.num_joints,
            tag_dims=self.tag_dims,
            refine_first=self.refine_first,
            backbone=backbone,
            head_width=self.head_width,
            head_blocks=self.head_blocks,
            head_bottleneck=self.head_bottleneck,
            scale_heads=self.scale_heads,
            heatmap_activation=self.heatmap_activation,
        )
