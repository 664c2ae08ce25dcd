"""PoseEstimator: frames in, people out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.config import MAX_INPUT_SIZE, MIN_INPUT_SIZE, NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import SwahrError
from swahr.inference.aggregate import RunMaps, average_stages, mirror_back, run_maps, stack_tags, together
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import SUFFIX as EXPORTED_SUFFIX
from swahr.inference.backends.exported import ExportedNetwork, open_exported
from swahr.inference.device import choose_device
from swahr.inference.geometry import InputGeometry, input_geometry
from swahr.inference.gpu_graph import GpuPipeline
from swahr.inference.output import Inferred, InputMaps, NetworkOutput, StageOutput
from swahr.inference.postprocess import Selection
from swahr.inference.precision import choose_precision
from swahr.inference.preprocess import make_preprocessor
from swahr.models.bundled import resolve
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.scorer import PersonScorer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, as_bgr8

# A frame this much longer than wide has more margin than picture, and its input would not fit into memory.
MAX_ASPECT_RATIO = 20
# People more alike than this are one person found twice; two people in a tight crowd stay below.
MAX_SIMILARITY = 0.6
# A person of less is a stray joint or two: 17 joints, two of them sure.
MIN_SCORE = 0.1
# The published refine takes any heat above 0 and so glues far-away and guessed joints onto people.
REFINE_MIN_HEAT = 0.03
REFINE_MAX_TAG_DISTANCE = 1.0


class PoseEstimator:
    """Finds the people of frames.

    `infer` (the network) and `parse` (the people) may run in two threads, each by one thread at a time.

    checkpoint: its network is taken over: on the device, in its inference form (`swahr.inference.backends`).
    input_size: short side of the input, pixels; None is the checkpoint's.
    flip_test: also look at the mirrored frame and average.
    scales: of a multi-scale test, with 1 among them; tags come from scale 1.
    params: of the parse; None: `default_params`; `ParseParams()` is the published parse.
    min_score, max_similarity: see `swahr.inference.postprocess.Selection`; min_score None is the checkpoint's own.
    batch_size: most frames that the network takes at once.
    backend: torch, onnxruntime or openvino. precision: auto, float32, bfloat16 or float16; auto is a half type
    where the device computes in one. compiled: by torch.compile. threads: of the network; 0 is the
    runtime's own choice.
    Raises SwahrError for options that make no sense and for a device that is not there.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | ExportedNetwork,
        device: str = "auto",
        *,
        input_size: int | None = None,
        flip_test: bool = False,
        scales: Sequence[float] = (1.0,),
        params: ParseParams | None = None,
        min_score: float | None = None,
        max_similarity: float = MAX_SIMILARITY,
        batch_size: int = 8,
        backend: str = "torch",
        precision: str = "auto",
        compiled: bool = False,
        threads: int = 0,
    ) -> None:
        if not scales or min(scales) <= 0 or 1.0 not in scales:
            raise SwahrError(f"scales are {list(scales)}; expected positive numbers with 1 among them")
        if input_size is not None and not MIN_INPUT_SIZE <= input_size <= MAX_INPUT_SIZE:
            raise SwahrError(
                f"input size is {input_size}; expected {MIN_INPUT_SIZE} to {MAX_INPUT_SIZE} pixels, the short side"
            )
        if batch_size < 1:
            raise SwahrError(f"batch size is {batch_size}; expected at least 1")
        self.device = choose_device(device)
        self.skeleton: Skeleton = checkpoint.skeleton
        self.input_size = input_size or checkpoint.input_size
        self.flip_test = flip_test
        self.scales = tuple(sorted(scales))
        params = params or default_params(checkpoint)
        if params.matching_order is None:
            params = replace(params, matching_order=self.skeleton.matching_order)
        self.params = params
        if min_score is None:
            min_score = default_min_score(checkpoint.scorer)
        self.selection = Selection(
            self.skeleton, params.max_people, min_score, max_similarity, checkpoint.scorer
        )
        self.batch_size = batch_size
        self._network = make_backend(backend, checkpoint, self.device, precision, compiled, threads)
        self._preprocess = make_preprocessor(checkpoint.mean, checkpoint.std, self.device)
        self._gpu = self._make_gpu_pipeline(checkpoint, choose_precision(precision, self.device))

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path = "default",
        device: str = "auto",
        *,
        input_size: int | None = None,
        flip_test: bool = False,
        scales: Sequence[float] = (1.0,),
        params: ParseParams | None = None,
        min_score: float | None = None,
        max_similarity: float = MAX_SIMILARITY,
        batch_size: int = 8,
        backend: str = "torch",
        precision: str = "auto",
        compiled: bool = False,
        threads: int = 0,
    ) -> "PoseEstimator":
        """Make an estimator from a bundled or installed name, or from a checkpoint or exported file."""
        return cls(
            open_network(model),
            device,
            input_size=input_size,
            flip_test=flip_test,
            scales=scales,
            params=params,
            min_score=min_score,
            max_similarity=max_similarity,
            batch_size=batch_size,
            backend=backend,
            precision=precision,
            compiled=compiled,
            threads=threads,
        )

    @classmethod
    def from_settings(cls, settings: NetworkSettings) -> "PoseEstimator":
        """Make an estimator as some settings say."""
        network = open_network(settings.model)
        params = replace(default_params(network), max_people=settings.max_people)
        if settings.threshold is not None:
            params = replace(params, detection_threshold=settings.threshold)
        return cls(
            network,
            settings.device,
            input_size=settings.input_size,
            flip_test=settings.flip_test,
            scales=settings.scales,
            params=params,
            min_score=settings.min_score,
            max_similarity=settings.max_similarity,
            batch_size=settings.batch_size,
            backend=settings.backend,
            precision=settings.precision,
            compiled=settings.compile,
            threads=settings.threads or 0,
        )

    @overload
    def __call__(self, frames: npt.NDArray[np.uint8]) -> Poses: ...
    @overload
    def __call__(self, frames: list[npt.NDArray[np.uint8]]) -> list[Poses]: ...

    def __call__(self, frames: Image | list[Image]) -> Poses | list[Poses]:
        """Find the people of a frame [H, W, 3] uint8 BGR, or of each frame of a list (sizes may differ).

        Grey, 16-bit and alpha images are converted (`swahr.video.images.as_bgr8`). Raises SwahrError for anything
        else, and where the network gives NaN or infinity.
        """
        if isinstance(frames, np.ndarray):
            return self.parse(self._infer([as_bgr8(frames, "frame")]))[0]
        return self.parse(self.infer(frames))

    def infer(self, frames: list[Image], keep_maps: bool = False) -> NetworkOutput:
        """Run the network on frames as `__call__` takes them; `parse` makes people of what it says.

        keep_maps: for who wants more than people: keep what the network says where a GPU would make people at once.
        """
        if not isinstance(frames, list):
            raise SwahrError(
                f"frames are a {type(frames).__name__}; expected an array [H, W, 3], or a list of them "
                "(cv2.imread gives None for a file that it cannot read)"
            )
        return self._infer([as_bgr8(frame, f"frame {i}") for i, frame in enumerate(frames)], keep_maps)

    def parse(self, output: NetworkOutput) -> list[Poses]:
        """Make the people of each frame of what `infer` gave."""
        return output.poses(self.params, self.selection)

    def maps(self, frames: list[Image]) -> InputMaps:
        """Run the network on frames of one size and bring its maps together at input size."""
        geometry = self._geometry(frames[0])
        input_hw = geometry.input_wh[::-1]
        heatmap_sum: Tensor | None = None
        tags: Tensor | None = None
        for scale in self.scales:
            at_scale = input_geometry(geometry.frame_wh, self.input_size, scale, self.scales[0])
            runs = self._run(self._preprocess(frames, at_scale))
            heatmaps = average_stages(runs, input_hw)
            heatmap_sum = heatmaps if heatmap_sum is None else heatmap_sum + heatmaps
            if scale == 1.0:
                tags = stack_tags(runs, input_hw)
        assert heatmap_sum is not None
        assert tags is not None
        return InputMaps(geometry, heatmap_sum / len(self.scales), tags)

    def _infer(self, frames: list[Image], keep_maps: bool = False) -> Inferred:
        by_size: dict[tuple[int, ...], list[int]] = {}
        for index, frame in enumerate(frames):
            by_size.setdefault(frame.shape, []).append(index)
        batches = [
            indices[start : start + self.batch_size]
            for indices in by_size.values()
            for start in range(0, len(indices), self.batch_size)
        ]
        outputs = [self._infer_batch([frames[i] for i in indices], keep_maps) for indices in batches]
        return Inferred(len(frames), list(zip(batches, outputs, strict=True)))

    def _infer_batch(self, frames: list[Image], keep_maps: bool) -> NetworkOutput:
        if len(self.scales) > 1:
            return self.maps(frames)
        geometry = self._geometry(frames[0])
        if self._gpu is not None and not keep_maps:
            return self._gpu.launch(frames, geometry, self.params)
        return StageOutput(geometry, self._run(self._preprocess(frames, geometry)))

    def prepare(self, frames: list[Image]) -> Tensor:
        """Turn frames of one size into what the network reads at scale 1: [B, 3, h, w] float32 RGB, normalised."""
        return self._preprocess(frames, self._geometry(frames[0]))

    def _make_gpu_pipeline(
        self, checkpoint: Checkpoint | ExportedNetwork, dtype: torch.dtype
    ) -> GpuPipeline | None:
        """Make what does all of a frame on the GPU, or None where the plain way must."""
        if isinstance(checkpoint, ExportedNetwork) or len(self.scales) > 1:
            return None
        num_joints = self.skeleton.num_joints
        channels = checkpoint.architecture.tag_dims * (2 if self.flip_test else 1)
        if not GpuPipeline.suits(num_joints, channels, self.params, self.device):
            return None
        return GpuPipeline(
            self._network,
            checkpoint.mean,
            checkpoint.std,
            num_joints,
            self.device,
            dtype,
            self.skeleton.flip_permutation if self.flip_test else None,
        )

    def _geometry(self, frame: Image) -> InputGeometry:
        height, width = frame.shape[:2]
        if max(height, width) > MAX_ASPECT_RATIO * min(height, width):
            raise SwahrError(
                f"the frame has {width} x {height} pixels; expected at most {MAX_ASPECT_RATIO} to 1: crop it"
            )
        return input_geometry((width, height), self.input_size, 1.0, self.scales[0])

    def _run(self, images: Tensor) -> RunMaps:
        """Run the network on images and, with the flip test, on their mirror images."""
        num_joints = self.skeleton.num_joints
        maps = run_maps(self._network(images), num_joints)
        if not self.flip_test:
            return maps
        mirrored = run_maps(self._network(images.flip(3)), num_joints)
        return together([maps, mirror_back(mirrored, self.skeleton.flip_permutation)])


def open_network(model: str | Path) -> Checkpoint | ExportedNetwork:
    """Open a bundled or installed name, a checkpoint file, or an exported one (.onnx)."""
    path = resolve(model)
    return open_exported(path) if path.suffix == EXPORTED_SUFFIX else load_checkpoint(path)


def default_params(checkpoint: Checkpoint | ExportedNetwork) -> ParseParams:
    """Return the parse that suits users: the checkpoint's detection threshold, and lost joints only where sure."""
    return ParseParams(
        detection_threshold=checkpoint.detection_threshold,
        refine_min_heat=REFINE_MIN_HEAT,
        refine_max_tag_distance=REFINE_MAX_TAG_DISTANCE,
    )


def default_min_score(scorer: PersonScorer | None) -> float:
    """Return the least score of a person that suits users."""
    return MIN_SCORE if scorer is None else scorer.min_score
