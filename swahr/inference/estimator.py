"""PoseEstimator: frames in, people out.

A finder of the network's kind (`swahr.inference.finders`) looks at frames, stages look at its people again; `infer`
does the first and `parse` the rest, so that a program may run them in two threads.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import SettingError
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.box_file import read_boxes
from swahr.inference.boxes import PersonBoxes, boxes_of_frames
from swahr.inference.defaults import default_min_score, make_params
from swahr.inference.finders import make_finder
from swahr.inference.opening import open_network
from swahr.inference.output import InputMaps, NetworkOutput
from swahr.inference.postprocess import Selection
from swahr.inference.refined import MIN_SCORE as REFINED_MIN_SCORE
from swahr.inference.refined import RefinedOutput
from swahr.inference.stages import make_feet_stage, make_refiner
from swahr.models.checkpoints import Checkpoint
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, as_bgr8


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
        params = params or make_params(checkpoint, settings)
        if params.matching_order is None:
            params = replace(params, matching_order=checkpoint.skeleton.matching_order)
        self.params = params
        self._boxes = None if settings.box_file is None else read_boxes(settings.box_file)
        self.finder = finder = make_finder(checkpoint, settings, params, measure)
        self.device, self.runtime, self.input_size = finder.device, finder.runtime, finder.input_size
        self.settings = settings = settings.changed(backend=self.runtime.backend)
        self.refiner = make_refiner(checkpoint, finder, settings)
        self._feet = make_feet_stage(finder, settings, after_crops=self.refiner is not None)
        self.skeleton: Skeleton = finder.skeleton if self._feet is None else self._feet.feet.skeleton
        self.default_min_score = self._default_min_score(checkpoint)
        min_score = self.default_min_score if settings.min_score is None else settings.min_score
        self.selection = Selection(
            finder.skeleton,
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
    def __call__(self, frames: npt.NDArray[np.uint8], boxes: Any = None) -> Poses: ...
    @overload
    def __call__(self, frames: list[npt.NDArray[np.uint8]], boxes: Any = None) -> list[Poses]: ...

    def __call__(self, frames: Image | list[Image], boxes: Any = None) -> Poses | list[Poses]:
        """Find the people of a frame, or of each frame of a list.

        Args:
            frames: [H, W, 3] uint8 BGR, or a list of such, whose sizes may differ. Grey, 16-bit and alpha images are
                converted (`swahr.video.images.as_bgr8`).
            boxes: of people, for a network of one person's crop: [P, 4] left, top, width and height, frame pixels, or
                [P, 5] with a score; a list of such for a list of frames. None: the settings say where they come from.

        Raises:
            SwahrError: it is anything else, or the network gives NaN or infinity.
        """
        if isinstance(frames, np.ndarray):
            of_frame = None if boxes is None else [boxes]
            return self.parse(self._infer([as_bgr8(frames, "frame")], False, of_frame))[0]
        return self.parse(self.infer(frames, boxes=boxes))

    def infer(
        self, frames: list[Image], keep_maps: bool = False, boxes: Sequence[Any] | None = None
    ) -> NetworkOutput:
        """Run the network on frames; `parse` makes people of what it says.

        Args:
            frames: as `__call__` takes them, in a list.
            keep_maps: for who wants more than people: keep what the network says where a GPU would make people at once.
            boxes: as `__call__` takes them, of each frame.
        """
        if not isinstance(frames, list):
            raise SettingError(
                f"frames are a {type(frames).__name__}; expected an array [H, W, 3], or a list of them "
                "(cv2.imread gives None for a file that it cannot read)"
            )
        images = [as_bgr8(frame, f"frame {i}") for i, frame in enumerate(frames)]
        return self._infer(images, keep_maps, boxes)

    def parse(self, output: NetworkOutput) -> list[Poses]:
        """Make the people of each frame of what `infer` gave."""
        return output.poses(self.params, self.selection)

    def prepare(self, frames: list[Image]) -> Tensor:
        """Turn frames of one size into what the network reads at scale 1: [B, 3, h, w] float32 RGB, normalised."""
        return self.finder.prepare(frames)

    def maps(self, frames: list[Image]) -> InputMaps:
        """Run a network with tags on frames of one size and bring its maps together at input size."""
        return self.finder.maps(frames)

    def boxes_of(self, frames: Sequence[tuple[int, str]]) -> list[PersonBoxes] | None:
        """Return the boxes of frames in the file that the settings name, for `infer`; None where they name none.

        Args:
            frames: index and name of each; a name is a photo's file, "" where there is none.
        """
        return None if self._boxes is None else [self._boxes.of(index, name) for index, name in frames]

    def _infer(self, frames: list[Image], keep_maps: bool, boxes: Sequence[Any] | None) -> NetworkOutput:
        if boxes is None and self._boxes is not None:
            raise SettingError(
                f"boxes come from {self.settings.box_file}, which says of which frame each is; give those of these "
                "frames too: `boxes_of` returns them"
            )
        given = None if boxes is None else boxes_of_frames(boxes, len(frames))
        output = self.finder.infer(frames, self.params, keep_maps, given)
        refined = output if self.refiner is None else RefinedOutput(output, frames, self.refiner)
        return refined if self._feet is None else self._feet.after(refined, frames)

    def set_live(self, live: bool) -> None:
        """Say whether frames come as they come: `refine="auto"` and feet then have a time that they keep to."""
        self.finder.set_live(live)
        if self.refiner is not None and self.settings.refine == "auto":
            self.refiner.set_live(live)
        if self._feet is not None:
            self._feet.live = live

    def _default_min_score(self, checkpoint: Checkpoint | ExportedNetwork) -> float:
        if self.finder.min_score is not None:
            return self.finder.min_score
        if self.refiner is None:
            return default_min_score(checkpoint.scorer)
        scorer = self.refiner.stage.scorer
        return REFINED_MIN_SCORE if scorer is None else scorer.min_score
