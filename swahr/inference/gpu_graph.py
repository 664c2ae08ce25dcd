"""From frames in host memory to people in host memory, with one synchronisation a batch.

The frames go up by an asynchronous copy; warp, network, parse and packing are one CUDA graph; the people come down by
an asynchronous copy, and only who asks for them waits. K joints, B images.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from swahr import _native
from swahr.decode import ParsedPeople, ParseParams
from swahr.decode.batch import BatchParser, PeopleBatch, refusal
from swahr.errors import SettingError
from swahr.inference.aggregate import RunMaps, finest_size, join_runs, mirror_back, split_run
from swahr.inference.frame_maps import FrameMaps
from swahr.inference.geometry import InputGeometry
from swahr.inference.output import BatchOutput
from swahr.inference.preprocess_cuda import CudaPreprocessor
from swahr.video.images import Image

Network = Callable[[Tensor], Sequence[Tensor]]
# Each keeps its graph's memory on the GPU: frame sizes seldom change, and the last batch of a clip is smaller.
MAX_PLANS = 6
WARM_UP_RUNS = 3  # cuDNN chooses its algorithms on these, which cannot be done while a graph is captured


@dataclass(frozen=True)
class PendingPeople(BatchOutput):
    """People that the GPU is at work on, and no maps.

    batch: the memory that they are made in. packed: what comes to the host. done: None where nothing is waited for.
    count: of frames; the batch may hold more images. finest_width: of the finest stage, pixels.
    """

    batch: PeopleBatch
    packed: Tensor
    done: torch.cuda.Event | None
    count: int
    finest_width: int

    @property
    def cell_px(self) -> float:
        """Width of a pixel of the finest stage, pixels of the input."""
        return self.geometry.input_wh[0] / self.finest_width

    @property
    def has_maps(self) -> bool:
        """No: they are overwritten by the next batch."""
        return False

    def __len__(self) -> int:
        return self.count

    def people(self, params: ParseParams) -> list[ParsedPeople]:
        """Wait for them. They stay as they were made: `params` come too late."""
        return self.wait()

    def wait(self) -> list[ParsedPeople]:
        """Wait for them and return those of each frame, in pixels of the input.

        Raises:
            SwahrError: the network gave NaN or infinity.
        """
        if self.done is not None:
            self.done.synchronize()
        return self.batch.unpack(self.packed)[: self.count]

    def maps(self, index: int) -> FrameMaps:
        """Refuse.

        Raises:
            SettingError: always; the maps were not kept.
        """
        raise SettingError("the GPU made people and kept no maps; give `PoseEstimator.infer` keep_maps=True")


class GpuPipeline:
    """Runs a network and its parse on frames of one size at a time.

    On the CPU the same steps run one after the other, without a graph: slow, to prove them.

    Args:
        network: images [B, 3, h, w] channels_last to the outputs of both stages; already on the device, in eval mode
            and of type `dtype`.
        mean: RGB, for values in [0, 1].
        std: likewise.
        num_joints: K.
        device: that all of it runs on.
        dtype: float32, float16 or bfloat16 on CUDA.
        flip_permutation: joints of the mirrored run, or None without the flip test.
    """

    def __init__(
        self,
        network: Network,
        mean: Sequence[float],
        std: Sequence[float],
        num_joints: int,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        flip_permutation: Sequence[int] | None = None,
    ) -> None:
        self.network, self.preprocessor = network, CudaPreprocessor(mean, std, device)
        self.num_joints, self.flip_permutation = num_joints, flip_permutation
        self.device, self.dtype = device, dtype
        self._plans: OrderedDict[tuple[object, ...], _Plan] = OrderedDict()

    @staticmethod
    def suits(num_joints: int, channels: int, params: ParseParams, device: torch.device) -> bool:
        """Return whether this build's kernels can do it on this device; else the estimator's plain way must."""
        return (
            device.type == "cuda"
            and _native.has_cuda
            and refusal(num_joints, channels, params, device) is None
        )

    def launch(self, frames: list[Image], geometry: InputGeometry, params: ParseParams) -> PendingPeople:
        """Put the GPU to work, and return at once.

        Args:
            frames: [H, W, 3] uint8 BGR, of one size.
            geometry: of that size.
            params: of the parse.
        """
        # Batches are filled up to a power of two: few graphs, and a clip's last batch needs none of its own.
        images = 1 << (len(frames) - 1).bit_length()
        plan = self._plan(images, geometry, params)
        return plan.launch(frames)

    def _plan(self, images: int, geometry: InputGeometry, params: ParseParams) -> "_Plan":
        key = (images, geometry, params)
        if key not in self._plans:
            while len(self._plans) >= MAX_PLANS:
                self._plans.popitem(last=False)
            self._plans[key] = _Plan(self, images, geometry, params)
        self._plans.move_to_end(key)
        return self._plans[key]


class _Plan:
    """The memory and the graph for one frame size, one number of images, and one setting of the parse."""

    def __init__(
        self, pipeline: GpuPipeline, images: int, geometry: InputGeometry, params: ParseParams
    ) -> None:
        self._pipeline, self._geometry, self._params = pipeline, geometry, params
        self._on_gpu = pipeline.device.type == "cuda"
        width, height = geometry.frame_wh
        in_width, in_height = geometry.input_wh
        self._frames = torch.zeros((images, height, width, 3), dtype=torch.uint8, device=pipeline.device)
        self._images = torch.zeros(
            (images, 3, in_height, in_width), dtype=pipeline.dtype, device=pipeline.device
        ).contiguous(memory_format=torch.channels_last)
        self._parser: BatchParser | None = None
        self._graph: torch.cuda.CUDAGraph | None = None
        if self._on_gpu:
            self._capture()

    def launch(self, frames: list[Image]) -> PendingPeople:
        if not self._on_gpu:
            for place, frame in zip(self._frames, frames, strict=False):
                place.copy_(torch.from_numpy(np.ascontiguousarray(frame)))
            packed = self._work()
            assert self._parser is not None
            return PendingPeople(
                self._geometry, self._parser.people, packed.clone(), None, len(frames), self._finest_width
            )
        assert self._parser is not None
        assert self._graph is not None
        with torch.cuda.device(self._pipeline.device):
            # Pinned memory comes from torch's cache, which waits for the copies before it gives it out again.
            staged = torch.empty((len(frames), *self._frames.shape[1:]), dtype=torch.uint8, pin_memory=True)
            for place, frame in zip(staged.numpy(), frames, strict=True):
                np.copyto(place, frame)
            self._frames[: len(frames)].copy_(staged, non_blocking=True)
            self._graph.replay()
            packed = torch.empty(self._packed.shape, dtype=torch.int32, pin_memory=True)
            packed.copy_(self._packed, non_blocking=True)
            done = torch.cuda.Event()  # type: ignore[no-untyped-call]
            done.record()
        return PendingPeople(
            self._geometry, self._parser.people, packed, done, len(frames), self._finest_width
        )

    def _capture(self) -> None:
        with torch.cuda.device(self._pipeline.device):
            side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(WARM_UP_RUNS):
                    self._work()
            torch.cuda.current_stream().wait_stream(side)
            self._graph = torch.cuda.CUDAGraph()
            # Of this thread alone: another may be at work on the crops of the batch before.
            with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
                self._packed = self._work()

    def _work(self) -> Tensor:
        pipeline = self._pipeline
        with torch.inference_mode():
            pipeline.preprocessor.write(self._frames, self._geometry, self._images)
            runs = self._run(self._images)
            if pipeline.flip_permutation is not None:
                mirrored = self._run(self._images.flip(3))
                runs = join_runs([runs, mirror_back(mirrored, pipeline.flip_permutation)])
            self._finest_width = int(finest_size(runs)[1])
            if self._parser is None:
                self._parser = BatchParser(
                    len(self._images),
                    pipeline.num_joints,
                    len(runs.tags),
                    self._geometry.input_wh[::-1],
                    self._params,
                    pipeline.device,
                )
            people = self._parser.stages(runs.heatmaps, runs.tags)
            # All that there could be: by the time they are asked for, the next batch may be in their place.
            return people.packed(people.scores.shape[1])

    def _run(self, images: Tensor) -> RunMaps:
        """Return stages and tags as float32 with rows that follow each other."""
        outputs = [output.float().contiguous() for output in self._pipeline.network(images)]
        return split_run(outputs, self._pipeline.num_joints)
