"""A model of this project as one of the comparison."""

from typing import Any

from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import NetworkOutput
from swahr.pose.poses import Poses
from swahr.video.images import Image


class Ours:
    """model: a bundled name or a checkpoint. options: of `PoseEstimator.from_pretrained`."""

    def __init__(self, model: str, **options: Any) -> None:
        self.estimator = PoseEstimator.from_pretrained(
            model, "cpu", **{"min_score": 0.0, "refine": "off", **options}
        )

    def prepare(self, frame: Image) -> Image:
        """Hand the frame on: the estimator resizes it."""
        return frame

    def network(self, prepared: Image) -> NetworkOutput:
        """Resize and run the network."""
        return self.estimator.infer([prepared])

    def people(self, prepared: Image, outputs: NetworkOutput) -> Poses:
        """Parse."""
        return self.estimator.parse(outputs)[0]
