"""Two styles of ResNet, of which names and shapes of weights do not tell: who imports them has to."""

from dataclasses import replace
from typing import Literal

from swahr.errors import SettingError
from swahr.models.backbones.resnet import ResNetSettings
from swahr.models.checkpoints import Checkpoint


def in_style(checkpoint: Checkpoint, style: Literal["pytorch", "caffe"]) -> Checkpoint:
    """Return a network on a ResNet with its strides where another style has them, and the same weights.

    Args:
        checkpoint: as recognised.
        style: which convolution of a stage's first block strides, the 3x3 or the first 1x1.

    Raises:
        SettingError: its backbone is no ResNet.
    """
    backbone = checkpoint.architecture.backbone
    if not isinstance(backbone, ResNetSettings):
        raise SettingError(f"{checkpoint.architecture} has no ResNet, of which alone there are two styles")
    architecture = checkpoint.architecture.changed(backbone=backbone.changed(style=style))
    model = architecture.build()
    model.load_state_dict(checkpoint.model.state_dict())
    return replace(checkpoint, model=model.eval(), architecture=architecture)
