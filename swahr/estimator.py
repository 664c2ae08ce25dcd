"""PoseEstimator: frames in, people out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.aggregate import average_stages, join_tags, mirror_back, resize
from swahr.decode import ParsedPeople, ParseParams, parse_heatmaps
from swahr.decode.duplicates import drop_duplicates
from swahr.errors import SwahrError
from swahr.geometry import InputGeometry, input_geometry
from swahr.images import Image, as_bgr8
from swahr.models.bundled import resolve
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.poses import Poses
from swahr.preprocess import Preprocess
from swahr.skeleton import Skeleton

# A frame this much longer than wide has more margin than picture, and its input would not fit into memory.
MOST_ELONGATED = 20
# People more alike than this are one person found twice; two people in a tight crowd stay below.
MOST_SIMILAR = 0.7
# A person of less is a stray joint or two: 17 joints, two of them sure.
MIN_SCORE = 0.1
# The published refine takes any heat above 0 and so glues far-away and guessed joints onto people.
REFINE_MIN_HEAT = 0.1
REFINE_MAX_TAG_DISTANCE = 1.0


class Maps(NamedTuple):
    """What the network says of some frames of one size, at input size.

    heatmaps: [B, K, H, W] float32. tags: [B, K, H, W, T] float32, T the numbers in a tag, twice as many with the
        flip test.
    geometry: takes heatmap positions to the frame.
    """

    heatmaps: Tensor
    tags: Tensor
    geometry: InputGeometry


class PoseEstimator:
    """Finds the people of frames. Not to be shared between threads while it runs.

    checkpoint: its network is taken over: moved to the device, without scale heads.
    input_size: short side of the input, pixels; None is the checkpoint's.
    flip_test: also look at the mirrored frame and average.
    scales: of a multi-scale test, with 1 among them; tags come from scale 1.
    params: of the parse; None: `default_params`; `ParseParams()` is the published parse.
    min_score: people of a lower score are left out; 0 keeps all, as published. most_similar: so is a person
    whose object keypoint similarity to a better one is above; 1 keeps all, as published.
    bfloat16: run the network so. batch_size: most frames that the network takes at once.
    Raises SwahrError for options that make no sense and for a device that is not there.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        device: str = "auto",
        *,
        input_size: int | None = None,
        flip_test: bool = False,
        scales: Sequence[float] = (1.0,),
        params: ParseParams | None = None,
        min_score: float = MIN_SCORE,
        most_similar: float = MOST_SIMILAR,
        bfloat16: bool = False,
        batch_size: int = 8,
    ) -> None:
        if not scales or min(scales) <= 0 or 1.0 not in scales:
            raise SwahrError(f"scales are {list(scales)}; expected positive numbers with 1 among them")
        if input_size is not None and input_size < 32:
            raise SwahrError(f"input size is {input_size}; expected at least 32 pixels")
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
        self.min_score = min_score
        self.most_similar = most_similar
        self.bfloat16 = bfloat16
        self.batch_size = batch_size
        self._model = checkpoint.model.eval()
        self._model.drop_scale_heads()
        self._model.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._preprocess = Preprocess(checkpoint.mean, checkpoint.std, self.device)

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
        min_score: float = MIN_SCORE,
        most_similar: float = MOST_SIMILAR,
        bfloat16: bool = False,
        batch_size: int = 8,
    ) -> "PoseEstimator":
        """Make an estimator from a bundled or installed name, or from a checkpoint file."""
        return cls(
            load_checkpoint(resolve(model)),
            device,
            input_size=input_size,
            flip_test=flip_test,
            scales=scales,
            params=params,
            min_score=min_score,
            most_similar=most_similar,
            bfloat16=bfloat16,
            batch_size=batch_size,
        )

    @overload
    def __call__(self, frames: npt.NDArray[np.uint8]) -> Poses: ...
    @overload
    def __call__(self, frames: list[npt.NDArray[np.uint8]]) -> list[Poses]: ...

    def __call__(self, frames: Image | list[Image]) -> Poses | list[Poses]:
        """Find the people of a frame [H, W, 3] uint8 BGR, or of each frame of a list (sizes may differ).

        Grey, 16-bit and alpha images are converted (`swahr.images.as_bgr8`). Raises SwahrError for anything
        else, and where the network gives NaN or infinity.
        """
        if isinstance(frames, np.ndarray):
            return self._estimate([as_bgr8(frames, "frame")])[0]
        if not isinstance(frames, list):
            raise SwahrError(
                f"frames are a {type(frames).__name__}; expected an array [H, W, 3], or a list of them "
                "(cv2.imread gives None for a file that it cannot read)"
            )
        return self._estimate([as_bgr8(frame, f"frame {i}") for i, frame in enumerate(frames)])

    def maps(self, frames: list[Image]) -> Maps:
        """Run the network on frames of one size and bring its maps together at input size."""
        height, width = frames[0].shape[:2]
        if max(height, width) > MOST_ELONGATED * min(height, width):
            raise SwahrError(
                f"the frame has {width} x {height} pixels; expected at most {MOST_ELONGATED} to 1: crop it"
            )
        smallest = self.scales[0]
        geometry = input_geometry((width, height), self.input_size, 1.0, smallest)
        size = geometry.input_wh[::-1]
        heat_sum: Tensor | None = None
        num_joints = self.skeleton.num_joints
        tags: list[Tensor] = []
        for scale in self.scales:
            at_scale = input_geometry((width, height), self.input_size, scale, smallest)
            runs = self._run(self._preprocess(frames, at_scale))
            heat = resize(torch.stack([h for h, _ in runs]).mean(dim=0), size)
            heat_sum = heat if heat_sum is None else heat_sum + heat
            if scale == 1.0:
                tags = [channel for _, tag in runs for channel in torch.split(tag, num_joints, dim=1)]
        assert heat_sum is not None
        return Maps(heat_sum / len(self.scales), join_tags(tags, size), geometry)

    def _run(self, images: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return heatmaps and tags of the images and, with the flip test, of their mirror images."""
        num_joints = self.skeleton.num_joints
        with torch.inference_mode(), torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            runs = [average_stages(self._model(images), num_joints)]
            if self.flip_test:
                mirrored = average_stages(self._model(images.flip(3)), num_joints)
                order = self.skeleton.flip_permutation
                runs.append((mirror_back(mirrored[0], order), mirror_back(mirrored[1], order)))
        return runs

    def _estimate(self, frames: list[Image]) -> list[Poses]:
        by_size: dict[tuple[int, ...], list[int]] = {}
        for index, frame in enumerate(frames):
            by_size.setdefault(frame.shape, []).append(index)
        poses: dict[int, Poses] = {}
        batches = [
            indices[start : start + self.batch_size]
            for indices in by_size.values()
            for start in range(0, len(indices), self.batch_size)
        ]
        for indices in batches:
            maps = self.maps([frames[i] for i in indices])
            heatmaps, tags = maps.heatmaps.cpu().numpy(), maps.tags.cpu().numpy()
            for position, index in enumerate(indices):
                people = parse_heatmaps(heatmaps[position], tags[position], self.params)
                poses[index] = self._poses(people, maps.geometry)
        return [poses[i] for i in range(len(frames))]

    def _poses(self, people: ParsedPeople, geometry: InputGeometry) -> Poses:
        """Take people from heatmap to frame, best first; joints that were not found get NaN and score 0."""
        scores = np.clip(people.scores, 0.0, 1.0)
        kept = drop_duplicates(people.keypoints, scores, self.skeleton.sigmas, self.most_similar)
        # The parse may open more people than it gives joints to, so the limit is held here.
        kept = kept[scores[kept] >= self.min_score][: self.params.max_people]
        parsed = people.keypoints[kept]
        keypoints = np.full((len(kept), self.skeleton.num_joints, 3), np.nan, np.float32)
        xy = geometry.frame_from_heatmap(parsed[:, :, :2])
        # The input is wider than the frame; what the network sees in its margin is nobody.
        inside = (xy > -0.5).all(axis=2) & (xy < np.asarray(geometry.frame_wh) - 0.5).all(axis=2)
        found = (parsed[:, :, 2] > 0) & inside
        keypoints[found, :2] = xy[found]
        keypoints[:, :, 2] = np.where(found, np.clip(parsed[:, :, 2], 0.0, 1.0), 0.0)
        someone = found.any(axis=1)
        return Poses(keypoints[someone], scores[kept][someone].astype(np.float32), self.skeleton)


def default_params(checkpoint: Checkpoint) -> ParseParams:
    """Return the parse that suits users: the checkpoint's detection threshold, and lost joints only where sure."""
    return ParseParams(
        detection_threshold=checkpoint.detection_threshold,
        refine_min_heat=REFINE_MIN_HEAT,
        refine_max_tag_distance=REFINE_MAX_TAG_DISTANCE,
    )


def choose_device(device: str) -> torch.device:
    """Return the torch device for auto, cpu or cuda. Raises SwahrError for a device that is not there."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cpu":
        return torch.device("cpu")
    if device.split(":")[0] == "cuda":
        if not torch.cuda.is_available():
            why = (
                "this torch is built without CUDA"
                if torch.version.cuda is None
                else "no CUDA device was found"
            )
            raise SwahrError(f"device {device}: {why}; use --device cpu, or see `swahr doctor`")
        index = device.partition(":")[2] or "0"
        if index.isdecimal() and int(index) < torch.cuda.device_count():
            return torch.device(device)
        raise SwahrError(
            f"device {device}: there are {torch.cuda.device_count()} CUDA devices, counted from 0"
        )
    raise SwahrError(f"device is {device!r}; expected auto, cpu or cuda")
