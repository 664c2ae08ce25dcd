"""Frames to network input in one kernel: warp, channel order, normalisation and cast, where the frames already are."""

import cv2
import numpy as np
import torch
from torch import Tensor

from swahr import _native
from swahr.errors import SettingError
from swahr.inference.geometry import InputGeometry
from swahr.inference.preprocess import Preprocessor
from swahr.video.images import Image

TYPES = (torch.float32, torch.float16, torch.bfloat16)


class CudaPreprocessor(Preprocessor):
    """On the GPU, a batch at once.

    On the CPU the kernel's per-pixel code runs as plain code, which is slow and serves to prove it.
    """

    def __call__(self, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames into what the network reads."""
        width, height = geometry.input_wh
        images = torch.empty((len(frames), height, width, 3), device=self.device).permute(0, 3, 1, 2)
        self.write(torch.from_numpy(np.stack(frames)).to(self.device), geometry, images)
        return images

    def write(self, frames: Tensor, geometry: InputGeometry, images: Tensor) -> None:
        """Write the images of frames that are on the device, on torch's current stream.

        Args:
            frames: [B, H, W, 3] uint8 BGR, contiguous.
            geometry: from the frame to the input, h high and w wide.
            images: [B, 3, h, w], contiguous or channels_last, of one of `TYPES`.

        Raises:
            SettingError: the tensors do not fit, or CUDA refuses.
        """
        width, height = geometry.input_wh
        expected = [frames.shape[0], 3, height, width]
        channels_last = images.is_contiguous(memory_format=torch.channels_last) and not images.is_contiguous()
        fits = (
            frames.dtype == torch.uint8
            and frames.ndim == 4
            and frames.shape[3] == 3
            and frames.is_contiguous()
        )
        if (
            not fits
            or list(images.shape) != expected
            or images.dtype not in TYPES
            or frames.device != images.device
        ):
            raise SettingError(
                f"frames are {frames.dtype} {list(frames.shape)} and images {images.dtype} {list(images.shape)}; "
                f"expected contiguous uint8 [B, H, W, 3] and {expected} on one device"
            )
        if not channels_last and not images.is_contiguous():
            raise SettingError("images are neither contiguous nor channels_last")
        on_gpu = frames.device.type == "cuda"
        try:
            with torch.cuda.device_of(frames):  # type: ignore[no-untyped-call]
                _native.prepare_frames(
                    frames,
                    images,
                    cv2.invertAffineTransform(geometry.input_from_frame).ravel().tolist(),
                    self.factor,
                    self.shift,
                    torch.cuda.current_stream(frames.device).cuda_stream if on_gpu else 0,
                )
        except (ValueError, RuntimeError) as error:
            raise SettingError(str(error)) from error
