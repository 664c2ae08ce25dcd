"""Frames to network input: the one place where HWC uint8 BGR becomes BCHW float RGB."""

import cv2
import numpy as np
import torch
from torch import Tensor

from swahr.geometry import InputGeometry
from swahr.images import Image


class Preprocess:
    """Warp, channel order and normalisation.

    mean, std: RGB, for values in [0, 1].
    """

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...], device: torch.device) -> None:
        self._device = device
        std_tensor = torch.tensor(std)
        self._factor = (1 / (255 * std_tensor)).view(3, 1, 1).to(device)
        self._shift = (torch.tensor(mean) / std_tensor).view(3, 1, 1).to(device)

    def __call__(self, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames [H, W, 3] uint8 BGR of one size into [B, 3, h, w] float32 RGB, normalised."""
        affine = geometry.input_from_frame
        warped = [cv2.warpAffine(frame, affine, geometry.input_wh) for frame in frames]
        images = torch.from_numpy(np.stack(warped)).to(self._device)  # [B, h, w, 3]
        # The permuted view is channels_last already, which is what the convolutions like best.
        return images.permute(0, 3, 1, 2).flip(1) * self._factor - self._shift
