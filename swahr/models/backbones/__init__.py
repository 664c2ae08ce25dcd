"""The networks that features come from, one file each; `register_backbone` is the door for others."""

from swahr.models.backbones.base import BACKBONES, Backbone, BackboneSettings, Feature, register_backbone

__all__ = ["BACKBONES", "Backbone", "BackboneSettings", "Feature", "register_backbone"]
