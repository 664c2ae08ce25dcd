"""What the network said of some frames: what `PoseEstimator.infer` hands to `PoseEstimator.parse`."""

from dataclasses import dataclass

from swahr.inference.aggregate import Maps, RunMaps
from swahr.inference.geometry import InputGeometry
from swahr.inference.gpu_graph import PendingPeople


@dataclass(frozen=True)
class InferredBatch:
    """What the network said of frames of one size.

    indices: which of the frames these are. maps: the stages of one scale, or maps that several scales were brought
    together in, at input size, or the people themselves, where a GPU makes them. geometry: takes positions in the
    input to the frame.
    """

    indices: list[int]
    maps: RunMaps | Maps | PendingPeople
    geometry: InputGeometry


@dataclass(frozen=True)
class Inferred:
    """What the network said of `count` frames, in batches of one frame size each."""

    count: int
    batches: list[InferredBatch]

    @property
    def has_maps(self) -> bool:
        """Whether people can be made of it with other settings, and layers drawn: not where a GPU made them already."""
        return not any(isinstance(batch.maps, PendingPeople) for batch in self.batches)
