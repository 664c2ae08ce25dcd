"""A network: a backbone, and a head that makes outputs of its features."""

from torch import Tensor, nn

from swahr.models.backbones.base import Backbone
from swahr.models.folding import fold_batch_norm
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
        self.answers_alone = False

    def initialise(self) -> None:
        """Draw all weights anew for training from scratch."""
        initialise(self)
        self.head.initialise()

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map normalised images [B, 3, H, W] to the outputs that the head describes."""
        outputs: list[Tensor] = self.head(self.backbone(images))
        return outputs[-len(self.head.answers) :] if self.answers_alone else outputs

    def drop_training_parts(self) -> None:
        """Take away, in place, what training alone needs; from then on the head's `answers` alone are given."""
        self.head.drop_training_parts()
        self.answers_alone = True


def to_inference_form(network: nn.Module) -> nn.Module:
    """Bring a network into the form that is run, in place, and return it; modules of others are folded alone."""
    network.eval()
    if isinstance(network, PoseNetwork):
        network.drop_training_parts()
    fold_batch_norm(network)
    return network
