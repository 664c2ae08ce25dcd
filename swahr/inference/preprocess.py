"""Frames to network input: the one place where HWC uint8 BGR becomes BCHW float RGB."""

import cv2
import numpy as np
import torch
from torch import Tensor

from swahr.inference.geometry import InputGeometry
from swahr.video.images import Image


class Preprocess:
    """Warp, channel order and normalisation.

    mean, std: RGB, for values in [0, 1].
    """

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...], device: torch.device) -> None:
        self._device = device
        std_tensor = torch.tensor(std)
        self._factor = (1 / (255 * std_tensor)).view(3, 1, 1).to(device)
        self._shift = (torch.tensor(mean) / std_tensor).view(3, 1, 1).to(device)
        # A grey level has one normalised value: on the CPU looking it up takes a quarter of computing it.
        grey = torch.arange(256, dtype=torch.uint8, device=device)
        levels = grey * self._factor - self._shift  # [3, 1, 256]
        self._values = np.ascontiguousarray(levels.cpu().numpy().T)  # [256, 1, 3]

    def __call__(self, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames [H, W, 3] uint8 BGR of one size into [B, 3, h, w] float32 RGB, normalised."""
        affine = geometry.input_from_frame
        warped = [cv2.warpAffine(frame, affine, geometry.input_wh) for frame in frames]
        if self._device.type == "cpu":
            images = np.empty((len(warped), *warped[0].shape), np.float32)
            for image, place in zip(warped, images, strict=True):
                cv2.LUT(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), self._values, dst=place)
            return torch.from_numpy(images).permute(0, 3, 1, 2)
        uploaded = torch.from_numpy(np.stack(warped)).to(self._device)  # [B, h, w, 3]
        # The permuted view is channels_last already, which is what the convolutions like best.
        return uploaded.permute(0, 3, 1, 2).flip(1) * self._factor - self._shift
