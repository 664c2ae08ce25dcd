"""What a network is made of, as plain data that a checkpoint carries and a configuration names."""

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from swahr.config import Settings, setting
from swahr.models.backbones.base import AnyBackbone
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.heads.base import HEADS, AnyHead, HeadSettings
from swahr.models.heads.higher import HigherHead, HigherHeadSettings
from swahr.models.higher_hrnet import HigherHRNet
from swahr.models.layers import MAX_CHANNELS
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


# What a network finds, by what finds people by its maps: people in frames by tags, one person's joints in a crop, or
# people in frames by part affinity fields.
KINDS = {"tags": "bottom-up", "crops": "top-down", "fields": "fields"}
# Backbone and head of a kind, where a configuration names the kind alone.
DEFAULTS_OF_KIND = {
    "bottom-up": ("hrnet", "higher"),
    "top-down": ("resnet", "heatmaps"),
    "fields": ("mobilenet", "lightweight"),
}


class Architecture(Settings):
    """Network.

    A backbone of any kind, and a head of any kind that can use its features. `kind`, which follows from the head, may
    be given in its place, or beside it.

    >>> Architecture(kind="top-down").head.kind, Architecture(head="lightweight").kind
    ('heatmaps', 'fields')
    """

    backbone: AnyBackbone = setting(HRNetSettings(), "What computes the features.")
    head: AnyHead = setting(
        HigherHeadSettings(),
        "What makes maps of the features. It decides what kind of network this is: bottom-up (higher), top-down, for "
        "crops (heatmaps, cpn), or by part affinity fields (lightweight, openpose); `architecture.kind` may name that, "
        "and then stands for a backbone and a head of the kind.",
    )
    num_joints: int = setting(17, "K, joints of the skeleton.", gt=0, le=MAX_CHANNELS)

    @model_validator(mode="before")
    @classmethod
    def _by_kind(cls, values: Any) -> Any:
        """Take `kind` out, with the backbone and head that it stands for where they are not given."""
        if not isinstance(values, Mapping) or "kind" not in values:
            return values
        kind = values["kind"]
        given = {name: value for name, value in values.items() if name != "kind"}
        if kind not in DEFAULTS_OF_KIND:
            raise ValueError(f"kind is {kind!r}; expected one of {', '.join(DEFAULTS_OF_KIND)}")
        backbone, head = DEFAULTS_OF_KIND[kind]
        if "head" not in given:
            return {"backbone": backbone, "head": head, **given}
        made = kind_of(HEADS.chosen(given["head"]))
        if made != kind:
            raise ValueError(
                f"kind is {kind!r}, and the head makes a network of kind {made!r}; leave one out"
            )
        return given

    @property
    def kind(self) -> str:
        """What the network finds: people by tags (bottom-up), the joints of a crop (top-down), people by fields."""
        return kind_of(self.head)

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


def kind_of(head: HeadSettings) -> str:
    """Return the kind of network that a head makes; a plugin's is called as its finder."""
    return KINDS.get(head.finder, head.finder)


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
