"""Crops of a frame, what a network for one person says of them, and where the joints are in the frame.

N crops, K joints, h w cells of the maps.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.decode.crop_peaks import peaks, second_highest_steps
from swahr.decode.crops import (
    Crops,
    averaged_with_mirror,
    crops_of_boxes,
    frame_from_cells,
    input_from_frame,
)
from swahr.errors import Hint, UnreadableError
from swahr.inference.backends import Backend
from swahr.inference.backends.picture import PEOPLE, drawn_people, standing
from swahr.inference.backends.trial import Sight
from swahr.models.checkpoints import Checkpoint
from swahr.models.crop_contract import CropContract
from swahr.models.heads.heatmaps import MAX_LOG_VARIANCE
from swahr.pose.poses import Poses
from swahr.video.images import Image

Floats = npt.NDArray[np.float32]
Normalisation = tuple[tuple[float, float, float], tuple[float, float, float]]

# More at once gain nothing on a CPU; memory stays the same, however many people there are.
CROPS_AT_ONCE = 16


class CropLook:
    """Looks at the crops of boxes.

    Args:
        backend: maps [N, 3, h, w] to heatmaps, and before them log variances [N, 2 K, h, w] where the network has them.
        contract: what the crops have to be, and how the maps are read.
        normalisation: mean and standard deviation of the channels, in the order of the contract's colours.
        device: where the backend's images are.
        flip_permutation: joints of the mirrored crop, or None without the flip test.
    """

    def __init__(
        self,
        backend: Backend,
        contract: CropContract,
        normalisation: Normalisation,
        device: torch.device,
        flip_permutation: Sequence[int] | None = None,
    ) -> None:
        self._backend, self.contract, self._device = backend, contract, device
        self._cutter, self._flip = CropCutter(contract, normalisation), flip_permutation

    def __call__(
        self,
        frames: Sequence[Image],
        boxes_xywh: Sequence[npt.NDArray[np.float64]],
        subpixel: str = "quarter",
    ) -> list[Floats]:
        """Return [N, K, 3] of each frame, the joint of each map in frame pixels and its confidence, wherever it is.

        [N, K, 5] where the network tells how sure it is: the variances of x and y, frame pixels^2, stand behind.

        Crops of several frames are shown to the network at once where it says the same of each, so a frame's joints do
        not depend on what else there is; at most `CROPS_AT_ONCE` are in memory.

        Args:
            frames: [H, W, 3] uint8 BGR.
            boxes_xywh: [N, 4] of each frame, left, top, width and height, frame pixels; N may be 0.
            subpixel: where between cells a joint lies, for contracts that leave it open.

        Raises:
            UnreadableError: the network gives NaN or infinity.
        """
        found: list[list[Floats]] = [[] for _ in frames]
        for part in self._parts(boxes_xywh):
            crops = [contract_crops(boxes, self.contract) for _, boxes in part]
            together = Crops(*(np.concatenate(values) for values in zip(*crops, strict=True)))
            images = np.concatenate(
                [
                    self._cutter(frames[index], of_frame)
                    for (index, _), of_frame in zip(part, crops, strict=True)
                ]
            )
            joints = self._joints(images, together, subpixel)
            ends = np.cumsum([len(boxes) for _, boxes in part])[:-1]
            for (index, _), of_frame in zip(part, np.split(joints, ends), strict=True):
                found[index].append(of_frame)
        nobody = np.empty((0, 0, 3), np.float32)
        return [np.concatenate(parts) if parts else nobody for parts in found]

    def _parts(
        self, boxes_xywh: Sequence[npt.NDArray[np.float64]]
    ) -> Iterator[list[tuple[int, npt.NDArray[np.float64]]]]:
        """Give what is shown at once: frames by number, each with some of its boxes."""
        alone = [[(index, box) for box in boxes] for index, boxes in enumerate(boxes_xywh)]
        for boxes in [list(chain(*alone))] if self._backend.across_frames else alone:
            for start in range(0, len(boxes), CROPS_AT_ONCE):
                by_frame: dict[int, list[npt.NDArray[np.float64]]] = {}
                for index, box in boxes[start : start + CROPS_AT_ONCE]:
                    by_frame.setdefault(index, []).append(box)
                yield [(index, np.stack(some)) for index, some in by_frame.items()]

    def _joints(self, images: Floats, crops: Crops, subpixel: str) -> Floats:
        *variances, heatmaps = self._maps(images)
        joints = joints_of_maps(heatmaps, crops, self.contract, subpixel)
        if not variances:
            return joints
        return np.concatenate([joints, variances_in_frame(variances[0], heatmaps, crops)], axis=2)

    def _maps(self, crops: Floats) -> list[Floats]:
        """Return what the network says of crops, with the flip test the mean of both looks; the heatmaps last."""
        images = torch.from_numpy(crops).to(self._device).permute(0, 3, 1, 2)
        maps = [_numpy(answer) for answer in self._backend(images)]
        if self._flip is not None:
            sides = list(self._flip)
            x_and_y = [*sides, *(len(sides) + joint for joint in sides)]
            mirrored = [_numpy(answer) for answer in self._backend(images.flip(3))]
            maps = [
                averaged_with_mirror(one, other, order, shift=self.contract.flip_shift)
                for one, other, order in zip(maps, mirrored, (x_and_y, sides)[-len(maps) :], strict=True)
            ]
        if not all(np.isfinite(each.sum()) for each in maps):
            raise UnreadableError(
                "the network gave heatmaps with NaN or infinity; the weights are damaged, or too large for the "
                "arithmetic",
                hints=[Hint("precision", "float32")],
            )
        return maps


class CropCutter:
    """Cuts crops out of frames, and normalises them.

    Args:
        contract: what they have to be.
        normalisation: mean and standard deviation of the channels, in the order of the contract's colours.
    """

    def __init__(self, contract: CropContract, normalisation: Normalisation) -> None:
        self.contract = contract
        mean, std = (np.asarray(values, np.float32) for values in normalisation)
        self._factor, self._shift = 1 / (255 * std), mean / std
        border = 255 * mean if contract.border == "mean" else np.zeros(3)
        self._border = [float(value) for value in (border if contract.colours == "bgr" else border[::-1])]

    def __call__(self, frame: Image, crops: Crops) -> Floats:
        """Return [N, h, w, 3] float32 in the contract's order of colours, normalised.

        Args:
            frame: [H, W, 3] uint8 BGR.
            crops: where they lie.
        """
        width, height = self.contract.input_wh
        images = np.empty((len(crops.centre_in_frame), height, width, 3), np.float32)
        for affine, place in zip(input_from_frame(crops, self.contract.input_wh), images, strict=True):
            crop = cv2.warpAffine(
                frame, affine, (width, height), flags=cv2.INTER_LINEAR, borderValue=self._border
            )
            place[:] = crop if self.contract.colours == "bgr" else crop[..., ::-1]
        images *= self._factor
        images -= self._shift
        return images


def contract_crops(boxes_xywh: npt.NDArray[np.float64], contract: CropContract) -> Crops:
    """Return the crops of boxes [N, 4]: enlarged as a contract says, and brought to its aspect."""
    size = boxes_xywh[:, 2:] * contract.enlargement
    left_top = boxes_xywh[:, :2] + (boxes_xywh[:, 2:] - size) / 2
    return crops_of_boxes(np.concatenate([left_top, size], axis=1), contract.input_wh, enlargement=1.0)


def joints_of_maps(heatmaps: Floats, crops: Crops, contract: CropContract, subpixel: str) -> Floats:
    """Return [N, K, 3], the joint of each map in frame pixels, and its confidence in [0, 1].

    Args:
        heatmaps: [N, K, h, w].
        crops: of which they are.
        contract: how they are read.
        subpixel: see `CropLook`.
    """
    joints = second_highest_steps(heatmaps) if contract.peak == "second" else peaks(heatmaps, subpixel)
    in_cells = joints[..., :2] + np.float32(contract.cell_origin)
    joints[..., :2] = frame_from_cells(in_cells, crops, heatmaps.shape[:1:-1])
    joints[..., 2] = np.clip(joints[..., 2] / contract.full_value, 0, 1)
    return joints


def variances_in_frame(log_variances: Floats, heatmaps: Floats, crops: Crops) -> Floats:
    """Return [N, K, 2], the variances of x and y of each joint, frame pixels^2, read at the highest cell of its map.

    He et al., CVPR 2019 (arXiv 1809.08545), section 3.2: the network's alpha is the logarithm of the variance.

    Args:
        log_variances: [N, 2 K, h, w] in cells squared, x of all joints, then y.
        heatmaps: [N, K, h, w].
        crops: of which they are.
    """
    count, joints, height, width = heatmaps.shape
    highest = heatmaps.reshape(count, 1, joints, -1).argmax(axis=3, keepdims=True)
    read = np.take_along_axis(log_variances.reshape(count, 2, joints, -1), highest, axis=3)[..., 0]
    cell_px = crops.size_in_frame / (width, height)  # [N, 2]
    variances = np.exp(np.clip(read, -MAX_LOG_VARIANCE, MAX_LOG_VARIANCE)).transpose(0, 2, 1)
    return np.asarray(variances * cell_px[:, None] ** 2, np.float32)


def _numpy(heatmaps: Tensor) -> Floats:
    return np.asarray(heatmaps.float().cpu().numpy(), np.float32)


class CropSight(Sight):
    """The people of the drawn picture, each in a crop, for a network of one person."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        assert checkpoint.crop is not None
        self._contract, self._skeleton = checkpoint.crop, checkpoint.skeleton
        joints = np.stack([standing(x, height) for x, height, *_ in PEOPLE])
        low, high = joints.min(axis=1), joints.max(axis=1)
        self._crops = contract_crops(np.concatenate([low, high - low], axis=1), self._contract)
        cutter = CropCutter(self._contract, (checkpoint.mean, checkpoint.std))
        self.images = torch.from_numpy(cutter(drawn_people(), self._crops)).permute(0, 3, 1, 2)

    def people(self, answers: list[Tensor]) -> Poses:
        """Decode the maps; a person's score is the mean confidence."""
        joints = joints_of_maps(_numpy(answers[-1]), self._crops, self._contract, "quarter")
        return Poses(joints, joints[..., 2].mean(axis=1), self._skeleton)
