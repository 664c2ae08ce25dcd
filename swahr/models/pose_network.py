"""A network: a backbone, and a head that makes outputs of its features."""

from torch import Tensor, nn

from swahr.models.backbones.base import Backbone
from swahr.models.heads.base import Head
from swahr.models.layers import initialise


class PoseNetwork(nn.Module):
    """Maps images to what its head gives.

    Args:
        backbone: gives features.
        head: made for the backbone's features.
    """

    def __init__(self, backbone: Backbone, head: Head) -> None:
        super().__init__()
        self.backbone, self.head = backbone, head
        self.num_joints, self.tag_dims = head.num_joints, head.tag_dims

    def initialise(self) -> None:
        """Draw all weights anew for training from scratch."""
        initialise(self)
        self.head.initialise()

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map normalised images [B, 3, H, W] to the outputs that the head describes."""
        outputs: list[Tensor] = self.head(self.backbone(images))
        return outputs
