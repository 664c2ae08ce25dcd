"""What a network is made of, as plain data that a checkpoint carries and a configuration names."""

from collections.abc import Mapping
from typing import Any

from swahr.config import Settings, setting
from swahr.models.backbones.base import AnyBackbone
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.heads.base import AnyHead
from swahr.models.heads.higher import HigherHead, HigherHeadSettings
from swahr.models.higher_hrnet import HigherHRNet
from swahr.models.pose_network import PoseNetwork

# Where the fields of the flat form went, which checkpoints and settings had before backbones and heads were kinds.
FLAT_BACKBONES: dict[str, tuple[str, ...]] = {
    "hrnet": ("width", "modules", "blocks"),
    "movenet": ("grouping_width", "grouping_blocks"),
}
FLAT_HEAD = {
    "head_width": "width",
    "head_blocks": "blocks",
    "head_bottleneck": "bottleneck",
    "scale_heads": "scale_heads",
    "heatmap_activation": "heatmap_activation",
    "tag_dims": "tag_dims",
    "refine_first": "refine_first",
}


class Architecture(Settings):
    """Network.

    A backbone of any kind, and a head of any kind that can use its features.
    """

    backbone: AnyBackbone = setting(HRNetSettings(), "What computes the features.")
    head: AnyHead = setting(HigherHeadSettings(), "What makes heatmaps and tags of the features.")
    num_joints: int = setting(17, "K, joints of the skeleton.", gt=0)

    @property
    def tag_dims(self) -> int:
        """D, numbers in a joint's tag."""
        return self.head.tags

    def build(self) -> PoseNetwork:
        """Make the network with weights as torch draws them.

        Raises:
            SettingError: where the head cannot use the backbone's features.
        """
        backbone = self.backbone.build()
        head = self.head.build(backbone.features, self.num_joints)
        return HigherHRNet(backbone, head) if isinstance(head, HigherHead) else PoseNetwork(backbone, head)

    def __str__(self) -> str:
        """Return one line for people, such as `HigherHRNet on hrnet (width 48), 17 joints`."""
        chosen = [f"{name} {value}" for name, value in self.backbone.chosen().items()]
        more = f" ({', '.join(chosen)})" if chosen else ""
        return f"{self.head.title} on {self.backbone.kind}{more}, {self.num_joints} joints"


def read_architecture(values: Mapping[str, Any]) -> Architecture:
    """Return an architecture from plain values, in today's form or in the flat one.

    Raises:
        SettingError: naming each field that is wrong.
    """
    return Architecture(**nested(values))


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain values of an architecture with those of the flat form put where they belong.

    >>> nested({"backbone": "movenet", "width": 32, "grouping_width": 64, "head_width": 24, "num_joints": 17})
    {'backbone': {'kind': 'movenet', 'grouping_width': 64}, 'num_joints': 17, 'head': {'width': 24}}
    """
    result = dict(values)
    flat = [name for names in FLAT_BACKBONES.values() for name in names if name in result]
    backbone = result.get("backbone", "hrnet")
    if flat and isinstance(backbone, str):
        given = {name: result.pop(name) for name in flat}
        own = {name: given[name] for name in FLAT_BACKBONES.get(backbone, ()) if name in given}
        result["backbone"] = {"kind": backbone, **own}
    head = {new: result.pop(old) for old, new in FLAT_HEAD.items() if old in result}
    if head:
        result["head"] = {**head, **result.get("head", {})}
    return result
