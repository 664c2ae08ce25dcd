"""Frames to network input: the one place where NHWC uint8 BGR becomes NCHW float RGB."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from swahr import _native
from swahr.inference.geometry import InputGeometry
from swahr.video.images import Image


class Preprocessor(ABC):
    """Warp, channel order and normalisation, all the same on every device to within one grey level.

    mean, std: RGB, for values in [0, 1]. device: that the images are made for.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        self.device = device
        # A grey level's value is factor * level - shift.
        self.factor = [1 / (255 * value) for value in std]
        self.shift = [average / value for average, value in zip(mean, std, strict=True)]

    @abstractmethod
    def __call__(self, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames into what the network reads.

        Args:
            frames: [H, W, 3] uint8 BGR, all of the geometry's frame size.
            geometry: from the frame to the input.

        Returns:
            [B, 3, h, w] float32 RGB, normalised, in memory as NHWC (channels_last), which convolutions like best.
        """


class CpuPreprocessor(Preprocessor):
    """On the CPU, frame by frame. For a GPU it is the way where this build has no kernels."""

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        super().__init__(mean, std, device)
        # A grey level has one normalised value: looking it up takes a quarter of computing it.
        std_rgb = torch.tensor(tuple(std))
        factor, shift = (1 / (255 * std_rgb))[:, None], (torch.tensor(tuple(mean)) / std_rgb)[:, None]
        levels = torch.arange(256, dtype=torch.uint8) * factor - shift  # [3, 256]
        self._values = np.ascontiguousarray(levels.numpy().T[:, None])  # [256, 1, 3]

    def __call__(self, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames into what the network reads."""
        input_from_frame, (width, height) = geometry.input_from_frame, geometry.input_wh
        images = np.empty((len(frames), height, width, 3), np.float32)
        for frame, place in zip(frames, images, strict=True):
            warped = cv2.warpAffine(frame, input_from_frame, geometry.input_wh)
            cv2.LUT(cv2.cvtColor(warped, cv2.COLOR_BGR2RGB), self._values, dst=place)
        return torch.from_numpy(images).to(self.device).permute(0, 3, 1, 2)


def make_preprocessor(mean: Sequence[float], std: Sequence[float], device: torch.device) -> Preprocessor:
    """Make the one that suits a device.

    Args:
        mean: RGB, for values in [0, 1].
        std: likewise.
        device: that the images are made for.
    """
    if device.type == "cuda" and _native.has_cuda:
        from swahr.inference.preprocess_cuda import CudaPreprocessor

        return CudaPreprocessor(mean, std, device)
    return CpuPreprocessor(mean, std, device)
