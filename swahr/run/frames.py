"""The estimator on frames that know their place in a source, by which boxes are found in a file."""

from collections.abc import Sequence

from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import NetworkOutput
from swahr.video.frame import Frame


def infer_frames(estimator: PoseEstimator, frames: Sequence[Frame], keep_maps: bool = False) -> NetworkOutput:
    """Run the network on frames, all of which could be read; see `PoseEstimator.infer`."""
    images = [frame.image for frame in frames if frame.image is not None]
    boxes = estimator.boxes_of([(frame.index, frame.name) for frame in frames if frame.image is not None])
    return estimator.infer(images, keep_maps=keep_maps, boxes=boxes)
