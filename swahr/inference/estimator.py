"""PoseEstimator: frames in, people out.

A frame goes through preprocess, network, aggregate, decode and postprocess, in that order; `infer` does the first half
and `parse` the second, so that a program may run them in two threads.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import Hint, SettingError, UnreadableError
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
from swahr.inference.backends.exported import SUFFIX as EXPORTED_SUFFIX
from swahr.inference.backends.exported import ExportedNetwork, open_exported
from swahr.inference.crop_network import THUNDER, make_crop_network
from swahr.inference.feet import Feet
from swahr.inference.feet_network import make_feet_network
from swahr.inference.geometry import InputGeometry, input_geometry
from swahr.inference.gpu_graph import GpuPipeline
from swahr.inference.hardware.device import choose_device
from swahr.inference.hardware.precision import choose_precision
from swahr.inference.output import Inferred, InputMaps, NetworkOutput, StageOutput
from swahr.inference.postprocess import Selection
from swahr.inference.preprocess import make_preprocessor
from swahr.inference.refined import MIN_SCORE as REFINED_MIN_SCORE
from swahr.inference.refined import RefinedOutput, Refiner
from swahr.inference.second_stage import SecondStage
from swahr.inference.tiles import TiledOutput, cut_tiles, tiles_along, tiles_of
from swahr.inference.with_feet import FeetStage, OutputWithFeet
from swahr.models.bundled import resolve
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.scorer import PersonScorer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.video.images import Image, as_bgr8

# A frame this much longer than wide has more margin than picture, and its input would not fit into memory.
MAX_ASPECT_RATIO = 20
# A person of less is a stray joint or two: 17 joints, two of them sure.
MIN_SCORE = 0.1
# The published refine takes any confidence above 0 and so glues far-away and guessed joints onto people.
REFINE_MIN_CONFIDENCE = 0.03
REFINE_MAX_TAG_DISTANCE = 1.0


class PoseEstimator:
    """Finds the people of frames.

    `infer` (the network) and `parse` (the people) may run in two threads, each by one thread at a time. `params` (of
    the parse) and `selection` (who counts as a person) may be replaced between two frames; `default_min_score` is the
    score from which a person counts where the settings do not say it.

    Args:
        checkpoint: its network is taken over: on the device, in its inference form (`swahr.inference.backends`).
        settings: which `swahr.config.NetworkSettings` describes; `model` is not read here.
        params: of the parse, in place of `make_params`, `threshold` and `max_people`; `ParseParams()` is the published
            parse.
        measure: runtimes may be compared, which takes some seconds, where `backend="auto"` meets this network on this
            machine for the first time; else torch runs it until that was done.

    `runtime` says what runs the network, and why; the settings' `backend` is its name.

    Raises:
        SettingError: settings that do not go together, or not with this checkpoint.
        MissingError: the device or a runtime is not there.

    >>> import cv2
    >>> from swahr import PoseEstimator
    >>> estimator = PoseEstimator.from_pretrained("default", device="cpu", max_people=5)
    >>> poses = estimator(cv2.imread(str(photo)))
    >>> poses.keypoints.shape[1:]  # 17 joints: x, y, score
    (17, 3)
    """

    def __init__(
        self,
        checkpoint: Checkpoint | ExportedNetwork,
        settings: NetworkSettings = NetworkSettings(),  # noqa: B008 - frozen
        *,
        params: ParseParams | None = None,
        measure: bool = True,
    ) -> None:
        self.device = choose_device(settings.device)
        self.runtime, self._network = make_chosen(checkpoint, settings, self.device, measure)
        self.settings = settings = settings.changed(backend=self.runtime.backend)
        self._parsed: Skeleton = checkpoint.skeleton  # of the network; feet are added later
        self.input_size = settings.input_size or checkpoint.input_size
        params = params or make_params(checkpoint, settings)
        if params.matching_order is None:
            params = replace(params, matching_order=self._parsed.matching_order)
        self.params = params
        self._scales = tuple(sorted(settings.scales))
        self._preprocess = make_preprocessor(checkpoint.mean, checkpoint.std, self.device)
        self._gpu = self._make_gpu_pipeline(checkpoint)
        self._refiner = self._make_refiner(checkpoint)
        self._feet = self._make_feet()
        self.skeleton: Skeleton = self._parsed if self._feet is None else self._feet.feet.skeleton
        self.default_min_score = self._default_min_score(checkpoint)
        min_score = self.default_min_score if settings.min_score is None else settings.min_score
        self.selection = Selection(
            self._parsed,
            params.max_people,
            min_score,
            settings.max_similarity,
            checkpoint.scorer,
            checkpoint.calibration.uncertainty,
        )

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path | None = None,
        device: str | None = None,
        *,
        settings: NetworkSettings | None = None,
        params: ParseParams | None = None,
        measure: bool = True,
        **options: Any,
    ) -> "PoseEstimator":
        """Make an estimator from a bundled or installed name, or from a checkpoint or exported file.

        Args:
            model: a name, or a path; None is that of the settings, which is "default".
            device: auto, cpu, cuda or cuda:1; None is that of the settings, which is "auto".
            settings: None: all at their defaults.
            params: of the parse; see the class.
            measure: see the class.
            options: fields of `swahr.config.NetworkSettings` by name, over the settings: `input_size=512`.

        Raises:
            SettingError: there is no such option, or a value makes no sense.
            MissingError: there is no such model or device.
            UnreadableError: the file is damaged, or no checkpoint.
        """
        given = {"model": None if model is None else str(model), "device": device}
        given = {name: value for name, value in given.items() if value is not None}
        settings = (settings or NetworkSettings()).changed(**given, **options)
        return cls(open_network(settings.model), settings, params=params, measure=measure)

    @overload
    def __call__(self, frames: npt.NDArray[np.uint8]) -> Poses: ...
    @overload
    def __call__(self, frames: list[npt.NDArray[np.uint8]]) -> list[Poses]: ...

    def __call__(self, frames: Image | list[Image]) -> Poses | list[Poses]:
        """Find the people of a frame, or of each frame of a list.

        Args:
            frames: [H, W, 3] uint8 BGR, or a list of such, whose sizes may differ. Grey, 16-bit and alpha images are
                converted (`swahr.video.images.as_bgr8`).

        Raises:
            SwahrError: it is anything else, or the network gives NaN or infinity.
        """
        if isinstance(frames, np.ndarray):
            return self.parse(self._infer([as_bgr8(frames, "frame")]))[0]
        return self.parse(self.infer(frames))

    def infer(self, frames: list[Image], keep_maps: bool = False) -> NetworkOutput:
        """Run the network on frames; `parse` makes people of what it says.

        Args:
            frames: as `__call__` takes them, in a list.
            keep_maps: for who wants more than people: keep what the network says where a GPU would make people at once.
        """
        if not isinstance(frames, list):
            raise SettingError(
                f"frames are a {type(frames).__name__}; expected an array [H, W, 3], or a list of them "
                "(cv2.imread gives None for a file that it cannot read)"
            )
        return self._infer([as_bgr8(frame, f"frame {i}") for i, frame in enumerate(frames)], keep_maps)

    def parse(self, output: NetworkOutput) -> list[Poses]:
        """Make the people of each frame of what `infer` gave."""
        return output.poses(self.params, self.selection)

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

    def _infer(self, frames: list[Image], keep_maps: bool = False) -> NetworkOutput:
        output: NetworkOutput = self._of_all_sizes(frames, keep_maps)
        if self.settings.tiles != "off":
            output = self._with_tiles(output, frames, keep_maps)
        refined = output if self._refiner is None else RefinedOutput(output, frames, self._refiner)
        return refined if self._feet is None else OutputWithFeet(refined, frames, self._feet)

    def _with_tiles(self, whole: NetworkOutput, frames: list[Image], keep_maps: bool) -> NetworkOutput:
        """Run the network on the tiles of frames too."""
        chosen, places = self.settings.tiles, []
        for frame in frames:
            frame_wh = (frame.shape[1], frame.shape[0])
            along = tiles_along(frame_wh, self.input_size) if chosen == "auto" else int(chosen)
            places.append(tiles_of(frame_wh, along) if along > 1 else [])
        parts = [
            part for frame, boxes in zip(frames, places, strict=True) for part in cut_tiles(frame, boxes)
        ]
        return TiledOutput(whole, self._of_all_sizes(parts, keep_maps), places) if parts else whole

    def _of_all_sizes(self, frames: list[Image], keep_maps: bool) -> Inferred:
        by_size: dict[tuple[int, ...], list[int]] = {}
        for index, frame in enumerate(frames):
            by_size.setdefault(frame.shape, []).append(index)
        batches = [
            indices[start : start + self.settings.batch_size]
            for indices in by_size.values()
            for start in range(0, len(indices), self.settings.batch_size)
        ]
        outputs = [self._infer_batch([frames[i] for i in indices], keep_maps) for indices in batches]
        return Inferred(len(frames), list(zip(batches, outputs, strict=True)))

    def set_live(self, live: bool) -> None:
        """Say whether frames come as they come: `refine="auto"` and feet then have a time that they keep to."""
        if self._refiner is not None and self.settings.refine == "auto":
            self._refiner.live = live
        if self._feet is not None:
            self._feet.live = live

    def _make_refiner(self, checkpoint: Checkpoint | ExportedNetwork) -> Refiner | None:
        """Make the second stage; None where it is off, does not know these joints, or is not known to be better."""
        settings = self.settings
        by_itself = settings.refine == "auto" and settings.feet == "off"
        name = checkpoint.second_stage if by_itself else THUNDER
        if settings.refine == "off" or name is None or self._parsed.joints != COCO_17.joints:
            return None
        network = make_crop_network(name, settings, self.device)
        fitted = checkpoint.calibration
        stage = SecondStage(
            network,
            flip_test=settings.flip_test,
            scorer=fitted.refined_scorer,
            uncertainty=fitted.refined_uncertainty,
            across_frames=network.across_frames,
        )
        return Refiner(stage, live=settings.refine == "live")

    def _default_min_score(self, checkpoint: Checkpoint | ExportedNetwork) -> float:
        if self._refiner is None:
            return default_min_score(checkpoint.scorer)
        scorer = self._refiner.stage.scorer
        return REFINED_MIN_SCORE if scorer is None else scorer.min_score

    def _make_feet(self) -> FeetStage | None:
        """Make the stage of feet, which trusts the ankles of the second stage alone."""
        if self.settings.feet == "off":
            if self.settings.hands:
                raise SettingError("hands come with feet, which are off", hints=[Hint("feet", "full")])
            return None
        if self._parsed.joints != COCO_17.joints:
            raise SettingError(
                f"feet are known of COCO's 17 joints alone, and this model has those of {self._parsed.name}",
                hints=[Hint("feet", "off")],
            )
        if self._refiner is None:
            raise SettingError(
                "feet need refined ankles, and refine is off",
                hints=[Hint("refine", "auto"), Hint("feet", "off")],
            )
        return FeetStage(Feet(make_feet_network(self.settings, self.device), self.settings.hands))

    def _infer_batch(self, frames: list[Image], keep_maps: bool) -> NetworkOutput:
        if len(self._scales) > 1:
            return self.maps(frames)
        geometry = self._geometry(frames[0])
        if self._gpu is not None and not keep_maps:
            return self._gpu.launch(frames, geometry, self.params)
        return StageOutput(geometry, self._run(self._preprocess(frames, geometry)))

    def _run(self, images: Tensor) -> RunMaps:
        """Run the network on images and, with the flip test, on their mirror images."""
        num_joints = self._parsed.num_joints
        maps = split_run(self._network(images), num_joints)
        if self.settings.flip_test:
            mirrored = split_run(self._network(images.flip(3)), num_joints)
            maps = join_runs([maps, mirror_back(mirrored, self._parsed.flip_permutation)])
        check_finite(maps)
        return maps

    def _geometry(self, frame: Image) -> InputGeometry:
        height, width = frame.shape[:2]
        if max(height, width) > MAX_ASPECT_RATIO * min(height, width):
            raise UnreadableError(
                f"the frame has {width} x {height} pixels; expected at most {MAX_ASPECT_RATIO} to 1: crop it"
            )
        return input_geometry((width, height), self.input_size, 1.0, self._scales[0])

    def _make_gpu_pipeline(self, checkpoint: Checkpoint | ExportedNetwork) -> GpuPipeline | None:
        """Make what does all of a frame on the GPU, or None where the plain way must."""
        in_graph = self._network.in_cuda_graph and len(self._scales) == 1
        if not in_graph or isinstance(checkpoint, ExportedNetwork):
            return None
        num_joints, flip_test = self._parsed.num_joints, self.settings.flip_test
        channels = checkpoint.architecture.tag_dims * (2 if flip_test else 1)
        if not GpuPipeline.suits(num_joints, channels, self.params, self.device):
            return None
        return GpuPipeline(
            self._network,
            checkpoint.mean,
            checkpoint.std,
            num_joints,
            self.device,
            choose_precision(self.settings.precision, self.device),
            self._parsed.flip_permutation if flip_test else None,
        )


def open_network(model: str | Path) -> Checkpoint | ExportedNetwork:
    """Open a bundled or installed name, a checkpoint file, or an exported one (.onnx)."""
    path = resolve(model)
    return open_exported(path) if path.suffix == EXPORTED_SUFFIX else load_checkpoint(path)


def make_params(
    checkpoint: Checkpoint | ExportedNetwork,
    settings: NetworkSettings = NetworkSettings(),  # noqa: B008 - frozen
) -> ParseParams:
    """Return the parse that suits users: as suits the checkpoint, and lost joints only where they are sure."""
    threshold = settings.threshold
    return ParseParams(
        detection_threshold=checkpoint.detection_threshold if threshold is None else threshold,
        max_people=settings.max_people,
        refine_min_confidence=REFINE_MIN_CONFIDENCE,
        refine_max_tag_distance=REFINE_MAX_TAG_DISTANCE,
        subpixel=checkpoint.calibration.subpixel if settings.subpixel == "auto" else settings.subpixel,
        spread=checkpoint.calibration.uncertainty is not None,
    )


def default_min_score(scorer: PersonScorer | None) -> float:
    """Return the least score of a person that suits users."""
    return MIN_SCORE if scorer is None else scorer.min_score
