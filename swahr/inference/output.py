"""What a network said of frames, in each of the forms that it comes in: people and maps are made of all of them alike.

K joints, T tags, B frames of one size, h w the size of a stage, H W that of the input.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from swahr.decode import ParsedPeople, ParseParams, parse_heatmaps, parse_stages
from swahr.errors import SettingError
from swahr.inference.aggregate import RunMaps, average_stages, finest_size, stack_tags
from swahr.inference.frame_maps import FrameMaps, frame_maps
from swahr.inference.geometry import InputGeometry
from swahr.inference.postprocess import Selection
from swahr.pose.poses import Poses
from swahr.video.images import Image


class NetworkOutput(ABC):
    """What a network said of some frames: what `PoseEstimator.infer` gives.

    People are made of it as often as settings change, without another run, and layers show its maps.

    >>> import cv2
    >>> from dataclasses import replace
    >>> from swahr import PoseEstimator
    >>> estimator = PoseEstimator.from_pretrained("default", device="cpu")
    >>> output = estimator.infer([cv2.imread(str(photo))])
    >>> sure = replace(estimator.selection, min_score=0.9)
    >>> len(output.poses(estimator.params, sure)[0]) <= len(estimator.parse(output)[0])
    True
    >>> output.maps(0).heatmaps.shape[0]  # a map a joint
    17
    """

    @property
    def has_maps(self) -> bool:
        """Whether it holds maps, so that people can be made of it again with other settings, and layers drawn.

        It does not where a GPU has made the people already.
        """
        return True

    @abstractmethod
    def __len__(self) -> int:
        """Return how many frames it is of."""

    @abstractmethod
    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame, in the order in which the frames were given.

        Args:
            params: of the parse. People that a GPU has made already stay as they were made.
            selection: who of the parsed people counts.

        Raises:
            SwahrError: the maps hold NaN or infinity.
        """

    @abstractmethod
    def maps(self, index: int) -> FrameMaps:
        """Return the maps of a frame, at the size of the finest stage or of the input.

        Args:
            index: of the frame among those that were given.

        Raises:
            SettingError: there is no such frame, or there are no maps.
        """

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise SettingError(f"frame {index} is not among the {len(self)} that the network saw")


@dataclass(frozen=True)
class LaterOutput(NetworkOutput):
    """Of frames whose people another stage looks at; its maps are those of the stage before.

    Attributes:
        first: What the stage before said.
        frames: What it was shown, [H, W, 3] uint8 BGR.
    """

    first: NetworkOutput
    frames: Sequence[Image]

    @property
    def has_maps(self) -> bool:
        """Whether the stage before holds maps."""
        return self.first.has_maps

    def __len__(self) -> int:
        return len(self.first)

    def maps(self, index: int) -> FrameMaps:
        """Return the maps of a frame by the stage before."""
        return self.first.maps(index)


@dataclass(frozen=True)
class BatchOutput(NetworkOutput):
    """Of frames of one size. geometry: takes positions in their input to the frame."""

    geometry: InputGeometry

    @abstractmethod
    def people(self, params: ParseParams) -> list[ParsedPeople]:
        """Return the people of each frame, in pixels of the input. Raises as `poses`."""

    @property
    def cell_px(self) -> float:
        """Width of a pixel of the finest stage, pixels of the input."""
        return 1.0

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame."""
        return [selection.poses(people, self.geometry, self.cell_px) for people in self.people(params)]


@dataclass(frozen=True)
class StageOutput(BatchOutput):
    """The stages of all runs at one scale, as they are: the parse needs no maps at input size."""

    runs: RunMaps

    def __len__(self) -> int:
        return len(self.runs.heatmaps[0])

    @property
    def cell_px(self) -> float:
        """Width of a pixel of the finest stage, pixels of the input."""
        return self.geometry.input_wh[0] / finest_size(self.runs)[1]

    def people(self, params: ParseParams) -> list[ParsedPeople]:
        """Parse the stages in one pass."""
        input_hw = self.geometry.input_wh[::-1]
        runs = [self.runs.of_frame(index) for index in range(len(self))]
        return [parse_stages(run.heatmaps, run.tags, input_hw, params) for run in runs]

    def maps(self, index: int) -> FrameMaps:
        """Bring the stages of a frame together at the size of the finest."""
        self._check(index)
        runs = self.runs.only(index)
        size = finest_size(runs)
        return _of_first(average_stages(runs, size), stack_tags(runs, size), self.geometry)


@dataclass(frozen=True)
class InputMaps(BatchOutput):
    """Maps at input size: of several scales, which nothing smaller holds, and for who wants to see them.

    heatmaps: [B, K, H, W] float32. tags: [B, K, H, W, T] float32, T the numbers in a tag, twice as many with the flip
    test.
    """

    heatmaps: Tensor
    tags: Tensor

    def __len__(self) -> int:
        return len(self.heatmaps)

    def people(self, params: ParseParams) -> list[ParsedPeople]:
        """Parse the maps."""
        return [
            parse_heatmaps(heatmaps, tags, params)
            for heatmaps, tags in zip(self.heatmaps, self.tags, strict=True)
        ]

    def maps(self, index: int) -> FrameMaps:
        """Return the maps of a frame at input size."""
        self._check(index)
        return _of_first(self.heatmaps[index : index + 1], self.tags[index : index + 1], self.geometry)


@dataclass(frozen=True)
class Inferred(NetworkOutput):
    """Of frames of any sizes, in batches of one size each.

    count: of all frames. batches: indices of a batch's frames among all, and what the network said of them.
    """

    count: int
    batches: list[tuple[list[int], NetworkOutput]]

    @property
    def has_maps(self) -> bool:
        """Whether all batches hold maps."""
        return all(output.has_maps for _, output in self.batches)

    def __len__(self) -> int:
        return self.count

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame."""
        found: dict[int, Poses] = {}
        for indices, output in self.batches:
            found.update(zip(indices, output.poses(params, selection), strict=True))
        return [found[index] for index in range(self.count)]

    def maps(self, index: int) -> FrameMaps:
        """Return the maps of a frame."""
        self._check(index)
        indices, output = next(batch for batch in self.batches if index in batch[0])
        return output.maps(indices.index(index))


def _of_first(heatmaps: Tensor, tags: Tensor, geometry: InputGeometry) -> FrameMaps:
    """Take the first frame out of heatmaps [B, K, h, w] and tags [B, K, h, w, T]."""
    return frame_maps(heatmaps[0].float().cpu().numpy(), tags[0, ..., 0].float().cpu().numpy(), geometry)
