"""People of whole frames by tags: HigherHRNet and SWAHR."""

from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import UnreadableError
from swahr.inference.aggregate import (
    RunMaps,
    average_stages,
    check_finite,
    join_runs,
    mirror_back,
    split_run,
    stack_tags,
)
from swahr.inference.backends.choice import make_chosen
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.finders import register_finder
from swahr.inference.finders.base import FrameFinder
from swahr.inference.geometry import InputGeometry, input_geometry
from swahr.inference.gpu_graph import GpuPipeline
from swahr.inference.hardware.device import choose_device
from swahr.inference.hardware.precision import choose_precision
from swahr.inference.output import InputMaps, NetworkOutput, StageOutput
from swahr.inference.preprocess import make_preprocessor
from swahr.models.checkpoints import Checkpoint
from swahr.video.images import Image

# A frame this much longer than wide has more margin than picture, and its input would not fit into memory.
MAX_ASPECT_RATIO = 20


@register_finder("tags")
class TagFinder(FrameFinder):
    """Runs a network with tags; a frame goes through preprocess, network and aggregate.

    Args:
        network: which it is.
        settings: all of the network's.
        params: of the parse.
        measure: see `MakeFinder`.
    """

    def __init__(
        self,
        network: Checkpoint | ExportedNetwork,
        settings: NetworkSettings,
        params: ParseParams,
        measure: bool = True,
    ) -> None:
        super().__init__(settings)
        self.device = choose_device(settings.device)
        self.runtime, self._network = make_chosen(network, settings, self.device, measure)
        self.skeleton = network.skeleton
        self.input_size = settings.input_size or network.input_size
        self._scales = tuple(sorted(settings.scales))
        self._preprocess = make_preprocessor(network.mean, network.std, self.device)
        self._gpu = self._make_gpu_pipeline(network, params)

    def prepare(self, frames: list[Image]) -> Tensor:
        """Turn frames of one size into what the network reads at scale 1: [B, 3, h, w] float32 RGB, normalised."""
        return self._preprocess(frames, self._geometry(frames[0]))

    def maps(self, frames: list[Image]) -> InputMaps:
        """Run the network on frames of one size and bring its maps together at input size."""
        geometry = self._geometry(frames[0])
        input_hw = geometry.input_wh[::-1]
        heatmap_sum: Tensor | None = None
        tags: Tensor | None = None
        for scale in self._scales:
            at_scale = input_geometry(geometry.frame_wh, self.input_size, scale, self._scales[0])
            runs = self._run(self._preprocess(frames, at_scale))
            heatmaps = average_stages(runs, input_hw)
            heatmap_sum = heatmaps if heatmap_sum is None else heatmap_sum + heatmaps
            if scale == 1.0:
                tags = stack_tags(runs, input_hw)
        assert heatmap_sum is not None
        assert tags is not None
        return InputMaps(geometry, heatmap_sum / len(self._scales), tags)

    def infer_batch(self, frames: list[Image], params: ParseParams, keep_maps: bool) -> NetworkOutput:
        """Run the network on frames of one size."""
        if len(self._scales) > 1:
            return self.maps(frames)
        geometry = self._geometry(frames[0])
        if self._gpu is not None and not keep_maps:
            return self._gpu.launch(frames, geometry, params)
        return StageOutput(geometry, self._run(self._preprocess(frames, geometry)))

    def _run(self, images: Tensor) -> RunMaps:
        """Run the network on images and, with the flip test, on their mirror images."""
        num_joints = self.skeleton.num_joints
        maps = split_run(self._network(images), num_joints)
        if self.settings.flip_test:
            mirrored = split_run(self._network(images.flip(3)), num_joints)
            maps = join_runs([maps, mirror_back(mirrored, self.skeleton.flip_permutation)])
        check_finite(maps)
        return maps

    def _geometry(self, frame: Image) -> InputGeometry:
        check_aspect(frame)
        height, width = frame.shape[:2]
        return input_geometry((width, height), self.input_size, 1.0, self._scales[0])

    def _make_gpu_pipeline(
        self, network: Checkpoint | ExportedNetwork, params: ParseParams
    ) -> GpuPipeline | None:
        """Make what does all of a frame on the GPU, or None where the plain way must."""
        in_graph = self._network.in_cuda_graph and len(self._scales) == 1
        if not in_graph or isinstance(network, ExportedNetwork):
            return None
        num_joints, flip_test = self.skeleton.num_joints, self.settings.flip_test
        channels = network.architecture.tag_dims * (2 if flip_test else 1)
        if not GpuPipeline.suits(num_joints, channels, params, self.device):
            return None
        return GpuPipeline(
            self._network,
            network.mean,
            network.std,
            num_joints,
            self.device,
            choose_precision(self.settings.precision, self.device),
            self.skeleton.flip_permutation if flip_test else None,
        )


def check_aspect(frame: Image) -> None:
    """Refuse a frame that is much longer than wide, or the other way round.

    Raises:
        UnreadableError: it is.
    """
    height, width = frame.shape[:2]
    if max(height, width) > MAX_ASPECT_RATIO * min(height, width):
        raise UnreadableError(
            f"the frame has {width} x {height} pixels; expected at most {MAX_ASPECT_RATIO} to 1: crop it"
        )
