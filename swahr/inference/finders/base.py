"""What every finder offers, and what those have in common that look at whole frames."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Protocol

import torch
from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import Hint, SettingError
from swahr.inference.backends.choice import Choice
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.boxes import PersonBoxes
from swahr.inference.output import Inferred, InputMaps, NetworkOutput
from swahr.inference.tiles import TiledOutput, cut_tiles, tiles_along, tiles_of
from swahr.models.checkpoints import Checkpoint
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image

NO_BOXES = "boxes are for networks of one person's crop; this one finds the people of whole frames"


class Finder(ABC):
    """A network with all that its kind needs to find the people of frames.

    Attributes:
        skeleton: of the people.
        device: where the network runs.
        runtime: what runs it, and why.
        input_size: short side of what it reads, pixels.
        min_score: score from which people count where settings do not say it; None: as is usual.
        looks_closely: whether its joints come from crops of people, so that no second stage looks again by itself.
    """

    skeleton: Skeleton
    device: torch.device
    runtime: Choice
    input_size: int
    min_score: float | None = None
    looks_closely: ClassVar[bool] = False

    @abstractmethod
    def infer(
        self,
        frames: list[Image],
        params: ParseParams,
        keep_maps: bool = False,
        boxes: Sequence[PersonBoxes] | None = None,
    ) -> NetworkOutput:
        """Run the network on frames of any sizes.

        Args:
            frames: [H, W, 3] uint8 BGR each.
            params: of the parse, where a GPU makes people at once; others are given them later.
            keep_maps: keep what the network says where a GPU would make people at once.
            boxes: of each frame's people, for networks of crops; None: the finder looks for them.

        Raises:
            SwahrError: the network gives NaN or infinity, a frame is too long, or boxes are given to another kind.
        """

    def prepare(self, frames: list[Image]) -> Tensor:
        """Turn frames of one size into what the network reads. Raises SettingError where it reads no whole frames."""
        raise SettingError(f"this network reads no whole frames, and {len(frames)} were to be prepared")

    def maps(self, frames: list[Image]) -> InputMaps:
        """Bring the maps of frames of one size together at input size. Raises SettingError where it has no such."""
        raise SettingError(
            f"this network has no tags, and maps with tags of {len(frames)} frames were asked for"
        )

    def set_live(self, live: bool) -> None:  # noqa: B027 - a default, not a duty
        """Say whether frames come as they come."""


class MakeFinder(Protocol):
    """Makes a finder; the class of one will do."""

    def __call__(
        self,
        network: Checkpoint | ExportedNetwork,
        settings: NetworkSettings,
        params: ParseParams,
        measure: bool,
    ) -> Finder:
        """Make it.

        Args:
            network: a checkpoint, whose model may be taken over, or an exported file.
            settings: all of the network's.
            params: of the parse, as it is at the start.
            measure: runtimes may be compared, where `backend="auto"` meets this network here for the first time.

        Raises:
            SwahrError: settings do not go together, or the device or a runtime is not there.
        """


class FrameFinder(Finder):
    """Looks at whole frames: those of one size in batches and, where settings ask for it, at their tiles too.

    Args:
        settings: `tiles` and `batch_size` are read.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        if settings.box_file is not None:
            raise SettingError(NO_BOXES, hints=[Hint("box_file", None)])
        self.settings = settings

    @abstractmethod
    def infer_batch(self, frames: list[Image], params: ParseParams, keep_maps: bool) -> NetworkOutput:
        """Run the network on frames of one size."""

    def infer(
        self,
        frames: list[Image],
        params: ParseParams,
        keep_maps: bool = False,
        boxes: Sequence[PersonBoxes] | None = None,
    ) -> NetworkOutput:
        """Run the network on frames of any sizes, and on their tiles."""
        if boxes is not None:
            raise SettingError(NO_BOXES)
        whole = self._of_all_sizes(frames, params, keep_maps)
        chosen, places = self.settings.tiles, []
        if chosen == "off":
            return whole
        for frame in frames:
            frame_wh = (frame.shape[1], frame.shape[0])
            along = tiles_along(frame_wh, self.input_size) if chosen == "auto" else int(chosen)
            places.append(tiles_of(frame_wh, along) if along > 1 else [])
        parts = [
            part for frame, tiles in zip(frames, places, strict=True) for part in cut_tiles(frame, tiles)
        ]
        return TiledOutput(whole, self._of_all_sizes(parts, params, keep_maps), places) if parts else whole

    def _of_all_sizes(self, frames: list[Image], params: ParseParams, keep_maps: bool) -> Inferred:
        by_size: dict[tuple[int, ...], list[int]] = {}
        for index, frame in enumerate(frames):
            by_size.setdefault(frame.shape, []).append(index)
        size = self.settings.batch_size
        batches = [
            indices[start : start + size]
            for indices in by_size.values()
            for start in range(0, len(indices), size)
        ]
        outputs = [self.infer_batch([frames[i] for i in indices], params, keep_maps) for indices in batches]
        return Inferred(len(frames), list(zip(batches, outputs, strict=True)))
