"""Heatmaps by one 1x1 convolution, as networks for the crop of one person have them.

Xiao et al., ECCV 2018 (arXiv 1804.06208), section 2; Sun et al., CVPR 2019 (arXiv 1902.09212), section 3; Newell et
al., ECCV 2016 (arXiv 1603.06937), section 3.3.
"""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor, nn
from typing_extensions import Self

from swahr.config import setting
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.heads.higher import ScaleHead
from swahr.models.layers import OutputConv, initialise

STRIDE = 4
# Of the layer of variances: those of all joints are 1 cell squared at the start.
VARIANCE_STD = 1e-4


VARIANCES = "variances"  # the answer of their maps
MAX_LOG_VARIANCE = 8.0  # of cells squared, either way: exp() of more would drown the heatmaps in a loss


@register_head("heatmaps")
class HeatmapHeadSettings(HeadSettings):
    """Heatmaps alone."""

    finder = "crops"

    beside: Literal["none", "scales", "variances"] = setting(
        "none",
        "Maps before the answer, which a loss has to teach: scales of targets, or log variances of joints' places, "
        "which become the covariance of joints.",
    )

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return "Heatmaps of one person"

    def build(self, features: Sequence[Feature], num_joints: int) -> "HeatmapHead":
        """Return the module. Raises SettingError where no feature is at stride 4."""
        number = feature_at(features, STRIDE, self.kind)
        # A stack of hourglasses gives the heatmaps of its earlier ones beside the last one's feature.
        earlier = [i for i, f in enumerate(features) if i != number and f == Feature(num_joints, STRIDE)]
        return HeatmapHead(features[number].channels, num_joints, number, earlier, self.beside)

    def for_inference(self) -> Self:
        """Return these settings without scale maps."""
        return self.changed(beside="none") if self.beside == "scales" else self


class HeatmapHead(Head):
    """A 1x1 convolution on one feature; heatmaps that are among the features come before its own.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K.
        reads: which of the features that is.
        earlier: which features are heatmaps already, for supervision in between.
        beside: what is given just before the answer: see `HeatmapHeadSettings`.
    """

    answers: tuple[str, ...] = ("heatmaps",)
    exact: tuple[str, ...] = ("final_layer",)

    def __init__(
        self,
        c_in: int,
        num_joints: int,
        reads: int = 0,
        earlier: Sequence[int] = (),
        beside: Literal["none", "scales", "variances"] = "none",
    ) -> None:
        super().__init__()
        self.num_joints, self.reads, self.earlier = num_joints, reads, tuple(earlier)
        self.final_layer = OutputConv(c_in, num_joints, 1)
        self.scales = ScaleHead(c_in, num_joints) if beside == "scales" else None
        self.variances = nn.Conv2d(c_in, 2 * num_joints, 1) if beside == "variances" else None
        if self.variances is not None:
            self.answers = (VARIANCES, "heatmaps")
            self.exact = ("final_layer", "variances")

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map features to maps [B, K, H / 4, W / 4], the last of which are the answer.

        Those of earlier stacks come first; then, where the settings ask for it, scales, or log variances
        [B, 2 K, H / 4, W / 4] in cells squared: x of all joints, then y.
        """
        feature = features[self.reads]
        beside = [layer(feature) for layer in (self.scales, self.variances) if layer is not None]
        return [*(features[i] for i in self.earlier), *beside, self.final_layer(feature)]

    def drop_training_parts(self) -> None:
        """Give the last heatmaps alone, after the variances of joints where there are some."""
        self.earlier, self.scales = (), None

    def initialise(self) -> None:
        """Draw all weights anew: small output layers, scale maps at zero."""
        initialise(self)
        if self.scales is not None:
            self.scales.start_at_zero()
        if self.variances is not None:
            nn.init.normal_(self.variances.weight, std=VARIANCE_STD)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return along which axis of a weight the joints lie: the first of the output layers'."""
        if name.startswith("variances."):
            return 0, 2
        counter = name.endswith("num_batches_tracked")
        return (0, 1) if name.startswith(("final_layer.", "scales.")) and not counter else None
